"""Dashed and dotted rules: what is in a row on one line is inked from end to end.

No stroke of a dash is longer than those of characters.  What tells it is that it stands alone, as strokes of
characters seldom do, and that more like it follow on its line at short distances, as they never do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask, draw_course, inked_along, odd, turned
from pipeline.settings import DetectSettings


@dataclass(frozen=True, slots=True, order=True)
class _Dash:
    """A thin stroke that touches no other ink: its columns, `end` not included, and its middle row."""

    start: int
    end: int
    row: float
    thickness: int

    @property
    def length(self) -> int:
        return self.end - self.start


_Chain = Sequence[_Dash]


class _Pattern(NamedTuple):
    """How long the dashes of a rule are, and the gaps between them, in pixels."""

    length: float
    gap: float


def with_whole_dashes(mask: Mask, scale: float, settings: DetectSettings) -> Mask:
    """Return a mask (255 is ink, `scale` pixels in a point) with the gaps of dashed rules inked."""
    result, upright = mask, turned(mask)
    usual: _Pattern | None = None
    # Dashes that touch a dashed rule of the other axis stand alone once that is known, and where a page has
    # dashed rules, short ones from rule to rule, or of dashes like theirs, are looked for, too.
    for turn in range(settings.dash_rounds):
        across = _chains(mask, result, scale, settings, usual, short=turn > 0)
        standing = turned(_inked(result, across))
        down = _chains(upright, standing, scale, settings, usual, short=turn > 0)
        result = turned(_inked(standing, down))
        if not across and not down:
            break
        usual = usual or _pattern([*across, *down], settings.dot * scale)
    return result


def _pattern(chains: Sequence[_Chain], least: float) -> _Pattern | None:
    """Return how chains are dashed, None where they are of dots: of nothing longer than `least`."""
    pairs = [pair for chain in chains for pair in pairwise(chain) if min(d.length for d in pair) > least]
    if not pairs:
        return None
    length = np.median([dash.length for pair in pairs for dash in pair])
    gap = np.median([after.start - before.end for before, after in pairs])
    return _Pattern(float(length), float(gap))


def _chains(
    mask: Mask, known: Mask, scale: float, settings: DetectSettings, usual: _Pattern | None, *, short: bool
) -> list[_Chain]:
    """Return the rows of dashes, horizontal in `mask`, that are rules.

    `known` is the mask with the rules that are known inked: those of the other axis may touch dashes.
    Where the page has dashed rules, `short` ones count, too: from rule to rule, or dashed as is `usual`.
    """
    upright = np.ones((odd(settings.stroke, scale), 1), np.uint8)
    long = cv2.morphologyEx(known, cv2.MORPH_OPEN, upright)
    crossing = np.asarray(cv2.dilate(long, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    alone = (d for d in _dashes(mask & ~crossing, scale, settings) if not _is_edge(d, crossing))
    return [
        _with_ends(chain, mask, scale, settings)
        for chain in _in_rows(list(alone), mask, scale, settings)
        if _is_dashed(chain, mask, scale, settings)
        or (usual and _is_like(chain, usual, crossing, scale, settings))
        or (short and _spans(chain, crossing, scale, settings))
    ]


def _in_rows(
    dashes: Sequence[_Dash], mask: Mask, scale: float, settings: DetectSettings
) -> list[list[_Dash]]:
    """Return the dashes, sorted from left to right, in rows each of which follows the last."""
    most, far = settings.dash_offset * scale, settings.dash_skip * settings.stroke * scale
    chains: list[list[_Dash]] = []
    # By the row of their last dash, in bands as high as a chain may move: what follows is at most one away.
    waiting: dict[int, list[list[_Dash]]] = defaultdict(list)
    for dash in dashes:
        band = int(dash.row / most)
        for near in (band - 1, band, band + 1):
            waiting[near] = [chain for chain in waiting[near] if dash.start - chain[-1].end <= far]
        near_by = (chain for near in (band - 1, band, band + 1) for chain in waiting[near])
        following = [chain for chain in near_by if _follows(chain[-1], dash, mask, scale, settings)]
        if following:
            chain = min(following, key=lambda chain: abs(chain[-1].row - dash.row))
            waiting[int(chain[-1].row / most)].remove(chain)
            chain.append(dash)
        else:
            chain = [dash]
            chains.append(chain)
        waiting[band].append(chain)
    return chains


def _dashes(mask: Mask, scale: float, settings: DetectSettings) -> list[_Dash]:
    """Return what may be a dash, or a dot, of a horizontal rule, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = np.asarray(stats[1:], dtype=np.int64)
    width, height, area = boxes[:, 2], boxes[:, 3], boxes[:, 4]
    thin = (height <= settings.dash_thick * scale) & (height * settings.dash_shape <= width)
    # A 1 is thin, too, but for its serifs.
    even = height - area / width <= max(1.5, settings.dash_uneven * scale)
    dash = thin & even & (width >= settings.dash * scale) & (width <= settings.stroke * scale)
    dot = np.maximum(width, height) <= settings.dot * scale
    found = boxes[dash | dot, :4]
    # Grain is small: where there is too much of it, the longest are looked at.
    longest = np.argsort(-found[:, 2], kind="stable")[: settings.max_strokes]
    return sorted(_Dash(x, x + w, y + (h - 1) / 2, h) for x, y, w, h in found[longest].tolist())


