"""What is read at the places of a table's figures, and nowhere else in their cells: beside seals and pens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Cell, CellReading, Reading
from pipeline.read.covered import read_covered
from pipeline.read.decode import decode_figure
from pipeline.read.ink import Blob, CellInk, keep_blobs
from pipeline.read.lines import on_white
from pipeline.read.place import Place, Seat, find_place, is_plain_number
from pipeline.read.scan import Engine, Pixels
from pipeline.read.separators import SEPARATORS
from pipeline.settings import ReadSettings

SUSPECT = "suspect"
"""Flag of a figure that is not all there is in its cell."""

UNREAD = "unread"
"""Flag of a cell that holds ink of which no reader made a text: it is not blank."""

_STROKES = frozenset("-/")
"""What is read of a digit that a pen goes through."""

_SCRAPS = f"{SEPARATORS}+-"
"""What a speck beside digits is read as; a plus or a minus before them may be printed."""

_NUMBER = re.compile(r"-?[0-9]+")
_NO_SEPARATORS = dict.fromkeys(map(ord, SEPARATORS))


def read_in_place(
    seats: Sequence[Seat], em: float, engine: Engine, settings: ReadSettings
) -> tuple[CellReading, ...]:
    """Return the readings of a table's cells: where a figure belongs and none was read, what is at its place.

    Such a figure is never sure: it has `suspect`, and what was read of the whole cell stays beside it.  So
    has a figure that was read, but stands elsewhere or is too wide: something else may be read with it, and
    it gives way to what surely stands at its place.
    """
    place = find_place(seats, em, settings)
    if place is None:
        return tuple(seat.reading for seat in seats)
    lost = unread(seats, settings)
    astray = [i for i, seat in enumerate(seats) if is_astray(seat, place, em, settings)]
    others = [i for i in _doubtful(seats, place, settings) if i not in {*lost, *astray}]
    asked = (*lost, *astray, *others)
    told = _told([seats[i] for i in asked], place, em, engine, settings)
    readings = [seat.reading for seat in seats]
    for i, figures in zip(asked, told, strict=True):
        sure = [f for f in figures if i not in others or _is_sure(f, settings) or f.text == seats[i].figure]
        aside = i in astray or _in_lines(seats[i])
        readings[i] = _placed(readings[i], sure, aside, settings)
    for i in astray:
        flags = dict.fromkeys((*readings[i].flags, SUSPECT))
        readings[i] = replace(readings[i], flags=tuple(flags))
    return tuple(
        unread_speck(reading) if is_low(replace(seat, reading=reading), place, settings) else reading
        for seat, reading in zip(seats, readings, strict=True)
    )


def is_low(seat: Seat, place: Place, settings: ReadSettings) -> bool:
    """Return whether digits were read of ink that is lower than any digit of its table: of a round speck."""
    read = seat.reading.figure or seat.reading.text
    held = {read.text, seat.reading.text.text}
    tallest = max((band.height for band in seat.bands), default=0)
    digits = any(text and all(c.isdigit() for c in text) for text in held)
    return digits and 0 < tallest < settings.digit_height * place.height


def unread_speck(reading: CellReading) -> CellReading:
    """Return the reading of a cell in which there is something, and no number: what was read stays beside."""
    every = (reading.text, *((reading.figure,) if reading.figure else ()), *reading.others)
    others = {other.text: other for other in reversed(every) if other.text}
    nothing = replace(reading.text, text="", confidence=0.0, characters=())
    return replace(reading, text=nothing, figure=None, others=tuple(others.values()), flags=(UNREAD, SUSPECT))


def _told(
    seats: Sequence[Seat], place: Place, em: float, engine: Engine, settings: ReadSettings
) -> list[list[Reading]]:
    """Return what may be all of each cell's figure: digits under other ink first, then the recognizer's.

    That is not asked where words are surely read: digits among them may be a note's.  Nor is it heard where
    it alone sees a 1, which any stroke looks like.
    """
    covered = [read_covered(seat, place, settings) for seat in seats]
    asked = [i for i, seat in enumerate(seats) if seat.figure or _is_unsure(seat, settings)]
    views = _recognized([seats[i] for i in asked], place, em, engine, settings)
    seen = dict(zip(asked, views, strict=True))

    def may_be_all(i: int, figure: Reading) -> bool:
        alone = figure is not covered[i] and figure.text == "1" and figure.text != _text_of(covered[i])
        return not alone and not has_more(seats[i], place, len(figure.text), em, settings)

    every = [[figure for figure in (covered[i], seen.get(i)) if figure] for i in range(len(seats))]
    return [[figure for figure in figures if may_be_all(i, figure)] for i, figures in enumerate(every)]


def _text_of(reading: Reading | None) -> str:
    return reading.text if reading else ""


def _is_unsure(seat: Seat, settings: ReadSettings) -> bool:
    """Return whether there is ink in a cell of which nothing was surely read."""
    return bool(seat.bands) and seat.reading.text.confidence < settings.sure


def _placed(
    reading: CellReading, figures: Sequence[Reading], astray: bool, settings: ReadSettings
) -> CellReading:
    """Return a cell's reading with what stands at the place of its figure, the surest first."""
    if not figures:
        return reading
    best, *rest = figures
    text = reading.figure.text if reading.figure else number_in(reading.text, settings)
    if reading.figure and text == best.text:
        return _twice(reading, reading.figure, settings)
    if text not in {"", *_STROKES} and not _may_be(best.text, text, astray):
        return replace(reading, others=(*reading.others, best))
    others = (other for other in rest if other.text != best.text)
    return in_place_of(replace(reading, others=(*reading.others, *others)), best, settings)


