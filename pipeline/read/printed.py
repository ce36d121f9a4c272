"""How a table is printed: what its own signs look like, of those surely read, and where they stand.

A table is printed in one typeface, and most of its cells hold one and the same sign: a 0, a dash, a slash.
So what one of them looks like under a seal, a pen or dirt is known (see `shape`), and where it must stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from pipeline.read.in_place import SUSPECT
from pipeline.read.ink import Blob
from pipeline.read.lines import Band, is_sign
from pipeline.read.place import Anchor, Place, Seat, find_anchor, find_place
from pipeline.read.shape import Bounds, Shape, Slopes, darkness, likeness, mean_shape, slopes_of
from pipeline.settings import ReadSettings

DIGITS = "0123456789"
DASHES = "-—"
NONE = "无"
"""The word that is printed in place of a figure."""

_SIGNS = frozenset(DIGITS + DASHES + "/")
_SLIM = 0.75  # of a sign's outline; what has less of one, a 1 beside a 0, is found in it
_LEAST_SLACK = 1.5  # pixels by which what stands in its place is off it

Line = tuple[int, int]
"""Start and end of the rows or the columns of a cell."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A sign that was read, its cell and its ink there; `alone` if it is all that is read of the cell."""

    text: str
    seat: Seat
    bounds: Bounds
    alone: bool

    @property
    def middle(self) -> Point:
        """Return where in its cell its middle is."""
        left, top, right, bottom = self.bounds
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """The shapes of a table's signs, how many of each were seen, and where lone ones stand.

    `anchors` are those of digits, under the empty text, and of each other sign; `place` is that of numbers;
    `rows` and `columns` say how far from the page's edges the signs in each have their middles.
    """

    shapes: Mapping[str, Shape]
    seen: Mapping[str, int]
    anchors: Mapping[str, Anchor]
    place: Place | None
    rows: Mapping[Line, float]
    columns: Mapping[Line, float]

    def middles(self, seat: Seat, text: str) -> list[Point]:
        """Return where in a cell a lone sign may have its middle.

        It is as far from the cell's borders as others, or in line with them: a border may have been found
        elsewhere than others.
        """
        shape, anchor = self.shapes[text], self.anchors.get(_kind(text))
        (row, column), (left, top) = lines_of(seat), seat.ink.origin
        if row not in self.rows and column not in self.columns:
            return []
        own = [anchor.middle(seat.size, shape.width, shape.height)] if anchor else []
        aside = [self.columns[column] - left] if column in self.columns else []
        below = [self.rows[row] - top] if row in self.rows else []
        return [(x, y) for x in (*(x for x, _ in own), *aside) for y in (*(y for _, y in own), *below)]


def lines_of(seat: Seat) -> tuple[Line, Line]:
    """Return the rows and the columns of a cell."""
    cell = seat.cell
    return (cell.row_start, cell.row_end), (cell.column_start, cell.column_end)


def signs_in(seat: Seat, em: float, settings: ReadSettings) -> list[Sign]:
    """Return the signs that were read in a cell where each is a piece of ink by itself, or 无; else none."""
    best = seat.reading.figure or seat.reading.text
    if len(seat.bands) != 1:
        return []
    (band,) = seat.bands
    if best.text == NONE:
        return [Sign(NONE, seat, _bounds(band), True)]
    blobs = sorted((b for b in band.blobs if is_sign(b, em, settings)), key=attrgetter("left"))
    if len(blobs) != len(best.text) or not all(c in _SIGNS for c in best.text):
        return []
    alone = len(blobs) == 1
    return [Sign(text, seat, _bounds(b), alone) for text, b in zip(best.text, blobs, strict=True)]


