"""Word files (WordprocessingML, ECMA-376): paragraphs, tables with their spans, text boxes, pictures.

Tracked changes are taken as accepted: what was deleted or moved away is gone, what was inserted stays.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.errors import DamagedFileError, InputError, TooLargeError
from pipeline.model import Finding
from pipeline.settings import SourceSettings
from pipeline.source.flow import UNREADABLE, Image, Item, Line
from pipeline.source.metafile import as_picture, metafile_size
from pipeline.source.package import Package, attribute, local, number
from pipeline.source.spans import Spanned, run_on, table_of, tidy
from pipeline.source.word_numbers import Numbers, read_numbers

MAIN = "word/document.xml"
_DROPPED = frozenset(
    (
        *(
            "del",
            "moveFrom",
            "pPr",
            "rPr",
            "tblPr",
            "tblGrid",
            "trPr",
            "tcPr",
            "sectPr",
            "instrText",
            "delText",
        ),
        *("Fallback", "sdtPr", "sdtEndPr", "footnoteReference", "endnoteReference", "commentReference"),
        *("txbxContent", "rt"),
    )
)
SCREEN = 96.0 / 72.0  # pixels in a point, as screens show it
_OFF = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class _Slot:
    """A cell in its row: columns, how it goes on down (`restart`, `continue` or neither), its content."""

    start: int
    stop: int
    merge: str
    element: etree._Element


def docx_items(content: bytes, name: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield what a Word file says, in the order of its main part."""
    package = Package(content, name, settings)
    main = _main_part(package)
    root = package.xml(main)
    body = next((child for child in root if local(child) == "body"), None)
    if body is None:
        raise DamagedFileError(f"{name}: a Word file without a body")
    numbers = read_numbers(package, posixpath.dirname(main))
    yield from _Reader(package, _targets(package, main), numbers, settings).flow(body, 0)


def _main_part(package: Package) -> str:
    if MAIN in package:
        return MAIN
    found = (
        part for part in package.names if part.lower().startswith("word/document") and part.endswith(".xml")
    )
    return next(found, MAIN)


def _targets(package: Package, main: str) -> dict[str, str]:
    """Return the parts that the main part refers to, by identifier; addresses outside are left out."""
    folder, file = posixpath.split(main)
    part = f"{folder}/_rels/{file}.rels"
    if part not in package:
        return {}
    inside = (each for each in package.xml(part) if each.get("TargetMode") != "External")
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip(
            "/"
        )
        for each in inside
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of one file."""

    package: Package
    targets: dict[str, str]
    numbers: Numbers
    settings: SourceSettings
    drawn: list[str] = field(default_factory=list)

    def flow(self, parent: etree._Element, depth: int) -> Iterator[Item]:
        """Yield lines, tables and pictures of what is in `parent`."""
        if depth > self.settings.max_nesting:
            raise TooLargeError(f"parts within parts, more than {self.settings.max_nesting} deep")
        text = ""
        for child in parent:
            name = local(child)
            if name == "p":
                text += "".join(_text(child))
                if not _is_joined(child):
                    before = self.numbers.of(child)
                    yield from _lines(before + text.lstrip() if text.strip() else "")
                    text = ""
                yield from self._beside(child, depth)
            elif name == "tbl":
                yield from self._table(child, depth)
            elif name not in _DROPPED:
                yield from self.flow(child, depth + 1)
        yield from _lines(text)

    def _beside(self, paragraph: etree._Element, depth: int) -> Iterator[Item]:
        """Yield the text boxes and pictures that hang on a paragraph."""
        for element in _visible(paragraph):
            name = local(element)
            if name == "txbxContent":
                yield from self.flow(element, depth + 1)
            elif name in ("blip", "imagedata"):
                yield from self._picture(element)

    def _picture(self, element: etree._Element) -> Iterator[Item]:
        identifier = attribute(element, "embed") or attribute(element, "id") or ""
        part = self.targets.get(identifier)
        if part is not None and part in self.package:
            content, name = self.package.read(part), posixpath.basename(part)
            size = metafile_size(content)
            yield from [Image(content, name)] if size is None else self._metafile(content, name, size)

    def _metafile(self, content: bytes, name: str, size: tuple[float, float]) -> Iterator[Item]:
        """Yield a metafile as a picture, a finding where it cannot be made one, nothing for a logo."""
        least = self.settings.least_picture
        if any(side * SCREEN < limit for side, limit in zip(size, least, strict=True)):
            return
        try:
            if len(self.drawn) >= self.settings.max_metafiles:
                raise TooLargeError(f"{name}: more than {self.settings.max_metafiles} such pictures")
            self.drawn.append(name)
            yield Image(as_picture(content, name, self.settings), name)
        except InputError as error:
            yield Finding(UNREADABLE, detail=error.line())

    def _table(self, table: etree._Element, depth: int) -> Iterator[Item]:
        rows = [_slots(row, self.settings) for row in _children(table, "tr") if not _is_deleted(row)]
        if _is_arrangement(rows):
            for slot in (slot for row in rows for slot in row):
                yield from self.flow(slot.element, depth + 1)
            return
        inner: list[Item] = []
        placed = _placed(rows)
        cells = []
        for place, element in placed:
            held = list(self.flow(element, depth + 1)) if element is not None else []
            inner += [item for item in held if not isinstance(item, Line)]
            text = run_on([item.text for item in held if isinstance(item, Line)])
            cells.append(Spanned(place.row, place.column, place.row_end, place.column_end, text))
        made = table_of(cells, len(rows), self.settings)
        if made is not None:
            yield made
        yield from inner


def _visible(element: etree._Element) -> Iterator[etree._Element]:
    """Yield what is in a paragraph, without what was deleted; text boxes as a whole."""
    for child in element:
        name = local(child)
        if name == "txbxContent":
            yield child
        elif name not in _DROPPED:
            yield child
            yield from _visible(child)


def _text(element: etree._Element) -> Iterator[str]:
    """Yield the text of a paragraph or a run, line breaks as line feeds."""
    if local(element) == "r" and _is_hidden(element):
        return
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name in ("tab", "ptab"):
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "sym":
            yield _symbol(child)
        elif name not in _DROPPED:
            yield from _text(child)


def _symbol(element: etree._Element) -> str:
    """Return a character given by its number; private ones of symbol typefaces are no text."""
    code = attribute(element, "char") or ""
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    return chr(value) if 0x20 <= value < 0xD800 else ""


def _is_hidden(run: etree._Element) -> bool:
    return any(local(each) == "vanish" and _is_on(each) for part in _children(run, "rPr") for each in part)


def _is_on(element: etree._Element) -> bool:
    return (attribute(element, "val") or "true") not in _OFF


def _is_joined(paragraph: etree._Element) -> bool:
    """Return whether a paragraph's end was deleted, so that the next one goes on in it."""
    marks = (mark for part in _children(paragraph, "pPr") for mark in _children(part, "rPr"))
    return any(local(each) in ("del", "moveFrom") for mark in marks for each in mark)


