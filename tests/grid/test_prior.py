"""A damaged table of a known form gets its rules back, and says where; any other table stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.form.tiling import dark_tilings
from pipeline.form.tiling import tilings as forms
from pipeline.grid import RuledGrid, build_grid, find_regions
from pipeline.model import Box, Grid, Rule
from pipeline.settings import GridSettings
from tests.grid.tilings import Span, rules_of, spans_of, squeezed, tilings

SETTINGS = GridSettings()
DETAILED = [form for form in forms() if form.columns >= 10]


def lattice(rows: int, columns: int) -> tuple[list[float], list[float]]:
    return [60.0 + 45 * i for i in range(columns + 1)], [90.0 + 22 * i for i in range(rows + 1)]


def printed(tiling: list[Span]) -> list[Rule]:
    xs, ys = lattice(max(t[1] for t in tiling), max(t[3] for t in tiling))
    return rules_of(tiling, xs, ys)


def built(rules: list[Rule], known: Sequence[Grid] = ()) -> RuledGrid:
    ((grid),) = [build_grid(r, 1, SETTINGS, (*forms(), *known)) for r in find_regions(rules, SETTINGS)]
    assert grid is not None
    return grid


def worn(rules: list[Rule], seed: int, lost: float, broken: float = 3.0) -> list[Rule]:
    """Return the rules with a share of the inner pieces gone, and `broken` times as many broken off."""
    rng = np.random.default_rng(seed)
    pieces = sorted({(r.axis, r.position, r.start, r.end) for r in rules})
    outer = {edge(pieces, axis, end) for axis in ("horizontal", "vertical") for end in (min, max)}
    kept = []
    for axis, position, start, end in pieces:
        chance = rng.random()
        if (axis, position) in outer or chance >= (1 + broken) * lost:
            kept.append(Rule(axis, position, start, end, 0.7))
        elif chance >= lost:
            kept.append(Rule(axis, position, start, start + 0.7 * (end - start), 0.7))
    return kept


def edge(pieces: Sequence[tuple[str, float, float, float]], axis: str, end: object) -> tuple[str, float]:
    positions = [position for own, position, _, _ in pieces if own == axis]
    return axis, (min if end is min else max)(positions)


@pytest.mark.parametrize("form", DETAILED, ids=lambda form: f"{form.rows}x{form.columns}")
@pytest.mark.parametrize("seed", range(6))
def test_a_worn_form_is_whole_again_and_says_where(form: Grid, seed: int) -> None:
    rules = worn(printed(spans_of(form)), seed, 0.06)
    (alone,) = [build_grid(region, 1, SETTINGS) for region in find_regions(rules, SETTINGS)]
    assert alone is not None
    found = built(rules)
    assert spans_of(found.grid) == spans_of(form)
    before = {(c.row_start, c.row_end, c.column_start, c.column_end) for c in alone.grid.cells}
    added = [
        c for c in found.grid.cells if (c.row_start, c.row_end, c.column_start, c.column_end) not in before
    ]
    assert all(cell.repaired for cell in added)


@pytest.mark.parametrize("seed", range(4))
def test_two_thirds_of_a_large_form_show_it(seed: int) -> None:
    form = next(form for form in DETAILED if form.rows == 28)
    found = built(worn(printed(spans_of(form)), seed, 0.27, 0.5))
    assert spans_of(found.grid) == spans_of(form)
    assert any(cell.repaired for cell in found.grid.cells)


@pytest.mark.parametrize("rows", [24, 26])
@pytest.mark.parametrize("seed", range(4))
def test_a_worn_form_below_a_black_header_is_whole_again(rows: int, seed: int) -> None:
    form = next(form for form in dark_tilings() if (form.rows, form.columns) == (rows, 10))
    found = built(worn(printed(spans_of(form)), seed, 0.06), dark_tilings())
    assert spans_of(found.grid) == spans_of(form)


@pytest.mark.parametrize("seed", range(4))
def test_a_page_of_a_worn_form_is_told_by_what_is_seen(seed: int) -> None:
    form = next(form for form in DETAILED if form.rows == 28)
    rows = [s for s in spans_of(form) if s[0] >= 8]
    window = sorted((max(t, 8) - 8, b - 8, left, right) for t, b, left, right in spans_of(form) if b > 8)
    assert len(window) >= len(rows)
    found = built(worn(printed(window), seed, 0.04))
    assert spans_of(found.grid) == window


def test_cells_that_an_office_merged_stay_merged() -> None:
    form = spans_of(next(form for form in DETAILED if form.rows == 28))
    own = [s for s in form if not (s[2] == 5 and s[0] in (10, 11))]
    merged = sorted([*own, (10, 12, 5, 6)])
    assert spans_of(built(printed(merged)).grid) == merged


def test_a_stroke_across_one_row_is_left_out() -> None:
    form = spans_of(next(form for form in DETAILED if form.rows == 26))
    xs, ys = lattice(26, 10)
    stroke = Rule("vertical", xs[6] + 20, ys[14], ys[15], 0.7)
    assert spans_of(built([*printed(form), stroke]).grid) == form


def test_strokes_of_a_seal_are_left_out() -> None:
    form = spans_of(next(form for form in DETAILED if form.rows == 26))
    xs, ys = lattice(26, 10)
    seal = [
        Rule("vertical", xs[6] + off, ys[row], ys[row + 1], 0.7)
        for off in (15, 28)
        for row in (12, 13, 15, 16)
    ]
    label = Rule("vertical", xs[2] + 20, ys[18], ys[19], 0.7)
    assert spans_of(built([*printed(form), *seal, label]).grid) == form


@given(tilings(), st.integers(0, 99))
def test_other_tables_are_not_touched(drawn: tuple[int, int, list[Span]], seed: int) -> None:
    tiling = squeezed(drawn[2])
    assume(len(tiling) > 1)
    rules = printed(tiling)
    plain = [build_grid(region, 1, SETTINGS) for region in find_regions(rules, SETTINGS)]
    known = [build_grid(region, 1, SETTINGS, forms()) for region in find_regions(rules, SETTINGS)]
    assert [spans_of(g.grid) for g in known if g] == [spans_of(g.grid) for g in plain if g]


def test_pieces_that_wear_parted_are_one_table() -> None:
    upper = [Rule("horizontal", y, 60, 500) for y in (100, 120, 140)]
    upper += [Rule("vertical", x, 100, 140) for x in (200, 350)]
    upper += [Rule("vertical", x, 100, 131) for x in (60, 500)]
    lower = [Rule("horizontal", y, 60, 500) for y in (143, 163, 183)]
    lower += [Rule("vertical", x, 143, 183) for x in (150, 300)]
    lower += [Rule("vertical", x, 152, 183) for x in (60, 500)]
    (region,) = find_regions([*upper, *lower], SETTINGS)
    assert set(region) == {*upper, *lower}


def test_a_frame_around_the_page_is_no_table() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(5) for c in range(3)]
    frame = rules_of([(0, 1, 0, 1)], [5.0, 590.0], [5.0, 837.0])
    found = [build_grid(r, 1, SETTINGS) for r in find_regions([*printed(tiling), *frame], SETTINGS)]
    assert [spans_of(g.grid) for g in found if g] == [tiling]


def merged(form: Grid, row: int, column: int) -> list[Rule]:
    """Return the rules of a form without the edge between the cells at `column` and the next one in `row`."""
    xs, ys = lattice(form.rows, form.columns)
    rules = rules_of(spans_of(form), xs, ys)
    lost = Rule("vertical", xs[column + 1], ys[row], ys[row + 1], 0.7)
    return [r for r in rules if r != lost]


def figures(form: Grid, row: int, column: int, gap: float) -> list[Box]:
    """Return the boxes of two digits as far apart as `gap`, in the middle of two cells."""
    xs, ys = lattice(form.rows, form.columns)
    middle, top = xs[column + 1], ys[row] + 6
    return [
        Box(middle - gap / 2 - 5, top, middle - gap / 2, top + 10),
        Box(middle + gap / 2, top, middle + gap / 2 + 5, top + 10),
    ]


@pytest.mark.parametrize(("gap", "cells"), [(40.0, 0), (1.2, -1)])
def test_a_lost_edge_comes_back_where_print_stands_in_both_cells(gap: float, cells: int) -> None:
    form = max(DETAILED, key=lambda form: form.rows)
    row, column = form.rows - 2, 5
    (region,) = find_regions(merged(form, row, column), SETTINGS)
    found = build_grid(region, 1, SETTINGS, forms(), figures(form, row, column, gap))
    assert found is not None
    assert len(found.grid.cells) == len(form.cells) + cells
    assert {(c.row_start, c.column_start) for c in found.grid.cells if c.repaired} == (
        set() if cells else {(row, column), (row, column + 1)}
    )


def test_a_lost_edge_comes_back_beside_a_cell_of_several_columns() -> None:
    """What stands in the middle of such a cell is beyond the next line, which parts other rows."""
    form = next(form for form in forms() if form.columns == 6)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    wide = next(s for s in tiling if s[3] - s[2] == 2 and s[0] > 1 and s[2] > 1)
    lost = Rule("vertical", xs[wide[3]], ys[wide[0]], ys[wide[1]], 0.7)
    rules = rules_of(tiling, xs, ys)
    assert lost in rules
    middle, y = xs[wide[2] + 1] - 6, ys[wide[0]] + 6
    print_ = [Box(x, y, x + 6, y + 10) for x in (middle, xs[wide[3]] + 20)]
    assert spans_of(mended([r for r in rules if r != lost], print_).grid) == tiling


def test_three_lost_edges_come_back_where_print_stands_in_all_their_cells() -> None:
    """Of a form whose first row is on the page before."""
    form = max(DETAILED, key=lambda form: form.columns)
    below = [
        (max(0, top - 1), bottom - 1, left, right)
        for top, bottom, left, right in spans_of(form)
        if bottom > 1
    ]
    row, columns = form.rows - 2, (6, 8, 12)
    xs, ys = lattice(form.rows, form.columns)
    lost = {Rule("vertical", xs[column + 1], ys[row], ys[row + 1], 0.7) for column in columns}
    print_ = [box for column in columns for box in figures(form, row, column, 12.0)]
    (region,) = find_regions([r for r in rules_of(below, xs, ys) if r not in lost], SETTINGS)
    found = build_grid(region, 1, SETTINGS, forms(), print_)
    assert found is not None
    assert len(found.grid.cells) == len(below)


def test_a_lost_edge_between_blanks_stays_lost() -> None:
    form = max(DETAILED, key=lambda form: form.rows)
    (region,) = find_regions(merged(form, form.rows - 2, 5), SETTINGS)
    found = build_grid(region, 1, SETTINGS, forms(), [Box(0, 0, 5, 5)])
    assert found is not None
    assert len(found.grid.cells) == len(form.cells) - 1


@pytest.mark.parametrize(
    ("print_", "cells"), [((), 0), ((8.0,), -1), ((14.0,), 0)], ids=["blank", "a lone 1", "most of the rule"]
)
def test_a_lost_edge_between_blanks_comes_back_where_rules_are_worn(
    print_: Sequence[float], cells: int
) -> None:
    form = max(DETAILED, key=lambda form: form.rows)
    xs, ys = lattice(form.rows, form.columns)
    rules = merged(form, form.rows - 2, 5)
    half = Rule("vertical", xs[7], ys[-2], ys[-1], 0.7)
    assert half in rules
    rules = [replace(r, end=r.end - 8) if r == half else r for r in rules]
    middle = (ys[-3] + ys[-2]) / 2
    one = [Box(xs[6] - 0.7, middle - h / 2, xs[6] + 0.7, middle + h / 2) for h in print_]
    found = mended(rules, [Box(0, 0, 9, 10), *one])
    assert len(found.grid.cells) == len(form.cells) + cells


@pytest.mark.parametrize(("pieces", "cells"), [((0,), -1), ((-1, 1), -1), ((-7, -2, 3, 8), 0)])
def test_dashes_left_of_an_edge_between_blanks_show_it_and_digits_do_not(
    pieces: Sequence[int], cells: int
) -> None:
    form = max(DETAILED, key=lambda form: form.rows)
    xs, ys = lattice(form.rows, form.columns)
    row, column = form.rows - 2, 5
    middle, height = (ys[row] + ys[row + 1]) / 2, 4 if len(pieces) > 2 else 10
    down = len(pieces) > 2
    boxes = [
        Box(x - 0.6, y - height / 2, x + 0.6, y + height / 2)
        for off in pieces
        for x, y in [(xs[column + 1] + (0 if down else off), middle + (off if down else 0))]
    ]
    found = mended(merged(form, row, column), boxes)
    assert len(found.grid.cells) == len(form.cells) + cells


@pytest.mark.parametrize(("share", "cells"), [(0.6, 0), (1.0, 1)])
def test_a_stroke_of_a_label_is_no_border_and_a_whole_rule_beside_print_is(share: float, cells: int) -> None:
    form = next(form for form in DETAILED if form.columns == 10)
    xs, ys = lattice(form.rows, form.columns)
    stroke = Rule("vertical", xs[1], ys[-2], ys[-2] + share * 22, 0.7)
    words = [Box(xs[1] + off, ys[-2] + 6, xs[1] + off + 8, ys[-1] - 6) for off in (-11.0, 3.0)]
    found = mended([*rules_of(spans_of(form), xs, ys), stroke], words)
    assert len(found.grid.cells) == len(form.cells) + cells


@pytest.mark.parametrize(("wears", "cells"), [(False, 0), (True, 1)])
def test_a_stroke_that_took_its_whole_character_is_no_border_where_no_rule_is_worn(
    wears: bool, cells: int
) -> None:
    form = next(form for form in DETAILED if form.columns == 10)
    xs, ys = lattice(form.rows, form.columns)
    stroke = Rule("vertical", xs[1], ys[-2], ys[-2] + 0.6 * 22, 0.7)
    words = [Box(xs[1] + off, ys[-2] + 6, xs[1] + off + 8, ys[-1] - 6) for off in (-13.0, 5.0)]
    rules = rules_of(spans_of(form), xs, ys)
    last = Rule("vertical", xs[7], ys[-2], ys[-1], 0.7)
    assert last in rules
    rules = [replace(r, end=r.end - 8) if wears and r == last else r for r in rules]
    assert len(mended([*rules, stroke], words).grid.cells) == len(form.cells) + cells


def pieces(tiling: Sequence[Span], xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
    """Return a piece of print in the middle of every cell."""
    middles = ((xs[left] + xs[right], ys[top] + ys[bottom]) for top, bottom, left, right in tiling)
    return [Box(x / 2 - 6, y / 2 - 5, x / 2 + 6, y / 2 + 5) for x, y in middles]


def mended(rules: Sequence[Rule], print_: Sequence[Box]) -> RuledGrid:
    ((grid),) = [build_grid(region, 1, SETTINGS, forms(), print_) for region in find_regions(rules, SETTINGS)]
    assert grid is not None
    return grid


@pytest.mark.parametrize("form", DETAILED, ids=lambda form: f"{form.rows}x{form.columns}")
@pytest.mark.parametrize("axis", ["horizontal", "vertical"])
def test_a_line_worn_away_whole_is_told_by_the_print_beside_it(form: Grid, axis: str) -> None:
    tiling = spans_of(form)
    xs, ys = lattice(form.rows, form.columns)
    lost = ys[form.rows - 1] if axis == "horizontal" else xs[-3]
    left = [r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != (axis, lost)]
    # The pitch of the columns tells as much, without print.
    assert (spans_of(mended(left, ()).grid) == tiling) == (axis == "vertical")
    found = mended(left, pieces(tiling, xs, ys))
    assert spans_of(found.grid) == tiling
    line = (ys if axis == "horizontal" else xs).index(lost)
    beside = [c for c in found.grid.cells if line == (c.row_end if axis == "horizontal" else c.column_end)]
    assert all(cell.repaired for cell in beside)


def test_a_title_in_two_lines_over_all_columns_is_one_row() -> None:
    form = next(form for form in forms() if (form.rows, form.columns) == (14, 4))
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    (row, *_) = [top for top, _, left, right in tiling if (left, right) == (0, 4) and top]
    ys = [y + 30 * (line > row) for line, y in enumerate(ys)]
    left = [
        r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("horizontal", ys[2])
    ]
    words = [Box(x + 4, y, x + 40, y + 10) for x in xs[:-1] for y in (ys[row] + 8, ys[row] + 34)]
    assert spans_of(mended(left, [*pieces(tiling, xs, ys), *words]).grid) == tiling


@pytest.mark.parametrize("lost", [(3,), (11, 13), (1, 8, 12), (2, 3, 8, 9, 11, 12)])
def test_column_lines_lost_under_seal_or_pen_are_told_by_the_pitch_of_the_others(lost: Sequence[int]) -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    gone = {("vertical", xs[line]) for line in lost}
    left = [r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) not in gone]
    pen = Box(xs[lost[0]] - 8, ys[2] + 6, xs[lost[0]] + 9, ys[2] + 16)
    found = mended(left, [pen, *pieces(tiling, xs, ys)[:6]])
    assert spans_of(found.grid) == tiling
    beside = [c for c in found.grid.cells if {c.column_start, c.column_end} & set(lost) and c.row_start > 1]
    assert all(cell.repaired for cell in beside)


@pytest.mark.parametrize(
    ("is_left", "rows"), [(True, 14), (False, 13)], ids=["a piece of its rule", "nothing"]
)
@pytest.mark.parametrize("seed", [4, 13])
def test_a_row_line_is_told_by_the_pitch_of_the_others_and_a_piece_of_its_rule(
    seed: int, is_left: bool, rows: int
) -> None:
    """A label of two lines makes a row nearly twice as high: pitch alone tells of none."""
    form = next(form for form in forms() if (form.rows, form.columns) == (14, 4))
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    whole = worn(rules_of(tiling, xs, ys), seed, 0.17, 1.0)
    left = [r for r in whole if (r.axis, r.position) != ("horizontal", ys[7])]
    loose = [Rule("horizontal", ys[7], xs[0] + 20, xs[1] - 2, 0.7)] if is_left else []
    (found,) = [build_grid(r, 1, SETTINGS, forms(), (), loose) for r in find_regions(left, SETTINGS)]
    assert found is not None
    assert found.grid.rows == rows
    assert (spans_of(found.grid) == tiling) == is_left


def test_a_pitch_tells_of_no_line_between_columns_of_labels() -> None:
    """They may be as wide together as two columns of figures; a scrap shows where the line was."""
    form = next(form for form in DETAILED if form.rows == 28)
    window = sorted((max(t, 23) - 23, b - 23, left, right) for t, b, left, right in spans_of(form) if b > 23)
    ys = lattice(5, 10)[1]
    xs = [60.0, 90.0, 150.0, 260.0, *(260.0 + 45 * i for i in range(1, 8))]
    whole = worn(rules_of(window, xs, ys), 1, 0.03)
    left = [r for r in whole if (r.axis, r.position) != ("vertical", xs[1])]
    scrap = Rule("vertical", xs[1], ys[0], ys[1], 0.7)
    assert 105.0 not in [round(x) for x in mended([*left, scrap], pieces(window, xs, ys)).xs]
    assert 105.0 not in [round(x) for x in mended(left, pieces(window, xs, ys)).xs]


def test_a_pitch_tells_of_no_line_through_words() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    left = [r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("vertical", xs[3])]
    words = [Box(xs[3] - 8, y + 6, xs[3] + 9, y + 16) for y in ys[1:-1]]
    assert mended(left, words).grid.columns < form.columns


def test_a_lost_line_is_put_between_words_not_between_their_characters() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling = spans_of(form)
    xs, ys = lattice(form.rows, form.columns)
    left = [
        r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("vertical", xs[13])
    ]
    words = [
        Box(x + off, (ys[top] + ys[bottom]) / 2 - 5, x + off + 8, (ys[top] + ys[bottom]) / 2 + 5)
        for top, bottom, first, last in tiling
        for x in [(xs[first] + xs[last]) / 2 - 14]
        for off in (0.0, 9.4, 18.8)
    ]
    found = mended(left, words)
    assert spans_of(found.grid) == tiling
    assert found.xs[13] == pytest.approx(xs[13], abs=3)


def test_empty_rows_below_a_worn_form_are_left_there() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling = [*spans_of(form), *((form.rows, form.rows + 1, c, c + 1) for c in range(15))]
    xs, ys = lattice(form.rows + 1, 15)
    found = mended(worn(rules_of(tiling, xs, ys), 2, 0.05), ())
    assert spans_of(found.grid) == sorted(tiling)


@pytest.mark.parametrize("parted", [True, False], ids=["parted", "merged"])
def test_an_empty_row_below_has_the_last_label_parted_or_merged_as_printed(parted: bool) -> None:
    """A word processor draws it either way."""
    form = next(form for form in DETAILED if form.rows == 28)
    lines = [*((0, 1, 2) if parted else (0,)), *range(3, 11)]
    tiling = [*spans_of(form), *((28, 29, *columns) for columns in pairwise(lines))]
    xs, ys = lattice(29, form.columns)
    assert spans_of(mended(worn(rules_of(tiling, xs, ys), 2, 0.02), ()).grid) == sorted(tiling)


@pytest.mark.parametrize("seed", range(3))
def test_empty_rows_below_the_last_rows_of_a_form_are_left_there(seed: int) -> None:
    """A page break left them, the second line of a header's names and the figures."""
    tiling = [(r, r + 1, c, c + 1) for r in range(3) for c in range(15)]
    xs, ys = lattice(3, 15)
    assert spans_of(mended(worn(rules_of(tiling, xs, ys), seed, 0.08), ()).grid) == tiling


