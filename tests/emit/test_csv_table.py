"""Figures as CSV."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.emit.csv_table import figures_csv, guarded
from pipeline.emit.rows import COLUMNS, figure_rows
from pipeline.emit.text import visible
from pipeline.report import Report
from tests.emit.builder import plausible_report


def read(report: Report) -> dict[str, dict[str, str]]:
    text = figures_csv(figure_rows(report)).decode("utf-8-sig")
    return {row["key"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_one_row_a_figure_in_order() -> None:
    report = plausible_report()
    assert list(read(report)) == list(report.figures)


def test_the_columns_of_the_contract() -> None:
    head = "document issuer year edition key value raw state page left top right bottom confidence flags"
    assert head.split() == list(COLUMNS)


def test_excel_sees_utf_8() -> None:
    assert figures_csv(figure_rows(plausible_report())).startswith(b"\xef\xbb\xbfdocument,")


def test_values_are_exact_and_blank_is_empty() -> None:
    rows = read(
        plausible_report({"proactive.fees.amount": "59237.2449", "proactive.licensing.decisions": ""})
    )
    assert Decimal(rows["proactive.fees.amount"]["value"]) == Decimal("59237.2449")
    assert rows["proactive.licensing.decisions"]["value"] == ""
    assert rows["proactive.penalties.decisions"]["flags"] == "low_confidence readers_disagree"


def test_disputes_have_the_edition_of_the_applications() -> None:
    assert read(plausible_report())["disputes.reconsideration.total"]["edition"] == "2021-30"


@pytest.mark.parametrize("text", ["-7", "+1036", "-", "—", "0 ", "减4", "463.4", "", "1,584"])
def test_printed_figures_stay(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "-1+cmd()", "＝1+1", "\t=1", " =1", "- 5 -"]
)
def test_formulas_are_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@given(st.text())
def test_the_guard_can_be_taken_off(text: str) -> None:
    written, shown = guarded(text), visible(text)
    assert (written[1:] if written.startswith("'") else written) == shown
