"""A report put together: what it shows, and when a person should look at it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from pipeline import report
from pipeline.assemble import assemble
from pipeline.check import flag_figures, run_checks
from pipeline.check.book import rule_book
from pipeline.model import Box, Cell, CellReading, Finding, Grid, Part, Reading, Table
from pipeline.narrative import Narrative
from pipeline.settings import ReviewSettings

EDITION: report.EditionName = "2021-30"
EDITIONS = report.Editions(proactive=EDITION, applications=EDITION)
KINDS: tuple[report.TableKind, ...] = ("proactive", "applications", "disputes")
GRANTED = "applications.granted.natural_person"


def figure(state: report.State = "number", confidence: float = 1.0, *flags: str) -> report.Figure:
    value = Decimal(0) if state == "number" else None
    raw = "0" if state == "number" else None
    return report.Figure(value=value, raw=raw, state=state, confidence=confidence, flags=flags)


def clean() -> dict[str, report.Figure]:
    book = rule_book()
    keys = (*book.proactive_keys(EDITION), *book.applications_keys(EDITION), *book.disputes_keys())
    return dict.fromkeys(keys, figure())


def two_cells() -> Table:
    """Return a table of a label and a number, cut by a page break between the two."""
    first, second = Box(10.123456, 20, 50, 40.005), Box(10, 60, 50, 80)
    grid = Grid(2, 1, (Cell(0, 1, 0, 1, 1, first), Cell(1, 2, 0, 1, 2, second)))
    readings = (
        CellReading(Reading("行政许可", 0.4, "ppocr")),
        CellReading(Reading("O", 0.6, "ppocr"), Reading("0", 0.98, "ppocr")),
    )
    return Table(grid, readings, (Part(1, first), Part(2, second)), caption="表1")


def put_together(
    figures: dict[str, report.Figure],
    kinds: Sequence[report.TableKind] = KINDS,
    findings: Sequence[Finding] = (),
    narrative: Narrative | None = None,
    year: int = 2021,
) -> report.Report:
    checks = run_checks(figures, EDITIONS, year)
    return assemble(
        document=report.DocumentRecord(
            file="a.pdf",
            sha256="0" * 64,
            media_type="application/pdf",
            pages=(report.PageRecord(width=595, height=842, kind="text"),),
        ),
        tables=[two_cells() for _ in kinds],
        kinds=kinds,
        editions=[None if kind == "disputes" else EDITION for kind in kinds],
        report_editions=EDITIONS,
        figures=flag_figures(figures, checks),
        checks=checks,
        narrative=narrative or Narrative(title="某局年报", issuer="某局", year=year),
        findings=findings,
        provenance=report.Provenance(version="0"),
        settings=ReviewSettings(low_confidence=0.9),
        figure_cells={(0, 1): figure(confidence=0.98)},
    )


def codes(made: report.Report) -> list[str]:
    return [reason.code for reason in made.review.reasons]


def test_a_clean_report_needs_no_review_and_survives_its_own_json() -> None:
    made = put_together(clean())
    assert made.review == report.Review(needed=False)
    assert report.Report.from_json(made.to_json()) == made
    assert list(made.figures) == list(clean())
    assert (made.report.title, made.report.issuer, made.report.year) == ("某局年报", "某局", 2021)


def test_cells_show_the_chosen_reading_of_a_figure_and_the_free_one_of_a_label() -> None:
    table = put_together(clean()).tables[0]
    label, number = table.cells
    assert (label.text, label.confidence, label.box) == ("行政许可", 0.4, (10.12, 20, 50, 40.01))
    assert (number.text, number.confidence, number.page) == ("0", 0.98, 2)
    assert number.reader == "ppocr"
    assert (table.kind, table.edition, table.caption) == ("proactive", EDITION, "表1")
    assert [part.page for part in table.parts] == [1, 2]
    assert (table.rows, table.columns, number.row, number.row_span) == (2, 1, 1, 1)


def test_a_doubtful_label_is_no_reason() -> None:
    assert put_together(clean()).tables[0].cells[0].confidence < 0.9
    assert not put_together(clean()).review.needed


@pytest.mark.parametrize("state", ["blank", "dash", "none_word"])
def test_a_table_all_blank_dashed_or_none_is_a_printed_answer(state: report.State) -> None:
    figures = clean()
    figures |= {key: figure(state) for key in figures if key.startswith("applications.")}
    assert not put_together(figures).review.needed


@pytest.mark.parametrize(
    ("doubted", "expected"),
    [
        (figure("number", 0.5), ["low_confidence"]),
        (figure("blank", 0.5), ["low_confidence"]),
        (figure("missing", 0.0), ["missing_figures"]),
        (figure("text"), ["not_a_number"]),
        (figure("number", 1.0, "suspect"), ["suspect"]),
        (figure("number", 1.0, "readers_disagree", "repaired_line"), ["readers_disagree", "repaired_line"]),
        (figure("number", 1.0, "corrected_by_hand"), []),
    ],
)
def test_each_doubt_of_a_figure_is_a_reason_that_names_it(
    doubted: report.Figure, expected: list[str]
) -> None:
    made = put_together({**clean(), GRANTED: doubted})
    assert codes(made) == expected
    assert made.review.needed == bool(expected)
    assert all(reason.figures == (GRANTED,) for reason in made.review.reasons)


def test_low_confidence_is_flagged_once_and_changes_no_value() -> None:
    made = put_together({**clean(), GRANTED: figure("number", 0.5)})
    assert made.figures[GRANTED].flags == ("low_confidence",)
    assert made.figures[GRANTED].value == 0
    again = put_together(dict(made.figures))
    assert again.figures[GRANTED].flags == ("low_confidence",)


def test_a_failed_check_is_a_reason_with_its_figures() -> None:
    two = report.Figure(value=Decimal(2), raw="2", state="number", confidence=1.0)
    made = put_together({**clean(), GRANTED: two})
    assert {reason.detail for reason in made.review.reasons} == {
        "results.natural_person",
        "applicants.granted",
    }
    assert set(codes(made)) == {"check_failed"}
    assert all(GRANTED in reason.figures for reason in made.review.reasons)


def test_the_old_form_used_late_is_noted_and_no_reason() -> None:
    made = put_together(clean(), year=2020)
    failed = [check.id for check in made.checks if check.status == "fail"]
    assert failed == ["sanity.edition.proactive", "sanity.edition.applications"]
    assert not made.review.needed


def test_a_table_not_found_is_one_reason_not_a_list_of_its_figures() -> None:
    figures = clean()
    figures |= {key: figure("missing", 0.0) for key in figures if key.startswith("disputes.")}
    made = put_together(figures, kinds=("proactive", "applications"))
    assert [(reason.code, reason.detail) for reason in made.review.reasons] == [
        ("table_not_found", "disputes")
    ]


def test_findings_alike_are_one_reason_with_their_pages() -> None:
    said = Narrative(findings=(Finding("year_disagrees", 1, "title 2021, period 2020"),))
    found = [Finding("page_unread", 3), Finding("page_unread", 2), Finding("page_unread", 3)]
    made = put_together(clean(), findings=found, narrative=said)
    assert [(reason.code, reason.pages) for reason in made.review.reasons] == [
        ("page_unread", (2, 3)),
        ("year_disagrees", (1,)),
    ]


def test_what_is_not_aligned_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        assemble(
            document=report.DocumentRecord(file="a", sha256="", media_type="", pages=()),
            tables=[two_cells()],
            kinds=["other"],
            editions=[],
            report_editions=EDITIONS,
            figures={},
            checks=[],
            narrative=Narrative(),
            findings=[],
            provenance=report.Provenance(version="0"),
            settings=ReviewSettings(),
        )
