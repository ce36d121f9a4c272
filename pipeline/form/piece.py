"""One table against one table of one edition: rows, columns, and how well the two fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.form.columns import (
    ColumnMatch,
    common_boundary,
    count_columns,
    header_lines,
    is_figure_row,
    match_columns,
    units_of,
)
from pipeline.form.edition import FormBlock, FormTable
from pipeline.form.labels import best_similarity, characters_of
from pipeline.form.rows import RowMatch, fill_between, match_rows
from pipeline.form.sheet import Sheet
from pipeline.form.tiling import first_lines, is_tiled_like
from pipeline.form.values import UNREAD
from pipeline.settings import FormSettings


@dataclass(frozen=True, slots=True)
class BlockMatch:
    """A block of the form in a table: its rows, columns and header rows there.

    `known`: the header names most of its columns, so that it tells by itself what the table is.
    """

    block: int
    rows: tuple[RowMatch, ...]
    columns: tuple[ColumnMatch, ...]
    header: range
    known: bool
    extra_columns: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a form table was found in table `table` (an index) with `width` columns."""

    table: int
    width: int
    blocks: tuple[BlockMatch, ...]
    label_rows: int

    @property
    def rows(self) -> tuple[RowMatch, ...]:
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def places(self) -> frozenset[tuple[int, int]]:
        return frozenset((row.block, row.row) for row in self.rows)

    @property
    def lines(self) -> frozenset[int]:
        return frozenset(line for row in self.rows for line in row.lines)

    @property
    def has_header(self) -> bool:
        return any(block.known for block in self.blocks)

    @property
    def score(self) -> float:
        return sum(r.score for r in self.rows) + sum(
            c.score for block in self.blocks if block.known for c in block.columns
        )


def match_piece(
    index: int, sheet: Sheet, form: FormTable, taken: frozenset[int], settings: FormSettings
) -> Piece:
    """Return what of `form` is in `sheet`; rows in `taken` belong to something else."""
    rows = match_rows(sheet, form, settings)
    blocks: list[BlockMatch] = []
    top = 0
    for number, block in enumerate(form.blocks):
        if not any(row.path for row in block.rows):
            read = _unlabelled(sheet, number, block, taken, settings)
            if not read.known:
                read = (
                    _below_cut(sheet, number, block, settings)
                    or _by_cells(sheet, number, form, settings)
                    or _below_dark(sheet, number, block, settings)
                    or read
                )
            blocks.append(read)
            continue
        own = tuple(row for row in rows if row.block == number)
        above = range(top, own[0].start if own else sheet.rows)
        blocks.append(_labelled(sheet, _Part(number, block, own, above), settings))
        top = own[-1].stop if own else top
    blocks = _filled(sheet, form, blocks)
    if is_tiled_like(sheet.table.grid, form):
        blocks = _placed(sheet, form, blocks, settings)
    span = [line for row in rows for line in row.lines]
    inside = range(min(span), max(span) + 1) if span else range(0)
    return Piece(index, sheet.columns, tuple(blocks), _label_rows(sheet, blocks, inside))


@dataclass(frozen=True, slots=True)
class _Part:
    """A block of the form with the rows found of it; its header is in the rows `above`."""

    number: int
    block: FormBlock
    rows: tuple[RowMatch, ...]
    above: range


def _labelled(sheet: Sheet, part: _Part, settings: FormSettings) -> BlockMatch:
    if not part.rows and part.above.start:
        return BlockMatch(part.number, (), (), range(0), False)
    boundary = common_boundary(part.rows) if part.rows else 0
    header = header_lines(sheet, part.block, part.above, boundary, settings)
    units = units_of(sheet, header, [row.lines for row in part.rows], boundary)
    columns = match_columns(units, part.block.columns, settings) if header else ()
    if header:
        extra = sum(1 for unit in units if unit.path) - len(columns) if part.rows else 0
        known = _is_known(columns, part.block, settings)
        return BlockMatch(part.number, part.rows, columns, header, known, max(extra, 0))
    counted = count_columns(units, part.block.columns) if part.rows else ()
    return BlockMatch(part.number, part.rows, counted, header, False)


def _is_known(columns: Sequence[ColumnMatch], block: FormBlock, settings: FormSettings) -> bool:
    return sum(column.score > 0 for column in columns) >= settings.known_columns * len(block.columns)


