"""Whether a grid has the form's cells, and how much of the form stands in order in it."""

from __future__ import annotations

import pytest

from pipeline.form import holds_several, is_piece, odd_cells, shows_form, well_placed
from pipeline.form.edition import FormKind
from pipeline.model import Cell, Grid, Table
from pipeline.report import EditionName
from pipeline.settings import FormSettings
from tests.form.builder import KINDS, draft, numbered, rows_of, with_column

SETTINGS = FormSettings()
EDITIONS: tuple[EditionName, ...] = ("2019-60", "2021-30")


def texts_of(table: Table) -> list[str]:
    return [reading.text.text for reading in table.readings]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", ["applications", "disputes"])
def test_a_table_of_the_form_and_any_rows_of_it_are_pieces(edition: EditionName, kind: FormKind) -> None:
    table = draft(edition, kind, numbered(edition))
    assert is_piece(table.table().grid)
    for start in range(3, table.rows):
        assert is_piece(rows_of(table, start, table.rows).table().grid)


def test_two_columns_that_run_together_and_one_too_many_are_none() -> None:
    table = draft("2021-30", "applications", numbered("2021-30"))
    assert not is_piece(table.merged(5, 5, 7, "1234").table().grid)
    assert not is_piece(with_column(table, 6).table().grid)
    merged = table.merged(5, 5, 7, "1234").table()
    odd = odd_cells(merged.grid, texts_of(merged))
    assert odd is not None
    assert [merged.readings[i].text.text for i in odd] == ["1234"]
    assert odd_cells(table.table().grid, texts_of(table.table())) == ()
    wider = with_column(table, 6).table()
    assert odd_cells(wider.grid, texts_of(wider)) is None


def test_rows_left_blank_below_a_table_make_none_of_its_cells_odd() -> None:
    table = draft("2021-30", "applications", numbered("2021-30")).table()
    grid, texts = table.grid, texts_of(table)
    below = tuple(Cell(grid.rows, grid.rows + 1, c, c + 1) for c in range(grid.columns))
    longer = Grid(grid.rows + 1, grid.columns, (*grid.cells, *below))
    assert odd_cells(longer, [*texts, *("" for _ in below)]) == ()
    assert odd_cells(longer, [*texts, *("5" for _ in below)]) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_of_a_sound_table_is_well_placed(kind: FormKind) -> None:
    figures = {key: text for key, text in numbered("2021-30").items() if key.startswith(kind)}
    assert well_placed([draft("2021-30", kind, figures).table()], SETTINGS) == len(figures)


def test_figures_that_share_a_cell_are_not() -> None:
    figures = numbered("2021-30")
    table = draft("2021-30", "applications", figures)
    whole = well_placed([table.table()], SETTINGS)
    assert well_placed([table.merged(5, 5, 7, "10 11").table()], SETTINGS) == whole - 7


def test_labels_that_run_together_show_the_form_as_single_ones_do() -> None:
    labels = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开")
    together = "".join((*labels, "（七）总计", "四、结转下年度继续办理"))
    assert shows_form(labels)
    assert shows_form([together])
    assert holds_several(together)
    assert not any(map(holds_several, labels))
    assert not shows_form(["本年度共收到政府信息公开申请12件，均已按期办理，没有收取任何费用。" * 2])


def test_a_table_ruled_in_halves_where_it_has_one_figure_is_a_piece() -> None:
    spans = [
        *((0, 1, 0, 4), *((row, row + 1, c, c + 1) for row in (1, 2, 3) for c in range(4))),
        *(s for top in (4, 7) for s in [(top, top + 1, 0, 4)]),
        *((row, row + 1, left, left + 2) for row in (5, 6, 8, 9, 10) for left in (0, 2)),
        *((11, 12, 0, 4), *((row, row + 1, left, left + 2) for row in (12, 13) for left in (0, 2))),
    ]
    assert is_piece(Grid(14, 4, tuple(Cell(*span) for span in spans)))
    torn = [(2, 3, 0, 2), *(s for s in spans if s not in ((2, 3, 0, 1), (2, 3, 1, 2)))]
    assert not is_piece(Grid(14, 4, tuple(Cell(*span) for span in torn)))
