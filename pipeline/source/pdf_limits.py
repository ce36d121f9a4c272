"""What a PDF page would cost to draw, told before it is drawn: bombs are small files that never end.

MuPDF cannot be interrupted, so what it is given must be bounded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

import pymupdf

from pipeline.errors import TooLargeError
from pipeline.settings import SourceSettings

FORM_COST = 256  # bytes of instructions that take as long as drawing a form does beside its own
MOST_PARENTS = 64  # nodes above a page, in a tree of pages that is none

_NAME = re.compile(r"/([^\s/<>\[\](){}%]+)")
_USED = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_HELD = re.compile(r"/([^\s/<>\[\](){}%]+)\s*(\d+) 0 R")
_REFERENCE = re.compile(r"(\d+) 0 R")
_ESCAPED = re.compile(r"#([0-9A-Fa-f]{2})")


def check_page(pdf: pymupdf.Document, index: int, where: str, settings: SourceSettings) -> None:
    """Raise TooLargeError where a page's instructions, patterns or pictures exceed the limits.

    Instructions count as often as forms, patterns and masks within each other repeat them; what holds
    itself counts once.
    """
    for picture in pdf.get_page_images(index, full=False):
        if picture[2] * picture[3] > settings.max_image_pixels:
            raise TooLargeError(f"{where}: a picture of {picture[2]} x {picture[3]} pixels")
    page = int(pdf.page_xref(index))
    contents = b"\n".join(_stream(pdf, int(xref), settings) for xref in pdf[index].get_contents())
    costs = _Costs(pdf, settings)
    cost = costs.of(contents, _parts(pdf, _with_resources(pdf, page)), ())
    cost += sum(costs.part(xref, ()) for xref in _appearances(pdf, page))
    if cost > settings.max_instructions:
        raise TooLargeError(f"{where}: more than {settings.max_instructions} bytes of drawing instructions")
    if costs.overlap > settings.max_overlap:
        raise TooLargeError(f"{where}: a pattern that paints everything {costs.overlap:.0f} times")


class _Costs:
    """Bytes of instructions that a stream leads to, each part looked at once, and the worst pattern met."""

    def __init__(self, pdf: pymupdf.Document, settings: SourceSettings) -> None:
        self._pdf = pdf
        self._settings = settings
        self._known: dict[int, int] = {}
        self.overlap = 0.0

    def of(self, content: bytes, parts: Mapping[bytes, frozenset[int]], path: tuple[int, ...]) -> int:
        """Return the cost of a stream: its own bytes, and those of its parts as often as it names them."""
        most = self._settings.max_instructions + 1
        cost = len(content)
        if cost >= most or len(path) > self._settings.max_nesting:
            return most
        times: dict[bytes, int] = {}
        for name in _USED.findall(content):
            plain = _unescaped(name.decode("latin-1")).encode("latin-1")
            times[plain] = times.get(plain, 0) + 1
        for name, inner in parts.items():
            for xref in inner:
                if name in times and xref not in path:
                    cost += times[name] * (FORM_COST + self.part(xref, path))
        return min(cost, most)

    def part(self, xref: int, path: tuple[int, ...]) -> int:
        """Return the cost of drawing a form, a pattern's tile or a mask once."""
        if xref not in self._known:
            self.overlap = max(self.overlap, _overlap(self._pdf, xref))
            content = _stream(self._pdf, xref, self._settings)
            self._known[xref] = self.of(content, _parts(self._pdf, xref), (*path, xref))
        return self._known[xref]


def _unescaped(name: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name) if "#" in name else name


def _with_resources(pdf: pymupdf.Document, page: int) -> int:
    """Return the node whose resources a page uses: its own, or the nearest above it."""
    node = page
    for _ in range(MOST_PARENTS):
        if pdf.xref_get_key(node, "Resources")[0] != "null":
            return node
        above = _referred(pdf, pdf.xref_get_key(node, "Parent")[1])
        if above is None:
            break
        node = above
    return page


def _parts(pdf: pymupdf.Document, holder: int) -> dict[bytes, frozenset[int]]:
    """Return the streams that a page or a part can draw, by the names it has for them."""
    found: dict[bytes, frozenset[int]] = {}
    for name, xref in (
        *_entries(pdf, holder, "XObject"),
        *_entries(pdf, holder, "Pattern"),
        *_masks(pdf, holder),
    ):
        key = _unescaped(name).encode("latin-1", "replace")
        if pdf.xref_is_stream(xref) and pdf.xref_get_key(xref, "Subtype")[1] != "/Image":
            found[key] = found.get(key, frozenset()) | {xref}
    return found


def _entries(pdf: pymupdf.Document, holder: int, kind: str) -> Iterator[tuple[str, int]]:
    for name, xref in _HELD.findall(_text(pdf, holder, f"Resources/{kind}")):
        if 0 < int(xref) < pdf.xref_length():
            yield name, int(xref)


def _masks(pdf: pymupdf.Document, holder: int) -> Iterator[tuple[str, int]]:
    """Yield the groups that masks (SMask, ISO 32000-1, 11.6.5.3) draw, by the names of their states."""
    for name in set(_NAME.findall(_text(pdf, holder, "Resources/ExtGState"))):
        group = _referred(pdf, pdf.xref_get_key(holder, f"Resources/ExtGState/{name}/SMask/G")[1])
        if group is not None:
            yield name, group


def _text(pdf: pymupdf.Document, holder: int, key: str) -> str:
    """Return a dictionary or an array as it is written, "" where there is none."""
    kind, text = pdf.xref_get_key(holder, key)
    if kind == "xref":
        held = _referred(pdf, text)
        return str(pdf.xref_object(held, compressed=True)) if held is not None else ""
    return str(text) if kind in ("dict", "array") else ""


def _referred(pdf: pymupdf.Document, text: str) -> int | None:
    """Return the object that a reference names, None where it is no reference to one."""
    reference = _REFERENCE.fullmatch(text)
    number = int(reference[1]) if reference else 0
    return number if 0 < number < pdf.xref_length() else None


def _appearances(pdf: pymupdf.Document, page: int) -> Iterator[int]:
    """Yield the forms that the annotations of a page look like."""
    for found in _REFERENCE.finditer(_text(pdf, page, "Annots")):
        annotation = _referred(pdf, found[0])
        shown = _referred(pdf, pdf.xref_get_key(annotation, "AP/N")[1]) if annotation else None
        if shown is not None:
            yield shown


def _overlap(pdf: pymupdf.Document, xref: int) -> float:
    """Return how many times a tiling pattern paints each point, 0 for what is none."""
    if pdf.xref_get_key(xref, "PatternType")[1] != "1":
        return 0.0
    try:
        left, top, right, bottom = map(float, _text(pdf, xref, "BBox").strip("[]").split())
        across, down = (abs(float(pdf.xref_get_key(xref, key)[1])) for key in ("XStep", "YStep"))
    except ValueError:
        return 0.0
    size = abs(right - left) * abs(bottom - top)
    return size / (across * down) if across * down else float("inf") if size else 0.0


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
