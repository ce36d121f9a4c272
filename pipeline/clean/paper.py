"""The paper's own tone: what a channel would be without any ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import POINTS_PER_INCH
from pipeline.settings import CleanSettings

WHITE = 255


def paper_of(channel: NDArray[np.uint8], dpi: float, settings: CleanSettings) -> NDArray[np.uint8]:
    """Return the brightness of the paper at every pixel: the ink closed over, then smoothed."""
    factor = min(1.0, settings.paper_dpi / dpi)
    small = cv2.resize(channel, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    reach = max(3, round(settings.paper_reach * settings.paper_dpi / POINTS_PER_INCH) | 1)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.GaussianBlur(closed, (0, 0), reach / 2)
    size = (channel.shape[1], channel.shape[0])
    return np.asarray(cv2.resize(smooth, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
