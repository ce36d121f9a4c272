"""The points, commas and minus of a printed figure, told by where they stand and by what they are not.

A recognizer confuses a small comma with a point, and takes a speck of dirt beside a digit for a point.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.model import CellReading, Reading
from pipeline.read.ink import Blob, CellInk
from pipeline.read.lines import Band, band_of, is_sign
from pipeline.settings import ReadSettings

SEPARATORS = ".,"
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


def has_stray(text: str) -> bool:
    """Return whether a figure begins or ends with a separator, as no printed figure does."""
    return bool(text) and (text[0] in SEPARATORS or text[-1] in SEPARATORS)


def without_outer_specks(band: Band, em: float, settings: ReadSettings, *, large: bool = False) -> Band:
    """Return the band without the small pieces of ink outside its first and last sign, but for a minus.

    With `large` a sign much lower than the tallest is a speck, too: the digits of a figure are of one height.
    So is then a piece before them that is as high as it is long, which no minus is.
    """
    signs = _signs(band, em, settings)
    if not signs:
        return band
    if large:
        tallest = max(b.height for b in signs)
        signs = [b for b in signs if b.height >= settings.digit_height * tallest]
    line = band_of(signs)
    flat = settings.minus_flat if large else 1.0
    return _only(band, lambda b: _is_within(b, line) or may_be_minus(b, line, flat, settings))


def faint_signs(band: Band, faint: Sequence[Blob], em: float, settings: ReadSettings) -> tuple[Blob, ...]:
    """Return the faint pieces that may belong to a line: points between its signs, strokes beside them."""
    signs = _signs(band, em, settings)
    if not signs:
        return ()
    line = band_of(signs)
    middle, lowest = (line.top + line.bottom) / 2, line.bottom + settings.comma_reach * em
    reach = settings.faint_reach * em

    def is_mark(piece: Blob) -> bool:
        between = line.left < piece.left and piece.right < line.right
        inside = between and middle < piece.top and piece.bottom <= lowest
        free = all(piece.right <= sign.left or piece.left >= sign.right for sign in signs)
        return inside and free and piece.extent <= settings.sign * em

    def is_stroke(piece: Blob) -> bool:
        level = line.top <= (piece.top + piece.bottom) / 2 <= line.bottom
        near = piece.right >= line.left - reach and piece.left <= line.right + reach
        return level and near and settings.hyphen * em <= piece.extent <= em

    return tuple(piece for piece in faint if is_mark(piece) or is_stroke(piece))


def may_lack_sign(reading: CellReading, ink: CellInk, band: Band, em: float, settings: ReadSettings) -> bool:
    """Return whether a minus or a point may be lost of the number read from a line, which no digit tells.

    Another view of it has one, what is too faint to be sure of stands where one would, or a minus ran into
    the first digit.
    """
    number = reading.figure.text if reading.figure else ""
    if not number[:1].isdigit():
        return False
    alike = (other.text for other in reading.others if _digits(other.text) == _digits(number))
    if any(_THOUSANDS.sub("", text) != _THOUSANDS.sub("", number) for text in alike):
        return True
    line = band_of(_signs(band, em, settings) or band.blobs)
    faint = faint_signs(band, ink.faint, em, settings)
    before = any(may_be_minus(piece, line, 0.0, settings) for piece in faint)
    within = number.isdigit() and any(line.left < piece.left and piece.right < line.right for piece in faint)
    return before or within or (number[0] != "4" and _begins_flat(ink, band, settings))


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _begins_flat(ink: CellInk, band: Band, settings: ReadSettings) -> bool:
    """Return whether a line's ink begins with a low stroke at half its height; of digits, a 4 alone does."""
    labels = ink.labels[band.top : band.bottom, band.left : band.right]
    inked = np.isin(labels, [blob.label for blob in band.blobs])
    columns = inked[:, inked.any(axis=0)]
    top, bottom = columns.argmax(axis=0), len(columns) - columns[::-1].argmax(axis=0)
    tall = bottom - top >= settings.minus_lower * band.height
    stretch = int(tall.argmax()) if tall.any() else 0
    if stretch < settings.minus_least * band.height:
        return False
    low, high = settings.minus_place
    middle = float((top + bottom)[:stretch].mean()) / 2 / band.height
    return low <= middle <= high


