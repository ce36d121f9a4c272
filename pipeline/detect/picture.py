"""Rules in pictures, by directional morphology: what stays after opening with a long thin element.

Each axis is searched by itself: ink darker than its surroundings, small breaks closed along the
axis, everything shorter than the element opened away; the connected components that remain are
pieces of rules, which are fitted with a straight line and joined end to end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Axis, Picture, Rule, Trace
from pipeline.settings import DetectSettings

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight piece of a rule in pixels: from `start` to `end` along its axis, the position at both."""

    start: float
    end: float
    at_start: float
    at_end: float
    thickness: float

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def slope(self) -> float:
        return (self.at_end - self.at_start) / self.length if self.length else 0.0

    @property
    def middle(self) -> float:
        return (self.at_start + self.at_end) / 2


def _odd(points: float, scale: float, least: int = 3) -> int:
    return max(least, round(points * scale) | 1)


def dark_mask(picture: Picture, settings: DetectSettings) -> Mask:
    """Return 255 where a pixel is clearly darker than the mean around it (Bradley-Roth), else 0."""
    window = _odd(settings.window, picture.scale)
    return np.asarray(
        cv2.adaptiveThreshold(
            picture.pixels,
            255,
            cv2.ADAPTIVE_THRESH_MEAN_C,
            cv2.THRESH_BINARY_INV,
            window,
            settings.contrast,
        ),
        dtype=np.uint8,
    )


def _opened(mask: Mask, scale: float, settings: DetectSettings) -> Mask:
    """Return what of the mask belongs to horizontal strokes of at least `settings.stroke` points."""
    bridge = np.ones((1, _odd(settings.bridge, scale)), np.uint8)
    element = np.ones((1, _odd(settings.stroke, scale)), np.uint8)
    # A slanted thin rule steps by a pixel: one pixel of thickening lets it survive the opening.
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, bridge)
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, element), dtype=np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A connected piece of ink that survived the opening: its top and bottom row in every column."""

    left: int
    top: NDArray[np.intp]
    bottom: NDArray[np.intp]

    @property
    def length(self) -> int:
        return len(self.top)


def _piece(labels: NDArray[np.int32], stats: NDArray[np.int32], index: int) -> _Piece:
    x, y, width, height = (int(v) for v in stats[index, :4])
    ink = labels[y : y + height, x : x + width] == index
    top = y + ink.argmax(axis=0)
    bottom = y + height - 1 - ink[::-1].argmax(axis=0)
    return _Piece(x, top, bottom)


def _core(piece: _Piece) -> tuple[NDArray[np.intp], NDArray[np.float64], int]:
    """Return the columns where a piece is as thin as it gets, its centre there, and its thickness there.

    Print that touches a rule makes one piece with it, and moves the piece's centre.
    """
    thickness = piece.bottom - piece.top + 1
    thin = np.flatnonzero(thickness <= np.quantile(thickness, 0.25) + 1)
    return thin, ((piece.top + piece.bottom) / 2)[thin], int(np.median(thickness[thin]))


def _fit(piece: _Piece) -> Stroke:
    """Return the straight line through a piece: by the median of its centre at its two end stretches."""
    columns, centre, thickness = _core(piece)
    stretch = max(1, len(columns) // 4)
    first, last = float(np.median(centre[:stretch])), float(np.median(centre[-stretch:]))
    left, right = float(columns[:stretch].mean()), float(columns[-stretch:].mean())
    slope = (last - first) / (right - left) if right - left > stretch else 0.0
    # Dilation before the opening added a pixel above and below.
    usual = max(float(thickness) - 2, 1.0)
    end = piece.left + piece.length
    return Stroke(piece.left, end, first - slope * left, first + slope * (piece.length - left), usual)


def _inked(mask: Mask, edge: NDArray[np.intp], step: int, piece: _Piece, band: int) -> NDArray[np.bool_]:
    """Return for every column of a piece whether there is ink within `band` pixels beyond its edge."""
    columns = np.arange(piece.left, piece.left + piece.length)
    found = np.zeros(piece.length, dtype=bool)
    for distance in range(1, band + 1):
        rows = np.clip(edge + step * distance, 0, mask.shape[0] - 1)
        found |= mask[rows, columns] > 0
    return found


def _is_even(piece: _Piece, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a piece is thin and of one thickness; run-together print is neither."""
    thickness = piece.bottom - piece.top + 1
    usual = float(np.median(thickness))
    spread = float(np.median(np.abs(thickness - usual)))
    return usual - 2 <= settings.thickest * scale and spread <= max(1.0, settings.uneven * usual)


