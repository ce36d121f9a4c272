"""Wherever a document is cut, every line and table is in one piece, and in one alone."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cutting import START, Place, between, span
from pipeline.model import (
    NO_PAGE,
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

HEIGHT = 842.0


def line(text: str, page: int | None = None, top: float = 0.0) -> TextLine:
    box = None if page is None else Box(60, top, 500, top + 12)
    return TextLine(text, page, box, 1.0, "text-layer")


def table(text: str, page: int | None = None, top: float = 0.0) -> Table:
    parts = () if page is None else (Part(page, Box(60, top, 500, top + 60)),)
    reading = CellReading(Reading(text, 1.0, "text-layer"))
    return Table(Grid(1, 1, (Cell(0, 1, 0, 1, page),)), (reading,), parts)


@st.composite
def documents(draw: st.DrawFn) -> tuple[PageContent, ...]:
    """Return pages with lines and tables at any height, and stretches of a flow between them."""
    contents = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        lines = draw(st.integers(0, 4))
        if draw(st.booleans()):
            tops = draw(st.lists(st.integers(0, 800), min_size=lines + 2, max_size=lines + 2, unique=True))
            contents.append(
                PageContent(
                    PageInfo(number, 595.0, HEIGHT, "text"),
                    tuple(table(f"t{number}-{k}", number, tops[k]) for k in range(draw(st.integers(0, 2)))),
                    tuple(line(f"l{number}-{k}", number, tops[k + 2]) for k in range(lines)),
                )
            )
        else:
            tables = (table(f"t{number}"),) if draw(st.booleans()) else ()
            contents.append(PageContent(NO_PAGE, tables, tuple(line(f"l{number}-{k}") for k in range(lines))))
    return tuple(contents)


def words(contents: tuple[PageContent, ...]) -> list[str]:
    held = [ln.text for content in contents for ln in content.lines]
    return sorted([*held, *(r.text.text for content in contents for t in content.tables for r in t.readings)])


def place(content: PageContent, index: int, at: int) -> Place:
    flows = content.info == NO_PAGE
    return Place(index, line=at % (len(content.lines) + 1)) if flows else Place(index, top=float(at))


@given(documents(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 800)), max_size=4))
def test_nothing_is_lost_and_nothing_is_there_twice(
    contents: tuple[PageContent, ...], cuts: list[tuple[int, int]]
) -> None:
    places = {place(contents[i], i, at) for i, at in cuts if i < len(contents)}
    starts = sorted({START, *places})
    pieces = [between(contents, a, b) for a, b in pairwise([*starts, None]) if a is not None]
    assert sorted(word for piece in pieces for word in words(piece)) == words(contents)
    for (a, b), piece in zip(pairwise([*starts, None]), pieces, strict=True):
        assert a is not None
        inside = [contents[index] for index in span(contents, a, b)]
        assert set(words(piece)) <= set(words(tuple(inside)))


@given(documents())
def test_a_document_that_is_not_cut_is_left_as_it_is(contents: tuple[PageContent, ...]) -> None:
    assert all(a is b for a, b in zip(between(contents, START, None), contents, strict=True))