def _twice(reading: CellReading, figure: Reading, settings: ReadSettings) -> CellReading:
    """Return the reading of a cell whose figure was read of its place, too: decently sure.

    It is none the less suspect where the free reader made something else of the cell.
    """
    sure = replace(figure, confidence=max(figure.confidence, settings.placed_confidence))
    same = reading.text.text == figure.text
    flags = reading.flags if same else tuple(dict.fromkeys((*reading.flags, SUSPECT)))
    return replace(reading, figure=sure, flags=flags)


def _may_be(digits: str, text: str, astray: bool) -> bool:
    """Return whether digits may be all that is printed where a number was read.

    One in its place has as many as were read; one that is astray has a scrap at one end: +5 is no 45, and
    148 no 4.
    """
    if not astray:
        return len(digits) == len(text)
    if digits in text:
        return text.startswith(digits) or text.endswith(digits)
    return text.isdigit()


def number_in(reading: Reading, settings: ReadSettings) -> str:
    """Return a text that is a number in several lines or amid dirt, empty where it has other signs."""
    number = reading.text.strip(SEPARATORS)
    heard = reading.confidence >= settings.more_least
    return number if heard and number.translate(_NO_SEPARATORS).isdigit() else ""


def has_more(seat: Seat, place: Place, digits: int, em: float, settings: ReadSettings) -> bool:
    """Return whether more digits were read than so many, and stand beside their place, level with it.

    Then those are not all: the middle of 2 7 7 6 7, set wide, is a 7.  What was read of a seal's characters
    is next to nothing.
    """
    heard = [r for r in (seat.reading.figure, seat.reading.text) if r and r.confidence >= settings.more_least]
    if all(sum(c.isdigit() for c in reading.text) <= digits for reading in heard):
        return False
    left, top, right, bottom = place.box(seat.size, digits)
    off = settings.off_line * em

    def is_more(blob: Blob) -> bool:
        level = abs(blob.top - top) <= off and abs(blob.bottom - bottom) <= off
        slim = blob.width <= blob.height
        return level and slim and (blob.right <= left or blob.left >= right)

    return any(is_more(blob) for blob in seat.ink.blobs)


def _recognized(
    seats: Sequence[Seat], place: Place, em: float, engine: Engine, settings: ReadSettings
) -> list[Reading | None]:
    """Return what the recognizer makes of the place of each cell's figure, None where it is no number."""
    views = [
        (i, signs, view) for i, seat in enumerate(seats) for signs, view in _views(seat, place, em, settings)
    ]
    found: list[tuple[tuple[int, float], Reading] | None] = [None] * len(seats)
    for (i, signs, _), scan in zip(views, engine.reader.scan([view for _, _, view in views]), strict=True):
        figure = decode_figure(scan, engine.name, settings.figure_share)
        if figure is None or not _NUMBER.fullmatch(figure.text) or len(figure.text) != signs:
            continue
        rank = signs, figure.confidence  # the middle of 126 is a 2: the longest number goes first
        best = found[i]
        if figure.confidence >= settings.placed_least and (best is None or rank > best[0]):
            found[i] = rank, figure
    return [best and best[1] for best in found]


def is_astray(seat: Seat, place: Place, em: float, settings: ReadSettings) -> bool:
    """Return whether a number stands elsewhere in its cell than others, or has more beside it than digits.

    That is a point or a plus at one of its ends, or what makes it too wide.
    """
    text = seat.figure
    if len(seat.bands) != 1 or not any(c.isdigit() for c in text):
        return False
    if has_scrap(text):
        return True
    line, off = seat.bands[0], settings.place_off * em
    left, _, right, _ = place.box(seat.size, len(text))
    aside = (1 - place.aside) * (line.left - left) + place.aside * (line.right - right)
    return abs(aside) > off or line.width > right - left + off


