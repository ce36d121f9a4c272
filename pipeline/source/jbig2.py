"""Pictures of two colours as OFD files hold them (JBIG2, ITU-T T.88, with its own file header)."""

from __future__ import annotations

import struct

import pymupdf

from pipeline.settings import SourceSettings

SIGNATURE = b"\x97JB2\r\n\x1a\n"
PAGE = 48  # the kind of segment that says how large the page is
ENDS = (49, 51)  # the kinds that end a page and the file
IN_ORDER = 1  # each segment's data behind its header
MOST_SEGMENTS = 100_000


def jbig2_png(content: bytes, settings: SourceSettings) -> bytes | None:
    """Return a JBIG2 file as a PNG, None for what is none, torn, damaged or too large."""
    size = _size(content)
    if size is None or not 0 < size[0] * size[1] <= settings.max_pixels:
        return None
    try:
        picture = pymupdf.Pixmap(content)
        return bytes(picture.tobytes("png"))
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError):
        return None


def _size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height of the first page; None where a segment is missing or torn.

    What is torn would come out blank, and blanks are not to be made up.
    """
    if not content.startswith(SIGNATURE) or len(content) < 13 or not content[8] & IN_ORDER:
        return None
    place = 9 if content[8] & 2 else 13  # the number of pages may be left out
    size: tuple[int, int] | None = None
    try:
        for _ in range(MOST_SEGMENTS):
            kind, start, length = _segment(content, place)
            place = start + length
            if kind == PAGE and size is None:
                width, height = struct.unpack_from(">II", content, start)
                size = int(width), int(height)
            if kind in ENDS and place <= len(content):
                return size
    except (struct.error, IndexError):
        return None
    return None


def _segment(content: bytes, place: int) -> tuple[int, int, int]:
    """Return a segment's kind, where its header ends, and how long its data is (T.88, 7.2)."""
    number, flags, count = struct.unpack_from(">IBB", content, place)
    place += 6
    referred = count >> 5
    if referred == 7:  # a long form: the count in 29 bits, then a bit for each and one more
        referred = struct.unpack_from(">I", content, place - 1)[0] & 0x1FFFFFFF
        place += 3 + (referred + 8) // 8
    place += referred * (1 if number <= 256 else 2 if number <= 65_536 else 4)
    place += 4 if flags & 0x40 else 1
    return flags & 0x3F, place + 4, struct.unpack_from(">I", content, place)[0]
