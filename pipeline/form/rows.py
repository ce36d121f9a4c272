"""The rows of a table against the rows of the form, by label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.form.align import Claim, align, certain, has_double, unambiguous
from pipeline.form.edition import FormRow, FormTable
from pipeline.form.labels import SURE_BEGINNING, beginning, best_similarity, similarity
from pipeline.form.sheet import Sheet
from pipeline.form.values import parse_value
from pipeline.settings import FormSettings


@dataclass(frozen=True, slots=True)
class RowMatch:
    """Rows `start`..`stop` of a table are row `row` of block `block`; its figures begin at `boundary`."""

    start: int
    stop: int
    block: int
    row: int
    boundary: int
    score: float
    sure: bool

    @property
    def lines(self) -> range:
        return range(self.start, self.stop)


@dataclass(frozen=True, slots=True)
class _Label:
    """What may be a row's label: its end column, the last cell's possible texts, the whole path.

    Where `words_follow`, it may be the label of a group, with the row's own label to come.
    """

    boundary: int
    leaves: tuple[str, ...]
    path: str
    words_follow: bool


def match_rows(sheet: Sheet, form: FormTable, settings: FormSettings) -> tuple[RowMatch, ...]:
    """Return the table's rows that are rows of the form, in order, those placed by position alone last."""
    wanted = [(b, r, row) for b, block in enumerate(form.blocks) for r, row in enumerate(block.rows)]
    claims: list[Claim] = []
    boundaries: dict[tuple[int, int, int], int] = {}
    for lines in _groups(sheet, settings.max_wrapped_rows):
        labels = tuple(_labels(sheet, lines))
        for item, (_, _, row) in enumerate(wanted):
            score, boundary = _score(labels, len(lines), row, settings)
            if row.path and score >= settings.accepted_label:
                claims.append(Claim(lines.start, lines.stop, item, score))
                boundaries[lines.start, lines.stop, item] = boundary
    chosen = unambiguous(align(claims, sheet.rows, len(wanted)), claims, settings.rival_margin)
    sure = _sure(chosen, claims, settings)
    firm = certain(chosen, sure, sheet.rows, len(wanted), lambda line: _is_passable(sheet, line))
    return tuple(
        RowMatch(
            start=claim.start,
            stop=claim.stop,
            block=wanted[claim.item][0],
            row=wanted[claim.item][1],
            boundary=boundaries[claim.start, claim.stop, claim.item],
            score=claim.score,
            sure=claim in firm,
        )
        for claim in chosen
    )


def _sure(chosen: Sequence[Claim], claims: Sequence[Claim], settings: FormSettings) -> frozenset[Claim]:
    return frozenset(
        claim
        for claim in chosen
        if claim.score >= settings.sure_label and not has_double(claim, chosen, claims, settings.rival_margin)
    )


def _is_passable(sheet: Sheet, line: int) -> bool:
    """Return whether a row is certainly none of figures: blank, one cell, or several cells of words alone."""
    cells = sheet.row(line)
    filled = sheet.filled(cells)
    if not filled or len(cells) == 1:
        return True
    return len(filled) > 1 and all(sheet.words[i] for i in filled)


def _groups(sheet: Sheet, most: int) -> Iterator[range]:
    for start in range(sheet.rows):
        for stop in range(start + 1, min(start + most, sheet.rows) + 1):
            yield range(start, stop)


def _score(labels: Sequence[_Label], lines: int, row: FormRow, settings: FormSettings) -> tuple[float, int]:
    """Return how well the best of `labels` fits `row` (0..1), and the column where its figures begin."""
    best = (0.0, 0)
    for label in labels:
        leaf = max((best_similarity(text, row.names) for text in label.leaves), default=0)
        path = similarity(label.path, "".join(row.path)) if len(row.path) > 1 else leaf
        weight = settings.leaf_weight
        score = weight * leaf + (1 - weight) * path
        score *= settings.group_discount if label.words_follow else 1.0
        score -= settings.wrapped_row_cost * (lines - 1)
        if score > best[0]:  # of labels equally like, the shortest
            best = score, label.boundary
    return best


def _labels(sheet: Sheet, lines: range) -> Iterator[_Label]:
    cells = sheet.cells_in(lines, 0, sheet.columns)
    for boundary in _boundaries(sheet, lines, cells):
        left = sheet.filled(i for i in cells if sheet.cell(i).column_end <= boundary)
        following = [i for i in cells if sheet.cell(i).column_start == boundary]
        words_follow = any(sheet.words[i] for i in following)
        if words_follow and len(lines) > 1:
            continue
        leaves = _tails(sheet, lines, left) if len(lines) == 1 else _wrapped(sheet, left, boundary)
        yield _Label(boundary, leaves, sheet.joined(left), words_follow)