def _in_lines(seat: Seat) -> bool:
    """Return whether a cell's lines are not those of one number: some may be written beside it."""
    return len(seat.bands) > 1 and SUSPECT in seat.reading.flags


def has_scrap(text: str) -> bool:
    """Return whether digits begin or end with a sign that no printed figure has there."""
    return text.strip(_SCRAPS).isdigit() and (text[0] in SEPARATORS or text[-1] in _SCRAPS)


def unread(seats: Sequence[Seat], settings: ReadSettings) -> list[int]:
    """Return the cells below and beside figures that hold ink and no figure.

    What was surely read is text; so is what has characters of words and no figure beside it: a header.
    """
    figured = _figured(seats, settings)

    def is_unread(seat: Seat) -> bool:
        if seat.reading.figure is not None or not _is_unsure(seat, settings):
            return False
        return figured.below(seat.cell) and (figured.beside(seat.cell) or not has_words(seat))

    return [i for i, seat in enumerate(seats) if is_unread(seat)]


def has_words(seat: Seat) -> bool:
    """Return whether several characters of words were read in a cell: its own, or a seal's."""
    return sum("\u3400" <= c <= "\u9fff" for c in seat.reading.text.text) > 1


def _doubtful(seats: Sequence[Seat], place: Place, settings: ReadSettings) -> list[int]:
    """Return the cells that may hold another number than was read, or one where none was.

    That is where the number is not sure, where ink as high as a digit was left aside as too faint, and
    where words stand among figures, however surely read: they may be a seal's.
    """
    figured = _figured(seats, settings)
    least = settings.digit_height * place.height

    def is_doubtful(seat: Seat) -> bool:
        figure = seat.reading.figure
        if not figured.below(seat.cell):
            return False
        if figure is not None:
            plain = figure.text.isdigit() or figure.text in _STROKES
            return plain and figure.confidence < settings.sure
        if not seat.bands:
            return seat.ink.largest_faint >= least
        return figured.beside(seat.cell)

    return [i for i, seat in enumerate(seats) if is_doubtful(seat)]


@dataclass(frozen=True, slots=True)
class Figured:
    """The columns and the rows in which figures are surely read, by where they start and end."""

    columns: frozenset[tuple[int, int]]
    rows: frozenset[tuple[int, int]]

    def beside(self, cell: Cell) -> bool:
        """Return whether a cell's row holds figures."""
        return (cell.row_start, cell.row_end) in self.rows

    def below(self, cell: Cell) -> bool:
        """Return whether a cell's column holds figures.

        So does, beside them, one between two that do, and any in a table of one row of figures: it has no
        labels at its side.
        """
        if (cell.column_start, cell.column_end) in self.columns:
            return True
        first = min((start for start, _ in self.columns), default=0)
        last = max((end for _, end in self.columns), default=0)
        between = first <= cell.column_start and cell.column_end <= last
        return self.beside(cell) and (between or len(self.rows) == 1)


def _figured(seats: Sequence[Seat], settings: ReadSettings) -> Figured:
    sure = [seat.cell for seat in seats if is_plain_number(seat, settings)]
    columns = frozenset((cell.column_start, cell.column_end) for cell in sure)
    return Figured(columns, frozenset((cell.row_start, cell.row_end) for cell in sure))


def _is_sure(figure: Reading, settings: ReadSettings) -> bool:
    """Return whether each digit is sure, as it must be where it is not plain that a number was not read."""
    return min(figure.characters) >= settings.digits_sure


def in_place_of(reading: CellReading, figure: Reading, settings: ReadSettings) -> CellReading:
    """Return the reading of a cell where a figure is read beside other ink: suspect, what was read kept."""
    unsure = replace(figure, confidence=min(figure.confidence, settings.placed_confidence))
    others = tuple(r for r in (reading.text, *reading.others) if r.text not in ("", figure.text))
    return replace(reading, text=unsure, figure=unsure, others=others, flags=(SUSPECT,))


def _views(seat: Seat, place: Place, em: float, settings: ReadSettings) -> Iterator[tuple[int, Pixels]]:
    """Yield a cell's picture at the place of a number, for each count of digits that it has room for.

    Twice where something reaches into it: with that, which may be a digit that a stroke touches, and without.
    """
    height, width = seat.size
    boxes = place.boxes(seat.size, settings.placed_digits)
    for digits, (left, top, right, bottom) in enumerate(boxes, start=1):
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
