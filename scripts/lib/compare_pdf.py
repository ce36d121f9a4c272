"""Tools that read the text and the rules that a digital PDF holds; they have no way to read a picture.

Runs in the tools' own environment: the standard library, and each tool imported by name when it is asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.lib.compare_pages import pdf_of
from scripts.lib.compare_peers import Extract
from scripts.lib.compare_table import Bounds, GivenTable, from_boxes, from_owners

POINT_TOLERANCE = 1.0  # points; half a thick rule: the edges of neighbours are drawn along its middle


def _boxes_table(page: int, rows: Sequence[Any], texts: Sequence[Sequence[str | None]]) -> GivenTable | None:
    """Return the table of a tool whose rows hold boxes, None where a cell above or beside goes on."""
    boxes: list[tuple[Bounds, str]] = []
    for row, held in zip(rows, texts, strict=True):
        for box, text in zip(row.cells, held, strict=True):
            if box is not None:
                boxes.append((tuple(box[:4]), text or ""))
    return from_boxes(page, boxes, POINT_TOLERANCE)


def pymupdf() -> Extract:
    """Return PyMuPDF's `find_tables`: rules alone say where cells are."""
    library = import_module("pymupdf")

    def extract(path: Path) -> Iterator[GivenTable]:
        with library.open(path) as document:
            for page in document:
                for table in page.find_tables(strategy="lines_strict").tables:
                    given = _boxes_table(page.number + 1, table.rows, table.extract())
                    if given:
                        yield given

    return extract


def pdfplumber() -> Extract:
    """Return pdfplumber's `find_tables` by lines."""
    library = import_module("pdfplumber")

    def extract(path: Path) -> Iterator[GivenTable]:
        with library.open(pdf_of(path)) as document:
            for page in document.pages:
                for table in page.find_tables():
                    given = _boxes_table(page.page_number, table.rows, table.extract())
                    if given:
                        yield given

    return extract


def _camelot_table(table: Any) -> GivenTable | None:
    """Return the table of Camelot's cells, joined where it saw no rule between two."""
    cells = table.cells
    owners: list[list[int]] = []
    count = 0
    for row, held in enumerate(cells):
        owners.append([])
        for column, cell in enumerate(held):
            if column and not cell.left:
                owners[row].append(owners[row][column - 1])
            elif row and not cell.top:
                owners[row].append(owners[row - 1][column])
            else:
                owners[row].append(count)
                count += 1
    texts: dict[object, str] = {}
    for held, mine in zip(cells, owners, strict=True):
        for cell, owner in zip(held, mine, strict=True):
            texts[owner] = texts.get(owner, "") + cell.text
    edges = [table.cols[0][0], *(right for _, right in table.cols)]
    return from_owners(int(table.page), owners, texts, edges)


def camelot() -> Extract:
    """Return Camelot's lattice: `split_text` parts words that run over a rule; short rules count too."""
    library = import_module("camelot")
    warnings.filterwarnings("ignore")  # it warns of every page without a table

    def extract(path: Path) -> Iterator[GivenTable]:
        found = library.read_pdf(
            str(pdf_of(path)),
            pages="all",
            flavor="lattice",
            split_text=True,
            line_scale=40,
            suppress_stdout=True,
        )
        for table in sorted(found, key=lambda one: (int(one.page), -one._bbox[3])):
            given = _camelot_table(table)
            if given:
                yield given

    return extract
