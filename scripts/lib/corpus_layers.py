"""Pictures as layers: grey or colour (BGR) `uint8`, and coverings of 0..1 laid over them.

Everything is done at the picture's own resolution; lengths come in millimetres and are turned into
pixels by `Sheet.pixels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.lib.degrade import MM_PER_INCH

Picture: TypeAlias = NDArray[np.uint8]
Cover: TypeAlias = NDArray[np.float32]
Colour: TypeAlias = tuple[float, float, float]  # blue, green, red, 0..255

LUMA = (0.114, 0.587, 0.299)
TILE = 1024  # pixels of a side of the noise that is laid over a page again and again


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measures of a picture of a page."""

    height: int
    width: int
    dpi: float

    def pixels(self, millimetres: float) -> float:
        return millimetres / MM_PER_INCH * self.dpi


def sheet(picture: Picture, dpi: float) -> Sheet:
    """Return the measures of `picture`."""
    return Sheet(picture.shape[0], picture.shape[1], dpi)


def grey_of(colour: Colour) -> float:
    """Return how a grey scanner sees `colour`."""
    return sum(weight * part for weight, part in zip(LUMA, colour, strict=True))


def multiplied(picture: Picture, cover: Cover, colour: Colour, at: tuple[int, int] = (0, 0)) -> Picture:
    """Return the picture with a transparent ink of `colour` over it, as thick as `cover` says.

    `at` is the row and column of the cover's corner; what goes past the page's edge is left out.
    """
    top, left = max(0, at[0]), max(0, at[1])
    bottom = min(picture.shape[0], at[0] + cover.shape[0])
    right = min(picture.shape[1], at[1] + cover.shape[1])
    if top >= bottom or left >= right:
        return picture
    part = cover[top - at[0] : bottom - at[0], left - at[1] : right - at[1]]
    out = picture.copy()
    here = out[top:bottom, left:right]
    if picture.ndim == 2:
        here[:] = (here * (1 - part * (1 - grey_of(colour) / 255))).astype(np.uint8)
    else:
        away = np.asarray(colour, np.float32) / 255
        here[:] = (here * (1 - part[..., None] * (1 - away))).astype(np.uint8)
    return out


def blurred(picture: Picture, sigma: float) -> Picture:
    """Return the picture out of focus; `sigma` in pixels."""
    if sigma < 0.2:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def noised(picture: Picture, sigma: float, rng: np.random.Generator) -> Picture:
    """Return the picture with a sensor's noise, of `sigma` grey levels."""
    tile = np.round(rng.standard_normal((TILE, TILE), dtype=np.float32) * sigma).astype(np.int16)
    height, width = picture.shape[:2]
    noise = np.tile(tile, (height // TILE + 1, width // TILE + 1))[:height, :width]
    wide = picture.astype(np.int16)
    wide += noise if picture.ndim == 2 else noise[..., None]
    return np.clip(wide, 0, 255).astype(np.uint8)


def lit(picture: Picture, light: Cover) -> Picture:
    """Return the picture under a light of 0..1 at each point."""
    scaled = (light * 256).astype(np.uint16)
    if picture.ndim == 3:
        scaled = scaled[..., None]
    return np.asarray((picture * scaled) >> 8, np.uint8)


def smooth_field(rng: np.random.Generator, height: int, width: int, humps: int) -> Cover:
    """Return a field of 0..1 that changes slowly, with about `humps` humps across and down."""
    coarse = rng.random((humps + 2, humps + 2)).astype(np.float32)
    small = np.clip(cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_CUBIC), 0, 1)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
