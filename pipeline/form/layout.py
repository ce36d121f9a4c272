"""Rows of cells without spans, as plain texts list them → a table as the form prints it.

A text extract keeps the words and loses the rules.  What a row is, its label tells; where its figures
stand, their number tells: as many as the form has columns.  A row with more or fewer keeps them in one
merged cell, so that none is taken for a figure it may not be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.form.align import Claim, align
from pipeline.form.edition import FormBlock, FormRow, FormTable, editions
from pipeline.form.header import header_levels, spread
from pipeline.form.labels import SURE_BEGINNING, beginning, best_similarity, is_label_like, similarity
from pipeline.form.values import clean_text, parse_value
from pipeline.model import Cell, CellReading, Grid, PageContent, RaggedTable, Reading, Table
from pipeline.settings import FormSettings

READER = "text"


@dataclass(frozen=True, slots=True)
class _Fit:
    """Which rows of a table are which rows of a form table (by index), and how well they fit."""

    form: FormTable
    rows: dict[int, tuple[int, FormRow]]
    score: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cell to be: its place, its text, the confidence of being there, what speaks against it."""

    cell: Cell
    text: str
    confidence: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Values:
    """The figures of a row, one a column, or one text for all where they cannot be told apart."""

    texts: tuple[str, ...]
    confidence: float


def lay_out(content: PageContent, settings: FormSettings) -> PageContent:
    """Return `content` with its ragged table, if it has one, as a table with spans."""
    if content.ragged is None:
        return content
    return replace(content, tables=(*content.tables, lay_out_table(content.ragged, settings)), ragged=None)


def lay_out_table(ragged: RaggedTable, settings: FormSettings) -> Table:
    """Return a ragged table as the form prints it; as a plain grid of its cells where it is none of the form.

    Rows stay in order, blank ones fall away.  Confidence is that of the placement.
    """
    rows = tuple(tuple(clean_text(text) for text in row) for row in ragged.rows)
    rows = tuple(row for row in rows if any(row))
    if len(rows) > settings.longest_table or max(map(len, rows), default=0) > settings.widest_table:
        return _table(_plain(rows, settings))
    fits = [_fit(rows, form, settings) for edition in editions() for form in edition.tables]
    best = max(fits, key=lambda fit: fit.score)
    known = len(best.rows) >= settings.known_rows or (best.score > 0 and not _is_labelled(best.form))
    pieces = _of_form(rows, ragged, best, settings) if known else _plain(rows, settings)
    return _table(pieces)


def _is_labelled(form: FormTable) -> bool:
    return any(row.path for block in form.blocks for row in block.rows)


def _fit(rows: Sequence[Sequence[str]], form: FormTable, settings: FormSettings) -> _Fit:
    wanted = [(b, row) for b, block in enumerate(form.blocks) for row in block.rows]
    if not _is_labelled(form):
        return _unlabelled_fit(rows, form, settings)
    claims = [
        Claim(line, line + 1, item, score)
        for line, row in enumerate(rows)
        for item, (_, wants) in enumerate(wanted)
        if (score := _likeness(row, wants)) >= settings.accepted_label
    ]
    chosen = align(claims, len(rows), len(wanted))
    lacking = chosen[-1].item - chosen[0].item + 1 - len(chosen) if chosen else 0
    spare = sum(_has_figures(row) for row in rows) - len(chosen)
    score = sum(c.score for c in chosen) - settings.unmatched_cost * (lacking + max(spare, 0))
    placed = {c.start: c.item for c in chosen} | _between(rows, chosen)
    placed |= _cut_short(rows, placed, [row for _, row in wanted])
    return _Fit(form, {line: wanted[item] for line, item in placed.items()}, score)


def _between(rows: Sequence[Sequence[str]], chosen: Sequence[Claim]) -> dict[int, int]:
    """Return rows of figures with unread labels between two known ones, where they are as many as lacking."""
    found: dict[int, int] = {}
    for before, after in pairwise(chosen):
        lines = [line for line in range(before.stop, after.start) if _is_body(rows[line])]
        items = range(before.item + 1, after.item)
        if len(lines) == len(items):
            found |= dict(zip(lines, items, strict=True))
    return found


