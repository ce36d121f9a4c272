"""Figures as a long table: one row a figure, the same for CSV, Parquet and XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from pipeline.report import EditionName, Editions, Report


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure with its document; the box is in points of the upright page, origin top-left."""

    document: str
    issuer: str | None
    year: int | None
    edition: EditionName | None
    key: str
    value: Decimal | None
    raw: str | None
    state: str
    page: int | None
    left: float | None
    top: float | None
    right: float | None
    bottom: float | None
    confidence: float
    flags: tuple[str, ...]


_NO_BOX = (None, None, None, None)
COLUMNS = tuple(field.name for field in fields(FigureRow))


def edition_of(key: str, editions: Editions) -> EditionName | None:
    """Return the edition of the table that figure `key` stands in; disputes follow applications."""
    return editions.proactive if key.startswith("proactive.") else editions.applications


def figure_rows(report: Report) -> Iterator[FigureRow]:
    """Yield the rows of `report` in the order of its figures."""
    about = report.report
    for key, figure in report.figures.items():
        left, top, right, bottom = figure.box or _NO_BOX
        yield FigureRow(
            document=report.document.file,
            issuer=about.issuer,
            year=about.year,
            edition=edition_of(key, about.editions),
            key=key,
            value=figure.value,
            raw=figure.raw,
            state=figure.state,
            page=figure.page,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            confidence=figure.confidence,
            flags=figure.flags,
        )
