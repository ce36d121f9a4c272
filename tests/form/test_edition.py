"""The editions' files against the normative list of figures."""

from __future__ import annotations

import csv

import pytest

from pipeline.form import edition_of_year, editions, load_edition
from pipeline.report import EditionName
from tests.form.builder import DATA


def test_editions_hold_the_normative_figures_in_their_order() -> None:
    with (DATA / "figures.csv").open(encoding="utf-8", newline="") as file:
        wanted = [tuple(row.values()) for row in csv.DictReader(file)]
    figures = [figure for edition in editions() for figure in edition.figures()]
    assert [(f.key, f.edition, f.table, f.row, f.column, f.unit) for f in figures] == wanted


@pytest.mark.parametrize(("name", "count"), [("2019-60", 198), ("2021-30", 200)])
def test_keys_are_unique(name: EditionName, count: int) -> None:
    assert len({figure.key for figure in load_edition(name).figures()}) == count


@pytest.mark.parametrize(
    ("year", "name"),
    [(2015, "2019-60"), (2019, "2019-60"), (2020, "2019-60"), (2021, "2021-30"), (2030, "2021-30")],
)
def test_year_names_the_edition(year: int, name: EditionName) -> None:
    assert edition_of_year(year).name == name
