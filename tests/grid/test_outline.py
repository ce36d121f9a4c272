"""Tables that words tell, as grids: where rows are parted by rules, and where by white alone."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.grid import grid_of
from pipeline.model import Cell, Outline, Rule
from pipeline.settings import GridSettings

SETTINGS = GridSettings()
COLUMNS = ((100.0, 180.0), (220.0, 240.0), (280.0, 300.0))
WHITES = ((94.0, 100.0), (110.0, 114.0), (124.0, 128.0), (138.0, 146.0))
"""Words take the first line of a label of three for all of it: rows part at 112."""


def levels(*ruled: float, start: float = 90) -> Sequence[float]:
    """Return the rows' borders of a table with rules at some heights, from `start` to the table's right."""
    cells = tuple(Cell(row, row + 1, column, column + 1) for row in range(3) for column in range(3))
    rules = [Rule("horizontal", y, start, 310) for y in ruled]
    grid = grid_of([Outline(WHITES, COLUMNS, cells)], rules, 1, SETTINGS)
    assert grid is not None
    return [round(y, 1) for y in grid.ys]


def test_rows_are_parted_by_their_rules_where_each_is_printed() -> None:
    assert levels(97, 121, 127, 142) == [97, 121, 127, 142]


def test_rules_over_the_last_columns_alone_part_rows_too() -> None:
    assert levels(97, 121, 127, 142, start=215) == [97, 121, 127, 142]


def test_a_rule_in_the_white_is_a_border_where_others_are_lost() -> None:
    assert levels(97, 127, 142) == [97, 112, 127, 142]


def test_as_many_rules_as_rows_elsewhere_part_none() -> None:
    assert levels(97, 132, 135, 142) == [97, 112, 126, 142]
    assert levels(97, 105, 127, 130, 142) == [97, 112, 127, 142]


def test_without_rules_the_middle_of_the_white_is_a_border() -> None:
    assert levels() == [97, 112, 126, 142]
