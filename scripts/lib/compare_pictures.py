"""Tools that see pages as pictures and read them; in the tools' own environment, as compare_pdf."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from scripts.lib.compare_pages import pages_of, pdf_of
from scripts.lib.compare_peers import Extract
from scripts.lib.compare_table import Bounds, GivenTable, from_html, from_owners

LOWEST_CONFIDENCE = 1  # of 100: what is dropped for doubt cannot be right
LONGEST_SIDE = 4000  # pixels; the default shrinks an A4 page of 200 dpi
MARGIN = 10  # pixels around a table found, so that its outer rules are in the picture

Recognize: TypeAlias = Callable[[Any, list[list[Any]]], str]
"""Takes the picture of a table and what was read on it (polygon, text, score), gives HTML."""


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
    return _img2table(import_module("img2table.ocr").TesseractOCR(lang="chi_sim"))


def _reader_settings() -> dict[str, Any]:
    """Return RapidOCR's settings; its turner of lines turns lone digits upside down."""
    languages = import_module("rapidocr").LangRec
    return {
        "Rec.lang_type": languages.CH,
        "Global.use_cls": False,
        "Global.max_side_len": LONGEST_SIDE,
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    }


def img2table_rapidocr() -> Extract:
    return _img2table(import_module("img2table.ocr").RapidOCR(_reader_settings()))


def _on_regions(recognize: Recognize) -> Extract:
    """Return the RapidAI chain: tables found on the page, each one cut out, read and recognized."""
    layout = import_module("rapid_layout").RapidLayout(model_type="pp_layout_cdla")
    reader = import_module("rapidocr").RapidOCR(params=_reader_settings())

    def extract(path: Path) -> Iterator[GivenTable]:
        for number, page in enumerate(pages_of(path), start=1):
            for left, top, right, bottom in _regions(layout(page), page.shape):
                picture = page[top:bottom, left:right]
                given = from_html(number, recognize(picture, _read(reader, picture)))
                if given:
                    yield given

    return extract


def _regions(found: Any, shape: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Return the tables of a page, from top to bottom, with a margin."""
    height, width = shape[:2]
    regions = []
    for box, name in zip(found.boxes, found.class_names, strict=True):
        if name == "table":
            left, top, right, bottom = (int(value) for value in box)
            regions.append(
                (
                    max(0, left - MARGIN),
                    max(0, top - MARGIN),
                    min(width, right + MARGIN),
                    min(height, bottom + MARGIN),
                )
            )
    return sorted(regions, key=lambda region: region[1])


def _read(reader: Any, picture: Any) -> list[list[Any]]:
    found = reader(picture)
    if found.boxes is None:
        return []
    return [
        [box, text, score] for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def rapid_wired() -> Extract:
    recognizer = import_module("wired_table_rec").WiredTableRecognition()
    return _on_regions(lambda picture, read: str(recognizer(picture, read)[0]))


def rapid_lineless() -> Extract:
    recognizer = import_module("lineless_table_rec").LinelessTableRecognition()
    return _on_regions(lambda picture, read: str(recognizer(picture, read)[0]))


def rapid_table() -> Extract:
    recognizer = import_module("rapid_table").RapidTable()
    return _on_regions(lambda picture, read: str(recognizer(picture, read)[0]) if read else "")
