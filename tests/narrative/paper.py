"""Pages of lines set as an office sets them: A4, first lines indented by two characters."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.model import (
    Box,
    Cell,
    CellReading,
    Grid,
    PageContent,
    PageInfo,
    Part,
    Reading,
    Table,
    TextLine,
)

WIDTH, HEIGHT = 595.0, 842.0
LEFT, TOP, BOTTOM = 76.0, 90.0, 750.0
EM = 16.0
COLUMNS = 28
PITCH = 28.0


def bare(text: str) -> PageContent:
    """Return lines of text without geometry, as a text file has them."""
    lines = tuple(TextLine(line, None, None, 1.0, "text") for line in text.splitlines() if line.strip())
    return PageContent(PageInfo(1, WIDTH, HEIGHT, "text"), (), lines)


def table_at(page: int, top: float, bottom: float) -> Table:
    """Return a table of one cell that takes up the width of the body."""
    box = Box(LEFT, top, LEFT + COLUMNS * EM, bottom)
    reading = CellReading(Reading("", 1.0, "text"))
    return Table(Grid(1, 1, (Cell(0, 1, 0, 1, page, box),)), (reading,), (Part(page, box),))


@dataclass
class Typist:
    """Sets text line by line and starts a new page where the old one is full."""

    numbered: bool = True
    head: str = ""
    shift: float = 0.0
    ink: bool = False
    pages: list[list[TextLine]] = field(default_factory=lambda: [[]])
    tables: list[Table] = field(default_factory=list)
    y: float = TOP

    def line(self, text: str, left: float, *, em: float = EM) -> None:
        if self.y > BOTTOM:
            self.new_page()
        page = len(self.pages)
        drift = self.shift * (page % 2)
        right = left + drift + width(text, em)
        if self.ink:
            # Boxes found on a picture end where the ink ends, and waver.
            waver = 2.0 * math.sin(7.0 * len(self.pages[-1]) + page)
            right += waver - (0.6 * em if text[-1] in "，。、；" else 0.0)
            drift += waver / 2 + (0.5 * em if text[0] in "（《“" else 0.0)
        box = Box(left + drift, self.y, right, self.y + em)
        self.pages[-1].append(TextLine(text, page, box, 0.99, "test"))
        self.y += PITCH * em / EM

    def new_page(self) -> None:
        self.pages.append([])
        self.y = TOP

    def centred(self, text: str, *, em: float = EM) -> None:
        self.line(text, LEFT + (COLUMNS * EM - width(text, em)) / 2, em=em)

    def paragraph(self, text: str, *, indent: int = 2) -> None:
        """Fill lines; a run of ASCII characters is never divided."""
        line, left = "", LEFT + indent * EM
        for word in re.findall(r"[!-~]+|[^!-~]", text):
            if line and left + width(line + word, EM) > LEFT + COLUMNS * EM:
                self.line(line, left)
                line, left = "", LEFT
            line += word
        self.line(line, left)

    def table(self, height: float) -> None:
        page = len(self.pages)
        self.tables.append(table_at(page, self.y, self.y + height))
        self.y += height + PITCH / 2

    def bound(self) -> list[PageContent]:
        """Return the pages with numbers at their feet and the running head, lines in no order."""
        bound = []
        for number, lines in enumerate(self.pages, 1):
            every: Sequence[TextLine] = [*lines, *self._furniture(number)]
            info = PageInfo(number, WIDTH, HEIGHT, "scan")
            bound.append(PageContent(info, (), tuple(reversed(every))))
        return bound

    def _furniture(self, number: int) -> list[TextLine]:
        extra = []
        if self.numbered:
            extra.append(TextLine(f"- {number} -", number, Box(280, 790, 310, 802), 0.9, "test"))
        if self.head:
            text = f"{self.head} {number}"
            extra.append(TextLine(text, number, Box(76, 40, 76 + width(text, 10), 50), 0.9, "test"))
        return extra


def width(text: str, em: float) -> float:
    return sum(em if ord(character) > 127 else em / 2 for character in text)
