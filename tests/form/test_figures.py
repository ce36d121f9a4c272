"""From the readings of a cell to a figure: which one counts, and what is doubted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.form import match_form, place_figures
from pipeline.form.figures import choose_reading
from pipeline.model import CellReading, Reading, Table
from pipeline.report import Figure
from pipeline.settings import FormSettings, ReviewSettings
from tests.form.builder import draft, numbered

KEY = "proactive.penalties.decisions"
TEXTS = numbered("2021-30")


def figure_of(reading: CellReading, repaired: bool = False, key: str = KEY) -> Figure:
    """Return the figure that comes out of a cell with these readings."""
    table = draft("2021-30", "proactive", {**TEXTS, key: "marked"}).table()
    place = next(i for i, r in enumerate(table.readings) if r.text.text == "marked")
    cells, readings = list(table.grid.cells), list(table.readings)
    cells[place] = replace(cells[place], repaired=repaired)
    readings[place] = reading
    grid = replace(table.grid, cells=tuple(cells))
    tables = [Table(grid, tuple(readings))]
    match = match_form(tables, FormSettings())
    return place_figures(match, tables, FormSettings(), ReviewSettings(calibrated=False))[key]


def seen(free: str, sure: float, held: str | None = None, held_sure: float = 0.99) -> CellReading:
    figure = None if held is None else Reading(held, held_sure, "ppocr")
    return CellReading(Reading(free, sure, "ppocr"), figure)


def test_a_text_layer_is_taken_as_it_is() -> None:
    figure = figure_of(CellReading(Reading(" 1584 ", 1.0, "text-layer")))
    assert (figure.state, figure.value, figure.raw) == ("number", Decimal(1584), "1584")
    assert (figure.confidence, figure.reader, figure.flags) == (1.0, "text-layer", ())
    assert (figure.page, figure.box) == (1, (10.0, 45.0, 40.0, 50.0))
    assert figure.readings == ()


@pytest.mark.parametrize(
    ("free", "held", "raw", "value"),
    [
        ("0", "0", "0", 0),
        ("O", "0", "0", 0),
        (".0", "0", "0", 0),
        ("l2", "12", "12", 12),
        ("22（其中修订16件）", "2216", "22（其中修订16件）", 22),
    ],
)
def test_the_reading_that_fits_a_figure_counts(free: str, held: str, raw: str, value: int) -> None:
    figure = figure_of(seen(free, 0.9, held))
    assert (figure.state, figure.raw, figure.value) == ("number", raw, Decimal(value))
    assert "readers_disagree" not in figure.flags


@pytest.mark.parametrize(
    ("free", "held", "state"),
    [("无", "7", "none_word"), ("见附件", "1", "text"), ("80 2066", "802066", "text"), ("0 0", "00", "text")],
)
def test_words_and_digits_apart_are_not_made_a_number(free: str, held: str, state: str) -> None:
    figure = figure_of(seen(free, 0.9, held, 0.9))
    assert (figure.state, figure.value, figure.raw) == (state, None, free)


def test_words_in_an_amount_are_read_with_their_unit() -> None:
    figure = figure_of(seen("463.4万元", 0.97, "463.4", 0.9), key="proactive.fees.amount")
    assert (figure.raw, figure.value) == ("463.4", Decimal("463.4"))
    figure = figure_of(seen("12元", 0.97, "12", 0.9), key="proactive.fees.amount")
    assert (figure.raw, figure.value) == ("12元", Decimal("0.0012"))


def test_a_reading_that_is_the_figure_too_is_told_once() -> None:
    placed, other = Reading("8", 0.5, "covered"), Reading("A", 0.9, "ppocr")
    figure = figure_of(CellReading(placed, placed, (other,), flags=("suspect",)))
    assert [(r.reader, r.raw) for r in figure.readings] == [("covered", "8"), ("ppocr", "A")]


@pytest.mark.parametrize(("free", "held", "raw"), [(0.95, 0.7, "80"), (0.7, 0.95, "8")])
def test_two_credible_numbers_disagree_and_the_surer_is_taken(free: float, held: float, raw: str) -> None:
    figure = figure_of(seen("80", free, "8", held))
    assert figure.raw == raw
    assert "readers_disagree" in figure.flags
    assert [(r.raw, r.confidence) for r in figure.readings] == [("80", free), ("8", held)]


def test_another_reader_that_credibly_sees_another_number_is_told() -> None:
    agreed = seen("7", 0.99, "7")
    assert figure_of(agreed).flags == ()
    doubted = replace(agreed, others=(Reading("1", 0.8, "second"),))
    assert figure_of(doubted).flags == ("readers_disagree",)
    assert figure_of(replace(agreed, others=(Reading("1", 0.2, "second"),))).flags == ()


def test_an_unsure_constrained_reading_overrules_nothing() -> None:
    figure = figure_of(seen("?", 0.4, "7", 0.3))
    assert (figure.state, figure.value, figure.raw) == ("text", None, "?")
    assert "low_confidence" in figure.flags


def test_a_cell_without_ink_is_blank_with_the_readers_confidence() -> None:
    figure = figure_of(seen("", 0.98))
    assert (figure.state, figure.value, figure.raw, figure.confidence) == ("blank", None, "", 0.98)
    assert figure.flags == ()


def test_ink_that_only_one_reading_makes_a_number_is_told() -> None:
    figure = figure_of(seen("", 0.9, "0", 0.9))
    assert "readers_disagree" in figure.flags


def test_only_a_text_layer_is_wholly_certain() -> None:
    assert figure_of(seen("0", 1.0, "0", 1.0)).confidence < 1.0


def test_doubts_of_the_grid_and_the_reader_are_kept() -> None:
    reading = replace(seen("5", 0.5, "5", 0.6), flags=("seal_over",))
    assert figure_of(reading, repaired=True).flags == ("seal_over", "repaired_line", "low_confidence")


@pytest.mark.parametrize(("free", "held"), [("-7", "7"), ("46.34", "4634"), ("6", "9")])
def test_a_sign_or_a_point_more_or_less_is_a_disagreement(free: str, held: str) -> None:
    assert "readers_disagree" in figure_of(seen(free, 0.97, held, 0.97)).flags


def test_ink_that_nobody_could_read_is_no_blank() -> None:
    unread = CellReading(Reading("", 0.0, "ppocr"), ink=0.2, flags=("unread",))
    choice = choose_reading(unread, "件", FormSettings())
    assert (choice.value.state, choice.value.value) == ("text", None)


def test_another_views_number_goes_before_a_letter_and_is_flagged() -> None:
    seen_twice = replace(seen("à", 0.9), others=(Reading("à", 0.6, "ppocr"), Reading("0", 0.8, "ppocr")))
    figure = figure_of(seen_twice)
    assert (figure.state, figure.raw, figure.value) == ("number", "0", Decimal(0))
    assert figure.confidence <= FormSettings().decent_confidence
    assert figure.flags == ("readers_disagree", "low_confidence")


@pytest.mark.parametrize(("text", "sure"), [("à", 0.2), ("见附件", 0.9)])
def test_an_unlikely_number_goes_before_no_letter_and_none_before_words(text: str, sure: float) -> None:
    figure = figure_of(replace(seen(text, 0.9), others=(Reading("0", sure, "ppocr"),)))
    assert (figure.state, figure.value, figure.raw) == ("text", None, text)


@pytest.mark.parametrize("text", ["持0", "详见附件", "1 件 2"])
def test_words_where_a_figure_belongs_are_suspect_however_surely_they_are_read(text: str) -> None:
    figure = figure_of(CellReading(Reading(text, 1.0, "text-layer")))
    assert (figure.state, figure.value, figure.raw) == ("text", None, text)
    assert "suspect" in figure.flags


@pytest.mark.parametrize("text", ["无", "/", "", "3"])
def test_what_a_form_may_hold_is_not(text: str) -> None:
    assert figure_of(CellReading(Reading(text, 1.0, "text-layer"))).flags == ()
