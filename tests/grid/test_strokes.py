"""A character's stroke that reaches from rule to rule parts no columns; whatever else does stays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.grid import RuledGrid, build_grid
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings
from tests.grid.tilings import rules_of

SETTINGS = GridSettings()
XS, YS = [60.0, 200.0, 330.0, 460.0], [100.0 + 11 * i for i in range(9)]
PLAIN = rules_of([(r, r + 1, c, c + 1) for r in range(8) for c in range(3)], XS, YS)
STROKE = 90.0


def found(rules: Sequence[Rule], print_: Sequence[Box]) -> RuledGrid:
    grid = build_grid(rules, 1, SETTINGS, (), print_)
    assert grid is not None
    return grid


def strokes(*rows: int) -> list[Rule]:
    return [Rule("vertical", STROKE, YS[row], YS[row + 1], 0.6) for row in rows]


def halves(row: int, right: bool = True) -> list[Box]:
    """Return what is left of the character beside the stroke in a row."""
    top = YS[row] + 3
    left = Box(STROKE - 4, top, STROKE - 1, top + 5)
    return [left, Box(STROKE + 1, top, STROKE + 4, top + 5)] if right else [left]


def test_a_stroke_amid_its_character_is_no_line() -> None:
    grid = found([*PLAIN, *strokes(3)], halves(3))
    assert (grid.grid.columns, len(grid.grid.cells)) == (3, 24)
    assert not any(rule.position == STROKE for rule in grid.rules)


def test_characters_below_one_another_make_no_line() -> None:
    assert found([*PLAIN, *strokes(3, 5)], [*halves(3), *halves(5)]).grid.columns == 3


@pytest.mark.parametrize("print_", [[], halves(3, right=False), halves(4)], ids=["none", "one side", "below"])
def test_a_line_with_a_bare_side_stays(print_: list[Box]) -> None:
    assert found([*PLAIN, *strokes(3)], print_).grid.columns == 4


def test_pieces_of_a_row_line_beside_a_line_make_no_character_of_it() -> None:
    pieces = [Box(STROKE - 30, YS[3] - 0.5, STROKE - 1.5, YS[3] + 0.9)]
    pieces += [Box(STROKE + 2, YS[3] - 0.5, STROKE + 6, YS[3] + 0.9)]
    assert found([*PLAIN, *strokes(3)], pieces).grid.columns == 4


def test_a_line_that_stands_free_in_another_row_stays() -> None:
    assert found([*PLAIN, *strokes(3, 5)], halves(3)).grid.columns == 4


def test_the_first_stroke_of_labels_beside_their_cells_side_is_no_line() -> None:
    side = XS[0] + 5.0
    ones = [Rule("vertical", side, YS[row], YS[row + 1], 0.6) for row in (3, 4)]
    assert found([*PLAIN, *ones], [Box(side + 4, YS[3] + 3, side + 12, YS[3] + 9)]).grid.columns == 3


def test_a_line_near_a_side_with_print_between_stays() -> None:
    side = XS[0] + 7.0
    figure = Box(XS[0] + 1, YS[3] + 3, XS[0] + 4, YS[3] + 9)
    assert found([*PLAIN, Rule("vertical", side, YS[3], YS[4], 0.6)], [figure]).grid.columns == 4


def digits(*rows: int) -> list[Box]:
    """Return a digit in the middle of the second column of some rows."""
    return [Box(262, YS[row] + 3, 268, YS[row] + 9) for row in rows]


def test_a_lone_digit_from_rule_to_rule_below_others_is_no_line() -> None:
    """A 0 of a low row that passes for a piece of a rule would leave its cell blank."""
    digit = Rule("vertical", 267.0, YS[3], YS[4], 0.6)
    grid = found([*PLAIN, digit], digits(0, 1, 2, 4, 5, 6, 7))
    assert grid.grid.columns == 3
    assert digit not in grid.rules


def test_a_line_with_figures_on_both_sides_stays_below_digits_that_stand_on_it() -> None:
    figures = [Box(232, YS[3] + 3, 238, YS[3] + 9), Box(297, YS[3] + 3, 303, YS[3] + 9)]
    parting = Rule("vertical", 265.0, YS[3], YS[4], 0.6)
    assert found([*PLAIN, parting], [*digits(0, 1, 2, 4, 5, 6, 7), *figures]).grid.columns == 4


def test_a_line_of_many_rows_stays_however_tight_the_print() -> None:
    rows = range(4)
    assert found([*PLAIN, *strokes(*rows)], [box for row in rows for box in halves(row)]).grid.columns == 4


def bordered(right: Sequence[float]) -> list[Rule]:
    """Return the table with the right border of each row at a place of its own."""
    rest = [r for r in PLAIN if (r.axis, r.position) != ("vertical", XS[-1])]
    return [*rest, *(Rule("vertical", x, YS[row], YS[row + 1], 0.6) for row, x in enumerate(right))]


def test_a_border_that_wanders_is_one_line() -> None:
    grid = found(bordered([458.0] * 4 + [461.2] * 4), ()).grid
    assert (grid.columns, len(grid.cells)) == (3, 24)


def test_two_lines_that_run_side_by_side_are_two() -> None:
    double = [*bordered([461.2] * 8), *(Rule("vertical", 458.0, YS[r], YS[r + 1], 0.6) for r in range(8))]
    assert found(double, ()).grid.columns == 4
