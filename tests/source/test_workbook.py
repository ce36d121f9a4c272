"""Excel workbooks: merged cells, stretches of rows, numbers as typed."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.emit.xlsx import report_xlsx
from pipeline.errors import TooLargeError
from pipeline.report import TableRecord
from pipeline.source import MediaType, open_document
from pipeline.source.workbook import xlsx_items
from tests.emit import builder
from tests.source.tiled import SETTINGS, found_lines, found_tables, placed, several, wanted


def sheet() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    return book, book.worksheets[0]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(max_examples=200, deadline=None)
@given(several)
def test_any_table_of_our_own_workbooks_comes_back_span_for_span(table: TableRecord) -> None:
    report = builder.plausible_report().model_copy(update={"tables": (table,), "figures": {}, "checks": ()})
    found = found_tables(xlsx_items(report_xlsx(report), "x.xlsx", SETTINGS))
    assert wanted(table) in [placed(each) for each in found]


def test_titles_sections_and_tables_of_one_sheet(tmp_path: Path) -> None:
    book, page = sheet()
    page["A1"] = "某某局2021年政府信息公开工作年度报告"
    page.merge_cells("A1:C1")
    page["A3"], page["A4"], page["B4"] = "二、主动公开政府信息情况", "规章", 463.4
    page["C4"], page["A5"], page["B5"] = 1584, "文件", "=1+1"
    page.merge_cells("B5:C5")
    path = tmp_path / "x"
    path.write_bytes(saved(book))
    assert open_document(path, SETTINGS).media_type is MediaType.XLSX
    items = list(xlsx_items(path.read_bytes(), "x", SETTINGS))
    assert found_lines(items) == ["某某局2021年政府信息公开工作年度报告", "二、主动公开政府信息情况"]
    (table,) = found_tables(items)
    assert [text for *_, text in placed(table)] == ["规章", "463.4", "1584", "文件", "=1+1"]
    assert placed(table)[-1][:4] == (1, 1, 1, 2)


def test_hidden_sheets_are_not_read() -> None:
    book, page = sheet()
    page["A1"], page["B1"] = "甲", "1"
    other = book.create_sheet("other")
    other["A1"], other["B1"] = "乙", "2"
    other.sheet_state = "hidden"
    (table,) = found_tables(xlsx_items(saved(book), "x", SETTINGS))
    assert [text for *_, text in placed(table)] == ["甲", "1"]


def test_ranges_without_end_are_refused_at_once() -> None:
    book, page = sheet()
    page["A1"], page["B1"] = "甲", "1"
    page["XFD1"] = "x"
    with pytest.raises(TooLargeError):
        found_tables(xlsx_items(saved(book), "x", SETTINGS))
