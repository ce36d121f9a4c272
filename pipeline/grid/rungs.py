"""A table of horizontal rules alone whose rules run where those of a known tiling do: its rows are sure.

Where a rule begins and ends tells most of its column lines, the print those in between.  No reader is
asked: print that touches rules, as small print does, is not legible as a line of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from pipeline.grid.build import RuledGrid
from pipeline.grid.frame import cluster
from pipeline.grid.ladder import Ladder
from pipeline.grid.lanes import Lane, find_lanes
from pipeline.grid.spaced import is_title
from pipeline.grid.words import pieces_in, usual_height, words_of
from pipeline.model import Box, Cell, Grid, Rule
from pipeline.settings import GridSettings

Run = tuple[int, int]
"""From which column line to which one a level is ruled."""


def grid_of_rungs(
    ladder: Ladder, known: Iterable[Grid], print_: Sequence[Box], page: int, settings: GridSettings
) -> RuledGrid | None:
    """Return the grid of a ladder that has the rules of one `known` tiling, and its columns; else None.

    Every cell says that its lines were inferred.
    """
    inside = pieces_in(ladder.box, print_)
    em = usual_height(inside)
    # Dirt is as small as a dash, which tells of columns and titles nothing that other print does not.
    words = [w for w in words_of(inside, em, settings) if max(w.width, w.height) >= settings.level * em]
    ys = [float(y) for y in cluster((r.position for r in ladder.rungs), settings.snap)]
    extents = _extents(ladder.rungs, ys, settings)
    for tiling in (grid for grid in known if grid.rows == len(ys) - 1):
        runs = list(_runs(tiling))
        lines = _told_lines(runs, extents, settings) if all(runs) else None
        if not lines or not (len(lines) > 2 or _is_titled(tiling, ys, ladder.box, words, em, settings)):
            continue
        xs = _every_line(lines, tiling, ys, words, em, settings)
        found = _grid(tiling, xs, tuple(ys), ladder.rungs, page) if xs else None
        if found and not _is_crossed(found.grid, words, settings):
            return found
    return None


def _extents(rungs: Sequence[Rule], ys: Sequence[float], settings: GridSettings) -> list[tuple[float, float]]:
    """Return from where to where each level is ruled."""
    at = [[r for r in rungs if abs(r.position - y) <= settings.snap] for y in ys]
    return [(min(r.start for r in level), max(r.end for r in level)) for level in at]


def _runs(tiling: Grid) -> Iterator[Run | None]:
    """Yield the run that is ruled on each level of a tiling; None where there are several, or none."""
    for level in range(tiling.rows + 1):
        ruled = {
            column
            for cell in tiling.cells
            if level in (cell.row_start, cell.row_end)
            for column in range(cell.column_start, cell.column_end)
        }
        first, last = min(ruled, default=0), max(ruled, default=-1)
        yield (first, last + 1) if ruled and len(ruled) == last + 1 - first else None


def _told_lines(
    runs: Sequence[Run | None], extents: Sequence[tuple[float, float]], settings: GridSettings
) -> Mapping[int, float] | None:
    """Return where the column lines are at which rules begin or end, by number; None where one does not."""
    seen: dict[int, list[float]] = {}
    for run, extent in zip(runs, extents, strict=True):
        for line, x in zip(run or (), extent, strict=False):
            seen.setdefault(line, []).append(x)
    off = max(abs(x - float(np.median(held))) for held in seen.values() for x in held)
    lines = {line: float(np.median(seen[line])) for line in sorted(seen)}
    apart = all(b - a > 2 * settings.reach for a, b in pairwise(lines.values()))
    return lines if off <= settings.reach and apart else None


def _is_titled(
    tiling: Grid, ys: Sequence[float], box: Box, words: Sequence[Box], em: float, settings: GridSettings
) -> bool:
    """Return whether a tiling has rows of one cell, and titles of blocks stand in all of these.

    That shows a table all of whose rules go from side to side, which those of others do, too.
    """
    titles = [cell for cell in tiling.cells if cell.column_span == tiling.columns]
    bands = ((ys[cell.row_start], ys[cell.row_end]) for cell in titles)
    held = ([w for w in words if top <= w.center[1] < bottom] for top, bottom in bands)
    return bool(titles) and all(is_title(band, box, em, settings) for band in held)


def _every_line(
    told: Mapping[int, float],
    tiling: Grid,
    ys: Sequence[float],
    words: Sequence[Box],
    em: float,
    settings: GridSettings,
) -> tuple[float, ...]:
    """Return all column lines of a tiling: between those told, in the white between columns; else none."""
    xs: list[float] = []
    for (first, left), (last, right) in pairwise(told.items()):
        xs.append(left)
        if last == first + 1:
            continue
        held = [
            word
            for top, bottom in _plain_rows(tiling, (first, last), ys)
            for word in words
            if top <= word.center[1] < bottom and left < word.center[0] < right
        ]
        lanes = _widest(find_lanes(held, em, settings), last - first - 1, settings)
        if not lanes:
            return ()
        xs += [lane.place for lane in lanes]
    return (*xs, *list(told.values())[-1:])


def _widest(lanes: Sequence[Lane], count: int, settings: GridSettings) -> Sequence[Lane]:
    """Return as many lanes as there must be, none where there are fewer, or others that are nearly as wide.

    Words that stand in line with a wide gap leave a narrow one.
    """
    widths = sorted((lane.stop - lane.start for lane in lanes), reverse=True)
    if len(widths) < count or (
        len(widths) > count and widths[count - 1] < settings.lane_clear * widths[count]
    ):
        return ()
    return [lane for lane in lanes if lane.stop - lane.start >= widths[count - 1]]


def _plain_rows(tiling: Grid, run: Run, ys: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Yield from where to where the rows go that have a cell for each column of a run."""
    for row in range(tiling.rows):
        begun = {c.column_start for c in tiling.cells if c.row_start <= row < c.row_end}
        if begun >= set(range(*run)) and (run[1] == tiling.columns or run[1] in begun):
            yield ys[row], ys[row + 1]


def _is_crossed(grid: Grid, words: Sequence[Box], settings: GridSettings) -> bool:
    """Return whether a word lies across the side of a cell: the tiling is of another table."""
    near = settings.reach
    return any(
        box.contains(*word.center) and (word.left < box.left - near or word.right > box.right + near)
        for box in (cell.box for cell in grid.cells)
        if box
        for word in words
    )


def _grid(
    tiling: Grid, xs: tuple[float, ...], ys: tuple[float, ...], rungs: Sequence[Rule], page: int
) -> RuledGrid:
    cells = tuple(_boxed(cell, xs, ys, page) for cell in tiling.cells)
    box = Box(xs[0], ys[0], xs[-1], ys[-1])
    grid = Grid(tiling.rows, tiling.columns, cells)
    return RuledGrid(grid, box, tuple(rungs), (), xs, ys, open_top=False, open_bottom=False)


def _boxed(cell: Cell, xs: Sequence[float], ys: Sequence[float], page: int) -> Cell:
    box = Box(xs[cell.column_start], ys[cell.row_start], xs[cell.column_end], ys[cell.row_end])
    return Cell(cell.row_start, cell.row_end, cell.column_start, cell.column_end, page, box, repaired=True)
