"""What a tool makes of a document, as it is sent and kept."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from pipeline.report import Report
from scripts.lib.compare_table import GivenCell, GivenTable


class WireTable(BaseModel):
    """A table: a cell is its row, column, row span, column span and text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: int
    rows: int
    columns: int
    cells: tuple[tuple[int, int, int, int, str], ...]
    edges: tuple[float, ...] = ()

    def given(self) -> GivenTable:
        cells = tuple(GivenCell(*cell) for cell in self.cells)
        return GivenTable(self.page, self.rows, self.columns, cells, self.edges)


class Found(BaseModel):
    """The tables of a document in reading order; wall and processor seconds of the loaded process.

    `report` is what only the product itself gives.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tables: tuple[WireTable, ...]
    pages: int
    seconds: float
    processor: float
    report: Report | None = None

    def given(self) -> tuple[GivenTable, ...]:
        return tuple(table.given() for table in self.tables)


def report_tables(report: Report) -> tuple[WireTable, ...]:
    """Return the tables of a report as every tool's are kept."""
    return tuple(
        WireTable(
            page=table.parts[0].page if table.parts else 0,
            rows=table.rows,
            columns=table.columns,
            cells=tuple((c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells),
        )
        for table in report.tables
    )
