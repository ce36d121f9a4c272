"""A region's rules become a grid: lines, edges between them, cells, spans.

The lines of the grid are the clustered positions of the rules.  Between two neighbouring lines an
*edge* is as present as the share of it that rules cover.  Slots that no present edge parts belong to
one cell.  What does not come out as a rectangle is cut again where the rules' evidence is best, and
the cells at such a cut say so (`repaired`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.prior import completed
from pipeline.grid.region import split_axes
from pipeline.model import Box, Cell, Grid, Rule
from pipeline.settings import GridSettings

Lines = NDArray[np.float64]
Cover = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RuledGrid:
    """A grid found on a page, the box of its outer border, and which ends no rule closes.

    `rules` are those that lie on the grid's lines `xs` and `ys` (points); whatever else the region held
    is print.
    """

    grid: Grid
    box: Box
    rules: tuple[Rule, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    open_top: bool
    open_bottom: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """Lines of the grid, and how far (0..1) rules cover each edge.

    `across[j, i]` is the edge on horizontal line j between vertical lines i and i + 1;
    `down[i, j]` the edge on vertical line i between horizontal lines j and j + 1.
    """

    xs: Lines
    ys: Lines
    across: Cover
    down: Cover


def cluster(positions: Iterable[float], snap: float) -> Lines:
    """Return the means of groups of positions whose neighbours are at most `snap` points apart."""
    ordered = np.sort(np.fromiter(positions, dtype=np.float64))
    if not len(ordered):
        return ordered
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > snap) + 1)
    return np.array([group.mean() for group in groups])


def _line_of(lines: Lines, rules: Sequence[Rule]) -> NDArray[np.intp]:
    positions = np.array([r.position for r in rules])
    nearest: NDArray[np.intp] = np.abs(positions[:, None] - lines[None, :]).argmin(axis=1)
    return nearest


def covered(spans: Sequence[tuple[float, float]], start: float, end: float) -> float:
    """Return the share (0..1) of `start`..`end` that the union of `spans` covers."""
    if end <= start:
        return 0.0
    total, reached = 0.0, start
    for first, last in sorted(spans):
        left, right = max(first, reached), min(last, end)
        if right > left:
            total += right - left
            reached = right
    return total / (end - start)


def _cover(lines: Lines, rules: Sequence[Rule], stops: Lines, snap: float) -> Cover:
    """Return for every line and every stretch between neighbouring `stops` the share covered."""
    result = np.zeros((len(lines), max(len(stops) - 1, 0)))
    if not len(lines) or not len(rules):
        return result
    nearest = _line_of(lines, rules)
    near = np.abs(lines[nearest] - np.array([r.position for r in rules])) <= 2 * snap
    owner = np.where(near, nearest, -1)
    for index in range(len(lines)):
        spans = [(r.start, r.end) for r, o in zip(rules, owner, strict=True) if o == index]
        for stretch in range(len(stops) - 1):
            # A rule may stop at the border of the rule it meets: the thickness is no gap.
            inset = min(snap, (stops[stretch + 1] - stops[stretch]) / 4)
            result[index, stretch] = covered(spans, stops[stretch] + inset, stops[stretch + 1] - inset)
    return result


def _outer(lines: Lines, starts: Sequence[float], ends: Sequence[float], reach: float) -> Lines:
    """Return `lines` with an outer one added where crossing rules run on beyond the last.

    Two must: a page break leaves the lone border of a merged cell hanging down below a table.
    """
    if len(starts) < 2:
        return lines
    low, high = sorted(starts)[1], sorted(ends)[-2]
    before = [low] if not len(lines) or low < lines[0] - 2 * reach else []
    after = [high] if not len(lines) or high > lines[-1] + 2 * reach else []
    return np.array([*before, *lines, *after])


def _frame(xs: Lines, ys: Lines, h: Sequence[Rule], v: Sequence[Rule], snap: float) -> _Frame:
    return _Frame(xs, ys, _cover(ys, h, xs, snap), _cover(xs, v, ys, snap))


def _supported(cover: Cover, settings: GridSettings) -> NDArray[np.bool_]:
    """Return which lines have an edge that is there; the outer two stand whatever covers them."""
    if not cover.size:
        return np.ones(len(cover), dtype=bool)
    keep: NDArray[np.bool_] = cover.max(axis=1) >= settings.edge_cover
    keep[[0, -1]] = True
    return keep


def _settle(rules: Sequence[Rule], settings: GridSettings) -> _Frame:
    """Return the frame left after lines without any edge (strokes of text, specks) are dropped."""
    h, v = split_axes(rules)
    xs = _outer(
        cluster((r.position for r in v), settings.snap),
        [r.start for r in h],
        [r.end for r in h],
        settings.reach,
    )
    ys = _outer(
        cluster((r.position for r in h), settings.snap),
        [r.start for r in v],
        [r.end for r in v],
        settings.reach,
    )
    while True:
        frame = _frame(xs, ys, h, v, settings.snap)
        keep_x, keep_y = _supported(frame.down, settings), _supported(frame.across, settings)
        if keep_x.all() and keep_y.all():
            return frame
        xs, ys = xs[keep_x], ys[keep_y]


def _label(frame: _Frame, settings: GridSettings) -> NDArray[np.int32]:
    """Return for every slot the number of its component; slots unite across edges that are absent."""
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    owner = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    absent_across, absent_down = frame.across < settings.edge_cover, frame.down < settings.edge_cover
    open_down = absent_across[1:-1]  # between row j and j + 1
    open_right = absent_down[1:-1].T  # between column i and i + 1
    while True:
        before = owner.copy()
        for upper, lower, is_open in (
            (owner[:-1], owner[1:], open_down),
            (owner[:, :-1], owner[:, 1:], open_right),
        ):
            least = np.minimum(upper, lower)
            np.copyto(upper, least, where=is_open)
            np.copyto(lower, least, where=is_open)
        if (before == owner).all():
            return owner


@dataclass(frozen=True, slots=True)
class _Block:
    """A rectangle of slots, half-open; `cut` says that a side of it was inferred."""

    top: int
    bottom: int
    left: int
    right: int
    cut: bool = False


def _bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _rectangles(mask: NDArray[np.bool_], frame: _Frame, cut: bool = False) -> Iterator[_Block]:
    """Yield rectangles that tile `mask`, cutting where the rules' cover is best."""
    top, bottom, left, right = _bounds(mask)
    if mask[top:bottom, left:right].all():
        yield _Block(top, bottom, left, right, cut)
        return
    first, second = _best_cut(mask, frame, (top, bottom, left, right))
    for side in (first, second):
        for part in _connected(side):
            yield from _rectangles(part, frame, cut=True)


