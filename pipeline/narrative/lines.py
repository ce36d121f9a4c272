"""Fragments of text → visual lines in reading order, and the frame of the body text on each page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.model import Box, PageContent, Part, Table, TextLine, bounding_box
from pipeline.narrative.text import joined, starts_item, tidy, units

LONG_LINE = 12.0  # em; shorter lines say little of the width of a character
SAME_WIDTH = 0.03  # of a page's width, by which scanned pages of one paper differ
FILLED = 1.5  # em from the right edge that a line which goes on below leaves at most
ASIDE = 2.0  # em beside the body where a number is no part of it
FULL_SHARE = 0.75  # of the widest line: a line that takes part in the body's edges


@dataclass(frozen=True, slots=True)
class Line:
    """A visual line: its text with spaces put right, as read, and where it stands."""

    text: str
    raw: str
    page: int | None
    box: Box | None

    @property
    def em(self) -> float:
        """Width of one of its full-width characters in points, 0 where unknown."""
        wide = units(self.text)
        return self.box.width / wide if self.box and wide else 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The body text of a page: left and right edge and the width of a character, in points."""

    left: float
    right: float
    em: float


@dataclass(frozen=True, slots=True)
class Layout:
    """What the geometry of a document says: frames by page, line pitch, indents, tables."""

    frames: Mapping[int, Frame]
    pitch: float
    indented: bool
    tables: tuple[Part, ...]


def visual_lines(page: PageContent) -> tuple[Line, ...]:
    """Return the page's lines from top to bottom, fragments of one line joined from left to right.

    A page where any line has no box keeps the order it was given in.  Numbers far out in the margin beside
    the body are left out: a pen's, or those that count lines.
    """
    if any(line.box is None for line in page.lines):
        return tuple(_line([line]) for line in page.lines if line.text.strip())
    rows: list[list[TextLine]] = []
    for line in sorted(_without_numbers_aside(page.lines), key=_middle):
        if not line.text.strip():
            continue
        if rows and _level(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(_line(sorted(row, key=lambda each: _box(each).left)) for row in rows)


def _without_numbers_aside(lines: Sequence[TextLine]) -> Sequence[TextLine]:
    body = [line for line in lines if units(line.text) >= LONG_LINE]
    if not body:
        return lines
    left, right = min(_box(line).left for line in body), max(_box(line).right for line in body)
    off = ASIDE * median(_box(line).width / units(line.text) for line in body)
    return [
        line
        for line in lines
        if not line.text.strip().isdecimal()
        or (_box(line).right >= left - off and _box(line).left <= right + off)
    ]


def layout_of(
    pages: Sequence[PageContent], lines: Sequence[Line], tables: Sequence[Table], indent: float
) -> Layout:
    """Return the layout of `lines`; `indent` is the least first-line indent in em."""
    frames = _frames(pages, lines)
    pairs = [(a, b) for a, b in pairwise(lines) if a.page == b.page]
    steps = [b.box.center[1] - a.box.center[1] for a, b in pairs if a.box and b.box]
    shifted = [line for line in lines if _is_indented(line, frames, indent)]
    found = [*tables, *(table for page in pages for table in page.tables)]
    parts = tuple(part for table in found for part in table.parts)
    return Layout(frames, median(steps) if steps else 0.0, len(shifted) > 1, parts)


def _line(fragments: Sequence[TextLine]) -> Line:
    text = ""
    for fragment in fragments:
        text = joined(text, tidy(fragment.text))
    boxes = [fragment.box for fragment in fragments if fragment.box is not None]
    raw = " ".join(fragment.text for fragment in fragments)
    return Line(text, raw, fragments[0].page, bounding_box(boxes) if boxes else None)


def _box(line: TextLine) -> Box:
    assert line.box is not None
    return line.box


def _middle(line: TextLine) -> float:
    return _box(line).center[1]


def _level(row: Sequence[TextLine], line: TextLine) -> bool:
    """Return whether `line` stands on the same line as `row`: apart by less than half the lower height."""
    middle = sum(_middle(each) for each in row) / len(row)
    height = min(_box(each).height for each in (line, *row))
    return abs(_middle(line) - middle) < height / 2


def _frames(pages: Sequence[PageContent], lines: Sequence[Line]) -> dict[int, Frame]:
    """Return a frame for every page that has a line with a box.

    A page with too few full lines takes the edges of the pages of its width.
    """
    frames: dict[int, Frame] = {}
    widths = {page.info.number: page.info.width for page in pages}
    for number, width in widths.items():
        same = {other for other, its in widths.items() if abs(its - width) <= SAME_WIDTH * width}
        alike = [line for line in lines if line.box and line.page in same]
        own = [line for line in alike if line.page == number]
        if own:
            frames[number] = _page_frame(own, _frame(alike))
    return frames


def _page_frame(own: Sequence[Line], common: Frame) -> Frame:
    frame = _frame(own)
    left = frame.left if frame.left <= common.left + common.em else common.left
    right = frame.right if frame.right >= common.right - common.em else common.right
    return Frame(left, right, common.em)


def _frame(lines: Sequence[Line]) -> Frame:
    boxes = [line.box for line in lines if line.box]
    long = [line for line in lines if units(line.text) >= LONG_LINE] or list(lines)
    em = median(line.em for line in long)
    body = [line.box for line in long if line.box and line.em < 1.3 * em] or boxes
    widest = max(box.width for box in body)
    full = [box for box in body if box.width >= FULL_SHARE * widest]
    right = -_outermost([-box.right for box in full], em)
    lefts = [box.left for box in (*full, *_continuing(lines, right, em))]
    return Frame(_outermost(lefts, em), right, em)


def _continuing(lines: Sequence[Line], right: float, em: float) -> Iterator[Box]:
    """Yield the boxes of short lines that go on where a line has run to the right edge: no indent there."""
    for above, line in pairwise(lines):
        if above.box is None or line.box is None or above.page != line.page:
            continue
        if above.box.right >= right - FILLED * em and not starts_item(line.text):
            yield line.box


def _outermost(values: Sequence[float], em: float) -> float:
    """Return the least value that is not alone: one stray line must not move the edge."""
    ordered = sorted(values)
    for value, following in pairwise(ordered):
        if following - value <= em / 2:
            return value
    return ordered[0]


def _is_indented(line: Line, frames: Mapping[int, Frame], indent: float) -> bool:
    frame = frames.get(line.page) if line.page is not None else None
    if line.box is None or frame is None or units(line.text) < LONG_LINE:
        return False
    return indent * frame.em < line.box.left - frame.left < 3.5 * frame.em
