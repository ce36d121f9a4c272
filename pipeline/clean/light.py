"""Light and colour: seals are taken away, shade and paper tone become white."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import WHITE, paper_of
from pipeline.clean.screen import without_screens
from pipeline.clean.seal import red_mask, without_seal
from pipeline.clean.stamp import find_stamps, stamp_mask, without_stamps
from pipeline.model import Picture
from pipeline.settings import CleanSettings


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """A grey picture on evenly white paper, and where seals were taken off it (255, else 0), if any."""

    picture: Picture
    seal: Picture | None = None


def _grey(picture: Picture, settings: CleanSettings) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    pixels = picture.pixels
    if pixels.ndim == 2:
        return pixels, None
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    mask = red_mask(picture, settings)
    if mask is None:
        return grey, None
    return np.where(mask > 0, without_seal(picture, mask, settings), grey).astype(np.uint8), mask


def flatten(picture: Picture, settings: CleanSettings) -> Flat:
    """Return the picture in grey with seals and screens removed and the paper made evenly white.

    The paper's brightness is estimated by a grey closing wider than any stroke and divided out.  Where no
    colour tells a seal its shape may.
    """
    grey, mask = _grey(picture, settings)
    grey = without_screens(grey, picture.dpi, settings)
    paper = np.maximum(paper_of(grey, picture.dpi, settings), settings.darkest_paper)
    level = Picture(np.asarray(cv2.divide(grey, paper, scale=WHITE), dtype=np.uint8), picture.dpi)
    if mask is not None:
        return Flat(level, Picture(mask, picture.dpi))
    stamps = find_stamps(level, settings)
    if not stamps:
        return Flat(level)
    return Flat(without_stamps(level, stamps, settings), stamp_mask(level, stamps, settings))
