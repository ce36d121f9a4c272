"""What words tell of a table becomes a grid: lines in the white between its columns and rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf

from pipeline.grid.build import RuledGrid
from pipeline.grid.frame import cluster
from pipeline.grid.lanes import Lane, common_places
from pipeline.grid.region import joined
from pipeline.model import Box, Cell, Grid, Outline, Rule
from pipeline.settings import GridSettings


def grid_of(
    outlines: Sequence[Outline], rules: Iterable[Rule], page: int, settings: GridSettings
) -> RuledGrid | None:
    """Return the grid of a table's stretches, from the top; None where their lines cannot be told apart.

    Column lines that may run in common white are one.  A rule printed between two rows is their border, and
    long ones tell how wide the table is.  Every cell says that its lines were inferred.
    """
    printed = [r for r in joined(rules, settings) if r.axis == "horizontal" and r.length >= settings.seed]
    words = _extent(outlines)
    around = Box(
        words.left, words.top - settings.outline_reach, words.right, words.bottom + settings.outline_reach
    )
    near = [r for r in printed if around.top <= r.position <= around.bottom]
    own = [r for r in near if r.start <= words.center[0] <= r.end]
    left = min((words.left, *(r.start for r in own)))
    right = max((words.right, *(r.end for r in own)))
    # Of a header some rules run over a few columns.
    borders = [r for r in near if words.left < r.end and r.start < words.right]
    ys = _levels(outlines, borders, settings)
    places = [_between(outline, left, right, settings) for outline in outlines]
    xs = (left, *common_places(lane for lanes in places for lane in lanes), right)
    if any(after - before <= 0 for line in (xs, ys) for before, after in pairwise(line)):
        return None
    cells: list[Cell] = []
    row = 0
    for outline, lanes in zip(outlines, places, strict=True):
        lines = [0, *(_place(lane, xs) for lane in lanes), len(xs) - 1]
        if any(after <= before for before, after in pairwise(lines)):
            return None
        cells += (_boxed(cell, row, lines, xs, ys, page) for cell in outline.cells)
        row += len(outline.levels) - 1
    ordered = tuple(sorted(cells, key=lambda c: (c.row_start, c.column_start)))
    grid = Grid(len(ys) - 1, len(xs) - 1, ordered)
    box = Box(left, ys[0], right, ys[-1])
    within = tuple(r for r in own if ys[0] - settings.snap <= r.position <= ys[-1] + settings.snap)
    return RuledGrid(grid, box, within, (), xs, ys, open_top=False, open_bottom=False)


def _extent(outlines: Sequence[Outline]) -> Box:
    return Box(
        min(outline.columns[0][0] for outline in outlines),
        outlines[0].levels[0][0],
        max(outline.columns[-1][1] for outline in outlines),
        outlines[-1].levels[-1][1],
    )


def _levels(outlines: Sequence[Outline], rules: Sequence[Rule], settings: GridSettings) -> tuple[float, ...]:
    """Return the rows' borders: where each is ruled, the rules; else one in the white there, or its middle.

    The outer ones may be printed farther away.
    """
    first, last = outlines[0].levels[0], outlines[-1].levels[-1]
    inner = [white for outline in outlines for white in outline.levels[1:]][:-1]
    above = [r.position for r in rules if first[1] - settings.outline_reach <= r.position <= first[1]]
    below = [r.position for r in rules if last[0] <= r.position <= last[0] + settings.outline_reach]
    top = max(above, default=sum(first) / 2)
    bottom = min(below, default=sum(last) / 2)
    ruled = _all_ruled(inner, [r.position for r in rules if top < r.position < bottom], settings)
    return (top, *(ruled or (_level(white, rules) for white in inner)), bottom)


def _all_ruled(
    inner: Sequence[tuple[float, float]], positions: Sequence[float], settings: GridSettings
) -> tuple[float, ...]:
    """Return the borders of rows where every one is printed, none else: they part rows better than words do.

    A label of three lines has its figures beside the one in the middle: words may part it there.
    """
    ruled = cluster(positions, settings.snap).tolist()
    if len(ruled) != len(inner):
        return ()
    middles = [-inf, *(sum(white) / 2 for white in inner), inf]
    near = (before < y < after for before, y, after in zip(middles, ruled, middles[2:], strict=False))
    return tuple(ruled) if all(near) else ()


def _level(white: tuple[float, float], rules: Sequence[Rule]) -> float:
    inside = [rule.position for rule in rules if white[0] <= rule.position <= white[1]]
    return inside[len(inside) // 2] if inside else sum(white) / 2


def _between(outline: Outline, left: float, right: float, settings: GridSettings) -> list[Lane]:
    """Return the white in which a stretch's inner column lines run.

    Where its columns stand in the middles of as many equal parts of the table's width, these are its columns.
    """
    count = len(outline.columns)
    width = (right - left) / count
    off = (
        abs((start + stop) / 2 - left - (k + 0.5) * width) for k, (start, stop) in enumerate(outline.columns)
    )
    even = max(off) <= settings.centred / 2 * (right - left)
    lanes = []
    for number, ((_, stop), (start, _)) in enumerate(pairwise(outline.columns), start=1):
        low, high = (stop, start) if stop < start else ((stop + start) / 2,) * 2
        line = left + number * width
        if even and low <= line <= high:
            low, high = max(low, line - settings.snap), min(high, line + settings.snap)
        lanes.append(Lane(low, high, (low + high) / 2, count))
    return lanes


def _place(lane: Lane, xs: Sequence[float]) -> int:
    return next(i for i, x in enumerate(xs) if lane.start <= x <= lane.stop)


def _boxed(
    cell: Cell, row: int, lines: Sequence[int], xs: Sequence[float], ys: Sequence[float], page: int
) -> Cell:
    start, stop = row + cell.row_start, row + cell.row_end
    first, last = lines[cell.column_start], lines[cell.column_end]
    return Cell(start, stop, first, last, page, Box(xs[first], ys[start], xs[last], ys[stop]), repaired=True)
