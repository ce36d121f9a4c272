"""Web pages: their text, tables and pictures, without the site around them. Nothing is ever fetched.

Tables that only arrange a page are dissolved; pictures beside the page or inside it are read.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from pipeline.errors import DamagedFileError, TooLargeError
from pipeline.model import Finding, Table
from pipeline.settings import SourceSettings
from pipeline.source.encoding import decode_or_raise
from pipeline.source.flow import UNREADABLE, Image, Item, Line
from pipeline.source.package import local, number
from pipeline.source.spans import Flowing, flowed, run_on, table_of, tidy

Fetch = Callable[[str], bytes | None]
"""Returns the bytes of a picture by its address in the page, None where they are not at hand."""

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
DECLARED_REACH = 4_096  # bytes
_SKIPPED = frozenset(
    (
        *(
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "title",
            "nav",
            "footer",
            "aside",
            "select",
            "button",
        ),
        *("input", "textarea", "iframe", "object", "embed", "svg", "math", "audio", "video", "canvas", "del"),
    )
)
_BLOCKS = frozenset(
    (
        *(
            "p",
            "div",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "br",
            "hr",
            "pre",
        ),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "section", "article", "header"),
        *(
            "main",
            "blockquote",
            "form",
            "fieldset",
            "center",
            "address",
            "figure",
            "figcaption",
            "body",
            "html",
        ),
    )
)
_GONE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SITE = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|footer|foot|bottom|sidebar|side|share|"
    r"copyright|friendlinks?|links?|toolbar|search|login|header|top|location|position|dqwz|wz|tools?)"
    r"(?:[-_\s\d]|$)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?=.*(?:20\d\d|二[〇○零])).{0,30}信息公开.{0,8}(?:报告|年报)")
_PATH = re.compile("[>＞»›]")
SITE_SHARE = 0.3  # of the page's text; a larger part is no navigation, whatever its name
LINK_SHARE = 0.6  # of a block's text that is links in a list of links
LEAST_LINKS = 4
FORM_TABLES = 3  # a page with fewer may have them as pictures


def html_items(content: bytes, path: Path, settings: SourceSettings) -> Iterator[Item]:
    """Yield what a web page says; pictures are taken from the page itself and from its folder."""
    return markup_items(content, path.name, lambda address: _beside(address, path, settings), settings)


def markup_items(
    content: bytes, name: str, fetch: Fetch, settings: SourceSettings, declared: str | None = None
) -> Iterator[Item]:
    """Yield what a page of HTML says, its pictures by `fetch`; `declared` is the encoding told outside it."""
    if len(content) > settings.max_text:
        raise TooLargeError(f"{name}: {len(content)} bytes of HTML, more than {settings.max_text}")
    inside = _DECLARED.search(content[:DECLARED_REACH])
    told = inside[1].decode("ascii") if inside else declared
    text = decode_or_raise(content, name, told).replace("\0", "")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(f"{name}: damaged HTML") from error
    if root is None:
        return
    walk = _Walk(fetch, settings, max(1, len("".join(root.itertext()))))
    tables = 0
    for item in _lines(walk.items(root, 0)):
        tables += isinstance(item, Table)
        yield item
    if tables < FORM_TABLES:
        for address in walk.missing:
            yield Finding(UNREADABLE, detail=f"picture not at hand: {address[:200]}")


BREAK = object()
_Token = str | object


@dataclass(slots=True)
class _Walk:
    """One walk over a page: where pictures come from, what there is of text; `missing` pictures as met."""

    fetch: Fetch
    settings: SourceSettings
    size: int
    missing: list[str] = field(default_factory=list)

    def items(self, element: etree._Element, depth: int) -> Iterator[_Token]:
        """Yield text, BREAK, tables and pictures of an element, in order."""
        if depth > self.settings.max_nesting:
            raise TooLargeError(f"elements within elements, more than {self.settings.max_nesting} deep")
        name = local(element).lower()
        if not name or name in _SKIPPED or self._is_left_out(element, name):
            return
        block = name in _BLOCKS
        if block:
            yield BREAK
        if name == "img":
            yield from self._picture(element)
        elif name == "table":
            yield from self._table(element, depth)
        else:
            yield from self._inside(element, depth)
        if block:
            yield BREAK

    def _inside(self, element: etree._Element, depth: int) -> Iterator[_Token]:
        yield element.text or ""
        for child in element:
            yield from self.items(child, depth + 1)
            yield child.tail or ""

    def _is_left_out(self, element: etree._Element, name: str) -> bool:
        if "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
            return True
        if name in ("body", "html", "table", "tr", "td", "th", "tbody") or name not in _BLOCKS:
            return False
        return self._is_site(element) or _is_link_list(element)

    def _is_site(self, element: etree._Element) -> bool:
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
        if not _SITE.search(names):
            return False
        if any(_has_figures(table) for table in element.iter("table")) or _has_title(element):
            return False
        return len(_text(element)) < SITE_SHARE * self.size

    def _picture(self, element: etree._Element) -> Iterator[_Token]:
        """Yield a picture; a page that loads it late names a dummy first, and the picture elsewhere."""
        named = ((element.get(key) or "").strip() for key in ("src", "data-src", "data-original"))
        addresses = [address for address in named if address]
        contents = [(self._content(address), address) for address in addresses]
        content, address = max(contents, key=lambda held: len(held[0] or b""), default=(None, ""))
        inline = address[:5].lower() == "data:"
        if content is not None:
            yield Image(content, "inline picture" if inline else address[:200])
        elif address and not inline and not _is_small(element, self.settings):
            self.missing.append(address)

    def _content(self, address: str) -> bytes | None:
        return _inline(address) if address[:5].lower() == "data:" else self.fetch(address)

    def _table(self, element: etree._Element, depth: int) -> Iterator[_Token]:
        rows = [(row, _cells(row)) for row in _rows(element)]
        if _is_arrangement([cell for _, cells in rows for cell in cells]):
            for _, cells in rows:
                for cell in cells:
                    yield BREAK
                    if not _is_link_list(cell):
                        yield from self._inside(cell, depth + 1)
            yield BREAK
            return
        for caption in element.findall("caption"):
            yield from self.items(caption, depth + 1)
        yield from self._data(rows, depth)

    def _data(self, rows: list[tuple[etree._Element, list[etree._Element]]], depth: int) -> Iterator[_Token]:
        """Yield a table of figures, then what its cells hold beside text: pictures, tables."""
        ends = _group_ends([row for row, _ in rows])
        inner: list[_Token] = []
        held: list[list[Flowing]] = []
        for y, (_, cells) in enumerate(rows):
            held.append([])
            for cell in cells:
                unseen = _HIDDEN.search(cell.get("style", "")) is not None  # it keeps its place
                tokens = [] if unseen else list(self._inside(cell, depth + 1))
                inner += [t for t in tokens if isinstance(t, Table | Image)]
                text = run_on(_pieces(tokens))
                down = number(cell.get("rowspan"), 1)
                down = min(down, ends[y] - y) if down > 0 else ends[y] - y
                across = min(max(number(cell.get("colspan"), 1), 1), self.settings.max_columns)
                held[-1].append(Flowing(text, down, across))
        table = table_of(flowed(held, self.settings), len(held), self.settings)
        if table is not None:
            yield table
        yield from inner


def _rows(table: etree._Element) -> list[etree._Element]:
    """Return the rows of a table, those of tables within it left out."""
    found: list[etree._Element] = []
    for part in table:
        if local(part).lower() == "tr":
            found.append(part)
        elif local(part).lower() in ("thead", "tbody", "tfoot"):
            found += (row for row in part if local(row).lower() == "tr")
    return found


def _cells(row: etree._Element) -> list[etree._Element]:
    every = (cell for cell in row if local(cell).lower() in ("td", "th"))
    return [cell for cell in every if not _GONE.search(cell.get("style", ""))]


def _group_ends(rows: list[etree._Element]) -> list[int]:
    """Return for each row where its row group ends: spans do not reach beyond."""
    ends: list[int] = []
    for index in range(len(rows) - 1, -1, -1):
        last = index + 1 == len(rows) or rows[index].getparent() is not rows[index + 1].getparent()
        ends.append(index + 1 if last else ends[-1])
    return ends[::-1]


def _is_arrangement(cells: list[etree._Element]) -> bool:
    """Return whether a table only arranges a page: one cell, or tables within it with more cells than it."""
    if len([cell for cell in cells if _text(cell) or cell.find(".//img") is not None]) < 2:
        return len(cells) < 2 or any(cell.find(".//img") is not None for cell in cells) or _nested(cells) > 0
    own = sum(1 for cell in cells if cell.find(".//table") is None and _text(cell))
    if _nested(cells) >= max(own, 2):
        return True
    alone = all(len(_cells(row)) <= 1 for row in {cell.getparent() for cell in cells})
    return alone and any("。" in _text(cell) for cell in cells)


def _nested(cells: list[etree._Element]) -> int:
    return sum(1 for cell in cells for table in cell.iter("table") for _ in table.iter("td", "th"))


def _has_figures(table: etree._Element) -> bool:
    return sum(_text(cell).strip().isdigit() for cell in table.iter("td")) >= 2


def _has_title(element: etree._Element) -> bool:
    """Return whether a block, whatever it is called, holds the page's title."""
    if element.find(".//h1") is not None:
        return True
    if _PATH.search(_text(element)):  # links to where one is, which end in the page's name
        return False
    return any(_TITLE.fullmatch("".join((child.text or "").split())) for child in element.iter())


