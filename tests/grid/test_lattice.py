"""Rules so worn that they no longer meet are one table again; whole tables stay what they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest

from pipeline.form.tiling import tilings as forms
from pipeline.grid import find_networks, find_regions
from pipeline.grid.lattice import find_lattices
from pipeline.grid.region import box_of
from pipeline.model import Box, Grid, Rule
from pipeline.settings import GridSettings
from tests.grid.tilings import rules_of, spans_of

SETTINGS = GridSettings()
XS = [60.0 + 45 * i for i in range(16)]


def form(columns: int) -> Grid:
    return next(f for f in forms() if f.columns == columns)


def printed(grid: Grid, top: float) -> list[Rule]:
    ys = [top + 22 * i for i in range(grid.rows + 1)]
    return rules_of(spans_of(grid), XS[: grid.columns + 1], ys)


def gnawed(rules: Sequence[Rule], seed: int) -> Iterator[Rule]:
    """Yield what is left of rules of which a quarter is gone, anywhere but at the two sides."""
    rng = np.random.default_rng(seed)
    lines = {(r.axis, r.position) for r in rules}
    for axis, position in sorted(lines):
        if axis == "vertical" and position in (XS[0], max(x for own, x in lines if own == "vertical")):
            yield from (r for r in rules if (r.axis, r.position) == (axis, position))
            continue
        own = [r for r in rules if (r.axis, r.position) == (axis, position)]
        place, end = min(r.start for r in own), max(r.end for r in own)
        while place < end:
            stop = place + rng.uniform(13, 90)
            for rule in own:
                if min(stop, rule.end) - max(place, rule.start) >= 13:
                    yield Rule(axis, position, max(place, rule.start), min(stop, rule.end), 0.7)
            place = stop + rng.uniform(8, 30)


def extent(grid: Grid, top: float) -> Box:
    return Box(XS[0], top, XS[grid.columns], top + 22 * grid.rows)


@pytest.mark.parametrize("columns", [4, 10, 15])
@pytest.mark.parametrize("seed", range(8))
def test_a_gnawed_table_is_one_network(columns: int, seed: int) -> None:
    grid = form(columns)
    networks = find_networks(gnawed(printed(grid, 90), seed), SETTINGS)
    inside = extent(grid, 90)
    largest = max((box_of(n) for n in networks), key=lambda box: box.area)
    assert largest.height >= 0.8 * inside.height
    assert largest.width >= 0.8 * inside.width
    assert all(inside.grown(SETTINGS.reach).contains(*box_of(n).center) for n in networks)


@pytest.mark.parametrize("seed", range(4))
def test_gnawed_tables_below_one_another_stay_apart(seed: int) -> None:
    upper, lower = form(4), form(15)
    second = 90 + 22 * upper.rows + 45.0
    rules = [*gnawed(printed(upper, 90), seed), *gnawed(printed(lower, second), seed + 100)]
    middle = second - 20
    assert all(not box_of(n).top < middle < box_of(n).bottom for n in find_networks(rules, SETTINGS))


@pytest.mark.parametrize(("left", "count"), [(9.0, 1), (2.0, 2)], ids=["pieces of its sides", "overshoot"])
def test_a_row_without_verticals_is_one_with_its_table_by_what_is_left_of_its_sides(
    left: float, count: int
) -> None:
    grid = form(4)
    row = next(t for t, b, first, last in spans_of(grid) if last - first == 4 and t > 2)
    top, bottom = 90 + 22.0 * row, 90 + 22.0 * (row + 1)
    sides = [Rule("vertical", x, bottom - left, bottom, 0.7) for x in (XS[0], XS[4])]
    middle = (top + bottom) / 2
    kept = [r for r in printed(grid, 90) if r.axis == "horizontal" or not r.start < middle < r.end]
    assert len(list(find_lattices([*kept, *sides], SETTINGS))) == count


def test_two_lattices_that_overlap_are_one_table() -> None:
    """The row between them has lost all verticals but a hanging end."""
    grid = form(10)
    rules = printed(grid, 90)
    middle = 90 + 22.0 * 12
    hanging = Rule("vertical", XS[0], middle - 3, middle + 12, 0.7)
    left = [r for r in rules if r.axis == "horizontal" or not r.start < middle + 20 < r.end + 18]
    worn = [r for k, r in enumerate(left) if k % 9]
    networks = find_networks([*worn, hanging], SETTINGS)
    boxes = [box_of(n) for n in networks]
    assert all(a.bottom <= b.top + SETTINGS.reach for a, b in pairwise(boxes))


def test_whole_tables_and_a_frame_around_them_are_as_without() -> None:
    upper, lower = printed(form(4), 90), printed(form(15), 500)
    frame = [
        *(Rule("horizontal", y, 8, 800, 1.0) for y in (10.0, 830.0)),
        *(Rule("vertical", x, 10, 830, 1.0) for x in (8.0, 800.0)),
    ]
    rules = [*upper, *lower, *frame]
    assert find_networks(rules, SETTINGS) == find_regions(rules, SETTINGS)


def test_levels_that_are_all_but_gone_belong_to_a_worn_table() -> None:
    xs, ys = [60.0, 200.0, 240.0, 290.0, 340.0, 390.0, 450.0], [90.0 + 20 * row for row in range(9)]
    rules = [Rule("vertical", x, y, y + 15, 0.7) for x in xs for y in ys[:-1]]
    rules += [Rule("vertical", xs[-1], ys[0], ys[3], 0.7)]
    for y in ys[2:]:
        rules += [Rule("horizontal", y, a, b, 0.7) for a, b in ((64, 180), (215, 330), (350, 446))]
    rules += [Rule("horizontal", ys[0], a, b, 0.7) for a, b in ((64, 180), (215, 330))]
    rules += [Rule("horizontal", ys[1], 340, 372, 0.7)]
    print_ = Rule("horizontal", ys[4] + 9, 90, 104, 0.7)
    (network,) = find_networks([*rules, print_], SETTINGS)
    assert {rule.position for rule in network if rule.axis == "horizontal"} == set(ys)


def test_what_is_left_of_a_side_is_found_where_a_rule_reaches_out_to_it() -> None:
    rules = [
        Rule("horizontal", 112.3, 87.4, 539.5),
        Rule("horizontal", 129.6, 64.3, 539.5),
        *(Rule("vertical", x, 95.5, 130.6) for x in (294.8, 330.4, 364.8, 399.2, 434.0, 470.0, 505.0, 539.0)),
        Rule("vertical", 87.8, 95.0, 113.3),
    ]
    side = Rule("vertical", 65.4, 95.5, 111.8)
    apart = Rule("vertical", 58.0, 95.5, 111.8)
    (region,) = find_regions([*rules, side, apart], SETTINGS)
    assert side in region
    assert apart not in region


def test_sides_that_no_piece_of_a_worn_level_reaches_belong_to_the_table() -> None:
    xs, ys = [60.0 + 40 * k for k in range(8)], [90.0, 110.0, 130.0, 160.0, 180.0]
    rules = [Rule("vertical", x, ys[0], ys[-1], 0.7) for x in xs[1:-1]]
    for y in ys:
        rules += [Rule("horizontal", y, a, b, 0.7) for a, b in ((78, 130), (150, 230), (245, 322))]
    sides = [Rule("vertical", xs[0], ys[0], 124.0, 0.7), Rule("vertical", xs[-1], ys[0], ys[-1], 0.7)]
    strokes = [Rule("vertical", xs[0] + 6, 120.0, 129.0, 0.7), Rule("vertical", 35.0, ys[0], ys[-1], 0.7)]
    (network,) = find_networks([*rules, *sides, *strokes], SETTINGS)
    assert set(sides) <= set(network)
    assert not set(strokes) & set(network)


def test_levels_on_both_sides_of_a_high_row_are_of_one_table() -> None:
    """A label of six lines makes the row higher than any gap between tables that one vertical crosses."""
    xs, ys = XS[:8], [90.0, 112.0, 134.0, 156.0, 260.0, 282.0, 304.0, 326.0]
    levels = [Rule("horizontal", y, left, left + 140, 0.7) for y in ys for left in (xs[0], xs[0] + 170)]
    through = [Rule("vertical", x, 90, 326, 0.7) for x in xs]
    assert len(list(find_lattices([*levels, *through], SETTINGS))) == 1
    edges = [Rule("vertical", x, 90, 326, 0.7) for x in xs[:2]]
    inside = [Rule("vertical", x, top, top + 66, 0.7) for x in xs[2:] for top in (90, 260)]
    assert len(list(find_lattices([*levels, *edges, *inside], SETTINGS))) == 2


def test_the_edges_of_a_sheet_on_a_dark_ground_are_no_table() -> None:
    """Pieces of its head and foot at the corners, and on each side its edge and that of what it lies on."""
    corners = [Rule("horizontal", y, a, b, 0.7) for y, a, b in ((1, 6, 26), (6, 581, 601), (840, 0, 32))]
    pieces = (7, 0, 134), (5, 0, 617), (24, 12, 300), (26, 326, 527), (28, 553, 838), (575, 67, 834)
    sides = [Rule("vertical", x, a, b, 0.7) for x, a, b in (*pieces, (597, 23, 846))]
    assert not list(find_lattices([*corners, *sides], SETTINGS))


def test_a_first_level_that_alone_reaches_the_sides_is_no_sheets_edge() -> None:
    """The others are worn off there; only the sides go on beside the row of a title."""
    ys = [90.0 + 18 * k for k in range(9)]
    levels = [Rule("horizontal", y, 66.0, 444.0, 0.7) for y in ys[1:]]
    sides = [Rule("vertical", x, 90.0, ys[-1], 0.7) for x in (60.0, 450.0)]
    inner = [Rule("vertical", 250.0, top, top + 36, 0.7) for top in (ys[1], ys[6])]
    (found,) = find_lattices([Rule("horizontal", 90.0, 60.0, 450.0, 0.7), *levels, *sides, *inner], SETTINGS)
    assert box_of(found) == Box(60.0, 90.0, 450.0, ys[-1])


def test_a_pens_stroke_from_a_level_to_the_edge_of_the_sheet_makes_no_two_tables_one() -> None:
    upper, lower = form(4), form(15)
    second = 90 + 22 * upper.rows + 45.0
    rules = [*gnawed(printed(upper, 90), 1), *gnawed(printed(lower, second), 101)]
    stroke = Rule("horizontal", 112, XS[0] - 24, XS[0] + 30, 2)
    sheet = Rule("vertical", XS[0] - 27, 130, 842, 5)
    networks = find_networks([*rules, stroke, sheet], SETTINGS)
    assert networks
    assert all(not box_of(n).top < second - 20 < box_of(n).bottom for n in networks)


def test_a_level_below_one_that_only_the_edge_of_a_sheet_is_joined_to_breaks_nothing() -> None:
    edge = Rule("horizontal", 50, 20, 580, 0.7)
    levels = [Rule("horizontal", y, 100, 500, 0.7) for y in (80, 140)]
    held = [Rule("vertical", x, 50, 80, 0.7) for x in (20, 100, 300, 500, 580)]
    networks = list(find_lattices([edge, *levels, *held], SETTINGS))
    assert all(box_of(found).bottom < 140 for found in networks)


def stacked(*tops: float) -> list[Rule]:
    """Return runs of four rules, 18 points apart and worn alike, verticals within each alone."""
    rules = [
        Rule("horizontal", top + 18 * k, left, right, 0.7)
        for top in tops
        for k in range(4)
        for left, right in ((60.0, 200.0), (230.0, 450.0))
    ]
    inner = [Rule("vertical", x, top, top + 54, 0.7) for x in (60.0, 250.0, 450.0) for top in tops]
    return [*rules, *inner]


def test_a_level_between_two_runs_as_near_to_both_as_rows_are_high_makes_them_one() -> None:
    apart = stacked(90.0, 180.0)
    assert len(list(find_lattices(apart, SETTINGS))) == 2
    level = [Rule("horizontal", 162.0, left, left + 100, 0.7) for left in (60.0, 350.0)]
    assert len(list(find_lattices([*apart, *level], SETTINGS))) == 1


@pytest.mark.parametrize(("gap", "count"), [(18.0, 1), (24.0, 2)], ids=["a row", "room for a heading"])
def test_a_piece_of_one_side_joins_levels_as_near_as_rows_are_high(gap: float, count: int) -> None:
    rules = stacked(90.0, 144.0 + gap)
    piece = Rule("vertical", 450.0, 110, 144 + 0.4 * gap, 0.7)
    assert len(list(find_lattices([*rules, piece], SETTINGS))) == count
