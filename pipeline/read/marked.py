"""A number with a mark that is none of it: a speck beside it, the tick of a pen behind it."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.model import CellReading, Reading
from pipeline.read.in_place import SUSPECT
from pipeline.read.separators import has_stray
from pipeline.settings import ReadSettings

_SPECK = r"[•·°˙'`´*^~]"
_MARKED = re.compile(
    rf"(?:{_SPECK}|\s)*"
    r"(?P<figure>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"(?:{_SPECK}|[.,;:√✓Vv]|\s)*"
)


def without_marks(reading: CellReading, settings: ReadSettings) -> CellReading:
    """Return the reading of a number and marks beside it with the number as its figure: it is suspect.

    What was read stays as the text.  A reading that has a figure already, one that may be, stays as it is.
    """
    figure, text = reading.figure, reading.text.text
    if figure and figure.confidence >= settings.marked_confidence and not has_stray(figure.text):
        return reading
    found = _MARKED.fullmatch(text)
    if found is None or found["figure"] == text:
        return reading
    number = Reading(found["figure"], settings.marked_confidence, reading.text.reader)
    others = reading.others if figure is None else (*reading.others, figure)
    return replace(reading, figure=number, others=others, flags=(*reading.flags, SUSPECT))
