"""A table with its column lines: what is compared and joined when page breaks cut tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.frame import cluster
from pipeline.model import Box, Cell, CellReading, Grid, Part, Table

Lines = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table whose column lines are shares (0..1) of its width: pages shift and shrink when scanned."""

    lines: Lines
    rows: int
    cells: tuple[Cell, ...]
    readings: tuple[CellReading, ...]
    parts: tuple[Part, ...]
    caption: str | None = None
    open_top: bool = False
    open_bottom: bool = False

    @property
    def columns(self) -> int:
        return len(self.lines) - 1

    def text(self, index: int) -> str:
        return self.readings[index].text.text

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(reading.text.text for reading in self.readings)

    def row(self, row: int) -> tuple[int, ...]:
        """Return the indices of the cells that reach into a row, left to right."""
        inside = (i for i, c in enumerate(self.cells) if c.row_start <= row < c.row_end)
        return tuple(sorted(inside, key=lambda i: self.cells[i].column_start))

    def to_table(self) -> Table:
        order = sorted(
            range(len(self.cells)), key=lambda i: (self.cells[i].row_start, self.cells[i].column_start)
        )
        grid = Grid(self.rows, self.columns, tuple(self.cells[i] for i in order))
        return Table(
            grid,
            tuple(self.readings[i] for i in order),
            self.parts,
            self.caption,
            self.open_top,
            self.open_bottom,
        )


def _edge(box: Box, outer: Box, right: bool) -> float:
    return ((box.right if right else box.left) - outer.left) / outer.width


def sheet_of(table: Table) -> Sheet:
    """Return a table of one part, all of whose cells have boxes, as a sheet.

    Columns that no cell begins or ends at have no line that could be compared, and fall away; not so where
    words alone tell the table: they say how many columns a header's name is over.
    """
    outer = table.parts[0].box
    lines = np.full(table.grid.columns + 1, np.nan)
    lines[0], lines[-1] = 0.0, 1.0
    for cell in table.grid.cells:
        assert cell.box is not None
        lines[cell.column_start] = _edge(cell.box, outer, right=False)
        lines[cell.column_end] = _edge(cell.box, outer, right=True)
    seen = ~np.isnan(lines)
    if all(cell.repaired for cell in table.grid.cells):
        number = np.arange(len(lines))
        lines, seen = np.interp(number, number[seen], lines[seen]), np.ones_like(seen)
    place = np.cumsum(seen) - 1
    cells = tuple(
        replace(c, column_start=int(place[c.column_start]), column_end=int(place[c.column_end]))
        for c in table.grid.cells
    )
    return Sheet(
        lines[seen],
        table.grid.rows,
        cells,
        table.readings,
        table.parts,
        table.caption,
        table.open_top,
        table.open_bottom,
    )


def _nearest(sheet: Sheet, lines: Lines) -> NDArray[np.intp]:
    return np.asarray(np.abs(sheet.lines[:, None] - lines[None, :]).argmin(axis=1), dtype=np.intp)


def keeps_apart(sheet: Sheet, lines: Lines) -> bool:
    """Tell whether every column line of the sheet goes to a line of its own: else columns would vanish."""
    return len(np.unique(_nearest(sheet, lines))) == len(sheet.lines)


def with_lines(sheet: Sheet, lines: Lines) -> Sheet:
    """Return the sheet laid on finer column lines, each of its own going to the nearest of them."""
    nearest = _nearest(sheet, lines)
    cells = tuple(
        replace(
            c,
            column_start=int(nearest[c.column_start]),
            column_end=int(nearest[c.column_end]),
        )
        for c in sheet.cells
    )
    return replace(sheet, lines=lines, cells=cells)


def union_lines(upper: Sheet, lower: Sheet, tolerance: float) -> Lines | None:
    """Return the column lines of both sheets together, or None where they are not one table's.

    One table's pieces share its lines: all lines of the piece with fewer must stand in the other
    (`tolerance` is a share of the width).
    """
    few, many = sorted((upper.lines, lower.lines), key=len)
    distance = np.abs(few[:, None] - many[None, :]).min(axis=1)
    if (distance > tolerance).any():
        return None
    union = cluster([*upper.lines, *lower.lines], tolerance)
    return union if len(union) == len(many) else None
