"""Everything the pipeline saw on one page, drawn in layers: `biaoge inspect`.

`inspect_page_html` is one self-contained page whose layers are toggled; `draw_stages` gives each
stage as a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.emit.doubt import CellIndex
from pipeline.emit.pictures import page_jpeg
from pipeline.emit.svg import Shape, TextRow, shape, text_rows
from pipeline.emit.template import data_uri, page
from pipeline.model import Box, Cell, CellReading, Joint, PageInfo, Picture, Rule, Table
from pipeline.settings import EmitSettings

_SURE, _FAIR = 0.99, 0.95  # probabilities at which the colour of a text changes


@dataclass(frozen=True, slots=True)
class Inspection:
    """One page with every intermediate.

    `figures` gives the figure key that the form placed in (table, cell), indices into `tables` and
    the table's cells.  Cells of other pages (of a stitched table) are passed over.
    """

    info: PageInfo
    picture: Picture | None = None
    rules: tuple[Rule, ...] = ()
    joints: tuple[Joint, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: Mapping[CellIndex, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InspectedCell:
    """A cell with a box on the inspected page; `key` is empty where it holds no figure."""

    name: str
    cell: Cell
    box: Box
    reading: CellReading
    key: str

    @property
    def span(self) -> str:
        """Its rows and columns, last ones included: `3-5,0`."""
        rows, columns = self.cell.row_end - 1, self.cell.column_end - 1
        down = f"{self.cell.row_start}" + (f"-{rows}" if self.cell.row_span > 1 else "")
        return f"{down},{self.cell.column_start}" + (f"-{columns}" if self.cell.column_span > 1 else "")

    @property
    def text(self) -> str:
        return (self.reading.figure or self.reading.text).text

    @property
    def confidence(self) -> float:
        return (self.reading.figure or self.reading.text).confidence

    @property
    def level(self) -> str:
        """How sure the text is: `sure`, `fair` or `unsure`; `none` without text."""
        if not self.text:
            return "none"
        return "sure" if self.confidence >= _SURE else "fair" if self.confidence >= _FAIR else "unsure"

    @property
    def short_key(self) -> str:
        """The figure's key without its table's name."""
        return self.key.partition(".")[2]


@dataclass(frozen=True, slots=True)
class _CellView:
    of: InspectedCell
    at: Shape
    lines: tuple[TextRow, ...]
    keys: tuple[TextRow, ...]


def inspected_cells(inspection: Inspection) -> Iterator[InspectedCell]:
    """Yield the cells on the page, named `table.cell`, in reading order."""
    number = inspection.info.number
    for place, table in enumerate(inspection.tables):
        for index, (cell, reading) in enumerate(zip(table.grid.cells, table.readings, strict=True)):
            if cell.box is not None and cell.page in (None, number):
                key = inspection.figures.get((place, index), "")
                yield InspectedCell(f"{place}.{index}", cell, cell.box, reading, key)


def _view(cell: InspectedCell) -> _CellView:
    at = shape((cell.box.left, cell.box.top, cell.box.right, cell.box.bottom))
    keys = text_rows(cell.short_key.replace(".", ".\n"), at)
    return _CellView(cell, at, text_rows(cell.text, at), keys)


def inspect_page_html(inspection: Inspection, settings: EmitSettings) -> bytes:
    """Return the page with its layers (picture, rules, joints, cells, text, form) as one HTML page."""
    picture = inspection.picture
    return page(
        "inspect",
        of=inspection,
        info=inspection.info,
        picture=None if picture is None else data_uri(page_jpeg(picture, settings)),
        cells=[_view(cell) for cell in inspected_cells(inspection)],
    )
