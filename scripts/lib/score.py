"""A report against the truth: figures one by one, and the structure of the form's tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from pipeline.report import Figure, Report, TableRecord
from scripts.lib.observed import Observed, observed
from scripts.lib.prose_score import ProseScore, prose_score
from scripts.lib.statutory import Kind
from scripts.lib.teds import table_tree, teds
from scripts.lib.truth import TrueFigure, TrueTable, Truth

Outcome: TypeAlias = Literal["exact", "wrong", "missing", "invented"]

SILENT_FLAGS = frozenset({"corrected_by_hand"})  # says that someone looked, not that someone should


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fault(_Model):
    """A figure that is not exact; `silent` where no flag and no failed check speaks of it.

    `invented` is a number under a key that the true table does not have.
    """

    key: str
    outcome: Outcome
    silent: bool
    expected: str | None
    raw: str | None
    value: str | None
    state: str | None
    confidence: float
    page: int | None
    flags: tuple[str, ...] = ()


class LoneDigits(_Model):
    """Figures that are one digit alone: how many there are, were read, and were read rightly."""

    true: int = 0
    read: int = 0
    right: int = 0


class Structure(_Model):
    """A form table: whether every row, column and span is right, and how like the structures are."""

    kind: Kind
    exact: bool
    teds: float


class Score(_Model):
    """What one document came to; `faults` lists every figure that is not exact.

    `flagged` counts the figures found that a flag or a failed check speaks of; `prose` is None where the
    truth knows no words; `observed` says how sure figures were and whether rightly.
    """

    figures: int
    exact: int
    lone: LoneDigits
    faults: tuple[Fault, ...]
    structures: tuple[Structure, ...]
    flagged: int = 0
    prose: ProseScore | None = None
    observed: tuple[Observed, ...] = ()

    @property
    def perfect(self) -> bool:
        """Say whether every figure is exact and none was invented."""
        return not self.faults

    def count(self, outcome: Outcome) -> int:
        return sum(fault.outcome == outcome for fault in self.faults)

    @property
    def silent(self) -> int:
        return sum(fault.silent for fault in self.faults)


def _is_exact(figure: Figure, true: TrueFigure) -> bool:
    value = None if true.value is None else Decimal(true.value)
    if figure.value != value:
        return False
    return true.state is None or figure.state == true.state


def _outcome(figure: Figure | None, true: TrueFigure) -> Outcome:
    if figure is not None and _is_exact(figure, true):
        return "exact"
    return "missing" if figure is None or figure.state == "missing" else "wrong"


def _accused(report: Report) -> frozenset[str]:
    """Return the keys that a failed check speaks of."""
    return frozenset(key for check in report.checks if check.status == "fail" for key in check.figures)


def _doubtful_tables(report: Report) -> frozenset[str]:
    """Return the tables whose edition is unknown or does not fit the year: keys of another may be lacking."""
    start = "sanity.edition."
    checks = (check for check in report.checks if check.id.startswith(start) and check.status != "pass")
    return frozenset(check.id.removeprefix(start) for check in checks)


def _is_flagged(figure: Figure | None) -> bool:
    return figure is not None and bool(set(figure.flags) - SILENT_FLAGS)


def _fault(
    key: str, outcome: Outcome, true: TrueFigure | None, figure: Figure | None, accused: bool
) -> Fault:
    flags = figure.flags if figure else ()
    return Fault(
        key=key,
        outcome=outcome,
        silent=not accused and not _is_flagged(figure),
        expected=true.value if true else None,
        raw=figure.raw if figure else None,
        value=None if figure is None or figure.value is None else format(figure.value, "f"),
        state=figure.state if figure else None,
        confidence=figure.confidence if figure else 0.0,
        page=figure.page if figure else None,
        flags=flags,
    )


def _faults(report: Report, truth: Truth) -> tuple[Fault, ...]:
    accused, doubtful = _accused(report), _doubtful_tables(report)
    faults: list[Fault] = []
    for key, true in truth.figures.items():
        figure = report.figures.get(key)
        outcome = _outcome(figure, true)
        if outcome != "exact":
            told = key in accused or (figure is None and key.partition(".")[0] in doubtful)
            faults.append(_fault(key, outcome, true, figure, told))
    for key, figure in report.figures.items():
        if key not in truth.figures and figure.state == "number":
            faults.append(_fault(key, "invented", None, figure, key in accused))
    return tuple(faults)


def _is_lone(value: Decimal | str | None) -> bool:
    text = "" if value is None else str(value)
    return len(text) == 1 and text.isdigit()


def _lone_digits(report: Report, truth: Truth) -> LoneDigits:
    true = {key for key, figure in truth.figures.items() if _is_lone(figure.value)}
    read = {key for key, figure in report.figures.items() if _is_lone(figure.value)}
    right = sum(_is_exact(report.figures[key], truth.figures[key]) for key in true & read)
    return LoneDigits(true=len(true), read=len(read), right=right)


def _compared(true: TrueTable, found: TableRecord) -> Structure:
    spans = {(c.row, c.column, c.row_span, c.column_span) for c in true.cells}
    seen = {(c.row, c.column, c.row_span, c.column_span) for c in found.cells}
    exact = (true.rows, true.columns, spans) == (found.rows, found.columns, seen)
    likeness = 1.0 if exact else teds(table_tree(true.rows, spans), table_tree(found.rows, seen))
    return Structure(kind=true.kind, exact=exact, teds=likeness)


def _structure(true: TrueTable, report: Report) -> Structure:
    """Return the best of the tables found of that kind; a table in several pieces is not exact."""
    found = [_compared(true, table) for table in report.tables if table.kind == true.kind]
    if not found:
        return Structure(kind=true.kind, exact=False, teds=0.0)
    best = max(found, key=lambda structure: structure.teds)
    return best if len(found) == 1 else best.model_copy(update={"exact": False})


def _flagged(report: Report) -> int:
    accused = _accused(report)
    return sum(
        figure.state != "missing" and (key in accused or _is_flagged(figure))
        for key, figure in report.figures.items()
    )


def _observed(report: Report, read: Mapping[str, Figure], truth: Truth) -> tuple[Observed, ...]:
    """Return how sure the figures that the truth knows, and numbers that it does not know, were."""
    known = (
        (figure, read.get(key, figure), key in truth.figures and _is_exact(figure, truth.figures[key]))
        for key, figure in report.figures.items()
        if key in truth.figures or figure.state == "number"
    )
    return observed(known)


def score(report: Report, truth: Truth, read: Mapping[str, Figure] | None = None) -> Score:
    """Return how `report` compares with `truth`; `read` are its figures before calibration, by key."""
    faults = _faults(report, truth)
    inexact = sum(fault.outcome != "invented" for fault in faults)
    return Score(
        figures=len(truth.figures),
        exact=len(truth.figures) - inexact,
        lone=_lone_digits(report, truth),
        faults=faults,
        structures=tuple(_structure(table, report) for table in truth.tables),
        flagged=_flagged(report),
        prose=prose_score(report, truth),
        observed=_observed(report, read or {}, truth),
    )
