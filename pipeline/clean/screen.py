"""Screened tints taken off pictures of two levels: on a fax, grey shading is a storm of dots.

Dots of a screen are lone pixels, which a median takes away and hardly a stroke of print.  What goes on in
them are runs that are nearly all ink, along a rule or a stroke: an opening by rank (Ronse, Rank-order
operations, 1986), which forgives the gaps that an opening would not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import WHITE
from pipeline.model import POINTS_PER_INCH
from pipeline.settings import CleanSettings

Grey = NDArray[np.uint8]
Share = NDArray[np.float32]
Flags = NDArray[np.bool_]

_MIDDLE = 128
_LEVELS = (48, 208)  # grey between these is neither ink nor paper, but what scaling made of both


def without_screens(grey: Grey, dpi: float, settings: CleanSettings) -> Grey:
    """Return the picture with screened tints made white and the print and rules in them kept.

    A picture with greys of its own, and one without screens, comes back as it is.
    """
    if not _has_two_levels(grey, settings):
        return grey
    scale = dpi / POINTS_PER_INCH
    black = (grey < _MIDDLE).astype(np.uint8)
    dots = _dots(black, scale, settings)
    fine = _mean(dots, settings.screen_window * scale) >= settings.screen_dense
    zone = _zone(black, dots, fine, scale, settings)
    if not zone.any():
        return grey
    kept = _without_dots(_runs(black, zone, scale, settings) & zone, fine, scale, settings)
    return np.where((zone > 0) & (kept == 0), WHITE, grey).astype(np.uint8)


def _has_two_levels(grey: Grey, settings: CleanSettings) -> bool:
    counts = np.bincount(grey.ravel(), minlength=256)
    dark, between = counts[: _LEVELS[0]].sum(), counts[_LEVELS[0] : _LEVELS[1]].sum()
    return bool(between <= settings.two_levels * dark)


def _zone(black: Grey, dots: Share, fine: Flags, scale: float, settings: CleanSettings) -> Grey:
    """Return where a screen is: 1, else 0.  `fine` says where there are as many `dots` as in a fine one."""
    lone = (black != cv2.medianBlur(black, 3)).astype(np.float32)
    sure = (_mean(lone, settings.screen_window * scale) >= settings.screen_dots) | fine
    none = np.zeros_like(black)
    if not sure.any():
        return none
    rim = settings.screen_rim * scale
    likely = _mean(lone, rim) >= settings.screen_dots / 2
    likely |= _mean(dots, rim) >= settings.screen_dense
    _, labels = cv2.connectedComponents(likely.astype(np.uint8))
    owners = np.unique(labels[sure])
    zone = np.isin(labels, owners[owners > 0]).astype(np.uint8)
    around = np.ones((_side(settings.screen_rim * scale),) * 2, np.uint8)
    closed = np.asarray(cv2.morphologyEx(zone, cv2.MORPH_CLOSE, around), dtype=np.uint8)
    return _without_dark(black, closed, settings)


def _without_dark(black: Grey, zone: Grey, settings: CleanSettings) -> Grey:
    """Return a zone without those of its areas where no print can be told: that they are dark says more."""
    count, labels = cv2.connectedComponents(zone)
    held = np.bincount(labels.ravel(), minlength=count)
    ink = np.bincount(labels.ravel(), weights=black.ravel(), minlength=count)
    light = ink <= settings.screen_shares[1] * held
    light[0] = False
    return np.asarray(light[labels], dtype=np.uint8)


def _dots(black: Grey, scale: float, settings: CleanSettings) -> Share:
    """Return how many dots begin in a pixel, by square point: pieces far smaller than print has.

    Those of a fine screen stand apart, and there are many; those of a coarse one run together.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(black, connectivity=8)
    boxes = stats[1:]
    most = max(1, round(settings.screen_dot * scale))
    small = boxes[boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) <= most]
    dots = np.zeros(black.shape, np.float32)
    dots[small[:, cv2.CC_STAT_TOP], small[:, cv2.CC_STAT_LEFT]] = scale**2
    return dots


def _runs(black: Grey, zone: Grey, scale: float, settings: CleanSettings) -> Grey:
    """Return the ink of stretches that hold more of it than chance would put there."""
    inside = zone.astype(np.float32)
    window = settings.screen_window * scale
    share = _mean(black * inside, window) / np.maximum(_mean(inside, window), 1e-3)
    share = np.clip(share, *settings.screen_shares)
    kept = np.zeros(black.shape, dtype=np.bool_)
    ink = black.astype(np.float32)
    for wide, high in settings.screen_strokes:
        size = max(1, round(wide * scale)), max(1, round(high * scale))
        # A fax draws its dots twice: half of the pixels are as good as all.
        scatter = np.sqrt(share * (1 - share) * 2 / (size[0] * size[1]))
        least = np.minimum(settings.screen_full, share + settings.screen_chance * scatter)
        full = (cv2.blur(ink, size) >= least).astype(np.uint8)
        kept |= cv2.dilate(full, np.ones(size[::-1], np.uint8)) > 0
    return np.where(kept, black, 0).astype(np.uint8)


def _without_dots(kept: Grey, fine: Flags, scale: float, settings: CleanSettings) -> Grey:
    """Return what was kept without pieces smaller than a stroke: dots that stood together by chance.

    Few of a fine screen do, and then two or three.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    in_fine = fine[stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_LEFT]]
    large = extent >= scale * np.where(in_fine, settings.screen_clump, settings.screen_piece)
    large[0] = False
    return np.asarray(large[labels], dtype=np.uint8)


def _side(length: float) -> int:
    return max(3, round(length) | 1)


def _mean(values: NDArray[np.float32] | NDArray[np.uint8], length: float) -> Share:
    side = _side(length)
    return np.asarray(cv2.blur(values.astype(np.float32), (side, side)), dtype=np.float32)
