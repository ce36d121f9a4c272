"""Cells with spans, as HTML, Word and Excel state them → a table without geometry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import TooLargeError
from pipeline.model import Cell, CellReading, Grid, Reading, Table
from pipeline.settings import SourceSettings

READER = "text-layer"

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_LOOSE = re.compile(r"(?<![!-~]) | (?![!-~])")


@dataclass(frozen=True, slots=True)
class Spanned:
    """A cell with its text at a place: rows and columns half-open, from 0."""

    row: int
    column: int
    row_end: int
    column_end: int
    text: str


@dataclass(frozen=True, slots=True)
class Flowing:
    """A cell that stands where there is room in its row, as HTML has it."""

    text: str
    row_span: int = 1
    column_span: int = 1


def flowed(rows: Sequence[Sequence[Flowing]], settings: SourceSettings) -> list[Spanned]:
    """Return cells at their places: each goes to the first free slot of its row (HTML, "forming a table").

    A span that runs into another cell, or below the last row, ends there.
    """
    taken: list[set[int]] = [set() for _ in rows]
    placed: list[Spanned] = []
    slots = 0
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while x in taken[y]:
                x += 1
            stop = min((c for c in taken[y] if c > x), default=x + cell.column_span)
            stop = min(x + cell.column_span, stop)
            below = min(y + cell.row_span, len(rows))
            slots += (stop - x) * (below - y)
            if slots > settings.max_cells or stop > settings.max_columns:
                raise TooLargeError(f"a table of more than {settings.max_cells} cells")
            for line in range(y, below):
                taken[line].update(range(x, stop))
            placed.append(Spanned(y, x, below, stop, cell.text))
            x = stop
    return placed


def table_of(cells: Sequence[Spanned], rows: int, settings: SourceSettings) -> Table | None:
    """Return the table that `cells` make, blanks where none is; None where there is nothing in it."""
    columns = max((cell.column_end for cell in cells), default=0)
    if rows * columns > settings.max_cells:
        raise TooLargeError(f"a table of more than {settings.max_cells} cells")
    if not any(cell.text for cell in cells):
        return None
    free = {(y, x) for y in range(rows) for x in range(columns)}
    for cell in cells:
        free -= {(y, x) for y in range(cell.row, cell.row_end) for x in range(cell.column, cell.column_end)}
    every = [*cells, *(Spanned(y, x, y + 1, x + 1, "") for y, x in free)]
    every.sort(key=lambda cell: (cell.row, cell.column))
    grid = Grid(rows, columns, tuple(Cell(c.row, c.row_end, c.column, c.column_end) for c in every))
    return Table(grid, tuple(CellReading(Reading(c.text, 1.0, READER, (1.0,) * len(c.text))) for c in every))


def tidy(text: str) -> str:
    """Return `text` with white space as it is seen: none beside Chinese, one space between other words."""
    return _LOOSE.sub("", _SPACE.sub(" ", text).strip())


def run_on(pieces: Sequence[str]) -> str:
    """Return the lines of a cell as one text; two words or numbers that meet stay apart."""
    text = ""
    for piece in map(tidy, pieces):
        apart = text and piece and _is_latin(text[-1]) and _is_latin(piece[0])
        text += f" {piece}" if apart else piece
    return text


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
