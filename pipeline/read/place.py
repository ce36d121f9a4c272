"""Where the figures of a table stand in their cells, and what is read there and nowhere else in a cell.

A seal, a pen or a scrap of a rule lies anywhere in a cell; figures do not: those of one table are set at
one height, one behind another from one edge of their cells or about their middle.  Once enough of them are
read, the place of the others is known, and what stands outside of it is none of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Cell, CellReading, Reading
from pipeline.read.decode import decode_figure
from pipeline.read.ink import Blob, CellInk, keep_blobs
from pipeline.read.lines import Band, on_white
from pipeline.read.scan import Engine, Pixels
from pipeline.settings import ReadSettings

SUSPECT = "suspect"
"""Flag of a figure that is not all there is in its cell."""

_NUMBER = re.compile(r"-?[0-9]+")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """A cell of a grid, its ink, its lines and what was read there."""

    cell: Cell
    ink: CellInk
    bands: tuple[Band, ...]
    reading: CellReading

    @property
    def size(self) -> tuple[int, int]:
        """Return height and width in pixels."""
        height, width = self.ink.grey.shape[:2]
        return height, width


@dataclass(frozen=True, slots=True)
class Place:
    """Where figures stand in their cells, in pixels.

    They are set from a share of the cell's width, `aside` (0 its left edge, 1 its right one), and of its
    height, `down`; `off` is how far (x, y) from there.  A digit is `height` high, and `advance` further.
    """

    aside: float
    down: float
    off: tuple[float, float]
    height: float
    digit: float
    advance: float

    def box(self, size: tuple[int, int], digits: int) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a number of so many digits in a cell of a size."""
        width = self.digit + (digits - 1) * self.advance
        left = size[1] * self.aside + self.off[0] - width * self.aside
        top = size[0] * self.down + self.off[1] - self.height * self.down
        return left, top, left + width, top + self.height


def find_place(seats: Sequence[Seat], em: float, settings: ReadSettings) -> Place | None:
    """Return where the numbers of a table stand, None where too few are read or each stands elsewhere."""
    sure = [seat for seat in seats if is_plain_number(seat, settings)]
    if len(sure) < settings.placed_figures:
        return None
    sizes = np.array([seat.size for seat in sure], dtype=np.float64)
    lines = np.array([_bounds(seat.bands[0]) for seat in sure], dtype=np.float64)
    aside, x, spread = _anchor(lines[:, 0], lines[:, 2], sizes[:, 1], em, settings)
    down, y, scatter = _anchor(lines[:, 1], lines[:, 3], sizes[:, 0], em, settings)
    if max(spread, scatter) > settings.place_spread * em:
        return None
    height = float(np.median(lines[:, 3] - lines[:, 1]))
    digits = np.array([len(_digits(seat)) for seat in sure])
    digit, advance = _advance(lines[:, 2] - lines[:, 0], digits, settings)
    return Place(aside, down, (x, y), height, digit, advance)


def is_plain_number(seat: Seat, settings: ReadSettings) -> bool:
    """Return whether a cell holds one line of digits, surely read."""
    figure = seat.reading.figure
    return (
        len(seat.bands) == 1
        and figure is not None
        and figure.confidence >= settings.sure
        and figure.text.isdigit()
    )


def read_in_place(
    seats: Sequence[Seat], em: float, engine: Engine, settings: ReadSettings
) -> tuple[CellReading, ...]:
    """Return the readings of a table's cells: where a figure belongs and none was read, what is at its place.

    Such a figure is never sure: it has `suspect`, and what was read of the whole cell stays beside it.  So
    has a figure that was read, but stands elsewhere or is too wide: something else may be read with it.
    """
    readings = [seat.reading for seat in seats]
    place = find_place(seats, em, settings)
    if place is None:
        return tuple(readings)
    astray = [i for i, seat in enumerate(seats) if _is_astray(seat, place, em, settings)]
    for i in astray:
        flags = dict.fromkeys((*readings[i].flags, SUSPECT))
        readings[i] = replace(readings[i], flags=tuple(flags))
    unread = _unread(seats, settings)
    if not unread:
        return tuple(readings)
    views = [(i, signs, view) for i in unread for signs, view in _views(seats[i], place, em, settings)]
    scans = engine.reader.scan([view for _, _, view in views])
    found: dict[int, tuple[tuple[int, float], Reading]] = {}
    for (i, signs, _), scan in zip(views, scans, strict=True):
        figure = decode_figure(scan, engine.name, settings.figure_share)
        if figure is None or not _NUMBER.fullmatch(figure.text) or len(figure.text) != signs:
            continue
        # The middle of 126 is a 2: the longest number goes first.
        rank = signs, figure.confidence
        if figure.confidence >= settings.placed_least and (i not in found or rank > found[i][0]):
            found[i] = rank, figure
    for i, (_, figure) in found.items():
        readings[i] = in_place_of(readings[i], figure, settings)
    return tuple(readings)


