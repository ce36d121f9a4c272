"""A table without labels whose only row is blank, or nearly: its names tell it, and the white below them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.form.edition import FormBlock
from pipeline.form.tiling import block_cells
from pipeline.form.worded.head import ends_page
from pipeline.form.worded.header import header_of, likest, lowest, outer_names
from pipeline.form.worded.lanes import Extent, columns_of, reaching
from pipeline.form.worded.page import PageWords, borders_of
from pipeline.form.worded.stacks import Stack, is_figure_like
from pipeline.model import Box, Outline
from pipeline.settings import FormSettings

REACH = 5  # em from the lowest names that stand over others: lower ones of them are of prose
NAMED = 0.5  # of the columns have their name read: the others stand among these
ROW = 1.5  # em of white below a header, at least, where a row is blank


def vacant(block: FormBlock, view: PageWords, settings: FormSettings) -> tuple[Outline, ...]:
    """Return the table whose whole header stands above white, with the few figures there; none for others.

    A header at the foot of a page has its row overleaf.
    """
    names = _leaves(block, view, settings)
    if len(names) < NAMED * len(block.columns) or ends_page([stack.box for stack in names], view):
        return ()
    bottom = max(stack.box.bottom for stack in names)
    above = [word for word in view.words if word.box.center[1] < bottom]
    header = header_of(block, above, None, view, settings)
    if header is None or header.lost:
        return ()
    below = [word for word in view.words if word.box.center[1] > bottom]
    row = [word.box for word in below if is_figure_like(word.text) and word.box.top < bottom + ROW * view.em]
    rest = min((word.box.top for word in below if word.box not in row), default=float("inf"))
    columns = columns_of(row, len(block.columns), header.leaves)
    if columns is None or rest < bottom + ROW * view.em:
        return ()
    levels = borders_of([*header.extents, _extent(row, bottom, view.em)], view.em)
    cells = block_cells(block, 0, range(len(columns) + 1))
    return (Outline(tuple(levels), reaching(columns, header.leaves), tuple(cells)),)


def _leaves(block: FormBlock, view: PageWords, settings: FormSettings) -> list[Stack]:
    """Return the columns' own names on a page, close below those that stand over them."""
    depth = max(len(column.path) for column in block.columns)
    outer = likest(view.stacks, outer_names(block, depth - 2), settings.sure_label)
    if not outer:
        return []
    over = lowest([stack.box for stack in outer], view.em)
    first, last = min(box.top for box in over), max(box.bottom for box in over) + REACH * view.em
    own = [stack for stack in view.stacks if first < stack.box.top and stack.box.bottom < last]
    return likest(own, tuple({column.path[-1] for column in block.columns}), settings.sure_label)


def _extent(row: Sequence[Box], bottom: float, em: float) -> Extent:
    """Return where the row has its print; a blank one would have it on the line below the header's."""
    boxes = row or [Box(0, bottom + em / 2, 0, bottom + ROW * em)]
    return min(box.top for box in boxes), max(box.bottom for box in boxes)
