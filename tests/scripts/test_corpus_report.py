"""Made-up reports obey the form, print what their truth says, and are the same every time."""

from __future__ import annotations

from decimal import Decimal

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.lib import corpus_figures, corpus_prose, corpus_report, corpus_style, truth
from scripts.lib.corpus_print import Manner, shown
from scripts.lib.corpus_style import TYPEFACES
from scripts.lib.corpus_tables import tables
from scripts.lib.degrade import generator
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.statutory import APPLICANTS, Edition

SEEDS = st.integers(0, 10_000)
EDITIONS: tuple[Edition, ...] = ("2019-60", "2021-30")
PLAIN = Manner(
    zeros={"proactive": "0", "applications": "0", "disputes": "0"},
    separators=False,
    plus=True,
    words=False,
    units="",
    stray=0.0,
    wide=0.0,
    noted=False,
)


def made(seed: int, edition: Edition) -> dict[str, Decimal]:
    rng = generator(seed)
    blank = tables(rng, edition, edition)
    return corpus_figures.make(rng, blank, corpus_figures.habit(rng), slips=False)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from(EDITIONS))
def test_applicants_balance_and_add_up(seed: int, edition: Edition) -> None:
    figures = made(seed, edition)
    for who in APPLICANTS:
        received, carried, handled, left = (
            figures[f"applications.{row}.{who}"]
            for row in ("received", "carried_in", "handled_total", "carried_out")
        )
        assert received + carried == handled + left
    for key, total in figures.items():
        if key.startswith("applications") and key.endswith(".total"):
            assert total == sum(figures[key.replace(".total", f".{who}")] for who in APPLICANTS[:-1])


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from(EDITIONS))
def test_results_add_up_to_what_was_handled(seed: int, edition: Edition) -> None:
    figures = made(seed, edition)
    for who in APPLICANTS:
        results = sum(
            value
            for key, value in figures.items()
            if key.startswith("applications.")
            and key.endswith(f".{who}")
            and not any(f".{row}." in key for row in corpus_figures.SUMS)
        )
        assert results == figures[f"applications.handled_total.{who}"]


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_slips_break_a_sum_and_nothing_else(seed: int) -> None:
    before = made(seed, "2021-30")
    after = corpus_figures.with_slips(generator(seed), before)
    changed = {key for key in before if before[key] != after[key]}
    assert changed
    assert len(changed) <= 3
    assert not any(key.startswith("proactive") for key in changed)


@pytest.mark.parametrize(
    ("key", "value", "change", "raw"),
    [
        ("proactive.licensing.items_change", "-7", {}, "-7"),
        ("proactive.licensing.items_change", "1036", {}, "+1036"),
        ("proactive.licensing.items_change", "-4", {"words": True}, "减4"),
        ("proactive.fees.amount", "463.4", {"units": "元"}, "4634000元"),
        ("proactive.fees.amount", "59237.2449", {"units": "万元"}, "59237.2449万元"),
        ("applications.received.total", "1234567", {"separators": True}, "1,234,567"),
        ("applications.received.total", "12", {"wide": 1.0}, "１２"),
    ],
)
def test_a_value_is_printed_in_the_office_s_manner(
    key: str, value: str, change: dict[str, object], raw: str
) -> None:
    parts = {name: getattr(PLAIN, name) for name in Manner.__slots__}
    figure = shown(generator(0), key, Decimal(value), Manner(**parts | change))
    assert (figure.raw, figure.value, figure.state) == (raw, value, "number")


@pytest.mark.parametrize(
    ("look", "state"), [("", "blank"), ("—", "dash"), ("/", "dash"), ("无", "none_word")]
)
def test_a_zero_that_is_not_printed_has_no_value(look: str, state: str) -> None:
    parts = {name: getattr(PLAIN, name) for name in Manner.__slots__}
    manner = Manner(**parts | {"zeros": {"disputes": look}})
    figure = shown(generator(0), "disputes.reconsideration.upheld", Decimal(0), manner)
    assert (figure.raw, figure.value, figure.state) == (look, None, state)


@pytest.mark.parametrize("number", range(12))
def test_truth_is_what_the_tables_hold(number: int) -> None:
    report = corpus_report.make(generator("test", number), "tune")
    true = truth.build(report.document)
    held = {cell.key: cell.text for table in report.document.tables for cell in table.cells if cell.key}
    assert held == {key: figure.raw for key, figure in true.figures.items()}
    for table in true.tables:
        covered = [
            (row, column)
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        assert len(covered) == len(set(covered)) == table.rows * table.columns
    assert [section.heading for section in true.sections] == list(corpus_prose.HEADINGS)


@pytest.mark.parametrize("number", range(6))
def test_a_report_is_the_same_every_time(number: int) -> None:
    one, two = (corpus_report.make(generator("test", number), "report") for _ in range(2))
    assert one == two
    assert html(one.document, one.style) == html(two.document, two.style)
    assert docx(one.document, one.style) == docx(two.document, two.style)


def test_the_splits_have_no_typeface_in_common() -> None:
    tune, report = TYPEFACES["tune"], TYPEFACES["report"]
    assert not set(tune.chinese) & set(report.chinese)
    assert not set(tune.latin) & set(report.latin) - {""}
    faces = {corpus_style.style(generator(seed), "report", brief=False).table for seed in range(60)}
    assert faces == set(report.chinese)


def test_tables_wider_than_the_text_stay_on_the_page() -> None:
    """A browser cuts off what goes past the page's margins, so the margins give way."""
    report = corpus_report.make(generator("test", 0), "tune")
    parts = {name: getattr(report.style, name) for name in report.style.__slots__}
    style = type(report.style)(
        **parts | {"width": 1.1, "margins": (20.0, 25.0, 20.0, 25.0), "landscape": False}
    )
    assert "margin: 20.00mm 17.00mm 20.00mm 17.00mm" in html(report.document, style)


def test_a_print_that_lost_a_table_is_not_whole() -> None:
    document = corpus_report.make(generator("report", 1, 0), "report").document
    words = [cell.text for table in document.tables for cell in table.cells]

    def printed(texts: list[str]) -> bytes:
        with pymupdf.open() as made:
            for start in range(0, len(texts), 40):
                page = made.new_page()
                for row, text in enumerate(texts[start : start + 40]):
                    page.insert_text((40, 30 + 20 * row), text, fontname="china-s", fontsize=8)
            return bytes(made.tobytes())

    lost = len(document.tables[1].cells)
    assert corpus_report.is_whole(document, printed(words))
    assert not corpus_report.is_whole(document, printed(words[:-lost]))