def _connected(mask: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Yield the 4-connected parts of a mask of slots."""
    left = mask.copy()
    while left.any():
        part = np.zeros_like(mask)
        part[tuple(np.argwhere(left)[0])] = True
        while True:
            grown = part.copy()
            grown[1:] |= part[:-1]
            grown[:-1] |= part[1:]
            grown[:, 1:] |= part[:, :-1]
            grown[:, :-1] |= part[:, 1:]
            grown &= left
            if (grown == part).all():
                break
            part = grown
        left &= ~part
        yield part


def _best_cut(
    mask: NDArray[np.bool_], frame: _Frame, bounds: tuple[int, int, int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return `mask` parted along the line whose edges inside it are covered best.

    Cover counts in tenths: less is how exactly rules were measured.  Among equals the cut that leaves more
    of a rectangle (the fewer slots on its smaller side) wins, so that a lone stray slot is what gets cut off.
    """
    top, bottom, left, right = bounds
    options: list[tuple[float, int, str, int]] = []
    for line in range(top + 1, bottom):
        both = mask[line - 1] & mask[line]
        score = float(frame.across[line][both].mean()) if both.any() else 1.0
        smaller = min(int(mask[:line].sum()), int(mask[line:].sum()))
        options.append((round(score, 1), -smaller, "row", line))
    for line in range(left + 1, right):
        both = mask[:, line - 1] & mask[:, line]
        score = float(frame.down[line][both].mean()) if both.any() else 1.0
        smaller = min(int(mask[:, :line].sum()), int(mask[:, line:].sum()))
        options.append((round(score, 1), -smaller, "column", line))
    _, _, axis, line = max(options)
    first = mask.copy()
    if axis == "row":
        first[line:] = False
    else:
        first[:, line:] = False
    return first, mask & ~first


def _blocks(frame: _Frame, settings: GridSettings) -> list[_Block]:
    owner = _label(frame, settings)
    blocks = [b for o in np.unique(owner) for b in _rectangles(owner == o, frame)]
    return sorted(blocks, key=lambda b: (b.top, b.left))


def _weakest_side(frame: _Frame, block: _Block, settings: GridSettings) -> float:
    """Return the cover (0..1) of the least covered of a block's four sides.

    An outer border that is not there at all (a page break cut the table) is no damage to the cell.
    """
    sides = (
        (frame.across, block.top, block.left, block.right),
        (frame.across, block.bottom, block.left, block.right),
        (frame.down, block.left, block.top, block.bottom),
        (frame.down, block.right, block.top, block.bottom),
    )
    return min(
        float(cover[line, start:end].min())
        for cover, line, start, end in sides
        if not (line in (0, len(cover) - 1) and cover[line].max() < settings.edge_cover)
    )


def _cell(frame: _Frame, block: _Block, page: int, settings: GridSettings) -> Cell:
    box = Box(
        float(frame.xs[block.left]),
        float(frame.ys[block.top]),
        float(frame.xs[block.right]),
        float(frame.ys[block.bottom]),
    )
    weak = _weakest_side(frame, block, settings) < settings.sure_cover
    return Cell(block.top, block.bottom, block.left, block.right, page, box, repaired=block.cut or weak)


def _on_lines(rules: Sequence[Rule], frame: _Frame, snap: float) -> tuple[Rule, ...]:
    lines = {"horizontal": frame.ys, "vertical": frame.xs}
    return tuple(r for r in rules if np.abs(lines[r.axis] - r.position).min() <= snap)


def build_grid(
    rules: Sequence[Rule], page: int, settings: GridSettings, tilings: Sequence[Grid] = ()
) -> RuledGrid | None:
    """Return the grid of one region's rules, or None where they make no table (fewer than 2 cells).

    `page` is the number cells carry.  Missing outer borders are closed along the ends of the rules
    that run there; gaps and overshoots up to the settings' shares of an edge are bridged.  Where the
    rules are worn, `tilings` say which must be there.
    """
    frame = _settle(rules, settings)
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    if rows < 1 or columns < 1:
        return None
    if tilings:
        across, down = completed(frame.across, frame.down, tilings, settings)
        frame = replace(frame, across=across, down=down)
    blocks = _blocks(frame, settings)
    if len(blocks) < settings.min_cells:
        return None
    grid = Grid(rows, columns, tuple(_cell(frame, b, page, settings) for b in blocks))
    box = Box(float(frame.xs[0]), float(frame.ys[0]), float(frame.xs[-1]), float(frame.ys[-1]))
    return RuledGrid(
        grid,
        box,
        _on_lines(rules, frame, settings.snap),
        tuple(float(x) for x in frame.xs),
        tuple(float(y) for y in frame.ys),
        open_top=bool(frame.across[0].max() < settings.edge_cover),
        open_bottom=bool(frame.across[-1].max() < settings.edge_cover),
    )
