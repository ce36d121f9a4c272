"""Dark bands as cells of tables: which of a page's are, and what becomes of what is read there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.form import is_known_label
from pipeline.grid import RuledGrid
from pipeline.model import Box, PageContent, Reading, Table
from pipeline.read.in_place import UNREAD
from pipeline.settings import GridSettings


def illegible(bands: Sequence[Box], tables: Iterable[Table], settings: GridSettings) -> tuple[Box, ...]:
    """Return the bands in which no cell of the tables read shows a label of the form."""
    read = [
        (cell.box, reading.text.text)
        for table in tables
        for cell, reading in zip(table.grid.cells, table.readings, strict=True)
        if cell.box and reading.text.text
    ]

    def is_read(band: Box) -> bool:
        return any(box.overlap(band) >= settings.band_cell and is_known_label(text) for box, text in read)

    return tuple(band for band in bands if not is_read(band))


def cells_among(bands: Iterable[Box], grids: Sequence[RuledGrid], settings: GridSettings) -> tuple[Box, ...]:
    """Return the bands that are cells of tables: of grids with other rows, parted in columns.

    Any other is a picture, a heading, or what a scanner leaves dark.
    """
    cells = [
        cell.box
        for found in grids
        if found.grid.rows > 1 and found.grid.columns > 1
        for cell in found.grid.cells
        if cell.box
    ]
    return tuple(band for band in bands if any(_is_cell(band, cell, settings) for cell in cells))


def _is_cell(band: Box, cell: Box, settings: GridSettings) -> bool:
    return min(band.overlap(cell), cell.overlap(band)) >= settings.band_cell


def with_unread(content: PageContent, bands: Sequence[Box], settings: GridSettings) -> PageContent:
    """Return a page whose cells that are dark bands say that there is ink of which nobody made a text."""
    return replace(content, tables=tuple(_unread(table, bands, settings) for table in content.tables))


def _unread(table: Table, bands: Sequence[Box], settings: GridSettings) -> Table:
    readings = (
        replace(reading, text=Reading("", 0.0, reading.text.reader), figure=None, others=(), flags=(UNREAD,))
        if cell.box and any(cell.box.overlap(band) >= settings.band_cell for band in bands)
        else reading
        for cell, reading in zip(table.grid.cells, table.readings, strict=True)
    )
    return replace(table, readings=tuple(readings))
