"""Tables as HTML keep every span and every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.emit.tables_html import table_html
from pipeline.report import TableRecord
from tests.emit.builder import plausible_report
from tests.emit.tilings import placed, read_tables, tables

TEXTS = st.text(st.sampled_from("0 9甲<>&\"'\n=/"), max_size=6)


@given(tables(TEXTS))
def test_any_tiling_reads_back(table: TableRecord) -> None:
    assert read_tables(table_html(table)) == [[placed(cell) for cell in table.cells]]


@given(tables(TEXTS))
def test_no_blank_line_ends_the_table_inside_markdown(table: TableRecord) -> None:
    assert all(line.strip() for line in table_html(table).splitlines())


def test_a_span_of_22_rows_stays() -> None:
    table = plausible_report().tables[1]
    spans = [cell[2] for cell in read_tables(table_html(table))[0] if cell[4] == "三、本年度办理结果"]
    assert spans == [22]


def test_attributes_are_escaped() -> None:
    table = plausible_report().tables[2]
    html = table_html(table, lambda _: {"title": '"><script>'})
    assert "<script" not in html
    assert html.count('title="&quot;&gt;&lt;script&gt;"') == len(table.cells)
