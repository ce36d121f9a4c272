"""Random tables as Word files and web pages; what a source made of one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from hypothesis import strategies as st

from pipeline.model import PageContent, Table
from pipeline.report import TableCell, TableRecord
from pipeline.settings import SourceSettings
from pipeline.source.flow import FlowPages, Item
from tests.emit.tilings import Placed, tables

SETTINGS = SourceSettings()
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

words = st.text(alphabet="甲乙丙丁戊己庚辛0123456789", min_size=1, max_size=6)
several = tables(words).filter(lambda table: len(table.cells) > 1)


def contents(items: Iterable[Item]) -> list[PageContent]:
    return [step for step in FlowPages(items, "x", SETTINGS) if isinstance(step, PageContent)]


def found_tables(items: Iterable[Item]) -> list[Table]:
    return [table for content in contents(items) for table in content.tables]


def found_lines(items: Iterable[Item]) -> list[str]:
    return [line.text for content in contents(items) for line in content.lines]


def placed(table: Table) -> list[Placed]:
    cells = zip(table.grid.cells, table.readings, strict=True)
    return [(c.row_start, c.column_start, c.row_span, c.column_span, r.text.text) for c, r in cells]


def wanted(table: TableRecord) -> list[Placed]:
    every = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in every]


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _slot(cell: TableCell, row: int) -> str:
    merge = ""
    if cell.row_span > 1:
        merge = '<w:vMerge w:val="restart"/>' if cell.row == row else "<w:vMerge/>"
    text = cell.text if cell.row == row else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{cell.column_span}"/>{merge}</w:tcPr>{paragraph(text)}</w:tc>'


def word_table(table: TableRecord) -> str:
    rows = []
    for row in range(table.rows):
        here = [cell for cell in table.cells if cell.row <= row < cell.row + cell.row_span]
        here.sort(key=lambda cell: cell.column)
        rows.append(f"<w:tr>{''.join(_slot(cell, row) for cell in here)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def word_file(body: str, parts: dict[str, bytes] | None = None) -> bytes:
    """Return a Word file; each of `parts` is related to by its file's name."""
    related = "".join(
        f'<Relationship Id="{name.rpartition("/")[2]}" Type="image" Target="/{name}"/>'
        for name in parts or {}
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
        )
        relations = f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>'
        package.writestr("word/_rels/document.xml.rels", relations)
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return out.getvalue()
