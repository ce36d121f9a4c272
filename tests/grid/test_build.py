"""Rules become grids: any printed tiling comes back, whatever small damage the print has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.errors import GridError
from pipeline.grid import build_grid, find_regions, joints_of
from pipeline.model import Box, Cell, Grid, Rule
from pipeline.settings import GridSettings
from tests.grid.tilings import Span, rules_of, spans_of, squeezed, tilings

SETTINGS = GridSettings()


def lines(count: int, start: float, step: float) -> list[float]:
    return [start + step * i for i in range(count + 1)]


def printed(tiling: list[Span]) -> list[Rule]:
    rows, columns = max(t[1] for t in tiling), max(t[3] for t in tiling)
    return rules_of(tiling, lines(columns, 70, 62), lines(rows, 90, 65))


def grids(rules: list[Rule]) -> list[Grid]:
    found = (build_grid(region, 1, SETTINGS) for region in find_regions(rules, SETTINGS))
    return [g.grid for g in found if g is not None]


@given(tilings())
def test_any_tiling_comes_back(drawn: tuple[int, int, list[Span]]) -> None:
    tiling = squeezed(drawn[2])
    assume(len(tiling) > 1)
    (grid,) = grids(printed(tiling))
    assert spans_of(grid) == tiling
    assert not any(cell.repaired for cell in grid.cells)


@given(tilings(), st.floats(-40, 40), st.floats(0.8, 2.5))
def test_moving_and_scaling_change_nothing(
    drawn: tuple[int, int, list[Span]], shift: float, scale: float
) -> None:
    tiling = squeezed(drawn[2])
    assume(len(tiling) > 1)
    moved = [
        replace(
            r, position=r.position * scale + shift, start=r.start * scale + shift, end=r.end * scale + shift
        )
        for r in printed(tiling)
    ]
    (grid,) = grids(moved)
    assert spans_of(grid) == tiling


@given(tilings())
def test_a_transposed_print_gives_the_transposed_grid(drawn: tuple[int, int, list[Span]]) -> None:
    tiling = squeezed(drawn[2])
    assume(len(tiling) > 1)
    (grid,) = grids([r.transposed() for r in printed(tiling)])
    assert spans_of(grid) == sorted((left, right, t, b) for t, b, left, right in tiling)


@given(tilings(), st.data())
def test_small_breaks_overshoots_and_wavering_rules_change_nothing(
    drawn: tuple[int, int, list[Span]], data: st.DataObject
) -> None:
    tiling = squeezed(drawn[2])
    assume(len(tiling) > 1)
    offsets = st.floats(-0.7, 0.7)
    ends = st.floats(-2.0, 2.0)
    damaged = [
        replace(
            r,
            position=r.position + data.draw(offsets),
            start=r.start - data.draw(ends),
            end=r.end + data.draw(ends),
        )
        for r in printed(tiling)
    ]
    (grid,) = grids(damaged)
    assert spans_of(grid) == tiling


@given(tilings(), st.sampled_from(["left", "right", "top", "bottom"]))
def test_a_missing_outer_border_is_closed(drawn: tuple[int, int, list[Span]], side: str) -> None:
    tiling = squeezed(drawn[2])
    rules = printed(tiling)
    horizontal = [r.position for r in rules if r.axis == "horizontal"]
    vertical = [r.position for r in rules if r.axis == "vertical"]
    gone = {
        "left": ("vertical", min(vertical)),
        "right": ("vertical", max(vertical)),
        "top": ("horizontal", min(horizontal)),
        "bottom": ("horizontal", max(horizontal)),
    }[side]
    left = [r for r in rules if (r.axis, r.position) != gone]
    # Rules must run to the lost border in at least one inner place, else nothing tells where it was.
    inner = [r for r in left if r.axis != gone[0] and abs(r.position - gone[1]) > 1]
    reaching = [r for r in inner if gone[1] in (r.start, r.end)]
    assume(len(tiling) > 1 and len(reaching) >= 2)
    found = grids(left)
    assert [spans_of(g) for g in found] == [tiling]


def test_a_cut_table_without_its_last_rule_is_open_below() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(3) for c in range(3)]
    rules = [r for r in printed(tiling) if not (r.axis == "horizontal" and r.position == 90 + 65 * 3)]
    (region,) = find_regions(rules, SETTINGS)
    found = build_grid(region, 1, SETTINGS)
    assert found is not None
    assert (found.open_top, found.open_bottom) == (False, True)
    assert spans_of(found.grid) == tiling
    assert not any(c.repaired for c in found.grid.cells)


def test_a_rule_broken_over_a_third_of_an_edge_still_parts_cells_and_says_so() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(3) for c in range(3)]
    rules = printed(tiling)
    broken = [r for r in rules if not (r.axis == "horizontal" and (r.position, r.start) == (155, 132))]
    broken += [Rule("horizontal", 155, 132, 152, 0.7), Rule("horizontal", 155, 173, 194, 0.7)]
    (grid,) = grids(broken)
    assert spans_of(grid) == tiling
    touched = {(c.row_start, c.column_start) for c in grid.cells if c.repaired}
    assert touched == {(0, 1), (1, 1)}


def test_strokes_of_print_are_neither_tables_nor_lines_of_one() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(2) for c in range(2)]
    strokes = [
        Rule("horizontal", 120, 80, 95),
        Rule("vertical", 88, 112, 126),
        Rule("horizontal", 400, 70, 130),
        Rule("vertical", 300, 500, 514),
    ]
    (grid,) = grids([*printed(tiling), *strokes])
    assert spans_of(grid) == tiling


def test_a_faint_rule_across_another_is_one_and_a_thin_stroke_in_a_row_is_none() -> None:
    """A scan may have a rule half as thick as the others; so are strokes from rule to rule."""
    levels, sides = (90.0, 109.0, 127.0, 146.0), (70.0, 170.0, 470.0)
    stout = [
        *(Rule("horizontal", y, 70, 470, 1.4) for y in levels),
        *(Rule("vertical", x, 90, 146, 2.0) for x in sides),
    ]
    faint = Rule("vertical", 370.0, 109, 146, 0.7)
    stroke = Rule("vertical", 270.0, 109, 127, 0.7)
    (grid,) = grids([*stout, faint, stroke])
    assert [c.column_end for c in grid.cells if c.row_start == 0] == [1, 3]
    assert [c.column_end for c in grid.cells if c.row_start == 1] == [1, 2, 3]


def test_two_tables_on_a_page_are_two_from_top_to_bottom() -> None:
    upper = rules_of([(0, 1, 0, 1), (0, 1, 1, 2)], [70, 200, 400], [90, 160])
    lower = rules_of([(0, 1, 0, 1), (1, 2, 0, 1)], [70, 400], [300, 370, 440])
    assert [spans_of(g) for g in grids(lower + upper)] == [
        [(0, 1, 0, 1), (0, 1, 1, 2)],
        [(0, 1, 0, 1), (1, 2, 0, 1)],
    ]


def test_a_frame_around_text_is_no_table() -> None:
    assert grids(rules_of([(0, 1, 0, 1)], [70, 400], [90, 300])) == []


def test_joints_are_where_rules_meet() -> None:
    rules = rules_of([(0, 1, 0, 1), (0, 1, 1, 2)], [70, 200, 400], [90, 160])
    places = {(j.x, j.y) for j in joints_of(rules, SETTINGS)}
    assert places == {(x, y) for x in (70, 200, 400) for y in (90, 160)}


@given(tilings())
def test_a_grid_with_a_hole_or_an_overlap_cannot_be_made(drawn: tuple[int, int, list[Span]]) -> None:
    rows, columns, tiling = drawn
    cells = tuple(Cell(*span) for span in tiling)
    assert len(Grid(rows, columns, cells).cells) == len(tiling)
    with pytest.raises(GridError):
        Grid(rows, columns, cells[1:])
    with pytest.raises(GridError):
        Grid(rows, columns, (*cells, cells[-1]))
    with pytest.raises(GridError):
        Grid(rows + 1, columns, cells)


def test_a_short_rule_at_an_open_cut_still_parts_cells() -> None:
    tiling = [
        (0, 1, 0, 1),
        (0, 1, 1, 2),
        (0, 1, 2, 3),
        (0, 1, 3, 4),
        (1, 2, 0, 2),
        (1, 2, 2, 3),
        (1, 2, 3, 4),
    ]
    xs, ys = [75.0, 105.0, 285.0, 400.0, 520.0], [64.0, 97.0, 160.0]
    rules = [r for r in rules_of(tiling, xs, ys) if (r.axis, r.position) != ("horizontal", 64.0)]
    (grid,) = grids(rules)
    assert spans_of(grid) == sorted(tiling)


def test_the_lone_border_of_a_cell_that_goes_on_overleaf_makes_no_row() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(3) for c in range(3)]
    (grid,) = grids([*printed(tiling), Rule("vertical", 70, 285, 340, 0.7)])
    assert spans_of(grid) == tiling


def test_cells_that_hang_to_the_margin_make_no_row() -> None:
    tiling = [(0, 3, 0, 1), (0, 1, 1, 2), (0, 1, 2, 3), (1, 3, 1, 2), (1, 2, 2, 3), (2, 3, 2, 3)]
    xs, ys = [60.0, 120.0, 200.0, 320.0], [90.0, 120.0, 150.0, 180.0]
    hanging = [
        Rule("vertical", 60, 90, 700, 0.7),
        Rule("vertical", 120, 90, 700, 0.7),
        Rule("horizontal", 700, 60, 120, 0.7),
    ]
    closed = [
        r
        for r in rules_of(tiling, xs, ys)
        if not (r.axis == "horizontal" and (r.position, r.start) == (180, 60))
    ]
    (grid,) = grids([*closed, *hanging])
    assert spans_of(grid) == sorted(tiling)
    (label,) = (c for c in grid.cells if (c.column_start, c.row_end) == (0, 3))
    assert label.box is not None
    assert label.box.bottom == 700


def test_a_last_row_worn_at_its_end_is_a_row() -> None:
    """Above it one edge is worn, below it the last: verticals alone would be a merged cell's."""
    tiling = [(r, r + 1, c, c + 1) for r in range(3) for c in range(6)]
    xs, ys = [70.0 * (i + 1) for i in range(7)], [90.0, 120.0, 150.0, 180.0]
    worn = [(150.0, xs[1]), (180.0, xs[5])]
    rules = [r for r in rules_of(tiling, xs, ys) if (r.position, r.start) not in worn]
    side = [Rule("vertical", xs[6], 90, 150, 0.7)]
    (grid,) = grids([*(r for r in rules if (r.axis, r.position) != ("vertical", xs[6])), *side])
    assert grid.rows == 3


