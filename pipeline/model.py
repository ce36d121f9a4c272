"""The values that travel between stages: frozen, slotted, without I/O.

Lengths are PostScript points (1/72 inch) of the *upright* page, origin top-left, x to the right and
y downwards, unless a name says pixels.  Rows, columns and offsets count from 0; pages from 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import GridError

POINTS_PER_INCH = 72.0

PageKind: TypeAlias = Literal["text", "scan", "image", "mixed", "blank"]
Axis: TypeAlias = Literal["horizontal", "vertical"]


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An axis-parallel rectangle in points; `left <= right` and `top <= bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def intersection(self, other: Box) -> Box | None:
        """Return the common rectangle, or None where the two only touch or are apart."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, right, bottom) if left < right and top < bottom else None

    def overlap(self, other: Box) -> float:
        """Return the share (0..1) of this box that lies in `other`."""
        common = self.intersection(other)
        return common.area / self.area if common and self.area else 0.0

    def grown(self, margin: float) -> Box:
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def scaled(self, factor: float) -> Box:
        return Box(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)


def bounding_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all of `boxes`; ValueError for none."""
    every = tuple(boxes)
    if not every:
        raise ValueError("no boxes to bound")
    return Box(
        min(b.left for b in every),
        min(b.top for b in every),
        max(b.right for b in every),
        max(b.bottom for b in every),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Pixels of a page: `uint8`, height x width (grey) or height x width x 3 (RGB), with its dpi."""

    pixels: NDArray[np.uint8]
    dpi: float

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def scale(self) -> float:
        """Pixels in a point."""
        return self.dpi / POINTS_PER_INCH


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of a text layer with its box in points."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight, axis-parallel ruling: `position` across its axis, `start`..`end` along it, in points."""

    axis: Axis
    position: float
    start: float
    end: float
    thickness: float = 0.0

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def middle(self) -> tuple[float, float]:
        """The point halfway along it."""
        half = (self.start + self.end) / 2
        return (half, self.position) if self.axis == "horizontal" else (self.position, half)

    def transposed(self) -> Rule:
        other: Axis = "vertical" if self.axis == "horizontal" else "horizontal"
        return Rule(other, self.position, self.start, self.end, self.thickness)


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Points along a ruling as it really runs: `along` its axis and `across` it, in points of the picture."""

    axis: Axis
    along: NDArray[np.float64]
    across: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Joint:
    """A point where a horizontal and a vertical rule meet."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: half-open row and column offsets, and where it lies.

    `page` and `box` are None for documents without geometry (text, Word, web pages).
    `repaired` says that a rule beside the cell was inferred, not seen.
    """

    row_start: int
    row_end: int
    column_start: int
    column_end: int
    page: int | None = None
    box: Box | None = None
    repaired: bool = False

    @property
    def row_span(self) -> int:
        return self.row_end - self.row_start

    @property
    def column_span(self) -> int:
        return self.column_end - self.column_start


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows` x `columns` tiled by `cells`, in reading order; GridError on any hole or overlap."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]

    def __post_init__(self) -> None:
        owner = np.full((self.rows, self.columns), -1, dtype=np.int32)
        for index, cell in enumerate(self.cells):
            inside = (
                0 <= cell.row_start < cell.row_end <= self.rows
                and 0 <= cell.column_start < cell.column_end <= self.columns
            )
            if not inside:
                raise GridError(f"cell {cell} is outside {self.rows} x {self.columns}")
            area = owner[cell.row_start : cell.row_end, cell.column_start : cell.column_end]
            if (area != -1).any():
                raise GridError(f"cell {cell} overlaps another")
            area[...] = index
        if (owner == -1).any():
            raise GridError(f"{int((owner == -1).sum())} slots of the grid belong to no cell")

    def owners(self) -> NDArray[np.int32]:
        """Return the dense grid: for every slot the index into `cells` of the cell that holds it."""
        owner = np.empty((self.rows, self.columns), dtype=np.int32)
        for index, cell in enumerate(self.cells):
            owner[cell.row_start : cell.row_end, cell.column_start : cell.column_end] = index
        return owner


@dataclass(frozen=True, slots=True)
class Outline:
    """A stretch of a table that its words tell, no rule: where its lines may run, and what they part.

    `levels` are the white (top, bottom) in which the rows' borders lie, the outer ones included; `columns`
    are where the print of each column begins and ends; `cells` lie on these rows and columns, without boxes.
    All in points.
    """

    levels: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, float], ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader saw: the text, the probability (0..1) that it is right, and that of each character."""

    text: str
    confidence: float
    reader: str
    characters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CellReading:
    """All that is known of the text of a cell.

    `text` is the free reading (lines joined without a separator; empty text for a blank cell).
    `figure` is the reading decoded under the alphabet of printed figures, None where there is none
    to make (no ink, several lines, or most of the probability lies outside that alphabet).
    `others` holds second readings (another scale, another reader).
    `ink` is the share (0..1) of inked pixels of the cell's inside, None without a picture.
    `flags` are figure flags found while reading, such as `seal_over`.
    """

    text: Reading
    figure: Reading | None = None
    others: tuple[Reading, ...] = ()
    ink: float | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of prose (outside tables) with its box in points of page `page`."""

    text: str
    page: int | None
    box: Box | None
    confidence: float
    reader: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a table on one page."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Table:
    """A grid with its text: `readings[i]` belongs to `grid.cells[i]`.

    A table cut by page breaks has several `parts` once it is stitched.  `open_top` and `open_bottom`
    say that no rule closes the first or the last part there (a cut without a rule).
    """

    grid: Grid
    readings: tuple[CellReading, ...]
    parts: tuple[Part, ...] = ()
    caption: str | None = None
    open_top: bool = False
    open_bottom: bool = False

    def __post_init__(self) -> None:
        if len(self.readings) != len(self.grid.cells):
            raise GridError(f"{len(self.readings)} readings for {len(self.grid.cells)} cells")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a stage could not do or doubts, on its way to `review.reasons`."""

    code: str
    page: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the report says of a page: upright size in points, kind, turns found (degrees, ccw)."""

    number: int
    width: float
    height: float
    kind: PageKind
    rotation: int = 0
    skew: float = 0.0
    dpi: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page as the source gives it: a text layer with vector rules, a picture, or both.

    `picture` is set where the page must be seen (scan, image, mixed); `pictures` are the boxes in
    points where a mixed page shows pictures that may hold text of their own.  `lines_as_pictures`
    counts thin long marks painted as pictures or shades, which may be rules that `rules` lacks.
    `layer` is the text that somebody's OCR left with a scan, placed on the page as the picture shows it.
    `seals` are where stamps and seals lie on a page with text of its own.
    """

    info: PageInfo
    glyphs: tuple[Glyph, ...] = ()
    rules: tuple[Rule, ...] = ()
    picture: Picture | None = None
    pictures: tuple[Box, ...] = ()
    lines_as_pictures: int = 0
    layer: tuple[Glyph, ...] = ()
    seals: tuple[Box, ...] = ()


RaggedKind: TypeAlias = Literal["listed", "padded", "wreck"]


@dataclass(frozen=True, slots=True)
class RaggedTable:
    """A table as a plain text lists it: rows of cells that say nothing of their spans.

    `listed`: every cell of a row in order, a blank one where a merged cell goes on from above.
    `padded`: merged cells are left out, and every row is filled up with blanks at its end.
    `wreck`: cells may be shifted, cut in two or run together, blanks mean nothing.
    """

    rows: tuple[tuple[str, ...], ...]
    kind: RaggedKind


NO_PAGE = PageInfo(0, 0.0, 0.0, "text")
"""Stands for the page of what came without pages: text extracts, web pages, Word files."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page read: its tables in reading order, the prose lines outside them, and findings.

    Without pages (`info` is NO_PAGE) it is a stretch of the document that ends with its one table, if
    it has any: `ragged` where the table's spans have still to be found.
    """

    info: PageInfo
    tables: tuple[Table, ...] = ()
    lines: tuple[TextLine, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    ragged: RaggedTable | None = None
