"""What a file is, by its first bytes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pipeline.errors import (
    EmptyFileError,
    InputError,
    MissingFileError,
    NotADocumentError,
    PermissionDeniedError,
    TooLargeError,
)
from pipeline.settings import SourceSettings

PDF_HEADER_REACH = 1024  # bytes; readers accept a PDF header that starts this late (ISO 32000, annex H)


class MediaType(StrEnum):
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    BMP = "image/bmp"


_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
    (b"BM", MediaType.BMP),
)


def media_type(head: bytes) -> MediaType | None:
    """Return the type that the first kilobyte of a file shows, or None for no supported one."""
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    return MediaType.PDF if b"%PDF-" in head[:PDF_HEADER_REACH] else None


def load(path: Path, settings: SourceSettings) -> tuple[bytes, MediaType]:
    """Return a file's bytes and type; an InputError of its own for each way that can fail."""
    name = path.name
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder, not a document; name the files in it")
        size = path.stat().st_size
        if size > settings.max_bytes:
            raise TooLargeError(f"{name}: {size} bytes, more than {settings.max_bytes}")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(f"{name}: no such file") from error
    except PermissionError as error:
        raise PermissionDeniedError(f"{name}: may not be read") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error})") from error
    if not content:
        raise EmptyFileError(f"{name}: is empty")
    found = media_type(content[:PDF_HEADER_REACH])
    if found is None:
        raise NotADocumentError(f"{name}: is not a document of a supported type")
    return content, found
