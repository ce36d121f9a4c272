"""Yearbooks for the tests: the samples' reports one after the other, as every kind of document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pymupdf

from pipeline.settings import SourceSettings
from pipeline.source import open_document
from scripts.lib.document import Document, load
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.ofd import ofd_file, sheet_of
from scripts.lib.seeds import SEEDS, Seed

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
BY_FOLDER = {seed.folder: seed for seed in SEEDS}
FOLDERS = tuple(BY_FOLDER)
HEAD = (60, 30)  # points; where running heads stand
_BODY = re.compile(rb"(.*<w:body>)(.*)(</w:body>.*)", re.DOTALL)
PART = "word/document.xml"


def sample(folder: str, kind: str = "digital") -> pymupdf.Document:
    return pymupdf.open(SAMPLES / folder / f"{kind}.pdf")


def text_of(folder: str) -> str:
    return (SAMPLES / "seeds" / f"{BY_FOLDER[folder].stem}.txt").read_text("utf-8")


def without_pictures(seed: Seed) -> Document:
    document = load(seed)
    return replace(document, blocks=tuple(b for b in document.blocks if b.kind != "picture"))


def bound(pdfs: Iterable[pymupdf.Document]) -> bytes:
    """Return all pages of `pdfs` as one PDF."""
    whole = pymupdf.open()
    for pdf in pdfs:
        whole.insert_pdf(pdf)
    return bytes(whole.tobytes())


def run_on(folders: Sequence[str]) -> bytes:
    """Return the reports as one PDF in which each begins on the page on which the one before ends."""
    whole = pymupdf.open()
    for folder in folders:
        pdf = sample(folder)
        for number in range(pdf.page_count):
            if number or not whole.page_count:
                whole.insert_pdf(pdf, from_page=number, to_page=number)
                continue
            _put_below(whole, pdf)
    return bytes(whole.tobytes())


def _put_below(whole: pymupdf.Document, pdf: pymupdf.Document) -> None:
    """Put the first page of `pdf` below the last of `whole`, on one long page."""
    above = pymupdf.open()
    above.insert_pdf(whole, from_page=whole.page_count - 1)
    whole.delete_page(-1)
    upper, lower = above[0].rect, pdf[0].rect
    page = whole.new_page(width=upper.width, height=upper.height + lower.height)
    page.show_pdf_page(pymupdf.Rect(0, 0, upper.width, upper.height), above, 0)
    page.show_pdf_page(pymupdf.Rect(0, upper.height, upper.width, page.rect.height), pdf, 0)


def headed(pdf: pymupdf.Document, text: str, *, pages: Sequence[int] | None = None) -> pymupdf.Document:
    """Return `pdf` with `text` as the running head of `pages` (all)."""
    for number, page in enumerate(pdf):
        if pages is None or number in pages:
            page.insert_text(HEAD, text, fontname="china-s", fontsize=9)
    return pdf


def page_of(lines: Sequence[str], *, size: float = 14.0) -> pymupdf.Document:
    """Return a page with `lines` in its middle, one below the other."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=595, height=842)
    for row, line in enumerate(lines):
        wide = pymupdf.get_text_length(line, fontname="china-s", fontsize=size)
        page.insert_text((297 - wide / 2, 140 + 30 * row), line, fontname="china-s", fontsize=size)
    return pdf


def as_text(folders: Sequence[str]) -> bytes:
    return "\n\n".join(map(text_of, folders)).encode()


def as_html(folders: Sequence[str]) -> bytes:
    return b"".join(html(without_pictures(BY_FOLDER[f]), BY_FOLDER[f].style).encode() for f in folders)


def as_docx(folders: Sequence[str]) -> bytes:
    files = [docx(without_pictures(BY_FOLDER[f]), BY_FOLDER[f].style) for f in folders]
    parts = [zipfile.ZipFile(io.BytesIO(file)).read(PART) for file in files]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files[0])) as first, zipfile.ZipFile(out, "w") as package:
        for name in first.namelist():
            package.writestr(name, _joined(parts) if name == PART else first.read(name))
    return out.getvalue()


def _joined(documents: Sequence[bytes]) -> bytes:
    """Return the first of some XML documents with the bodies of all."""
    found = [match.groups() for each in documents if (match := _BODY.fullmatch(each))]
    assert len(found) == len(documents)
    return found[0][0] + b"".join(body for _, body, _ in found) + found[0][2]


def as_ofd(folders: Sequence[str]) -> bytes:
    settings = SourceSettings()
    files = [SAMPLES / folder / "digital.pdf" for folder in folders]
    return ofd_file([sheet_of(page) for file in files for page in open_document(file, settings).pages])


def as_pdf(folders: Sequence[str]) -> bytes:
    return bound(map(sample, folders))


KINDS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "text": as_text,
    "html": as_html,
    "docx": as_docx,
    "ofd": as_ofd,
    "pdf": as_pdf,
    "long pages": run_on,
}