def test_scraps_of_a_lost_line_do_not_hide_the_white_it_leaves() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling = spans_of(form)
    xs, ys = lattice(form.rows, form.columns)
    lost = xs[-3]
    left = [r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("vertical", lost)]
    words = [
        Box(middle + off - 10.7, y - 5, middle + off + 10.7, y + 5)
        for box in pieces(tiling, xs, ys)
        for middle, y in [box.center]
        for off in ((-10, 10) if box.top > ys[2] else (0,))
    ]
    scraps = [Box(lost - 0.5, y + 2, lost + 0.5, y + 20) for y in ys[-3:-1]]
    assert spans_of(mended(left, [*words, *scraps]).grid) == tiling


def test_a_row_line_with_print_above_and_below_it_is_never_left_out() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling = spans_of(form)
    xs, ys = lattice(form.rows, form.columns)
    left = [
        r
        for r in rules_of(tiling, xs, ys)
        if not (r.axis == "horizontal" and r.position == ys[3] and r.start > xs[1])
        and not (r.axis == "vertical" and r.start >= ys[-2] and xs[0] < r.position < xs[4])
    ]
    found = mended(left, pieces(tiling, xs, ys))
    assert found.grid.rows == form.rows


def test_the_last_rows_of_a_form_alone_show_fewer_columns() -> None:
    """A page break left them: no label of theirs goes into the narrowest column."""
    form = spans_of(next(form for form in DETAILED if form.rows == 26))
    lines = sorted({line for top, _, left, right in form if top >= 24 for line in (left, right)})
    assert len(lines) == 10
    window = sorted(
        (max(top, 24) - 24, bottom - 24, lines.index(left), lines.index(right))
        for top, bottom, left, right in form
        if bottom > 24 and left in lines
    )
    xs, ys = lattice(2, 9)
    rules = rules_of(window, xs, ys)
    lost = next(r for r in rules if r.axis == "vertical" and (r.position, r.start) == (xs[5], ys[0]))
    assert spans_of(mended([r for r in rules if r != lost], pieces(window, xs, ys)).grid) == window


