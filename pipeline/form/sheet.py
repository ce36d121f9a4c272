"""A table as the matcher looks at it: who owns each slot, what its cells say, which hold words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.form.labels import is_label_like
from pipeline.form.values import clean_text
from pipeline.model import Cell, CellReading, Table


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """`owners` is rows x columns; `texts` and `words` (is it label-like?) go by cell index."""

    table: Table
    owners: NDArray[np.int32]
    texts: tuple[str, ...]
    words: tuple[bool, ...]

    @classmethod
    def of(cls, table: Table) -> Sheet:
        texts = tuple(clean_text(reading.text.text) for reading in table.readings)
        return cls(table, table.grid.owners(), texts, tuple(map(is_label_like, texts)))

    @property
    def rows(self) -> int:
        return self.table.grid.rows

    @property
    def columns(self) -> int:
        return self.table.grid.columns

    def cell(self, index: int) -> Cell:
        return self.table.grid.cells[index]

    def is_blank(self, index: int) -> bool:
        """Return whether neither reading of the cell has text."""
        return not self.texts[index] and not _figure_text(self.table.readings[index])

    def is_full_width(self, index: int) -> bool:
        return self.cell(index).column_span == self.columns

    def row(self, row: int) -> tuple[int, ...]:
        """Return the cells that touch a row, left to right."""
        return self.cells_in(range(row, row + 1), 0, self.columns)

    def cells_in(self, rows: range, start: int, stop: int) -> tuple[int, ...]:
        """Return the distinct cells that touch `rows` and columns `start`..`stop`, left to right."""
        area = self.owners[rows.start : rows.stop, start:stop]
        found = (int(index) for index in np.unique(area))
        return tuple(sorted(found, key=self._place))

    def _place(self, index: int) -> tuple[int, int]:
        cell = self.cell(index)
        return cell.column_start, cell.row_start

    def filled(self, cells: Iterable[int]) -> tuple[int, ...]:
        return tuple(index for index in cells if not self.is_blank(index))

    def joined(self, cells: Iterable[int]) -> str:
        return "".join(self.texts[index] for index in cells)


def _figure_text(reading: CellReading) -> str:
    return clean_text(reading.figure.text) if reading.figure else ""