def test_the_border_of_a_column_that_is_one_cell_belongs_to_its_table() -> None:
    tiling = [(0, 3, 0, 1), *((r, r + 1, c, c + 1) for r in range(3) for c in (1, 2))]
    xs, ys = [60.0, 100.0, 200.0, 320.0], [90.0, 170.0, 250.0, 330.0]
    open_ = [r for r in rules_of(tiling, xs, ys) if r.axis == "vertical" or r.start >= 100]
    (grid,) = grids(open_)
    assert spans_of(grid) == sorted(tiling)
    apart = Rule("vertical", 400.0, 60.0, 700.0, 0.7)
    (grid,) = grids([*(r for r in open_ if r.position != 60), apart])
    assert grid.columns == 2


def test_every_label_that_no_rule_closes_below_hangs_to_the_margin() -> None:
    tiling = [(0, 1, 0, 2), (0, 1, 2, 4), (1, 2, 0, 1), (1, 2, 1, 2), (1, 2, 2, 3), (1, 2, 3, 4)]
    xs, ys = [60.0, 100.0, 140.0, 220.0, 300.0], [90.0, 115.0, 140.0]
    closed = [
        r
        for r in rules_of(tiling, xs, ys)
        if not (r.axis == "horizontal" and r.position == 140 and r.start < 140)
    ]
    (grid,) = grids(closed)
    assert spans_of(grid) == sorted(tiling)
    bottoms = [c.box.bottom for c in grid.cells if c.row_end == 2 and c.box]
    assert bottoms == [140 + SETTINGS.hanging] * 2 + [140] * 2


