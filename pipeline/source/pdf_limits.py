"""What a PDF page would cost to draw, told before it is drawn: bombs are small files that never end.

MuPDF cannot be interrupted, so what it is given must be bounded.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict

import pymupdf

from pipeline.errors import TooLargeError
from pipeline.settings import SourceSettings

FORM_COST = 256  # bytes of instructions that take as long as drawing a form does beside its own

_NAME = re.compile(r"/([A-Za-z0-9]+)")


def check_page(pdf: pymupdf.Document, index: int, where: str, settings: SourceSettings) -> None:
    """Raise TooLargeError where a page's instructions or one of its pictures exceed the limits.

    Instructions count as often as forms within forms repeat them; a form within itself counts once.
    """
    for picture in pdf.get_page_images(index, full=False):
        if picture[2] * picture[3] > settings.max_image_pixels:
            raise TooLargeError(f"{where}: a picture of {picture[2]} x {picture[3]} pixels")
    forms: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for xref, name, invoker, _ in pdf.get_page_xobjects(index):
        forms[int(invoker)].append((str(name), int(xref)))
    contents = b"\n".join(_stream(pdf, int(xref), settings) for xref in pdf[index].get_contents())
    cost = _Costs(pdf, forms, settings).of(0, contents, ())
    if cost > settings.max_instructions:
        raise TooLargeError(f"{where}: more than {settings.max_instructions} bytes of drawing instructions")


class _Costs:
    """Bytes of instructions that a form leads to, each form looked at once."""

    def __init__(
        self, pdf: pymupdf.Document, forms: dict[int, list[tuple[str, int]]], settings: SourceSettings
    ) -> None:
        self._pdf = pdf
        self._forms = forms
        self._settings = settings
        self._known: dict[int, int] = {}

    def of(self, xref: int, content: bytes, path: tuple[int, ...]) -> int:
        """Return the cost of a stream: its own bytes, and those of its forms as often as it draws them."""
        cost = len(content)
        if cost > self._settings.max_instructions or len(path) > self._settings.max_nesting:
            return self._settings.max_instructions + 1
        for name, inner in self._forms.get(xref, ()):
            if inner in path or inner == xref:
                continue
            times = len(re.findall(rb"/" + re.escape(name.encode()) + rb"\s+Do\b", content))
            if times:
                cost += times * (FORM_COST + self._form(inner, (*path, xref)))
        return min(cost, self._settings.max_instructions + 1)

    def _form(self, xref: int, path: tuple[int, ...]) -> int:
        if xref not in self._known:
            self._known[xref] = self.of(xref, _stream(self._pdf, xref, self._settings), path)
        return self._known[xref]


def _stream(pdf: pymupdf.Document, xref: int, settings: SourceSettings) -> bytes:
    """Return a stream unpacked, cut off right above the limit."""
    most = settings.max_instructions + 1
    raw = bytes(pdf.xref_stream_raw(xref) or b"")
    filters = _NAME.findall(pdf.xref_get_key(xref, "Filter")[1])
    if not all(name in ("FlateDecode", "Fl") for name in filters):
        return bytes(pdf.xref_stream(xref) or b"")[:most]
    for _ in filters:
        try:
            raw = zlib.decompressobj().decompress(raw, most)
        except zlib.error:
            return raw[:most]
    return raw[:most]
