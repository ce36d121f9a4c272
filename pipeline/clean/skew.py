"""Skew: the angle at which lines of text and rules lie."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import reduced
from pipeline.model import POINTS_PER_INCH, Picture
from pipeline.settings import CleanSettings

Points = NDArray[np.float64]
Pixels = NDArray[np.uint8]


def _ink_points(
    small: Pixels, contrast: float, scale: float, settings: CleanSettings
) -> tuple[Points, Points]:
    """Return x and y (pixels) of edges of what is darker than its surroundings by `contrast`, sampled.

    `scale` is pixels in a point.
    """
    window = max(3, round(settings.skew_window * scale) | 1)
    mean, below = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    dark = cv2.adaptiveThreshold(small, 1, mean, below, window, contrast) > 0
    # Only the upper and left edges of ink: filled areas (shading, scanner borders) count little.
    edge = dark & ~(np.roll(dark, 1, axis=0) & np.roll(dark, 1, axis=1))
    y, x = np.nonzero(edge)
    if len(x) > settings.skew_points:
        chosen = np.random.default_rng(0).choice(len(x), settings.skew_points, replace=False)
        x, y = x[chosen], y[chosen]
    return x.astype(np.float64), y.astype(np.float64)


def _sharpness(along: Points, across: Points, angle: float) -> float:
    """Return how peaked the profile of ink is across lines that rise by `angle` degrees."""
    offset = across + along * np.tan(np.radians(angle))
    histogram = np.bincount((offset - offset.min()).astype(np.int64)).astype(np.float64)
    return float((np.diff(histogram) ** 2).sum())


def _score(x: Points, y: Points, angle: float) -> float:
    # A page turned by a quarter has its lines upright: both directions speak.
    return _sharpness(x, y, angle) + _sharpness(y, -x, angle)


class _Look(NamedTuple):
    """The ink at one contrast, the angle of its sharpest profile, and how far that exceeds the usual one."""

    x: Points
    y: Points
    angle: float
    clear: float


def _coarse(x: Points, y: Points, settings: CleanSettings) -> _Look:
    step = settings.skew_steps[0]
    angles = np.arange(-settings.max_skew, settings.max_skew + step / 2, step)
    scores = np.array([_score(x, y, float(angle)) for angle in angles])
    return _Look(x, y, float(angles[scores.argmax()]), float(scores.max() - np.median(scores)))


def find_skew(picture: Picture, settings: CleanSettings) -> float:
    """Return the skew in degrees counter-clockwise, within plus or minus `settings.max_skew`.

    The profile of ink across the lines is sharpest along the lines' own direction (projection
    profile method, W. Postl 1986); searched coarsely over the range, then finer around the best.
    What is ink of a faded page is noise on another: the contrast counts that gives the sharpest profile
    beyond what all angles have.  `picture` is grey and evenly lit.  0.0 for a page with next to no ink.
    """
    rim_y, rim_x = (round(side * settings.skew_rim) for side in picture.pixels.shape[:2])
    inner = picture.pixels[rim_y : picture.height - rim_y, rim_x : picture.width - rim_x]
    small = np.ascontiguousarray(reduced(inner, settings.skew_dpi / picture.dpi))
    scale = min(picture.dpi, settings.skew_dpi) / POINTS_PER_INCH
    sets = (_ink_points(small, contrast, scale, settings) for contrast in settings.skew_contrasts)
    looks = [_coarse(x, y, settings) for x, y in sets if len(x) >= settings.skew_min_points]
    clearest = max(looks, key=lambda look: look.clear, default=None)
    if clearest is None or clearest.clear <= 0:
        return 0.0
    (reach, *finer), best = settings.skew_steps, clearest.angle
    for step in finer:
        near = best + np.arange(-reach, reach + step / 2, step)
        best = float(max(near, key=lambda angle: _score(clearest.x, clearest.y, float(angle))))
        reach = step
    return best
