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
from pipeline.source.encoding import decode_or_raise
from pipeline.source.flow import FlowPages
from pipeline.source.image import ImagePages
from pipeline.source.kind import MediaType, load
from pipeline.source.ofd import OfdPages
from pipeline.source.office import as_docx
from pipeline.source.pdf import PdfPages
from pipeline.source.saved_page import mhtml_items
from pipeline.source.text import text_items
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


def open_document(path: Path, settings: SourceSettings) -> Document:
    """Return the document at `path`; an InputError or EncryptedError says why there is none."""
    content, kind = load(path, settings)
    digest = hashlib.sha256(content).hexdigest()
    return Document(path.name, digest, kind, _pages(content, kind, path, settings))


def _pages(content: bytes, kind: MediaType, path: Path, settings: SourceSettings) -> Pages:
    name = path.name
    match kind:
        case MediaType.PDF:
            return PdfPages(content, name, settings)
        case MediaType.TEXT:
            return FlowPages(text_items(decode_or_raise(content, name), settings), name, settings)
        case MediaType.HTML:
            return FlowPages(html_items(content, path, settings), name, settings)
        case MediaType.MHTML:
            return FlowPages(mhtml_items(content, name, settings), name, settings)
        case MediaType.DOCX:
            return FlowPages(docx_items(content, name, settings), name, settings)
        case MediaType.DOC | MediaType.RTF:
            return FlowPages(docx_items(as_docx(content, name, settings), name, settings), name, settings)
        case MediaType.XLSX:
            return FlowPages(xlsx_items(content, name, settings), name, settings)
        case MediaType.OFD:
            return OfdPages(content, name, settings)
        case MediaType.PNG | MediaType.JPEG | MediaType.TIFF | MediaType.WEBP | MediaType.BMP:
            return ImagePages(content, name, settings)
    raise NotADocumentError(f"{name}: is not a document of a supported type")
