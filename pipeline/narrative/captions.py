"""Captions: the lines that name a table and stand right above it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from pipeline.model import PageContent, Part, Table
from pipeline.narrative.lines import Layout, Line
from pipeline.narrative.text import is_numbered_caption, plain, units
from pipeline.narrative.title import is_centred
from pipeline.settings import NarrativeSettings

LONGEST_LABEL = 30.0  # em
_SENTENCE = re.compile(r"[。，；！？,;!?]")
_ITEM = re.compile(r"[(（]?[一二三四五六七八九十\d]{1,2}[、.)）]")


def find_captions(
    lines: Sequence[Line],
    tables: Sequence[Table],
    taken: Collection[int],
    layout: Layout,
    settings: NarrativeSettings,
) -> Mapping[int, int]:
    """Return, for tables that have one, the position in `lines` of the caption.

    `taken` are positions that are headings or the title.  A caption starts with its number (表1), or is
    a short centred line directly above the table; one at the foot of the page before, or far above, counts
    only with a number.
    """
    found: dict[int, int] = {}
    for index, table in enumerate(tables):
        if not table.parts or table.caption is not None:
            continue
        position = _caption_of(table.parts[0], lines, {*taken, *found.values()}, layout, settings)
        if position is not None:
            found[index] = position
    return found


def flow_captions(
    lines: Sequence[Line],
    by_page: Mapping[int, Sequence[Line]],
    pages: Sequence[PageContent],
    tables: Sequence[Table],
    taken: Collection[int],
) -> Mapping[int, int]:
    """Return, for tables without pages, the position in `lines` of the caption with a number before each.

    Such tables come in the order of `pages`, each at the end of its content.
    """
    ends = [
        by_page[index][-1] if by_page[index] else None
        for index, page in enumerate(pages)
        for table in page.tables
        if not table.parts
    ]
    places = {id(line): position for position, line in enumerate(lines)}
    without = [index for index, table in enumerate(tables) if not table.parts]
    found: dict[int, int] = {}
    for index, line in zip(without, ends, strict=False):
        position = places.get(id(line))
        if line is None or position is None or position in taken:
            continue
        if is_numbered_caption(line.text):
            found[index] = position
    return found


def _caption_of(
    part: Part,
    lines: Sequence[Line],
    taken: Collection[int],
    layout: Layout,
    settings: NarrativeSettings,
) -> int | None:
    above = _nearest_above(part, lines)
    if above is None or above in taken:
        return None
    line = lines[above]
    frame = layout.frames.get(part.page) or next(iter(layout.frames.values()), None)
    if frame is None or line.box is None:
        return None
    numbered = is_numbered_caption(line.text)
    if line.page != part.page:
        return above if numbered else None
    if numbered:
        return None if _table_between(line, part, layout) else above
    gap = (part.box.top - line.box.bottom) / frame.em
    label = (
        gap <= settings.label_gap
        and units(line.text) <= LONGEST_LABEL
        and not _SENTENCE.search(plain(line.text))
        and not _ITEM.match(plain(line.text))
        and is_centred(line, frame, settings)
    )
    return above if label else None


def _table_between(line: Line, part: Part, layout: Layout) -> bool:
    assert line.box is not None
    return any(
        other.page == part.page and line.box.bottom <= other.box.center[1] < part.box.top
        for other in layout.tables
    )


def _nearest_above(part: Part, lines: Sequence[Line]) -> int | None:
    """Return the position of the last line before the table, on its page or the one before."""
    before = [
        index
        for index, line in enumerate(lines)
        if line.box is not None
        and line.page is not None
        and ((line.page == part.page and line.box.center[1] < part.box.top) or line.page == part.page - 1)
    ]
    return max(before, default=None)
