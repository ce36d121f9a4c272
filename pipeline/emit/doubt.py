"""Which figures a person should look at first, and which cell of which table a figure stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from pipeline.report import Figure, Report, TableRecord

Level: TypeAlias = Literal["sure", "part", "doubt", "fault"]
CellIndex: TypeAlias = tuple[int, int]  # table, cell

CHECK_FAILED = "check_failed"
NAMED_BY_CHECK = "named_by_check"
_STATES = {"missing": "missing", "text": "not_a_number"}


@dataclass(frozen=True, slots=True)
class Doubts:
    """Reasons (codes) to doubt a figure, by its key, in the order of the report's figures.

    `faults` are the figures that a failed check is most likely about.
    """

    reasons: Mapping[str, tuple[str, ...]]
    faults: frozenset[str]

    def level(self, key: str) -> Level:
        """Return how much a figure is in doubt.

        `fault`: a failed check is likely about it; `part`: it stands in a failed check that is likely
        about another figure; `doubt`: unsure for another reason.
        """
        codes = self.reasons.get(key, ())
        if not codes:
            return "sure"
        if key in self.faults:
            return "fault"
        return "part" if codes == (CHECK_FAILED,) else "doubt"


def _reasons(figure: Figure, named: bool, low_confidence: float) -> tuple[str, ...]:
    codes = [*figure.flags, *([NAMED_BY_CHECK] if named else [])]
    if figure.state in _STATES:
        codes.append(_STATES[figure.state])
    elif figure.confidence < low_confidence:
        codes.append("low_confidence")
    return tuple(dict.fromkeys(codes))


def doubts(report: Report, low_confidence: float) -> Doubts:
    """Return the figures flagged, unsurely read, not found, no number, or named by a failed check.

    A failed check is about the figures it suspects, about all of its figures where it suspects none,
    and about every one that is in doubt for another reason too.
    """
    failed = [check for check in report.checks if check.status == "fail"]
    named = {key for check in failed for key in check.suspects}
    open_to_all = {key for check in failed if not check.suspects for key in check.figures}
    found = {key: _reasons(figure, key in named, low_confidence) for key, figure in report.figures.items()}
    reasons = {key: codes for key, codes in found.items() if codes}
    twice = {key for key, codes in reasons.items() if CHECK_FAILED in codes and len(codes) > 1}
    return Doubts(MappingProxyType(reasons), frozenset((named | open_to_all | twice) & set(reasons)))


def _holds(table: TableRecord, index: int, figure: Figure) -> bool:
    cell = table.cells[index]
    if figure.box is None or cell.box is None or cell.page != figure.page:
        return False
    x, y = (figure.box[0] + figure.box[2]) / 2, (figure.box[1] + figure.box[3]) / 2
    return cell.box[0] <= x <= cell.box[2] and cell.box[1] <= y <= cell.box[3]


def _area(table: TableRecord, index: int) -> float:
    box = table.cells[index].box
    return (box[2] - box[0]) * (box[3] - box[1]) if box else 0.0


def _cell_of(figure: Figure, tables: tuple[TableRecord, ...]) -> CellIndex | None:
    holders = [
        (_area(table, index), place, index)
        for place, table in enumerate(tables)
        for index in range(len(table.cells))
        if _holds(table, index, figure)
    ]
    return min(holders)[1:] if holders else None


def cells_of_figures(report: Report) -> dict[str, CellIndex]:
    """Return for every figure with a box the smallest cell on its page that holds the box's centre."""
    places = {key: _cell_of(figure, report.tables) for key, figure in report.figures.items()}
    return {key: place for key, place in places.items() if place is not None}


def _nearest(labels: Iterable[tuple[int, str]]) -> str:
    return " / ".join(text for _, text in sorted(labels)[-2:])


def printed_labels(table: TableRecord, index: int, figures: frozenset[int]) -> tuple[str, str]:
    """Return the printed texts of the row's and the column's two labels nearest to cell `index`.

    `figures` are the indices of cells that hold figures and so are no labels; empty text for none.
    """
    at = table.cells[index]
    labels = [c for place, c in enumerate(table.cells) if place not in figures and c.text.strip()]
    row = ((c.column, c.text) for c in labels if c.row <= at.row < c.row + c.row_span)
    column = ((c.row, c.text) for c in labels if c.column <= at.column < c.column + c.column_span)
    return (
        _nearest(label for label in row if label[0] < at.column),
        _nearest(label for label in column if label[0] < at.row),
    )