def _inked_columns(mask: Mask, piece: _Piece) -> NDArray[np.bool_]:
    """Return for every column of a piece whether it has ink: closing bridged the rest."""
    columns = np.arange(piece.left, piece.left + piece.length)
    inked = np.zeros(piece.length, dtype=bool)
    for depth in range(int((piece.bottom - piece.top).max()) + 1):
        inked |= mask[np.minimum(piece.top + depth, piece.bottom), columns] > 0
    return inked


def _stands_free(others: Mask, piece: _Piece, scale: float, settings: DetectSettings) -> tuple[float, float]:
    """Return along what share of a piece one flank at least is bare, and along what share both are.

    The flanks of a rule are bare but for joints; print may touch one, as labels set close to the rule do,
    but hardly both.  `others` is the ink that may be print.
    """
    band = max(2, round(settings.flank * scale))
    above = _inked(others, piece.top, -1, piece, band)
    below = _inked(others, piece.bottom, 1, piece, band)
    return 1.0 - min(float(above.mean()), float(below.mean())), 1.0 - float((above | below).mean())


def _along_core(mask: Mask, piece: _Piece) -> NDArray[np.bool_]:
    """Return for every column whether there is ink on the straight line that runs along a piece.

    The line is that edge of the piece which print does not touch: the other hangs down to its feet.
    """
    columns = np.arange(piece.left, piece.left + piece.length)
    best = np.zeros(piece.length, dtype=bool)
    # Dilation before the opening moved both edges out by a pixel.
    for line in (_straight_line(piece.top) + 1, _straight_line(piece.bottom) - 1):
        rows = np.rint(line).astype(np.intp)
        inked = np.zeros(piece.length, dtype=bool)
        for step in (-1, 0, 1):
            inked |= mask[np.clip(rows + step, 0, mask.shape[0] - 1), columns] > 0
        best = max(best, inked, key=np.count_nonzero)
    return best


