"""Figures told by their likeness to others of their table, where a seal, a pen or dirt is read with them.

A recognizer makes one character of a sign and of what lies over it; the sign's outline still runs as that
of the others does (see `printed`).  What was read surely is held against the others as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter

from pipeline.model import CellReading, Reading
from pipeline.read.in_place import SUSPECT, Figured, has_more, has_words, in_place_of, unread_speck
from pipeline.read.place import Seat
from pipeline.read.printed import (
    DASHES,
    DIGITS,
    NONE,
    Line,
    Look,
    Print,
    lines_of,
    look_at,
    print_of,
    signs_in,
)
from pipeline.settings import ReadSettings

READER = "alike"

_NUMBER = re.compile(r"[-+]?[0-9](?:[0-9,.]*[0-9])?")

_DIGIT = 0.75  # of the usual height of print: that of a digit, where no number tells

_Blanks = tuple[frozenset[Line], frozenset[Line]]
"""The rows and the columns of a table's blank cells; none where it has next to none."""


def read_alike(seats: Sequence[Seat], em: float, settings: ReadSettings) -> tuple[CellReading, ...]:
    """Return the readings of a table's cells, with what doubtful ones are like.

    A cell of which no figure was read, or none surely, holds the sign or number that its place is like; it
    is blank as others are where there is nothing like any sign.  What is told so is never sure: it has
    `suspect`, and what was read stays beside it.  So has a number of which a digit is far more like another.
    """
    shown, blanks = print_of(seats, em, settings), _blanks(seats, settings)
    return tuple(
        _doubtful(seat, shown, blanks, em, settings)
        if _is_doubtful(seat, shown, blanks, em, settings)
        else _strange(replace(seat, reading=_witnessed(seat, shown, em, settings)), shown, em, settings)
        for seat in seats
    )


def _blanks(seats: Sequence[Seat], settings: ReadSettings) -> _Blanks:
    blank = [lines_of(seat) for seat in seats if not seat.bands and not seat.reading.flags]
    if len(blank) < settings.alike_blanks:
        return frozenset(), frozenset()
    # A page break leaves a blank cell or two in a column of labels.
    words = Counter(lines_of(seat)[1] for seat in seats if has_words(seat))
    count = Counter(column for _, column in blank)
    columns = frozenset(column for column in count if count[column] > words[column])
    return frozenset(row for row, column in blank if column in columns), columns


def _is_doubtful(seat: Seat, shown: Print, blanks: _Blanks, em: float, settings: ReadSettings) -> bool:
    """Return whether a cell amid signs or blanks holds ink, and no figure or one that nobody is sure of."""
    figure, text = seat.reading.figure, seat.reading.text
    if figure is not None:
        plain = len(figure.text) == 1 or _NUMBER.fullmatch(figure.text)
        sure = figure.confidence > settings.placed_confidence and not _is_strange(seat, shown, em, settings)
        return _is_amid(seat, shown, blanks) and not (plain and sure)
    return bool(seat.bands) and not _NUMBER.fullmatch(text.text) and _is_amid(seat, shown, blanks)


def _is_strange(seat: Seat, shown: Print, em: float, settings: ReadSettings) -> bool:
    """Return whether a figure is a speck's, or a table of digits has no other slash and it is not its cell's.

    A pen's strokes lean, and go on beyond the cell.
    """
    if _is_speck(seat, em, shown, settings):
        return True
    if seat.figure != "/" or shown.seen.get("/", 0) > 1:
        return False
    digits = sum(count for text, count in shown.seen.items() if text in DIGITS)
    return digits >= settings.alike_most and any(
        b.label in seat.ink.crossing for band in seat.bands for b in band.blobs
    )


def _is_amid(seat: Seat, shown: Print, blanks: _Blanks) -> bool:
    """Return whether a cell's column is one of signs or blanks, or between such, or they all are in one row.

    A cell with words has its row among them, too: others may be of a header.
    """
    rows, columns = shown.rows.keys() | blanks[0], shown.columns.keys() | blanks[1]
    figured = Figured(frozenset(columns), frozenset(rows))
    return figured.below(seat.cell) and (figured.beside(seat.cell) or not has_words(seat))


def _doubtful(seat: Seat, shown: Print, blanks: _Blanks, em: float, settings: ReadSettings) -> CellReading:
    """Return the reading of a cell that nobody is sure of."""
    look = look_at(seat, shown, em, settings)
    found = _told(seat, look, em)
    if found is None and _is_blank(seat, look, blanks, em):
        return _blank(seat.reading, settings)
    if found is None or _is_kept(seat, found, look):
        return _strange(seat, shown, em, settings)
    reading = in_place_of(seat.reading, found, settings)
    return replace(reading, figure=None) if found.text == NONE else reading


def _told(seat: Seat, look: Look, em: float) -> Reading | None:
    """Return the lone sign, or the number, that a cell's place is like."""
    lone, place, settings = look.best(look.alone(seat)), look.shown.place, look.settings
    found = [lone] if lone and _is_alone(lone[0], seat, look) else []
    found.extend(_numbers(seat, look))
    if place is not None:
        found = [each for each in found if not has_more(seat, place, len(each[0]), em, settings)]
    if not found:
        return None
    text, like = max(found, key=itemgetter(1))
    return Reading(text, like, READER, (like,) * len(text))


def _strange(seat: Seat, shown: Print, em: float, settings: ReadSettings) -> CellReading:
    """Return the reading of a cell in which a speck is no number, and a slash that no other has unsure."""
    reading = seat.reading
    if not seat.figure or SUSPECT in reading.flags or not _is_strange(seat, shown, em, settings):
        return reading
    if seat.figure == "/":
        return replace(reading, flags=(*reading.flags, SUSPECT))
    return unread_speck(reading) if seat.figure.isdigit() else reading


