"""Where the figures of a report stand in its true tables."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.lib.statutory import PrintedTable, applications, disputes, proactive
from scripts.lib.truth import TrueCell, TrueTable


def _printed(table: TrueTable) -> tuple[PrintedTable, ...]:
    """Return the ways an office may draw the table."""
    if table.kind == "applications":
        return (applications(table.edition),)
    if table.kind == "disputes":
        return (disputes(table.edition),)
    return proactive(table.edition), proactive(table.edition, even=True)


def _placed(table: TrueTable, printed: PrintedTable) -> dict[str, TrueCell] | None:
    """Return the true cell of each key, None where the table is not drawn that way."""
    true = {(c.row, c.column, c.row_span, c.column_span): c for c in table.cells}
    places: dict[str, TrueCell] = {}
    for cell in printed.cells:
        found = true.get((cell.row, cell.column, cell.row_span, cell.column_span))
        if found is None:
            return None
        if cell.key is not None:
            places[cell.key] = found
    return places


def places(table: TrueTable) -> dict[str, TrueCell]:
    """Return the cell of each figure's key; ValueError where the table is drawn in no way known."""
    ways: Iterator[dict[str, TrueCell]] = (
        found for printed in _printed(table) if (found := _placed(table, printed)) is not None
    )
    found = next(ways, None)
    if found is None:
        raise ValueError(f"the figures of a table {table.kind} of {table.edition} cannot be placed")
    return found
