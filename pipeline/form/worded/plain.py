"""A table without labels, known by its header."""

from __future__ import annotations

from pipeline.form.edition import FormBlock
from pipeline.form.tiling import block_cells, lifted
from pipeline.form.worded.bands import on_lines
from pipeline.form.worded.header import header_of, named, outer_names
from pipeline.form.worded.lanes import columns_of, reaching
from pipeline.form.worded.page import PageWords, borders_of, end_of
from pipeline.form.worded.stacks import is_figure_like
from pipeline.model import Outline, bounding_box
from pipeline.settings import FormSettings


def unlabelled(block: FormBlock, view: PageWords, settings: FormSettings) -> tuple[Outline, ...]:
    """Return the table of one block whose header and figures a page shows; none if no column is told."""
    inner = [stack.box for stack in named(view, outer_names(block, 1), settings)]
    deep = max((box.bottom for box in inner), default=float("inf"))
    under = [word for word in view.words if is_figure_like(word.text) and word.box.top > deep]
    levels = on_lines((word.box for word in under), view.em / 2)
    # A line of few is of a stamp, or of dirt, amid the header.
    full = next((line for line in levels if 2 * len(line) > len(block.columns)), None)
    first = bounding_box(full) if full else None
    header = header_of(block, view.words, first, view, settings) if first else None
    if first is None or header is None:
        return ()
    limit = end_of(first, [w for w in view.words if w.box.center[1] > header.bottom], view.em)
    # Dirt amid the header may be taken for a figure.
    row = [w.box for w in under if w.box.center[1] > header.bottom and w.box.bottom <= limit]
    columns = columns_of(row, len(block.columns), header.leaves)
    if columns is None:
        return ()
    columns = reaching(columns, header.leaves)
    extent = min(box.top for box in row), max(box.bottom for box in row)
    cells = lifted(block_cells(block, 0, range(len(columns) + 1)), header.lost)
    return (Outline(tuple(borders_of([*header.extents, extent], view.em)), columns, tuple(cells)),)
