"""Rules in pictures: pieces of them are fitted with straight lines, which are joined end to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask
from pipeline.detect.page_ink import PageInk
from pipeline.detect.pale import without_pale
from pipeline.detect.piece import Piece, core_of, find_pieces, is_thin
from pipeline.model import Axis, Rule
from pipeline.settings import DetectSettings


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


def _fit(piece: Piece) -> Stroke:
    """Return the straight line through a piece: by the median of its centre at its two end stretches."""
    columns, centre, thickness = core_of(piece)
    stretch = max(1, len(columns) // 4)
    first, last = float(np.median(centre[:stretch])), float(np.median(centre[-stretch:]))
    left, right = float(columns[:stretch].mean()), float(columns[-stretch:].mean())
    slope = (last - first) / (right - left) if right - left > stretch else 0.0
    # Dilation before the opening added a pixel above and below.
    usual = max(float(thickness) - 2, 1.0)
    end = piece.left + piece.length
    return Stroke(piece.left, end, first - slope * left, first + slope * (piece.length - left), usual)


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
    return _gathered(strokes, lambda a, b: _continues(a, b, scale, settings))


def _gathered(strokes: Sequence[Stroke], belong: Callable[[Stroke, Stroke], bool]) -> list[Stroke]:
    """Return the strokes with each made one with the first earlier one that it belongs to."""
    result: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: s.start):
        for index, earlier in enumerate(result):
            if belong(earlier, stroke):
                result[index] = _joined(earlier, stroke)
                break
        else:
            result.append(stroke)
    return result


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
    """Return the short rules that run from one of two long parallel rules to the other, where both are.

    A row too low for its rules to be told from strokes of characters: only where ink goes all the way from
    rule to rule, straight and with bare flanks.
    """
    inset, band = 2, max(2, round(settings.flank * scale))
    top = round(max(first.at_start, first.at_end) + first.thickness / 2) + inset
    bottom = round(min(second.at_start, second.at_end) - second.thickness / 2) - inset
    left, right = max(0, round(max(first.start, second.start))), round(min(first.end, second.end))
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


def _levels(strokes: Sequence[Stroke], scale: float, settings: DetectSettings) -> list[Stroke]:
    """Return strokes that lie on one line as one, however far apart wear has left them."""

    def is_on_line(a: Stroke, b: Stroke) -> bool:
        return abs(a.at_end + a.slope * (b.start - a.end) - b.at_start) <= settings.offset * scale

    return _gathered(strokes, is_on_line)


def _low_rows(
    horizontal: Sequence[Stroke], mask: Mask, scale: float, settings: DetectSettings
) -> list[Stroke]:
    """Return the verticals of rows that are lower than the shortest stroke looked for."""
    pieces = _levels([s for s in horizontal if s.length >= settings.long * scale], scale, settings)
    levels = sorted((s for s in pieces if s.length >= settings.telling * scale), key=lambda s: s.middle)
    return [
        stroke
        for first, second in pairwise(levels)
        if second.middle - first.middle <= settings.low_row * scale
        and min(first.end, second.end) - max(first.start, second.start) >= settings.telling * scale
        for stroke in _between(first, second, mask, scale, settings)
    ]


def find_rules(ink: PageInk, settings: DetectSettings) -> tuple[Rule, ...]:
    """Return the rules of a page, in points.

    Strokes of large characters may be among them: a network of rules is what makes a table.  The edges of
    the sheet are left out, and what shines through it.
    """
    mask, scale = ink.ruled, ink.picture.scale
    across, down = _pieces(ink, settings)
    horizontal = join_strokes([_fit(p) for p in across], scale, settings)
    vertical = join_strokes([_fit(p) for p in down], scale, settings)
    vertical += _low_rows(horizontal, mask, scale, settings)
    height, width = mask.shape
    rules = [_rule(s, "horizontal", scale) for s in _without_edges(horizontal, width, height, settings)]
    rules += [_rule(s, "vertical", scale) for s in _without_edges(vertical, height, width, settings)]
    printed = ink.depth if ink.shines else 0.0
    dark = ink.picture.pixels < settings.beyond_level * float(np.median(ink.picture.pixels))
    within = [rule for rule in rules if not _is_edge_of_dark(rule, dark, scale, settings)]
    return without_pale(_without_print(within, settings), ink.picture, printed, settings)


def _is_edge_of_dark(rule: Rule, dark: NDArray[np.bool_], scale: float, settings: DetectSettings) -> bool:
    """Tell whether a sheet ends at a line: all beside it is dark, and most up to the picture's border.

    Levelled light leaves of the dark around a sheet a grey much darker than paper; a picture that was turned
    has white corners.
    """
    lines = dark if rule.axis == "horizontal" else dark.T
    course = slice(max(0, round(rule.start * scale)), max(0, round(rule.end * scale)))
    before, after = ((rule.position + side * rule.thickness) * scale for side in (-1, 1))
    near, most = round(settings.beyond_near * scale), settings.beyond_most * scale
    return any(
        near <= len(beyond) <= most
        and bool(beyond.size)
        and float(beyond[:near].mean()) >= settings.beyond_beside
        and float(beyond.mean()) >= settings.beyond_dark
        for beyond in (lines[: max(0, round(before)), course][::-1], lines[round(after) :, course])
    )


def _without_print(rules: Sequence[Rule], settings: DetectSettings) -> list[Rule]:
    """Return the rules without lines of small print that a soft picture makes one stroke.

    They are short, far thicker than the page's long rules, and end at none of the other axis.
    """
    long = [rule.thickness for rule in rules if rule.length >= settings.telling]
    if not long:
        return list(rules)
    thick = max(settings.print_thick, settings.print_thicker * float(np.median(long)))

    def is_print(rule: Rule) -> bool:
        if rule.thickness <= thick or rule.length >= settings.telling:
            return False
        reach = settings.joint
        return not any(
            min(abs(other.position - rule.start), abs(other.position - rule.end)) <= reach
            and other.start - reach <= rule.position <= other.end + reach
            for other in rules
            if other.axis != rule.axis
        )

    return [rule for rule in rules if not is_print(rule)]


def _pieces(ink: PageInk, settings: DetectSettings) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of horizontal and of vertical rules, the latter as those of the turned page.

    Shading of grain joins all rules that reach it: instead of what is thick then, long rules are looked for
    as if it were not there.
    """
    scale = ink.picture.scale
    across, down = find_pieces(ink.ruled, settings.stroke, scale, settings)
    if not ink.shaded.any():
        return across, down
    clear = np.where(ink.shaded > 0, 0, ink.ruled).astype(np.uint8)
    clear_across, clear_down = find_pieces(clear, settings.long, scale, settings)
    clear_across += [piece for piece in across if is_thin(piece, scale, settings)]
    clear_down += [piece for piece in down if is_thin(piece, scale, settings)]
    return clear_across, clear_down


def _without_edges(
    strokes: Sequence[Stroke], length: int, depth: int, settings: DetectSettings
) -> list[Stroke]:
    """Return strokes without the edges of the sheet: close to a border, they go along all of it.

    Where others do as well, the picture was cut out around a table.
    """
    near = settings.border * max(length, depth)
    along = [s for s in strokes if s.start <= near and s.end >= length - near]
    edges = [s for s in along if min(s.middle, depth - s.middle) <= settings.edge_depth * near]
    if len(edges) < len(along):
        return list(strokes)
    return [s for s in strokes if s not in edges]
