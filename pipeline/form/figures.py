"""Placed cells → figures: which reading of a cell counts, what it says, and what is doubtful about it.

A number is only taken where one cell stands for one figure and a reader is decently sure of it; a merged
cell over the places of several figures keeps its text and gives no number to any of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.form.calibration import Calibration, calibrated, load_calibration
from pipeline.form.edition import FormFigure, load_edition
from pipeline.form.match import KINDS, FormMatch, Placement
from pipeline.form.values import UNREAD, Value, clean_text, parse_value
from pipeline.model import CellReading, Reading, Table, bounding_box
from pipeline.report import BoxList, Figure, ReadingRecord
from pipeline.settings import FormSettings, ReviewSettings

TEXT_LAYER = "text-layer"
_APART = re.compile(r"[0-9０-９]\s+[0-9０-９]")

MISSING = Figure(state="missing", confidence=0.0)


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The reading that counts, what it says, and whether another one credibly says otherwise."""

    reading: Reading
    value: Value
    disagree: bool = False


def place_figures(
    match: FormMatch, tables: Sequence[Table], form: FormSettings, review: ReviewSettings
) -> dict[str, Figure]:
    """Return every figure of the used editions, in the order of the form, from the matched `tables`.

    Boxes are in points of the upright page, rounded to 2 decimals.  A figure without a cell is `missing`.
    Confidences are calibrated where `review` says so; below its threshold a figure has `low_confidence`.
    """
    wanted = (figure for kind in KINDS for figure in load_edition(match.used[kind]).figures(kind))
    calibration = load_calibration() if review.calibrated else None
    read = {figure.key: _figure(figure, match, tables, form) for figure in wanted}
    return {key: _judged(figure, calibration, review) for key, figure in read.items()}


def _judged(figure: Figure, calibration: Calibration | None, review: ReviewSettings) -> Figure:
    if calibration is not None:
        figure = calibrated(figure, calibration)
    if figure.state == "missing" or figure.confidence >= review.low_confidence:
        return figure
    return figure.model_copy(update={"flags": (*figure.flags, "low_confidence")})


def _figure(wanted: FormFigure, match: FormMatch, tables: Sequence[Table], form: FormSettings) -> Figure:
    placement = match.placements.get(wanted.key)
    if placement is None:
        return MISSING
    table = tables[placement.table]
    choices = [choose_reading(table.readings[i], placement.unit, form) for i in placement.cells]
    value = _value(choices, placement)
    confidence = min(_confidence(choice.reading) for choice in choices)
    cells = [table.grid.cells[i] for i in placement.cells]
    return Figure(
        value=value.value,
        raw=" ".join(clean_text(choice.reading.text) for choice in choices),
        state=value.state,
        page=cells[0].page,
        box=_box(table, placement),
        confidence=confidence,
        reader=choices[0].reading.reader,
        readings=tuple(r for i in placement.cells for r in _records(table.readings[i])),
        flags=_flags(table, placement, choices),
    )


def _value(choices: Sequence[ReadingChoice], placement: Placement) -> Value:
    value = choices[0].value
    if len(choices) > 1 or (placement.shared and value.state == "number"):
        return Value("text")
    return value


def choose_reading(cell: CellReading, unit: str, settings: FormSettings) -> ReadingChoice:
    """Return the reading of a figure cell that counts.

    The free reading where there is no constrained one, or where it is a printed form with words (无,
    463.4万元, 22（其中修订16件）), or words that are no figure at all; else the constrained one where it is
    decently confident, or as confident as the free one.  Both numbers and different: `disagree`.
    """
    free = ReadingChoice(cell.text, parse_value(cell.text.text, unit))
    if UNREAD in cell.flags and not cell.text.text:
        # There is ink that nobody could read: that is no blank.
        return _with_others(ReadingChoice(cell.text, Value("text")), cell, unit, settings)
    if cell.figure is None:
        return _with_others(free, cell, unit, settings)
    held = ReadingChoice(cell.figure, parse_value(cell.figure.text, unit))
    if free.value == held.value:
        chosen = held if held.value.state == "number" else free
    else:
        chosen = _between(free, held, settings)
        if _disagree(free, held, settings):
            chosen = ReadingChoice(chosen.reading, chosen.value, True)
    return _with_others(chosen, cell, unit, settings)


