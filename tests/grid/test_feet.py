"""A merged cell whose foot a browser drew too high, on the page after the one where it was cut."""

from __future__ import annotations

from pipeline.grid import find_tables
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings

SETTINGS = GridSettings()
XS = (74.0, 100.0, 146.0, 252.0, 522.0)
YS = (61.0, 126.0, 205.0, 225.0, 259.0, 294.0)
FOOT = 180.0  # of the first column's cell, which ends with the fourth row
MERGED = [
    (0, 3, 1, 2),
    (0, 4, 0, 1),
    (3, 4, 1, 3),
    (4, 5, 0, 3),
    *((row, row + 1, 2, 3) for row in range(3)),
    *((row, row + 1, 3, 4) for row in range(5)),
]


def page(foot: float) -> list[Rule]:
    """Return the rules of the piece, the merged cell drawn down to `foot`."""
    starts = (XS[0], XS[2], XS[2], XS[1], XS[1], XS[0])
    across = [Rule("horizontal", y, x, XS[-1]) for y, x in zip(YS, starts, strict=True)]
    ends = (YS[-1], foot, YS[3], YS[-1], YS[-1])
    down = [Rule("vertical", x, YS[0], end) for x, end in zip(XS, ends, strict=True)]
    down[2] = Rule("vertical", XS[2], YS[0], YS[3])
    return [*across, *down, Rule("horizontal", foot, XS[0], XS[1])]


def spans(rules: list[Rule], print_: list[Box]) -> list[tuple[int, int, int, int]]:
    (found,) = find_tables(rules, print_, 1, SETTINGS)
    return sorted((c.row_start, c.row_end, c.column_start, c.column_end) for c in found.grid.cells)


def test_a_merged_cell_ends_where_the_rows_beside_it_do() -> None:
    assert spans(page(FOOT), []) == spans(page(YS[4]), []) == sorted(MERGED)


def test_a_foot_stays_where_print_stands_below_it() -> None:
    below = Box(XS[0] + 8, FOOT + 20, XS[0] + 18, FOOT + 30)
    assert spans(page(FOOT), [below]) != sorted(MERGED)
