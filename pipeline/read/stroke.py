"""A lone stroke in a cell: a dash, a slash or an upright, told apart by its shape.

A recognizer sees a line of text scaled to one height and takes a lone dash for 一 and a lone slash for 1: a
number where the print says that there is none.  The slant of the stroke cannot be mistaken so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.read.ink import Blob
from pipeline.settings import ReadSettings

Stroke: TypeAlias = Literal["dash", "slash", "upright"]


def lone_stroke(labels: NDArray[np.int32], blobs: Sequence[Blob], settings: ReadSettings) -> Stroke | None:
    """Return what a cell's only piece of ink is where it is one straight stroke, else None.

    The stroke's axis is the main axis of its pixels' scatter; it is straight and thin where the scatter
    across that axis is at most `stroke_thickness` of the scatter along it.
    """
    if len(blobs) != 1:
        return None
    blob = blobs[0]
    rows, columns = np.nonzero(labels[blob.top : blob.bottom, blob.left : blob.right] == blob.label)
    if rows.size < 4:
        return None
    points = np.stack([columns, -rows]).astype(np.float64)
    points -= points.mean(axis=1, keepdims=True)
    spread, axes = np.linalg.eigh(points @ points.T)
    if spread[0] > settings.stroke_thickness**2 * spread[1]:
        return None
    return _by_angle(math.degrees(math.atan2(axes[1, 1], axes[0, 1])) % 180, settings)


def _by_angle(angle: float, settings: ReadSettings) -> Stroke | None:
    """Name a stroke by its angle to the line of text, in degrees counter-clockwise, 0..180."""
    if min(angle, 180 - angle) <= settings.flat_angle:
        return "dash"
    if settings.flat_angle < angle < 90 - settings.upright_angle:
        return "slash"
    return "upright" if abs(angle - 90) <= settings.upright_angle else None