def _unlabelled(
    sheet: Sheet, number: int, block: FormBlock, taken: frozenset[int], settings: FormSettings
) -> BlockMatch:
    """Match a block whose rows have no label: they are the first rows of figures below the header."""
    top = max((line + 1 for line in taken), default=0)
    header = header_lines(sheet, block, range(top, sheet.rows), 0, settings)
    body = _body_line(sheet, range(header.stop, sheet.rows)) if header else None
    bodies = [] if body is None else [body.lines]
    columns = match_columns(units_of(sheet, header, bodies, 0), block.columns, settings) if header else ()
    if not _is_known(columns, block, settings):
        return BlockMatch(number, (), (), range(0), False)
    return BlockMatch(number, (body,) if body else (), columns, header, True)


def _below_cut(sheet: Sheet, number: int, block: FormBlock, settings: FormSettings) -> BlockMatch | None:
    """Match what is left of a table below a page break within its header: as many columns as the block has.

    Most say what the column in their place does, and none anything else.  Nothing in it is sure.
    """
    columns = block.columns
    if sheet.columns != len(columns) or len(columns) < settings.telling_columns:
        return None
    first = next((line for line in range(sheet.rows) if is_figure_row(sheet, line, 0)), 0)
    scores = []
    for place, column in enumerate(columns):
        above = sheet.filled(sheet.cells_in(range(max(0, first - 1), first), place, place + 1))
        label = sheet.texts[above[-1]] if above else ""
        # The end of a name that the cut parts tells nothing, nor anything else; scraps may be beside it.
        words = characters_of(label)
        rest = any(name != words and name.endswith(words) for name in column.names)
        scores.append(None if rest else best_similarity(label, column.names))
    printed = [score for score in scores if score is not None]
    if min(printed, default=0.0) < settings.accepted_label:
        return None
    if len(printed) < settings.known_columns * len(columns):
        return None
    matched = (
        ColumnMatch(k, k + 1, k, c.unit, score or 0.0, False)
        for k, (c, score) in enumerate(zip(columns, scores, strict=True))
    )
    row = RowMatch(first, first + 1, number, 0, 0, 0.0, False)
    return BlockMatch(number, (row,), tuple(matched), range(first), True)


def _by_cells(sheet: Sheet, number: int, form: FormTable, settings: FormSettings) -> BlockMatch | None:
    """Match a form table whose header could not be read by its cells: so many, so placed, stand in no other.

    A page break may have cut off the first row; blank rows below are not counted.  Nothing in it is sure.
    """
    columns = form.blocks[number].columns
    last = _last_line(sheet)
    if len(columns) < settings.telling_columns or not is_figure_row(sheet, last, 0):
        return None
    if not any(is_tiled_like(sheet.table.grid, form, last + 1, lost) for lost in (0, 1)):
        return None
    first = sheet.columns - len(columns)
    matched = (ColumnMatch(first + k, first + k + 1, k, c.unit, 0.0, False) for k, c in enumerate(columns))
    row = RowMatch(last, last + 1, number, 0, first, 0.0, False)
    return BlockMatch(number, (row,), tuple(matched), range(last), True)


def _below_dark(sheet: Sheet, number: int, block: FormBlock, settings: FormSettings) -> BlockMatch | None:
    """Match one row of figures, a cell for each column, below a header that is ink from side to side.

    Blank rows below are not counted.  Nothing in it is sure.
    """
    count, last = len(block.columns), _last_line(sheet)
    if count < settings.telling_columns or sheet.columns != count or not last:
        return None
    if not all(_is_dark(sheet, line) for line in range(last)):
        return None
    if len(sheet.row(last)) != count or not is_figure_row(sheet, last, 0):
        return None
    matched = (ColumnMatch(k, k + 1, k, c.unit, 0.0, False) for k, c in enumerate(block.columns))
    row = RowMatch(last, last + 1, number, 0, 0, 0.0, False)
    return BlockMatch(number, (row,), tuple(matched), range(last), True)


def _last_line(sheet: Sheet) -> int:
    """Return the last row of a table that is not blank paper; the first one where all are."""
    for line in range(sheet.rows - 1, 0, -1):
        cells = sheet.row(line)
        if sheet.filled(cells) or any(UNREAD in sheet.table.readings[i].flags for i in cells):
            return line
    return 0


def _is_dark(sheet: Sheet, line: int) -> bool:
    """Return whether a row is one cell, with ink in it of which no text was made."""
    cells = sheet.row(line)
    return len(cells) == 1 and sheet.is_blank(cells[0]) and UNREAD in sheet.table.readings[cells[0]].flags


