"""A table of one block, its header and its labels on several levels, as its words tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.form.edition import FormBlock, FormTable
from pipeline.form.labels import normalize
from pipeline.form.tiling import block_cells, lifted
from pipeline.form.worded.header import Header, header_of, named
from pipeline.form.worded.lanes import Extent, columns_of, reaching
from pipeline.form.worded.levels import label_columns
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
from pipeline.form.worded.stacks import Found, Stack, is_figure_like
from pipeline.model import Glyph, Outline
from pipeline.settings import FormSettings


def nested(
    form: FormTable, lines: Sequence[Line], found: Sequence[Found], view: PageWords, settings: FormSettings
) -> tuple[Outline, ...]:
    """Return what a page has of the table whose rows were `found`; none where columns are not told.

    Its header may not be on the page at all, or some of it; its first row may begin on the page before.
    """
    if not found:
        return ()
    block = form.blocks[0]
    first = found[0].stack.box
    corner = [s.box for s in named(view, ("".join(block.corner),), settings) if s.box.bottom < first.top]
    edge = max((*(each.stack.box.right for each in found), *(box.right for box in corner)))
    others = beside(found, view)
    figures = [word for word in others if word.box.center[0] > edge]
    header = header_of(block, figures, first, view, settings)
    below = [word for word in figures if header is None or word.box.top >= header.bottom - view.em / 4]
    runs = rows_of(lines, found, below, view, closed=header is not None)
    groups = [word for word in others if word.box.center[0] <= edge]
    header = _with_corner(header, groups) if header else None
    cut = _cut_row(block, runs[0][0], groups, figures, view) if header is None else None
    known = [row for run in runs for row in run]
    words = [box for row in (*known, *((cut,) if cut else ())) for box in row.words]
    columns = columns_of(words, len(block.columns), header.leaves if header else ())
    if columns is None or columns[0][0] < edge - view.em / 2:
        return ()
    names = [word for word in groups if cut is None or word not in cut.label.words]
    columns = reaching(columns, header.leaves if header else ())
    extents = (*label_columns(block, known, names, edge, view.em), *columns)
    pieces: list[Piece] = []
    for number, run in enumerate(runs):
        pieces += unknown_above(runs, number, view)
        rows = (cut, *run) if cut and not number else run
        pieces.append(_stretch(block, rows, extents, header if not number else None))
    return joined_outlines(pieces, view.em)


def _stretch(
    block: FormBlock, rows: Sequence[Row], columns: tuple[Extent, ...], header: Header | None
) -> Piece:
    part = replace(block, rows=tuple(block.rows[row.line.row or 0] for row in rows))
    cells = block_cells(part, 0, range(len(columns) + 1), headed=header is not None)
    levels = [*(header.extents if header else ()), *(row.extent for row in rows)]
    return levels, Outline((), columns, tuple(lifted(cells, header.lost if header else 0)))


def _with_corner(header: Header, groups: Sequence[Glyph]) -> Header:
    """Return the header with its first level as high as what of its corner stands beside it."""
    (top, end), *rest = header.extents
    beside_it = (word.box.top for word in groups if top < word.box.bottom <= header.bottom)
    return replace(header, extents=((min((top, *beside_it)), end), *rest))


def _cut_row(
    block: FormBlock, first: Row, groups: Sequence[Glyph], figures: Sequence[Glyph], view: PageWords
) -> Row | None:
    """Return the end of a row that begins on the page before: ends of its labels, of its figures."""
    number = (first.line.row or 0) - 1
    if number < 0:
        return None
    path = block.rows[number].path
    top = first.extent[0]
    held: list[Glyph] = []
    for word in sorted((*groups, *figures), key=lambda w: -w.box.center[1]):
        if word.box.center[1] >= first.extent[0]:
            continue
        if top - word.box.bottom > 2 * view.em or not _is_end(word, path, groups):
            break
        held.append(word)
        top = min(top, word.box.top)
    label = Stack(tuple(word for word in held if word in groups))
    boxes = tuple(word.box for word in held if word not in groups)
    return Row(Line(0, number, path[-1:]), label, boxes) if held else None


def _is_end(word: Glyph, path: Sequence[str], groups: Sequence[Glyph]) -> bool:
    if word not in groups:
        return is_figure_like(word.text)
    text = normalize(word.text)
    return any(normalize(label).endswith(text) for label in path)
