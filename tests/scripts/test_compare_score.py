"""Which figures stand in their own cells, and whose structure is right, whatever the page breaks did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scripts.lib import document, truth
from scripts.lib.compare_align import align, aligned
from scripts.lib.compare_places import places
from scripts.lib.compare_same import same_figure
from scripts.lib.compare_score import PeerScore, score_tables
from scripts.lib.compare_table import GivenCell, GivenTable
from scripts.lib.seeds import SEEDS
from scripts.lib.truth import TrueFigure, TrueTable, Truth

TRUTHS = tuple(truth.build(document.load(seed)) for seed in SEEDS)
TRUTH = TRUTHS[0]
PROACTIVE, APPLICATIONS, DISPUTES = range(3)


def perfect(table: TrueTable, page: int = 1) -> GivenTable:
    """Return a table that is as in truth, its columns equally wide."""
    cells = tuple(GivenCell(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)
    return GivenTable(page, table.rows, table.columns, cells, tuple(map(float, range(table.columns + 1))))


def changed(table: GivenTable, change: Callable[[GivenCell], GivenCell | None]) -> GivenTable:
    cells = tuple(new for cell in table.cells if (new := change(cell)) is not None)
    return replace(table, cells=cells)


def rows_of(table: GivenTable, first: int, end: int, page: int) -> GivenTable:
    """Return the rows from `first` to before `end` as a table of their own, cells cut where they are."""

    def cut(cell: GivenCell) -> GivenCell | None:
        top, bottom = max(cell.row, first), min(cell.row + cell.row_span, end)
        return replace(cell, row=top - first, row_span=bottom - top) if top < bottom else None

    return replace(changed(table, cut), page=page, rows=end - first)


def only_used_columns(table: GivenTable) -> GivenTable:
    """Return the table without the columns at whose left rule no cell begins: it cannot show them."""
    used = sorted({cell.column for cell in table.cells})
    at = {column: index for index, column in enumerate(used)} | {table.columns: len(used)}

    def moved(cell: GivenCell) -> GivenCell:
        end = next(c for c in (*used, table.columns) if c >= cell.column + cell.column_span)
        return replace(cell, column=at[cell.column], column_span=at[end] - at[cell.column])

    edges = tuple(table.edges[column] for column in (*used, table.columns)) if table.edges else ()
    return replace(changed(table, moved), columns=len(used), edges=edges)


def scored(*tables: GivenTable) -> PeerScore:
    return score_tables(tables, TRUTH)


def whole() -> list[GivenTable]:
    return [perfect(table, page) for page, table in enumerate(TRUTH.tables, start=1)]


def with_applications(*pieces: GivenTable) -> PeerScore:
    proactive, _, disputes = whole()
    return scored(proactive, *pieces, replace(disputes, page=9))


@pytest.mark.parametrize("true", TRUTHS)
def test_every_figure_has_a_cell_of_its_own_that_holds_it(true: Truth) -> None:
    found = {key: cell for table in true.tables for key, cell in places(table).items()}
    assert found.keys() == true.figures.keys()
    assert all(same_figure(true.figures[key], cell.text) for key, cell in found.items())


@pytest.mark.parametrize("true", TRUTHS)
def test_the_truth_itself_scores_full(true: Truth) -> None:
    result = score_tables([perfect(table) for table in true.tables], true)
    assert result.right == len(true.figures)
    assert all(structure.exact for structure in result.structures)


def test_no_table_scores_nothing() -> None:
    assert scored() == PeerScore(
        right=0,
        structures=tuple(
            s.model_copy(update={"exact": False, "teds": 0.0}) for s in scored(*whole()).structures
        ),
    )


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 25), st.integers(0, 3))
def test_a_table_cut_at_any_row_with_its_head_repeated_or_not_loses_nothing(cut: int, head: int) -> None:
    table = perfect(TRUTH.tables[APPLICATIONS], 2)
    head = min(head, cut)
    upper, lower = rows_of(table, 0, cut, 2), rows_of(table, cut, table.rows, 3)
    top = rows_of(table, 0, head, 3)
    below = changed(lower, lambda cell: replace(cell, row=cell.row + head))
    lower = replace(lower, rows=lower.rows + head, cells=(*top.cells, *below.cells))
    result = with_applications(only_used_columns(upper), only_used_columns(lower))
    assert result.right == len(TRUTH.figures)
    assert result.structures[APPLICATIONS].exact


def test_a_row_cut_by_the_page_break_is_one_row() -> None:
    table = perfect(TRUTH.tables[APPLICATIONS], 2)
    upper, lower = rows_of(table, 0, 10, 2), rows_of(table, 9, table.rows, 3)
    emptied = changed(upper, lambda cell: replace(cell, text="") if cell.row == 9 else cell)
    result = with_applications(emptied, lower)
    assert result.right == len(TRUTH.figures)
    assert result.structures[APPLICATIONS].exact


def test_pieces_on_one_page_are_not_joined() -> None:
    table = perfect(TRUTH.tables[APPLICATIONS], 2)
    result = with_applications(rows_of(table, 0, 10, 2), rows_of(table, 10, table.rows, 2))
    assert result.right == len(TRUTH.figures)
    assert not result.structures[APPLICATIONS].exact


def test_tables_run_together_keep_their_figures_but_not_their_structure() -> None:
    _, table, disputes = whole()
    below = changed(disputes, lambda cell: replace(cell, row=cell.row + table.rows))
    together = GivenTable(2, table.rows + disputes.rows, 15, (*table.cells, *below.cells))
    result = scored(whole()[PROACTIVE], together)
    assert result.right == len(TRUTH.figures)
    assert [structure.exact for structure in result.structures] == [True, False, False]


def test_a_row_left_out_costs_its_figures_alone() -> None:
    table = perfect(TRUTH.tables[APPLICATIONS], 2)
    fewer = [rows_of(table, 0, 6, 2), rows_of(table, 7, table.rows, 2)]
    lost = sum(cell.row == 6 for cell in places(TRUTH.tables[APPLICATIONS]).values())
    assert with_applications(*fewer).right == len(TRUTH.figures) - lost


def test_other_tables_between_disturb_nothing() -> None:
    other = GivenTable(1, 2, 2, tuple(GivenCell(r, c, 1, 1, "0") for r in range(2) for c in range(2)))
    result = scored(*(table for one in whole() for table in (other, one)))
    assert result.right == len(TRUTH.figures)


def test_a_table_that_is_not_there_gets_nothing_from_the_others() -> None:
    result = scored(*whole()[:DISPUTES])
    assert result.right == len(TRUTH.figures) - len(places(TRUTH.tables[DISPUTES]))
    assert result.structures[DISPUTES].teds == 0


def test_a_wrong_figure_and_one_in_its_neighbours_cell_are_not_right() -> None:
    table = perfect(TRUTH.tables[APPLICATIONS], 2)
    nine = next(cell for cell in reversed(table.cells) if cell.text == "0")
    wrong = changed(table, lambda cell: replace(cell, text="9") if cell == nine else cell)
    assert with_applications(wrong).right == len(TRUTH.figures) - 1
    moved = changed(table, lambda cell: replace(cell, text="") if cell == nine else cell)
    assert with_applications(moved).right == len(TRUTH.figures) - 1


def test_a_cell_over_two_figures_holds_one_of_them_at_most() -> None:
    table = perfect(TRUTH.tables[DISPUTES], 2)
    cells = [cell for cell in table.cells if cell.row == 3]
    one, other = next((a, b) for a, b in pairwise(cells) if a.text == b.text)

    def merge(cell: GivenCell) -> GivenCell | None:
        if cell == other:
            return None
        return replace(cell, column_span=2) if cell == one else cell

    assert scored(*whole()[:DISPUTES], changed(table, merge)).right == len(TRUTH.figures) - 1


def without_eighth(cell: GivenCell) -> GivenCell | None:
    """Return the cell as it stands once the eighth column is gone."""
    begin, end = (edge - (edge > 7) for edge in (cell.column, cell.column + cell.column_span))
    return replace(cell, column=begin, column_span=end - begin) if begin < end else None


def test_columns_too_many_or_too_few_cost_no_other_columns() -> None:
    table = perfect(TRUTH.tables[DISPUTES], 2)
    wider = replace(
        changed(table, lambda c: replace(c, column=c.column + (c.column >= 7))), columns=16, edges=()
    )
    assert scored(*whole()[:DISPUTES], wider).right == len(TRUTH.figures)
    narrow = replace(changed(table, without_eighth), columns=14, edges=())
    assert scored(*whole()[:DISPUTES], narrow).right == len(TRUTH.figures) - 1


@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 3)))
def test_the_alignment_is_the_heaviest_one(
    weights: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    def heaviest(row: int, column: int) -> float:
        if row == weights.shape[0] or column == weights.shape[1]:
            return 0.0
        here = weights[row, column] + heaviest(row + 1, column + 1)
        return float(max(here, heaviest(row + 1, column), heaviest(row, column + 1)))

    pairs = align(weights)
    assert sum(weights[pair] for pair in pairs) == heaviest(0, 0)
    for line in zip(*pairs, strict=True):
        assert list(line) == sorted(set(line))


FIGURES: Sequence[tuple[TrueFigure, str, bool]] = (
    (TrueFigure(value="1036", raw="1,036", state="number"), "1 036", True),
    (TrueFigure(value="463.4", raw="463.40", state="number"), "463.4", True),
    (TrueFigure(value="-7", raw="减7", state="number"), "－7", True),
    (TrueFigure(value="0", raw="0", state="number"), ".0", False),
    (TrueFigure(value="0", raw="0", state="number"), "0.", False),
    (TrueFigure(value="0", raw="0", state="number"), "00", False),
    (TrueFigure(value="0", raw="0", state="number"), "", False),
    (TrueFigure(value="0", raw="０", state="number"), "0", True),
    (TrueFigure(value="1", raw="1", state="number"), "一", False),
    (TrueFigure(value=None, raw="", state="blank"), " \n", True),
    (TrueFigure(value=None, raw="", state="blank"), "0", False),
    (TrueFigure(value=None, raw="—", state="dash"), "-", True),
    (TrueFigure(value=None, raw="—", state="dash"), "", False),
    (TrueFigure(value=None, raw="无", state="none_word"), "无", True),
    (TrueFigure(value="22", raw="22（其中修订16件）", state="number"), "22(其中修订16件)", True),
    (TrueFigure(value="22", raw="22（其中修订16件）", state="number"), "2216", False),
    (TrueFigure(value=None), "/", True),
    (TrueFigure(value=None), "0", False),
)


@pytest.mark.parametrize(("true", "text", "same"), FIGURES)
def test_what_counts_as_the_same_figure(true: TrueFigure, text: str, same: bool) -> None:
    assert same_figure(true, text) is same


def test_pieces_are_told_for_each_table() -> None:
    alignment = aligned(TRUTH, whole())
    assert [sorted(pieces) for pieces in alignment.pieces] == [[0], [1], [2]]