def _is_astray(seat: Seat, place: Place, em: float, settings: ReadSettings) -> bool:
    """Return whether a number stands elsewhere in its cell than others, or is too wide for what was read."""
    text = _digits(seat)
    if len(seat.bands) != 1 or not any(c.isdigit() for c in text):
        return False
    line, off = seat.bands[0], settings.place_off * em
    left, _, right, _ = place.box(seat.size, len(text))
    aside = (1 - place.aside) * (line.left - left) + place.aside * (line.right - right)
    return abs(aside) > off or line.width > right - left + off


def _unread(seats: Sequence[Seat], settings: ReadSettings) -> list[int]:
    """Return the cells below and beside figures that hold ink and no figure.

    What was surely read is text; so is what has characters of words and no figure beside it: a header.
    """
    sure = [seat.cell for seat in seats if is_plain_number(seat, settings)]
    columns = {(cell.column_start, cell.column_end) for cell in sure}
    rows = {(cell.row_start, cell.row_end) for cell in sure}

    def is_unread(seat: Seat) -> bool:
        cell, text = seat.cell, seat.reading.text
        if not seat.bands or seat.reading.figure is not None or text.confidence >= settings.sure:
            return False
        beside = (cell.row_start, cell.row_end) in rows
        words = sum("\u3400" <= c <= "\u9fff" for c in text.text)
        return (cell.column_start, cell.column_end) in columns and (beside or words < 2)

    return [i for i, seat in enumerate(seats) if is_unread(seat)]


def in_place_of(reading: CellReading, figure: Reading, settings: ReadSettings) -> CellReading:
    """Return the reading of a cell where a figure is read beside other ink: suspect, what was read kept."""
    unsure = replace(figure, confidence=min(figure.confidence, settings.placed_confidence))
    others = tuple(other for other in (reading.text, *reading.others) if other.text != figure.text)
    return replace(reading, text=unsure, figure=unsure, others=others, flags=(SUSPECT,))


def _digits(seat: Seat) -> str:
    return seat.reading.figure.text if seat.reading.figure else ""


def _bounds(band: Band) -> tuple[int, int, int, int]:
    return band.left, band.top, band.right, band.bottom


def _anchor(
    starts: Floats, ends: Floats, lengths: Floats, em: float, settings: ReadSettings
) -> tuple[float, float, float]:
    """Return the share of a cell's length that its figures are set from, how far, and their spread.

    Where they are all of one width any share would do: the middle, which is commonest, goes first.
    """
    found = []
    for share in (0.5, 0.0, 1.0):
        off = starts + share * (ends - starts) - share * lengths
        middle = float(np.median(off))
        found.append((share, middle, float(np.quantile(np.abs(off - middle), settings.place_share))))
    least = min(spread for _, _, spread in found)
    return next(anchor for anchor in found if anchor[2] <= least + settings.place_tie * em)


def _advance(widths: Floats, digits: NDArray[np.int_], settings: ReadSettings) -> tuple[float, float]:
    """Return the width of a digit, and of one and the white after it."""
    long, white = digits > 1, settings.digit_white
    if not long.any():
        digit = float(np.median(widths))
        return digit, digit / (1 - white)
    if long.all():
        advance = float(np.median(widths / (digits - white)))
        return (1 - white) * advance, advance
    digit = float(np.quantile(widths[~long], settings.place_share))  # a 1 is thin
    return digit, float(np.median((widths[long] - digit) / (digits[long] - 1)))


def _views(seat: Seat, place: Place, em: float, settings: ReadSettings) -> Iterator[tuple[int, Pixels]]:
    """Yield a cell's picture at the place of a number, for each count of digits that it has room for.

    Twice where something reaches into it: with that, which may be a digit that a stroke touches, and without.
    """
    height, width = seat.size
    for digits in range(1, settings.placed_digits + 1):
        left, top, right, bottom = place.box(seat.size, digits)
        if left < 0 or right > width:
            return
        along = (place.advance - place.digit) / 2 + settings.place_margin * em
        across = 2 * settings.place_margin * em
        x0, x1 = max(0, round(left - along)), min(width, round(right + along))
        y0, y1 = max(0, round(top - across)), min(height, round(bottom + across))
        window = slice(y0, y1), slice(x0, x1)
        yield digits, on_white(seat.ink.grey[window], em, settings.pad, settings)
        shares = [_share_in(seat.ink, blob, window) for blob in seat.ink.blobs]
        if any(0 < share < settings.place_own for share in shares):
            own = [b for b, share in zip(seat.ink.blobs, shares, strict=True) if share >= settings.place_own]
            yield digits, on_white(keep_blobs(seat.ink, own).grey[window], em, settings.pad, settings)


def _share_in(ink: CellInk, blob: Blob, window: tuple[slice, slice]) -> float:
    """Return the share of a piece of ink that lies in a window of its cell."""
    return float((ink.labels[window] == blob.label).sum()) / blob.area