@pytest.mark.parametrize("seed", range(4))
def test_a_stroke_of_a_character_parts_no_cell_of_a_worn_form(seed: int) -> None:
    form = spans_of(next(form for form in DETAILED if form.rows == 26))
    xs, ys = lattice(26, 10)
    on_a_line = Rule("vertical", xs[5], ys[0], ys[1], 0.7)  # through the header over the columns
    assert spans_of(built([*worn(printed(form), seed, 0.04), on_a_line]).grid) == form


def test_a_lone_one_on_the_line_of_another_block_is_no_rule() -> None:
    form = next(form for form in forms() if form.columns == 4)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    whole = next((s for s in tiling if s[3] - s[2] == 2 and s[0] > 4 and s[2] == 2), None)
    assert whole is not None
    one = Rule("vertical", xs[3], ys[whole[0]], ys[whole[1]], 0.7)
    rules = [*rules_of(tiling, xs, ys), one]
    others = [box for box in pieces(tiling, xs, ys) if not ys[whole[0]] < box.center[1] < ys[whole[1]]]
    found = mended(rules, others)
    assert spans_of(found.grid) == tiling
    assert one in found.spare  # and so it is not painted over
    both = [Box(x + 10, ys[whole[0]] + 6, x + 22, ys[whole[0]] + 16) for x in xs[2:4]]
    assert len(mended(rules, [*others, *both]).grid.cells) == len(tiling) + 1