def _is_edge(dash: _Dash, crossing: Mask) -> bool:
    """Tell whether a stroke goes from one crossing rule to the next, as a whole rule does in a low row."""
    row, end = round(dash.row), min(dash.end, crossing.shape[1] - 1)
    return bool(crossing[row, max(0, dash.start - 1)] and crossing[row, end])


def _follows(last: _Dash, dash: _Dash, mask: Mask, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a dash goes on where another ends: near, or by way of one that a joint took in."""
    gap, longer = dash.start - last.end, max(last.length, dash.length)
    joint = max(settings.joint * scale, settings.dash_skip * longer)
    if not 0 < gap <= joint or abs(dash.row - last.row) > settings.dash_offset * scale:
        return False
    # A speck does not tell where a dash goes on.
    if min(last.thickness, dash.thickness) < settings.dash_alike * max(last.thickness, dash.thickness):
        return False
    most = _most_white(longer, scale, settings)
    if gap <= most:
        return True
    taken = _along(mask, last.end, dash.start, last.row, dash.row)
    white = np.diff(np.concatenate([[-1], np.flatnonzero(taken), [gap]])).max() - 1
    if white > most or taken.mean() < settings.dash_taken:
        return False
    return _is_bare(mask, replace(last, start=last.end), replace(dash, end=dash.start), scale, settings)


def _is_bare(mask: Mask, first: _Dash, last: _Dash, scale: float, settings: DetectSettings) -> bool:
    """Tell whether there is little ink beside the line from one dash to another: rules may cross it."""
    thickness = max(first.thickness, last.thickness)
    flank = max(settings.flank * scale, (thickness + settings.flank * scale) / 2)
    beside = (_along(mask, first.start, last.end, first.row + d, last.row + d) for d in (-flank, flank))
    return all(ink.mean() <= settings.dash_joint for ink in beside)


def _most_white(length: float, scale: float, settings: DetectSettings) -> float:
    """Return how many pixels of white may follow a dash `length` pixels long."""
    return min(settings.dash_gap * scale, max(settings.bridge * scale, settings.dash_white * length))


def _along(mask: Mask, start: int, end: int, first: float, last: float) -> NDArray[np.bool_]:
    """Return for the columns from `start` to before `end` whether ink lies on the line between two rows."""
    return inked_along(mask, start, np.linspace(first, last, end - start))


def _is_dashed(chain: _Chain, mask: Mask, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a chain is long and of many dashes; of dots, long or of very many, with none beside it."""
    first, last = chain[0], chain[-1]
    length = last.end - first.start
    long = len(chain) >= settings.dashes and length >= settings.traced * scale
    # Some dots of a fax run together.
    if np.median([dash.length for dash in chain]) > settings.dot * scale:
        return long
    many = len(chain) >= settings.many_dots and length >= settings.stroke * scale
    return (long or many) and _is_bare(mask, first, last, scale, settings)


def _is_like(chain: _Chain, usual: _Pattern, crossing: Mask, scale: float, settings: DetectSettings) -> bool:
    """Tell whether most of a chain is dashes as the page's usually are, and it meets a rule.

    What a crossing rule parts is no two dashes.
    """
    off = settings.dash_like * usual.length + 1
    alike = [dash for dash in chain if abs(dash.length - usual.length) <= off]
    white = [
        b.start - a.end
        for a, b in pairwise(chain)
        if a in alike and b in alike and not _along(crossing, a.end, b.start, a.row, b.row).any()
    ]
    return (
        any(abs(gap - usual.gap) <= settings.dash_like * usual.gap + 1 for gap in white)
        and sum(dash.length for dash in alike) >= sum(dash.length for dash in chain) / 2
        and _meets(chain, crossing, scale, settings)
    )


def _meets(chain: _Chain, crossing: Mask, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a chain goes over a crossing rule or ends at one."""
    start, end = _reach(chain, crossing, scale, settings)
    return bool(_along(crossing, start, end, chain[0].row, chain[-1].row).any())


def _reach(chain: _Chain, mask: Mask, scale: float, settings: DetectSettings) -> tuple[int, int]:
    """Return the columns from which and up to which a chain may go on: no more white follows its dashes."""
    most = round(_most_white(max(dash.length for dash in chain), scale, settings))
    return max(0, chain[0].start - most), min(mask.shape[1], chain[-1].end + most)


def _spans(chain: _Chain, crossing: Mask, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a chain goes from one crossing rule to another, and is no single stroke.

    One that begins and ends right at the rules may be short, as in a low row: no character touches both.
    """
    before, after = _beyond(chain, crossing, scale, settings)
    if len(chain) < settings.least_dashes or before is None or after is None:
        return False
    white = max(chain[0].start - before, after + 1 - chain[-1].end)
    long = chain[-1].end - chain[0].start >= settings.stroke * scale
    return long or white <= 1 + settings.dash_touch * scale


def _beyond(
    chain: _Chain, mask: Mask, scale: float, settings: DetectSettings
) -> tuple[int | None, int | None]:
    """Return the columns before and after a chain where ink goes on, None where there is none nearby."""
    first, last = chain[0], chain[-1]
    left, right = _reach(chain, mask, scale, settings)
    before = np.flatnonzero(_along(mask, left, first.start, first.row, first.row))
    after = np.flatnonzero(_along(mask, last.end, right, last.row, last.row))
    return (
        left + int(before[-1]) if len(before) else None,
        last.end + int(after[0]) if len(after) else None,
    )


def _with_ends(chain: _Chain, mask: Mask, scale: float, settings: DetectSettings) -> _Chain:
    """Return a chain that reaches the ink beyond its ends, where it is near: a dash that a joint took in."""
    before, after = _beyond(chain, mask, scale, settings)
    start = [replace(chain[0], start=before, end=before + 1)] if before is not None else []
    end = [replace(chain[-1], start=after, end=after + 1)] if after is not None else []
    return [*start, *chain, *end]


def _inked(mask: Mask, chains: Sequence[_Chain]) -> Mask:
    """Return the mask with the gaps of chains inked."""
    result = mask.copy()
    for last, dash in (pair for chain in chains for pair in pairwise(chain)):
        thickness = max(last.thickness, dash.thickness)
        draw_course(result, last.end, np.linspace(last.row, dash.row, dash.start - last.end), thickness)
    return result
