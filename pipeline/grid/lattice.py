"""Tables whose rules are so worn that they no longer meet: their pieces still lie on a lattice.

Long pieces of horizontal rules on several levels, with verticals from level to level, show how far a
table reaches; whatever lies on its lines belongs to it, however short and wherever it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.grid.frame import cluster, covered, settle
from pipeline.grid.prior import is_worn
from pipeline.grid.region import Region, box_of, find_regions, joined, split_axes, united
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings


@dataclass(frozen=True, slots=True)
class _Level:
    """The longer pieces of rules on one horizontal line, and how far they reach."""

    pieces: tuple[Rule, ...]
    position: float

    @property
    def start(self) -> float:
        return min(piece.start for piece in self.pieces)

    @property
    def end(self) -> float:
        return max(piece.end for piece in self.pieces)

    @property
    def inked(self) -> float:
        return sum(piece.length for piece in self.pieces)


def find_networks(rules: Iterable[Rule], settings: GridSettings) -> tuple[Region, ...]:
    """Return the regions of a page, top to bottom; those that worn rules parted are one.

    What a lattice adds to a single region is a frame around it, or wear that needs no other rules.
    """
    pieces = joined(rules, settings)
    result = list(find_regions(pieces, settings))
    for lattice in united(tuple(find_lattices(pieces, settings)), settings):
        box = box_of(lattice).grown(settings.reach)
        inside = [
            region
            for region in result
            if box.contains(*box_of(region).center) or _is_part(lattice, region, settings)
        ]
        if len(inside) == 1 and len(set(lattice) - set(inside[0])) <= settings.frame_rules:
            continue
        if is_worn(settle(lattice, settings), settings):
            known = dict.fromkeys((*lattice, *(rule for region in inside for rule in region)))
            result = [region for region in result if region not in inside] + [tuple(known)]
    return tuple(sorted(result, key=lambda region: box_of(region).top))


def _is_part(lattice: Region, region: Region, settings: GridSettings) -> bool:
    """Tell whether a lattice shows some rows of a region, from side to side."""
    part, whole = box_of(lattice), box_of(region)
    sides = max(abs(part.left - whole.left), abs(part.right - whole.right))
    return sides <= settings.reach and whole.contains(*part.center)


def find_lattices(rules: Iterable[Rule], settings: GridSettings) -> Iterator[Region]:
    """Yield the pieces that lie on one lattice, lattices from the top."""
    horizontal, vertical = split_axes(rules)
    levels = _levels([r for r in horizontal if r.length >= settings.worn_piece], settings)
    for stack in _stacks(levels, vertical, settings):
        kept = _without_frame(_long(stack, settings), settings)
        if len(kept) < settings.worn_levels:
            continue
        left, right = min(level.start for level in kept), max(level.end for level in kept)
        box = Box(left, kept[0].position, right, kept[-1].position).grown(settings.reach)
        places = np.array([level.position for level in kept])
        on_levels = [
            r
            for r in horizontal
            if box.left <= r.start <= r.end <= box.right
            and np.abs(places - r.position).min() <= settings.snap
        ]
        tall = box.grown(settings.hanging)
        between = [
            r for r in vertical if box.contains(*r.middle) and tall.top <= r.start <= r.end <= tall.bottom
        ]
        if between:
            held = (r for r in horizontal if _is_held(r, between, settings) and box.contains(*r.middle))
            sides = (r for r in vertical if _is_side(r, box, settings))
            yield tuple(dict.fromkeys((*on_levels, *held, *between, *sides)))


def _is_side(rule: Rule, box: Box, settings: GridSettings) -> bool:
    """Tell whether a vertical is what is left of a border that no piece of a level reaches any more.

    It begins or ends where the table does, near the pieces that reach farthest; strokes of print are short.
    """
    within = box.top - settings.reach <= rule.start <= rule.end <= box.bottom + settings.reach
    at_end = min(rule.start - box.top, box.bottom - rule.end) <= 2 * settings.reach
    away = max(box.left - rule.position, rule.position - box.right)
    tall = rule.length >= max(settings.worn_piece, settings.side_cover * box.height)
    return within and at_end and 0 < away <= settings.worn_piece and tall


def _is_held(rule: Rule, vertical: Sequence[Rule], settings: GridSettings) -> bool:
    """Tell whether a piece of a level that is all but gone begins or ends on a line of verticals."""
    ends = (rule.start, rule.end)
    near = any(abs(v.position - end) <= settings.touch for v in vertical for end in ends)
    return rule.length >= settings.worn_piece and near


def _levels(rules: Sequence[Rule], settings: GridSettings) -> list[_Level]:
    """Gather rules by the lines on which they lie, from the top."""
    places = cluster((r.position for r in rules), settings.snap)
    homes: list[list[Rule]] = [[] for _ in places]
    for rule in rules:
        homes[int(np.abs(places - rule.position).argmin())].append(rule)
    return [_Level(tuple(home), float(place)) for place, home in zip(places, homes, strict=True) if home]


def _long(stack: Sequence[_Level], settings: GridSettings) -> list[_Level]:
    """Return the levels that have the ink of a table's line; strokes of print have little."""
    most = max(level.inked for level in stack)
    return [level for level in stack if level.inked >= settings.worn_level * most]


