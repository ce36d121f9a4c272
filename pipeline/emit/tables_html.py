"""A table as HTML with real spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from pipeline.emit.text import visible
from pipeline.report import TableCell, TableRecord

Attributes = Callable[[int], Mapping[str, str]]


def _none(_: int) -> Mapping[str, str]:
    return {}


def inline_html(text: str) -> str:
    """Return `text` escaped, line feeds as `<br>`; never markup, never a blank line."""
    return escape(visible(text)).replace("\n", "<br>")


def _cell(cell: TableCell, extra: Mapping[str, str]) -> str:
    spans = {"rowspan": cell.row_span, "colspan": cell.column_span}
    pairs = {name: str(span) for name, span in spans.items() if span > 1} | dict(extra)
    written = "".join(f' {name}="{escape(visible(value))}"' for name, value in pairs.items())
    return f"<td{written}>{inline_html(cell.text)}</td>"


def table_html(table: TableRecord, attributes: Attributes = _none) -> str:
    """Return `table` as a `<table>`, one `<tr>` a grid row, without blank lines.

    `attributes` gives further attributes of a cell by its index in `table.cells`.  A row whose every
    slot belongs to cells from above stays as an empty `<tr>`, so that spans keep their meaning.
    """
    rows: list[list[tuple[int, str]]] = [[] for _ in range(table.rows)]
    for index, cell in enumerate(table.cells):
        rows[cell.row].append((cell.column, _cell(cell, attributes(index))))
    lines = ("".join(text for _, text in sorted(row)) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table>\n{body}\n</table>"
