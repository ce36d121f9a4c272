"""Rules in pictures, by directional morphology: what stays after opening with a long thin element.

Each axis is searched by itself: ink darker than its surroundings, small breaks closed along the
axis, everything shorter than the element opened away; the connected components that remain are
pieces of rules, if they stand free of print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask, draw_course, inked_along, odd, turned
from pipeline.settings import DetectSettings


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A connected piece of ink that survived the opening: its top and bottom row in every column."""

    left: int
    top: NDArray[np.intp]
    bottom: NDArray[np.intp]

    @property
    def length(self) -> int:
        return len(self.top)

    @property
    def thickness(self) -> NDArray[np.intp]:
        """Rows from top to bottom in every column; the opening's dilation added one above and one below."""
        return np.asarray(self.bottom - self.top + 1)


def _opened(mask: Mask, scale: float, settings: DetectSettings) -> Mask:
    """Return what of the mask belongs to horizontal strokes of at least `settings.stroke` points."""
    bridge = np.ones((1, odd(settings.bridge, scale)), np.uint8)
    element = np.ones((1, odd(settings.stroke, scale)), np.uint8)
    # A slanted thin rule steps by a pixel: one pixel of thickening lets it survive the opening.
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, bridge)
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, element), dtype=np.uint8)


def _piece(labels: NDArray[np.int32], stats: NDArray[np.int32], index: int) -> Piece:
    x, y, width, height = (int(v) for v in stats[index, :4])
    ink = labels[y : y + height, x : x + width] == index
    top = y + ink.argmax(axis=0)
    bottom = y + height - 1 - ink[::-1].argmax(axis=0)
    return Piece(x, top, bottom)


def core_of(piece: Piece) -> tuple[NDArray[np.intp], NDArray[np.float64], int]:
    """Return the columns where a piece is as thin as it gets, its centre there, and its thickness there.

    Print that touches a rule makes one piece with it, and moves the piece's centre.
    """
    thin = np.flatnonzero(piece.thickness <= np.quantile(piece.thickness, 0.25) + 1)
    return thin, ((piece.top + piece.bottom) / 2)[thin], int(np.median(piece.thickness[thin]))


def _inked(mask: Mask, edge: NDArray[np.intp], step: int, piece: Piece, band: int) -> NDArray[np.bool_]:
    """Return for every column of a piece whether there is ink within `band` pixels beyond its edge."""
    columns = np.arange(piece.left, piece.left + piece.length)
    found = np.zeros(piece.length, dtype=bool)
    for distance in range(1, band + 1):
        rows = np.clip(edge + step * distance, 0, mask.shape[0] - 1)
        found |= mask[rows, columns] > 0
    return found


