"""Tables without rules, or with a few that part no rows: lines of print with wide white in common places.

Only the print tells such a table, so much of it must: several lines of three words and more, set wide
apart, one below another.  Every row of ink is a row of the table; labels over several lines are several
rows, which whoever knows the form puts together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.grid.lanes import find_lanes
from pipeline.grid.words import WordLine, lines_of, pieces_in, usual_height, words_of
from pipeline.model import Box, bounding_box
from pipeline.settings import GridSettings


@dataclass(frozen=True, slots=True)
class BareTable:
    """Where a table without rules lies, the borders of its rows from the top, its words and their height."""

    box: Box
    levels: tuple[float, ...]
    words: tuple[Box, ...]
    em: float


def find_bare(print_: Sequence[Box], settings: GridSettings) -> tuple[BareTable, ...]:
    """Return the tables that `print_` (boxes of characters or their pieces) alone shows, from the top."""
    usual = usual_height(print_)
    # Small print is set closer; what is parted too often is put together again where it matters.
    words = words_of(print_, settings.small_print * usual, settings)
    lines = lines_of(words)
    regions = list(_regions(lines, settings))
    return tuple(table for region in regions if (table := _table(region, print_, settings)))


def _phrases(line: WordLine, size: float, settings: GridSettings) -> list[tuple[float, float]]:
    """Return where the runs of words of a line begin and end that no white parts as only cells have it."""
    found: list[tuple[float, float]] = []
    for word in line.words:
        if found and word.left - found[-1][1] < settings.column_gap * size:
            found[-1] = (found[-1][0], max(found[-1][1], word.right))
        else:
            found.append((word.left, word.right))
    return found


def _is_row(line: WordLine, settings: GridSettings) -> bool:
    """Tell whether a line has cells beside one another, and no text that fills most of it."""
    phrases = _phrases(line, max(word.height for word in line.words), settings)
    longest = max(right - left for left, right in phrases)
    return len(phrases) >= settings.row_words and longest <= settings.prose_width * line.box.width


def _regions(lines: Sequence[WordLine], settings: GridSettings) -> Iterator[list[WordLine]]:
    """Yield runs of lines that begin and end with rows and have little else between them."""
    region: list[WordLine] = []
    pending: list[WordLine] = []
    for line in lines:
        if _is_row(line, settings):
            region += [*(pending if region else []), line]
            pending = []
        elif region:
            pending.append(line)
            apart = line.box.top - region[-1].box.bottom > settings.loose_lines * region[-1].box.height
            if apart or _is_prose(line, region, settings):
                yield region
                region, pending = [], []
    if region:
        yield region


def _is_prose(line: WordLine, region: Sequence[WordLine], settings: GridSettings) -> bool:
    box = bounding_box(row.box for row in region)
    return line.is_text(0.0, settings) and line.box.width > settings.prose_width * box.width


def _table(region: Sequence[WordLine], print_: Sequence[Box], settings: GridSettings) -> BareTable | None:
    """Return the table of a region, with the lines of its header above; None where it has too few rows."""
    if sum(_is_row(line, settings) for line in region) < settings.bare_rows:
        return None
    core = bounding_box(line.box for line in region)
    em = usual_height(pieces_in(core, print_))
    if em < settings.least_print:
        return None
    column = [p for p in print_ if core.left - 4 * em <= p.center[0] <= core.right + 4 * em]
    lines = lines_of(words_of(column, em, settings))
    first = next(i for i, line in enumerate(lines) if line.middle >= core.top)
    last = max(i for i, line in enumerate(lines) if line.middle <= core.bottom)
    first -= sum(1 for _ in _attached(lines[:first][::-1], lines[first], core, em, settings))
    last += sum(1 for _ in _attached(lines[last + 1 :], lines[last], core, em, settings))
    return _bare(lines[first : last + 1], em, settings)


def _attached(
    lines: Sequence[WordLine], nearest: WordLine, core: Box, em: float, settings: GridSettings
) -> Iterator[WordLine]:
    """Yield the lines beside a region, from the nearest, that belong to it: of its print, set as closely."""
    for line in lines:
        box, near = line.box, nearest.box
        white = max(box.top - near.bottom, near.top - box.bottom)
        text = line.is_text(em, settings) and box.left - core.left < core.width / 4
        if white > em or box.height > settings.heading_height * em or (text and len(line.words) == 1):
            return
        yield line
        nearest = line


def _bare(lines: Sequence[WordLine], em: float, settings: GridSettings) -> BareTable | None:
    lines = [line for line in lines if not _is_dirt(line, em, settings)]
    words = tuple(word for line in lines for word in line.words)
    rows = _rows(lines, em, settings)
    if _is_broken(rows):
        return None
    inner = [(above.box.bottom + below.box.top) / 2 for above, below in pairwise(rows)]
    box = bounding_box(words).grown(em / 4)
    return BareTable(box, (box.top, *inner, box.bottom), words, em)


def _is_dirt(line: WordLine, em: float, settings: GridSettings) -> bool:
    """Tell specks on a line of their own from figures: a dash stands beside a label."""
    return line.box.height < settings.level * em and max(w.width for w in line.words) < settings.level * em


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's extent, whether it holds a label, and whether a digit stands alone in it: no header has one."""

    box: Box
    labelled: bool
    digits: bool = False

    def with_(self, *others: _Row) -> _Row:
        every = (self, *others)
        return _Row(
            bounding_box(row.box for row in every),
            any(row.labelled for row in every),
            any(row.digits for row in every),
        )


