"""How like the structure of a true table the tables given are, pieces cut by page breaks joined for them.

No tool joins such pieces, so this does, generously.  The pieces that rows of the true table were found in
are put under each other where they follow one another, page by page, and have equally many columns, or
where the tool tells where its columns lie: by these places, the outer rules put on each other.  First rows
of a piece that repeat those of the first piece are left out.  A cell that the break cuts in two
becomes one again wherever the true table has one across the break; a row that it cuts likewise.  Of the
pieces alone and all these ways of joining them, the one that is most like counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from scripts.lib.compare_same import plain
from scripts.lib.compare_table import GivenTable
from scripts.lib.score import Structure
from scripts.lib.teds import Span, table_tree, teds
from scripts.lib.truth import TrueTable

ALIKE = 0.8  # likeness of two rows' texts from which one repeats the other
NEAR = 0.01  # of a table's width: rules of two pieces nearer than that are one; no column is so narrow


@dataclass(frozen=True, slots=True)
class Shape:
    """The structure of a table: rows, columns, and the cells' places and spans."""

    rows: int
    columns: int
    spans: frozenset[Span]


def shape_of(table: GivenTable | TrueTable) -> Shape:
    spans = frozenset((c.row, c.column, c.row_span, c.column_span) for c in table.cells)
    return Shape(table.rows, table.columns, spans)


def without_rows(shape: Shape, count: int) -> Shape:
    """Return the shape without its first `count` rows; a cell that reaches below them is shortened."""
    spans = frozenset(
        (max(row - count, 0), column, min(height, row + height - count), width)
        for row, column, height, width in shape.spans
        if row + height > count
    )
    return Shape(shape.rows - count, shape.columns, spans)


def _row_texts(table: GivenTable) -> list[str]:
    texts = [""] * table.rows
    for cell in table.cells:
        texts[cell.row] += plain(cell.text)
    return texts


def repeated_rows(first: GivenTable, piece: GivenTable) -> int:
    """Return how many of the first rows of `piece` repeat those of `first`, blank rows not counted."""
    count = 0
    for one, other in zip(_row_texts(first), _row_texts(piece), strict=False):
        if not one or fuzz.ratio(one, other) < 100 * ALIKE:
            break
        count += 1
    return count if count < piece.rows else 0


def _joined_across(upper: Shape, lower: Shape, true: Shape) -> frozenset[tuple[int, int]]:
    """Return column and width of the cells that the break cut: one cell in truth, the same on both sides."""
    ends = {(c, w) for r, c, h, w in upper.spans if r + h == upper.rows}
    starts = {(c, w) for r, c, h, w in lower.spans if r == 0}
    whole = {(c, w) for r, c, h, w in true.spans if r < upper.rows < r + h}
    return frozenset(ends & starts & whole)


def stacked(upper: Shape, lower: Shape, true: Shape) -> Shape:
    """Return `lower` put under `upper`, cells that the break cut made one again."""
    cut = _joined_across(upper, lower, true)
    below = {(c, w): h for r, c, h, w in lower.spans if r == 0}
    spans = set()
    for row, column, height, width in upper.spans:
        more = below[column, width] if row + height == upper.rows and (column, width) in cut else 0
        spans.add((row, column, height + more, width))
    for row, column, height, width in lower.spans:
        if row or (column, width) not in cut:
            spans.add((row + upper.rows, column, height, width))
    return Shape(upper.rows + lower.rows, upper.columns, frozenset(spans))


def fused(upper: Shape, lower: Shape) -> Shape | None:
    """Return `lower` put under `upper` as one row cut by the break; None where the cells do not meet."""
    ends = {(c, w): (r, h) for r, c, h, w in upper.spans if r + h == upper.rows}
    starts = {(c, w): h for r, c, h, w in lower.spans if r == 0}
    if ends.keys() != starts.keys():
        return None
    spans = {span for span in upper.spans if span[0] + span[2] < upper.rows}
    for (column, width), (row, height) in ends.items():
        spans.add((row, column, height + starts[column, width] - 1, width))
    spans |= {(r + upper.rows - 1, c, h, w) for r, c, h, w in lower.spans if r}
    return Shape(upper.rows + lower.rows - 1, upper.columns, frozenset(spans))


def _scaled(edges: Sequence[float]) -> list[float]:
    """Return the edges with the outer ones at 0 and 1."""
    return [(edge - edges[0]) / (edges[-1] - edges[0]) for edge in edges]


