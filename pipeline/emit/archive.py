"""The tables of a whole archive: their columns, and the rows of one report in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from pipeline.emit.rows import FigureRow, figure_rows
from pipeline.report import Check, Report

ColumnKind: TypeAlias = Literal["text", "texts", "int", "float", "decimal", "bool"]
Row: TypeAlias = tuple[object, ...]

DIGITS, DECIMALS = 38, 12  # as in the figures of one report
UNFIT = "does_not_fit"  # flag of a number with more digits than the table's column has


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's name and columns, in order; `always` are those that have a value in every row."""

    name: str
    columns: dict[str, ColumnKind]
    always: frozenset[str] = frozenset()


FIGURES = Shape(
    "figures",
    {
        "sha256": "text",
        "report": "int",
        **dict.fromkeys(("document", "issuer"), "text"),
        "year": "int",
        **dict.fromkeys(("edition", "key"), "text"),
        "value": "decimal",
        **dict.fromkeys(("raw", "state"), "text"),
        "page": "int",
        **dict.fromkeys(("left", "top", "right", "bottom", "confidence"), "float"),
        "flags": "texts",
    },
    frozenset({"sha256", "report", "document", "key", "state", "confidence", "flags"}),
)
CHECKS = Shape(
    "checks",
    {
        "sha256": "text",
        "report": "int",
        **dict.fromkeys(("document", "issuer"), "text"),
        "year": "int",
        **dict.fromkeys(("id", "family", "status"), "text"),
        **dict.fromkeys(("left", "right", "difference"), "decimal"),
        "verdict": "text",
        **dict.fromkeys(("suspects", "figures", "previous"), "texts"),
        **dict.fromkeys(("rule_zh", "rule_en"), "text"),
    },
    frozenset({"sha256", "report", "document", "id", "family", "status", "suspects", "figures", "previous"}),
)
DOCUMENTS = Shape(
    "documents",
    {
        **dict.fromkeys(("input", "document", "kind", "outcome", "sha256"), "text"),
        **dict.fromkeys(("report", "reports"), "int"),
        "duplicate_of": "text",
        **dict.fromkeys(("error", "detail"), "text"),
        **dict.fromkeys(("attempts", "size", "modified", "pages"), "int"),
        "issuer": "text",
        "year": "int",
        "title": "text",
        "review": "bool",
        **dict.fromkeys(("reasons", "failed_checks"), "texts"),
        "seconds": "float",
        **dict.fromkeys(("version", "result"), "text"),
    },
    frozenset({"input", "document", "kind", "outcome", "attempts", "reasons", "failed_checks"}),
)
REVIEW = Shape(
    "review",
    {
        **dict.fromkeys(("input", "outcome", "issuer"), "text"),
        "year": "int",
        **dict.fromkeys(("reasons", "failed_checks"), "texts"),
        **dict.fromkeys(("detail", "sha256"), "text"),
        "report": "int",
        "result": "text",
    },
)
SHAPES = {shape.name: shape for shape in (FIGURES, CHECKS, DOCUMENTS, REVIEW)}


def archive_figures(sha256: str, report: Report, number: int = 1) -> Iterator[Row]:
    """Yield the rows of a report's figures; it is the one of that `number` in its document.

    A number that the column cannot hold exactly is left out of `value`, never rounded: `raw` has it, and
    the flag `does_not_fit` says so.
    """
    for row in figure_rows(report):
        yield (sha256, number, *astuple(row if fits(row.value) else _without_value(row)))


def archive_checks(sha256: str, report: Report, number: int = 1) -> Iterator[Row]:
    """Yield the rows of a report's own checks; it is the one of that `number` in its document."""
    about = report.report
    for check in report.checks:
        yield check_row(sha256, report.document.file, about.issuer, about.year, check, number=number)


def check_row(
    sha256: str,
    document: str,
    issuer: str | None,
    year: int | None,
    check: Check,
    previous: tuple[str, ...] = (),
    *,
    number: int = 1,
) -> Row:
    """Return the row of one check; `previous` are the reports of the year before that it looks at."""
    sides = (side if fits(side) else None for side in (check.left, check.right, check.difference))
    return (
        *(sha256, number, document, issuer, year, check.id, check.family, check.status, *sides),
        *(check.verdict, check.suspects, check.figures, previous, check.rule.zh, check.rule.en),
    )


def fits(value: Decimal | None) -> bool:
    """Say whether a column of decimals holds `value` exactly."""
    if value is None:
        return True
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return False
    return -exponent <= DECIMALS and len(digits) + max(exponent, -DECIMALS) <= DIGITS - DECIMALS


def _without_value(row: FigureRow) -> FigureRow:
    from dataclasses import replace

    return replace(row, value=None, flags=(*row.flags, UNFIT))
