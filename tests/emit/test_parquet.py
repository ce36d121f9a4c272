"""Figures as Parquet."""

from __future__ import annotations

import io
from dataclasses import asdict
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from pipeline.emit.parquet import figures_parquet, figures_schema
from pipeline.emit.rows import figure_rows
from pipeline.errors import OutputError
from pipeline.report import Report
from tests.emit.builder import plausible_report


def read(report: Report) -> list[dict[str, object]]:
    table = pq.read_table(io.BytesIO(figures_parquet(figure_rows(report))))
    assert table.schema.equals(figures_schema())
    return list(table.to_pylist())


def test_reads_back_equal() -> None:
    report = plausible_report({"proactive.fees.amount": "59237.2449", "proactive.licensing.decisions": ""})
    expected = [asdict(row) | {"flags": list(row.flags)} for row in figure_rows(report)]
    assert read(report) == expected


def test_pandas_gets_exact_decimals() -> None:
    report = plausible_report({"proactive.fees.amount": "59237.2449", "proactive.licensing.decisions": "-7"})
    frame = pq.read_table(io.BytesIO(figures_parquet(figure_rows(report)))).to_pandas()
    values = frame.set_index("key")["value"]
    assert values["proactive.fees.amount"] == Decimal("59237.2449")
    assert values["proactive.licensing.decisions"] == Decimal(-7)


@pytest.mark.parametrize("text", ["99999999999999999999999999", "-0.000000000001", "1E+20"])
def test_the_widest_values_are_exact(text: str) -> None:
    rows = read(plausible_report({"proactive.fees.amount": text}))
    assert {row["value"] for row in rows if row["key"] == "proactive.fees.amount"} == {Decimal(text)}


@pytest.mark.parametrize("text", ["100000000000000000000000000", "0.0000000000001", "1E+30"])
def test_a_value_beyond_the_column_is_refused_not_rounded(text: str) -> None:
    report = plausible_report({"proactive.fees.amount": text})
    with pytest.raises(OutputError, match=r"proactive\.fees\.amount"):
        figures_parquet(figure_rows(report))
