"""The title of a table that a page break left alone: a frame around one line, which is no table by itself.

It is the last line of its page, in the middle above the table that the next page begins with, and its words
are the beginning of what that table lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.grid.stitch import SameTable, prose_of, starts_page
from pipeline.model import Box, Cell, CellReading, Grid, PageContent, Part, Reading, Table, TextLine
from pipeline.settings import GridSettings


def with_titles(
    pages: Sequence[PageContent], same_table: SameTable, settings: GridSettings
) -> tuple[PageContent, ...]:
    """Return the pages with each table's title that stands alone at a page's end as a table of one cell.

    `same_table(upper, lower)` tells whether the texts of two pieces are those of one table.
    """
    titled = (_with_title(page, after, same_table, settings) for page, after in pairwise(pages))
    return (*titled, *pages[-1:])


def _with_title(
    page: PageContent, after: PageContent, same_table: SameTable, settings: GridSettings
) -> PageContent:
    lines = sorted(prose_of(page, settings), key=lambda line: line.box.bottom if line.box else 0.0)
    if not lines or not after.tables or not after.tables[0].parts:
        return page
    title, table = lines[-1], after.tables[0]
    above = max((part.box.bottom for t in page.tables for part in t.parts), default=0.0)
    if title.box is None or title.box.top < above or not starts_page(after, table, settings):
        return page
    goes_on = _is_over(title.box, table.parts[0].box, settings) and same_table(
        (title.text,), tuple(reading.text.text for reading in table.readings)
    )
    if not goes_on:
        return page
    rest = tuple(line for line in page.lines if line is not title)
    return replace(page, tables=(*page.tables, _of_title(title, page.info.number, table)), lines=rest)


def _is_over(title: Box, table: Box, settings: GridSettings) -> bool:
    """Tell whether a line stands in the middle of a table's width; pages shift when they are scanned."""
    off = abs(title.center[0] - table.center[0])
    return off <= max(settings.align, settings.centred * table.width) and title.width < table.width / 2


def _of_title(title: TextLine, page: int, table: Table) -> Table:
    """Return a title as a table of one cell, as wide as the table below; its sides are inferred."""
    assert title.box is not None
    around, white = table.parts[0].box, title.box.height / 2
    box = Box(around.left, title.box.top - white, around.right, title.box.bottom + white)
    cell = Cell(0, 1, 0, 1, page, box, repaired=True)
    reading = CellReading(Reading(title.text, title.confidence, title.reader))
    return Table(Grid(1, 1, (cell,)), (reading,), (Part(page, box),))