def _cut_short(
    rows: Sequence[Sequence[str]], placed: Mapping[int, int], wanted: Sequence[FormRow]
) -> dict[int, int]:
    """Return the rows of figures before the first known one and after the last whose labels are cut short."""
    found: dict[int, int] = {}
    ends = ((min(placed), -1), (max(placed), 1)) if placed else ()
    for end, step in ends:
        line, item = end + step, placed[end] + step
        while 0 <= line < len(rows) and 0 <= item < len(wanted) and _is_body(rows[line]):
            if _beginning(rows[line], wanted[item]) < SURE_BEGINNING:
                break
            found[line] = item
            line, item = line + step, item + step
    return found


def _beginning(row: Sequence[str], wants: FormRow) -> float:
    labels = wants.names
    return max((beginning(text, labels) for _, text in _leaves(row)), default=0.0)


def _unlabelled_fit(rows: Sequence[Sequence[str]], form: FormTable, settings: FormSettings) -> _Fit:
    """Fit a form table whose rows have no labels: known by its header, its row is the first of figures."""
    block = form.blocks[0]
    words = [text for row in rows for text in row if is_label_like(text)]
    headers = [cell.text for level in header_levels(block) for cell in level]
    matched = sum(best_similarity(text, words) >= settings.accepted_label for text in headers)
    body = next(
        (i for i, row in enumerate(rows) if _has_figures(row) and not any(map(is_label_like, row))), None
    )
    if body is None or matched < settings.known_header * len(headers) or len(words) > 2 * len(headers):
        return _Fit(form, {}, 0.0)
    return _Fit(form, {body: (0, block.rows[0])}, matched / len(headers))


def _likeness(row: Sequence[str], wants: FormRow) -> float:
    labels = wants.names
    return max((best_similarity(text, labels) for _, text in _leaves(row)), default=0.0)