def _between(free: ReadingChoice, held: ReadingChoice, settings: FormSettings) -> ReadingChoice:
    # Digits apart may be two figures run into one cell; a reader of digits alone would join them.
    if _APART.search(free.reading.text):
        return free
    words = sum("\u3400" <= c <= "\u9fff" for c in free.reading.text)
    if words and (free.value.state != "text" or words > 1):
        return free
    if held.value.state == "text" and free.value.state != "text":
        return free
    decent = held.reading.confidence >= settings.decent_confidence
    if free.value.state in ("text", "blank"):
        return held if decent else free
    return held if held.reading.confidence >= free.reading.confidence else free


def _disagree(one: ReadingChoice, other: ReadingChoice, settings: FormSettings) -> bool:
    """Return whether two readings give different figures and neither is beneath notice."""
    if one.value == other.value or "text" in (one.value.state, other.value.state):
        return False
    if "number" not in (one.value.state, other.value.state):
        return False
    if _without_words(one.reading.text) == _without_words(other.reading.text):
        return False
    low = min(one.reading.confidence, other.reading.confidence)
    return low >= settings.decent_confidence * max(one.reading.confidence, other.reading.confidence)


def _without_words(text: str) -> str:
    """Return what a reader of figures alone sees of a text: 2216 of 22（其中修订16件）, 4 of 减4."""
    return "".join(c for c in clean_text(text) if c.isascii() and (c.isdigit() or c in "+-."))


def _with_others(
    chosen: ReadingChoice, cell: CellReading, unit: str, settings: FormSettings
) -> ReadingChoice:
    others = [ReadingChoice(reading, parse_value(reading.text, unit)) for reading in cell.others]
    if chosen.value.state == "text" and len(chosen.reading.text) <= settings.short_text:
        chosen = _likelier(chosen, others, settings)
    disagree = chosen.disagree or any(_disagree(chosen, other, settings) for other in others)
    return ReadingChoice(chosen.reading, chosen.value, disagree)


def _likelier(
    chosen: ReadingChoice, others: Sequence[ReadingChoice], settings: FormSettings
) -> ReadingChoice:
    """Return what another look made of a short text, where that is a number: à in a column of figures is a 0.

    Views that disagree are at odds: the number is never surer than `decent`, so that it is flagged.
    """
    numbers = [other for other in others if other.value.state == "number"]
    best = max(numbers, key=lambda other: other.reading.confidence, default=chosen)
    if best is chosen or best.reading.confidence < settings.second_confidence:
        return chosen
    confidence = min(best.reading.confidence, settings.decent_confidence)
    return ReadingChoice(replace(best.reading, confidence=confidence), best.value, disagree=True)


def _confidence(reading: Reading) -> float:
    """Return the confidence to 4 decimals; 1.0 is kept for text layers."""
    most = 1.0 if reading.reader == TEXT_LAYER else 0.9999
    return round(min(max(reading.confidence, 0.0), most), 4)


def _records(cell: CellReading) -> tuple[ReadingRecord, ...]:
    """Return all readings of a cell, each once; none where there was but one or all are the same."""
    every = [cell.text, *([cell.figure] if cell.figure and cell.figure != cell.text else []), *cell.others]
    if len({(reading.reader, clean_text(reading.text)) for reading in every}) < 2:
        return ()
    return tuple(
        ReadingRecord(reader=r.reader, raw=clean_text(r.text), confidence=_confidence(r)) for r in every
    )


def _box(table: Table, placement: Placement) -> BoxList | None:
    cells = [table.grid.cells[i] for i in placement.cells]
    boxes = [cell.box for cell in cells if cell.box is not None and cell.page == cells[0].page]
    if not boxes:
        return None
    box = bounding_box(boxes)
    return round(box.left, 2), round(box.top, 2), round(box.right, 2), round(box.bottom, 2)


def _flags(table: Table, placement: Placement, choices: Sequence[ReadingChoice]) -> tuple[str, ...]:
    readings = [table.readings[i] for i in placement.cells]
    flags = [flag for reading in readings for flag in reading.flags]
    if any(choice.disagree for choice in choices):
        flags.append("readers_disagree")
    # Words where a figure belongs may be printed there; as likely something of a neighbour came in.
    words = any(choice.value.state == "text" for choice in choices)
    if placement.suspect or placement.shared or words:
        flags.append("suspect")
    if any(table.grid.cells[i].repaired for i in placement.cells):
        flags.append("repaired_line")
    return tuple(dict.fromkeys(flags))
