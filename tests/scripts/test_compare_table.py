"""Boxes, matrices and HTML become the same table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scripts.lib.compare_table import GivenCell, GivenTable, from_boxes, from_html, from_owners

# A merged heading over two columns, and a label beside two rows.
CELLS = (
    GivenCell(0, 0, 1, 1, "a"),
    GivenCell(0, 1, 1, 2, "head"),
    GivenCell(1, 0, 2, 1, "label"),
    GivenCell(1, 1, 1, 1, "1"),
    GivenCell(1, 2, 1, 1, "2"),
    GivenCell(2, 1, 1, 1, "3"),
    GivenCell(2, 2, 1, 1, ""),
)


def boxes(*, off: float = 0.0) -> list[tuple[tuple[float, float, float, float], str]]:
    """Return the boxes of CELLS, columns 100 wide and rows 10 high, each other one shifted by `off`."""
    return [
        (
            (
                100.0 * c.column + off * (i % 2),
                10.0 * c.row,
                100.0 * (c.column + c.column_span) + off * (i % 2),
                10.0 * (c.row + c.row_span),
            ),
            c.text,
        )
        for i, c in enumerate(CELLS)
    ]


def test_boxes_become_cells_with_spans() -> None:
    table = from_boxes(3, boxes(), tolerance=1)
    assert table == GivenTable(3, 3, 3, CELLS, (0.0, 100.0, 200.0, 300.0))


@given(st.floats(0, 0.9), st.randoms())
def test_edges_within_the_tolerance_are_one_rule_in_any_order_of_boxes(off: float, chance: object) -> None:
    held = boxes(off=off)
    chance.shuffle(held)  # type: ignore[attr-defined]
    table = from_boxes(1, held, tolerance=1)
    assert table is not None
    assert table.cells == CELLS


def test_a_matrix_of_owners_becomes_cells_with_spans() -> None:
    owners = (("a", "h", "h"), ("l", "x", "y"), ("l", "z", "w"))
    text = {"a": "a", "h": "head", "l": "label", "x": "1", "y": "2", "z": "3"}
    table = from_owners(1, owners, text)
    assert table is not None
    assert sorted(table.cells, key=lambda cell: (cell.row, cell.column)) == list(CELLS)


def test_html_becomes_cells_where_a_browser_puts_them() -> None:
    html = """<html><body><table><tr><td>a</td><td colspan="2">head</td></tr>
        <tr><td rowspan='2'>la<b>bel</b></td><td>1</td><td>2</td></tr><tr><td>3</td><td></td></tr></table>"""
    assert from_html(1, html) == GivenTable(1, 3, 3, CELLS)


def test_a_span_beyond_the_last_row_ends_with_it() -> None:
    table = from_html(1, "<table><tr><td rowspan=9>a</td><td>b</td></tr><tr><td>c</td></tr></table>")
    assert table is not None
    assert (table.rows, table.columns, table.cells[0].row_span) == (2, 2, 2)


def test_nothing_becomes_no_table() -> None:
    assert from_boxes(1, (), tolerance=1) is None
    assert from_boxes(1, [((5.0, 5.0, 5.0, 9.0), "a rule is no cell")], tolerance=1) is None
    assert from_owners(1, (), {}) is None
    assert from_html(1, "") is None


def test_a_slot_that_two_cells_claim_stays_with_the_first() -> None:
    table = GivenTable(1, 1, 2, (GivenCell(0, 0, 1, 2, "wide"), GivenCell(0, 1, 1, 1, "late")))
    assert [cell.text if cell else None for cell in table.grid()[0]] == ["wide", "wide"]