def _is_kept(seat: Seat, found: Reading, look: Look) -> bool:
    """Return whether what was read stands: it is the same, or a number that may be as like or longer.

    So do several figures in one cell against one of them.  A sure word stands against what is not very like,
    and against a dash: characters have strokes like it.
    """
    figure, settings = seat.reading.figure, look.settings
    if found.text in seat.reading.text.text.split()[1:]:
        return True
    unlike = found.text in DASHES or found.confidence < settings.alike_seldom
    if figure is None and seat.reading.text.confidence >= settings.sure and unlike:
        return True
    if seat.reading.text.text == found.text and (figure is None or figure.text == found.text):
        return True
    if figure is None or figure.text == found.text or not _NUMBER.fullmatch(figure.text):
        return False
    if found.confidence < settings.alike_seldom or not look.shown.shapes.keys() >= {*figure.text} & {*DIGITS}:
        return True
    return len(found.text) < len(figure.text) and figure.confidence >= settings.more_least


def _is_alone(text: str, seat: Seat, look: Look) -> bool:
    """Return whether no digit stands beside a lone sign; any other is none where a digit was read."""
    if text not in DIGITS:
        return not any(c.isdigit() for c in seat.figure)
    place = look.shown.place
    if place is None:
        return True
    (middle,), down = place.middles(seat.size, 1)
    return _is_free(middle - place.advance, down, look) and _is_free(middle + place.advance, down, look)


def _is_free(x: float, y: float, look: Look) -> bool:
    """Return whether no digit seems to stand at a place, nor can be hidden there."""
    if max(look.digits((x, y)).values(), default=0.0) >= look.settings.alike_beside:
        return False
    return all(look.darkness(text, (x, y)) < look.settings.alike_hidden for text in look.shown.shapes)


def _numbers(seat: Seat, look: Look) -> Iterator[tuple[str, float]]:
    """Yield the numbers of some digits that a cell's place is like, and how like the least of these is."""
    place = look.shown.place
    if place is None:
        return
    for count, _ in enumerate(place.boxes(seat.size, look.settings.placed_digits), start=1):
        own, down = place.middles(seat.size, count)
        if count == 1:
            continue
        told = [each for x in own if (each := look.best(look.digits((x, down))))]
        told = [each for each in told if each[1] >= look.settings.alike_seldom]  # strokes may pass for some
        sides = own[0] - place.advance, own[-1] + place.advance
        if len(told) == count and all(_is_free(x, down, look) for x in sides):
            yield "".join(text for text, _ in told), min(like for _, like in told)


def _is_blank(seat: Seat, look: Look, blanks: _Blanks, em: float) -> bool:
    """Return whether a cell amid blank ones holds specks alone, or what is like no sign and no sure word."""
    (row, column), (rows, columns), settings = lines_of(seat), blanks, look.settings
    if row not in rows or column not in columns:
        return False
    if _is_speck(seat, em, look.shown, settings):
        return True
    if seat.reading.figure or NONE in seat.reading.text.text or seat.reading.text.confidence >= settings.sure:
        return False
    likes = look.alone(seat).values()
    return max(likes, default=1.0) < settings.alike_nothing and _is_alone("", seat, look)


def _is_speck(seat: Seat, em: float, shown: Print, settings: ReadSettings) -> bool:
    """Return whether all there is in a cell is too low for a digit, however worn, and for a dash."""
    if len(seat.bands) != 1:
        return False
    (band,), tallest = seat.bands, shown.place.height if shown.place else _DIGIT * em
    flat = band.width >= settings.flatness * band.height
    return not flat and max(band.width, band.height) < settings.digit_height * tallest


def _blank(reading: CellReading, settings: ReadSettings) -> CellReading:
    others = {other.text: other for other in (reading.text, *reading.others) if other.text}
    nothing = Reading("", settings.placed_confidence, READER)
    return replace(reading, text=nothing, figure=None, others=tuple(others.values()), flags=(SUSPECT,))


def _witnessed(seat: Seat, shown: Print, em: float, settings: ReadSettings) -> CellReading:
    """Return a cell's reading with another number beside it, or in its place, that it is far more like."""
    reading, signs = seat.reading, signs_in(seat, em, settings)
    if reading.figure is None or not signs:
        return reading
    look = look_at(seat, shown, em, settings)
    found = [_rival(sign.text, sign.middle, look) or (sign.text, 0.0) for sign in signs]
    text = "".join(each for each, _ in found)
    if text == reading.figure.text:
        return reading
    like = max(like for _, like in found)
    other = Reading(text, like, READER, (like,) * len(text))
    if (
        all(shown.seen.get(sign.text, 0) > settings.alike_few for sign in signs)
        and like >= settings.alike_sure
    ):
        return in_place_of(reading, other, settings)
    return replace(reading, others=(*reading.others, other))


def _rival(text: str, middle: tuple[float, float], look: Look) -> tuple[str, float] | None:
    """Return the sign that a place is far more like than what was read there, and how like it is.

    Nothing is said of a sign seen a few times only: what was misread as often looks like itself.
    """
    shown, settings = look.shown, look.settings
    if shown.seen.get(text, 0) <= settings.alike_few:
        return None
    own = look.at(text, middle)
    if own >= settings.alike_own:
        return None
    best = look.best({other: look.at(other, middle) for other in shown.shapes if other != text})
    if best is None or shown.seen[best[0]] < settings.alike_few:
        return None
    return best if best[1] >= max(settings.alike_seldom, own + settings.alike_ahead) else None
