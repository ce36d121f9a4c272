"""Where reports may begin: every line of a document that may be a title, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model import PageContent
from pipeline.narrative.furniture import in_margin, without_furniture
from pipeline.narrative.lines import Layout, Line, layout_of, visual_lines
from pipeline.narrative.text import ends_sentence, plain, units
from pipeline.narrative.title import Title, every_title, is_date
from pipeline.settings import NarrativeSettings

HEAD_LINES = 3  # most lines of a letterhead above a title
HEAD_LENGTH = 20.0  # em; a longer line is none of a letterhead


@dataclass(frozen=True, slots=True)
class TitlePlace:
    """A line that may be a title: its words, the content (an index) and the line where it begins.

    With geometry `top` tells the place, in points; without, `line` does, an index into the content's lines.
    `first` says that nothing of another report stands above it on its page; `marginal` that it stands
    where running heads do.
    """

    text: str
    content: int
    line: int
    top: float | None
    first: bool = False
    marginal: bool = False


def find_titles(pages: Sequence[PageContent], settings: NarrativeSettings) -> tuple[TitlePlace, ...]:
    """Return all that may be titles in `pages`, in order; heads that run through most pages are left out."""
    by_page = {index: visual_lines(page) for index, page in enumerate(pages)}
    kept = without_furniture(pages, by_page, settings)
    layout = layout_of(pages, kept, (), settings.first_indent)
    held = {id(line) for line in kept}
    return tuple(
        place
        for index, lines in by_page.items()
        for place in _of_page(pages[index], index, lines, held, layout, settings)
    )


def _of_page(
    page: PageContent,
    index: int,
    lines: Sequence[Line],
    held: set[int],
    layout: Layout,
    settings: NarrativeSettings,
) -> list[TitlePlace]:
    # Without geometry every line but blank ones is a visual line; elsewhere heights tell the place.
    shown = [number for number, line in enumerate(page.lines) if line.text.strip()]
    numbers = [shown[n] for n, line in enumerate(lines) if id(line) in held]
    own = [lines[number] for number in numbers]
    return [
        _place(title, page, index, own, numbers, settings)
        for title in every_title(own, layout, settings)
        if not _inside_table(own[title.start], page)
    ]


def _place(
    title: Title,
    page: PageContent,
    index: int,
    own: Sequence[Line],
    numbers: Sequence[int],
    settings: NarrativeSettings,
) -> TitlePlace:
    line = own[title.start]
    top = line.box.top if line.box else None
    tables_above = [t for t in page.tables if t.parts and top is not None and t.parts[0].box.top < top]
    return TitlePlace(
        title.text,
        index,
        numbers[title.start],
        top,
        first=top is not None and not tables_above and _is_letterhead(own[: title.start]),
        marginal=in_margin(line, page, settings),
    )


def _is_letterhead(lines: Sequence[Line]) -> bool:
    """Return whether `lines` may stand above a title, and are no end of a report: sentences, dates."""
    return len(lines) <= HEAD_LINES and not any(
        units(line.text) > HEAD_LENGTH or ends_sentence(line.text) or is_date(plain(line.text))
        for line in lines
    )


def _inside_table(line: Line, page: PageContent) -> bool:
    """Return whether a line stands beside a table, so that no cut can part the two."""
    return line.box is not None and any(
        part.box.top < line.box.top < part.box.bottom for table in page.tables for part in table.parts
    )
