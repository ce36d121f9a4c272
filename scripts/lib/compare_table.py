"""A table as any tool gives it, and how it travels between processes; the standard library alone.

What the tools give is of three kinds: boxes with text, a matrix that says which cell owns each slot, and
HTML.  All become the same table; a slot that two cells claim stays with the first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, TypeAlias

Bounds: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom, y downwards, in a unit of the tool's own."""

Packed: TypeAlias = dict[str, int | list[float] | list[list[int | str]]]


@dataclass(frozen=True, slots=True)
class GivenCell:
    row: int
    column: int
    row_span: int
    column_span: int
    text: str

    def slots(self) -> Iterable[tuple[int, int]]:
        """Return the slots of the grid that the cell covers."""
        for row in range(self.row, self.row + self.row_span):
            for column in range(self.column, self.column + self.column_span):
                yield row, column


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A table found on a page (1-based); its cells need not tile the grid.

    `edges` are the columns' rules from left to right, in a unit of the tool's own, empty where it tells none.
    """

    page: int
    rows: int
    columns: int
    cells: tuple[GivenCell, ...]
    edges: tuple[float, ...] = ()

    def grid(self) -> list[list[GivenCell | None]]:
        """Return the cell that owns each slot, None where there is none."""
        grid: list[list[GivenCell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row, column in cell.slots():
                if grid[row][column] is None:
                    grid[row][column] = cell
        return grid


def pack(table: GivenTable) -> Packed:
    """Return `table` as plain values for JSON."""
    cells: list[list[int | str]] = [[c.row, c.column, c.row_span, c.column_span, c.text] for c in table.cells]
    return {
        "page": table.page,
        "rows": table.rows,
        "columns": table.columns,
        "cells": cells,
        "edges": list(table.edges),
    }


def _edges(positions: Iterable[float], tolerance: float) -> list[float]:
    """Return the distinct positions, those within `tolerance` of the one before taken for the same."""
    edges: list[float] = []
    last = float("-inf")
    for position in sorted(positions):
        if position - last > tolerance:
            edges.append(position)
        last = position
    return edges


def _nearest(edges: Sequence[float], position: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - position))


def from_boxes(page: int, boxes: Sequence[tuple[Bounds, str]], tolerance: float) -> GivenTable | None:
    """Return the table whose rules are the boxes' edges, edges nearer than `tolerance` being one rule.

    None where no box has an inside.
    """
    across = _edges((x for (left, _, right, _), _ in boxes for x in (left, right)), tolerance)
    down = _edges((y for (_, top, _, bottom), _ in boxes for y in (top, bottom)), tolerance)
    cells = []
    for (left, top, right, bottom), text in boxes:
        columns = _nearest(across, left), _nearest(across, right)
        rows = _nearest(down, top), _nearest(down, bottom)
        if columns[0] < columns[1] and rows[0] < rows[1]:
            cells.append(
                GivenCell(rows[0], columns[0], rows[1] - rows[0], columns[1] - columns[0], text.strip())
            )
    if not cells:
        return None
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return GivenTable(page, len(down) - 1, len(across) - 1, tuple(cells), tuple(across))


def from_owners(
    page: int, owners: Sequence[Sequence[Hashable]], text: Mapping[Any, str], edges: Sequence[float] = ()
) -> GivenTable | None:
    """Return the table of the matrix `owners`: which cell each slot belongs to; None where it is empty."""
    places: dict[Hashable, list[tuple[int, int]]] = {}
    for row, held in enumerate(owners):
        for column, owner in enumerate(held):
            places.setdefault(owner, []).append((row, column))
    if not places:
        return None
    cells = []
    for owner, slots in places.items():
        (top, left), (bottom, right) = map(min, zip(*slots, strict=True)), map(max, zip(*slots, strict=True))
        cells.append(GivenCell(top, left, bottom - top + 1, right - left + 1, text.get(owner, "").strip()))
    return GivenTable(page, len(owners), max(map(len, owners)), tuple(cells), tuple(edges))


class _Rows(HTMLParser):
    """Collects `(text, row span, column span)` of each cell, row by row, of the first table on."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, int, int]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            spans = (max(1, int(held.get(name) or 1)) for name in ("rowspan", "colspan"))
            self.rows[-1].append(("", *spans))  # type: ignore[arg-type]
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            text, height, width = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, height, width)


def from_html(page: int, html: str) -> GivenTable | None:
    """Return the table of `html`, its cells put where a browser puts them; None without cells."""
    reader = _Rows()
    reader.feed(html)
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, held in enumerate(reader.rows):
        column = 0
        for text, height, width in held:
            while (row, column) in taken:
                column += 1
            cell = GivenCell(row, column, min(height, len(reader.rows) - row), width, text.strip())
            taken.update(cell.slots())
            cells.append(cell)
    if not cells:
        return None
    columns = max(cell.column + cell.column_span for cell in cells)
    return GivenTable(page, len(reader.rows), columns, tuple(cells))