@pytest.mark.parametrize(("dashes", "cells"), [((-30.0, 30.0), 0), ((), -1)])
def test_labels_beside_one_figure_are_parted_though_print_touches_what_is_left_of_the_dashes(
    dashes: Sequence[float], cells: int
) -> None:
    form = next(form for form in forms() if form.rows == 14)
    tiling = [
        (top - 7, bottom - 7, left, 1 if right == 1 else 2)
        for top, bottom, left, right in spans_of(form)
        if top >= 7
    ]
    xs, ys = [60.0, 160.0, 460.0], lattice(7, 2)[1]
    line = ys[-2]
    rules = [r for r in rules_of(tiling, xs, ys) if (r.position, r.start) != (line, xs[0])]
    low = [Box(xs[0] + 9, line - 12, xs[0] + 30, line - 3), Box(xs[0] + 9, line - 0.4, xs[0] + 30, line + 9)]
    middle = (xs[0] + xs[1]) / 2
    left = [Box(middle + off - 1, line - 0.6, middle + off + 1, line + 0.6) for off in dashes]
    assert len(mended(rules, [*low, *left]).grid.cells) == len(tiling) + cells


@pytest.mark.parametrize(("gap", "cells"), [(4.0, 0), (0.6, -1)])
def test_labels_in_two_rows_are_parted_where_the_rule_beside_them_goes_on(gap: float, cells: int) -> None:
    form = next(form for form in DETAILED if form.rows == 28)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    lost = next(s for s in tiling if s[2] == 2 and s[0] > 8 and (s[1], s[1] + 1, 2, 3) in tiling)
    line = ys[lost[1]]
    rules = [r for r in rules_of(tiling, xs, ys) if (r.position, r.start) != (line, xs[2])]
    words = [Box(xs[2] + 3, line - gap / 2 - 8, xs[3] - 3, line - gap / 2)]
    words += [Box(xs[2] + 3, line + gap / 2, xs[3] - 3, line + gap / 2 + 8)]
    assert len(mended(rules, words).grid.cells) == len(tiling) + cells


