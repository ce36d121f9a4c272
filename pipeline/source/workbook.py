"""Excel workbooks (SpreadsheetML, ECMA-376): the tables of the form as some offices publish them.

Read here and not by a library: what a sheet claims of its size and its merged ranges must cost nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from pipeline.errors import TooLargeError
from pipeline.settings import SourceSettings
from pipeline.source.flow import Item, Line
from pipeline.source.package import Package, attribute, local, number
from pipeline.source.spans import Spanned, run_on, table_of

BOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
# A row of one cell that stands over a table and is none of it: title, section, caption, unit.
_PROSE = re.compile(
    r".*(?:报告|年报|年度)|[一二三四五六]、|第[一二三四五六]部分|附?表\s*[\d一二三四五六]|(?:单位|填报)[:：]"
)
LONGEST_ROW = 30  # characters; longer text alone in a row is a sentence


@dataclass(frozen=True, slots=True)
class _Range:
    """Rows and columns, half-open, from 0."""

    top: int
    left: int
    bottom: int
    right: int


def xlsx_items(content: bytes, name: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield the tables of all visible sheets, each stretch of rows without a blank one a table."""
    package = Package(content, name, settings)
    strings, framed = _strings(package), _framed(package)
    for part in _sheets(package):
        root = package.xml(part)
        yield from _blocks(_cells(root, strings, framed, settings), _merged(root), settings)


def _strings(package: Package) -> tuple[str, ...]:
    if STRINGS not in package:
        return ()
    return tuple(_rich(item) for item in package.xml(STRINGS) if local(item) == "si")


def _rich(item: etree._Element) -> str:
    """Return the text of a string, its phonetic reading (rPh) left out."""
    pieces = []
    for each in item.iter():
        if local(each) == "t" and not any(local(up) == "rPh" for up in each.iterancestors()):
            pieces.append(each.text or "")
    return "".join(pieces)


