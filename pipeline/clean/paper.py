"""The paper's own tone: what a channel would be without any ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import POINTS_PER_INCH
from pipeline.settings import CleanSettings

WHITE = 255


def reduced(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """Return pixels (grey or RGB) made smaller by `factor`, as they are where it is 1 or more."""
    if factor >= 1.0:
        return pixels
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def paper_of(channel: NDArray[np.uint8], dpi: float, settings: CleanSettings) -> NDArray[np.uint8]:
    """Return the brightness of the paper at every pixel: the ink closed over, then smoothed."""
    small = reduced(channel, settings.paper_dpi / dpi)
    reach = max(3, round(settings.paper_reach * settings.paper_dpi / POINTS_PER_INCH) | 1)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.GaussianBlur(closed, (0, 0), reach / 2)
    size = (channel.shape[1], channel.shape[0])
    return np.asarray(cv2.resize(smooth, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