def test_words_of_a_wider_cell_hide_no_lost_line() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    left = [r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("vertical", xs[6])]
    over = Box(xs[6] + 8, ys[1] + 6, xs[7] + 12, ys[1] + 16)  # the words over the five columns
    words = [box for box in pieces(tiling, xs, ys) if box.center[1] < ys[-2]]
    assert spans_of(mended(left, [*words, over]).grid) == tiling


def test_lines_of_wrapped_labels_are_no_rows_above_an_empty_one() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling = spans_of(form)
    xs = lattice(form.rows, 15)[0]
    ys = [90.0, 112.0, 134.0, 172.0, 194.0]
    rules = worn(rules_of(tiling, xs, ys), 1, 0.04)
    wrapped = [
        Box((xs[left] + xs[right]) / 2 - 9, y, (xs[left] + xs[right]) / 2 + 9, y + 9)
        for top, bottom, left, right in tiling
        if top < 3 and bottom == 3
        for y in (ys[2] + 7, ys[2] + 22)
    ]
    figures = [Box(x + 20, ys[3] + 6, x + 26, ys[3] + 15) for x in xs[:-1]]
    assert spans_of(mended(rules, [*wrapped, *figures]).grid) == tiling


def test_the_place_of_the_form_that_explains_three_edges_better_is_a_tables() -> None:
    """The last rows of a form, without the border between the group's label and the last row's."""
    form = next(form for form in DETAILED if form.rows == 28)
    tiling = [
        (max(0, top - 15), bottom - 15, left, right)
        for top, bottom, left, right in spans_of(form)
        if bottom > 15
    ]
    xs, ys = lattice(13, form.columns)
    rules = [r for r in rules_of(tiling, xs, ys) if (r.position, r.start) != (ys[12], xs[0])]
    (found,) = [build_grid(region, 1, SETTINGS, forms()) for region in find_regions(rules, SETTINGS)]
    assert found is not None
    assert sorted(spans_of(found.grid)) == sorted(tiling)


