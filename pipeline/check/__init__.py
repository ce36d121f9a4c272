"""Checks: what the figures of a report must satisfy, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline import report
from pipeline.check.book import Book, rule_book
from pipeline.check.sanity import complete_check, edition_check, missing_of, number_checks
from pipeline.check.sums import (
    Figures,
    Law,
    applicants_laws,
    assess,
    balance_laws,
    disputes_laws,
    results_laws,
    total_public_laws,
)

__all__ = ["CHECK_FAILED", "flag_figures", "run_checks"]

CHECK_FAILED = "check_failed"


def run_checks(
    figures: Mapping[str, report.Figure], editions: report.Editions, year: int | None
) -> tuple[report.Check, ...]:
    """Return every check of the form over `figures`: balance, results, applicants, disputes, sanity.

    A table that was not found (its edition is null) is judged as the edition whose keys `figures` has,
    so that every check of it is there, not assessable.  Nothing is raised: a figure that is absent,
    blank or words makes the sums it stands in not assessable.
    """
    book = rule_book()
    keys = {
        "proactive": book.proactive_keys(_proactive_edition(figures, editions, book)),
        "applications": book.applications_keys(_applications_edition(figures, editions, book)),
        "disputes": book.disputes_keys(),
    }
    every = tuple(key for table in keys.values() for key in table)
    return (
        *(assess(law, figures) for law in _laws(figures, editions, book)),
        *number_checks(every, figures),
        *(complete_check(table, these, figures) for table, these in keys.items()),
        *(
            edition_check(table, _shown(edition, keys[table], figures), year, book)
            for table, edition in (("proactive", editions.proactive), ("applications", editions.applications))
        ),
    )


def _shown(
    edition: report.EditionName | None, keys: tuple[str, ...], figures: Figures
) -> report.EditionName | None:
    """Return the edition, or None where half of its figures are missing: the rest may be of another one."""
    return edition if 2 * len(missing_of(keys, figures)) < len(keys) else None


def flag_figures(
    figures: Mapping[str, report.Figure], checks: Sequence[report.Check]
) -> dict[str, report.Figure]:
    """Return `figures` with `check_failed` on each that a failed check names."""
    doubted = {key for check in checks if check.status == "fail" for key in check.figures}
    return {key: _flagged(figure) if key in doubted else figure for key, figure in figures.items()}


def _flagged(figure: report.Figure) -> report.Figure:
    if CHECK_FAILED in figure.flags:
        return figure
    return figure.model_copy(update={"flags": (*figure.flags, CHECK_FAILED)})


def _laws(figures: Figures, editions: report.Editions, book: Book) -> Iterator[Law]:
    applications = book.editions[_applications_edition(figures, editions, book)]
    yield from balance_laws(book)
    yield from results_laws(book, applications)
    yield from applicants_laws(book, applications)
    yield from disputes_laws(book)
    yield from total_public_laws(book, book.editions[_proactive_edition(figures, editions, book)])


def _proactive_edition(figures: Figures, editions: report.Editions, book: Book) -> report.EditionName:
    if editions.proactive is not None:
        return editions.proactive
    return _likeliest({name: book.proactive_keys(name) for name in book.editions}, figures)


def _applications_edition(figures: Figures, editions: report.Editions, book: Book) -> report.EditionName:
    if editions.applications is not None:
        return editions.applications
    return _likeliest({name: book.applications_keys(name) for name in book.editions}, figures)


def _likeliest(keys: Mapping[report.EditionName, Sequence[str]], figures: Figures) -> report.EditionName:
    """Return the edition with the greatest share of its keys in `figures`; of equals the newest."""
    newest_first = sorted(keys, reverse=True)
    return max(newest_first, key=lambda name: sum(key in figures for key in keys[name]) / len(keys[name]))
