"""Tables of plain text laid out: spans as the form has them, no figure from a row that lost a cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.form import match_form, place_figures
from pipeline.form.layout import lay_out_table
from pipeline.model import RaggedKind, RaggedTable, Table
from pipeline.report import Figure
from pipeline.settings import FormSettings, ReviewSettings, SourceSettings
from pipeline.source.text import text_items

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
STEMS = sorted(path.stem for path in (SAMPLES / "seeds").glob("*.txt"))
FORM = FormSettings()
KINDS: tuple[RaggedKind, ...] = ("listed", "padded", "wreck")
WORDS = ("", "0", "12", "规章", "总计", "其他", "第二十条第（一）项", "0 0", "行政复议", "结果维持")


def ragged(stem: str) -> list[RaggedTable]:
    text = (SAMPLES / "seeds" / f"{stem}.txt").read_text("utf-8")
    return [item for item in text_items(text, SourceSettings()) if isinstance(item, RaggedTable)]


def figures(tables: list[Table]) -> dict[str, Figure]:
    match = match_form(tables, FORM)
    return place_figures(match, tables, FORM, ReviewSettings())


def expected(stem: str) -> dict[str, str | None]:
    held = json.loads((SAMPLES / "expected" / f"{stem}.json").read_text("utf-8"))
    return {key: figure["value"] for key, figure in held["figures"].items()}


def silent_errors(found: dict[str, Figure], wanted: dict[str, str | None]) -> list[str]:
    """Return the figures that are numbers, not those printed, and carry no flag."""
    return [
        key
        for key, figure in found.items()
        if figure.value is not None and not figure.flags and str(figure.value) != wanted.get(key)
    ]


def shape(table: Table) -> set[tuple[int, int, int, int]]:
    return {(c.row_start, c.column_start, c.row_span, c.column_span) for c in table.grid.cells}


@pytest.mark.parametrize("stem", [stem for stem in STEMS if not stem.startswith("002")])
def test_the_spans_of_a_listed_table_are_those_of_the_form(stem: str) -> None:
    folder = {"000": "chengkou-2020", "001": "suihua-2021", "003": "lingshou-2021", "004": "wenzhou-2020"}
    truth = json.loads((SAMPLES / folder[stem[:3]] / "truth.json").read_text("utf-8"))
    wanted = {
        table["kind"]: {(c["row"], c["column"], c["row_span"], c["column_span"]) for c in table["cells"]}
        for table in truth["tables"]
        if table["kind"] != "proactive"  # how offices divide its short rows, a text does not tell
    }
    tables = [lay_out_table(each, FORM) for each in ragged(stem)]
    kinds = [table.kind for table in match_form(tables, FORM).tables]
    assert kinds == ["proactive", "applications", "disputes"]
    found = {kind: shape(table) for kind, table in zip(kinds, tables, strict=True) if kind != "proactive"}
    assert found == wanted


def test_no_text_of_a_table_is_lost() -> None:
    for stem in STEMS:
        for each in ragged(stem):
            table = lay_out_table(each, FORM)
            kept = "".join(reading.text.text for reading in table.readings).replace(" ", "")
            for text in {text for row in each.rows for text in row}:
                assert text.replace(" ", "") in kept or each.kind == "wreck", (stem, text)


def test_every_figure_of_the_wreck_is_right() -> None:
    (stem,) = (stem for stem in STEMS if stem.startswith("002"))
    found = figures([lay_out_table(each, FORM) for each in ragged(stem)])
    assert {key: None if f.value is None else str(f.value) for key, f in found.items()} == expected(stem)


@pytest.mark.parametrize(
    ("label", "placed"), [("本年新收政府", True), ("本年", False), ("本年收费金额合计", False)]
)
def test_a_first_row_is_known_by_the_beginning_of_its_label(label: str, placed: bool) -> None:
    (stem,) = (stem for stem in STEMS if stem.startswith("002"))
    tables = ragged(stem)
    rows = tuple(tuple(label if c == "本年新收政府" else c for c in row) for row in tables[-2].rows)
    tables[-2] = RaggedTable(rows, tables[-2].kind)
    found = figures([lay_out_table(each, FORM) for each in tables])
    received = [f for key, f in found.items() if key.startswith("applications.received.")]
    assert {f.state for f in received} == ({"number"} if placed else {"missing"})
    assert all(bool(f.flags) == placed for f in received)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_cell_lost_or_added_gives_no_wrong_figure_silently(data: st.DataObject) -> None:
    stem = data.draw(st.sampled_from(STEMS))
    tables = ragged(stem)
    index = data.draw(st.integers(0, len(tables) - 1))
    rows = [list(row) for row in tables[index].rows]
    # A row that loses as many cells as it is given has other figures, and nothing tells.
    losing: dict[int, bool] = {}
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(rows) - 1))
        row = rows[number]
        place = data.draw(st.integers(0, len(row) - 1)) if row else 0
        if number not in losing:
            losing[number] = data.draw(st.booleans())
        if row and losing[number]:
            del row[place]
        elif not losing[number]:
            row.insert(place, data.draw(st.sampled_from(["7", "", "乱", "其他"])))
    tables[index] = RaggedTable(tuple(map(tuple, rows)), tables[index].kind)
    found = figures([lay_out_table(each, FORM) for each in tables])
    wrong = silent_errors(found, expected(stem))
    assert wrong == []


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from(WORDS))),
    kind=st.sampled_from(KINDS),
)
def test_any_rows_make_a_table(rows: list[list[str]], kind: RaggedKind) -> None:
    table = lay_out_table(RaggedTable(tuple(map(tuple, rows)), kind), FORM)
    assert table.grid.rows == sum(any(row) for row in rows)