def _without_frame(stack: Sequence[_Level], settings: GridSettings) -> Sequence[_Level]:
    """Return the levels without the first and last ones that stick out on both sides: the sheet's edges."""
    for end in (0, -1):
        # The edge of a sheet, and that of what it lies on.
        for _ in range(2):
            rest = [level for level in stack if level is not stack[end]]
            if rest and _sticks_out(stack[end], rest, settings):
                stack = rest
    return stack


def _sticks_out(level: _Level, others: Sequence[_Level], settings: GridSettings) -> bool:
    before = min(other.start for other in others) - level.start
    beyond = level.end - max(other.end for other in others)
    return min(before, beyond) > settings.margin_least


def _stacks(levels: Sequence[_Level], vertical: Sequence[Rule], settings: GridSettings) -> list[list[_Level]]:
    """Return the levels in runs that verticals join."""
    stacks = [[level] for level in levels[:1]]
    for upper, lower in pairwise(levels):
        shown = (*_without_frame(stacks[-1], settings), lower)
        if _are_joined(upper, lower, shown, vertical, settings):
            stacks[-1].append(lower)
        else:
            stacks.append([lower])
    return _with_single_levels(_in_step(stacks, settings), vertical, settings)


def _in_step(stacks: Sequence[list[_Level]], settings: GridSettings) -> list[list[_Level]]:
    """Return the runs with those made one that a single level parts, as near to both as rows are high.

    Between two tables stands a heading, and no level amid it.
    """
    result: list[list[_Level]] = []
    for stack in stacks:
        alone = result[-1] if len(result) > 1 and len(result[-1]) == 1 < len(stack) else []
        runs = (result[-2], stack) if alone else ()
        gaps = [abs(run[end].position - alone[0].position) for run, end in zip(runs, (-1, 0), strict=False)]
        near = [gap <= _row_height(run, settings) for gap, run in zip(gaps, runs, strict=True)]
        if alone and all(near) and not any(_sticks_out(alone[0], run, settings) for run in runs):
            result.pop()
            result[-1] += [*alone, *stack]
        else:
            result.append(list(stack))
    return result


def _row_height(levels: Sequence[_Level], settings: GridSettings) -> float:
    """Return how far levels of rows with one line are apart at most; 0 where too few tell."""
    if len(levels) < settings.worn_levels:
        return 0.0
    return float(np.quantile(np.diff([level.position for level in levels]), 0.25)) + settings.snap


def _with_single_levels(
    stacks: Sequence[list[_Level]], vertical: Sequence[Rule], settings: GridSettings
) -> list[list[_Level]]:
    """Return the runs with single levels beside them made part of them: how far these reach, runs show."""
    result: list[list[_Level]] = []
    for stack in stacks:
        above = result[-1] if result else []
        alone, run = sorted((above, stack), key=len)
        if len(alone) == 1 < len(run):
            shown = _without_frame(run, settings)
            within = not _sticks_out(alone[0], shown, settings)
            if within and _are_joined(above[-1], stack[0], shown, vertical, settings):
                above.extend(stack)
                continue
        result.append(list(stack))
    return result


def _reach(shown: Sequence[_Level], settings: GridSettings) -> tuple[float, float]:
    """Return between which places verticals of a table stand, as its levels show.

    A pen's stroke takes one on beyond the table's side, maybe to the edge of the sheet: one that alone goes
    farther than worn rules end before a side does not show where that is.
    """
    starts, ends = sorted(level.start for level in shown), sorted(level.end for level in shown)
    left, right = starts[0], ends[-1]
    several = len(shown) >= settings.worn_levels
    if several and starts[1] - left > settings.margin_least:
        left = starts[1]
    if several and right - ends[-2] > settings.margin_least:
        right = ends[-2]
    return left - settings.reach, right + settings.reach


def _are_joined(
    upper: _Level,
    lower: _Level,
    shown: Sequence[_Level],
    vertical: Sequence[Rule],
    settings: GridSettings,
) -> bool:
    """Tell whether a vertical runs most of the way from one level to the next; several, where that is far.

    Between levels that are near, pieces of both sides do: over a row that is one cell nothing else runs;
    and a piece of one where they are as near as the rows above are high, too near for a heading.
    They lie within what levels show of a table's reach, as the edges of the sheet do not.  Where levels show
    the whole sheet, its edges and those of what it lies on are several: one vertical is far from both sides.
    """
    top, bottom = upper.position, lower.position
    left, right = _reach(shown, settings)
    near = [v for v in vertical if left <= v.position <= right and v.start < bottom and v.end > top]
    covers = {
        x: covered([(v.start, v.end) for v in near if abs(v.position - x) <= settings.snap], top, bottom)
        for x in cluster((v.position for v in near), settings.snap).tolist()
    }
    through = [x for x, cover in covers.items() if cover >= settings.edge_cover]
    if bottom - top <= settings.rung_gap:
        sides = [x for x, cover in covers.items() if cover >= settings.worn_side]
        ends = left + 2 * settings.reach, right - 2 * settings.reach
        met = [bool(sides) and min(sides) <= ends[0], bool(sides) and max(sides) >= ends[1]]
        row = any(met) and bottom - top <= _row_height(shown[:-1], settings)
        return bool(through) or all(met) or row
    inner = any(min(x - left, right - x) >= (right - left) / 4 for x in through)
    return inner and len(through) >= settings.open_ends
