"""Columns told by print alone: white lanes that run down between the words of many lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.words import lines_of
from pipeline.model import Box
from pipeline.settings import GridSettings

EVEN = 0.05  # share of a column's width by which columns of one width differ, as far as words show
STEP = 0.5  # points from one place to the next at which words are counted

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a lane begins and ends across the page, in points, and where in it the line is likely to be.

    The likely place is half-way between the middles of the columns, which does not depend on how long
    their words happen to be; `weight` is how many lanes were found along with it.
    """

    start: float
    stop: float
    place: float
    weight: int = 0


def find_lanes(words: Sequence[Box], em: float, settings: GridSettings) -> tuple[Lane, ...]:
    """Return the white lanes between the words' columns, from the left.

    At every place it is counted how many words lie there.  A lane is a valley, wide enough for a gap
    between cells, in which at most `settings.lane_cover` of the words on either side go across: headers
    and labels of groups do.  Those that show as such are left out: where they end is no column's edge.
    """
    plain = [word for word in words if not _is_spanning(word, words)]
    first = _white(plain, em, settings)
    single = [word for word in plain if not any(word.left < a and b < word.right for a, b in first)]
    rich = _white(_rich(words, settings), em, settings)
    more = [(a, b) for a, b in _white(single, em, settings) if not any(a <= d and c <= b for c, d in rich)]
    found = sorted((*rich, *more))
    if not found:
        return ()
    start, stop = min(word.left for word in words), max(word.right for word in words)
    edges = [(-np.inf, start), *found, (stop, np.inf)]
    middles = [_middle(words, left[1], right[0]) for left, right in pairwise(edges)]
    return tuple(
        Lane(first, last, float(np.clip(_likely(middles, i), first, last)), len(found))
        for i, (first, last) in enumerate(found)
    )


def _rich(words: Sequence[Box], settings: GridSettings) -> list[Box]:
    """Return the words of the lines that hold nearly as many as any: one for each column."""
    lines = lines_of(words)
    most = max((len(line.words) for line in lines), default=0)
    return [word for line in lines if len(line.words) >= settings.rich_line * most for word in line.words]


def _is_spanning(word: Box, words: Sequence[Box]) -> bool:
    """Return whether a word lies over or under two words of one line, most of both."""
    beside = [
        other
        for other in words
        if min(word.right, other.right) - max(word.left, other.left) > other.width / 2
        and not other.top <= word.center[1] <= other.bottom
    ]
    return any(a.right <= b.left and a.top <= b.center[1] <= a.bottom for a in beside for b in beside)


def _white(words: Sequence[Box], em: float, settings: GridSettings) -> list[tuple[float, float]]:
    """Return where lanes begin and end."""
    if not words:
        return []
    start, stop = min(word.left for word in words), max(word.right for word in words)
    counts = np.zeros(max(1, round((stop - start) / STEP)) + 1, dtype=np.int64)
    for word in words:
        counts[round((word.left - start) / STEP) : round((word.right - start) / STEP) + 1] += 1
    # Few words leave white between them by chance.
    gap = settings.word_gap if len(words) >= settings.many_words else settings.text_gap
    least = max(1, round(gap * em / STEP))
    lanes = sorted(_split(counts, 0, least, settings.lane_cover))
    return [(start + first * STEP, start + last * STEP) for first, last in lanes]


def _likely(middles: Sequence[float], lane: int) -> float:
    """Return where a lane's line is likely to be: half a width from columns of one width.

    Columns of figures are; those of labels beside them may be ranged left.
    """
    after, before = middles[lane + 1 :][:3], middles[: lane + 1][-3:]
    for columns in (after, before[::-1]):
        if len(columns) < 3:
            continue
        near, next_, far = columns
        if abs((far - next_) - (next_ - near)) <= EVEN * abs(far - next_):
            return near - (next_ - near) / 2
    return (middles[lane] + middles[lane + 1]) / 2


def _middle(words: Sequence[Box], left: float, right: float) -> float:
    """Return where the words of a column have their middles: those that lie in it alone."""
    inside = [word.center[0] for word in words if left - STEP <= word.left and word.right <= right + STEP]
    return float(np.median(inside)) if inside else (left + right) / 2


def common_places(lanes: Iterable[Lane]) -> tuple[float, ...]:
    """Return the fewest places that lie in every lane: lanes that overlap are one column line.

    Greedy over the lanes' ends, optimal for intervals; of the likely places of lanes that share one, that of
    the most weight counts.
    """
    shared: list[Lane] = []
    for lane in sorted(lanes, key=lambda lane: lane.stop):
        if shared and lane.start <= shared[-1].stop:
            shared[-1] = _shared(shared[-1], lane)
        else:
            shared.append(lane)
    return tuple(float(np.clip(lane.place, lane.start, lane.stop)) for lane in shared)


def _shared(one: Lane, other: Lane) -> Lane:
    best = max(one, other, key=lambda lane: lane.weight)
    return Lane(max(one.start, other.start), min(one.stop, other.stop), best.place, best.weight)


def _split(counts: Counts, offset: int, least: int, share: float) -> Iterator[tuple[int, int]]:
    """Yield the lanes in a stretch of `counts`, the clearest first."""
    for level in np.unique(counts):
        lanes = [
            (start, stop)
            for start, stop in _valleys(counts, int(level), least)
            if all(_is_column(side, int(level), least, share) for side in (counts[:start], counts[stop:]))
        ]
        if lanes:
            start, stop = max(lanes, key=lambda lane: lane[1] - lane[0])
            yield offset + start, offset + stop - 1
            yield from _split(counts[:start], offset, least, share)
            yield from _split(counts[stop:], offset + stop, least, share)
            return


def _valleys(counts: Counts, level: int, least: int) -> Iterator[tuple[int, int]]:
    low = np.concatenate([[0], (counts <= level).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(low))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start >= least and start > 0 and stop < len(counts):
            yield int(start), int(stop)


def _is_column(counts: Counts, level: int, least: int, share: float) -> bool:
    """Return whether words lie beside a lane that make it one: no mere overhang of two headers."""
    beyond = counts > level
    return int(beyond.sum()) >= least and level <= share * int(counts.max())
