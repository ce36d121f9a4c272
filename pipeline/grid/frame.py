"""The lattice of a region: its lines, and how far rules cover the edges between their crossings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.region import split_axes
from pipeline.model import Rule
from pipeline.settings import GridSettings

Lines = NDArray[np.float64]
Cover = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frame:
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


def frame_of(xs: Lines, ys: Lines, h: Sequence[Rule], v: Sequence[Rule], snap: float) -> Frame:
    """Return the frame of the lines given, covered by horizontal and vertical rules."""
    return Frame(xs, ys, _cover(ys, h, xs, snap), _cover(xs, v, ys, snap))


def _supported(cover: Cover, settings: GridSettings) -> NDArray[np.bool_]:
    """Return which lines have an edge that is there; the outer two stand whatever covers them."""
    if not cover.size:
        return np.ones(len(cover), dtype=bool)
    keep: NDArray[np.bool_] = cover.max(axis=1) >= settings.edge_cover
    keep[[0, -1]] = True
    return keep


def settle(rules: Sequence[Rule], settings: GridSettings) -> Frame:
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
        frame = frame_of(xs, ys, h, v, settings.snap)
        keep_x, keep_y = _supported(frame.down, settings), _supported(frame.across, settings)
        if keep_x.all() and keep_y.all():
            return frame
        xs, ys = xs[keep_x], ys[keep_y]


def without_tail(frame: Frame, settings: GridSettings) -> Frame:
    """Return the frame without the rows at its end that only cells of earlier rows reach down into.

    At a page's end a browser draws the merged cells that go on overleaf down to the margin, and beside them
    nothing: no line, no side.
    """
    while len(frame.ys) > 2 and _is_tail(frame, settings):
        frame = Frame(frame.xs, frame.ys[:-1], frame.across[:-1], frame.down[:, :-1])
    return frame


def _is_tail(frame: Frame, settings: GridSettings) -> bool:
    last, above = frame.across[-1] >= settings.edge_cover, frame.across[-2] >= settings.edge_cover
    beside = frame.down[:, -1] >= settings.edge_cover
    drawn = np.flatnonzero(beside)
    if not len(drawn) or drawn[-1] in (0, len(beside) - 1):
        return False
    first = int(drawn[-1])
    # A row of its own, worn at its end, has most of its cells parted from those above.
    reaching = above[:first].mean() < settings.tail_parted
    return bool(above[first:].all() and not last[first:].any() and reaching)
