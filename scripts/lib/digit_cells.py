"""Cells of tables whose truth is known, and the signs in them, as the product sees them before it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np

from pipeline.extract import DEFAULTS, Extraction, extract_each
from pipeline.model import Box
from pipeline.read import cells as reading_cells
from pipeline.read.digits import Sign, signs_of, views_of
from pipeline.read.in_place import is_astray, read_in_place, unread
from pipeline.read.network import CLASSES, NONE, Floats
from pipeline.read.place import Place, Seat, find_place
from scripts.lib import truth
from scripts.lib.cases import Case
from scripts.lib.covered_views import Shown, shown_in

_RIGHT = 0.8  # of a table's figures that are read as printed, where its cells have their places for sure
_CHARACTERS = 3  # of a label's characters one in so many is an example of what is no digit


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A cell that was read, the usual height of text, and the place of its figure where that is read."""

    seat: Seat
    em: float
    place: Place | None


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A cell of a table that is read right but for few figures; `figure` is None where it holds none."""

    seen: _Seen
    figure: truth.TrueFigure | None
    is_right: bool


@contextmanager
def _tapped() -> Iterator[dict[tuple[int | None, Box | None], _Seen]]:
    """Hold the cells that are read meanwhile, by page and box."""
    held: dict[tuple[int | None, Box | None], _Seen] = {}

    def read(seats: Sequence[Seat], em: float, *rest: Any) -> Any:
        place = find_place(seats, em, DEFAULTS.read)
        out = {seats[i].cell for i in unread(seats, DEFAULTS.read)}
        for seat in seats:
            sure = place is not None and not is_astray(seat, place, em, DEFAULTS.read)
            own = place if sure and seat.cell not in out else None
            held[seat.cell.page, seat.cell.box] = _Seen(seat, em, own)
        return read_in_place(seats, em, *rest)

    with patch.object(reading_cells, "read_in_place", read):
        yield held


def known(case: Case) -> Iterator[Known]:
    """Yield the cells of a case's tables, where they are read right but for few figures."""
    figures = truth.read(case.truth).figures
    with _tapped() as tap:
        for extraction in extract_each(case.document, DEFAULTS, keep=False):
            for table in range(len(extraction.tables)):
                yield from _of_table(extraction, table, figures, tap)


def _of_table(
    extraction: Extraction,
    table: int,
    figures: dict[str, truth.TrueFigure],
    tap: dict[tuple[int | None, Box | None], _Seen],
) -> Iterator[Known]:
    placed = {
        key: place.cells[0]
        for key, place in extraction.match.placements.items()
        if place.table == table and len(place.cells) == 1 and key in figures
    }
    read = extraction.report.figures
    right = {key for key in placed if (read[key].raw or "") == (figures[key].raw or "")}
    if not placed or len(right) < _RIGHT * len(placed):
        return
    keys = {cell: key for key, cell in placed.items()}
    for number, cell in enumerate(extraction.tables[table].grid.cells):
        seen, key = tap.get((cell.page, cell.box)), keys.get(number)
        if seen is not None:
            yield Known(seen, figures[key] if key else None, key in right)


def signs(cells: Sequence[Known]) -> Iterator[tuple[Floats, int]]:
    """Yield the views of the cells' signs with the numbers of their classes."""
    for cell in cells:
        seat, em = cell.seen.seat, cell.seen.em
        if not seat.bands:
            continue
        own = signs_of(seat.bands[0], DEFAULTS.read)
        classes = [NONE] * len(own) if cell.figure is None else _classes(seat, own, cell.figure)
        step = _CHARACTERS if cell.figure is None and len(own) > 2 * _CHARACTERS else 1
        yield from list(zip(views_of(seat.ink, own, em), classes, strict=False))[::step]


def numbers(cells: Sequence[Known]) -> Iterator[Shown]:
    """Yield the cells that are read right, with the place of their number or where one would stand."""
    for cell in cells:
        seat, place = cell.seen.seat, cell.seen.place
        if place is None or cell.figure is None or not cell.is_right or seat.ink.whole is None:
            continue
        text = cell.figure.raw or "" if cell.figure.state == "number" else ""
        if all(sign in CLASSES for sign in text):
            yield shown_in((1 - seat.ink.whole / np.float32(255)).astype(np.float32), place, text)


def _classes(seat: Seat, signs: Sequence[Sign], figure: truth.TrueFigure) -> list[int]:
    """Return the classes of a figure's signs; none where signs and digits are not as many."""
    if figure.state != "number":
        return [NONE] * len(signs)
    raw = figure.raw or ""
    if len(seat.bands) != 1 or len(raw) != len(signs) or not all(c in CLASSES for c in raw):
        return []
    return [CLASSES.index(c) for c in raw]
