"""The words of a page and the rows of a table that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.form.worded.bands import bands_of
from pipeline.form.worded.lanes import Extent
from pipeline.form.worded.stacks import Found, Stack, is_figure_like
from pipeline.model import Box, Cell, Glyph, Outline, bounding_box

Piece = tuple[list[Extent], Outline]
"""A stretch of a table whose levels are not settled yet, with the extents of its rows' print."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form that its words tell: a block's title, its header (one level), or a row.

    `depth` is how many groups and itself a row's label is the last of, 0 for other lines.
    """

    block: int
    row: int | None
    texts: tuple[str, ...]
    title: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, the stacks they make, and their height."""

    words: tuple[Glyph, ...]
    stacks: tuple[Stack, ...]
    em: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the form found on the page, with the words beside its label."""

    line: Line
    label: Stack
    words: tuple[Box, ...]

    @property
    def extent(self) -> Extent:
        box = bounding_box((*(word.box for word in self.label.words), *self.words))
        return box.top, box.bottom


def beside(found: Sequence[Found], view: PageWords) -> list[Glyph]:
    """Return the words of a page that are in no label found."""
    own = {id(word) for each in found for word in each.stack.words}
    return [word for word in view.words if id(word) not in own]


def runs_of(found: Sequence[Found]) -> list[tuple[Found, ...]]:
    """Return what was found by runs of lines that follow one another in the form."""
    runs: list[tuple[Found, ...]] = []
    for each in found:
        if runs and runs[-1][-1].item + 1 == each.item:
            runs[-1] = (*runs[-1], each)
        else:
            runs.append((each,))
    return runs


def rows_of(
    lines: Sequence[Line], found: Sequence[Found], others: Sequence[Glyph], view: PageWords, *, closed: bool
) -> list[tuple[Row, ...]]:
    """Return the rows with the words beside their labels, by runs; `closed` where a header ends above."""
    runs = runs_of(found)
    rows: list[tuple[Row, ...]] = []
    for number, run in enumerate(runs):
        below = runs[number + 1][0].stack.box.top if number + 1 < len(runs) else float("inf")
        inside = [word for word in others if word.box.center[1] < below]
        rows.append(_run_rows(lines, run, inside, view, closed=closed and number == 0))
    return rows


def _run_rows(
    lines: Sequence[Line], found: Sequence[Found], others: Sequence[Glyph], view: PageWords, *, closed: bool
) -> tuple[Row, ...]:
    top, bottom = found[0].stack.box, found[-1].stack.box
    limit = end_of(bottom, others, view.em)
    inside = [
        word.box for word in others if top.top - view.em < word.box.center[1] and word.box.bottom <= limit
    ]
    bands = bands_of([each.stack.box for each in found], inside, view.em, closed=closed)
    return tuple(Row(lines[each.item], each.stack, words) for each, words in zip(found, bands, strict=True))


def unknown_above(runs: Sequence[tuple[Row, ...]], number: int, view: PageWords) -> list[Piece]:
    """Return what stands between a run of rows and the one before, as one cell that is nobody's figure.

    These are rows whose labels nobody could read; nothing for the first run, or where there are no words.
    """
    if not number:
        return []
    top, bottom = runs[number - 1][-1].extent[1], runs[number][0].extent[0]
    held = [word.box for word in view.words if top < word.box.center[1] < bottom]
    if not held:
        return []
    box = bounding_box(held)
    return [([(box.top, box.bottom)], Outline((), ((box.left, box.right),), (Cell(0, 1, 0, 1),)))]


def joined_outlines(pieces: Sequence[Piece], em: float) -> tuple[Outline, ...]:
    """Return outlines of a table's stretches, each with the extents of its rows, with common borders."""
    borders = borders_of([extent for extents, _ in pieces for extent in extents], em)
    outlines = []
    at = 0
    for extents, outline in pieces:
        outlines.append(replace(outline, levels=tuple(borders[at : at + len(extents) + 1])))
        at += len(extents)
    return tuple(outlines)


def end_of(last: Box, words: Sequence[Glyph], em: float) -> float:
    """Return where the last row ends: what figures stand on or closely below its label's line."""
    bottom = last.bottom
    for word in sorted(words, key=lambda w: w.box.center[1]):
        below = word.box.center[1] > last.center[1]
        if below and word.box.top - bottom > em:
            break
        if below and not is_figure_like(word.text) and word.box.top > last.center[1]:
            break
        if word.box.bottom > bottom and word.box.top < bottom + em:
            bottom = word.box.bottom
    return bottom


def borders_of(extents: Sequence[Extent], em: float) -> list[Extent]:
    """Return the white between the rows, from above the first to below the last."""
    inner = [white(above[1], below[0]) for above, below in pairwise(extents)]
    top, bottom = extents[0][0], extents[-1][1]
    return [(top - em / 2, top), *inner, (bottom, bottom + em / 2)]


def white(start: float, stop: float) -> Extent:
    """Return a stretch of white; where the boxes of two rows' print overlap, the middle of that."""
    middle = (start + stop) / 2
    return (start, stop) if start <= stop else (middle, middle)
