"""Rows told by their labels: which words on the other columns are on the same row as a label.

A number that is wrapped takes more lines than its label, a wrapped label more than its number; what a row
holds stands in its middle, or at its top, in every column alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.model import Box, bounding_box

Rows = tuple[tuple[Box, ...], ...]

ON_LINE = 0.3  # em by which the middles of words on one line differ


def bands_of(labels: Sequence[Box], words: Sequence[Box], em: float, *, closed: bool) -> Rows:
    """Return the words by the rows that `labels` (from the top) stand in.

    Where the table is `closed` above, by its header, all words are of one of these rows; else what stands
    above the first of them is left out.  Dynamic programming over the places where one row may end: the
    words' distance from their label's middle, or from its top, summed over the columns, is least.
    """
    reach = ON_LINE * em
    gaps = [
        on_lines([w for w in words if above + reach < w.center[1] < below - reach], reach)
        for above, below in _between(labels)
    ]
    level = [
        on_lines([w for w in words if abs(w.center[1] - label.center[1]) <= reach], reach) for label in labels
    ]
    fits = [_best(labels, gaps, level, at_top=at_top, closed=closed) for at_top in (False, True)]
    _, splits = min(fits, key=lambda fit: fit[0])
    return tuple(
        tuple(box for line in _row(i, splits[i], splits[i + 1], gaps, level) for box in line)
        for i in range(len(labels))
    )


def _between(labels: Sequence[Box]) -> list[tuple[float, float]]:
    """Return the stretches above, between and below the labels' middles."""
    middles = [float("-inf"), *(label.center[1] for label in labels), float("inf")]
    return list(pairwise(middles))


def on_lines(words: Iterable[Box], reach: float) -> list[list[Box]]:
    """Return words by lines from the top: their middles are within `reach` of the first one's."""
    lines: list[list[Box]] = []
    for word in sorted(words, key=lambda box: box.center[1]):
        if lines and word.center[1] - lines[-1][0].center[1] <= reach:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _row(
    index: int, start: int, stop: int, gaps: Sequence[list[list[Box]]], level: Sequence[list[list[Box]]]
) -> list[list[Box]]:
    """Return a row's lines: of the gap above it from `start` on, its own, of the gap below to `stop`."""
    return [*gaps[index][start:], *level[index], *gaps[index + 1][:stop]]


def _best(
    labels: Sequence[Box],
    gaps: Sequence[list[list[Box]]],
    level: Sequence[list[list[Box]]],
    *,
    at_top: bool,
    closed: bool,
) -> tuple[float, list[int]]:
    """Return the least cost, and after how many lines of each gap the row above it ends."""
    states = {0: (0.0, [0])} if closed else {k: (0.0, [k]) for k in range(len(gaps[0]) + 1)}
    for index, label in enumerate(labels):
        last = index + 1 == len(labels)
        ends = [len(gaps[index + 1])] if last else range(len(gaps[index + 1]) + 1)
        states = {
            stop: min(
                (cost + _cost(label, _row(index, start, stop, gaps, level), at_top=at_top), [*path, stop])
                for start, (cost, path) in states.items()
            )
            for stop in ends
        }
    return min(states.values())


def _cost(label: Box, lines: Sequence[Sequence[Box]], *, at_top: bool) -> float:
    """Return by how much the words of a row, column by column, stand off its label."""
    return sum(
        abs(held.top - label.top) if at_top else abs(held.center[1] - label.center[1])
        for held in _columns([box for line in lines for box in line])
    )


def _columns(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes around those that lie over one another."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda b: b.left):
        if found and box.left < found[-1].right:
            found[-1] = bounding_box((found[-1], box))
        else:
            found.append(box)
    return found
