"""A table's title that a page break left alone is its first row again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.grid import stitch, with_titles
from pipeline.model import Box, PageContent, PageInfo, Table, TextLine
from pipeline.settings import GridSettings
from tests.grid.tilings import table, texts

SETTINGS = GridSettings()
TITLE = "第二十条第（一）项"


def page(number: int, tables: Sequence[Table], lines: Sequence[tuple[str, float, float]] = ()) -> PageContent:
    """Return a page of 595 by 842 points with lines of text about a middle (x), each at its top (y)."""
    boxed = tuple(
        TextLine(text, number, Box(x - 50, y, x + 50, y + 10), 0.9, "text-layer") for text, x, y in lines
    )
    return PageContent(PageInfo(number, 595, 842, "text"), tuple(tables), boxed)


def below() -> Table:
    """Return the rest of a table, its middle 295 points from the left."""
    return table([["信息内容", "本年制发件数"], ["规章", "5"]], 2)


def same_table(upper: Sequence[str], lower: Sequence[str]) -> bool:
    return tuple(upper) == (TITLE,) and lower[0] == "信息内容"


def test_a_title_alone_at_the_end_of_a_page_is_the_first_row_of_the_table_overleaf() -> None:
    pages = [page(1, (), [("二、主动公开", 120, 600), (TITLE, 297, 740)]), page(2, [below()])]
    titled = with_titles(pages, same_table, SETTINGS)
    assert [line.text for line in titled[0].lines] == ["二、主动公开"]
    (one,) = stitch(titled, lambda *_: False, SETTINGS, same_table)
    assert texts(one)[:2] == [((0, 1, 0, 2), TITLE), ((1, 2, 0, 1), "信息内容")]
    assert [cell.repaired for cell in one.grid.cells] == [True, False, False, False, False]


@pytest.mark.parametrize(
    "lines",
    [
        [(TITLE, 297, 740), ("二、主动公开", 120, 760)],
        [(TITLE, 120, 740)],
        [("规章", 297, 740)],
        [],
    ],
)
def test_no_other_line_is_one(lines: Sequence[tuple[str, float, float]]) -> None:
    pages = [page(1, (), lines), page(2, [below()])]
    assert with_titles(pages, same_table, SETTINGS) == tuple(pages)


def test_a_title_above_a_table_of_its_own_page_is_none() -> None:
    pages = [page(1, [table([["甲", "乙"]], 1, top=760)], [(TITLE, 297, 740)]), page(2, [below()])]
    assert with_titles(pages, same_table, SETTINGS) == tuple(pages)


def test_a_title_is_none_where_text_stands_above_the_table_overleaf() -> None:
    pages = [page(1, (), [(TITLE, 297, 700)]), page(2, [below()], [("二、主动公开", 120, 65)])]
    assert with_titles(pages, same_table, SETTINGS) == tuple(pages)
