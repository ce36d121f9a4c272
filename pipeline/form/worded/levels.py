"""The columns of a table's labels, one for each level: groups' names stand beside those of their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.form.edition import FormBlock
from pipeline.form.worded.lanes import Extent
from pipeline.form.worded.page import Row, white
from pipeline.model import Box, Glyph, bounding_box


def label_columns(
    block: FormBlock, rows: Sequence[Row], groups: Sequence[Glyph], edge: float, em: float
) -> list[Extent]:
    """Return where the labels of each level have their print; outer ones stand over several rows."""
    deepest = max(len(row.path) for row in block.rows)
    lefts: list[list[float]] = [[] for _ in range(deepest)]
    rights: list[list[float]] = [[] for _ in range(deepest)]
    for row in rows:
        lefts[len(block.rows[row.line.row or 0].path) - 1].append(row.label.box.left)
    plain = _extents(lefts, rights, edge, em)
    own = min(lefts[-1], default=edge)
    for lane, level in _levelled(block, rows, [word for word in groups if word.box.center[0] < own]):
        lefts[level].append(lane.left)
        rights[level].append(lane.right)
    found = _extents(lefts, rights, edge, em)
    # Names of two levels that stand close are one word: it tells no border.
    return found if all(start <= stop for start, stop in found) else plain


def _extents(
    lefts: Sequence[Sequence[float]], rights: Sequence[Sequence[float]], edge: float, em: float
) -> list[Extent]:
    return in_between([min(x, default=None) for x in lefts], [max(x, default=None) for x in rights], edge, em)


def _levelled(block: FormBlock, rows: Sequence[Row], groups: Sequence[Glyph]) -> list[tuple[Box, int]]:
    """Return the columns of words beside the rows' own labels, with the level of the labels they are of."""
    top, bottom = rows[0].extent[0], rows[-1].extent[1]
    lanes: list[tuple[Box, Counter[int]]] = []
    for word in sorted(groups, key=lambda w: w.box.left):
        if not top <= word.box.center[1] <= bottom:
            continue
        row = min(rows, key=lambda r: abs(r.label.box.center[1] - word.box.center[1]))
        outer = block.rows[row.line.row or 0].path[:-1]
        if not outer:
            continue
        votes = Counter({k: sum(c in name for c in word.text) for k, name in enumerate(outer)})
        if lanes and word.box.left < lanes[-1][0].right:
            box, held = lanes[-1]
            lanes[-1] = bounding_box((box, word.box)), held + votes
        else:
            lanes.append((word.box, votes))
    return [(box, max(votes, key=lambda k: votes[k])) for box, votes in lanes if any(votes.values())]


def in_between(
    lefts: Sequence[float | None], rights: Sequence[float | None], end: float, em: float
) -> list[Extent]:
    """Return the extents of columns from where their print begins and ends.

    A border beside which no print stands is put half-way (a third of the way ...) between the next ones.
    """
    start = lefts[0] if lefts[0] is not None else min(left for left in lefts if left is not None) - em
    whites: list[Extent] = [(start, start)]
    for number in range(1, len(lefts)):
        before, left = rights[number - 1], lefts[number]
        if before is not None or left is not None:
            stop = left if left is not None else (before or 0.0) + em / 2
            whites.append(white(before if before is not None else stop - em / 2, stop))
            continue
        known = [(k, x) for k, x in enumerate((*lefts[number:], end)) if x is not None]
        steps, after = known[0]
        place = whites[-1][1] + (after - whites[-1][1]) / (steps + 1)
        whites.append((place, place))
    whites.append((end, end))
    return [(left[1], right[0]) for left, right in pairwise(whites)]
