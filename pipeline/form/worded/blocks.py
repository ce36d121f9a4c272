"""A table of blocks, each with a title and a header of one level, as its words tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.form.edition import FormBlock, FormTable
from pipeline.form.tiling import block_cells, lifted
from pipeline.form.worded.lanes import columns_of
from pipeline.form.worded.page import (
    Line,
    PageWords,
    Piece,
    Row,
    beside,
    joined_outlines,
    rows_of,
    unknown_above,
)
from pipeline.form.worded.stacks import Found
from pipeline.model import Cell, Outline


def in_blocks(
    form: FormTable, lines: Sequence[Line], found: Sequence[Found], view: PageWords
) -> tuple[Outline, ...]:
    """Return the stretches of a table whose lines were `found`, a block each; none if no column is told."""
    if not found:
        return ()
    runs = rows_of(lines, found, beside(found, view), view, closed=lines[found[0].item].title)
    pieces: list[Piece] = []
    for number, rows in enumerate(runs):
        pieces += unknown_above(runs, number, view)
        for block, held in groupby(rows, key=lambda row: row.line.block):
            own = tuple(held)
            outline = _block_outline(form.blocks[block], own)
            if outline is None:
                return ()
            pieces.append(([row.extent for row in own], outline))
    return joined_outlines(pieces, view.em)


def _block_outline(block: FormBlock, rows: Sequence[Row]) -> Outline | None:
    labels = [row.label.box for row in rows if not row.line.title]
    if not labels:
        width = rows[0].label.box
        return Outline((), ((width.left, width.right),), (Cell(0, 1, 0, 1),))
    edge = max(box.right for box in labels)
    held = [word for row in rows if not row.line.title for word in row.words]
    columns = columns_of([word for word in held if word.center[0] > edge], len(block.columns))
    if columns is None or columns[0][0] < edge:
        return None
    extents = ((min(box.left for box in labels), edge), *columns)
    titled, headed = rows[0].line.title, any(not r.line.title and r.line.row is None for r in rows)
    part = replace(block, rows=tuple(block.rows[r.line.row] for r in rows if r.line.row is not None))
    cells = block_cells(part, 0, range(len(extents) + 1))
    # What the page does not show of the block's title and header stands on the page before.
    lost = 2 - titled - headed
    return Outline((), extents, tuple(lifted(cells, lost)))