def _boundaries(sheet: Sheet, lines: range, cells: Sequence[int]) -> Iterator[int]:
    """Yield the columns where a label of exactly these lines may end: no cell lies across."""
    for boundary in sorted({sheet.cell(i).column_end for i in cells}):
        across = any(sheet.cell(i).column_start < boundary < sheet.cell(i).column_end for i in cells)
        last = [i for i in cells if sheet.cell(i).column_end == boundary]
        if not across and _is_leaf(sheet, lines, last):
            yield boundary


def _is_leaf(sheet: Sheet, lines: range, last: Sequence[int]) -> bool:
    """Return whether cells hold text that is no figure, and belong to these lines alone."""
    inside = all(_is_inside(sheet, lines, i) for i in last)
    filled = sheet.filled(last)
    return inside and bool(filled) and any(parse_value(sheet.texts[i], "件").state == "text" for i in filled)


def _tails(sheet: Sheet, lines: range, left: Sequence[int]) -> tuple[str, ...]:
    """Return the texts of the last one, two and three cells: a false rule may cut a label in columns.

    What reaches beyond the lines is no piece of their label: a speck beside it would make its label theirs.
    """
    own = [i for i in left if _is_inside(sheet, lines, i)]
    return tuple(sheet.joined(own[-count:]) for count in (1, 2, 3) if count <= len(own))


def _is_inside(sheet: Sheet, lines: range, number: int) -> bool:
    cell = sheet.cell(number)
    return lines.start <= cell.row_start and cell.row_end <= lines.stop


def _wrapped(sheet: Sheet, left: Sequence[int], boundary: int) -> tuple[str, ...]:
    return (sheet.joined(i for i in left if sheet.cell(i).column_end == boundary),)


def fill_between(
    sheet: Sheet, form: FormTable, matches: Sequence[RowMatch], blocked: frozenset[int]
) -> tuple[RowMatch, ...]:
    """Return more matches, all unsure: unread labels between two known rows, where the counts agree, and
    labels cut short right above the first and below the last.

    `blocked` are rows that are something else (headers, titles).
    """
    order = [(b, r) for b, block in enumerate(form.blocks) for r, _ in enumerate(block.rows)]
    found: list[RowMatch] = []
    for before, after in pairwise(matches):
        gap = order[order.index((before.block, before.row)) + 1 : order.index((after.block, after.row))]
        free = [
            line
            for line in range(before.stop, after.start)
            if line not in blocked and _has_figures(sheet, line, before.boundary)
        ]
        if gap and len(gap) == len(free):
            found += [
                RowMatch(line, line + 1, b, r, before.boundary, 0.0, False)
                for line, (b, r) in zip(free, gap, strict=True)
            ]
    return (*found, *_cut_short(sheet, form, order, matches, blocked))


def _cut_short(
    sheet: Sheet,
    form: FormTable,
    order: Sequence[tuple[int, int]],
    matches: Sequence[RowMatch],
    blocked: frozenset[int],
) -> Iterator[RowMatch]:
    """Yield the rows next to the known ones at either end whose labels begin as the form's next ones do.

    Whatever its label says, the form's first row is the one line between the header and its second.
    """
    for known, step in ((matches[0], -1), (matches[-1], 1)) if matches else ():
        item, line = order.index((known.block, known.row)), known.start if step < 0 else known.stop - 1
        while 0 <= (item := item + step) < len(order) and 0 <= (line := line + step) < sheet.rows:
            block, number = order[item]
            row = form.blocks[block].rows[number]
            cells = sheet.cells_in(range(line, line + 1), 0, known.boundary)
            words = (sheet.texts[i] for i in sheet.filled(cells))
            likeness = max((beginning(text, row.names) for text in words), default=0.0)
            fits = line not in blocked and _has_figures(sheet, line, known.boundary)
            only = step < 0 and item == 0 and line - 1 in blocked
            if not fits or not (only or likeness >= SURE_BEGINNING):
                break
            yield RowMatch(line, line + 1, block, number, known.boundary, 0.0, False)


def _has_figures(sheet: Sheet, line: int, boundary: int) -> bool:
    """Return whether a row has something to the right of `boundary`, none of it words."""
    cells = sheet.cells_in(range(line, line + 1), boundary, sheet.columns)
    clean = all(sheet.cell(i).column_start >= boundary for i in cells)
    filled = sheet.filled(cells)
    return clean and bool(filled) and not any(sheet.words[i] for i in filled)
