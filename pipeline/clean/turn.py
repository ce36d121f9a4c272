"""Turning pictures: by quarters without loss, by small angles with one resampling."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.clean.paper import WHITE
from pipeline.model import Picture


def rotate(picture: Picture, degrees: float) -> Picture:
    """Return the picture turned clockwise by a small angle in degrees, grown so that no corner is lost."""
    if not degrees:
        return picture
    height, width = picture.pixels.shape[:2]
    centre = ((width - 1) / 2, (height - 1) / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(centre, -degrees, 1.0), dtype=np.float64)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = round(width * cosine + height * sine), round(width * sine + height * cosine)
    matrix[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    turned = cv2.warpAffine(
        picture.pixels,
        matrix,
        (new_width, new_height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(WHITE,) * 3,
    )
    return Picture(np.asarray(turned, dtype=np.uint8), picture.dpi)


def turn_upright(picture: Picture, turn: int) -> Picture:
    """Return the picture turned clockwise by `turn`, a multiple of 90 degrees."""
    if turn % 360 == 0:
        return picture
    return Picture(np.ascontiguousarray(np.rot90(picture.pixels, -(turn // 90))), picture.dpi)
