"""Where the figures of a table stand in their cells.

A seal, a pen or a scrap of a rule lies anywhere in a cell; figures do not: those of one table are set at
one height, one behind another from one edge of their cells or about their middle.  Once enough of them are
read, the place of the others is known, and what stands outside of it is none of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Cell, CellReading
from pipeline.read.ink import CellInk
from pipeline.read.lines import Band
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

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

    @property
    def whole(self) -> Pixels:
        """Return the cell's picture with no piece of ink painted over."""
        return self.ink.grey if self.ink.whole is None else self.ink.whole

    @property
    def figure(self) -> str:
        """Return the figure that was read, empty where there is none."""
        return self.reading.figure.text if self.reading.figure else ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What figures are set from, in pixels.

    That is a share of the cell's width, `aside` (0 its left edge, 1 its right one), and of its height,
    `down`; `off` is how far (x, y) from there.
    """

    aside: float
    down: float
    off: tuple[float, float]

    def middle(self, size: tuple[int, int], width: float, height: float) -> tuple[float, float]:
        """Return the middle (x, y) of what is so wide and high in a cell of a size (height, width)."""
        x = size[1] * self.aside + self.off[0] + width * (0.5 - self.aside)
        return x, size[0] * self.down + self.off[1] + height * (0.5 - self.down)


@dataclass(frozen=True, slots=True)
class Place(Anchor):
    """Where figures stand in their cells, in pixels; a digit is `height` high, and `advance` further."""

    height: float
    digit: float
    advance: float

    def box(self, size: tuple[int, int], digits: int) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a number of so many digits in a cell of a size."""
        width = self.digit + (digits - 1) * self.advance
        left = size[1] * self.aside + self.off[0] - width * self.aside
        top = size[0] * self.down + self.off[1] - self.height * self.down
        return left, top, left + width, top + self.height

    def boxes(self, size: tuple[int, int], most: int) -> Iterator[tuple[float, float, float, float]]:
        """Yield the boxes of numbers of 1, 2 and up to `most` digits, as long as a cell has room for them."""
        for digits in range(1, most + 1):
            left, top, right, bottom = self.box(size, digits)
            if left < 0 or right > size[1]:
                return
            yield left, top, right, bottom

    def middles(self, size: tuple[int, int], digits: int) -> tuple[list[float], float]:
        """Return where the digits of a number have their middles: along it, and the one height of all."""
        left, top, _, bottom = self.box(size, digits)
        first = left + self.digit / 2
        return [first + i * self.advance for i in range(digits)], (top + bottom) / 2


def find_place(seats: Sequence[Seat], em: float, settings: ReadSettings) -> Place | None:
    """Return where the numbers of a table stand, None where too few are read or each stands elsewhere."""
    sure = [seat for seat in seats if is_plain_number(seat, settings)]
    if len(sure) < settings.placed_figures:
        return None
    lines = np.array([_bounds(seat.bands[0]) for seat in sure], dtype=np.float64)
    anchor = find_anchor([seat.size for seat in sure], lines, em, settings)
    if anchor is None:
        return None
    height = float(np.median(lines[:, 3] - lines[:, 1]))
    digits = np.array([len(seat.figure) for seat in sure])
    digit, advance = _advance(lines[:, 2] - lines[:, 0], digits, settings)
    # Few long numbers, or many 1 in them, tell little; but digits neither overlap nor stand far apart.
    advance = max(digit, min(advance, settings.widest_advance * height))
    return Place(anchor.aside, anchor.down, anchor.off, height, digit, advance)


def find_anchor(
    sizes: Sequence[tuple[int, int]], boxes: Floats, em: float, settings: ReadSettings
) -> Anchor | None:
    """Return what signs are set from in their cells of these sizes, None where each stands elsewhere.

    `boxes` are their bounds, left, top, right and bottom, n x 4.
    """
    heights, widths = np.array(sizes, dtype=np.float64).T
    aside, x, spread = _anchor(boxes[:, 0], boxes[:, 2], widths, em, settings)
    down, y, scatter = _anchor(boxes[:, 1], boxes[:, 3], heights, em, settings)
    if max(spread, scatter) > settings.place_spread * em:
        return None
    return Anchor(aside, down, (x, y))


def is_plain_number(seat: Seat, settings: ReadSettings) -> bool:
    """Return whether a cell holds one line of digits, surely read."""
    figure = seat.reading.figure
    return (
        len(seat.bands) == 1
        and figure is not None
        and figure.confidence >= settings.sure
        and figure.text.isdigit()
    )


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