def print_of(seats: Sequence[Seat], em: float, settings: ReadSettings) -> Print:
    """Return how a table is printed, by what was surely read of its cells."""
    alike: defaultdict[str, list[Sign]] = defaultdict(list)
    alone: defaultdict[str, list[Sign]] = defaultdict(list)
    rows: defaultdict[Line, list[float]] = defaultdict(list)
    columns: defaultdict[Line, list[float]] = defaultdict(list)
    for sign in _sure_signs(seats, em, settings):
        alike[sign.text].append(sign)
        (x, y), (left, top), (row, column) = sign.middle, sign.seat.ink.origin, lines_of(sign.seat)
        rows[row].append(top + y)
        if sign.alone:
            alone[_kind(sign.text)].append(sign)
            columns[column].append(left + x)
    found = {kind: _anchor(each, em, settings) for kind, each in alone.items()}
    return Print(
        {text: _shape(each[: settings.alike_most]) for text, each in alike.items()},
        {text: len(each) for text, each in alike.items()},
        {kind: anchor for kind, anchor in found.items() if anchor},
        find_place(seats, em, settings),
        {row: float(np.median(middles)) for row, middles in rows.items()},
        {column: float(np.median(middles)) for column, middles in columns.items()},
    )


def _sure_signs(seats: Sequence[Seat], em: float, settings: ReadSettings) -> Iterator[Sign]:
    for seat in seats:
        best = seat.reading.figure or seat.reading.text
        if best.confidence >= settings.sure and SUSPECT not in seat.reading.flags:
            yield from signs_in(seat, em, settings)


def _kind(text: str) -> str:
    return "" if text in DIGITS else text


def _shape(signs: Sequence[Sign]) -> Shape:
    return mean_shape([sign.seat.whole for sign in signs], [sign.bounds for sign in signs])


def _anchor(signs: Sequence[Sign], em: float, settings: ReadSettings) -> Anchor | None:
    if len(signs) < settings.alike_few:
        return None
    boxes = np.array([sign.bounds for sign in signs], dtype=np.float64)
    return find_anchor([sign.seat.size for sign in signs], boxes, em, settings)


def _bounds(ink: Blob | Band) -> Bounds:
    return ink.left, ink.top, ink.right, ink.bottom


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A cell's slopes held against a table's print; a sign may be `slack` pixels off its place."""

    slopes: Slopes
    shown: Print
    slack: float
    settings: ReadSettings

    def at(self, text: str, middle: Point) -> float:
        """Return how like a sign (-1..1) the cell is there."""
        return likeness(self.slopes, self.shown.shapes[text], middle, self.slack)

    def darkness(self, text: str, middle: Point) -> float:
        """Return how dark (0..1) the cell is where a sign would have its middle."""
        return darkness(self.slopes, self.shown.shapes[text], middle)

    def digits(self, middle: Point) -> dict[str, float]:
        """Return how like each digit the cell is there."""
        return {text: self.at(text, middle) for text in self.shown.shapes if text in DIGITS}

    def alone(self, seat: Seat) -> dict[str, float]:
        """Return how like each sign, standing alone in it, the cell is."""
        known = {text: self.shown.middles(seat, text) for text in self.shown.shapes}
        return {text: max(self.at(text, each) for each in places) for text, places in known.items() if places}

    def best(self, likes: Mapping[str, float]) -> tuple[str, float] | None:
        """Return the sign that a place is like, and how like; it is less like any other that is as full."""
        if not likes:
            return None
        text, like = max(likes.items(), key=lambda each: each[1])
        few = self.shown.seen[text] < self.settings.alike_few
        least = self.settings.alike_seldom if few else self.settings.alike_least
        full = _SLIM * self.shown.shapes[text].points
        others = (likes[o] for o in likes if o != text and self.shown.shapes[o].points >= full)
        leads = like - max(others, default=0.0) >= self.settings.alike_lead
        return (text, like) if like >= least and leads else None


def look_at(seat: Seat, shown: Print, em: float, settings: ReadSettings) -> Look:
    """Return a cell as it is held against a table's print."""
    return Look(slopes_of(seat.whole), shown, max(_LEAST_SLACK, settings.alike_slack * em), settings)