def test_names_of_a_header_in_two_lines_are_one_row_above_any_row() -> None:
    """On a page that goes on with the second row below its header printed again."""
    form = next(form for form in DETAILED if form.rows == 28)
    tiling = [
        (top - (top > 3), bottom - (bottom > 3), left, right)
        for top, bottom, left, right in spans_of(form)
        if top != 3
    ]
    xs, ys = lattice(form.rows - 1, form.columns)
    ys = [*ys[:3], *(y + 16 for y in ys[3:])]
    rules = worn(rules_of(tiling, xs, ys), 1, 0.005, 40)
    names = [span for span in tiling if span[:2] == (2, 3)]
    words = pieces([span for span in tiling if span not in names], xs, ys)
    middles = [(xs[left] + xs[right]) / 2 for _, _, left, right in names]
    wrapped = [Box(x - 9, ys[2] + y, x + 9, ys[2] + y + 10) for x in middles for y in (7, 22)]
    assert spans_of(mended(rules, [*words, *wrapped]).grid) == tiling


def test_a_rule_between_a_name_and_its_figure_is_the_headers_last() -> None:
    """Without the line above the names, and some of the rules beside them, it could as well be that one."""
    form = next(form for form in DETAILED if form.rows == 28)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    lost = {("horizontal", ys[2], x) for x in xs} | {("vertical", x, ys[2]) for x in xs[5:8]}
    lost.add(("horizontal", ys[3], xs[0]))
    rules = worn(rules_of(tiling, xs, ys), 3, 0.02, 10)
    left = [rule for rule in rules if (rule.axis, rule.position, rule.start) not in lost]
    left.append(Rule("horizontal", ys[2], xs[4], xs[4] + 24, 0.7))
    words = [box for box in pieces(tiling, xs, ys) if not ys[1] < box.center[1] < ys[3]]
    names = [Box(x - 9, ys[2] - 11, x + 9, ys[2] + 11) for x in (xs[3] + 22, xs[9] + 22)]
    # What stands beside the table is in no column of it.
    outside = [Box(x, y + 5, x + 9, y + 15) for x in (xs[0] - 20, xs[-1] + 10) for y in ys[:-1]]
    assert spans_of(mended(left, [*words, *names, *outside]).grid) == tiling


