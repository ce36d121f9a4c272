"""Tables of the form as an office prints them, made from a mapping of figure texts, and ways to spoil them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.form.edition import FormBlock, FormKind, FormTable, figure_key, load_edition
from pipeline.model import Box, Cell, CellReading, Grid, Reading, Table
from pipeline.report import EditionName

DATA = Path(__file__).parents[1] / "data"
SEEDS = ("000_d3db69baec5aea83", "001_1244fb917606d24f", "002_666e9dc88e2a2bfc") + (
    "003_a61b02e58989a28b",
    "004_9d21c23fe3a15276",
)


@dataclass(frozen=True)
class Block:
    """A cell of a draft: half-open rows and columns, and its text."""

    top: int
    bottom: int
    left: int
    right: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A table before it is a `Table`: `rows` x `columns`, tiled by `cells`."""

    rows: int
    columns: int
    cells: tuple[Block, ...]

    def table(self, reader: str = "text-layer", confidence: float = 1.0) -> Table:
        ordered = sorted(self.cells, key=lambda c: (c.top, c.left))
        grid = Grid(
            self.rows,
            self.columns,
            tuple(
                Cell(c.top, c.bottom, c.left, c.right, 1, Box(c.left * 10.0, c.top * 5.0, c.right * 10.0, c.bottom * 5.0))
                for c in ordered
            ),
        )  # fmt: skip
        return Table(grid, tuple(CellReading(Reading(c.text, confidence, reader)) for c in ordered))

    def retexted(self, change: Callable[[str], str]) -> Draft:
        return replace(self, cells=tuple(replace(c, text=change(c.text)) for c in self.cells))


def draft(edition: EditionName, kind: FormKind, texts: Mapping[str, str]) -> Draft:
    """Return the printed table with `texts` by figure key; what is not there is blank."""
    form = load_edition(edition).table(kind)
    if kind == "proactive":
        return _proactive(form, texts)
    return _nested(form, form.blocks[0], texts)


def _proactive(form: FormTable, texts: Mapping[str, str]) -> Draft:
    cells: list[Block] = []
    row = 0
    for block in form.blocks:
        cells.append(Block(row, row + 1, 0, 4, block.title or ""))
        lines = [[*block.corner, *(column.path[-1] for column in block.columns)]]
        for line in block.rows:
            keys = [figure_key(form.kind, line, column) for column in block.columns]
            lines.append([line.path[-1], *(texts.get(key, "") for key in keys)])
        for number, line_texts in enumerate(lines, row + 1):
            cells += _line(number, line_texts)
        row += 1 + len(lines)
    return Draft(row, 4, tuple(cells))


def _line(row: int, texts: Sequence[str]) -> Iterator[Block]:
    """Yield a row of four columns: a lone figure fills three, two figures leave the last one blank."""
    if len(texts) == 2:
        yield Block(row, row + 1, 0, 1, texts[0])
        yield Block(row, row + 1, 1, 4, texts[1])
        return
    for column, text in enumerate([*texts, ""][:4]):
        yield Block(row, row + 1, column, column + 1, text)


def _nested(form: FormTable, block: FormBlock, texts: Mapping[str, str]) -> Draft:
    depth = max(len(row.path) for row in block.rows)
    head = max(len(column.path) for column in block.columns)
    cells = [Block(0, head, 0, depth, "".join(block.corner))] if depth else []
    cells += [
        Block(c.left, c.right, c.top + depth, c.bottom + depth, c.text)
        for c in _tree([column.path for column in block.columns], head)
    ]
    cells += [
        replace(c, top=c.top + head, bottom=c.bottom + head)
        for c in _tree([r.path for r in block.rows], depth)
    ]
    for r, row in enumerate(block.rows, head):
        for c, column in enumerate(block.columns, depth):
            cells.append(Block(r, r + 1, c, c + 1, texts.get(figure_key(form.kind, row, column), "")))
    return Draft(head + len(block.rows), depth + len(block.columns), tuple(cells))