def _sheets(package: Package) -> Iterator[str]:
    relations = {each.get("Id"): each.get("Target", "") for each in package.xml("xl/_rels/workbook.xml.rels")}
    for sheet in package.xml(BOOK).iter():
        if local(sheet) == "sheet" and sheet.get("state", "visible") == "visible":
            target = relations.get(attribute(sheet, "id") or "", "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            if "worksheets/" in part and part in package:
                yield part


def _framed(package: Package) -> frozenset[int]:
    """Return the cell styles that draw a border: a blank cell with one belongs to a table."""
    if STYLES not in package:
        return frozenset()
    root = package.xml(STYLES)
    borders = [
        any(side.get("style", "none") != "none" for side in border)
        for part in root.iter("{*}borders")
        for border in part
    ]
    styles = (each for part in root.iter("{*}cellXfs") for each in part)
    return frozenset(
        index
        for index, each in enumerate(styles)
        if number(each.get("borderId")) in range(len(borders)) and borders[number(each.get("borderId"))]
    )


def _cells(
    root: etree._Element, strings: tuple[str, ...], framed: frozenset[int], settings: SourceSettings
) -> dict[tuple[int, int], str]:
    """Return the texts of a sheet by row and column, blank where a cell has nothing but a frame."""
    found: dict[tuple[int, int], str] = {}
    for cell in root.iter("{*}c"):
        place = _PLACE.fullmatch(cell.get("r", ""))
        text = _shown(cell, strings)
        if place is None or not (text or number(cell.get("s")) in framed):
            continue
        found[int(place[2]) - 1, _column(place[1])] = text
        if len(found) > settings.max_cells:
            raise TooLargeError(f"a sheet of more than {settings.max_cells} cells")
    return found


def _shown(cell: etree._Element, strings: tuple[str, ...]) -> str:
    """Return a cell's text; numbers as they are typed: 463.39999999999998 is the double 463.4."""
    kind = cell.get("t", "n")
    value = next((each.text or "" for each in cell if local(each) == "v"), "")
    if kind == "inlineStr":
        text = "".join(_rich(each) for each in cell if local(each) == "is")
    elif kind == "s":
        index = int(value) if value.isdigit() else -1
        text = strings[index] if 0 <= index < len(strings) else ""
    elif not value:  # a formula that no program has computed is shown as it is: it is no blank
        text = next((f"={each.text or ''}" for each in cell if local(each) == "f"), "")
    elif kind == "n":
        text = _number(value)
    else:
        text = value
    return run_on(text.splitlines())


def _number(value: str) -> str:
    try:
        exact = Decimal(repr(float(value))) if len(value.strip("-0.")) >= 15 else Decimal(value)
    except (InvalidOperation, ValueError, OverflowError):
        return value
    if not exact.is_finite() or abs(exact.adjusted()) > 30:
        return value
    plain = format(exact, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _merged(root: etree._Element) -> list[_Range]:
    found = []
    for each in root.iter("{*}mergeCell"):
        ends = [_PLACE.fullmatch(end) for end in each.get("ref", "").split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            (top, left), (bottom, right) = ((int(e[2]), _column(e[1])) for e in ends if e)
            found.append(_Range(top - 1, left, bottom, right + 1))
    return found


def _blocks(
    cells: dict[tuple[int, int], str], merged: list[_Range], settings: SourceSettings
) -> Iterator[Item]:
    """Yield the tables of a sheet: rows that follow each other or that a merged cell holds together."""
    filled = sorted({row for row, _ in cells})
    spans = [r for r in merged if (r.top, r.left) in cells]
    run: list[int] = []
    for row in filled:
        reach = max((r.bottom for r in spans if run and r.top <= run[-1]), default=0)
        if run and row > max(run[-1] + 1, reach):
            yield from _block(run, cells, merged, settings)
            run = []
        run.append(row)
    if run:
        yield from _block(run, cells, merged, settings)


def _block(
    rows: list[int], cells: dict[tuple[int, int], str], merged: list[_Range], settings: SourceSettings
) -> Iterator[Item]:
    start = 0
    for row in rows:
        texts = [text for (y, _), text in cells.items() if y == row and text]
        if len(texts) != 1 or not (_PROSE.match(texts[0]) or len(texts[0]) > LONGEST_ROW):
            break
        yield Line(texts[0])
        start += 1
    if start < len(rows):
        yield from _table(rows[start], rows[-1] + 1, cells, merged, settings)


def _table(
    top: int, bottom: int, cells: dict[tuple[int, int], str], merged: list[_Range], settings: SourceSettings
) -> Iterator[Item]:
    held = {place: text for place, text in cells.items() if top <= place[0] < bottom}
    corners = {(r.top, r.left): r for r in merged if (r.top, r.left) in held}
    left = min(column for _, column in held)
    right = max([*(column + 1 for _, column in held), *(r.right for r in corners.values())])
    bottom = max([bottom, *(r.bottom for r in corners.values())])
    for r in merged:
        if top <= r.top < r.bottom <= bottom and left <= r.left < r.right <= right:
            corners[r.top, r.left] = r
            held.setdefault((r.top, r.left), "")
    if (bottom - top) * (right - left) > settings.max_cells or right - left > settings.max_columns:
        raise TooLargeError(f"a table of more than {settings.max_cells} cells")
    placed: list[Spanned] = []
    taken: set[tuple[int, int]] = set()
    for place in sorted(held):
        area = corners.get(place, _Range(*place, place[0] + 1, place[1] + 1))
        slots = {(y, x) for y in range(area.top, area.bottom) for x in range(area.left, area.right)}
        if not slots & taken:
            taken |= slots
            ends = (area.bottom - top, area.right - left)
            placed.append(Spanned(area.top - top, area.left - left, *ends, held[place]))
    table = table_of(placed, bottom - top, settings)
    if table is not None and len(table.grid.cells) == 1:
        yield Line(table.readings[0].text.text)
    elif table is not None:
        yield table
