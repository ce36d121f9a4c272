"""How much of the form a page's tables hold in order: for choosing between two ways to read one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.form.edition import editions
from pipeline.form.labels import best_similarity
from pipeline.form.sheet import Sheet
from pipeline.form.values import parse_value
from pipeline.model import Table
from pipeline.settings import FormSettings


def well_placed(tables: Sequence[Table], settings: FormSettings) -> float:
    """Return how many figures stand beside a label of the form, as many as it has columns, a cell each.

    A row without label counts where a table of the form has none and as many columns.  A figure counts by
    its confidence, none that reaches beyond its cell.
    """
    return sum(_in_row(Sheet.of(table), row, settings) for table in tables for row in range(table.grid.rows))


def _in_row(sheet: Sheet, row: int, settings: FormSettings) -> float:
    cells = [i for i in sheet.row(row) if sheet.cell(i).row_span == 1]
    last = max((k for k, i in enumerate(cells) if sheet.words[i]), default=-1)
    values = cells[last + 1 :]
    if len(values) not in _counts(sheet.texts[cells[last]] if last >= 0 else "", settings):
        return 0.0
    readings = (sheet.table.readings[i] for i in values)
    sound = (r.figure or r.text for r in readings if not r.flags)
    return sum(best.confidence for best in sound if parse_value(best.text, "万元").state != "text")


def _counts(label: str, settings: FormSettings) -> frozenset[int]:
    """Return how many figures the rows with a label have; those without one, for none."""
    if not label:
        return frozenset(count for names, count in _rows() if not names)
    near = (count for names, count in _rows() if best_similarity(label, names) >= settings.sure_label)
    return frozenset(near)


@lru_cache
def _rows() -> tuple[tuple[tuple[str, ...], int], ...]:
    return tuple(dict.fromkeys(_every_row()))


def _every_row() -> Iterator[tuple[tuple[str, ...], int]]:
    for block in (block for e in editions() for table in e.tables for block in table.blocks):
        for row in block.rows:
            yield row.names, len(block.columns)