def without_strangers(band: Band, crossing: frozenset[int], em: float, settings: ReadSettings) -> Band:
    """Return the band without what comes in from outside the cell and stands on no line with the rest."""
    own = [b for b in _signs(band, em, settings) if b.label not in crossing]
    if not own:
        return band
    line, off = band_of(own), settings.off_line * em

    def is_own(blob: Blob) -> bool:
        level = abs(blob.top - line.top) <= off and abs(blob.bottom - line.bottom) <= off
        return blob.label not in crossing or level

    return _only(band, is_own)


def _signs(band: Band, em: float, settings: ReadSettings) -> list[Blob]:
    return [b for b in band.blobs if is_sign(b, em, settings)]


def _only(band: Band, is_kept: Callable[[Blob], bool]) -> Band:
    """Return the band with what is kept of it, itself where that is all."""
    kept = [b for b in band.blobs if is_kept(b)]
    return band_of(kept) if len(kept) < len(band.blobs) else band


def _is_within(blob: Blob, line: Band) -> bool:
    """Return whether a piece lies between the first and the last sign of a line, and on it."""
    return (
        line.left <= blob.left
        and blob.right <= line.right
        and line.top <= blob.bottom
        and blob.top <= line.bottom
    )


def may_be_minus(blob: Blob, line: Band, flat: float, settings: ReadSettings) -> bool:
    """Return whether a piece stands before a line at half its height, as a minus does.

    It is `flat` times as long as it is high, at least.
    """
    place = ((blob.top + blob.bottom) / 2 - line.top) / max(1, line.height)
    low, high = settings.minus_place
    return blob.right <= line.left and low <= place <= high and blob.width >= flat * blob.height


def by_position(figure: Reading, band: Band, em: float, settings: ReadSettings) -> Reading:
    """Return the figure of one line with its separators as they stand in print, see `by_positions`."""
    return by_positions(figure, [(figure.text, band)], em, settings)


def by_positions(
    figure: Reading, lines: Sequence[tuple[str, Band]], em: float, settings: ReadSettings
) -> Reading:
    """Return the figure that `lines` make with its separators as they stand: a comma hangs below its line.

    A comma parts thousands: one that three digits do not follow is a point.  The confidence is capped where
    a separator is changed, and where three digits follow one whose place does not tell which it is.
    """
    places = [i for i, c in enumerate(figure.text) if c in SEPARATORS]
    if not places:
        return figure
    kinds = [kind for said, band in lines for kind in _kinds(band, _separators_in(said), em, settings)]
    text = list(figure.text)
    for place, kind in zip(places, kinds, strict=True):
        text[place] = (kind or text[place]) if _parts_thousands(figure.text, place) else "."
    open_ = any(k is None and _parts_thousands(figure.text, p) for p, k in zip(places, kinds, strict=True))
    if "".join(text) == figure.text and not open_:
        return figure
    confidence = min(figure.confidence, settings.corrected_confidence)
    return replace(figure, text="".join(text), confidence=confidence)


def _separators_in(text: str) -> int:
    return sum(character in SEPARATORS for character in text)


def _parts_thousands(text: str, place: int) -> bool:
    """Return whether exactly three digits follow a separator, up to the next one or the end."""
    digits = len(text[place + 1 :]) - len(text[place + 1 :].lstrip("0123456789"))
    return digits == 3


def _kinds(band: Band, count: int, em: float, settings: ReadSettings) -> list[str | None]:
    """Return what each separator of a line is by its place; None where the picture does not tell."""
    signs = _signs(band, em, settings)
    tallest = max((sign.height for sign in signs), default=0)
    digits = [sign for sign in signs if 2 * sign.height > tallest]  # a fax makes commas as large as signs
    marks = _marks(band, digits)
    if len(marks) != count:
        return [None] * count
    line = sorted(b.bottom for b in digits)[len(digits) // 2]
    return [_kind(mark, line, em, settings) for mark in marks]


def _marks(band: Band, digits: Sequence[Blob]) -> list[Blob]:
    """Return the small pieces low on the line between two digits, from the left."""
    if len(digits) < 2:
        return []
    line = band_of(digits)
    middle = (line.top + line.bottom) / 2
    small = (b for b in band.blobs if b not in digits)
    between = (b for b in small if line.left < b.left < line.right and b.top > middle)
    return sorted(between, key=lambda b: b.left)


def _kind(mark: Blob, line: int, em: float, settings: ReadSettings) -> str | None:
    """Return the separator that a mark is, None where it may be either."""
    below = (mark.bottom - line) / em
    if below >= settings.comma_drop and mark.height >= settings.comma_slimness * mark.width:
        return ","
    return "." if below <= settings.point_drop and mark.height <= settings.point_height * em else None
