"""Dark bands: cells whose shading a fax made solid black, or so dense that nothing in them can be read.

What was printed in such a cell is lost, and so are most rules in it; where it is, its outline tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask, at_most, odd, shading_of
from pipeline.model import Box, Picture
from pipeline.settings import DetectSettings

_MIDDLE = 128
_WHITE = 255
_Area = tuple[int, int, int, int]  # left, top, right, bottom; half-open


def find_bands(picture: Picture, settings: DetectSettings) -> tuple[Box, ...]:
    """Return the boxes, in points, of the dark bands of a grey, evenly lit, upright picture.

    A band is a large rectangle that is dense with ink everywhere, with a line of ink along each of its four
    sides.  Whether it is a cell, a table has to tell: pictures are dark, too.
    """
    small = at_most(picture, settings.band_dpi)
    black = np.where(small.pixels < _MIDDLE, 255, 0).astype(np.uint8)
    shaded = shading_of(black, small.scale, settings)
    _, _, stats, _ = cv2.connectedComponentsWithStats(shaded, connectivity=8)
    width, height = settings.band_width * small.scale, settings.band_height * small.scale
    found = [
        band
        for left, top, wide, high in np.asarray(stats[1:, :4], dtype=np.int64).tolist()
        if wide >= width and high >= height
        for band in _bands_in(black, (left, top, left + wide, top + high), small.scale, settings)
        if band[2] - band[0] >= width and band[3] - band[1] >= height
        if _is_dense(black, band, small.scale, settings)
    ]
    return _apart(Box(*(v / small.scale for v in band)) for band in dict.fromkeys(found))


def without_bands(picture: Picture, bands: Sequence[Box], settings: DetectSettings) -> Picture:
    """Return the picture with the inside of bands (boxes in points) white and their sides ruled."""
    pixels, scale = picture.pixels.copy(), picture.scale
    depth = max(1, round(settings.band_rule * scale))
    for band in bands:
        left, top, right, bottom = (round(v * scale) for v in (band.left, band.top, band.right, band.bottom))
        pixels[top:bottom, left:right] = 0
        pixels[top + depth : bottom - depth, left + depth : right - depth] = _WHITE
    return Picture(pixels, picture.dpi)


def _apart(bands: Iterator[Box]) -> tuple[Box, ...]:
    """Return the bands from the top, of those that overlap the largest."""
    kept: list[Box] = []
    for band in sorted(bands, key=lambda band: -band.area):
        if all(band.overlap(other) == 0 for other in kept):
            kept.append(band)
    return tuple(sorted(kept, key=lambda band: (band.top, band.left)))


def _bands_in(black: Mask, area: _Area, scale: float, settings: DetectSettings) -> Iterator[_Area]:
    """Yield the bands that an area reaches into, which is dense with ink all around."""
    left, top, right, bottom = area
    reach = round(settings.band_reach * scale)
    first = max(0, top - reach)
    for start, end in _dark_runs(black[first : bottom + reach, left:right], scale, settings):
        rows = first + start, first + end
        for low, high in _dark_runs(black[slice(*rows)].T, scale, settings):
            if low < right and left < high and not _at_edge(black, (low, rows[0], high, rows[1])):
                yield low, rows[0], high, rows[1]


def _at_edge(black: Mask, band: _Area) -> bool:
    """Tell whether a band goes out of the picture: the scanner's lid, not a cell."""
    height, width = black.shape
    return band[0] <= 0 or band[1] <= 0 or band[2] >= width or band[3] >= height


def _dark_runs(ink: Mask, scale: float, settings: DetectSettings) -> Iterator[tuple[int, int]]:
    """Yield the runs of rows, half-open, from a full row to a full one, with what is dense between these.

    In solid black all rows are full; of a screen of dots, the rules above and below it.
    """
    share: NDArray[np.float64] = (ink > 0).mean(axis=1)
    full = np.flatnonzero(share >= settings.band_full)
    if not len(full):
        return
    passed = np.concatenate([[0.0], np.cumsum(share)])
    inside, white = passed[full[1:]] - passed[full[:-1] + 1], np.diff(full) - 1
    parted = (inside < settings.band_ink * white) & (white > settings.band_gap * scale)
    for run in np.split(full, np.flatnonzero(parted) + 1):
        yield int(run[0]), int(run[-1]) + 1


def _is_dense(black: Mask, band: _Area, scale: float, settings: DetectSettings) -> bool:
    """Tell whether ink is all over a band: a cell of bold print has white beside it."""
    left, top, right, bottom = band
    side = odd(settings.band_grain, scale)
    ink = cv2.boxFilter(black[top:bottom, left:right], -1, (side, side), borderType=cv2.BORDER_REFLECT)
    return bool(np.quantile(ink, settings.band_bare) >= 255 * settings.band_least)