def test_a_rule_that_stops_short_of_a_cells_side_parts_it_all_the_same() -> None:
    """Word processors leave out the last edge of a rule beside a cell that goes on overleaf."""
    tiling = [(0, 2, 0, 1), (0, 2, 1, 2), (2, 3, 0, 1), (2, 3, 1, 2)]
    rules = rules_of(tiling, [70.0, 240.0, 300.0], [90.0, 110.0, 130.0, 150.0])
    through = [Rule("horizontal", 110.0, 95.0, 300.0, 0.7), Rule("vertical", 95.0, 130.0, 150.0, 0.7)]
    (grid,) = grids([*rules, *through])
    assert {(c.row_start, c.row_end) for c in grid.cells if c.row_start < 2} == {(0, 1), (1, 2)}
    assert all(c.repaired for c in grid.cells if c.row_start < 2 and c.column_start == 0)


def test_a_thin_rule_among_those_of_its_row_parts_cells_as_they_do() -> None:
    xs = lines(8, 60, 50)
    sides = [Rule("vertical", x, 90.0, 108.0, 1.0) for x in xs if x not in (xs[3], xs[5])]
    thin = [Rule("vertical", xs[3], 90.4, 108.0, 0.4), Rule("vertical", xs[5], 90.0, 107.6, 0.4)]
    ends = [Rule("horizontal", y, xs[0], xs[-1], 1.0) for y in (90.0, 108.0)]
    stroke = Rule("vertical", xs[6] + 20, 92.0, 106.4, 0.4)
    (grid,) = grids([*sides, *thin, *ends, stroke])
    assert (grid.rows, grid.columns) == (1, 8)


def test_what_a_sagging_rule_leaves_between_column_lines_makes_no_strokes_of_them() -> None:
    xs = lines(12, 60, 36)
    sags = [2.6 * (1 - ((x - xs[6]) / (xs[6] - xs[0])) ** 2) for x in xs]
    sides = [Rule("vertical", x, 91.0 - sag, 108.4 - sag, 1.0) for x, sag in zip(xs, sags, strict=True)]
    ends = [Rule("horizontal", y, xs[0], xs[-1], 1.0) for y in (91.0, 108.0)]
    edges = [Box(x + 2, 105.6, x + 34, 106.2) for x in xs[3:9]]
    digits = [Box(x + 16, 96.0, x + 20, 102.0) for x in xs[:-1]]
    (region,) = find_regions([*sides, *ends], SETTINGS)
    found = build_grid(region, 1, SETTINGS, (), [*edges, *digits])
    assert found is not None
    assert (found.grid.rows, found.grid.columns) == (1, 12)
