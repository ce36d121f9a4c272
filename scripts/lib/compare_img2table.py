"""img2table, which sees pages as pictures; in the tools' own environment, as compare_pdf."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.lib.compare_pages import pdf_of
from scripts.lib.compare_peers import Extract
from scripts.lib.compare_reader import reader_settings
from scripts.lib.compare_table import Bounds, GivenTable, from_owners

LOWEST_CONFIDENCE = 1  # of 100: what is dropped for doubt cannot be right


def _img2table(ocr: Any) -> Extract:
    library = import_module("img2table.document")

    def extract(path: Path) -> Iterator[GivenTable]:
        document = library.PDF(str(pdf_of(path)), detect_rotation=True)
        found = document.extract_tables(ocr=ocr, min_confidence=LOWEST_CONFIDENCE)
        for page, tables in sorted(found.items()):
            for table in sorted(tables, key=lambda one: one.bbox.y1):
                given = _img2table_table(page + 1, table)
                if given:
                    yield given

    return extract


def _img2table_table(page: int, table: Any) -> GivenTable | None:
    """Return the table of img2table's matrix, in which a merged cell stands in each of its slots."""
    text: dict[object, str] = {}
    owners: list[list[Bounds]] = []
    for row in table.content.values():
        boxes = [(cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2) for cell in row]
        text |= {box: cell.value or "" for box, cell in zip(boxes, row, strict=True)}
        owners.append(boxes)
    if not owners:
        return None
    # A rule stands where the narrowest cells beside it end: wide ones begin before it and end behind it.
    columns = list(zip(*owners, strict=True))
    edges = [min(box[0] for box in columns[0]), *(min(box[2] for box in column) for column in columns)]
    return from_owners(page, owners, text, edges)


def img2table_tesseract() -> Extract:
    """Return img2table with Tesseract's simplified Chinese."""
    return _img2table(import_module("img2table.ocr").TesseractOCR(lang="chi_sim"))


def img2table_rapidocr() -> Extract:
    """Return img2table with PP-OCRv6."""
    return _img2table(import_module("img2table.ocr").RapidOCR(reader_settings()))
