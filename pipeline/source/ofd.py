"""OFD, the state's format for electronic documents (GB/T 33190-2016): a zip of XML, lengths in millimetres.

Our own reader: no library on the registries is kept up.  Text and paths become glyphs and rules;
images are put on white paper where they stand, to be read like scans.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.errors import DamagedFileError, EmptyFileError, EncryptedError, InputError, TooLargeError
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
)
from pipeline.settings import SourceSettings
from pipeline.source.flow import UNREADABLE
from pipeline.source.image import compose, picture_size
from pipeline.source.layer import is_readable, plain
from pipeline.source.ofd_objects import MM, Matrix, Painted, Painter, floats
from pipeline.source.package import Package, local
from pipeline.source.vector import rules_of

ROOT = "OFD.xml"
A4 = (0.0, 0.0, 210.0, 297.0)  # millimetres


@dataclass(frozen=True, slots=True)
class _Document:
    """One document of a file: its pages' parts, its paper, templates by identifier, its resources."""

    pages: tuple[str, ...]
    area: tuple[float, ...]
    templates: Mapping[str, str]
    media: Mapping[str, str]
    units: Mapping[str, etree._Element]


class OfdPages:
    """The pages of an OFD file; what could not be read of them comes last, as findings."""

    def __init__(self, content: bytes, name: str, settings: SourceSettings) -> None:
        self._name = name
        self._settings = settings
        self._package = Package(content, name, settings)
        if "Encryptions.xml" in self._package or "Encryptions/Encryptions.xml" in self._package:
            raise EncryptedError(f"{name}: is encrypted")
        roots = [each.text or "" for each in self._package.xml(ROOT).iter("{*}DocRoot")]
        documents = [_document(self._package, _resolved("", root.strip())) for root in roots]
        self._pages = tuple((document, part) for document in documents for part in document.pages)
        if not self._pages:
            raise EmptyFileError(f"{name}: has no pages")
        if len(self._pages) > settings.max_pages:
            raise TooLargeError(f"{name}: {len(self._pages)} pages, more than {settings.max_pages}")

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[Page | PageContent]:
        findings: list[Finding] = []
        for number, (document, part) in enumerate(self._pages, start=1):
            try:
                yield self._page(document, part, number, findings)
            except InputError as error:
                raise type(error)(f"{self._name}: page {number}: {error}") from error
        if findings:
            yield PageContent(NO_PAGE, findings=tuple(findings))

    def _page(self, document: _Document, part: str, number: int, findings: list[Finding]) -> Page:
        root = self._package.xml(part)
        area = _area(root) or document.area
        shift = Matrix(MM, 0, 0, MM, -MM * area[0], -MM * area[1])
        media, units = _resources(self._package, root, part)
        painter = Painter({**document.units, **units}, self._settings)
        out = Painted()
        for template in root.iter("{*}Template"):
            held = document.templates.get(template.get("TemplateID", ""))
            if held is not None:
                painter.paint(self._package.xml(held), shift, out)
        painter.paint(root, shift, out)
        size = (area[2] * MM, area[3] * MM)
        images = self._images(out, {**document.media, **media}, Box(0, 0, *size), number, findings)
        return _made(out, images, size, number, self._settings)

    def _images(
        self, out: Painted, media: Mapping[str, str], page: Box, number: int, findings: list[Finding]
    ) -> list[tuple[Box, bytes]]:
        """Return the images of a page that may hold text, with their boxes."""
        found = []
        for image in out.images:
            visible = image.box.intersection(page)
            if visible is None or visible.area < self._settings.picture_share * page.area:
                continue
            part = media.get(image.resource)
            content = self._package.read(part) if part is not None and part in self._package else b""
            if picture_size(content) is None:
                findings.append(Finding(UNREADABLE, number, part or image.resource))
            else:
                found.append((image.box, content))
        return found


def _made(
    out: Painted,
    images: list[tuple[Box, bytes]],
    size: tuple[float, float],
    number: int,
    settings: SourceSettings,
) -> Page:
    page = Box(0, 0, *size)
    inside = [Glyph(plain(g.text), g.box) for g in out.glyphs if page.contains(*g.box.center)]
    readable = is_readable(inside, settings)
    covered = any(page.overlap(box) >= settings.cover_share for box, _ in images)
    kind: PageKind = "scan" if images and (covered or not readable) else "mixed" if images else "text"
    if not images and not inside:
        kind = "blank"
    picture = _picture(images, size, settings) if images else None
    info = PageInfo(number, *size, kind, dpi=round(picture.dpi, 1) if picture else None)
    if kind == "scan":
        return Page(info, picture=picture, layer=tuple(inside) if readable else ())
    boxes = tuple(box for box, _ in images)
    return Page(info, tuple(inside), rules_of(out.drawings, settings), picture, boxes)


def _picture(images: list[tuple[Box, bytes]], size: tuple[float, float], settings: SourceSettings) -> Picture:
    finest = 0.0
    for box, content in images:
        pixels = picture_size(content)
        if pixels is not None and box.width > 0:
            finest = max(finest, pixels[0] / box.width * POINTS_PER_INCH)
    bound = math.sqrt(settings.most_seen / max(size[0] * size[1], 1.0)) * POINTS_PER_INCH
    dpi = min(finest or settings.default_dpi, settings.max_dpi, bound)
    return compose(images, size, dpi, settings)


def _resolved(base: str, target: str) -> str:
    """Return the part that `target` names, as written in part `base`."""
    folder = posixpath.dirname(base)
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined)


def _document(package: Package, part: str) -> _Document:
    root = package.xml(part)
    pages = tuple(
        _resolved(part, page.get("BaseLoc", ""))
        for held in root.iter("{*}Pages")
        for page in held
        if local(page) == "Page"
    )
    templates = {
        each.get("ID", ""): _resolved(part, each.get("BaseLoc", "")) for each in root.iter("{*}TemplatePage")
    }
    media, units = _resources(package, root, part)
    return _Document(pages, _area(root) or A4, templates, media, units)


def _area(root: etree._Element) -> tuple[float, ...] | None:
    for box in root.iter("{*}PhysicalBox"):
        values = floats(box.text)
        if len(values) == 4 and values[2] > 0 and values[3] > 0:
            return tuple(values)
    return None


def _resources(
    package: Package, root: etree._Element, part: str
) -> tuple[dict[str, str], dict[str, etree._Element]]:
    """Return the images (parts) and composite objects that a document or page refers to, by identifier."""
    media: dict[str, str] = {}
    units: dict[str, etree._Element] = {}
    for link in root.iter("{*}PublicRes", "{*}DocumentRes", "{*}PageRes"):
        place = _resolved(part, (link.text or "").strip())
        if place not in package:
            raise DamagedFileError(f"lacks its part {place}")
        held = package.xml(place)
        folder = _resolved(place, held.get("BaseLoc", "") + "/x")
        for each in held.iter("{*}MultiMedia"):
            file = next((child.text or "" for child in each if local(child) == "MediaFile"), "")
            media[each.get("ID", "")] = _resolved(folder, file.strip())
        units |= {each.get("ID", ""): each for each in held.iter("{*}CompositeGraphicUnit")}
    return media, units
