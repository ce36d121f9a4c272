"""The columns of a table against the columns of a block of the form, by header path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.form.align import Claim, align, certain, has_double, unambiguous
from pipeline.form.edition import FormBlock, FormColumn
from pipeline.form.labels import best_similarity, normalize, similarity
from pipeline.form.rows import RowMatch
from pipeline.form.sheet import Sheet
from pipeline.settings import FormSettings

_YUAN = ("单位元", "额元", "币元")  # how a header that counts in 元 ends: 金额（单位：元）, 金额（元）


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Columns `start`..`stop` of a table are column `column` of a block; `unit` is what the header says."""

    start: int
    stop: int
    column: int
    unit: str
    score: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """Neighbouring columns that no header or figure tells apart, and the texts above them."""

    start: int
    stop: int
    path: tuple[str, ...]
    filled: bool


def header_lines(
    sheet: Sheet, block: FormBlock, above: range, boundary: int, settings: FormSettings
) -> range:
    """Return the rows of `above` that hold the block's header: the known ones nearest below, as one run.

    A row of figures ends the run, also where its label was not read; blank rows at its end are not of it.
    """
    known = [line for line in above if _known_share(sheet, block, line, boundary, settings) >= 0.5]
    if not known:
        return range(above.stop, above.stop)
    figures = [line for line in above if is_figure_row(sheet, line, boundary)]
    top = max((line + 1 for line in figures if line < known[-1]), default=above.start)
    start = next(line for line in known if line >= top)
    stop = next((line for line in figures if line > start), above.stop)
    while not sheet.filled(_right(sheet, stop - 1, boundary)):
        stop -= 1
    return range(start, stop)


def _right(sheet: Sheet, line: int, boundary: int) -> tuple[int, ...]:
    """Return the cells of a row beyond `boundary`, without those that fill the whole width."""
    cells = sheet.cells_in(range(line, line + 1), boundary, sheet.columns)
    return tuple(i for i in cells if not sheet.is_full_width(i))


def _known_share(sheet: Sheet, block: FormBlock, line: int, boundary: int, settings: FormSettings) -> float:
    """Return which share of a row's filled cells beyond `boundary` are header labels of `block`."""
    filled = sheet.filled(_right(sheet, line, boundary))
    labels = [label for column in block.columns for label in (*column.path, *column.aliases)]
    every = (*labels, *block.corner)
    known = sum(best_similarity(sheet.texts[i], every) >= settings.accepted_label for i in filled)
    return known / len(filled) if filled else 0.0


def is_figure_row(sheet: Sheet, line: int, boundary: int) -> bool:
    """Return whether a row has something beyond `boundary`, and less than half of that is words."""
    filled = sheet.filled(_right(sheet, line, boundary))
    return bool(filled) and 2 * sum(sheet.words[i] for i in filled) < len(filled)


def units_of(sheet: Sheet, header: range, bodies: Sequence[range], boundary: int) -> tuple[Unit, ...]:
    """Return the units from `boundary` on: split where the header, or most bodies, have a cell's edge."""
    splits = [
        column for column in range(boundary + 1, sheet.columns) if _is_split(sheet, header, bodies, column)
    ]
    edges = [boundary, *splits, sheet.columns] if boundary < sheet.columns else []
    return tuple(_unit(sheet, header, bodies, *pair) for pair in pairwise(edges))


def _is_split(sheet: Sheet, header: range, bodies: Sequence[range], column: int) -> bool:
    filled = [r for r in header if sheet.filled(_right(sheet, r, 0))]
    if any(sheet.owners[r, column - 1] != sheet.owners[r, column] for r in filled):
        return True
    lines = [r for body in bodies for r in body]
    split = sum(bool(sheet.owners[r, column - 1] != sheet.owners[r, column]) for r in lines)
    return 2 * split > len(lines)


def _unit(sheet: Sheet, header: range, bodies: Sequence[range], start: int, stop: int) -> Unit:
    cells = [i for i in sheet.cells_in(header, start, stop) if not sheet.is_full_width(i)] if header else []
    ordered = sorted(cells, key=lambda i: (sheet.cell(i).row_start, sheet.cell(i).column_start))
    path = tuple(sheet.texts[i] for i in ordered if sheet.texts[i])
    filled = any(sheet.filled(sheet.cells_in(body, start, stop)) for body in bodies)
    return Unit(start, stop, path, filled)