def _placed(
    sheet: Sheet, form: FormTable, blocks: Sequence[BlockMatch], settings: FormSettings
) -> list[BlockMatch]:
    """Return the blocks of a table that has just the form's cells, with what words do not tell of them.

    Their rows and columns are where the form has them, and nothing about them is sure.  Not so where a row
    or a column that words tell is elsewhere, nor where other words are surely read.
    """
    lines = [
        range(first, first + len(b.rows)) for first, b in zip(first_lines(form), form.blocks, strict=True)
    ]
    told = [row for block in blocks for row in block.rows]
    if not told or any(row.lines != lines[row.block][row.row : row.row + 1] for row in told):
        return list(blocks)
    return [_in_place(sheet, form.blocks[b.block], lines[b.block], b, settings) for b in blocks]


def _in_place(
    sheet: Sheet, form: FormBlock, lines: range, found: BlockMatch, settings: FormSettings
) -> BlockMatch:
    cells = [sheet.cell(i) for i in sheet.row(lines.start)[-len(form.columns) :]]
    places = [(cell.column_start, cell.column_end) for cell in cells]
    if any((column.start, column.stop) != places[column.column] for column in found.columns):
        return found
    known = {row.row for row in found.rows}
    named = {column.column: column for column in found.columns}
    columns = (
        named.get(k) or ColumnMatch(start, stop, k, form.columns[k].unit, 0.0, False)
        for k, (start, stop) in enumerate(places)
    )
    boundary = places[0][0]
    rows = (
        RowMatch(line, line + 1, found.block, r, boundary, 0.0, False)
        for r, line in enumerate(lines)
        if r not in known
        if not _says_other(sheet, sheet.row(line)[: -len(places)], form.rows[r].names, settings)
    )
    names = [name for column in form.columns for name in column.names]
    if not found.columns and _says_other(sheet, sheet.row(lines.start - 1), names, settings):
        return found
    return replace(
        found,
        rows=tuple(sorted((*found.rows, *rows), key=lambda row: row.start)),
        columns=tuple(columns),
        header=found.header or range(lines.start - 1, lines.start),
    )


def _says_other(sheet: Sheet, labels: Sequence[int], names: Sequence[str], settings: FormSettings) -> bool:
    """Return whether the last of some cells has words that were surely read, and are unlike all the names."""
    return any(
        sheet.words[i]
        and sheet.table.readings[i].text.confidence >= settings.surely_read
        and best_similarity(sheet.texts[i], names) < settings.accepted_label
        for i in sheet.filled(labels)[-1:]
    )


def _body_line(sheet: Sheet, below: range) -> RowMatch | None:
    """Return the one row of figures in `below`; the first and unsure where several have something."""
    stop = next((r for r in below if _is_heading(sheet, r)), below.stop)
    free = range(below.start, stop)
    filled = [r for r in free if is_figure_row(sheet, r, 0)]
    line = next(iter(filled or free), None)
    if line is None:
        return None
    return RowMatch(line, line + 1, 0, 0, 0, 1.0, len(filled) <= 1)


def _is_heading(sheet: Sheet, line: int) -> bool:
    cells = sheet.filled(sheet.row(line))
    return bool(cells) and all(sheet.words[i] for i in cells)


def _filled(sheet: Sheet, form: FormTable, blocks: Sequence[BlockMatch]) -> list[BlockMatch]:
    """Return the blocks with unread rows between known ones added."""
    known = [row for block in blocks for row in block.rows]
    headers = frozenset(line for block in blocks for line in block.header)
    more = fill_between(sheet, form, known, headers)
    return [
        BlockMatch(
            block.block,
            tuple(sorted((*block.rows, *(m for m in more if m.block == block.block)), key=lambda r: r.start)),
            block.columns,
            block.header,
            block.known,
            block.extra_columns,
        )
        for block in blocks
    ]


def _label_rows(sheet: Sheet, blocks: Sequence[BlockMatch], inside: range) -> int:
    """Return how many rows with words and figures lie in `inside`, whether they were matched or not."""
    headers = {line for block in blocks for line in block.header}
    return sum(1 for line in inside if line not in headers and _is_body(sheet, line))


def _is_body(sheet: Sheet, line: int) -> bool:
    cells = sheet.row(line)
    words = [i for i in cells if sheet.words[i]]
    return bool(words) and len(words) < len(cells) and 2 * len(words) <= max(len(cells), 3)
