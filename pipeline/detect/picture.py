"""Rules in pictures, by directional morphology: what stays after opening with a long thin element.

Each axis is searched by itself: ink darker than its surroundings, small breaks closed along the
axis, everything shorter than the element opened away; the connected components that remain are
pieces of rules, which are fitted with a straight line and joined end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import POINTS_PER_INCH, Axis, Picture, Rule
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


def _fit(labels: NDArray[np.int32], stats: NDArray[np.int32], index: int) -> Stroke:
    """Return the straight line through one component: the median of ink at its two end stretches."""
    x, y, width, height = (int(v) for v in stats[index, :4])
    ink = labels[y : y + height, x : x + width] == index
    rows = np.arange(height, dtype=np.float64)[:, None]
    columns = ink.sum(axis=0)
    centre = (ink * rows).sum(axis=0) / np.maximum(columns, 1)
    stretch = max(1, width // 4)
    first, last = float(np.median(centre[:stretch])), float(np.median(centre[-stretch:]))
    # The medians stand in the middle of their stretches: extend the line to the very ends.
    slope = (last - first) / max(width - stretch, 1)
    at_start = y + first - slope * (stretch - 1) / 2
    return Stroke(x, x + width, at_start, at_start + slope * width, float(np.median(columns)))


def _strokes(mask: Mask, scale: float, settings: DetectSettings) -> list[Stroke]:
    opened = _opened(mask, scale, settings)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    least, thickest = settings.stroke * scale, settings.thickest * scale
    found = (
        _fit(np.asarray(labels, dtype=np.int32), np.asarray(stats, dtype=np.int32), i)
        for i in range(1, min(count, settings.max_strokes))
        if stats[i, cv2.CC_STAT_WIDTH] >= least
    )
    # Opening thickens by the pixel that dilation added on both sides.
    return [s for s in found if s.thickness - 2 <= thickest]


def _continues(a: Stroke, b: Stroke, scale: float, settings: DetectSettings) -> bool:
    """Tell whether stroke b, which starts later, goes on where a leads to."""
    expected = a.at_end + a.slope * (b.start - a.end) if a.length > settings.long * scale else a.at_end
    near = abs(expected - b.at_start) <= settings.offset * scale
    return near and b.start - a.end <= settings.break_length * scale


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


def find_strokes(picture: Picture, settings: DetectSettings) -> tuple[list[Stroke], list[Stroke]]:
    """Return the horizontal and the vertical strokes of a grey, evenly lit picture, in pixels."""
    mask = dark_mask(picture, settings)
    upright = np.ascontiguousarray(mask.T)
    return (
        join_strokes(_strokes(mask, picture.scale, settings), picture.scale, settings),
        join_strokes(_strokes(upright, picture.scale, settings), picture.scale, settings),
    )


def slope_of(picture: Picture, settings: DetectSettings) -> float:
    """Return the turn in degrees counter-clockwise that long rules still have (0.0 without any).

    Horizontal rules rise by it, vertical ones lean left by it; the median weighted by length.
    """
    horizontal, vertical = find_strokes(picture, settings)
    long = settings.long * picture.scale
    pairs = [(-s.slope, s.length) for s in horizontal if s.length >= long]
    pairs += [(s.slope, s.length) for s in vertical if s.length >= long]
    if not pairs:
        return 0.0
    slopes, weights = np.array(sorted(pairs)).T
    middle = int(np.searchsorted(np.cumsum(weights), weights.sum() / 2))
    return float(np.degrees(np.arctan(slopes[middle])))


def _rule(stroke: Stroke, axis: Axis, scale: float) -> Rule:
    thickness = max(stroke.thickness - 2, 1.0)
    return Rule(
        axis,
        (stroke.middle + 0.5) / scale,
        stroke.start / scale,
        stroke.end / scale,
        thickness / scale,
    )


def find_rules(picture: Picture, settings: DetectSettings) -> tuple[Rule, ...]:
    """Return the rules of a grey, evenly lit, upright picture, in points.

    Strokes of large characters may be among them: a network of rules is what makes a table.
    """
    horizontal, vertical = find_strokes(picture, settings)
    scale = picture.dpi / POINTS_PER_INCH
    rules = [_rule(s, "horizontal", scale) for s in horizontal]
    rules += [_rule(s, "vertical", scale) for s in vertical]
    return tuple(rules)
