"""PDF files: pages to grey pictures and pictures to pages, by PyMuPDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pymupdf
from numpy.typing import NDArray

POINTS_PER_INCH = 72.0


def pages(content: bytes, dpi: int) -> Iterator[NDArray[np.uint8]]:
    """Yield every page as a grey picture, height x width."""
    with pymupdf.open(stream=content, filetype="pdf") as document:
        for page in document:
            shot = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False)
            yield np.frombuffer(shot.samples, np.uint8).reshape(shot.height, shot.width).copy()


def texts(content: bytes) -> Iterator[str]:
    """Yield every page's text layer."""
    with pymupdf.open(stream=content, filetype="pdf") as document:
        for page in document:
            yield page.get_text()


def from_pictures(pictures: Sequence[bytes], dpi: float | tuple[float, float]) -> bytes:
    """Return a PDF that holds nothing but `pictures` (encoded), one a page, at `dpi` (or across, down)."""
    with pymupdf.open() as document:
        for picture in pictures:
            shot = pymupdf.Pixmap(picture)
            across, down = dpi if isinstance(dpi, tuple) else (dpi, dpi)
            width, height = POINTS_PER_INCH * shot.width / across, POINTS_PER_INCH * shot.height / down
            page = document.new_page(width=width, height=height)
            page.insert_image(page.rect, stream=picture, keep_proportion=False)
        return _saved(document)


def tidied(content: bytes) -> bytes:
    """Return the PDF without dates and random identifiers: the same input gives the same file."""
    with pymupdf.open(stream=content, filetype="pdf") as document:
        document.set_metadata({})
        document.del_xml_metadata()
        document.xref_set_key(-1, "ID", "null")
        return _saved(document)


def _saved(document: pymupdf.Document) -> bytes:
    content: bytes = document.tobytes(garbage=4, deflate=True, use_objstms=1, no_new_id=True)
    return content


def of_objects(*objects: bytes) -> bytes:
    """Return a PDF of numbered `objects`, the first of them its catalogue, with a right table of offsets."""
    parts, offsets = [b"%PDF-1.7\n"], []
    for number, body in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = sum(map(len, parts)), len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    parts.extend(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return b"".join(parts)
