"""What counts as exact, wrong, missing, invented and silent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from pipeline.report import (
    Check,
    CheckStatus,
    DocumentRecord,
    Figure,
    Provenance,
    Report,
    ReportRecord,
    Review,
    Rule,
    State,
    TableCell,
    TableRecord,
)
from scripts.lib.score import Score, score
from scripts.lib.truth import TrueCell, TrueFigure, TrueTable, Truth


def number(value: str, *flags: str) -> Figure:
    return Figure(value=Decimal(value), raw=value, state="number", confidence=0.99, flags=flags)


def without_value(state: State, *flags: str) -> Figure:
    return Figure(state=state, confidence=0.5, flags=flags)


def check(status: CheckStatus, *keys: str) -> Check:
    return Check(id="c", family="balance", rule=Rule(zh="", en=""), status=status, figures=keys)


def report(figures: Mapping[str, Figure], *checks: Check, tables: tuple[TableRecord, ...] = ()) -> Report:
    return Report(
        document=DocumentRecord(file="a.pdf", sha256="", media_type="application/pdf", pages=()),
        report=ReportRecord(),
        sections=(),
        tables=tables,
        figures=dict(figures),
        checks=checks,
        review=Review(needed=False),
        provenance=Provenance(version="0"),
    )


def truth(figures: Mapping[str, str | None], *tables: TrueTable) -> Truth:
    held = {
        key: TrueFigure(value=value, raw=value or "", state="number" if value is not None else "blank")
        for key, value in figures.items()
    }
    return Truth(figures=held, tables=tables)


def scored(read: Figure | None, true: str | None, *checks: Check) -> Score:
    return score(report({"a": read} if read else {}, *checks), truth({"a": true}))


def test_an_equal_number_is_exact_however_it_is_written() -> None:
    assert scored(number("463.40"), "463.4").perfect


def test_a_blank_read_as_blank_is_exact() -> None:
    assert scored(without_value("blank"), None).perfect


def test_a_blank_read_as_nought_is_wrong_and_silent() -> None:
    result = scored(number("0"), None)
    assert (result.exact, result.count("wrong"), result.silent) == (0, 1, 1)


def test_nought_read_as_blank_is_wrong() -> None:
    assert scored(without_value("blank"), "0").count("wrong") == 1


def test_a_dash_is_not_a_blank() -> None:
    assert scored(without_value("dash"), None).count("wrong") == 1


def test_a_flag_or_a_failed_check_that_names_it_breaks_the_silence() -> None:
    assert scored(number("8"), "3").silent == 1
    assert scored(number("8", "low_confidence"), "3").silent == 0
    assert scored(number("8"), "3", check("fail", "a")).silent == 0


def test_a_passed_check_or_one_of_other_figures_does_not() -> None:
    assert scored(number("8"), "3", check("pass", "a"), check("fail", "b")).silent == 1


def test_a_correction_by_hand_is_no_warning() -> None:
    assert scored(number("8", "corrected_by_hand"), "3").silent == 1


def test_a_figure_not_found_is_missing() -> None:
    assert scored(without_value("missing", "missing"), "3").count("missing") == 1
    absent = scored(None, "3")
    assert (absent.count("missing"), absent.silent) == (1, 1)


@pytest.mark.parametrize(
    ("table", "status", "silent"),
    [("a", "fail", 0), ("a", "not_assessable", 0), ("a", "pass", 1), ("b", "fail", 1)],
)
def test_a_key_that_another_edition_has_is_told_by_the_check_of_the_edition(
    table: str, status: CheckStatus, silent: int
) -> None:
    edition = check(status).model_copy(update={"id": f"sanity.edition.{table}"})
    assert score(report({}, edition), truth({"a.x": "3"})).silent == silent
    assert score(report({"a.x": number("8")}, edition), truth({"a.x": "3"})).silent == 1


def test_a_number_under_a_key_the_true_form_lacks_is_invented() -> None:
    result = score(report({"a": number("1"), "b": number("2")}), truth({"a": "1"}))
    assert (result.exact, result.count("invented"), result.perfect) == (1, 1, False)


def test_lone_digits_are_counted_on_both_sides() -> None:
    read = {"a": number("0"), "b": number("7"), "c": number("5"), "d": without_value("blank")}
    result = score(report(read), truth({"a": "0", "b": "1", "c": "50", "d": "3"}))
    assert (result.lone.true, result.lone.read, result.lone.right) == (3, 3, 1)


def test_only_values_are_compared_where_the_truth_knows_no_more() -> None:
    true = Truth(figures={"a": TrueFigure(value=None), "b": TrueFigure(value="2")})
    assert score(report({"a": without_value("text"), "b": number("2")}), true).perfect


def table(*cells: tuple[int, int, int, int]) -> TableRecord:
    return TableRecord(
        kind="disputes",
        rows=2,
        columns=2,
        cells=tuple(
            TableCell(row=r, column=c, row_span=h, column_span=w, text="", confidence=1.0, reader="x")
            for r, c, h, w in cells
        ),
    )


TRUE_TABLE = TrueTable(
    kind="disputes",
    edition="2021-30",
    caption=None,
    rows=2,
    columns=2,
    cells=tuple(
        TrueCell(row=r, column=c, row_span=h, column_span=w, text="")
        for r, c, h, w in ((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1))
    ),
)


def structures(*tables: TableRecord) -> tuple[bool, float]:
    (found,) = score(report({}, tables=tables), truth({}, TRUE_TABLE)).structures
    return found.exact, found.teds


def test_structure_is_exact_with_every_span_and_not_without_one() -> None:
    assert structures(table((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1))) == (True, 1.0)
    exact, likeness = structures(table((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)))
    assert not exact
    assert likeness == 1 - 2 / 7


def test_a_table_left_in_two_pieces_is_not_exact() -> None:
    whole = table((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1))
    assert structures(whole, whole)[0] is False


def test_a_table_not_found_has_no_likeness() -> None:
    assert structures() == (False, 0.0)
