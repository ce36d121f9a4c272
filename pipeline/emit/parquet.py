"""Figures as Parquet with one fixed schema, so that files of many documents read as one table.

`value` is decimal(38, 12): exact, summable, and read natively by DuckDB, Spark, Arrow and pandas.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pipeline.emit.rows import COLUMNS, FigureRow
from pipeline.emit.text import encodable
from pipeline.errors import OutputError

DIGITS, DECIMALS = 38, 12  # the most that every reader of decimal128 takes; 4 of 12 decimals go to 元 → 万元


def figures_schema() -> Any:
    """Return the `pyarrow.Schema` of the figures' table."""
    import pyarrow as pa

    text, length = pa.string(), pa.float64()
    kinds = {
        "document": text,
        "issuer": text,
        "year": pa.int32(),
        "edition": text,
        "key": text,
        "value": pa.decimal128(DIGITS, DECIMALS),
        "raw": text,
        "state": text,
        "page": pa.int32(),
        **dict.fromkeys(("left", "top", "right", "bottom"), length),
        "confidence": length,
        "flags": pa.list_(text),
    }
    always = {"document", "key", "state", "confidence", "flags"}
    return pa.schema([pa.field(name, kinds[name], nullable=name not in always) for name in COLUMNS])


def _fitting(row: FigureRow) -> Decimal | None:
    """Return the value; OutputError where the column would have to round it."""
    value = row.value
    if value is not None:
        _, digits, exponent = value.as_tuple()
        decimals = -exponent if isinstance(exponent, int) else DIGITS
        if decimals > DECIMALS or len(digits) - min(decimals, 0) > DIGITS - DECIMALS + max(decimals, 0):
            raise OutputError(f"{row.document}: {row.key} = {value} has more digits than Parquet can hold")
    return value


def _column(rows: list[FigureRow], name: str) -> list[object]:
    if name == "value":
        return [_fitting(row) for row in rows]
    if name == "flags":
        return [[encodable(flag) for flag in row.flags] for row in rows]
    values = (getattr(row, name) for row in rows)
    return [encodable(value) if isinstance(value, str) else value for value in values]


def figures_parquet(rows: Iterable[FigureRow]) -> bytes:
    """Return `rows` as a Parquet file; OutputError where a value does not fit, never a rounded one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    every = list(rows)
    columns = {name: _column(every, name) for name in COLUMNS}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pydict(columns, schema=figures_schema()), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
