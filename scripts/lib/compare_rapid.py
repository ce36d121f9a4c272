"""The RapidAI packages: models that turn the picture of a table into HTML; in the tools' own environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from scripts.lib.compare_pages import pages_of
from scripts.lib.compare_peers import Extract
from scripts.lib.compare_reader import reader_settings
from scripts.lib.compare_table import GivenTable, from_html

MARGIN = 10  # pixels around a table found, so that its outer rules are in the picture
TABLES = frozenset({"table", "figure"})  # on scans the layout model takes many a table for a figure

Recognize: TypeAlias = Callable[[Any, list[list[Any]]], str]
"""Takes the picture of a table and what was read on it (polygon, text, score), gives HTML."""


def _on_regions(recognize: Recognize) -> Extract:
    """Return the RapidAI chain: tables found on the page, each one cut out, read and recognized."""
    layout = import_module("rapid_layout").RapidLayout(model_type="pp_layout_cdla")
    reader = import_module("rapidocr").RapidOCR(params=reader_settings())

    def extract(path: Path) -> Iterator[GivenTable]:
        for number, page in enumerate(pages_of(path), start=1):
            for left, top, right, bottom in _regions(layout(page), page.shape):
                picture = page[top:bottom, left:right]
                given = from_html(number, recognize(picture, _read(reader, picture)))
                if given:
                    yield given

    return extract


def _regions(found: Any, shape: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Return the regions of a page that may be tables, from top to bottom, with a margin."""
    height, width = shape[:2]
    regions = []
    for box, name in zip(found.boxes, found.class_names, strict=True):
        if name in TABLES:
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
    """Return wired_table_rec, for tables with rules."""
    recognizer = import_module("wired_table_rec").WiredTableRecognition()
    return _on_regions(lambda picture, read: str(recognizer(picture, read)[0]))


def rapid_lineless() -> Extract:
    """Return lineless_table_rec, for tables with and without rules."""
    recognizer = import_module("lineless_table_rec").LinelessTableRecognition()
    return _on_regions(lambda picture, read: str(recognizer(picture, read)[0]))


def rapid_table() -> Extract:
    """Return rapid_table with SLANet-plus."""
    recognizer = import_module("rapid_table").RapidTable()
    return _on_regions(lambda picture, read: str(recognizer(picture, read)[0]) if read else "")
