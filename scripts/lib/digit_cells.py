"""Signs in the cells of tables whose truth is known, as the product sees them on its way to read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from pipeline import page_reader
from pipeline.extract import DEFAULTS, Extraction, extract_each
from pipeline.model import Box, Grid
from pipeline.read.cells import CellLines, cells_of, read_picture
from pipeline.read.digits import CLASSES, Floats, Sign, signs_of, views_of
from pipeline.read.ink import make_sheet
from scripts.lib import truth
from scripts.lib.cases import Case

NONE = len(CLASSES)
"""The number of the class of what is no digit."""

_RIGHT = 0.8  # of a table's figures that are read as printed, where its cells have their places for sure
_CHARACTERS = 3  # of a label's characters one in so many is an example of what is no digit


@dataclass(slots=True)
class _Tap:
    """The cells that were read, by page and box."""

    cells: dict[tuple[int | None, Box], CellLines] = field(default_factory=dict)

    def read(self, picture: Any, page: int, grids: Sequence[Grid], rules: Any, *rest: Any) -> Any:
        sheet = make_sheet(picture, rules, DEFAULTS.read)
        for grid in grids:
            for cell, lines in zip(grid.cells, cells_of(grid, sheet, DEFAULTS.read), strict=True):
                assert cell.box is not None
                self.cells[page, cell.box] = lines
        return read_picture(picture, page, grids, rules, *rest)


@contextmanager
def _tapped() -> Iterator[_Tap]:
    tap = _Tap()
    with patch.object(page_reader, "read_picture", tap.read):
        yield tap


def found(case: Case) -> Iterator[tuple[Floats, int]]:
    """Yield the views of a case's signs with the numbers of their classes."""
    figures = truth.read(case.truth).figures
    with _tapped() as tap:
        for extraction in extract_each(case.document, DEFAULTS, keep=False):
            for table in range(len(extraction.tables)):
                yield from _of_table(extraction, table, figures, tap)


def _of_table(
    extraction: Extraction, table: int, figures: dict[str, truth.TrueFigure], tap: _Tap
) -> Iterator[tuple[Floats, int]]:
    placed = {
        key: place.cells[0]
        for key, place in extraction.match.placements.items()
        if place.table == table and len(place.cells) == 1 and key in figures
    }
    read = extraction.report.figures
    right = sum((read[key].raw or "") == (figures[key].raw or "") for key in placed)
    if not placed or right < _RIGHT * len(placed):
        return
    keys = {cell: key for key, cell in placed.items()}
    for number, cell in enumerate(extraction.tables[table].grid.cells):
        lines = tap.cells.get((cell.page, cell.box)) if cell.box else None
        if lines is None or not lines.bands:
            continue
        signs = signs_of(lines.bands[0], DEFAULTS.read)
        key = keys.get(number)
        classes = [NONE] * len(signs) if key is None else _classes(lines, signs, figures[key])
        step = _CHARACTERS if key is None and len(signs) > 2 * _CHARACTERS else 1
        views = views_of(lines.ink, signs, lines.em)
        yield from list(zip(views, classes, strict=False))[::step]


def _classes(lines: CellLines, signs: Sequence[Sign], figure: truth.TrueFigure) -> list[int]:
    """Return the classes of a figure's signs; none where signs and digits are not as many."""
    if figure.state != "number":
        return [NONE] * len(signs)
    raw = figure.raw or ""
    if len(lines.bands) != 1 or len(raw) != len(signs) or not all(c in CLASSES for c in raw):
        return []
    return [CLASSES.index(c) for c in raw]