def _straight_line(edge: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the straight line through a piece's edge, by the medians of its two end stretches."""
    width, stretch = len(edge), max(1, len(edge) // 4)
    first, last = float(np.median(edge[:stretch])), float(np.median(edge[-stretch:]))
    slope = (last - first) / max(width - stretch, 1)
    offsets = np.arange(width, dtype=np.float64) - (stretch - 1) / 2
    return np.asarray(first + slope * offsets, dtype=np.float64)


def _is_rule(mask: Mask, others: Mask, piece: _Piece, scale: float, settings: DetectSettings) -> bool:
    """Tell a rule from a stroke, or a run of strokes, of characters.

    A rule is thin and even, stands free, and has ink from end to end: strokes of characters that nearly
    reach the rules around them leave gaps.  One with gaps must stand freer and show many of them (dots),
    or be long; what is worn beyond that is looked for once the table's lines are known.  `mask` is all
    ink, `others` what of it may be print.
    """
    if not _is_even(piece, scale, settings):
        return piece.length >= settings.traced * scale and _is_solid(_along_core(mask, piece), settings)
    inked = _inked_columns(mask, piece)
    # Without what the crossing rules lend, where these are known.
    own = inked if others is mask else inked[_inked_columns(others, piece) | ~inked]
    filled = float(own.mean()) if len(own) else 1.0
    if piece.length >= settings.traced * scale and filled >= settings.solid:
        return True  # print leaves gaps between its characters, however tightly it is set around the rule
    one_side, both_sides = _stands_free(others, piece, scale, settings)
    if filled >= settings.filled:
        return one_side >= settings.bare_side and both_sides >= settings.bare_both
    if both_sides < settings.bare_broken:
        return False
    gaps = int((np.diff(inked.astype(np.int8)) == -1).sum())
    return gaps >= settings.dots or piece.length >= settings.traced * scale


def _is_solid(inked: NDArray[np.bool_], settings: DetectSettings) -> bool:
    """Tell whether ink goes on without a break: print leaves gaps between its characters."""
    return len(inked) > 0 and bool(inked.mean() >= settings.solid)


def _cut(piece: _Piece, start: int, end: int) -> _Piece:
    return _Piece(piece.left + start, piece.top[start:end], piece.bottom[start:end])


def _crossings(piece: _Piece, crossing: Mask) -> list[int]:
    """Return where (columns of the piece) rules of the other axis cross it, its two ends included."""
    columns = np.arange(piece.left, piece.left + piece.length)
    middle = (piece.top + piece.bottom) // 2
    crossed = np.flatnonzero(crossing[middle, columns] > 0)
    groups = np.split(crossed, np.flatnonzero(np.diff(crossed) > 1) + 1) if len(crossed) else []
    return [0, *(int(g.mean()) for g in groups), piece.length]


def _rules_in(
    piece: _Piece, mask: Mask, others: Mask, crossing: Mask, scale: float, settings: DetectSettings
) -> list[_Piece]:
    """Return the parts of a piece that are rules, each from one crossing rule to another.

    A stroke of a character may stand right on the line where a rule ends.
    """
    cuts = _crossings(piece, crossing)
    joint = settings.joint * scale
    long = piece.length >= settings.telling * scale
    core = _along_core(mask, piece) if long else np.zeros(piece.length, dtype=bool)

    def is_rule(stretch: tuple[int, int]) -> bool:
        return (
            stretch[1] - stretch[0] < joint
            or _is_solid(core[slice(*stretch)], settings)
            or _is_rule(mask, others, _cut(piece, *stretch), scale, settings)
        )

    runs = [list(run) for kept, run in groupby(pairwise(cuts), key=is_rule) if kept]
    # Between crossing rules that close together anything passes for a rule: it only goes along with one.
    return [_cut(piece, run[0][0], run[-1][1]) for run in runs if any(b - a >= joint for a, b in run)]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The pieces found along one axis, horizontal in `mask`, and the picture they are labelled in."""

    mask: Mask
    labels: NDArray[np.int32]
    pieces: Mapping[int, _Piece]


def _find(mask: Mask, least: float, scale: float, settings: DetectSettings) -> _Found:
    """Return the pieces along one axis that are at least `least` points long."""
    opened = _opened(mask, scale, settings)
    count, raw_labels, raw_stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    labels, stats = np.asarray(raw_labels, dtype=np.int32), np.asarray(raw_stats, dtype=np.int32)
    widths = stats[:, cv2.CC_STAT_WIDTH]
    long = [i for i in range(1, min(count, settings.max_strokes)) if widths[i] >= least * scale]
    return _Found(mask, labels, {i: _piece(labels, stats, i) for i in long})


def _sure(found: _Found, scale: float, settings: DetectSettings) -> Mask:
    """Return 255 where a piece lies that is a rule even with every joint held against it."""
    result = np.zeros_like(found.mask)
    for piece in found.pieces.values():
        if _is_rule(found.mask, found.mask, piece, scale, settings):
            _draw(result, piece)
    return result


def _draw(mask: Mask, piece: _Piece) -> None:
    """Paint a rule's course, but no print that touches it, into a mask."""
    thin, centre, thickness = _core(piece)
    middle = np.interp(np.arange(piece.length), thin, centre)
    top = np.rint(middle - (thickness - 1) / 2).astype(np.intp)
    columns = np.arange(piece.left, piece.left + piece.length)
    for depth in range(thickness):
        mask[np.clip(top + depth, 0, mask.shape[0] - 1), columns] = 255


def _rule_pieces(found: _Found, crossing: Mask, scale: float, settings: DetectSettings) -> list[_Piece]:
    """Return the rules among the pieces; `crossing`, rules of the other axis, are no print."""
    others = np.where(crossing > 0, 0, found.mask).astype(np.uint8)
    return [
        part
        for piece in found.pieces.values()
        for part in _rules_in(piece, found.mask, others, crossing, scale, settings)
    ]


def _continues(a: Stroke, b: Stroke, scale: float, settings: DetectSettings) -> bool:
    """Tell whether stroke b, which starts later, goes on where a leads to."""
    expected = a.at_end + a.slope * (b.start - a.end) if a.length > settings.long * scale else a.at_end
    near = abs(expected - b.at_start) <= settings.offset * scale
    # Two short strokes far apart are characters of one line, not a broken rule.
    most = min(settings.break_length * scale, settings.break_share * min(a.length, b.length))
    return near and b.start - a.end <= most


def _joined(a: Stroke, b: Stroke) -> Stroke:
    if b.end <= a.end:
        return a
    weight = a.length + b.length
    thickness = (a.thickness * a.length + b.thickness * b.length) / weight
    return Stroke(a.start, b.end, a.at_start, b.at_end, thickness)


def join_strokes(strokes: Sequence[Stroke], scale: float, settings: DetectSettings) -> list[Stroke]:
    """Return the strokes with those that continue one another made one."""
    result: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: s.start):
        for index, earlier in enumerate(result):
            if _continues(earlier, stroke, scale, settings):
                result[index] = _joined(earlier, stroke)
                break
        else:
            result.append(stroke)
    return result


def at_most(picture: Picture, dpi: float) -> Picture:
    """Return the picture reduced to `dpi` where it is finer."""
    if picture.dpi <= dpi:
        return picture
    factor = dpi / picture.dpi
    small = cv2.resize(picture.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return Picture(np.asarray(small, dtype=np.uint8), dpi)


def _pieces(picture: Picture, least: float, settings: DetectSettings) -> tuple[list[_Piece], list[_Piece]]:
    """Return the pieces of horizontal and of vertical rules, `least` points long at least."""
    scale = picture.scale
    mask = dark_mask(picture, settings)
    across = _find(mask, least, scale, settings)
    down = _find(np.ascontiguousarray(mask.T), least, scale, settings)
    beside_across, beside_down = _sure(down, scale, settings).T, _sure(across, scale, settings).T
    return (
        _rule_pieces(across, beside_across, scale, settings),
        _rule_pieces(down, beside_down, scale, settings),
    )


def find_strokes(picture: Picture, settings: DetectSettings) -> tuple[list[Stroke], list[Stroke]]:
    """Return the horizontal and the vertical strokes of a grey, evenly lit picture, in pixels."""
    across, down = _pieces(picture, settings.stroke, settings)
    return (
        join_strokes([_fit(p) for p in across], picture.scale, settings),
        join_strokes([_fit(p) for p in down], picture.scale, settings),
    )


def _trace(piece: _Piece, axis: Axis, scale: float, settings: DetectSettings) -> Trace:
    """Return a piece's course: its centre, the median over every step, in points."""
    step = max(1, round(settings.trace_step * scale))
    whole = piece.length // step * step
    thin, middle, _ = _core(piece)
    centre = np.interp(np.arange(whole), thin, middle).reshape(-1, step)
    along = piece.left + np.arange(whole, dtype=np.float64).reshape(-1, step).mean(axis=1)
    return Trace(axis, (along + 0.5) / scale, (np.median(centre, axis=1) + 0.5) / scale)


def find_traces(picture: Picture, settings: DetectSettings) -> tuple[Trace, ...]:
    """Return the course of every longer rule of a grey, evenly lit picture, in points."""
    small = at_most(picture, settings.trace_dpi)
    across, down = _pieces(small, settings.traced, settings)
    least = settings.traced * small.scale
    traces = [_trace(p, "horizontal", small.scale, settings) for p in across if p.length >= least]
    traces += [_trace(p, "vertical", small.scale, settings) for p in down if p.length >= least]
    return tuple(traces)


def crossed(traces: Sequence[Trace], settings: DetectSettings) -> tuple[Trace, ...]:
    """Return the traces that several of the other axis cross: a table's rules, but no edge of the paper."""
    return tuple(t for t in traces if sum(_cross(t, other) for other in traces) >= settings.least_crossings)


def _cross(first: Trace, second: Trace) -> bool:
    if first.axis == second.axis:
        return False
    one, two = float(np.median(first.across)), float(np.median(second.across))
    return bool(
        second.along.min() <= one <= second.along.max() and first.along.min() <= two <= first.along.max()
    )


def _tilt(trace: Trace) -> tuple[float, float]:
    """Return by how much a rule rises counter-clockwise (a tangent), and its length in points."""
    slope = float(np.polyfit(trace.along, trace.across, 1)[0])
    return -slope if trace.axis == "horizontal" else slope, float(np.ptp(trace.along))


def slope_of(traces: Sequence[Trace], settings: DetectSettings) -> float:
    """Return the turn in degrees counter-clockwise that long rules have (0.0 without any).

    The median over rules, weighted by length.
    """
    tilts = [_tilt(t) for t in traces if np.ptp(t.along) >= settings.telling]
    if sum(length for _, length in tilts) < 2 * settings.telling:
        return 0.0
    slopes, weights = np.array(sorted(tilts)).T
    middle = int(np.searchsorted(np.cumsum(weights), weights.sum() / 2))
    return float(np.degrees(np.arctan(slopes[middle])))


def levelled(traces: Sequence[Trace], degrees: float) -> tuple[Trace, ...]:
    """Return the traces as they run once the page is turned clockwise by a small angle in degrees."""
    tangent = float(np.tan(np.radians(degrees)))
    return tuple(
        replace(t, across=t.across + t.along * (tangent if t.axis == "horizontal" else -tangent))
        for t in traces
    )


def _rule(stroke: Stroke, axis: Axis, scale: float) -> Rule:
    return Rule(
        axis,
        (stroke.middle + 0.5) / scale,
        stroke.start / scale,
        stroke.end / scale,
        stroke.thickness / scale,
    )


def _between(
    first: Stroke, second: Stroke, mask: Mask, scale: float, settings: DetectSettings
) -> list[Stroke]:
    """Return the short rules that run from one of two long parallel rules to the other.

    A row too low for its rules to be told from strokes of characters: only where ink goes all the way from
    rule to rule, straight and with bare flanks.
    """
    inset, band = 2, max(2, round(settings.flank * scale))
    top = round(max(first.at_start, first.at_end) + first.thickness / 2) + inset
    bottom = round(min(second.at_start, second.at_end) - second.thickness / 2) - inset
    left, right = (max(0, round(v)) for v in (first.start, first.end))
    strip = mask[max(0, top) : bottom + 1, max(0, left - 1 - band) : right + 2 + band] > 0
    if strip.shape[0] < settings.joint * scale / 2:
        return []
    share = strip.mean(axis=0)
    full = np.flatnonzero(share >= settings.solid)
    found = []
    for run in np.split(full, np.flatnonzero(np.diff(full) > 1) + 1) if len(full) else []:
        start, end = int(run[0]), int(run[-1]) + 1
        beside = [share[max(0, start - 1 - band) : max(0, start - 1)], share[end + 1 : end + 1 + band]]
        bare = all(len(b) == 0 or b.max() <= 1 - settings.bare_broken for b in beside)
        if bare and end - start <= settings.thickest * scale:
            middle = (start + end - 1) / 2 + max(0, left - 1 - band)
            found.append(Stroke(first.middle, second.middle, middle, middle, end - start))
    return found


def _low_rows(
    horizontal: Sequence[Stroke], mask: Mask, scale: float, settings: DetectSettings
) -> list[Stroke]:
    """Return the verticals of rows that are lower than the shortest stroke looked for."""
    long = sorted((s for s in horizontal if s.length >= settings.telling * scale), key=lambda s: s.middle)
    ends = settings.joint * scale
    return [
        stroke
        for first, second in pairwise(long)
        if second.middle - first.middle <= settings.low_row * scale
        and abs(first.start - second.start) <= ends
        and abs(first.end - second.end) <= ends
        for stroke in _between(first, second, mask, scale, settings)
    ]


def find_rules(picture: Picture, settings: DetectSettings) -> tuple[Rule, ...]:
    """Return the rules of a grey, evenly lit, upright picture, in points.

    Strokes of large characters may be among them: a network of rules is what makes a table.
    """
    small = at_most(picture, settings.rule_dpi)
    horizontal, vertical = find_strokes(small, settings)
    scale = small.scale
    vertical += _low_rows(horizontal, dark_mask(small, settings), scale, settings)
    rules = [_rule(s, "horizontal", scale) for s in horizontal]
    rules += [_rule(s, "vertical", scale) for s in vertical]
    return tuple(rules)
