"""Random tables for properties, and a reader of HTML tables that knows nothing of how they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

from hypothesis import strategies as st

from pipeline.report import TableCell, TableRecord

Placed: TypeAlias = tuple[int, int, int, int, str]  # row, column, row span, column span, text


def placed(cell: TableCell) -> Placed:
    return cell.row, cell.column, cell.row_span, cell.column_span, cell.text


@st.composite
def tables(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> TableRecord:
    """Draw a table of up to 6 x 6 slots, tiled at random."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            room = next((n for n in range(column, columns) if (row, n) in taken), columns) - column
            height, width = draw(st.integers(1, rows - row)), draw(st.integers(1, room))
            taken |= {(row + i, column + j) for i in range(height) for j in range(width)}
            cells.append(
                TableCell(
                    row=row,
                    column=column,
                    row_span=height,
                    column_span=width,
                    text=draw(texts),
                    confidence=1.0,
                    reader="text-layer",
                )
            )
    return TableRecord(kind="other", rows=rows, columns=columns, cells=tuple(cells))


@dataclass
class TableReader(HTMLParser):
    """Collects the tables of a page with every cell's place, by the table model of the HTML standard."""

    tables: list[list[Placed]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._taken: set[tuple[int, int]] = set()
        self._row, self._open, self._spans, self._text = -1, False, (1, 1), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "table":
            self.tables.append([])
            self._taken, self._row = set(), -1
        elif tag == "tr":
            self._row += 1
        elif tag == "td":
            self._open, self._text = True, ""
            self._spans = int(named.get("rowspan") or 1), int(named.get("colspan") or 1)
        elif tag == "br" and self._open:
            self._text += "\n"

    def handle_data(self, data: str) -> None:
        if self._open:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag != "td":
            return
        column = next(n for n in range(10_000) if (self._row, n) not in self._taken)
        rows, columns = self._spans
        self._taken |= {(self._row + i, column + j) for i in range(rows) for j in range(columns)}
        self.tables[-1].append((self._row, column, rows, columns, self._text))
        self._open = False


def read_tables(html: str) -> list[list[Placed]]:
    reader = TableReader()
    reader.feed(html)
    reader.close()
    return reader.tables
