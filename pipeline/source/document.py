"""The one door to all sources: a path in, a document with its pages out, one page at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.errors import NotADocumentError
from pipeline.model import Page, PageContent
from pipeline.settings import SourceSettings
from pipeline.source.bundle import pages_archive, pages_name, zip_items
from pipeline.source.encoding import decode_or_raise
from pipeline.source.flow import FlowPages, Item
from pipeline.source.image import ImagePages
from pipeline.source.kind import PICTURES, MediaType, load
from pipeline.source.ofd import OfdPages
from pipeline.source.office import Target, converted
from pipeline.source.pdf import PdfPages
from pipeline.source.saved_page import mhtml_items
from pipeline.source.text import text_items
from pipeline.source.unpack import Source
from pipeline.source.web import html_items
from pipeline.source.word import docx_items
from pipeline.source.workbook import xlsx_items


class Pages(Protocol):
    """What an opened file holds: pages to be read, numbered from 1, and content that is ready."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Page | PageContent]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """An opened file: its name, the sha256 of its bytes, its type and its pages."""

    file: str
    sha256: str
    media_type: MediaType
    pages: Pages


def open_document(source: Source, settings: SourceSettings) -> Document:
    """Return the document at a path, or of several pictures; an InputError or EncryptedError says why not."""
    if not isinstance(source, str | Path):
        return _of_pages([Path(each) for each in source], settings)
    path = Path(source)
    content, kind = load(path, settings)
    digest = hashlib.sha256(content).hexdigest()
    return Document(path.name, digest, kind, _pages(content, kind, path, settings))


def _of_pages(paths: list[Path], settings: SourceSettings) -> Document:
    """Return the pictures as the pages of one document: as the zip that holds nothing but them."""
    if not paths:
        raise NotADocumentError("no pages were named")
    content, name = pages_archive(paths, settings), pages_name(paths)
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, digest, MediaType.ZIP, _pages(content, MediaType.ZIP, Path(name), settings))


def _pages(content: bytes, kind: MediaType, path: Path, settings: SourceSettings) -> Pages:
    if kind in PICTURES:
        return ImagePages(content, path.name, settings)
    if kind is MediaType.PDF:
        return PdfPages(content, path.name, settings)
    if kind is MediaType.OFD:
        return OfdPages(content, path.name, settings)
    return FlowPages(_items(content, kind, path, settings), path.name, settings)


def _items(content: bytes, kind: MediaType, path: Path, settings: SourceSettings) -> Iterator[Item]:
    """Return what a document without pages holds."""
    name = path.name
    match kind:
        case MediaType.HTML:
            return html_items(content, path, settings)
        case MediaType.MHTML:
            return mhtml_items(content, name, settings)
        case MediaType.DOCX:
            return docx_items(content, name, settings)
        case MediaType.DOC | MediaType.RTF:
            return docx_items(converted(content, name, Target.DOCX, settings), name, settings)
        case MediaType.XLSX:
            return xlsx_items(content, name, settings)
        case MediaType.XLS:
            return xlsx_items(converted(content, name, Target.XLSX, settings), name, settings)
        case MediaType.ZIP:
            return zip_items(content, name, settings)
        case _:
            return text_items(decode_or_raise(content, name), settings)
