"""The form's tables as tilings: which cells its rules part, where every rule is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from pipeline.form.edition import FormBlock, FormRow, FormTable, editions
from pipeline.form.header import header_levels
from pipeline.model import Cell, Grid

ONE_EDGE = 3  # cells that are one table's only, where two of one are one of the other
FEW_CELLS = 0.05  # of a table's: as many may be another's only for the two to be nearly alike


@lru_cache
def tilings() -> tuple[Grid, ...]:
    """Return the tables of every edition as grids without boxes, each tiling once.

    A table whose blocks have different numbers of columns is there as the offices rule it: with all
    columns of a block alike, with its last one wider, with its label wider, too, and in halves where it has
    one column.
    """
    made = [grid for edition in editions() for form in edition.tables for grid in _tilings(form)]
    return tuple(dict.fromkeys(made))


@lru_cache
def dark_tilings() -> tuple[Grid, ...]:
    """Return the tables of every edition, each block's header one cell: a dark band hides what parts it."""
    made = [grid for edition in editions() for form in edition.tables for grid in _tilings(form, dark=True)]
    return tuple(dict.fromkeys(made))


def is_tiled_like(grid: Grid, form: FormTable, rows: int | None = None, lost: int = 0) -> bool:
    """Return whether a grid, or its first `rows`, has just the cells of the form's below `lost` rows."""
    return _rows(grid, 0, grid.rows if rows is None else rows, 0) in _tiled_places(form, lost)


def is_whole(grid: Grid) -> bool:
    """Return whether a grid has just the cells of a form table."""
    return any(is_tiled_like(grid, form) for edition in editions() for form in edition.tables)


@lru_cache
def _tiled_places(form: FormTable, lost: int) -> frozenset[Places]:
    return frozenset(_rows(tiling, lost, tiling.rows, 0) for tiling in _tilings(form))


def first_lines(form: FormTable) -> tuple[int, ...]:
    """Return the line of each block's first row of figures in the form's table."""
    lines, top = [], 0
    for block in form.blocks:
        lines.append(top + len(header_levels(block)))
        top = lines[-1] + len(block.rows)
    return tuple(lines)


def is_piece(grid: Grid) -> bool:
    """Return whether a grid has the cells of a form table, or of some of its rows, with its header or not."""
    return _squeezed(_places(grid)) in _pieces(grid.rows)


def odd_cells(grid: Grid, texts: Sequence[str]) -> tuple[int, ...] | None:
    """Return the cells (indices) that a piece has otherwise, where a grid is one but for an edge, or a few.

    None where it is like no piece: where more than a few of many cells are otherwise.  `texts` are those of
    its cells: rows left blank at its foot are not looked at, whatever cells they have.
    """
    last = max((c.row_end for c, t in zip(grid.cells, texts, strict=True) if t.strip()), default=grid.rows)
    own = _renumbered([place for place in _each_place(grid) if place[0] < last])
    places = frozenset(own)
    nearest = min(_pieces(last), key=lambda piece: len(places ^ piece), default=None)
    if nearest is None or len(places ^ nearest) > max(ONE_EDGE, FEW_CELLS * len(nearest)):
        return None
    return tuple(i for i, place in enumerate(own) if place not in nearest)


Place = tuple[int, int, int, int]
Places = frozenset[Place]


@lru_cache
def _pieces(rows: int) -> frozenset[Places]:
    """Return the places of the cells in every stretch of so many rows of a form table."""
    found: set[Places] = set()
    for edition in editions():
        for form in edition.tables:
            headed = 0 if len(form.blocks) > 1 else len(header_levels(form.blocks[0]))
            for tiling in _tilings(form):
                for head in {0, headed} if rows > headed else {0}:
                    found |= {
                        _squeezed(_rows(tiling, 0, head, 0) | _rows(tiling, first, first + rows - head, head))
                        for first in range(head, tiling.rows - rows + head + 1)
                    }
    return frozenset(found)


def _rows(grid: Grid, start: int, stop: int, at: int) -> Places:
    """Return the places of the cells in some rows, which begin at row `at`."""
    return frozenset(
        (
            max(c.row_start, start) - start + at,
            min(c.row_end, stop) - start + at,
            c.column_start,
            c.column_end,
        )
        for c in grid.cells
        if c.row_start < stop and c.row_end > start
    )


def _squeezed(places: Places) -> Places:
    return frozenset(_renumbered(tuple(places)))


