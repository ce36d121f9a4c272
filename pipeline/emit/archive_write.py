"""Tables of an archive into files, a batch of rows at a time, so that memory does not grow with them."""

from __future__ import annotations

import contextlib
import csv
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeAlias

from pipeline.emit.archive import DECIMALS, DIGITS, Row, Shape
from pipeline.emit.csv_table import guarded
from pipeline.emit.text import encodable
from pipeline.errors import OutputError, UsageError

ROWS = 20_000  # held at a time, some 10 MB; row groups of Parquet want no fewer
SHEET_ROWS = 1_048_576  # that a sheet of a workbook can hold


class TableFile(Protocol):
    """Takes rows and becomes a file."""

    def add(self, rows: list[Row]) -> None:
        """Write `rows`."""

    def close(self) -> None:
        """Complete the file."""


class _Parquet:
    def __init__(self, shape: Shape, path: Path) -> None:
        import pyarrow.parquet as pq

        self._shape = shape
        self._schema = parquet_schema(shape)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, rows: list[Row]) -> None:
        import pyarrow as pa

        columns = {
            name: [_encodable(row[place]) for row in rows] for place, name in enumerate(self._shape.columns)
        }
        self._writer.write_table(pa.Table.from_pydict(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, shape: Shape, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(shape.columns)

    def add(self, rows: list[Row]) -> None:
        self._writer.writerows([_plain(value) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class _JsonLines:
    def __init__(self, shape: Shape, path: Path) -> None:
        self._names = tuple(shape.columns)
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            fields = dict(zip(self._names, map(_encodable, row), strict=True))
            self._file.write(json.dumps(fields, ensure_ascii=False, default=_exact) + "\n")

    def close(self) -> None:
        self._file.close()


class _Workbook:
    def __init__(self, shape: Shape, path: Path) -> None:
        from openpyxl import Workbook

        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(shape.name)
        self._sheet.append(list(shape.columns))
        self._left = SHEET_ROWS - 1

    def add(self, rows: list[Row]) -> None:
        from openpyxl.cell import WriteOnlyCell

        from pipeline.emit.xlsx_cell import put

        self._left -= len(rows)
        if self._left < 0:
            raise OutputError(f"{self._path.name}: more rows than a workbook can hold; use csv or parquet")
        for row in rows:
            cells = [WriteOnlyCell(self._sheet) for _ in row]
            for cell, value in zip(cells, row, strict=True):
                put(cell, value)
            self._sheet.append(cells)

    def close(self) -> None:
        self._book.save(self._path)


MakeFile: TypeAlias = "type[_Parquet] | type[_Csv] | type[_JsonLines] | type[_Workbook]"
TABLE_FORMATS: dict[str, MakeFile] = {
    "parquet": _Parquet,
    "csv": _Csv,
    "jsonl": _JsonLines,
    "xlsx": _Workbook,
}


class TableWriter:
    """Gathers rows and hands them on in batches."""

    def __init__(self, file: TableFile) -> None:
        self._file = file
        self._rows: list[Row] = []

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._file.add(self._rows)
        self._rows = []
        self._file.close()

    def write(self, rows: Iterable[Row]) -> None:
        self._rows.extend(rows)
        if len(self._rows) >= ROWS:
            self._file.add(self._rows)
            self._rows = []


@contextmanager
def table_file(shape: Shape, path: Path, kind: str) -> Iterator[TableWriter]:
    """Yield what writes table `shape` to `path` in format `kind`; the file has its name when it is whole.

    UsageError for an unknown format, OutputError where it cannot be written.
    """
    if kind not in TABLE_FORMATS:
        raise UsageError(f"unknown format {kind}; known: {', '.join(TABLE_FORMATS)}")
    aside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TableWriter(TABLE_FORMATS[kind](shape, aside)) as writer:
            yield writer
        aside.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def parquet_schema(shape: Shape) -> Any:
    """Return the `pyarrow.Schema` of `shape`."""
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "int": pa.int64(),
        "float": pa.float64(),
        "decimal": pa.decimal128(DIGITS, DECIMALS),
        "bool": pa.bool_(),
    }
    return pa.schema(
        [
            pa.field(name, kinds[kind], nullable=name not in shape.always)
            for name, kind in shape.columns.items()
        ]
    )


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return encodable(value)
    return [encodable(str(item)) for item in value] if isinstance(value, tuple) else value


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return guarded(" ".join(map(str, value)))
    return guarded(value) if isinstance(value, str) else str(value)


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no place in a table")