def _lines(text: str) -> Iterator[Line]:
    for line in text.split("\n"):
        words = tidy(line)
        if words:
            yield Line(words)


def _children(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Yield children of that name, those inside content controls and insertions too."""
    for child in element:
        name = local(child)
        if name == wanted:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _children(child, wanted)


def _is_deleted(row: etree._Element) -> bool:
    return any(local(each) == "del" for part in _children(row, "trPr") for each in part)


def _property(cell: etree._Element, name: str) -> etree._Element | None:
    return next((each for part in _children(cell, "tcPr") for each in part if local(each) == name), None)


def _slots(row: etree._Element, settings: SourceSettings) -> list[_Slot]:
    """Return the cells of a row at their columns."""
    before = (each for part in _children(row, "trPr") for each in part if local(each) == "gridBefore")
    start = sum(number(attribute(each, "val")) for each in before)
    slots: list[_Slot] = []
    for cell in _children(row, "tc"):
        if _property(cell, "cellDel") is not None:
            continue
        wide, tall = _property(cell, "gridSpan"), _property(cell, "vMerge")
        across = _property(cell, "hMerge")
        stop = start + max(1, number(attribute(wide, "val") if wide is not None else None, 1))
        if stop > settings.max_columns or start < 0:
            raise TooLargeError(f"a table of more than {settings.max_columns} columns")
        if slots and across is not None and attribute(across, "val") != "restart":
            slots[-1] = replace(
                slots[-1], stop=stop
            )  # Word shows nothing of a cell that goes on from its left
            start = stop
            continue
        merge = "" if tall is None else attribute(tall, "val") or "continue"
        slots.append(_Slot(start, stop, merge, cell))
        start = stop
    return slots


def _placed(rows: list[list[_Slot]]) -> list[tuple[Spanned, etree._Element | None]]:
    """Return the cells of a table with their rows: those that go on from above are one with it."""
    done: list[tuple[Spanned, etree._Element | None]] = []
    above: dict[tuple[int, int], int] = {}
    for y, row in enumerate(rows):
        here: dict[tuple[int, int], int] = {}
        for slot in row:
            place = (slot.start, slot.stop)
            index = above.get(place) if slot.merge == "continue" else None
            if index is None:
                index = len(done)
                done.append((Spanned(y, slot.start, y + 1, slot.stop, ""), slot.element))
            else:
                first, element = done[index]
                done[index] = (Spanned(first.row, first.column, y + 1, first.column_end, ""), element)
            if slot.merge:
                here[place] = index
        above = here
    return done


def _is_arrangement(rows: list[list[_Slot]]) -> bool:
    """Return whether a table only arranges a page: one cell, or tables within it with more cells than it."""
    cells = [slot.element for row in rows for slot in row]
    if len(cells) < 2:
        return True
    nested = [cell for cell in cells if _counted(cell)]
    own = sum(1 for cell in cells if cell not in nested and "".join(_text(cell)).strip())
    return sum(map(_counted, nested)) >= max(own, 2)


def _counted(cell: etree._Element) -> int:
    """Return how many cells the tables within a cell have."""
    return sum(1 for each in cell.iter() if local(each) == "tc") - 1
