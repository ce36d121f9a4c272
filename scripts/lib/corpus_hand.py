"""Numbers written by hand on a printed page: in the margin, over a cell, underlined or struck out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.lib.corpus_chance import between, happens, pick
from scripts.lib.corpus_layers import Cover, Picture, Sheet, multiplied
from scripts.lib.corpus_marks import PENS

Point = tuple[float, float]
Points = NDArray[np.float64]


def _bow(
    x: float, y: float, wide: float, high: float, start: float, end: float, steps: int = 7
) -> tuple[Point, ...]:
    """Return points of an ellipse's arc about (x, y), angles in half turns, clockwise from the right."""
    angles = [pi * (start + (end - start) * step / (steps - 1)) for step in range(steps)]
    return tuple((x + wide * cos(angle), y + high * sin(angle)) for angle in angles)


# Strokes of a digit in a box of 0.6 x 1, y downwards, as a pen goes.
DIGITS: Mapping[str, tuple[tuple[Point, ...], ...]] = {
    "0": (_bow(0.3, 0.5, 0.26, 0.48, -0.6, 1.5, 12),),
    "1": (((0.16, 0.2), (0.32, 0.04), (0.3, 0.5), (0.28, 0.97)),),
    "2": ((*_bow(0.3, 0.27, 0.25, 0.25, -0.9, 0.25), (0.3, 0.7), (0.05, 0.95), (0.3, 0.9), (0.58, 0.95)),),
    "3": ((*_bow(0.28, 0.26, 0.24, 0.22, -0.8, 0.45), *_bow(0.27, 0.72, 0.28, 0.25, -0.45, 0.85)),),
    "4": (
        ((0.38, 0.04), (0.2, 0.35), (0.04, 0.64), (0.3, 0.63), (0.58, 0.6)),
        ((0.42, 0.4), (0.4, 0.7), (0.38, 0.98)),
    ),
    "5": (
        ((0.16, 0.06), (0.12, 0.42), *_bow(0.25, 0.68, 0.3, 0.28, -0.6, 0.85)),
        ((0.16, 0.06), (0.54, 0.04)),
    ),
    "6": (((0.44, 0.04), (0.18, 0.34), *_bow(0.29, 0.72, 0.24, 0.25, -1.0, 1.0, 9)),),
    "7": (((0.04, 0.08), (0.32, 0.07), (0.56, 0.06), (0.36, 0.5), (0.22, 0.97)),),
    "8": ((*_bow(0.3, 0.26, 0.21, 0.23, 0.4, -1.4, 9), *_bow(0.3, 0.74, 0.26, 0.24, -0.6, 1.6, 9)),),
    "9": ((*_bow(0.28, 0.28, 0.24, 0.24, 0.0, -1.9, 9), (0.53, 0.2), (0.5, 0.6), (0.4, 0.97)),),
}
LENGTHS, HOW_OFTEN = (1, 2, 3, 4), (0.35, 0.35, 0.2, 0.1)
SMOOTH = 8  # points that a curve is drawn with between two of the pen's


def _curve(points: Sequence[Point]) -> Points:
    """Return a smooth curve through `points` (Catmull and Rom, 1974)."""
    at = np.asarray([points[0], *points, points[-1]], np.float64)
    t = np.linspace(0, 1, SMOOTH, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(at, at[1:], at[2:], at[3:], strict=False)
    ]
    return np.concatenate([*pieces, at[-1:]])


def _digit(digit: str, rng: np.random.Generator) -> list[Points]:
    """Return the strokes of a digit as no two hands write it, in its box."""
    slant, shear = between(rng, -0.05, 0.25), between(rng, 0.85, 1.1)
    strokes = []
    for stroke in DIGITS[digit]:
        shaken = np.asarray(stroke, np.float64) + rng.normal(0, 0.025, (len(stroke), 2))
        x, y = shaken[:, 0] * shear - slant * (shaken[:, 1] - 1), shaken[:, 1]
        strokes.append(_curve([(float(a), float(b)) for a, b in zip(x, y, strict=True)]))
    return strokes


def _number(rng: np.random.Generator) -> list[Points]:
    """Return the strokes of a number, a digit's height being 1; at times struck out or underlined."""
    length = pick(rng, LENGTHS, HOW_OFTEN)
    strokes: list[Points] = []
    x = 0.0
    for _ in range(length):
        digit = str(int(rng.integers(10)))
        drop = between(rng, -0.08, 0.08)
        strokes += [stroke + np.asarray([x, drop]) for stroke in _digit(digit, rng)]
        x += between(rng, 0.62, 0.8)
    if happens(rng, 0.3):
        height = pick(rng, (0.5, 1.12))
        ends = [(-0.1, height), (x / 2, height + between(rng, -0.06, 0.06)), (x, height - 0.05)]
        strokes.append(_curve(ends))
    return strokes


def number_cover(rng: np.random.Generator, size: float, pen: float) -> Cover:
    """Return a handwritten number as a covering: digits `size` pixels tall, a pen `pen` pixels wide."""
    strokes = _number(rng)
    every = np.concatenate(strokes)
    low = every.min(axis=0) - 2 * pen / size
    width, height = ((every.max(axis=0) - low) * size + 2 * pen).astype(int) + 2
    drawn = np.zeros((height, width), np.uint8)
    for stroke in strokes:
        fixed = ((stroke - low) * size * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(drawn, [fixed], False, (255,), max(1, round(pen)), cv2.LINE_AA, shift=4)
    soft = cv2.GaussianBlur(drawn, (0, 0), 0.6)
    return np.asarray(soft / 255 * between(rng, 0.75, 0.95), np.float32)


def numbered(picture: Picture, sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Return the page with a handwritten number in a side margin, or larger over what stands there."""
    in_margin = happens(rng, 0.5)
    size = sheet.pixels(between(rng, 3.5, 6.0) if in_margin else between(rng, 5.0, 9.0))
    cover = number_cover(rng, size, sheet.pixels(between(rng, 0.3, 0.7)))
    side = pick(rng, ((0.02, 0.06), (0.9, 0.96)))
    column = between(rng, *side) if in_margin else between(rng, 0.12, 0.82)
    at = (int(between(rng, 0.08, 0.9) * sheet.height), int(column * sheet.width))
    return multiplied(picture, cover, pick(rng, PENS), at)
