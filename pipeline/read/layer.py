"""Reading a text layer: glyphs by their position, nothing recognized."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from pipeline.model import Box, Cell, CellReading, Glyph, Grid, Reading, TextLine, bounding_box

READER = "text-layer"

SAME_LINE = 0.5
"""Heights of a glyph by which the middles of two glyphs on one line may differ."""

SPACE = 0.15
"""Heights of a glyph: a wider gap between letters or digits is a space."""

LINE_GAP = 2.5
"""Heights of a glyph: what lies farther apart on one level is two lines (columns, a page number)."""

OVERPRINT = 0.25
"""Widths of a glyph by which its repetition, printed over it to make it bold, is shifted at most."""


def read_layer_cells(glyphs: Sequence[Glyph], grid: Grid) -> tuple[CellReading, ...]:
    """Return the reading of every cell, in the grid's order: the glyphs whose middle lies in it.

    Lines are joined without a separator.  Confidence is 1.0: nothing is guessed.
    """
    held = _by_cell([g for g in glyphs if not g.text.isspace()], grid)
    return tuple(_reading("".join(_text(line) for line in _lines(mine))) for mine in held)


def read_layer_lines(glyphs: Sequence[Glyph], exclude: Sequence[Box], page: int) -> tuple[TextLine, ...]:
    """Return the lines of text outside the boxes, in reading order, with their boxes in points."""
    outside = [
        g for g in glyphs if not g.text.isspace() and not any(b.contains(*g.box.center) for b in exclude)
    ]
    pieces = [piece for line in _lines(outside) for piece in _apart(line)]
    return tuple(
        TextLine(_text(piece), page, bounding_box(g.box for g in piece), 1.0, READER) for piece in pieces
    )


def layer_texts(glyphs: Sequence[Glyph], boxes: Sequence[Box]) -> tuple[str, ...]:
    """Return the text of the glyphs whose middles lie in each of the boxes, lines joined."""
    cells = tuple(Cell(0, 1, i, i + 1, box=box) for i, box in enumerate(boxes))
    if not cells:
        return ()
    held = _by_cell([g for g in glyphs if not g.text.isspace()], Grid(1, len(cells), cells))
    return tuple("".join(_text(line) for line in _lines(mine)) for mine in held)


def _by_cell(glyphs: Sequence[Glyph], grid: Grid) -> list[list[Glyph]]:
    held: list[list[Glyph]] = [[] for _ in grid.cells]
    boxed = [(i, cell.box) for i, cell in enumerate(grid.cells) if cell.box is not None]
    if not glyphs or not boxed:
        return held
    left, top, right, bottom = np.array([(b.left, b.top, b.right, b.bottom) for _, b in boxed]).T
    x, y = np.array([g.box.center for g in glyphs]).T[:, :, None]
    inside = (left <= x) & (x < right) & (top <= y) & (y < bottom)
    for glyph, cell in zip(*np.nonzero(inside), strict=True):
        held[boxed[int(cell)][0]].append(glyphs[int(glyph)])
    return held


def _reading(text: str) -> CellReading:
    return CellReading(Reading(text, 1.0, READER, (1.0,) * len(text)))


def _lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Gather glyphs whose middles are on one level; lines from the top, glyphs from the left."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.box.center[1]):
        if lines and _on_line(lines[-1], glyph):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [_once(sorted(line, key=lambda g: g.box.left)) for line in lines]


def _on_line(line: Sequence[Glyph], glyph: Glyph) -> bool:
    level = median(g.box.center[1] for g in line[-9:])
    return glyph.box.center[1] - level <= SAME_LINE * min(glyph.box.height, line[-1].box.height)


def _once(line: Sequence[Glyph]) -> list[Glyph]:
    """Drop the repetition of a glyph printed twice to look bold."""
    kept: list[Glyph] = []
    for glyph in line:
        twice = any(
            other.text == glyph.text and glyph.box.left - other.box.left <= OVERPRINT * glyph.box.width
            for other in kept[-3:]
        )
        if not twice:
            kept.append(glyph)
    return kept


def _text(line: Sequence[Glyph]) -> str:
    """Return a line's text; a gap between two letters or digits is a space, one beside Chinese is not."""
    parts = [line[0].text]
    for before, glyph in pairwise(line):
        if _gap(before, glyph) > SPACE and not _is_wide(before.text) and not _is_wide(glyph.text):
            parts.append(" ")
        parts.append(glyph.text)
    return "".join(parts)


def _apart(line: Sequence[Glyph]) -> Iterable[list[Glyph]]:
    piece = [line[0]]
    for before, glyph in pairwise(line):
        if _gap(before, glyph) > LINE_GAP:
            yield piece
            piece = []
        piece.append(glyph)
    yield piece


def _gap(before: Glyph, after: Glyph) -> float:
    """Return the white between two glyphs in heights of a glyph."""
    return (after.box.left - before.box.right) / max(1e-6, min(before.box.height, after.box.height))


def _is_wide(text: str) -> bool:
    return unicodedata.east_asian_width(text[0]) in "WF"
