"""OFD, the state's format for electronic documents (GB/T 33190-2016): a zip of XML, lengths in millimetres.

Our own reader: no library on the registries is kept up.  Text and paths become glyphs and rules;
images are put on white paper where they stand, to be read like scans.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from lxml import etree

from pipeline.errors import EmptyFileError, EncryptedError, InputError, TooLargeError
from pipeline.model import (
    NO_PAGE,
    POINTS_PER_INCH,
    Box,
    Finding,
    Glyph,
    Page,
    PageContent,
    PageInfo,
    PageKind,
    Picture,
    Rule,
)
from pipeline.settings import SourceSettings
from pipeline.source.flow import UNREADABLE
from pipeline.source.image import compose, picture_size, turned
from pipeline.source.jbig2 import jbig2_png
from pipeline.source.layer import is_readable, layer_turn, visible_glyphs
from pipeline.source.ofd_notes import Notes, read_notes
from pipeline.source.ofd_objects import MM, Matrix, Painted, Painter, floats
from pipeline.source.package import Package, local, located, resolved
from pipeline.source.turning import turn_box, turn_glyph, turn_rule
from pipeline.source.vector import rules_of

ROOT = "OFD.xml"
A4 = (0.0, 0.0, 210.0, 297.0)  # millimetres
NOTE = "annotation_not_read"
GARBLED = "text_not_readable"
INK_CONTRAST = 60  # grey levels by which ink differs from the paper around it
SHOWN_SHARE = 0.5  # of the characters of a scan's layer that the picture shows, at least


@dataclass(frozen=True, slots=True)
class _Document:
    """One document of a file: its pages (identifier, part), paper, templates, resources, annotations."""

    pages: tuple[tuple[str, str], ...]
    area: tuple[float, ...]
    templates: Mapping[str, _Template]
    resources: _Resources
    notes: Notes


@dataclass(frozen=True, slots=True)
class _Template:
    """A page that others are painted on, or that is painted on them."""

    part: str
    above: bool


@dataclass(frozen=True, slots=True)
class _Resources:
    """Images (parts) and composite objects by identifier."""

    media: Mapping[str, str]
    units: Mapping[str, etree._Element]

    def with_more(self, other: _Resources) -> _Resources:
        return _Resources({**self.media, **other.media}, {**self.units, **other.units})


@dataclass(frozen=True, slots=True)
class _Shown:
    """An image that may hold text: its box, its file, its place in painting order."""

    box: Box
    content: bytes
    order: int


class OfdPages:
    """The pages of an OFD file; what could not be read of them comes last, as findings."""

    def __init__(self, content: bytes, name: str, settings: SourceSettings) -> None:
        self._name = name
        self._settings = settings
        self._package = Package(content, name, settings)
        if "Encryptions.xml" in self._package or "Encryptions/Encryptions.xml" in self._package:
            raise EncryptedError(f"{name}: is encrypted")
        documents = [
            _document(self._package, resolved("", (root.text or "").strip()), body)
            for body in self._package.xml(ROOT).iter("{*}DocBody")
            for root in body.iter("{*}DocRoot")
        ]
        self._pages = tuple((document, *page) for document in documents for page in document.pages)
        if not self._pages:
            raise EmptyFileError(f"{name}: has no pages")
        if len(self._pages) > settings.max_pages:
            raise TooLargeError(f"{name}: {len(self._pages)} pages, more than {settings.max_pages}")

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[Page | PageContent]:
        findings: list[Finding] = []
        for number, (document, identifier, part) in enumerate(self._pages, start=1):
            try:
                yield self._page(document, identifier, part, number, findings)
            except InputError as error:
                raise type(error)(f"{self._name}: page {number}: {error}") from error
        if findings:
            yield PageContent(NO_PAGE, findings=tuple(findings))

    def _page(
        self, document: _Document, identifier: str, part: str, number: int, findings: list[Finding]
    ) -> Page:
        root = self._package.xml(part)
        area = _area(root) or document.area
        shift = Matrix(MM, 0, 0, MM, -MM * area[0], -MM * area[1])
        below, above, resources = self._templates(document, root)
        resources = resources.with_more(_resources(self._package, root, part))
        painter = Painter(resources.units, self._settings)
        out = Painted()
        for layer in (*below, root, *above):
            painter.paint(layer, shift, out)
        size = (area[2] * MM, area[3] * MM)
        images = self._images(out, resources.media, Box(0, 0, *size), number, findings)
        findings += (Finding(NOTE, number, text) for text in document.notes.texts(identifier))
        seals = tuple(document.notes.boxes(identifier, shift, painter))
        page = _made(out, images, size, number, self._settings)
        written = any(span.visible and span.glyphs for span in out.spans)
        if page.info.kind != "scan" and written and not page.glyphs:
            findings.append(Finding(GARBLED, number))
        turn, (width, height) = page.info.rotation, size
        return replace(page, seals=tuple(turn_box(seal, turn, width, height) for seal in seals))

    def _templates(
        self, document: _Document, page: etree._Element
    ) -> tuple[list[etree._Element], list[etree._Element], _Resources]:
        """Return the templates below a page and above it, and the resources of the document and of them."""
        below: list[etree._Element] = []
        above: list[etree._Element] = []
        resources = document.resources
        for use in page.iter("{*}Template"):
            held = document.templates.get(use.get("TemplateID", ""))
            if held is None or held.part not in self._package:
                continue
            root = self._package.xml(held.part)
            resources = resources.with_more(_resources(self._package, root, held.part))
            is_above = use.get("ZOrder") == "Foreground" if use.get("ZOrder") else held.above
            (above if is_above else below).append(root)
        return below, above, resources

    def _images(
        self, out: Painted, media: Mapping[str, str], page: Box, number: int, findings: list[Finding]
    ) -> list[_Shown]:
        """Return the images of a page that may hold text, each once."""
        found: dict[tuple[str, Box], _Shown] = {}
        for image in out.images:
            visible = image.box.intersection(page)
            if visible is None or visible.area < self._settings.picture_share * page.area:
                continue
            part = media.get(image.resource)
            content = self._package.read(part) if part is not None and part in self._package else b""
            if picture_size(content) is None:
                content = jbig2_png(content, self._settings) or b""
            if picture_size(content) is None:
                findings.append(Finding(UNREADABLE, number, part or image.resource))
                continue
            if image.turn or image.mirrored:
                content = turned(content, image.turn, image.mirrored, self._settings)
            found[image.resource, image.box] = _Shown(image.box, content, image.order)
        return list(found.values())


def _made(
    out: Painted, images: list[_Shown], size: tuple[float, float], number: int, settings: SourceSettings
) -> Page:
    page = Box(0, 0, *size)
    cover = max((i.order for i in images if page.overlap(i.box) >= settings.cover_share), default=-1)
    seen = [span for span in out.spans if span.visible and span.order > cover]
    glyphs = visible_glyphs(seen, page)
    if not is_readable(glyphs, settings):
        glyphs = ()
    picture = _picture(images, size, settings) if images else None
    if picture is not None and (cover >= 0 or not glyphs) and not _is_apart(glyphs, picture):
        layer = visible_glyphs(out.spans, page)
        info = PageInfo(number, *size, "scan", dpi=round(picture.dpi, 1))
        return Page(info, picture=picture, layer=layer if is_readable(layer, settings) else ())
    beside = [] if cover >= 0 else images
    kind: PageKind = "mixed" if beside else "text" if glyphs else "blank"
    shot = picture if beside else None
    info = PageInfo(number, *size, kind, dpi=round(shot.dpi, 1) if shot else None)
    rules = rules_of(out.drawings, settings)
    return _upright(glyphs, rules, layer_turn(seen), beside, shot, info)


def _is_apart(glyphs: Sequence[Glyph], picture: Picture) -> bool:
    """Return whether text over a picture is none that the picture shows itself: a letterhead, not a scan."""
    if not glyphs:
        return False
    scale, shown = picture.scale, 0
    for glyph in glyphs:
        box = glyph.box.scaled(scale)
        rows = slice(max(0, int(box.top)), int(box.bottom) + 1)
        inside = picture.pixels[rows, max(0, int(box.left)) : int(box.right) + 1]
        shown += bool(inside.size) and int(inside.max()) - int(inside.min()) > INK_CONTRAST
    return shown < SHOWN_SHARE * len(glyphs)


def _upright(
    glyphs: Sequence[Glyph],
    rules: Sequence[Rule],
    turn: int,
    images: Sequence[_Shown],
    picture: Picture | None,
    info: PageInfo,
) -> Page:
    """Return a page with text, turned so that the text runs from left to right."""
    width, height = info.width, info.height
    upright = (height, width) if turn in (90, 270) else (width, height)
    if picture is not None:
        picture = Picture(np.ascontiguousarray(np.rot90(picture.pixels, -(turn // 90))), picture.dpi)
    return Page(
        replace(info, width=upright[0], height=upright[1], rotation=turn),
        tuple(turn_glyph(glyph, turn, width, height) for glyph in glyphs),
        tuple(turn_rule(rule, turn, width, height) for rule in rules),
        picture,
        tuple(turn_box(image.box, turn, width, height) for image in images),
    )


def _picture(images: Sequence[_Shown], size: tuple[float, float], settings: SourceSettings) -> Picture:
    finest = 0.0
    for image in images:
        pixels = picture_size(image.content)
        if pixels is not None and image.box.width > 0:
            finest = max(finest, pixels[0] / image.box.width * POINTS_PER_INCH)
    bound = math.sqrt(settings.most_seen / max(size[0] * size[1], 1.0)) * POINTS_PER_INCH
    dpi = min(finest or settings.default_dpi, settings.max_dpi, bound)
    return compose([(image.box, image.content) for image in images], size, dpi, settings)


def _document(package: Package, part: str, body: etree._Element) -> _Document:
    root = package.xml(part)
    pages = tuple(
        (page.get("ID", ""), resolved(part, page.get("BaseLoc", "")))
        for held in root.iter("{*}Pages")
        for page in held
        if local(page) == "Page"
    )
    templates = {
        each.get("ID", ""): _Template(
            resolved(part, each.get("BaseLoc", "")), each.get("ZOrder") == "Foreground"
        )
        for each in root.iter("{*}TemplatePage")
    }
    notes = read_notes(package, root, part, body)
    return _Document(pages, _area(root) or A4, templates, _resources(package, root, part), notes)


def _area(root: etree._Element) -> tuple[float, ...] | None:
    for box in root.iter("{*}PhysicalBox"):
        values = floats(box.text)
        if len(values) == 4 and values[2] > 0 and values[3] > 0:
            return tuple(values)
    return None


def _resources(package: Package, root: etree._Element, part: str) -> _Resources:
    """Return what a document or page refers to; lists of resources that are not there hold none."""
    media: dict[str, str] = {}
    units: dict[str, etree._Element] = {}
    for link in root.iter("{*}PublicRes", "{*}DocumentRes", "{*}PageRes"):
        place = located(package, part, link.text or "")
        if place is None:
            continue
        held = package.xml(place)
        base = held.get("BaseLoc", "")
        folder = resolved(place, f"{base}/x" if base else "x")
        for each in held.iter("{*}MultiMedia"):
            file = next((child.text or "" for child in each if local(child) == "MediaFile"), "")
            media[each.get("ID", "")] = resolved(folder, file.strip())
        units |= {each.get("ID", ""): each for each in held.iter("{*}CompositeGraphicUnit")}
    return _Resources(media, units)
