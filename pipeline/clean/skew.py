"""Skew: the angle at which lines of text and rules lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import reduced
from pipeline.model import Picture
from pipeline.settings import CleanSettings

Points = NDArray[np.float64]


def _ink_points(picture: Picture, settings: CleanSettings) -> tuple[Points, Points]:
    """Return x and y (pixels at the reduced resolution) of edges of ink, sampled."""
    rim_y, rim_x = (round(side * settings.skew_rim) for side in picture.pixels.shape[:2])
    inner = picture.pixels[rim_y : picture.height - rim_y, rim_x : picture.width - rim_x]
    small = reduced(inner, settings.skew_dpi / picture.dpi)
    dark = small < settings.ink_level
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


def find_skew(picture: Picture, settings: CleanSettings) -> float:
    """Return the skew in degrees counter-clockwise, within plus or minus `settings.max_skew`.

    The profile of ink across the lines is sharpest along the lines' own direction (projection
    profile method, W. Postl 1986); searched coarsely over the range, then finer around the best.
    `picture` is grey and evenly lit.  0.0 for a page with next to no ink.
    """
    x, y = _ink_points(picture, settings)
    if len(x) < settings.skew_min_points:
        return 0.0
    best, reach = 0.0, settings.max_skew
    for step in settings.skew_steps:
        angles = best + np.arange(-reach, reach + step / 2, step)
        best = float(max(angles, key=lambda a: _score(x, y, float(a))))
        reach = step
    return best
