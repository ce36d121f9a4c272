"""How like a place of a picture is to a printed sign: by the slopes of its outline, whatever lies over it.

Ink that lies over a sign hides a part of its outline and adds outlines of its own; what is left still runs
as the sign's does.  The likeness of a place is the mean cosine between the slopes of darkness of a sign's
outline and those found there (shape-based matching: Steger, 2001).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.read.paint import PAPER
from pipeline.read.scan import Pixels

Floats = NDArray[np.float32]

_AROUND = 2  # pixels around a sign in which its outline slopes to white
_BLUR = 0.6  # pixels; slopes of single pixels are noise
_EDGE = 0.3  # of a sign's steepest slope, from which a slope is its outline's
_FLAT = 0.35  # the same, below which a slope tells less of where it runs to
_BEYOND = 10  # pixels of white around a cell, so that signs by its sides are seen whole


Bounds = tuple[int, int, int, int]
"""Left, top, right and bottom of a sign in pixels of its cell, right and bottom exclusive."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A sign's outline: its usual size in pixels, and the direction of each of so many slopes, else 0."""

    width: int
    height: int
    points: int
    across: Floats
    down: Floats
    weakest: float


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The darkness (0..1) of a cell with some white around it, its slopes, and how steep each is."""

    dark: Floats
    across: Floats
    down: Floats
    steep: Floats


def slopes_of(grey: Pixels) -> Slopes:
    """Return the slopes of a cell's picture, dark on white."""
    return _slopes(np.pad(_darkness(grey), _BEYOND))


def mean_shape(pictures: Sequence[Pixels], places: Sequence[Bounds]) -> Shape:
    """Return the outline that a sign has on the whole, of pictures of cells that show it, and where."""
    width = round(float(np.median([right - left for left, _, right, _ in places])))
    height = round(float(np.median([bottom - top for _, top, _, bottom in places])))
    size = width + 2 * _AROUND, height + 2 * _AROUND
    seen = [
        cv2.getRectSubPix(np.pad(_darkness(grey), _BEYOND), size, _middle(place))
        for grey, place in zip(pictures, places, strict=True)
    ]
    slopes = _slopes(np.mean(seen, axis=0, dtype=np.float32))
    steepest = float(slopes.steep.max())
    outline = slopes.steep > _EDGE * steepest
    points = int(outline.sum())
    share = outline / np.maximum(slopes.steep * max(1, points), np.finfo(np.float32).tiny)
    across, down = (np.asarray(slope * share, np.float32) for slope in (slopes.across, slopes.down))
    return Shape(width, height, points, across, down, _FLAT * steepest)


def likeness(slopes: Slopes, shape: Shape, middle: tuple[float, float], slack: float) -> float:
    """Return how like a sign (-1..1) a cell is, at best, within `slack` pixels of where its middle may be.

    -1 where the cell has no room for it.
    """
    window = _window(shape, middle, slack)
    steep = np.maximum(slopes.steep[window], shape.weakest, dtype=np.float32)
    if steep.shape[0] < shape.across.shape[0] or steep.shape[1] < shape.across.shape[1]:
        return -1.0
    along = cv2.matchTemplate(slopes.across[window] / steep, shape.across, cv2.TM_CCORR)
    return float((along + cv2.matchTemplate(slopes.down[window] / steep, shape.down, cv2.TM_CCORR)).max())


def darkness(slopes: Slopes, shape: Shape, middle: tuple[float, float]) -> float:
    """Return the mean darkness (0..1) of a cell where a sign would have its middle; 0 beyond it."""
    inside = slopes.dark[_window(shape, middle, 0.0)]
    return float(inside.mean()) if inside.size else 0.0


def _window(shape: Shape, middle: tuple[float, float], slack: float) -> tuple[slice, slice]:
    """Return the part of a cell, with the white around it, that a sign may take."""
    height, width = shape.across.shape
    left, top = middle[0] + _BEYOND - width / 2, middle[1] + _BEYOND - height / 2
    x0, y0 = max(0, math.floor(left - slack)), max(0, math.floor(top - slack))
    x1, y1 = math.ceil(left + slack) + width, math.ceil(top + slack) + height
    return slice(y0, max(y0, y1)), slice(x0, max(x0, x1))


def _darkness(grey: Pixels) -> Floats:
    return np.asarray((PAPER - grey.astype(np.float32)) / PAPER, np.float32)


def _slopes(dark: Floats) -> Slopes:
    soft = cv2.GaussianBlur(dark, (0, 0), _BLUR)
    across, down = (np.asarray(cv2.Sobel(soft, cv2.CV_32F, *axis), np.float32) for axis in ((1, 0), (0, 1)))
    return Slopes(dark, across, down, np.hypot(across, down))


def _middle(place: Bounds) -> tuple[float, float]:
    left, top, right, bottom = place
    return (left + right - 1) / 2 + _BEYOND, (top + bottom - 1) / 2 + _BEYOND