def _renumbered(places: Sequence[Place]) -> list[Place]:
    """Return the places without the column lines at which no cell begins or ends: no rule can show those."""
    lines = sorted({line for place in places for line in place[2:]})
    number = {line: i for i, line in enumerate(lines)}
    return [(top, bottom, number[left], number[right]) for top, bottom, left, right in places]


def _places(grid: Grid) -> Places:
    return frozenset(_each_place(grid))


def _each_place(grid: Grid) -> list[Place]:
    return [(c.row_start, c.row_end, c.column_start, c.column_end) for c in grid.cells]


def _tilings(form: FormTable, *, dark: bool = False) -> Iterator[Grid]:
    labels = max((len(row.path) for block in form.blocks for row in block.rows), default=0)
    counts = {len(block.columns) for block in form.blocks}
    most = max(counts)
    yield _tiled(form, [_edges(labels, len(b.columns), most) for b in form.blocks], dark=dark)
    uneven = sorted(counts - {1, most})
    sizes = [len(block.columns) for block in form.blocks]
    if labels == 1 and uneven:
        yield _tiled(form, [_even(n) if n > 1 else _own_lines(n) for n in sizes], dark=dark)
        yield _tiled(form, [_own_lines(n) for n in sizes], dark=dark)
    if labels == 1 and 1 in counts and most > 1:
        yield _tiled(form, [_even(n) for n in sizes], dark=dark)


def _edges(labels: int, columns: int, most: int) -> list[int]:
    """Return the column lines of a block whose last column takes what others have more."""
    return [*range(labels + columns), labels + most]


def _even(columns: int) -> list[int]:
    """Return the lines, as shares of the width in twelfths, where label and columns are all alike."""
    return [round(12 * k / (columns + 1)) for k in range(columns + 2)]


def _own_lines(columns: int) -> list[int]:
    """Return the lines in twelfths where only the columns beside the common label are alike."""
    return [0, *(3 + round(9 * k / columns) for k in range(columns)), 12]


def _tiled(form: FormTable, lines: Sequence[Sequence[int]], *, dark: bool = False) -> Grid:
    """Return the form's cells on the union of its blocks' column lines; `dark` headers are one cell each."""
    every = sorted({x for block in lines for x in block})
    number = {x: i for i, x in enumerate(every)}
    cells: list[Cell] = []
    row = 0
    for block, own in zip(form.blocks, lines, strict=True):
        places = [number[x] for x in own]
        band = [Cell(row, row + 1, places[0], places[-1])] if dark else []
        made = (*band, *block_cells(block, row + len(band), places, headed=not dark))
        cells.extend(made)
        row = max(cell.row_end for cell in made)
    return Grid(row, len(every) - 1, tuple(sorted(cells, key=lambda c: (c.row_start, c.column_start))))


def block_cells(block: FormBlock, top: int, places: Sequence[int], *, headed: bool = True) -> Iterator[Cell]:
    """Yield the cells of a block whose first row is `top`, its column lines having the numbers `places`."""
    labels = len(places) - 1 - len(block.columns)
    levels = header_levels(block, labels, len(places) - 1) if headed else ()
    for row, level in enumerate(levels, start=top):
        for cell in level:
            yield Cell(row, row + cell.rows, places[cell.start], places[cell.stop])
    first = top + len(levels)
    for row, _ in enumerate(block.rows, start=first):
        for start in range(labels, len(places) - 1):
            yield Cell(row, row + 1, places[start], places[start + 1])
    for start, stop, depth, last in _labels(block.rows):
        end = labels if last else depth + 1
        yield Cell(first + start, first + stop, places[depth], places[end])


def lifted(cells: Iterable[Cell], by: int) -> Iterator[Cell]:
    """Yield what cells have below the first `by` rows, moved up by as many: the rest of a table cut there."""
    for cell in cells:
        if cell.row_end > by:
            yield replace(cell, row_start=max(0, cell.row_start - by), row_end=cell.row_end - by)


def _labels(rows: Sequence[FormRow]) -> Iterator[tuple[int, int, int, bool]]:
    """Yield the label cells: first row, the row after the last, depth, and whether it is the row's own."""
    deepest = max((len(row.path) for row in rows), default=0)
    for depth in range(deepest):
        numbered = [(i, row.path[: depth + 1]) for i, row in enumerate(rows) if len(row.path) > depth]
        for path, held in groupby(numbered, key=lambda each: each[1]):
            inside = [i for i, _ in held]
            yield inside[0], inside[-1] + 1, depth, len(rows[inside[0]].path) == len(path)
