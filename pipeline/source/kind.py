"""What a file is, by its content."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import Path

from pipeline.errors import (
    EmptyFileError,
    EncryptedError,
    InputError,
    MissingFileError,
    NotADocumentError,
    PermissionDeniedError,
    TooLargeError,
)
from pipeline.settings import SourceSettings
from pipeline.source.encoding import decode
from pipeline.source.ole import SIGNATURE, compound

PDF_HEADER_REACH = 1024  # bytes; readers accept a PDF header that starts this late (ISO 32000, annex H)
MARKUP_REACH = 65_536  # bytes in which a web page's first element stands
CONTROL_SHARE = 0.005  # of the characters; more control characters than a damaged text has are no text
HEADER_REACH = 4_096  # bytes in which the headers of a saved web page stand


class MediaType(StrEnum):
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    BMP = "image/bmp"
    TEXT = "text/plain"
    HTML = "text/html"
    MHTML = "multipart/related"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    OFD = "application/ofd"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    RTF = "application/rtf"
    ZIP = "application/zip"


PICTURES = frozenset((MediaType.PNG, MediaType.JPEG, MediaType.TIFF, MediaType.WEBP, MediaType.BMP))

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
    (b"BM", MediaType.BMP),
    (b"{\\rtf", MediaType.RTF),
)
# What a package holds, by a part of its own (not one of a package within it).
_PACKAGES = (
    (rb"/?OFD\.xml", MediaType.OFD),
    (rb"/?word/document[^/]{0,9}\.xml", MediaType.DOCX),
    (rb"/?xl/workbook\.(?:xml|bin)", MediaType.XLSX),
)
_ENTRY = rb"PK\x01\x02.{42}"  # opens each entry of a zip's directory, before the name (APPNOTE 4.3.12)
_LAST = b"PK\x05\x06"  # opens the end of the directory, which tells its size and place (4.3.16)
_FLAT = (  # what Word and Excel call XML of one file
    (b'progid="Word.Document"', MediaType.DOC),
    (b'progid="Excel.Sheet"', MediaType.XLS),
)
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|div|p|meta|center|span)[\s>/]", re.IGNORECASE
)
_MESSAGE = re.compile(rb"^(?:mime-version|content-type|from|subject|snapshot-content-location):", re.I | re.M)
_CHINESE = re.compile("[\u3400-\u9fff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x7f\ufffe\uffff]")


def media_type(content: bytes, settings: SourceSettings | None = None) -> MediaType | None:
    """Return the type that a file's content shows, or None for no supported one."""
    for signature, found in _SIGNATURES:
        if content.startswith(signature):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return MediaType.WEBP
    if content.startswith(SIGNATURE):
        holds = compound(content).holds
        return MediaType.XLS if holds == "workbook" else None if holds == "other" else MediaType.DOC
    if content.startswith((b"PK\x03\x04", _LAST)):  # before PDF: a zip may begin with one
        return _package(content)
    if b"%PDF-" in content[:PDF_HEADER_REACH]:
        return MediaType.PDF
    return _textual(content, settings or SourceSettings())


def _package(content: bytes) -> MediaType:
    """Return what a zip is, by the names in its directory; by all it holds where that was cut off."""
    end = content.rfind(_LAST)
    size, start = (int.from_bytes(content[at : at + 4], "little") for at in (end + 12, end + 16))
    directory = content[start : start + size] if end >= 0 else b""
    for name, kind in _PACKAGES:
        pattern = _ENTRY + name if directory else name
        if re.search(pattern, directory or content, re.DOTALL):
            return kind
    return MediaType.ZIP


def _textual(content: bytes, settings: SourceSettings) -> MediaType | None:
    """Return which kind of text a file is: a saved page, a web page, a text with Chinese in it."""
    head = content[:MARKUP_REACH]
    flat = next((kind for mark, kind in _FLAT if mark in head[:HEADER_REACH]), None)
    if flat is not None and head.lstrip(codecs.BOM_UTF8).startswith(b"<?xml"):
        return flat
    if _MESSAGE.match(head) and b"multipart/related" in head[:HEADER_REACH].lower():
        return MediaType.MHTML
    text = decode(head) or decode(head[:-1]) or decode(head[:-2]) or decode(head[:-3])
    if text is None or len(_CONTROL.findall(text)) > CONTROL_SHARE * len(text):
        return None
    if _MARKUP.search(text.encode("utf-8", "replace")):
        return MediaType.HTML
    return MediaType.TEXT if len(_CHINESE.findall(text)) >= settings.least_text else None


def load(path: Path, settings: SourceSettings) -> tuple[bytes, MediaType]:
    """Return a file's bytes and type; an InputError of its own for each way that can fail."""
    name = path.name
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder, not a document; name the files in it, or add --as-pages")
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
    if content.startswith(SIGNATURE) and compound(content).locked:
        raise EncryptedError(f"{name}: is encrypted")
    found = media_type(content, settings)
    if found is None:
        raise NotADocumentError(f"{name}: is not a document of a supported type")
    if found in (MediaType.TEXT, MediaType.HTML) and len(content) > settings.max_text:
        raise TooLargeError(f"{name}: {len(content)} bytes of text, more than {settings.max_text}")
    return content, found
