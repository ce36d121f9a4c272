"""Zip files whose pictures are the pages of one report, in the natural order of their names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pipeline.errors import NotADocumentError
from pipeline.settings import SourceSettings
from pipeline.source.flow import Image, Item
from pipeline.source.kind import PICTURES, media_type
from pipeline.source.package import Package

HEAD = 16  # bytes that tell a picture
_NUMBER = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key by which names sort as people count: 2 before 10."""
    parts = _NUMBER.split(name.casefold())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))


def zip_items(content: bytes, name: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield the pictures in a zip; NotADocumentError where there is none. Zips within it are not opened."""
    package = Package(content, name, settings)
    found = False
    for part in sorted(package.names, key=natural):
        if part.endswith("/") or posixpath.basename(part).startswith((".", "__")) or "__MACOSX" in part:
            continue
        if media_type(package.starts_with(part, HEAD)) in PICTURES:
            found = True
            yield Image(package.read(part), part[:200])
    if not found:
        raise NotADocumentError(
            f"{name}: a zip without pictures of pages; unpack it and name the files in it"
        )