def _is_link_list(element: etree._Element) -> bool:
    links = list(element.iter("a"))
    if len(links) < LEAST_LINKS or element.find(".//table") is not None:
        return False
    text = len(_text(element))
    return sum(len(_text(link)) for link in links) >= LINK_SHARE * max(text, 1)


def _is_small(element: etree._Element, settings: SourceSettings) -> bool:
    """Return whether a page says itself that a picture is too small to hold a table."""
    width, height = (number(element.get(side), 10_000) for side in ("width", "height"))
    return width < settings.least_picture[0] or height < settings.least_picture[1]


def _text(element: etree._Element) -> str:
    return "".join("".join(map(str, element.itertext())).split())


def _pieces(tokens: list[_Token]) -> list[str]:
    pieces = [""]
    for token in tokens:
        if isinstance(token, str):
            pieces[-1] += token
        elif pieces[-1]:
            pieces.append("")
    return pieces


def _lines(tokens: Iterator[_Token]) -> Iterator[Item]:
    """Yield tokens with text gathered to lines."""
    text = ""
    for token in tokens:
        if isinstance(token, str):
            text += token
            continue
        yield from _line(text)
        text = ""
        if isinstance(token, Table | Image):
            yield token
    yield from _line(text)


def _line(text: str) -> Iterator[Line]:
    words = tidy(text)
    if words:
        yield Line(words)


def _inline(address: str) -> bytes | None:
    """Return the bytes of a data: address of a picture."""
    head, comma, body = address.partition(",")
    if not comma or not head.lower().startswith("data:image/"):
        return None
    try:
        return base64.b64decode(unquote(body), validate=False) if ";base64" in head.lower() else None
    except (binascii.Error, ValueError):
        return None


def _beside(address: str, page: Path, settings: SourceSettings) -> bytes | None:
    """Return a picture that lies in the page's folder or below; never one from anywhere else."""
    words = unquote(address.partition("?")[0].partition("#")[0]).replace("\\", "/")
    if ":" in words or words.startswith("/") or "\0" in words:
        return None
    try:
        folder = page.parent.resolve()
        path = (folder / words).resolve()
        if not path.is_relative_to(folder) or not path.is_file() or path.stat().st_size > settings.max_text:
            return None
        return path.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return None
