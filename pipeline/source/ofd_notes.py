"""What lies on OFD pages beside their content (GB/T 33190-2016, chapters 15 and 18): notes, stamps, seals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.model import Box
from pipeline.source.ofd_objects import Matrix, Painted, Painter, floats
from pipeline.source.package import Package, located

STAMP = "Stamp"
SILENT = frozenset(("Watermark", "Link", "Highlight", STAMP))  # say nothing of what is printed
LONGEST_NOTE = 120  # characters


@dataclass(frozen=True, slots=True)
class Note:
    """An annotation: what kind it is, and the element that holds its looks."""

    kind: str
    looks: etree._Element


@dataclass(frozen=True, slots=True)
class Notes:
    """The annotations of a document and the places of its seals, by the identifiers of pages."""

    notes: Mapping[str, tuple[Note, ...]]
    seals: Mapping[str, tuple[etree._Element, ...]]

    def texts(self, page: str) -> Iterator[str]:
        """Yield what annotations of a page say in words."""
        for note in self.notes.get(page, ()):
            words = "" if note.kind in SILENT else "".join(note.looks.itertext("{*}TextCode"))
            if words.strip():
                yield "".join(words.split())[:LONGEST_NOTE]

    def boxes(self, page: str, place: Matrix, painter: Painter) -> Iterator[Box]:
        """Yield where stamps and seals lie on a page, in points."""
        for note in self.notes.get(page, ()):
            if note.kind == STAMP:
                out = Painted()
                left, top = (*floats(note.looks.get("Boundary")), 0.0, 0.0)[:2]
                painter.paint(note.looks, place.after(Matrix(e=left, f=top)), out)
                yield from (image.box for image in out.images)
                yield from (Box(*drawing["rect"]) for drawing in out.drawings)
                yield from (glyph.box for span in out.spans for glyph in span.glyphs)
        for seal in self.seals.get(page, ()):
            boundary = floats(seal.get("Boundary"))
            if len(boundary) == 4:
                left, top, width, height = boundary
                yield place.box(left, top, left + width, top + height)


def read_notes(package: Package, document: etree._Element, part: str, body: etree._Element) -> Notes:
    """Return a document's annotations and the seals of its signatures; parts that are not there hold none."""
    notes: defaultdict[str, tuple[Note, ...]] = defaultdict(tuple)
    seals: defaultdict[str, tuple[etree._Element, ...]] = defaultdict(tuple)
    for where, listed in _linked(package, document, part, "Annotations"):
        for page in listed.iter("{*}Page"):
            for _, held in _linked(package, page, where, "FileLoc"):
                notes[page.get("PageID", "")] += tuple(_notes(held))
    for where, listed in _linked(package, body, "", "Signatures"):
        for signature in listed.iter("{*}Signature"):
            held = located(package, where, signature.get("BaseLoc", ""))
            stamps = package.xml(held).iter("{*}StampAnnot") if held is not None else ()
            for stamp in stamps:
                seals[stamp.get("PageRef", "")] += (stamp,)
    return Notes(notes, seals)


def _linked(
    package: Package, parent: etree._Element, part: str, name: str
) -> Iterator[tuple[str, etree._Element]]:
    for link in parent.iter(f"{{*}}{name}"):
        place = located(package, part, link.text or "")
        if place is not None:
            yield place, package.xml(place)


def _notes(root: etree._Element) -> Iterator[Note]:
    for note in root.iter("{*}Annot"):
        if note.get("Visible", "true") != "false":
            for looks in note.iter("{*}Appearance"):
                yield Note(note.get("Type", ""), looks)