def test_a_wrapped_label_beside_blank_figures_is_one_row_of_a_worn_table() -> None:
    form = next(form for form in DETAILED if form.rows == 28)
    rows = next(top for top, bottom, left, _ in spans_of(form) if left == 2 and top > 12) + 1
    tiling = [
        (top, min(bottom, rows), left, right) for top, bottom, left, right in spans_of(form) if top < rows
    ]
    xs, ys = lattice(rows, form.columns)
    ys = [*ys[:-1], ys[-1] + 12]
    rules = worn(rules_of(tiling, xs, ys), 1, 0.04)
    words = pieces([span for span in tiling if span[1] < rows], xs, ys)
    label = [Box(xs[2] + 4, y, xs[3] - 4, y + 9) for y in (ys[-2] + 5, ys[-2] + 19)]
    assert spans_of(mended(rules, [*words, *label]).grid) == tiling


def test_a_line_lost_from_end_to_end_comes_back_though_all_others_are_whole() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    left = [r for r in rules_of(tiling, xs, ys) if (r.axis, r.position) != ("vertical", xs[13])]
    found = mended(left, pieces(tiling, xs, ys))
    assert spans_of(found.grid) == tiling
    assert {c.column_start for c in found.grid.cells if c.repaired} >= {12, 13}
    assert mended(left, ()).grid.columns == 14


def test_pieces_of_rules_that_meet_no_other_count_where_they_make_a_form_whole() -> None:
    form = next(form for form in DETAILED if form.columns == 15)
    tiling, (xs, ys) = spans_of(form), lattice(form.rows, form.columns)
    left = [r for r in rules_of(tiling, xs, ys) if (r.axis, r.position) != ("vertical", xs[13])]
    (region,) = find_regions(left, SETTINGS)
    loose = [Rule("vertical", xs[13], ys[2] + 3, ys[3] - 4, 0.7)]
    found = build_grid(region, 1, SETTINGS, forms(), (), loose)
    assert found is not None
    assert spans_of(found.grid) == tiling
    assert loose[0] in found.rules
    plain = build_grid(region, 1, SETTINGS, (), (), loose)
    assert plain is not None
    assert plain.grid.columns == 14