def _rows(lines: Sequence[WordLine], em: float, settings: GridSettings) -> list[_Row]:
    """Return the rows of a table: lines of several cells, and with each what stands half a line off it.

    The label of a group stands half a line off two rows with labels of their own, which it must not join; the
    label of a row whose figures take two lines stands half a line off both, and does.
    """
    full = [line for line in lines if len(line.words) >= settings.row_words]
    edge = _figures_from(full, em, settings)
    rows = [_row(line, edge, em, settings) for line in full]
    for line in lines:
        if len(line.words) >= settings.row_words:
            continue
        own = _row(line, edge, em, settings)
        met = [row for row in rows if _shared(own.box, row.box) > settings.row_overlap * own.box.height]
        if len(met) < 2 or not any(row.labelled for row in met):
            rows = [*(row for row in rows if row not in met), own.with_(*met)]
    return _whole(sorted(rows, key=lambda row: row.box.center[1]))


def _row(line: WordLine, edge: float, em: float, settings: GridSettings) -> _Row:
    """Return a line as a row; a label stands before the figures' columns, or is wider than they are."""
    labelled = line.box.left < edge or any(word.width > settings.figure_width * em for word in line.words)
    digits = line.box.left < edge and any(
        word.left >= edge and word.width <= settings.lone_digit * em for word in line.words
    )
    return _Row(line.box, labelled, digits)


def _figures_from(lines: Sequence[WordLine], em: float, settings: GridSettings) -> float:
    """Return where the columns of figures begin: the narrow ones at the right."""
    words = [word for line in lines for word in line.words]
    edge = max((word.right for word in words), default=0.0)
    for lane in reversed(find_lanes(words, em, settings)):
        column = [word.width for word in words if lane.place <= word.center[0] < edge]
        if column and float(np.median(column)) > settings.figure_width * em:
            return edge
        edge = lane.place
    return edge


def _whole(rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows, those that share most of a level as one."""
    found: list[_Row] = []
    for row in rows:
        if found and _shared(found[-1].box, row.box) > min(row.box.height, found[-1].box.height) / 2:
            found[-1] = found[-1].with_(row)
        else:
            found.append(row)
    return found


def _is_broken(rows: Sequence[_Row]) -> bool:
    """Return whether figures stand below the first row of them without a label: they go on from another line.

    Which line that is nobody can tell without a rule, and a piece of a number looks like one.
    """
    first = next((i for i, row in enumerate(rows) if row.digits), len(rows))
    return not all(row.labelled for row in rows[first:])


def _shared(one: Box, other: Box) -> float:
    return min(one.bottom, other.bottom) - max(one.top, other.top)
