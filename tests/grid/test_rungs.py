"""Tables of a known form without verticals: where its rules begin and end they tell its rows for certain."""

from __future__ import annotations

import pytest

from pipeline.grid import RuledGrid, find_tables, is_inferred
from pipeline.model import Box, Cell, Grid, Rule
from pipeline.settings import GridSettings
from tests.grid.test_open import centred, levels, without
from tests.grid.tilings import Span, rules_of, spans_of

SETTINGS = GridSettings()
XS = [60.0, 80.0, 170.0, 210.0, 270.0, 330.0, 390.0, 450.0]
NESTED: list[Span] = [
    (0, 3, 0, 2),
    (0, 1, 2, 7),
    (1, 3, 2, 3),
    (1, 2, 3, 6),
    (1, 3, 6, 7),
    *((2, 3, c, c + 1) for c in (3, 4, 5)),
    (3, 4, 0, 2),
    (4, 7, 0, 1),
    *((r, r + 1, 1, 2) for r in (4, 5, 6)),
    *((r, r + 1, c, c + 1) for r in range(3, 7) for c in range(2, 7)),
]
TITLED: list[Span] = [
    (0, 1, 0, 3),
    *((r, r + 1, c, c + 1) for r in (1, 2) for c in range(3)),
    (3, 4, 0, 3),
    *((r, r + 1, c, c + 1) for r in (4, 5) for c in range(3)),
]


def known(tiling: list[Span]) -> Grid:
    rows, columns = max(t[1] for t in tiling), max(t[3] for t in tiling)
    return Grid(rows, columns, tuple(Cell(*span) for span in sorted(tiling)))


def small(text: str, left: float, right: float, y: float) -> list[Box]:
    """Return print that the rule above it cuts off: no line of it is as high as print of its size is."""
    return [Box(box.left, box.top + 5.8, box.right, box.bottom) for box in centred(text, left, right, y)]


def nested_print(ys: list[float]) -> list[Box]:
    """Return header and labels, and figures but in one column, as where no number is."""
    held = [("申请人情况", 2, 7, 0), ("其他组织机构", 3, 6, 1), ("本年新收", 0, 2, 3), ("公开", 1, 2, 4)]
    held += [("不予公开", 1, 2, 5), ("总计", 1, 2, 6), ("自然人", 2, 3, 1), ("总计", 6, 7, 1)]
    held += [(name, c, c + 1, 2) for name, c in (("企业", 3), ("机构", 4), ("其他", 5))]
    held += [("12", c, c + 1, r) for r in (3, 5) for c in (2, 3, 5, 6)]
    return [
        box
        for text, left, right, row in held
        for box in centred(text, XS[left], XS[right], (ys[row] + ys[row + 1]) / 2)
    ]


def told(tiling: list[Span], xs: list[float], ys: list[float], print_: list[Box]) -> tuple[RuledGrid, ...]:
    rules = without(rules_of(tiling, xs, ys), "verticals")
    return find_tables(rules, print_, 1, SETTINGS, (known(tiling),))


def test_where_rules_begin_and_end_tells_the_form_and_print_the_columns_between() -> None:
    ys = levels(7)
    (found,) = told(NESTED, XS, ys, nested_print(ys))
    assert spans_of(found.grid) == sorted(NESTED)
    assert is_inferred(found)
    assert all(cell.repaired for cell in found.grid.cells)
    assert found.xs[:4] == pytest.approx(XS[:4], abs=0.1)
    assert found.xs[4:6] == pytest.approx(XS[4:6], abs=20)


def test_a_rule_that_begins_elsewhere_is_none_of_the_form() -> None:
    ys = levels(7)
    rules = [r for r in rules_of(NESTED, XS, ys) if r.axis == "horizontal" and r.position != ys[5]]
    other = Rule("horizontal", ys[5], XS[2], XS[-1])
    found = find_tables([*rules, other], nested_print(ys), 1, SETTINGS, (known(NESTED),))
    assert [spans_of(table.grid) for table in found] != [sorted(NESTED)]


@pytest.mark.parametrize("title", ["第一项", "甲"])
def test_titles_in_all_their_rows_tell_a_form_whose_rules_are_all_as_long(title: str) -> None:
    """The print is so small that no table is told by it alone."""
    xs, ys = [60.0, 190.0, 320.0, 450.0], levels(6)
    held = [("数量", c, c + 1, r) for r in (1, 2, 4, 5) for c in range(3)]
    held += [(title, 0, 3, 0), ("第二项", 0, 3, 3)]
    print_ = [
        box
        for text, left, right, row in held
        for box in small(text, xs[left], xs[right], (ys[row] + ys[row + 1]) / 2)
    ]
    (found,) = told(TITLED, xs, ys, print_)
    assert spans_of(found.grid) == sorted(TITLED)
    untitled = [box for box in print_ if not ys[3] < box.center[1] < ys[4]]
    assert not told(TITLED, xs, ys, untitled)


def test_words_across_a_cells_side_are_of_another_form() -> None:
    xs, ys = [60.0, 190.0, 320.0, 450.0], levels(6)
    wide: list[Span] = [*(span for span in TITLED if span[0] != 5), (5, 6, 0, 1), (5, 6, 1, 3)]
    held = [("数量", c, c + 1, r) for r in (1, 2, 4) for c in range(3)]
    held += [("第一项", 0, 3, 0), ("第二项", 0, 3, 3), ("总计", 0, 1, 5), ("采购总金额", 1, 3, 5)]
    print_ = [
        box
        for text, left, right, row in held
        for box in small(text, xs[left], xs[right], (ys[row] + ys[row + 1]) / 2)
    ]
    rules = without(rules_of(wide, xs, ys), "verticals")
    (found,) = find_tables(rules, print_, 1, SETTINGS, (known(TITLED), known(wide)))
    assert spans_of(found.grid) == sorted(wide)
