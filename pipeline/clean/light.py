"""Light and colour: coloured ink (seals) is taken away, shade and paper tone become white."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import POINTS_PER_INCH, Picture
from pipeline.settings import CleanSettings

WHITE = 255


def without_red(pixels: NDArray[np.uint8], settings: CleanSettings) -> NDArray[np.uint8]:
    """Return the grey picture (height x width) in which red ink is paper.

    Red ink reflects red light like paper does, black ink does not: where a pixel is clearly red its
    red channel is taken, so a seal vanishes and the black print under it stays.
    """
    if pixels.ndim == 2:
        return pixels
    grey: NDArray[np.uint8] = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    red = pixels[..., 0]
    other = np.maximum(pixels[..., 1], pixels[..., 2])
    excess = cv2.subtract(red, other)
    mask = (excess >= settings.red_excess).astype(np.uint8)
    if not mask.any():
        return grey
    # The rim of a stroke is paler than its middle: take it along.
    grown = cv2.dilate(mask, np.ones((3, 3), np.uint8)).astype(bool) & (excess >= settings.red_excess // 3)
    return np.where(grown, np.maximum(red, grey), grey).astype(np.uint8)


def _paper(grey: NDArray[np.uint8], dpi: float, settings: CleanSettings) -> NDArray[np.uint8]:
    """Return the brightness of the paper at every pixel: the ink closed over, then smoothed."""
    factor = min(1.0, settings.paper_dpi / dpi)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    reach = max(3, round(settings.paper_reach * settings.paper_dpi / POINTS_PER_INCH) | 1)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.GaussianBlur(closed, (0, 0), reach / 2)
    size = (grey.shape[1], grey.shape[0])
    return np.asarray(cv2.resize(smooth, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def flatten(picture: Picture, settings: CleanSettings) -> Picture:
    """Return the picture in grey with red ink removed and the paper made evenly white.

    The paper's brightness is estimated by a grey closing wider than any stroke and divided out.
    """
    grey = without_red(picture.pixels, settings)
    paper = np.maximum(_paper(grey, picture.dpi, settings), settings.darkest_paper)
    level = cv2.divide(grey, paper, scale=WHITE)
    return Picture(np.asarray(level, dtype=np.uint8), picture.dpi)
