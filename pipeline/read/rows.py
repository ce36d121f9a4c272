"""Lines of prose as the white between them shows, where print is set so tight that a finder joins lines.

On an upright page the rows of pixels between two lines hold no ink.  Where they do, by dirt or slant, this
knows nothing, and what the finder saw stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Box
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A line's rows of pixels, `bottom` exclusive, and which columns have ink in them."""

    top: int
    bottom: int
    inked: Flags

    @property
    def height(self) -> int:
        return self.bottom - self.top


def as_rows_show(
    boxes: Sequence[Box], grey: Pixels, scale: float, settings: ReadSettings
) -> tuple[list[Box], list[Box]]:
    """Return the found boxes that agree with the page's rows, and lines of their own for the other rows.

    `grey` has its tables painted over; boxes are in points, `scale` is pixels in a point.  A row disagrees
    where another touches it, where boxes that lie in it reach far into another, or leave much of it out.
    """
    if len(boxes) < settings.row_lines:
        return list(boxes), []
    rows = _rows_of(
        grey, scale, float(np.quantile([box.height for box in boxes], settings.row_usual)), settings
    )
    kept, told = list(boxes), list[Box]()
    for row in rows:
        own = [box for box in boxes if row.top <= box.center[1] * scale < row.bottom]
        if _agree(own, row, rows, scale, settings):
            continue
        kept = [box for box in kept if box not in own]
        told += [
            line
            for line in _lines_in(row, scale, settings)
            if any(box.overlap(line) > 0 for box in own) or _is_print(line, row, scale, settings)
        ]
    return kept, told


def _rows_of(grey: Pixels, scale: float, highest: float, settings: ReadSettings) -> list[Row]:
    """Return the rows of a page that are one line of its usual print, from the top.

    They are runs of rows of pixels with ink, those of several lines cut.  A usual line is at most `highest`
    points high.
    """
    window = round(settings.row_window * scale) | 1
    mask = cv2.adaptiveThreshold(
        grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(3, window), settings.least_contrast
    )
    inked = mask > 0
    ink = inked.sum(axis=1)
    full = ink >= settings.row_ink * scale
    edges = np.flatnonzero(np.diff(np.concatenate([[0], full.astype(np.int8), [0]])))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    least = settings.smallest_text * scale
    heights = [b - a for a, b in runs if b - a >= least and inked[a:b].any(axis=0).sum() >= b - a]
    if not heights:
        return []
    # More are higher, as lines are that touch, than lower.
    usual = max(least, min(float(np.quantile(heights, settings.row_usual)), highest * scale))
    stops = [(a + p, a + q) for a, b in runs for p, q in pairwise(_cuts(inked[a:b], usual, settings))]
    rows = [Row(a, b, np.asarray(inked[a:b].any(axis=0))) for a, b in stops]
    return [row for row in rows if abs(row.height - usual) <= settings.row_spread * usual]


def _cuts(inked: Flags, usual: float, settings: ReadSettings) -> list[int]:
    """Return where a run of rows of pixels is cut into lines, its ends included: where there is least ink."""
    height, ink = len(inked), inked.sum(axis=1)
    count = round(height / usual)
    if count > 1 and _is_large(inked, usual, settings):
        return [0, height]
    places = [0]
    for index in range(1, count):
        middle, reach = index * height / count, usual / 4
        first = max(places[-1] + 1, round(middle - reach))
        place = first + int(ink[first : round(middle + reach) + 1].argmin())
        if ink[place] > settings.row_waist * max(np.median(ink[:place]), np.median(ink[place:])):
            return [0, height]
        places.append(place)
    return [*places, height]


def _is_large(inked: Flags, usual: float, settings: ReadSettings) -> bool:
    """Tell whether much of some rows is taken up by characters larger than usual, as a title's."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    tall = heights > settings.row_large * usual
    return bool(widths[tall].sum() > settings.row_titles * widths.sum())


def _agree(boxes: Sequence[Box], row: Row, rows: Sequence[Row], scale: float, settings: ReadSettings) -> bool:
    others = [other for other in rows if other is not row]
    touched = any(0 <= max(other.top - row.bottom, row.top - other.bottom) <= 1 for other in others)
    spilt = any(
        min(box.bottom * scale, other.bottom) - max(box.top * scale, other.top) > other.height / 2
        for box in boxes
        for other in others
    )
    covered = np.zeros_like(row.inked)
    for box in boxes:
        covered[max(0, round((box.left - 1) * scale)) : round((box.right + 1) * scale)] = True
    missed = float((row.inked & ~covered).sum())
    return not (touched or spilt) and missed <= settings.row_missed * float(row.inked.sum())


def _lines_in(row: Row, scale: float, settings: ReadSettings) -> Iterator[Box]:
    """Yield the boxes, in points, of a row's lines: what wide white parts is two."""
    columns = np.flatnonzero(row.inked)
    gaps = np.flatnonzero(np.diff(columns) > settings.fragment_gap * row.height)
    for run in np.split(columns, gaps + 1):
        left, right = int(run[0]), int(run[-1]) + 1
        yield Box(left / scale, row.top / scale, right / scale, row.bottom / scale)


def _is_print(line: Box, row: Row, scale: float, settings: ReadSettings) -> bool:
    """Tell whether what no finder saw is print: several characters, close together."""
    inked = row.inked[round(line.left * scale) : round(line.right * scale)]
    return line.width >= settings.row_length * line.height and float(inked.mean()) >= settings.row_dense
