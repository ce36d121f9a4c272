"""Which rules belong together: a ruled region is a network of rules that meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Axis, Box, Joint, Rule
from pipeline.settings import GridSettings

Region: TypeAlias = tuple[Rule, ...]
Spans = NDArray[np.float64]  # one row a rule: position, start, end


def _spans(rules: Sequence[Rule]) -> Spans:
    return np.array([(r.position, r.start, r.end) for r in rules], dtype=np.float64).reshape(-1, 3)


def split_axes(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return the horizontal and the vertical rules, each ordered by position, then start."""
    ordered = sorted(rules, key=lambda r: (r.position, r.start))
    return (
        tuple(r for r in ordered if r.axis == "horizontal"),
        tuple(r for r in ordered if r.axis == "vertical"),
    )


def joined(rules: Iterable[Rule], settings: GridSettings) -> tuple[Rule, ...]:
    """Return the rules with those that touch end to end made one: browsers draw a border cell by cell."""
    result: list[Rule] = []
    for axis_rules in split_axes(rules):
        open_ends: list[Rule] = []
        for rule in sorted(axis_rules, key=lambda r: r.start):
            partner = next((r for r in open_ends if _touching(r, rule, settings)), None)
            if partner is None:
                open_ends.append(rule)
            else:
                open_ends[open_ends.index(partner)] = _one(partner, rule)
        result.extend(open_ends)
    return tuple(result)


def _touching(first: Rule, second: Rule, settings: GridSettings) -> bool:
    near = abs(first.position - second.position) <= settings.same_line
    return near and second.start - first.end <= settings.touch


def _one(first: Rule, second: Rule) -> Rule:
    weight = first.length + second.length
    share = second.length / weight if weight else 0.5
    return Rule(
        first.axis,
        first.position + (second.position - first.position) * share,
        first.start,
        max(first.end, second.end),
        max(first.thickness, second.thickness),
    )


def meeting(horizontal: Sequence[Rule], vertical: Sequence[Rule], reach: float) -> NDArray[np.bool_]:
    """Return the matrix (horizontal x vertical) of rules that meet, ends stretched by `reach` points."""
    h, v = _spans(horizontal)[:, None, :], _spans(vertical)[None, :, :]
    across = (h[..., 1] - reach <= v[..., 0]) & (v[..., 0] <= h[..., 2] + reach)
    along = (v[..., 1] - reach <= h[..., 0]) & (h[..., 0] <= v[..., 2] + reach)
    return across & along


def joints_of(rules: Iterable[Rule], settings: GridSettings) -> tuple[Joint, ...]:
    """Return the points where horizontal and vertical rules meet, in reading order."""
    horizontal, vertical = split_axes(rules)
    pairs = np.argwhere(meeting(horizontal, vertical, settings.reach))
    return tuple(Joint(vertical[j].position, horizontal[i].position) for i, j in pairs)


def _aligned(rules: Sequence[Rule], settings: GridSettings) -> NDArray[np.bool_]:
    """Return the matrix of parallel rules that continue one another (same position, small gap)."""
    a, b = _spans(rules)[:, None, :], _spans(rules)[None, :, :]
    near = np.abs(a[..., 0] - b[..., 0]) <= settings.snap
    touching = (a[..., 1] - settings.gap <= b[..., 2]) & (b[..., 1] - settings.gap <= a[..., 2])
    result: NDArray[np.bool_] = near & touching
    return result