def match_columns(
    units: Sequence[Unit], columns: Sequence[FormColumn], settings: FormSettings
) -> tuple[ColumnMatch, ...]:
    """Return the units that are columns of the form, in order.

    Unread headers between two known ones are placed where the counts agree, and are unsure.
    """
    claims = [
        Claim(u, u + 1, c, score)
        for u, unit in enumerate(units)
        for c, column in enumerate(columns)
        if (score := _score(unit, column, settings)) >= settings.accepted_label
    ]
    chosen = unambiguous(align(claims, len(units), len(columns)), claims, settings.rival_margin)
    sure = frozenset(
        c
        for c in chosen
        if c.score >= settings.sure_label and not has_double(c, chosen, claims, settings.rival_margin)
    )
    firm = certain(chosen, sure, len(units), len(columns))
    found = [_match(units[c.start], columns, c.item, c.score, c in firm) for c in chosen]
    return tuple(found) + _between(units, columns, chosen)


def _match(unit: Unit, columns: Sequence[FormColumn], column: int, score: float, sure: bool) -> ColumnMatch:
    printed = _printed_unit(unit, columns[column])
    sure = sure and printed is None
    return ColumnMatch(unit.start, unit.stop, column, printed or columns[column].unit, score, sure)


def _printed_unit(unit: Unit, column: FormColumn) -> str | None:
    """Return in which other unit than the form's a header counts, None where it has the form's.

    What is counted so is not sure: the 万 may have been lost.  A character before 元 that is none of a unit
    (力元) was misread: there the form's unit holds, and is not sure either.
    """
    header = normalize("".join(unit.path))
    if column.unit != "万元" or not header.endswith("元") or header.endswith("万元"):
        return None
    if header.endswith("亿元"):
        return "亿元"
    return "元" if header.endswith(_YUAN) else column.unit


def _score(unit: Unit, column: FormColumn, settings: FormSettings) -> float:
    if not unit.path:
        return 0.0
    leaves = column.names
    leaf = max(best_similarity("".join(unit.path[-count:]), leaves) for count in (1, 2, 3))
    path = similarity("".join(unit.path), "".join(column.path)) if len(column.path) > 1 else leaf
    weight = settings.leaf_weight
    # Of two columns under one header, the one that is not empty goes first.
    return weight * leaf + (1 - weight) * path + (0.01 if unit.filled else 0.0)


def _between(
    units: Sequence[Unit], columns: Sequence[FormColumn], chosen: Sequence[Claim]
) -> tuple[ColumnMatch, ...]:
    found: list[ColumnMatch] = []
    before_all, after_all = Claim(0, 0, -1, 0.0), Claim(len(units), len(units), len(columns), 0.0)
    ends = (before_all, *chosen, after_all) if chosen else ()
    for before, after in pairwise(ends):
        free, gap = units[before.stop : after.start], range(before.item + 1, after.item)
        if len(free) == len(gap):
            found += [_match(unit, columns, c, 0.0, False) for unit, c in zip(free, gap, strict=True)]
    return tuple(found)


def count_columns(units: Sequence[Unit], columns: Sequence[FormColumn]) -> tuple[ColumnMatch, ...]:
    """Return the columns of a headerless table by their number alone, all unsure; none if it differs."""
    if len(units) != len(columns):
        return ()
    return tuple(
        ColumnMatch(unit.start, unit.stop, c, columns[c].unit, 0.0, False) for c, unit in enumerate(units)
    )


def lend(columns: Sequence[ColumnMatch]) -> tuple[ColumnMatch, ...]:
    """Return columns known from another piece of the table: the same places, none of them sure."""
    return tuple(replace(column, sure=False) for column in columns)


def common_boundary(matches: Sequence[RowMatch]) -> int:
    """Return the column where most of the rows' figures begin."""
    every = [match.boundary for match in matches]
    return max(set(every), key=lambda b: (every.count(b), -b))