def is_thin(piece: Piece, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a piece is no thicker than rules are."""
    return float(np.median(piece.thickness)) - 2 <= settings.thickest * scale


def _is_even(piece: Piece, scale: float, settings: DetectSettings) -> bool:
    """Tell whether a piece is thin and of one thickness; run-together print is neither."""
    usual = float(np.median(piece.thickness))
    spread = float(np.median(np.abs(piece.thickness - usual)))
    return is_thin(piece, scale, settings) and spread <= max(1.0, settings.uneven * usual)


def _inked_columns(mask: Mask, piece: Piece) -> NDArray[np.bool_]:
    """Return for every column of a piece whether it has ink: closing bridged the rest."""
    columns = np.arange(piece.left, piece.left + piece.length)
    inked = np.zeros(piece.length, dtype=bool)
    for depth in range(int((piece.bottom - piece.top).max()) + 1):
        inked |= mask[np.minimum(piece.top + depth, piece.bottom), columns] > 0
    return inked


def _stands_free(others: Mask, piece: Piece, scale: float, settings: DetectSettings) -> tuple[float, float]:
    """Return along what share of a piece one flank at least is bare, and along what share both are.

    The flanks of a rule are bare but for joints; print may touch one, as labels set close to the rule do,
    but hardly both.  `others` is the ink that may be print.
    """
    band = max(2, round(settings.flank * scale))
    above = _inked(others, piece.top, -1, piece, band)
    below = _inked(others, piece.bottom, 1, piece, band)
    return 1.0 - min(float(above.mean()), float(below.mean())), 1.0 - float((above | below).mean())


def _along_core(mask: Mask, piece: Piece) -> NDArray[np.bool_]:
    """Return for every column whether there is ink on the straight line that runs along a piece.

    The line is that edge of the piece which print does not touch: the other hangs down to its feet.  Where
    print touches both here and there, the line goes where the piece is thin.
    """
    # Dilation before the opening moved both edges out by a pixel.
    every, quarter = np.arange(piece.length), max(1, piece.length // 4)
    thin, centre, _ = core_of(piece)
    lines = (
        _straight(every, piece.top, quarter, piece.length) + 1,
        _straight(every, piece.bottom, quarter, piece.length) - 1,
        _straight(thin, centre, (len(thin) + 1) // 2, piece.length),
    )
    return max((inked_along(mask, piece.left, line) for line in lines), key=np.count_nonzero)


def _straight(
    columns: NDArray[np.intp], rows: NDArray[np.intp] | NDArray[np.float64], stretch: int, length: int
) -> NDArray[np.float64]:
    """Return the rows of columns 0 to `length` on the line through points, by medians of their end stretches.

    A stretch is so many points; columns ascend.
    """
    ends = slice(stretch), slice(-stretch, None)
    x0, x1 = (float(np.median(columns[end])) for end in ends)
    y0, y1 = (float(np.median(rows[end])) for end in ends)
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    return np.asarray(y0 + slope * (np.arange(length) - x0), dtype=np.float64)


def _is_rule(mask: Mask, others: Mask, piece: Piece, scale: float, settings: DetectSettings) -> bool:
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


def _cut(piece: Piece, start: int, end: int) -> Piece:
    return Piece(piece.left + start, piece.top[start:end], piece.bottom[start:end])


def _crossings(piece: Piece, crossing: Mask) -> list[int]:
    """Return where (columns of the piece) rules of the other axis cross it, its two ends included."""
    columns = np.arange(piece.left, piece.left + piece.length)
    middle = (piece.top + piece.bottom) // 2
    crossed = np.flatnonzero(crossing[middle, columns] > 0)
    groups = np.split(crossed, np.flatnonzero(np.diff(crossed) > 1) + 1) if len(crossed) else []
    return [0, *(int(g.mean()) for g in groups), piece.length]


def _rules_in(
    piece: Piece, mask: Mask, others: Mask, crossing: Mask, scale: float, settings: DetectSettings
) -> list[Piece]:
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
    pieces: Mapping[int, Piece]


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


def _draw(mask: Mask, piece: Piece) -> None:
    """Paint a rule's course, but no print that touches it, into a mask."""
    thin, centre, thickness = core_of(piece)
    middle = np.interp(np.arange(piece.length), thin, centre)
    draw_course(mask, piece.left, middle, thickness)


def _rule_pieces(found: _Found, crossing: Mask, scale: float, settings: DetectSettings) -> list[Piece]:
    """Return the rules among the pieces; `crossing`, rules of the other axis, are no print."""
    others = np.where(crossing > 0, 0, found.mask).astype(np.uint8)
    return [
        part
        for piece in found.pieces.values()
        for part in _rules_in(piece, found.mask, others, crossing, scale, settings)
    ]


def find_pieces(
    mask: Mask, least: float, scale: float, settings: DetectSettings
) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of horizontal and of vertical rules, `least` points long at least.

    `mask` is 255 where there is ink, `scale` pixels in a point; the vertical ones are those of `mask.T`.
    """
    across = _find(mask, least, scale, settings)
    down = _find(turned(mask), least, scale, settings)
    beside_across, beside_down = _sure(down, scale, settings).T, _sure(across, scale, settings).T
    return (
        _rule_pieces(across, beside_across, scale, settings),
        _rule_pieces(down, beside_down, scale, settings),
    )