def _components(links: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the connected components of an undirected graph given by its adjacency matrix."""
    waiting = np.ones(len(links), dtype=bool)
    found: list[NDArray[np.intp]] = []
    for seed in range(len(links)):
        if not waiting[seed]:
            continue
        members = np.zeros(len(links), dtype=bool)
        frontier = [seed]
        while frontier:
            members[frontier] = True
            touched = links[frontier].sum(axis=0) > 0
            frontier = list(np.flatnonzero(touched & ~members))
        waiting &= ~members
        found.append(np.flatnonzero(members))
    return found


def _anchored(rules: Sequence[Rule], crossing: Sequence[Rule], settings: GridSettings) -> NDArray[np.bool_]:
    """Return which rules reach from one to another of the rules `crossing` them.

    A worn rule may stop short of one of the two, if it covers most of the way.  At a table's side, where one
    of them ends, the other may be open: a page break cut through a cell that goes on.
    """
    if not crossing or not rules:
        return np.zeros(len(rules), dtype=bool)
    r, c, over = _across(rules, crossing, settings)
    place, start, end = np.broadcast_to(c[..., 0], over.shape), r[..., 1], r[..., 2]
    met = over & (start - settings.touch <= place) & (place <= end + settings.touch)
    first = np.where(met, place, np.inf).min(axis=1)
    last = np.where(met, place, -np.inf).max(axis=1)
    before = np.where(over & (place < start), place, -np.inf).max(axis=1)
    after = np.where(over & (place > end), place, np.inf).min(axis=1)
    length = r[:, 0, 2] - r[:, 0, 1]
    # Met at one place alone, or at a double rule, a rule is not held at both its ends.
    both = last - first > 2 * settings.touch
    from_last = np.isfinite(last) & (length >= settings.edge_cover * (after - last))
    to_first = np.isfinite(first) & (length >= settings.edge_cover * (first - before))
    held = both | from_last | to_first | _at_open_side(r, c, met, settings.touch)
    return np.asarray(held, dtype=np.bool_)


def _across(
    rules: Sequence[Rule], others: Sequence[Rule], settings: GridSettings
) -> tuple[Spans, Spans, NDArray[np.bool_]]:
    """Return the spans of rules (down) and of others (along), and which lie across which."""
    r, c = _spans(rules)[:, None, :], _spans(others)[None, :, :]
    return r, c, (c[..., 1] - settings.touch <= r[..., 0]) & (r[..., 0] <= c[..., 2] + settings.touch)


def _crossing(rules: Sequence[Rule], others: Sequence[Rule], settings: GridSettings) -> NDArray[np.bool_]:
    """Return which rules go on beyond both sides of a rule across them, as no stroke of print does."""
    if not others or not rules:
        return np.zeros(len(rules), dtype=bool)
    r, c, over = _across(rules, others, settings)
    inside = (r[..., 1] + settings.gap < c[..., 0]) & (c[..., 0] < r[..., 2] - settings.gap)
    return np.asarray((over & inside).any(axis=1), dtype=np.bool_)


def _alike(rules: Sequence[Rule], known: Sequence[Rule], settings: GridSettings) -> NDArray[np.bool_]:
    """Return which rules lie among several parallel ones known that begin and end where they do.

    They part the cells of one row; beside the row's ends nothing does.
    """
    if not known or not rules:
        return np.zeros(len(rules), dtype=bool)
    r, k = _spans(rules)[:, None, :], _spans(known)[None, :, :]
    same = (np.abs(r - k)[..., 1:] <= settings.same_line).all(axis=2)
    before, after = same & (k[..., 0] < r[..., 0]), same & (k[..., 0] > r[..., 0])
    amid = before.any(axis=1) & after.any(axis=1)
    return np.asarray(amid & (same.sum(axis=1) >= settings.open_ends), dtype=np.bool_)


def _at_open_side(rules: Spans, crossing: Spans, met: NDArray[np.bool_], near: float) -> NDArray[np.bool_]:
    """Return which rules run from the very end of a crossing one to where another lies farther off."""
    place, start, end = crossing[..., 0], rules[..., 1], rules[..., 2]
    ends = np.minimum(abs(crossing[..., 1] - rules[..., 0]), abs(crossing[..., 2] - rules[..., 0])) <= near
    from_start, from_end = abs(place - start) <= near, abs(place - end) <= near
    down = (met & ends & from_start).any(axis=1) & from_end.any(axis=1)
    up = (met & ends & from_end).any(axis=1) & from_start.any(axis=1)
    return np.asarray(down | up, dtype=np.bool_)


def _open_ends(rules: Sequence[Rule], settings: GridSettings) -> tuple[Rule, ...]:
    """Return the lines on which several parallel rules begin or end together, as rules across them.

    There a table is open: a page break cut it, or its border is not printed.
    """
    if len(rules) < settings.open_ends:
        return ()
    across: Axis = "vertical" if rules[0].axis == "horizontal" else "horizontal"
    found = []
    for ends in ([r.start for r in rules], [r.end for r in rules]):
        values = np.array(ends)
        for end in (values.min(), values.max()):
            here = [
                r.position
                for r, value in zip(rules, values, strict=True)
                if abs(value - end) <= settings.touch
            ]
            if len(here) >= settings.open_ends:
                found.append(Rule(across, float(end), min(here), max(here)))
    return tuple(found)


def _kept(rules: Sequence[Rule], keep: NDArray[np.bool_]) -> list[Rule]:
    return [r for r, kept in zip(rules, keep, strict=True) if kept]


def accepted(rules: Iterable[Rule], settings: GridSettings) -> tuple[Rule, ...]:
    """Return the rules that can belong to tables: long ones, and shorter ones held at both ends.

    Strokes of characters are short and end in nothing; a line of print whose strokes ran together is
    longer, but stands free in its cell, where a rule touches another.  And print is thinner than the rules
    where these are stout, goes across none, and ends short of where several of them end.
    """
    horizontal, vertical = split_axes(rules)
    keep_h = np.array([r.length >= settings.seed for r in horizontal], dtype=bool)
    keep_v = np.array([r.length >= settings.seed for r in vertical], dtype=bool)
    touching = meeting(horizontal, vertical, settings.touch)
    held_h = keep_h | _anchored(horizontal, _kept(vertical, keep_v), settings)
    held_v = keep_v | _anchored(vertical, _kept(horizontal, keep_h), settings)
    free_h = np.array([r.length >= settings.free for r in horizontal], dtype=bool)
    free_v = np.array([r.length >= settings.free for r in vertical], dtype=bool)
    keep_h &= free_h | (touching & held_v[None, :]).any(axis=1)
    keep_v &= free_v | (touching & held_h[:, None]).any(axis=0)
    thin = settings.thinnest * min(
        (r.thickness for r in (*_kept(horizontal, keep_h), *_kept(vertical, keep_v))), default=0.0
    )
    stout_h = np.array([r.thickness >= thin for r in horizontal], dtype=bool)
    stout_v = np.array([r.thickness >= thin for r in vertical], dtype=bool)
    while True:
        kept_h, kept_v = _kept(horizontal, keep_h), _kept(vertical, keep_v)
        ends_v, ends_h = _open_ends(kept_h, settings), _open_ends(kept_v, settings)
        firm_h = stout_h | _crossing(horizontal, kept_v, settings)
        firm_v = stout_v | _crossing(vertical, kept_h, settings)
        more_h = keep_h | firm_h & _anchored(horizontal, (*kept_v, *ends_v), settings)
        more_v = keep_v | firm_v & _anchored(vertical, (*kept_h, *ends_h), settings)
        more_h |= _alike(horizontal, kept_h, settings)
        more_v |= _alike(vertical, kept_v, settings)
        if (more_h == keep_h).all() and (more_v == keep_v).all():
            return (*kept_h, *kept_v)
        keep_h, keep_v = more_h, more_v


def find_regions(rules: Iterable[Rule], settings: GridSettings) -> tuple[tuple[Rule, ...], ...]:
    """Return the networks of rules that may be tables, top to bottom.

    A network needs two rules of each axis at least (a cut table may lack one more, see
    `settings.min_rules`): underlines, strokes of text and lone separators belong to none.
    """
    pieces = joined(rules, settings)
    horizontal, vertical = split_axes(accepted(pieces, settings))
    every = horizontal + vertical
    count = len(horizontal)
    links = np.zeros((len(every), len(every)), dtype=bool)
    if horizontal and vertical:
        links[:count, count:] = meeting(horizontal, vertical, settings.reach)
        links[count:, :count] = links[:count, count:].T
    if horizontal:
        links[:count, :count] = _aligned(horizontal, settings)
    if vertical:
        links[count:, count:] = _aligned(vertical, settings)
    regions = [tuple(every[i] for i in members) for members in _components(links)]
    tables = united(_without_frames([r for r in regions if _is_table(r, settings)], settings), settings)
    taken = {rule for table in tables for rule in table}
    loose = [rule for rule in vertical if rule not in taken]
    short = [rule for rule in pieces if rule.axis == "vertical" and rule not in taken]
    whole = (_with_worn_sides(_with_far_sides(t, loose, settings), short, settings) for t in tables)
    return tuple(sorted(whole, key=lambda r: min(_top(rule) for rule in r)))


def _with_far_sides(region: Region, loose: Sequence[Rule], settings: GridSettings) -> Region:
    """Return the region with the outer border of a first or last column that no rule of a row crosses.

    A cell that is merged over a whole page stands there; the border is as long as the table.
    """
    box = box_of(region)
    far = (
        rule
        for rule in loose
        if abs(rule.start - box.top) <= settings.reach
        and abs(rule.end - box.bottom) <= settings.reach
        and 0 < max(box.left - rule.position, rule.position - box.right) <= settings.far_side
    )
    return (*region, *far)


def _with_worn_sides(region: Region, short: Sequence[Rule], settings: GridSettings) -> Region:
    """Return the region with what is left of a border at the very end of a rule that reaches out to it."""
    horizontal, vertical = split_axes(region)
    box = box_of(region).grown(settings.touch)
    left, right = vertical[0].position - settings.reach, vertical[-1].position + settings.reach
    ends = [r.start for r in horizontal if r.start < left] + [r.end for r in horizontal if r.end > right]
    worn = (
        rule
        for rule in short
        if box.top <= rule.start <= rule.end <= box.bottom
        and any(abs(rule.position - end) <= settings.touch for end in ends)
    )
    return (*region, *(rule for rule in worn if rule not in region))


def box_of(region: Sequence[Rule]) -> Box:
    """Return the extent of a network of rules of both axes."""
    horizontal, vertical = split_axes(region)
    return Box(
        min(*(r.start for r in horizontal), *(r.position for r in vertical)),
        min(*(r.position for r in horizontal), *(r.start for r in vertical)),
        max(*(r.end for r in horizontal), *(r.position for r in vertical)),
        max(*(r.position for r in horizontal), *(r.end for r in vertical)),
    )


def _without_frames(regions: Sequence[Region], settings: GridSettings) -> list[Region]:
    """Return the regions save frames around tables: a border of the page, or the edge of the glass."""
    boxes = [box_of(region) for region in regions]
    return [
        region
        for region, box in zip(regions, boxes, strict=True)
        if len(region) > settings.frame_rules
        or not any(other is not box and box.contains(*other.center) for other in boxes)
    ]


def united(regions: Sequence[Region], settings: GridSettings) -> list[Region]:
    """Return the regions with those made one that worn rules parted: they overlap, or one goes on below."""
    result: list[Region] = []
    for region in sorted(regions, key=lambda r: box_of(r).top):
        partner = next((known for known in result if _is_one(known, region, settings)), None)
        if partner is None:
            result.append(region)
        else:
            result[result.index(partner)] = partner + region
    return result if len(result) == len(regions) else united(result, settings)


def _is_one(first: Region, second: Region, settings: GridSettings) -> bool:
    a, b = box_of(first), box_of(second)
    sides = max(abs(a.left - b.left), abs(a.right - b.right))
    if sides <= settings.reach and b.top - a.bottom <= settings.reach and a.top - b.bottom <= settings.reach:
        return True
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    smaller = min(a.width * a.height, b.width * b.height)
    overlap = max(wide, 0.0) * max(high, 0.0) >= settings.overlap * smaller
    # A table within a cell of another has no line in common with it.
    return overlap and _share_a_line(first, second, settings)


def _share_a_line(first: Region, second: Region, settings: GridSettings) -> bool:
    return any(
        abs(a.position - b.position) <= settings.snap
        for one, other in zip(split_axes(first), split_axes(second), strict=True)
        for a in one
        for b in other
    )


def _is_table(region: Sequence[Rule], settings: GridSettings) -> bool:
    horizontal, vertical = split_axes(region)
    enough = min(len(horizontal), len(vertical)) >= 1
    return enough and len(horizontal) + len(vertical) >= settings.min_rules


def _top(rule: Rule) -> float:
    return rule.position if rule.axis == "horizontal" else rule.start
