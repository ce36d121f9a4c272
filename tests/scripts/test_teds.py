"""TEDS-Struct and the tree edit distance under it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scripts.lib.statutory import applications, proactive
from scripts.lib.teds import Span, Tree, distance, table_tree, teds

LABELS = st.sampled_from([("td", 1, 1), ("td", 2, 1), ("tr", 1, 1)])
TREES = st.recursive(
    st.builds(Tree, LABELS),
    lambda children: st.builds(Tree, LABELS, st.lists(children, max_size=3).map(tuple)),
    max_leaves=8,
)


def tree_of(cells: list[Span], rows: int) -> Tree:
    return table_tree(rows, cells)


def spans() -> tuple[int, list[Span]]:
    table = applications("2021-30")
    return table.rows, [(c.row, c.column, c.row_span, c.column_span) for c in table.cells]


def plain_distance(one: tuple[Tree, ...], other: tuple[Tree, ...]) -> int:
    """The textbook recursion over forests: exponential, and too plain to be wrong."""
    if not one or not other:
        return sum(map(size, one)) + sum(map(size, other))
    a, b = one[-1], other[-1]
    return min(
        plain_distance((*one[:-1], *a.children), other) + 1,
        plain_distance(one, (*other[:-1], *b.children)) + 1,
        plain_distance(one[:-1], other[:-1]) + plain_distance(a.children, b.children) + (a.label != b.label),
    )


def size(tree: Tree) -> int:
    return 1 + sum(map(size, tree.children))


SMALL = st.recursive(
    st.builds(Tree, LABELS),
    lambda children: st.builds(Tree, LABELS, st.lists(children, max_size=2).map(tuple)),
    max_leaves=3,
)


@given(SMALL, SMALL)
def test_distance_is_that_of_the_textbook_recursion(one: Tree, other: Tree) -> None:
    assert distance(one, other) == plain_distance((one,), (other,))


@given(TREES)
def test_a_tree_is_wholly_like_itself(tree: Tree) -> None:
    assert teds(tree, tree) == 1.0


@given(TREES, TREES)
def test_likeness_is_symmetric_and_a_share(one: Tree, other: Tree) -> None:
    assert teds(one, other) == teds(other, one)
    assert 0.0 <= teds(one, other) <= 1.0


@given(TREES, TREES, TREES)
def test_distance_obeys_the_triangle_inequality(one: Tree, other: Tree, third: Tree) -> None:
    assert distance(one, third) <= distance(one, other) + distance(other, third)


def test_one_lost_span_lowers_it_by_one_relabelling() -> None:
    rows, cells = spans()
    changed = [(0, 0, 3, 2) if cell == (0, 0, 3, 3) else cell for cell in cells]
    nodes = 1 + rows + len(cells)
    assert teds(tree_of(cells, rows), tree_of(changed, rows)) == 1 - 1 / nodes


def test_a_merged_cell_fallen_apart_lowers_it_by_its_parts() -> None:
    rows, cells = spans()
    tall = next(cell for cell in cells if cell[2] == 22)
    parts = [(tall[0] + offset, tall[1], 1, 1) for offset in range(tall[2])]
    changed = [cell for cell in cells if cell != tall] + parts
    # The tall cell is relabelled, 21 cells are new.
    assert distance(tree_of(cells, rows), tree_of(changed, rows)) == 22


def test_rows_that_only_hold_cells_from_above_count() -> None:
    assert distance(tree_of([(0, 0, 2, 1)], 2), tree_of([(0, 0, 2, 1)], 1)) == 1


def test_different_forms_are_unlike() -> None:
    table = proactive("2021-30")
    cells = [(c.row, c.column, c.row_span, c.column_span) for c in table.cells]
    assert teds(tree_of(cells, table.rows), tree_of(spans()[1], spans()[0])) < 0.3
