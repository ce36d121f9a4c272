"""Seals in red ink are taken off the print by colour unmixing.

In optical density (minus the logarithm of what light comes back, paper being 1) inks add up.  Black ink
is dense alike in red, green and blue; a seal's is dense in green and blue and only a little in red.  The
ratio of that little is measured on the page, and what the seal adds to the red channel is subtracted:
what is left there is the black print alone (colour deconvolution, Ruifrok and Johnston 2001).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import paper_of, reduced
from pipeline.model import Picture
from pipeline.settings import CleanSettings

Floats = NDArray[np.float32]
Mask = NDArray[np.uint8]


def red_mask(picture: Picture, settings: CleanSettings) -> Mask | None:
    """Return 255 where red ink is, of the picture's size, or None where there is none to speak of.

    `picture` is RGB.  Looked for at a low resolution: a seal is large, specks of colour noise are not.
    """
    small = reduced(picture.pixels, settings.seal_dpi / picture.dpi)
    paper = np.median(small.reshape(-1, 3), axis=0)
    # Against the paper's own tone, which may be warm.
    level = small.astype(np.float32) / np.maximum(paper, 1.0)
    excess = level[..., 0] - np.maximum(level[..., 1], level[..., 2])
    mask = (excess > settings.red_excess).astype(np.uint8) * 255
    if int((mask > 0).sum()) < settings.least_seal * (settings.seal_dpi / 72) ** 2:
        return None
    reach = max(1, round(settings.seal_rim * settings.seal_dpi / 72))
    grown = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    size = (picture.width, picture.height)
    return np.asarray(cv2.resize(grown, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _density(channel: NDArray[np.uint8], paper: NDArray[np.uint8]) -> Floats:
    share = np.clip((channel.astype(np.float32) + 1) / (paper.astype(np.float32) + 1), 1e-3, 1.0)
    return np.asarray(-np.log(share), dtype=np.float32)


def _seal_ratio(red: Floats, other: Floats, settings: CleanSettings) -> float:
    """Return how dense the seal's ink is in red, as a share of its density in green and blue.

    Where the seal lies on print the share is larger: the pure ink is at the low end.
    """
    strong = (other - red) > settings.strong_seal
    if not strong.any():
        return 0.0
    return float(np.clip(np.quantile(red[strong] / other[strong], settings.pure_seal), 0.0, 0.8))


def without_seal(picture: Picture, mask: Mask, settings: CleanSettings) -> NDArray[np.uint8]:
    """Return the red channel with what the seal adds to it taken away, where `mask` says there is one."""
    papers = [paper_of(picture.pixels[..., i], picture.dpi, settings) for i in range(3)]
    red, green, blue = (_density(picture.pixels[..., i], papers[i]) for i in range(3))
    other = np.asarray((green + blue) / 2, dtype=np.float32)
    ratio = _seal_ratio(red[mask > 0], other[mask > 0], settings)
    seal = np.clip((other - red) / (1.0 - ratio), 0.0, None)
    # JPEG keeps colour at half the resolution: the seal's true edge lies a pixel further out.
    seal = np.asarray(cv2.dilate(seal, np.ones((3, 3), np.uint8)), dtype=np.float32)
    black = np.clip(red - (ratio + settings.seal_excess) * seal, 0.0, None)
    cleaned = np.exp(-black) * papers[0].astype(np.float32)
    return np.where(mask > 0, np.clip(cleaned, 0, 255), picture.pixels[..., 0]).astype(np.uint8)