def _tree(paths: Sequence[tuple[str, ...]], depth: int) -> Iterator[Block]:
    """Yield label cells of nested paths, one path a row; the last label of a short path fills the depth."""
    for level in range(depth):
        start = 0
        while start < len(paths):
            stop = start + 1
            while stop < len(paths) and len(paths[start]) > level + 1 and (
                paths[stop][: level + 1] == paths[start][: level + 1] and len(paths[stop]) > level + 1
            ):  # fmt: skip
                stop += 1
            if level < len(paths[start]):
                right = depth if level + 1 == len(paths[start]) else level + 1
                yield Block(start, stop, level, right, paths[start][level])
            start = stop


def without_row(table: Draft, row: int) -> Draft:
    kept = [c for c in table.cells if (c.top, c.bottom) != (row, row + 1)]
    moved = tuple(replace(c, top=c.top - (c.top > row), bottom=c.bottom - (c.bottom > row)) for c in kept)
    return Draft(table.rows - 1, table.columns, moved)


def with_row(table: Draft, row: int, texts: Mapping[int, str] | None = None) -> Draft:
    """Return the table with a row of single cells before `row`; cells across that place grow."""
    moved = tuple(
        replace(c, top=c.top + (c.top >= row), bottom=c.bottom + (c.bottom > row)) for c in table.cells
    )
    held = {column for c in moved if c.top <= row < c.bottom for column in range(c.left, c.right)}
    new = tuple(
        Block(row, row + 1, column, column + 1, (texts or {}).get(column, ""))
        for column in range(table.columns)
        if column not in held
    )
    return Draft(table.rows + 1, table.columns, moved + new)


def transposed(table: Draft) -> Draft:
    return Draft(
        table.columns, table.rows, tuple(Block(c.left, c.right, c.top, c.bottom, c.text) for c in table.cells)
    )


def without_column(table: Draft, column: int) -> Draft:
    return transposed(without_row(transposed(table), column))


def with_column(table: Draft, column: int, texts: Mapping[int, str] | None = None) -> Draft:
    return transposed(with_row(transposed(table), column, texts))


def rows_of(table: Draft, start: int, stop: int) -> Draft:
    """Return rows `start`..`stop` as a table of their own, cells cut in two keeping their text above."""
    cells = tuple(
        Block(
            max(c.top, start) - start,
            min(c.bottom, stop) - start,
            c.left,
            c.right,
            c.text if c.top >= start else "",
        )
        for c in table.cells
        if c.top < stop and c.bottom > start
    )
    return Draft(stop - start, table.columns, cells)


def stacked(*tables: Draft) -> Draft:
    """Return tables printed as one, on a common grid of 60 columns."""
    cells: list[Block] = []
    top = 0
    for table in tables:
        scale = 60 // table.columns
        cells += [
            Block(c.top + top, c.bottom + top, c.left * scale, c.right * scale, c.text) for c in table.cells
        ]
        top += table.rows
    return Draft(top, 60, tuple(cells))


def expected(seed: str) -> tuple[EditionName, dict[str, str], dict[str, str]]:
    """Return a real report's edition, and by figure key the printed text and the exact value."""
    data = json.loads((DATA / "expected" / f"{seed}.json").read_text("utf-8"))
    figures = data["figures"]
    raws = {key: figure["raw"] for key, figure in figures.items()}
    return data["edition"], raws, {key: figure["value"] for key, figure in figures.items()}


def pipe_tables(text: str) -> list[Draft]:
    """Return the tables of an extract with `|` rows: every line a row of cells, spans unknown."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in re.sub(r"\|\s*$", "", line)[1:].split("|")])
        elif found[-1]:
            found.append([])
    return [_plain(rows) for rows in found if rows]


def _plain(rows: Sequence[Sequence[str]]) -> Draft:
    width = max(len(row) for row in rows)
    cells = tuple(
        Block(r, r + 1, c, c + 1, row[c] if c < len(row) else "")
        for r, row in enumerate(rows)
        for c in range(width)
    )
    return Draft(len(rows), width, cells)


def cell_lines(text: str) -> list[str]:
    """Return the table cells of an extract with one cell a line: a tab, then the text, maybe wrapped."""
    found: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("\t"):
            found.append(line[1:])
            inside = True
        elif not line.strip():
            inside = False
        elif inside and not re.match(r"\s*[一二三四五六]、", line) and len(line) <= 4:
            found[-1] += line
        else:
            inside = False
    return found
