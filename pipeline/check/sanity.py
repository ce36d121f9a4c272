"""Rules of sense: what kind of number a figure may be, whether all are there, whether the form fits the year.

`left` of a check over many figures is how many of them break the rule, `right` is 0; `figures` names
the ones that break it where it fails, else all that were judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from pipeline import report
from pipeline.check.book import Book
from pipeline.check.sums import Figures, number_of

WHOLE_COUNTS = report.Rule(zh="件数、项数为非负整数", en="counts are whole and not negative")
WHOLE_CHANGES = report.Rule(zh="本年增/减为整数", en="changes are whole")
AMOUNTS = report.Rule(zh="金额不为负数", en="amounts are not negative")
COMPLETE = report.Rule(zh="表中各项数据齐全", en="every figure of the edition is present")


def number_checks(keys: tuple[str, ...], figures: Figures) -> Iterator[report.Check]:
    """Yield the checks of what kind of number each figure is: counts, changes, amounts."""
    changes = tuple(key for key in keys if key.endswith(".items_change"))
    amounts = tuple(key for key in keys if key.endswith(".amount"))
    counts = tuple(key for key in keys if key not in changes and key not in amounts)
    for identity, rule, these, sound in (
        ("sanity.counts", WHOLE_COUNTS, counts, _is_count),
        ("sanity.changes", WHOLE_CHANGES, changes, _is_whole),
        ("sanity.amounts", AMOUNTS, amounts, _is_not_negative),
    ):
        if these:
            yield _numbers(identity, rule, these, figures, sound)


def missing_of(keys: tuple[str, ...], figures: Figures) -> tuple[str, ...]:
    """Return those of `keys` whose figures were not found."""
    return tuple(key for key in keys if key not in figures or figures[key].state == "missing")


def complete_check(table: str, keys: tuple[str, ...], figures: Figures) -> report.Check:
    """Return the check that every figure of a table was found: `left` is how many were, of `right`."""
    missing = missing_of(keys, figures)
    found, wanted = Decimal(len(keys) - len(missing)), Decimal(len(keys))
    return report.Check(
        id=f"sanity.complete.{table}",
        family="sanity",
        rule=COMPLETE,
        status="fail" if missing else "pass",
        left=found,
        right=wanted,
        difference=found - wanted,
        figures=missing or keys,
    )


def edition_check(
    table: str, edition: report.EditionName | None, year: int | None, book: Book
) -> report.Check:
    """Return the check that a table follows the form in force for its year.

    It speaks of the form and of no figure, so `figures` is empty and its failure casts no doubt on any:
    offices go on using the old form years after the new one was issued.
    """
    status: report.CheckStatus = "not_assessable"
    if edition is not None and year is not None:
        status = "pass" if book.editions[edition].fits(year) else "fail"
    return report.Check(
        id=f"sanity.edition.{table}",
        family="sanity",
        rule=report.Rule(zh="表格样式与年度相符", en="the edition of the form fits the year"),
        status=status,
    )


def _numbers(
    identity: str,
    rule: report.Rule,
    keys: tuple[str, ...],
    figures: Figures,
    sound: Callable[[Decimal], bool],
) -> report.Check:
    values = {key: value for key in keys if (value := number_of(figures.get(key))) is not None}
    broken = tuple(key for key, value in values.items() if not sound(value))
    if not values:
        return report.Check(id=identity, family="sanity", rule=rule, status="not_assessable", figures=keys)
    return report.Check(
        id=identity,
        family="sanity",
        rule=rule,
        status="fail" if broken else "pass",
        left=Decimal(len(broken)),
        right=Decimal(0),
        difference=Decimal(len(broken)),
        figures=broken or tuple(values),
    )


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _is_not_negative(value: Decimal) -> bool:
    return value >= 0


def _is_count(value: Decimal) -> bool:
    return _is_whole(value) and _is_not_negative(value)
