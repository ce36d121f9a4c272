"""PDF pages: digital, scanned or both, told page by page. The one seam to PyMuPDF.

A text layer counts only where it is what one sees: invisible text, text under a picture that covers
the page, and layers of characters that no text has (broken encodings) are not trusted; such a page
is read from its picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pymupdf

from pipeline.errors import DamagedFileError, EmptyFileError, EncryptedError, TooLargeError
from pipeline.model import POINTS_PER_INCH, Box, Glyph, Page, PageInfo, PageKind, Picture, Rule
from pipeline.settings import SourceSettings
from pipeline.source.layer import Span, is_readable, layer_turn, plain, visible_glyphs
from pipeline.source.pdf_limits import check_page
from pipeline.source.turning import turn_box, turn_glyph, turn_rule
from pipeline.source.vector import is_path, rules_of

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

FAULTS = (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError)
INVISIBLE = 3  # text rendering mode (ISO 32000-1, 9.3.6)


@dataclass(frozen=True, slots=True)
class _Image:
    """A picture placed on a page: its box, its own resolution, its place in painting order."""

    box: Box
    dpi: float
    grey: bool


class PdfPages:
    """The pages of a PDF."""

    def __init__(self, content: bytes, name: str, settings: SourceSettings) -> None:
        self._name = name
        self._settings = settings
        try:
            self._pdf = pymupdf.open(stream=content, filetype="pdf")
        except FAULTS as error:
            raise DamagedFileError(f"{name}: damaged PDF") from error
        if self._pdf.needs_pass:
            raise EncryptedError(f"{name}: is encrypted")
        if not len(self):
            raise EmptyFileError(f"{name}: has no pages")
        if len(self) > settings.max_pages:
            raise TooLargeError(f"{name}: {len(self)} pages, more than {settings.max_pages}")

    def __len__(self) -> int:
        try:
            return int(self._pdf.page_count)
        except (RuntimeError, ValueError) as error:
            raise DamagedFileError(f"{self._name}: damaged PDF") from error

    def __iter__(self) -> Iterator[Page]:
        for index in range(len(self)):
            try:
                check_page(self._pdf, index, f"{self._name}: page {index + 1}", self._settings)
                yield _read_page(self._pdf[index], index + 1, self._settings)
            except FAULTS as error:
                raise DamagedFileError(f"{self._name}: page {index + 1} is damaged") from error


def _box(values: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = (float(v) for v in values)
    return Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def _images(page: pymupdf.Page, area: Box) -> tuple[_Image, ...]:
    found = []
    for info in page.get_image_info():
        box = _box(info["bbox"]).intersection(area)
        a, b, c, d = info["transform"][:4]
        across, down = math.hypot(a, b), math.hypot(c, d)
        if box is None or not across or not down:
            continue
        dpi = max(info["width"] / across, info["height"] / down) * POINTS_PER_INCH
        found.append(_Image(box, dpi, info["colorspace"] == 1))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Painted:
    """One step of painting a page: what it was, and where."""

    what: str
    box: Box


def _drawn_by_font(log: Sequence[_Painted], order: int) -> bool:
    """Tell whether text that claims to be invisible was just drawn: so Type 3 fonts paint, then say it."""
    if log[order].what != "ignore-text" or order == 0:
        return False
    before = log[order - 1]
    painted = before.what in ("fill-path", "stroke-path", "fill-imgmask", "fill-image")
    return painted and before.box.overlap(log[order].box) > 0.5


def _spans(page: pymupdf.Page, log: Sequence[_Painted]) -> tuple[Span, ...]:
    return tuple(
        Span(
            glyphs=tuple(Glyph(plain(chr(c[0])), _box(c[3])) for c in span["chars"]),
            direction=(float(span["dir"][0]), float(span["dir"][1])),
            visible=(span["type"] != INVISIBLE or _drawn_by_font(log, int(span["seqno"])))
            and span["opacity"] > 0,
            order=int(span["seqno"]),
        )
        for span in page.get_texttrace()
    )


def _last_cover(log: Sequence[_Painted], area: Box, share: float) -> int:
    """Return the place in painting order of the last picture that covers the page, -1 for none."""
    covers = (i for i, p in enumerate(log) if p.what == "fill-image" and area.overlap(p.box) >= share)
    return max(covers, default=-1)


def _is_line(painted: _Painted, settings: SourceSettings) -> bool:
    """Tell whether something other than a path is as thin and long as a rule."""
    thin = min(painted.box.width, painted.box.height) <= settings.thin
    long = max(painted.box.width, painted.box.height) >= settings.line_length
    return thin and long and painted.what in ("fill-image", "fill-imgmask", "fill-shade")


@dataclass(frozen=True, slots=True)
class _Look:
    """What is on a page, before it is decided how to read it (unturned points)."""

    area: Box
    images: tuple[_Image, ...]
    glyphs: tuple[Glyph, ...]
    turn: int
    rules: tuple[Rule, ...]
    drawn: bool
    lines_as_pictures: int
    layer: tuple[Glyph, ...]


def _look(page: pymupdf.Page, settings: SourceSettings) -> _Look:
    area = Box(0.0, 0.0, float(page.rect.width), float(page.rect.height))
    images = _images(page, area)
    log = tuple(_Painted(what, _box(bounds)) for what, bounds in page.get_bboxlog())
    spans = _spans(page, log)
    above = _last_cover(log, area, settings.cover_share)
    shown = tuple(s for s in spans if s.visible and s.order > above)
    glyphs = visible_glyphs(shown, area)
    hidden = visible_glyphs(spans, area) if above >= 0 else ()
    drawings = page.get_cdrawings(extended=True)
    return _Look(
        area,
        images,
        glyphs if is_readable(glyphs, settings) else (),
        layer_turn(shown),
        rules_of(drawings, settings),
        drawn=any(map(is_path, drawings)) or bool(glyphs),
        lines_as_pictures=sum(_is_line(p, settings) for p in log),
        layer=hidden if is_readable(hidden, settings) else (),
    )


def _kind(look: _Look, settings: SourceSettings) -> PageKind:
    covered = sum(i.box.area for i in look.images) / look.area.area if look.area.area else 0.0
    if covered >= settings.cover_share and len(look.glyphs) < settings.foreign_least:
        return "scan"
    if look.glyphs:
        return "mixed" if _large(look, settings) else "text"
    # Print drawn as outlines, or a layer that is not trusted: it must be seen.
    return "scan" if look.images or look.drawn else "blank"


def _large(look: _Look, settings: SourceSettings) -> tuple[_Image, ...]:
    """Return the pictures beside the text that may hold text of their own."""
    least, most = settings.picture_share * look.area.area, settings.cover_share * look.area.area
    return tuple(i for i in look.images if least <= i.box.area < most)


def _dpi(look: _Look, kind: PageKind, settings: SourceSettings) -> float:
    """Return the resolution to see a page at: that of its own pictures, within the limits."""
    if kind == "scan" and look.images:
        most = max(i.box.area for i in look.images)
        own = max(i.dpi for i in look.images if i.box.area >= most / 2)
    else:
        own = max([settings.default_dpi, *(i.dpi for i in _large(look, settings))])
    bound = math.sqrt(settings.most_seen / max(look.area.area, 1.0)) * POINTS_PER_INCH
    return min(max(own, POINTS_PER_INCH), settings.max_dpi, bound)


def _render(page: pymupdf.Page, dpi: float, grey: bool) -> Picture:
    zoom = dpi / POINTS_PER_INCH
    space = pymupdf.csGRAY if grey else pymupdf.csRGB
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), colorspace=space, alpha=False)
    shape = (pixmap.height, pixmap.width) if grey else (pixmap.height, pixmap.width, 3)
    pixels = np.frombuffer(pixmap.samples, dtype=np.uint8)
    rows = pixels.reshape(pixmap.height, pixmap.stride)[:, : pixmap.width * pixmap.n]
    return Picture(rows.reshape(shape).copy(), dpi)


def _read_page(page: pymupdf.Page, number: int, settings: SourceSettings) -> Page:
    displayed = int(page.rotation)
    page.set_rotation(0)  # coordinates of text and drawings are unturned; work in one space
    look = _look(page, settings)
    kind = _kind(look, settings)
    if kind == "scan":
        page.set_rotation(displayed)
        return _scan_page(page, number, look, settings)
    turn = look.turn
    width, height = look.area.width, look.area.height
    upright = (height, width) if turn in (90, 270) else (width, height)
    large = _large(look, settings) if kind == "mixed" else ()
    dpi = _dpi(look, kind, settings) if large else None
    info = PageInfo(number, *upright, kind, rotation=(turn - displayed) % 360, dpi=dpi)
    return Page(
        info,
        glyphs=tuple(turn_glyph(g, turn, width, height) for g in look.glyphs),
        rules=tuple(turn_rule(r, turn, width, height) for r in look.rules),
        picture=_turned(_render(page, dpi, grey=False), turn) if dpi else None,
        pictures=tuple(turn_box(i.box, turn, width, height) for i in large),
        lines_as_pictures=look.lines_as_pictures,
    )


def _scan_page(page: pymupdf.Page, number: int, look: _Look, settings: SourceSettings) -> Page:
    dpi = _dpi(look, "scan", settings)
    picture = _render(page, dpi, grey=bool(look.images) and all(i.grey for i in look.images))
    info = PageInfo(number, float(page.rect.width), float(page.rect.height), "scan", dpi=round(dpi, 1))
    turn = int(page.rotation)
    layer = tuple(turn_glyph(g, turn, look.area.width, look.area.height) for g in look.layer)
    return Page(info, picture=picture, layer=layer)


def _turned(picture: Picture, turn: int) -> Picture:
    return Picture(np.ascontiguousarray(np.rot90(picture.pixels, -(turn // 90))), picture.dpi)
