"""Ink of a picture, dark on light, at the resolution that finding rules takes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture
from pipeline.settings import DetectSettings

Mask = NDArray[np.uint8]


def dark_mask(picture: Picture, settings: DetectSettings) -> Mask:
    """Return 255 where a pixel is clearly darker than the mean around it (Bradley-Roth), else 0."""
    window = odd(settings.window, picture.scale)
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


def shading_of(mask: Mask, scale: float, settings: DetectSettings) -> Mask:
    """Return 255 inside the areas of a mask that are as dense with ink as no print is, else 0.

    A fax makes such a grain of shading.  `scale` is pixels in a point.
    """
    side = odd(settings.shaded, scale)
    dense = cv2.boxFilter(mask, -1, (side, side)) >= 255 * settings.shaded_ink
    depth = max(1, side - 2 * round(settings.shaded_edge * scale))
    inside = cv2.dilate(dense.astype(np.uint8) * 255, np.ones((depth, depth), np.uint8))
    return np.asarray(inside, dtype=np.uint8)


def at_most(picture: Picture, dpi: float) -> Picture:
    """Return the picture reduced to `dpi` where it is finer."""
    if picture.dpi <= dpi:
        return picture
    factor = dpi / picture.dpi
    small = cv2.resize(picture.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return Picture(np.asarray(small, dtype=np.uint8), dpi)


def odd(points: float, scale: float, least: int = 3) -> int:
    return max(least, round(points * scale) | 1)


def turned(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pixels with rows and columns exchanged, so that what stands lies."""
    return np.asarray(cv2.transpose(mask), dtype=np.uint8)


def inked_along(mask: Mask, left: int, course: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for every column from `left` whether there is ink within a pixel of a course (its rows)."""
    rows, columns = np.rint(course).astype(np.intp), np.arange(left, left + len(course))
    inked = np.zeros(len(course), dtype=np.bool_)
    for step in (-1, 0, 1):
        inked |= mask[np.clip(rows + step, 0, mask.shape[0] - 1), columns] > 0
    return inked


def draw_course(mask: Mask, left: int, course: NDArray[np.float64], thickness: int) -> None:
    """Ink a course, its middle rows from column `left` on, `thickness` pixels thick."""
    top = np.rint(course - (thickness - 1) / 2).astype(np.intp)
    columns = np.arange(left, left + len(course))
    for depth in range(thickness):
        mask[np.clip(top + depth, 0, mask.shape[0] - 1), columns] = 255
