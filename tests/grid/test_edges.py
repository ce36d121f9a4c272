"""Edges that a seal, a pen or wear hides come back in a table of the form, and strokes of words do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pipeline.form.tiling import tilings as forms
from pipeline.grid import RuledGrid, build_grid, find_regions
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings
from tests.grid.test_prior import lattice, pieces, worn
from tests.grid.tilings import rules_of, spans_of

SETTINGS = GridSettings()
APPLICATIONS = next(form for form in forms() if form.rows == 28)
DISPUTES = next(form for form in forms() if form.columns == 15)
OPENED = next(form for form in forms() if form.rows == 18)


def built(
    rules: Sequence[Rule], print_: Sequence[Box], sealed: Callable[[Box], bool] = lambda _: False
) -> RuledGrid:
    (region,) = find_regions(rules, SETTINGS)
    found = build_grid(region, 1, SETTINGS, forms(), print_, sealed=sealed)
    assert found is not None
    return found


@pytest.mark.parametrize(("height", "is_sealed", "lost"), [(10, False, 1), (10, True, 0), (40, False, 0)])
def test_what_lies_under_a_seal_or_is_written_by_hand_shows_no_merged_cell(
    height: float, is_sealed: bool, lost: int
) -> None:
    """Print across the place of a rule does."""
    tiling, (xs, ys) = spans_of(APPLICATIONS), lattice(28, 10)
    rules = [r for r in rules_of(tiling, xs, ys) if (r.position, r.start) != (ys[20], xs[5])]
    across = Box(xs[5] + 10, ys[20] - height / 2, xs[5] + 30, ys[20] + height / 2)
    others = [box for box in pieces(tiling, xs, ys) if box.overlap(across) == 0]
    found = built(rules, [*others, across], lambda box: is_sealed and box.overlap(across) > 0)
    assert len(found.grid.cells) == len(tiling) - lost
    assert sum(cell.repaired for cell in found.grid.cells) == (0 if lost else 2)


@pytest.mark.parametrize("closeness", [4.0, 30.0])
def test_brackets_below_one_another_in_labels_make_no_column(closeness: float) -> None:
    """Labels of five rows are set in the middle; elsewhere a line stands with nothing beside it."""
    tiling, (xs, ys) = spans_of(OPENED), lattice(18, OPENED.columns)
    x = xs[3] + 9
    labels = [top for top, _, left, right in tiling if right - left == OPENED.columns]
    strokes = [Rule("vertical", x, ys[top], ys[top + 1], 0.7) for top in labels]
    words = [
        Box(start, ys[top] + 5, start + 10, ys[top] + 16)
        for top in labels
        for start in (x - closeness - 10, x + closeness)
    ]
    figures = pieces([s for s in tiling if s[3] - s[2] < OPENED.columns], xs, ys)
    found = built([*worn(rules_of(tiling, xs, ys), 1, 0.03), *strokes], [*figures, *words])
    assert len(labels) == 5
    assert (spans_of(found.grid) == tiling) is (closeness < 10)
    assert any(rule in found.rules for rule in strokes) == (closeness > 10)


@pytest.mark.parametrize("seed", range(4, 8))
def test_a_small_form_is_known_by_two_thirds_of_its_edges_where_none_is_seen_that_it_has_not(
    seed: int,
) -> None:
    tiling, (xs, ys) = spans_of(DISPUTES), lattice(4, 15)
    left = worn(rules_of(tiling, xs, ys), seed, 0.34, broken=0.5)
    assert spans_of(built(left, ()).grid) == tiling


def words_over(xs: Sequence[float], ys: Sequence[float], line: float) -> list[Box]:
    """Return a word over the columns, a gap of which falls on a line."""
    return [Box(line + 1 + 11 * k, ys[1] + 6, line + 11 + 11 * k, ys[1] + 16) for k in (-3, -2, -1, 0)]


def test_a_word_of_a_wider_cell_hides_no_lost_line_though_it_is_parted_there() -> None:
    tiling, (xs, ys) = spans_of(DISPUTES), lattice(4, 15)
    # Two columns beside the last of five: the word over all of them begins on one side of the line left.
    left = [
        r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("vertical", xs[11])
    ]
    words = [box for box in pieces(tiling, xs, ys) if ys[2] < box.center[1] < ys[3]]
    found = built(left, [*words, *words_over(xs, ys, xs[12])])
    assert spans_of(found.grid) == tiling


def test_what_is_left_of_a_joint_does_not_hide_the_white_of_a_lost_line() -> None:
    tiling = spans_of(DISPUTES)
    xs, ys = lattice(4, 15)[0], [90.0, 112.0, 134.0, 172.0, 194.0]
    left = [r for r in worn(rules_of(tiling, xs, ys), 1, 0.03) if (r.axis, r.position) != ("vertical", xs[7])]
    words = [box for box in pieces(tiling, xs, ys) if ys[2] < box.center[1] < ys[3]]
    joint = Box(xs[7] - 14, ys[2] + 0.5, xs[7] + 14, ys[2] + 9)
    found = built(left, [*words, joint])
    assert spans_of(found.grid) == tiling
    assert found.xs[7] == pytest.approx(xs[7], abs=SETTINGS.snap)
