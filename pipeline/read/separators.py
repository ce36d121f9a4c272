"""The points and commas of a printed figure, told by where they stand and by what they are not.

A recognizer confuses a small comma with a point, and takes a speck of dirt beside a digit for a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Reading
from pipeline.read.ink import Blob
from pipeline.read.lines import Band, band_of, is_sign
from pipeline.settings import ReadSettings

SEPARATORS = ".,"


def has_stray(text: str) -> bool:
    """Return whether a figure begins or ends with a separator, as no printed figure does."""
    return bool(text) and (text[0] in SEPARATORS or text[-1] in SEPARATORS)


def without_outer_specks(band: Band, em: float, settings: ReadSettings) -> Band:
    """Return the band without the small pieces of ink outside its first and last sign, but for a minus."""
    signs = [b for b in band.blobs if is_sign(b, em, settings)]
    if not signs:
        return band
    left, right = min(b.left for b in signs), max(b.right for b in signs)
    top, bottom = min(b.top for b in signs), max(b.bottom for b in signs)
    kept = [
        b
        for b in band.blobs
        if (left <= b.left and b.right <= right and top <= b.bottom and b.top <= bottom)
        or _may_be_minus(b, left, (top, bottom), settings)
    ]
    return band_of(kept) if len(kept) < len(band.blobs) else band


def _may_be_minus(blob: Blob, left: int, rows: tuple[int, int], settings: ReadSettings) -> bool:
    """Return whether a piece before the first digit stands at half its height, as a minus does."""
    height = rows[1] - rows[0]
    place = ((blob.top + blob.bottom) / 2 - rows[0]) / max(1, height)
    low, high = settings.minus_place
    return blob.right <= left and low <= place <= high and blob.width >= blob.height


def by_position(figure: Reading, band: Band, em: float, settings: ReadSettings) -> Reading:
    """Return the figure with its separators as they stand in print: a comma hangs below the line.

    Only where the separators are as many as the small pieces of ink between the digits.  A reading that is
    changed is less certain.
    """
    places = [i for i, c in enumerate(figure.text) if c in SEPARATORS]
    digits = [b for b in band.blobs if is_sign(b, em, settings)]
    marks = _marks(band, digits, em, settings)
    if not places or len(places) != len(marks):
        return figure
    line = sorted(b.bottom for b in digits)[len(digits) // 2]
    text = list(figure.text)
    for place, mark in zip(places, marks, strict=True):
        text[place] = _kind(mark, line, em, settings) or text[place]
    if "".join(text) == figure.text:
        return figure
    return replace(
        figure, text="".join(text), confidence=min(figure.confidence, settings.corrected_confidence)
    )


def _marks(band: Band, digits: Sequence[Blob], em: float, settings: ReadSettings) -> list[Blob]:
    """Return the small pieces low on the line between two digits, from the left."""
    if len(digits) < 2:
        return []
    first, last = min(b.left for b in digits), max(b.right for b in digits)
    middle = (min(b.top for b in digits) + max(b.bottom for b in digits)) / 2
    small = [b for b in band.blobs if not is_sign(b, em, settings)]
    return sorted((b for b in small if first < b.left < last and b.top > middle), key=lambda b: b.left)


def _kind(mark: Blob, line: int, em: float, settings: ReadSettings) -> str | None:
    """Return the separator that a mark is, None where it may be either."""
    below = (mark.bottom - line) / em
    if below >= settings.comma_drop and mark.height > mark.width:
        return ","
    return "." if below <= settings.point_drop and mark.height <= settings.point_height * em else None
