"""The tools compared: who they are, with which settings they run, and what has to be installed for them.

The standard library alone: the tools' own environment reads this file too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from scripts.lib.compare_table import GivenTable

Extract: TypeAlias = Callable[[Path], Iterable[GivenTable]]
"""Takes a document, gives its tables in reading order."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool; `load` is `module:function`, which returns an Extract; `packages` are what it rests on."""

    name: str
    label: str
    settings: str
    packages: tuple[str, ...]
    load: str


_SIGHT = "pages at 200 dpi, "
_PADDLE = "RapidOCR with PP-OCRv6 small, no side limit, no turning of lines"

PEERS = (
    Peer(
        "camelot",
        "Camelot, lattice",
        "`flavor=lattice, split_text=True, line_scale=40`",
        ("camelot-py",),
        "scripts.lib.compare_pdf:camelot",
    ),
    Peer(
        "pymupdf",
        "PyMuPDF `find_tables`",
        "`strategy=lines_strict`",
        ("pymupdf",),
        "scripts.lib.compare_pdf:pymupdf",
    ),
    Peer(
        "pdfplumber",
        "pdfplumber",
        "defaults (`lines`)",
        ("pdfplumber",),
        "scripts.lib.compare_pdf:pdfplumber",
    ),
    Peer(
        "img2table-tesseract",
        "img2table + Tesseract",
        "`lang=chi_sim, psm=11, detect_rotation=True, min_confidence=1`",
        ("img2table",),
        "scripts.lib.compare_img2table:img2table_tesseract",
    ),
    Peer(
        "img2table-rapidocr",
        "img2table + RapidOCR",
        f"{_PADDLE}; `detect_rotation=True, min_confidence=1`",
        ("img2table", "rapidocr", "onnxruntime"),
        "scripts.lib.compare_img2table:img2table_rapidocr",
    ),
    Peer(
        "rapid-wired",
        "RapidAI wired_table_rec",
        f"{_SIGHT}tables (and figures) found by rapid_layout (cdla), structure by the v2 model; {_PADDLE}",
        ("wired-table-rec", "rapid-layout", "rapidocr", "onnxruntime"),
        "scripts.lib.compare_rapid:rapid_wired",
    ),
    Peer(
        "rapid-lineless",
        "RapidAI lineless_table_rec",
        f"{_SIGHT}tables (and figures) found by rapid_layout (cdla), structure by LORE; {_PADDLE}",
        ("lineless-table-rec", "rapid-layout", "rapidocr", "onnxruntime"),
        "scripts.lib.compare_rapid:rapid_lineless",
    ),
    Peer(
        "rapid-table",
        "RapidAI rapid_table",
        f"{_SIGHT}tables (and figures) found by rapid_layout (cdla), structure by SLANet-plus; {_PADDLE}",
        ("rapid-table", "rapid-layout", "rapidocr", "onnxruntime"),
        "scripts.lib.compare_rapid:rapid_table",
    ),
)


@dataclass(frozen=True, slots=True)
class NotRun:
    """Tools that belong here and yet are not run: their packages, the versions looked at, and why."""

    name: str
    label: str
    versions: tuple[tuple[str, str], ...]
    why: str


NOT_RUN = (
    NotRun(
        "rapid-present",
        "RapidAI, present versions",
        (
            ("rapid-table", "3.0.2"),
            ("wired-table-rec", "1.2.0"),
            ("lineless-table-rec", "0.1.0"),
            ("rapid-table-det", "1.0.3"),
        ),
        "needs a download at run time",
    ),
)