def _common(every: Sequence[Sequence[float]]) -> list[float]:
    """Return the distinct edges of all of `every`."""
    common: list[float] = []
    for edge in sorted(edge for edges in every for edge in edges):
        if not common or edge - common[-1] > NEAR:
            common.append(edge)
    return common


def _regridded(shape: Shape, edges: Sequence[float], common: Sequence[float]) -> Shape | None:
    """Return the shape on the common columns; None where two of its own edges become one."""
    at = [min(range(len(common)), key=lambda index: abs(common[index] - edge)) for edge in edges]
    if len(set(at)) < len(at):
        return None
    spans = frozenset((r, at[c], h, at[c + w] - at[c]) for r, c, h, w in shape.spans)
    return Shape(shape.rows, len(common) - 1, spans)


def on_common_columns(pieces: Sequence[GivenTable], shapes: Sequence[Shape]) -> list[Shape] | None:
    """Return the shapes of pieces with the columns of all of them; None where the places do not say how."""
    if any(len(piece.edges) != piece.columns + 1 or piece.edges[0] >= piece.edges[-1] for piece in pieces):
        return None
    scaled = [_scaled(piece.edges) for piece in pieces]
    common = _common(scaled)
    placed = [_regridded(shape, edges, common) for shape, edges in zip(shapes, scaled, strict=True)]
    found = [shape for shape in placed if shape is not None]
    return found if len(found) == len(placed) else None


def _put_together(shapes: Sequence[Shape], true: Shape) -> Iterator[Shape]:
    """Return every way of putting the shapes under each other, in their order."""
    ways = [shapes[0]]
    for shape in shapes[1:]:
        longer = [stacked(way, shape, true) for way in ways]
        ways = longer + [whole for way in ways if (whole := fused(way, shape)) is not None]
    yield from ways


def _without_repeats(pieces: Sequence[GivenTable]) -> Iterator[list[Shape]]:
    """Return the shapes of the pieces with fewer and fewer of the first rows that repeat the first piece's.

    Rows may be alike and yet no repeats.
    """
    shapes = [shape_of(piece) for piece in pieces]
    repeats = [0, *(repeated_rows(pieces[0], piece) for piece in pieces[1:])]
    for most in range(max(repeats), -1, -1):
        counts = (min(most, count) for count in repeats)
        yield [without_rows(shape, count) for shape, count in zip(shapes, counts, strict=True)]


def _joins(pieces: Sequence[GivenTable], true: Shape) -> Iterator[Shape]:
    """Return every way of joining the pieces."""
    for shapes in _without_repeats(pieces):
        if len({shape.columns for shape in shapes}) == 1:
            yield from _put_together(shapes, true)
        placed = on_common_columns(pieces, shapes)
        if placed is not None:
            yield from _put_together(placed, true)


def _page_by_page(pieces: Sequence[int], tables: Sequence[GivenTable]) -> bool:
    return all(
        after == before + 1 and tables[after].page > tables[before].page for before, after in pairwise(pieces)
    )


def candidates(true: TrueTable, pieces: Sequence[int], tables: Sequence[GivenTable]) -> Iterator[Shape]:
    """Return the shapes that may stand for `true`: each piece alone, and joined with those after it."""
    shape = shape_of(true)
    for first in range(len(pieces)):
        for last in range(first + 1, len(pieces) + 1):
            run = pieces[first:last]
            if _page_by_page(run, tables):
                yield from _joins([tables[index] for index in run], shape)


def _most(one: Shape, other: Shape) -> float:
    """Return what the likeness of two shapes can at most be, by the number of their nodes alone."""
    sizes = sorted(1 + shape.rows + len(shape.spans) for shape in (one, other))
    return sizes[0] / sizes[1]


def structure(true: TrueTable, pieces: Sequence[int], tables: Sequence[GivenTable]) -> Structure:
    """Return how like `true` the best of the candidates is; 0 without any."""
    shape, best = shape_of(true), 0.0
    for other in sorted(set(candidates(true, pieces, tables)), key=lambda one: -_most(shape, one)):
        if other == shape:
            return Structure(kind=true.kind, exact=True, teds=1.0)
        if _most(shape, other) <= best:
            break
        best = max(best, teds(table_tree(shape.rows, shape.spans), table_tree(other.rows, other.spans)))
    return Structure(kind=true.kind, exact=False, teds=best)