def _leaves(row: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield what may be a row's own label, up to three cells run on, with the position of the last."""
    words = [i for i, text in enumerate(row) if text and not _is_figure(text)]
    for number, last in enumerate(words):
        for count in (1, 2, 3):
            if count <= number + 1:
                text = "".join(row[i] for i in words[number + 1 - count : number + 1])
                yield last, _without_figures(text)[0]


def _is_figure(text: str) -> bool:
    """Return whether a text is a figure, or figures parted by spaces."""
    return bool(text) and all(map(_is_one_figure, text.split()))


def _is_one_figure(text: str) -> bool:
    printed = ("number", "dash", "none_word")
    return parse_value(text, "万元").state in printed or parse_value(text, "件").state in printed


def _has_figures(row: Sequence[str]) -> bool:
    return any(_is_figure(text) or _without_figures(text)[1] for text in row)


def _is_body(row: Sequence[str]) -> bool:
    """Return whether a row has more figures than words: it is no header, whatever its label says."""
    figures = sum(map(_is_figure, row))
    return figures > sum(bool(text) for text in row) - figures


def _without_figures(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a label and the figures that stand behind it in the same cell, parted by spaces."""
    words = text.split()
    count = 0
    while count < len(words) - 1 and _is_figure(words[-1 - count]):
        count += 1
    if not count or not is_label_like("".join(words[:-count])):
        return text, ()
    return " ".join(words[:-count]), tuple(words[-count:])


def _of_form(
    rows: Sequence[Sequence[str]], ragged: RaggedTable, fit: _Fit, settings: FormSettings
) -> Iterator[_Piece]:
    form = fit.form
    labels = max(len(row.path) for block in form.blocks for row in block.rows)
    width = labels + max(len(block.columns) for block in form.blocks)
    frame = _Frame(labels, width, _base(ragged, settings))
    known = sorted(fit.rows)
    yield from _headers(rows, fit, frame)
    first, last = known[0], known[-1]
    for line in range(first, len(rows)):
        if line in fit.rows:
            block = form.blocks[fit.rows[line][0]]
            yield from _figures(line, rows[line], fit.rows[line][1], block, ragged, frame, settings)
        elif line > last or not _is_header_line(line, fit):
            yield _whole(line, rows[line], frame)
    yield from _groups(rows, fit, frame)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The columns of a form table: how many hold labels, how many there are; the confidence of its cells."""

    labels: int
    width: int
    confidence: float


def _base(ragged: RaggedTable, settings: FormSettings) -> float:
    return settings.wreck_confidence if ragged.kind == "wreck" else settings.listed_confidence


def _whole(line: int, row: Sequence[str], frame: _Frame) -> _Piece:
    text = " ".join(text for text in row if text)
    return _Piece(Cell(line, line + 1, 0, frame.width), text, frame.confidence)


def _is_header_line(line: int, fit: _Fit) -> bool:
    """Return whether an unknown row stands where another block begins."""
    before = max(known for known in fit.rows if known < line)
    after = min(known for known in fit.rows if known > line)
    return fit.rows[before][0] != fit.rows[after][0]


def _headers(rows: Sequence[Sequence[str]], fit: _Fit, frame: _Frame) -> Iterator[_Piece]:
    """Yield the rows above the first row of each block."""
    top = 0
    for number, lines in groupby(sorted(fit.rows), key=lambda line: fit.rows[line][0]):
        held = list(lines)
        yield from _header(rows, range(top, held[0]), fit.form.blocks[number], frame)
        top = held[-1] + 1


def _header(rows: Sequence[Sequence[str]], lines: range, block: FormBlock, frame: _Frame) -> Iterator[_Piece]:
    levels = header_levels(block, frame.labels, frame.width)
    stop = next((line for line in lines if _is_body(rows[line])), lines.stop)
    start = stop - len(levels)
    printed = range(start, stop) if start >= lines.start else range(0)
    for line in lines:
        if line not in printed:
            yield _whole(line, rows[line], frame)
    for line, level in zip(printed, levels, strict=False):
        texts = spread(rows[line], [cell.text for cell in level])
        for cell, text in zip(level, texts, strict=True):
            place = Cell(line, line + cell.rows, cell.start, cell.stop)
            yield _Piece(place, text, frame.confidence)


def _figures(
    line: int,
    row: Sequence[str],
    wants: FormRow,
    block: FormBlock,
    ragged: RaggedTable,
    frame: _Frame,
    settings: FormSettings,
) -> Iterator[_Piece]:
    """Yield a row's own label and its figures."""
    position, leaf = _own_label(row, wants, ragged)
    if wants.path:
        place = Cell(line, line + 1, len(wants.path) - 1, frame.labels)
        yield _Piece(place, leaf, frame.confidence)
    values = _values(row, position, len(block.columns), ragged, settings)
    ends = _ends(len(block.columns), frame)
    if values is None:
        text = " ".join(text for text in _behind(row, position) if text)
        place = Cell(line, line + 1, frame.labels, frame.width)
        yield _Piece(place, text, settings.unplaced_confidence, ("suspect",))
        return
    for (start, stop), text in zip(ends, values.texts, strict=True):
        yield _Piece(Cell(line, line + 1, start, stop), text, values.confidence)


def _ends(columns: int, frame: _Frame) -> list[tuple[int, int]]:
    """Return where each column of figures starts and stops; the last takes what the table is wider."""
    starts = [frame.labels + k for k in range(columns)]
    return [*((s, s + 1) for s in starts[:-1]), (starts[-1], frame.width)]


def _own_label(row: Sequence[str], wants: FormRow, ragged: RaggedTable) -> tuple[int, str]:
    """Return the position of the last cell of a row's label, and the label; -1 where the form has none."""
    if not wants.path:
        return -1, ""
    position, text = _best_leaf(row, wants)
    if ragged.kind == "wreck":
        # What follows the label and is no figure is a piece of it, or dirt.
        position = max((i for i, held in enumerate(row) if held and not _is_figure(held)), default=-1)
    return position, text


def _best_leaf(row: Sequence[str], wants: FormRow) -> tuple[int, str]:
    labels = wants.names
    return max(_leaves(row), key=lambda found: best_similarity(found[1], labels), default=(-1, ""))


def _behind(row: Sequence[str], position: int) -> tuple[str, ...]:
    own = _without_figures(row[position])[1] if position >= 0 else ()
    return (*own, *row[position + 1 :])


def _values(
    row: Sequence[str], position: int, columns: int, ragged: RaggedTable, settings: FormSettings
) -> _Values | None:
    """Return a row's figures, None where they are not as many as the form's columns."""
    behind = _behind(row, position)
    if ragged.kind != "wreck":
        fits = len(behind) >= columns and not any(behind[columns:]) and _is_whole(row, ragged)
        return _Values(behind[:columns], settings.listed_confidence) if fits else None
    trimmed = _trimmed(behind)
    parted = tuple(part for text in trimmed for part in text.split())
    own = position >= 0 and bool(_without_figures(row[position])[1])
    if len(trimmed) == columns and not own and all(map(_is_one_figure, trimmed)):
        return _Values(trimmed, settings.wreck_confidence)
    if len(parted) == columns and all(map(_is_one_figure, parted)):
        return _Values(parted, settings.split_confidence)
    return None


def _is_whole(row: Sequence[str], ragged: RaggedTable) -> bool:
    """Return whether a row has all its cells, where that can be told: filled up, all are equally long."""
    usual = Counter(map(len, ragged.rows)).most_common(1)[0][0]
    return ragged.kind != "padded" or len(row) == usual


def _trimmed(texts: Sequence[str]) -> tuple[str, ...]:
    filled = [i for i, text in enumerate(texts) if text]
    return tuple(texts[filled[0] : filled[-1] + 1]) if filled else ()


def _groups(rows: Sequence[Sequence[str]], fit: _Fit, frame: _Frame) -> Iterator[_Piece]:
    """Yield the labels that stand over several rows, and blanks where such a label is lacking."""
    for depth in range(frame.labels - 1):
        run: list[int] = []
        for line in (*sorted(fit.rows), -1):
            path = fit.rows[line][1].path if line >= 0 else ()
            inside = len(path) > depth + 1
            if run and not (
                inside and line == run[-1] + 1 and _path(fit, run[0], depth) == path[: depth + 1]
            ):
                yield _group(rows, run, depth, fit, frame)
                run = []
            if inside:
                run.append(line)


def _path(fit: _Fit, line: int, depth: int) -> tuple[str, ...]:
    return fit.rows[line][1].path[: depth + 1]


def _group(rows: Sequence[Sequence[str]], run: Sequence[int], depth: int, fit: _Fit, frame: _Frame) -> _Piece:
    texts = (_group_text(rows[line], fit.rows[line][1], depth) for line in run)
    return _Piece(Cell(run[0], run[-1] + 1, depth, depth + 1), "".join(texts), frame.confidence)


def _group_text(row: Sequence[str], wants: FormRow, depth: int) -> str:
    """Return the words of a row before its own label that belong to the label at `depth` of its path."""
    position, leaf = _best_leaf(row, wants)
    before = [i for i in range(position) if row[i] and row[i] not in leaf and not _is_figure(row[i])]
    return "".join(row[i] for i in before if _depth_of(i, row[i], wants) == depth)


def _depth_of(position: int, text: str, wants: FormRow) -> int:
    """Return which outer label of a row a word belongs to: the one it is like, else by its place."""
    outer = wants.path[:-1]
    likeness = [similarity(text, label) for label in outer]
    best = max(range(len(outer)), key=lambda k: likeness[k])
    return best if likeness[best] > 0.3 else min(position, len(outer) - 1)


def _plain(rows: Sequence[Sequence[str]], settings: FormSettings) -> Iterator[_Piece]:
    """Yield the cells of a table that is none of the form, one a slot, short rows filled with blanks."""
    width = max((len(row) for row in rows), default=1)
    for line, row in enumerate(rows):
        for column in range(width):
            text = row[column] if column < len(row) else ""
            yield _Piece(Cell(line, line + 1, column, column + 1), text, settings.split_confidence)


def _table(pieces: Iterator[_Piece]) -> Table:
    ordered = sorted(pieces, key=lambda p: (p.cell.row_start, p.cell.column_start))
    rows = max((p.cell.row_end for p in ordered), default=0)
    columns = max((p.cell.column_end for p in ordered), default=0)
    readings = (CellReading(Reading(p.text, p.confidence, READER), flags=p.flags) for p in ordered)
    return Table(Grid(rows, columns, tuple(p.cell for p in ordered)), tuple(readings))
