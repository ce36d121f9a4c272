"""The one door to all sources: a path in, a document with its pages out, one page at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.model import Page
from pipeline.settings import SourceSettings
from pipeline.source.image import ImagePages
from pipeline.source.kind import MediaType, load
from pipeline.source.pdf import PdfPages


class Pages(Protocol):
    """The pages of an opened file, numbered from 1."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Page]: ...


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
    source: Pages
    if kind is MediaType.PDF:
        source = PdfPages(content, path.name, settings)
    else:
        source = ImagePages(content, path.name, settings)
    return Document(path.name, digest, kind, source)
