"""A header at the foot of a page whose rows all stand overleaf: the whole of it, or its first level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from pipeline.form.edition import FormBlock
from pipeline.form.labels import SURE_BEGINNING, beginning, best_similarity
from pipeline.form.tiling import block_cells
from pipeline.form.worded.bands import on_lines
from pipeline.form.worded.header import header_of, likest, lowest, named, outer_names
from pipeline.form.worded.lanes import Extent, columns_of
from pipeline.form.worded.levels import in_between
from pipeline.form.worded.page import PageWords, borders_of
from pipeline.form.worded.stacks import Stack
from pipeline.model import Box, Cell, Outline, bounding_box
from pipeline.settings import FormSettings

FOOT = 2  # em of white below the last line of a table on a page, at least


def header_alone(block: FormBlock, view: PageWords, settings: FormSettings) -> tuple[Outline, ...]:
    """Return the whole header at the foot of a page."""
    corner = named(view, ("".join(block.corner),), settings)
    if len(corner) != 1:
        return ()
    box = corner[0].box
    right = [w for w in view.words if w.box.left >= box.right and w.box.top < box.bottom + 3 * view.em]
    header = header_of(block, right, None, view, settings)
    columns = columns_of((), len(block.columns), header.leaves) if header else None
    if header is None or columns is None:
        return ()
    extents = (*_labels(block, box, view.em), *columns)
    return (Outline(tuple(borders_of(header.extents, view.em)), extents, tuple(_cells(block, extents))),)


def names_alone(block: FormBlock, view: PageWords, settings: FormSettings) -> tuple[Outline, ...]:
    """Return the whole header, at the foot of a page, of a table without labels."""
    header = header_of(block, view.words, None, view, settings)
    if header is None or header.lost or not ends_page(header.leaves, view):
        return ()
    columns = columns_of((), len(block.columns), header.leaves)
    if columns is None or any(2 * box.width > columns[-1][1] - columns[0][0] for box in header.leaves):
        return ()  # a sentence below names is none of them
    return (Outline(tuple(borders_of(header.extents, view.em)), columns, tuple(_cells(block, columns))),)


def header_beginning(block: FormBlock, view: PageWords, settings: FormSettings) -> tuple[Outline, ...]:
    """Return the first level of a header of several at the foot of a page, with its corner as far as it goes.

    Where the columns below have their print, a page does not show then: those under a name are even.
    """
    names = outer_names(block, 0)
    stacks = sorted(likest(view.stacks, names, settings.sure_label), key=lambda stack: stack.box.left)
    level = lowest([stack.box for stack in stacks], view.em) if stacks else []
    found = [stack for stack in stacks if stack.box in level]
    if not names or not _are(found, names, settings):
        return ()
    corner = _corner(block, found[0].box, view)
    if block.corner and corner is None:
        return ()
    held = (*found, *((corner,) if corner else ()))
    if not _is_last(held, view):
        return ()
    spans = [len(list(columns)) for _, columns in groupby(block.columns, key=lambda column: column.path[0])]
    labels = _labels(block, corner.box, view.em) if corner else []
    even = (part for box, count in zip(level, spans, strict=True) for part in _parts(box, count))
    extents = (*labels, *even)
    around = bounding_box(stack.box for stack in held)
    cells = (
        replace(cell, row_end=min(cell.row_end, 1)) for cell in _cells(block, extents) if not cell.row_start
    )
    return (Outline(tuple(borders_of([(around.top, around.bottom)], view.em)), extents, tuple(cells)),)


def _are(found: Sequence[Stack], names: Sequence[str], settings: FormSettings) -> bool:
    """Return whether stacks are just the names, in their order."""
    return len(found) == len(names) and all(
        best_similarity(stack.text, (name,)) >= settings.sure_label
        for stack, name in zip(found, names, strict=True)
    )


def _corner(block: FormBlock, first: Box, view: PageWords) -> Stack | None:
    """Return what stands over the labels, left of the first name: all of its text, or the beginning."""
    texts = ("".join(block.corner),)
    near = (
        stack
        for stack in view.stacks
        if stack.box.right < first.left
        if stack.box.bottom > first.top - view.em and stack.box.top < first.bottom + view.em
        if max(best_similarity(stack.text, texts), beginning(stack.text, texts)) >= SURE_BEGINNING
    )
    return max(near, key=lambda stack: len(stack.text), default=None)


def _is_last(held: Sequence[Stack], view: PageWords) -> bool:
    """Return whether nothing stands beside or below some stacks but, with white between, one line: a foot."""
    own = [word for stack in held for word in stack.words]
    around = bounding_box(word.box for word in own)
    beside = (word.box for word in view.words if word not in own and word.box.bottom > around.top)
    return all(box.top > around.bottom for box in beside) and ends_page([word.box for word in own], view)


def ends_page(last: Sequence[Box], view: PageWords) -> bool:
    """Return whether nothing stands below words on a page but, with white between, one line: a foot.

    The white is measured by the words' own height: a page may be full of larger print.
    """
    bottom, em = max(box.bottom for box in last), median(box.height for box in last)
    rest = [word.box for word in view.words if word.box.center[1] > bottom]
    clear = all(box.top > bottom + FOOT * em for box in rest)
    return clear and len(on_lines(rest, em / 2)) <= 1


def _parts(box: Box, count: int) -> Iterator[Extent]:
    width = box.width / count
    return ((box.left + k * width, box.left + (k + 1) * width) for k in range(count))


def _labels(block: FormBlock, corner: Box, em: float) -> list[Extent]:
    deepest = max(len(row.path) for row in block.rows)
    return in_between([corner.left, *[None] * (deepest - 1)], [None] * deepest, corner.right, em)


def _cells(block: FormBlock, extents: Sequence[Extent]) -> Iterator[Cell]:
    return block_cells(replace(block, rows=()), 0, range(len(extents) + 1))
