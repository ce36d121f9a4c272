"""The report as a workbook: an overview, a sheet a table as printed, the figures, the checks.

Text is text: no cell of the workbook is a formula, whatever it begins with.  A number is stored as a
number only where a spreadsheet holds it exactly (15 digits); all else is text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING

from pipeline.emit.doubt import Doubts, cells_of_figures, doubts
from pipeline.emit.rows import COLUMNS, figure_rows
from pipeline.emit.words import phrase, word
from pipeline.emit.xlsx_cell import COLOURS, cell_at, exact_number, mark, put, put_number, put_text
from pipeline.report import Check, Figure, Report, TableCell, TableRecord
from pipeline.settings import ReviewSettings

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP archive can hold
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def _why(key: str, figure: Figure, reasons: Sequence[str]) -> list[str]:
    lines = [key, *(phrase(code) for code in reasons)]
    lines.append(f"把握 confidence {figure.confidence:.4f}")
    if figure.raw is not None:
        lines.append(f"识别 read as 「{figure.raw}」")
    return lines + [f"{reading.reader} 「{reading.raw}」" for reading in figure.readings]


def _fill_cell(cell: Cell, printed: TableCell, figure: Figure | None) -> None:
    from openpyxl.styles import Alignment, Border, Side

    text = printed.text.strip()
    number = exact_number(text) if figure and figure.state == "number" else None
    if number is not None:
        put_number(cell, number)
    elif printed.text:
        put_text(cell, printed.text)
    side = Side(style="thin", color="FF808080")
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _merge(sheet: Worksheet, cell: TableCell) -> None:
    if cell.row_span > 1 or cell.column_span > 1:
        sheet.merge_cells(
            start_row=cell.row + 1,
            end_row=cell.row + cell.row_span,
            start_column=cell.column + 1,
            end_column=cell.column + cell.column_span,
        )


def _table_sheet(
    sheet: Worksheet, table: TableRecord, keys: dict[int, str], report: Report, found: Doubts
) -> None:
    from openpyxl.utils import get_column_letter

    for index, printed in enumerate(table.cells):
        key = keys.get(index)
        figure = report.figures[key] if key is not None else None
        cell = cell_at(sheet, printed.row + 1, printed.column + 1)
        _fill_cell(cell, printed, figure)
        if key is not None and figure is not None and (reasons := found.reasons.get(key)):
            mark(cell, found.level(key), _why(key, figure, reasons))
        _merge(sheet, printed)
    for column in range(1, table.columns + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 14


def _list_sheet(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from openpyxl.styles import Font

    for line, row in enumerate([head, *rows], 1):
        for column, value in enumerate(row, 1):
            put(cell_at(sheet, line, column), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _overview(sheet: Worksheet, report: Report) -> None:
    about = report.report
    rows: list[tuple[object, ...]] = [
        ("文件 file", report.document.file),
        ("标题 title", about.title),
        ("机关 issuer", about.issuer),
        ("年度 year", about.year),
        ("需要复核 review needed", phrase("yes" if report.review.needed else "no")),
    ]
    rows += [("复核原因 reason", phrase(reason.code), reason.figures) for reason in report.review.reasons]
    for number, table in enumerate(report.tables, 1):
        pages = ", ".join(str(part.page) for part in table.parts)
        rows.append(("表格 table", f"{number} {phrase(table.kind)}", table.caption, pages, table.edition))
    _list_sheet(sheet, ("项目 item", "内容 content"), rows)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 60


def _figures_sheet(sheet: Worksheet, report: Report, found: Doubts) -> None:
    _list_sheet(sheet, COLUMNS, (astuple(row) for row in figure_rows(report)))
    value = COLUMNS.index("value") + 1
    for line, (key, figure) in enumerate(report.figures.items(), 2):
        if reasons := found.reasons.get(key):
            mark(cell_at(sheet, line, value), found.level(key), _why(key, figure, reasons))
    sheet.column_dimensions["E"].width = 48


def _check_row(check: Check) -> tuple[object, ...]:
    suggested = " ".join(f"{key}={value}" for key, value in (check.suggested or {}).items())
    sides = (check.left, check.right, check.difference)
    words = (check.rule.zh, check.rule.en)
    return (
        check.id,
        check.family,
        *words,
        check.status,
        *sides,
        check.verdict,
        check.suspects,
        suggested,
        check.figures,
    )


_CHECK_HEAD = (
    *("id", "family", "规则", "rule", "status", "left", "right", "difference"),
    *("verdict", "suspects", "suggested", "figures"),
)


def _checks_sheet(sheet: Worksheet, report: Report) -> None:
    from openpyxl.styles import PatternFill

    _list_sheet(sheet, _CHECK_HEAD, map(_check_row, report.checks))
    for line, check in enumerate(report.checks, 2):
        if check.status == "fail":
            sheet.cell(line, 5).fill = PatternFill("solid", fgColor=COLOURS["fault"])
    for letter, width in (("A", 36), ("C", 40), ("D", 40)):
        sheet.column_dimensions[letter].width = width


def _same_bytes(packed: bytes) -> bytes:
    """Return the workbook without the time it was written at, so that equal reports are equal files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _workbook(report: Report, found: Doubts) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book.create_sheet("概况 overview"), report)
    keys: list[dict[int, str]] = [{} for _ in report.tables]
    for key, (place, index) in cells_of_figures(report).items():
        keys[place][index] = key
    for place, table in enumerate(report.tables):
        name = f"{place + 1} {word(table.kind).zh}"
        _table_sheet(book.create_sheet(name), table, keys[place], report, found)
    _figures_sheet(book.create_sheet("数据 figures"), report, found)
    _checks_sheet(book.create_sheet("核对 checks"), report)
    return book


def report_xlsx(report: Report, low_confidence: float = ReviewSettings().low_confidence) -> bytes:
    """Return `report` as an XLSX workbook; equal reports give equal bytes.

    Sheets: overview, one a table (its first cell is A1), figures, checks.  Doubtful figures are
    coloured with a comment that says why.
    """
    out = io.BytesIO()
    _workbook(report, doubts(report, low_confidence)).save(out)
    return _same_bytes(out.getvalue())
