"""The report as a workbook."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.emit.rows import COLUMNS
from pipeline.emit.xlsx import report_xlsx
from pipeline.emit.xlsx_cell import LONGEST_TEXT, exact_number, stored_text
from pipeline.report import Report, TableRecord
from tests.emit.builder import plausible_report
from tests.emit.tilings import Placed, placed, tables

TABLE_SHEETS = ["1 主动公开", "2 依申请公开", "3 复议诉讼"]


def read(report: Report) -> Workbook:
    return load_workbook(io.BytesIO(report_xlsx(report)))


def tiles(sheet: Worksheet) -> list[Placed]:
    """Return a sheet's cells with their spans, as a spreadsheet shows them."""
    spans = {(m.min_row, m.min_col): m.size for m in sheet.merged_cells.ranges}
    hidden = {
        (row, column)
        for m in sheet.merged_cells.ranges
        for row in range(m.min_row, m.max_row + 1)
        for column in range(m.min_col, m.max_col + 1)
        if (row, column) != (m.min_row, m.min_col)
    }
    found: list[Placed] = []
    for row in range(1, sheet.max_row + 1):
        for column in range(1, sheet.max_column + 1):
            if (row, column) in hidden:
                continue
            size = spans.get((row, column), {"rows": 1, "columns": 1})
            value = sheet.cell(row, column).value
            text = "" if value is None else str(value)
            found.append((row - 1, column - 1, size["rows"], size["columns"], text))
    return found


def test_every_table_is_a_sheet_with_its_merged_cells() -> None:
    report = plausible_report()
    book = read(report)
    assert book.sheetnames[1:-2] == TABLE_SHEETS
    for name, table in zip(TABLE_SHEETS, report.tables, strict=True):
        assert tiles(book[name]) == [placed(cell) for cell in table.cells]


@settings(max_examples=25, deadline=None)
@given(tables(st.sampled_from(["", "0", "甲乙", "=1+1"])))
def test_any_tiling_reads_back(table: TableRecord) -> None:
    report = plausible_report().model_copy(update={"tables": (table,), "figures": {}})
    assert tiles(read(report)["1 其他表格"]) == [placed(cell) for cell in table.cells]


def test_numbers_are_numbers_and_labels_text() -> None:
    sheet = read(plausible_report({"proactive.fees.amount": "463.40"}))["1 主动公开"]
    kinds = {str(cell.value): cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert kinds["1584"] == "n"
    assert kinds["463.4"] == "n"
    assert kinds["规章"] == "s"
    shown = {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value == 463.4}
    assert shown == {"0.00"}


def test_what_a_number_would_alter_stays_text() -> None:
    sheet = read(plausible_report({"proactive.licensing.decisions": "+1036", "proactive.fees.amount": "00"}))
    texts = [c.value for row in sheet["1 主动公开"].iter_rows() for c in row if c.data_type == "s"]
    assert {"+1036", "00"} <= set(texts)


@pytest.mark.parametrize("text", ["1234567890123456", "+7", "007", "1e5", "０", "1,584", "", "inf", "-"])
def test_inexact_numbers_are_no_numbers(text: str) -> None:
    assert exact_number(text) is None


def test_a_blank_cell_stays_blank() -> None:
    sheet = read(plausible_report({"proactive.licensing.decisions": ""}))["1 主动公开"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "行政许可")
    assert [cell.value for cell in row[1:]] == [None, None, None]


def test_doubtful_cells_are_coloured_and_say_why() -> None:
    book = read(plausible_report())
    marked = {str(cell.value): cell for row in book["1 主动公开"].iter_rows() for cell in row if cell.comment}
    assert list(marked) == ["274"]
    comment = marked["274"].comment
    assert comment is not None
    assert "proactive.penalties.decisions" in comment.text
    assert "214" in comment.text
    assert marked["274"].fill.fgColor.rgb == "FFFFE699"
    row = next(row for row in book["2 依申请公开"].iter_rows() if row[1].value == "（一）予以公开")
    colours = [cell.fill.fgColor.rgb for cell in row if cell.comment]
    assert colours == ["FFF8B4AB", *["FFFCE4E1"] * 5, "FFF8B4AB"]


def test_figures_and_checks_have_their_sheets() -> None:
    report = plausible_report()
    book = read(report)
    figures = list(book["数据 figures"].iter_rows(values_only=True))
    assert figures[0] == COLUMNS
    assert [row[4] for row in figures[1:]] == list(report.figures)
    fees = next(row for row in figures if row[4] == "proactive.licensing.decisions")
    assert Decimal(str(fees[5])) == 1584
    checks = list(book["核对 checks"].iter_rows(values_only=True))
    assert [(row[0], row[4]) for row in checks[1:]] == [(c.id, c.status) for c in report.checks]


def test_equal_reports_are_equal_files() -> None:
    assert report_xlsx(plausible_report()) == report_xlsx(plausible_report())


def test_text_that_looks_like_an_escape_is_not_unescaped() -> None:
    assert stored_text("_x0031_") == "_x005F_x0031_"


def test_a_text_too_long_for_a_cell_is_cut_visibly() -> None:
    stored = stored_text("字" * (LONGEST_TEXT + 1))
    assert len(stored) == LONGEST_TEXT
    assert stored.endswith("…[cut]")
