"""The last step before a report is emitted: what the stages found, put into the schema, with its review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from pipeline import report
from pipeline.model import Box, Cell, CellReading, Finding, Table
from pipeline.settings import ReviewSettings

LOW_CONFIDENCE = "low_confidence"
CHECK_FAILED = "check_failed"
MISSING = "missing_figures"
NOT_FOUND = "table_not_found"
NOT_A_NUMBER = "not_a_number"
FORM_TABLES: tuple[report.TableKind, ...] = ("proactive", "applications", "disputes")

# Flags that say nothing against a figure, or that a reason of their own speaks of.
QUIET_FLAGS = frozenset({"corrected_by_hand", CHECK_FAILED, LOW_CONFIDENCE})


class NarrativeLike(Protocol):
    """What the report needs to know of the prose."""

    @property
    def title(self) -> str | None: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def year(self) -> int | None: ...
    @property
    def period(self) -> report.Period: ...
    @property
    def sections(self) -> tuple[report.Section, ...]: ...
    @property
    def evidence(self) -> Mapping[str, report.Evidence]: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...


def assemble(
    *,
    document: report.DocumentRecord,
    tables: Sequence[Table],
    kinds: Sequence[report.TableKind],
    editions: Sequence[report.EditionName | None],
    report_editions: report.Editions,
    figures: Mapping[str, report.Figure],
    checks: Sequence[report.Check],
    narrative: NarrativeLike,
    findings: Sequence[Finding],
    provenance: report.Provenance,
    settings: ReviewSettings,
    figure_cells: Mapping[tuple[int, int], report.Figure] | None = None,
) -> report.Report:
    """Return the report of one document.

    `kinds` and `editions` are aligned with `tables`.  `figure_cells` maps (index of a table, index of a
    cell in its grid) to the figure read there: the emitted cell then shows the figure's `raw`, its
    confidence and its reader.  ValueError where the sequences differ in length.  Figures read with less
    than `settings.low_confidence` get the flag `low_confidence`; values and order are left as they are.
    """
    flagged = {key: _with_low_confidence(figure, settings) for key, figure in figures.items()}
    its_cells = figure_cells or {}
    return report.Report(
        document=document,
        report=report.ReportRecord(
            title=narrative.title,
            issuer=narrative.issuer,
            year=narrative.year,
            period=narrative.period,
            editions=report_editions,
            evidence=dict(narrative.evidence),
        ),
        sections=narrative.sections,
        tables=tuple(
            _table_record(index, table, kind, edition, its_cells)
            for index, (table, kind, edition) in enumerate(zip(tables, kinds, editions, strict=True))
        ),
        figures=flagged,
        checks=tuple(checks),
        review=review_of(flagged, checks, kinds, [*findings, *narrative.findings]),
        provenance=provenance,
    )


def review_of(
    figures: Mapping[str, report.Figure],
    checks: Sequence[report.Check],
    kinds: Sequence[report.TableKind],
    findings: Sequence[Finding],
) -> report.Review:
    """Return whether a person should look at the report, and why; needed just where there is a reason.

    Reasons: a table of the form was not found, figures are missing, are words where a number belongs,
    were read with low confidence or carry another flag that doubts them; a check failed that names
    figures; a stage's finding.  No reasons: a blank, a dash or 无 (they are printed answers, also where
    the whole table is blank), a check that cannot be assessed, a check that names no figure (the
    edition and its year), doubtful labels or prose.
    """
    reasons = (
        *_absence(figures, kinds),
        *_doubted_figures(figures),
        *_failed_checks(figures, checks),
        *_findings(findings),
    )
    return report.Review(needed=bool(reasons), reasons=reasons)


def _with_low_confidence(figure: report.Figure, settings: ReviewSettings) -> report.Figure:
    sure = figure.confidence >= settings.low_confidence
    if sure or figure.state == "missing" or LOW_CONFIDENCE in figure.flags:
        return figure
    return figure.model_copy(update={"flags": (*figure.flags, LOW_CONFIDENCE)})


def _table_record(
    index: int,
    table: Table,
    kind: report.TableKind,
    edition: report.EditionName | None,
    figure_cells: Mapping[tuple[int, int], report.Figure],
) -> report.TableRecord:
    return report.TableRecord(
        kind=kind,
        edition=edition,
        caption=table.caption,
        parts=tuple(report.TablePart(page=part.page, box=_rounded(part.box)) for part in table.parts),
        rows=table.grid.rows,
        columns=table.grid.columns,
        cells=tuple(
            _cell_record(cell, reading, figure_cells.get((index, position)))
            for position, (cell, reading) in enumerate(zip(table.grid.cells, table.readings, strict=True))
        ),
    )


def _cell_record(cell: Cell, reading: CellReading, figure: report.Figure | None) -> report.TableCell:
    text, confidence, reader = reading.text.text, reading.text.confidence, reading.text.reader
    if figure is not None:
        text, confidence, reader = figure.raw or "", figure.confidence, figure.reader or reader
    return report.TableCell(
        row=cell.row_start,
        column=cell.column_start,
        row_span=cell.row_span,
        column_span=cell.column_span,
        text=text,
        page=cell.page,
        box=_rounded(cell.box) if cell.box is not None else None,
        confidence=min(1.0, max(0.0, confidence)),
        reader=reader,
    )


def _rounded(box: Box) -> report.BoxList:
    """Return a box as it is emitted: points with two decimals."""
    return (round(box.left, 2), round(box.top, 2), round(box.right, 2), round(box.bottom, 2))


def _absence(
    figures: Mapping[str, report.Figure], kinds: Sequence[report.TableKind]
) -> Iterator[report.Reason]:
    lost = [table for table in FORM_TABLES if table not in kinds]
    for table in lost:
        yield report.Reason(code=NOT_FOUND, detail=table)
    missing = tuple(
        key
        for key, figure in figures.items()
        if figure.state == "missing" and key.partition(".")[0] not in lost
    )
    if missing:
        yield report.Reason(code=MISSING, figures=missing)


def _doubted_figures(figures: Mapping[str, report.Figure]) -> Iterator[report.Reason]:
    """Yield one reason for each thing said against figures, flags in alphabetical order."""
    words = tuple(key for key, figure in figures.items() if figure.state == "text")
    if words:
        yield report.Reason(code=NOT_A_NUMBER, figures=words)
    every = {flag for figure in figures.values() for flag in figure.flags}
    loud = sorted(every - QUIET_FLAGS)
    for flag in (LOW_CONFIDENCE, *loud):
        keys = tuple(key for key, figure in figures.items() if flag in figure.flags)
        if keys:
            yield report.Reason(code=flag, figures=keys)


def _failed_checks(
    figures: Mapping[str, report.Figure], checks: Sequence[report.Check]
) -> Iterator[report.Reason]:
    """Yield a reason for each failed check of figures that were found; those not found have their own."""
    for check in checks:
        found = [key for key in check.figures if key in figures and figures[key].state != "missing"]
        if check.status == "fail" and found:
            yield report.Reason(code=CHECK_FAILED, figures=check.figures, detail=check.id)


def _findings(findings: Sequence[Finding]) -> Iterator[report.Reason]:
    """Yield one reason for findings alike, with all their pages."""
    pages: dict[tuple[str, str], set[int]] = {}
    for finding in findings:
        its_pages = pages.setdefault((finding.code, finding.detail), set())
        its_pages |= {finding.page} if finding.page is not None else set()
    for (code, detail), seen in pages.items():
        yield report.Reason(code=code, pages=tuple(sorted(seen)), detail=detail)
