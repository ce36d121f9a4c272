"""Tables of the form as an office prints them, from a mapping of figure texts, and ways to spoil them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.form.edition import FormBlock, FormKind, FormTable, figure_key, load_edition
from pipeline.model import Box, Cell, CellReading, Grid, Reading, Table
from pipeline.report import EditionName

DATA = Path(__file__).parents[1] / "data"
SEEDS = tuple(sorted(path.stem for path in (DATA / "expected").glob("*.json")))
KINDS: tuple[FormKind, ...] = ("proactive", "applications", "disputes")


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

    def table(self) -> Table:
        ordered = sorted(self.cells, key=lambda c: (c.top, c.left))
        cells = tuple(Cell(c.top, c.bottom, c.left, c.right, 1, _box(c)) for c in ordered)
        readings = tuple(CellReading(Reading(c.text, 1.0, "text-layer")) for c in ordered)
        return Table(Grid(self.rows, self.columns, cells), readings)

    def at(self, row: int, column: int) -> Block:
        return next(c for c in self.cells if c.top <= row < c.bottom and c.left <= column < c.right)

    def row_of(self, text: str) -> int:
        return next(c.top for c in self.cells if c.text == text)

    def written(self, row: int, column: int, text: str) -> Draft:
        """Return the draft with another text in the cell that holds that slot."""
        old = self.at(row, column)
        return replace(self, cells=tuple(replace(c, text=text) if c is old else c for c in self.cells))

    def merged(self, row: int, start: int, stop: int, text: str) -> Draft:
        """Return the draft with the cells of a row, from column `start` to `stop`, made one."""
        kept = tuple(c for c in self.cells if not (c.top == row and start <= c.left < stop))
        return replace(self, cells=(*kept, Block(row, row + 1, start, stop, text)))

    def retexted(self, change: Callable[[str], str]) -> Draft:
        return replace(self, cells=tuple(replace(c, text=change(c.text)) for c in self.cells))


def _box(cell: Block) -> Box:
    return Box(cell.left * 10.0, cell.top * 5.0, cell.right * 10.0, cell.bottom * 5.0)


def numbered(edition: EditionName) -> dict[str, str]:
    """Return texts by figure key, every one a different number, so that no wrong place goes unseen."""
    keys = [figure.key for figure in load_edition(edition).figures()]
    return {key: str(1000 + number) for number, key in enumerate(keys)}


def drafts(edition: EditionName, texts: Mapping[str, str]) -> list[Draft]:
    return [draft(edition, kind, texts) for kind in KINDS]


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


def _moved(cell: Block, by: int) -> Block:
    return replace(cell, top=cell.top + by, bottom=cell.bottom + by)


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
    cells = tuple(Block(c.left, c.right, c.top, c.bottom, c.text) for c in table.cells)
    return Draft(table.columns, table.rows, cells)


def without_column(table: Draft, column: int) -> Draft:
    return transposed(without_row(transposed(table), column))


def with_column(table: Draft, column: int) -> Draft:
    return transposed(with_row(transposed(table), column))


def rows_of(table: Draft, start: int, stop: int) -> Draft:
    """Return rows `start`..`stop` as a table of their own; cells cut in two keep their text above."""
    cells = tuple(
        Block(
            top=max(c.top, start) - start,
            bottom=min(c.bottom, stop) - start,
            left=c.left,
            right=c.right,
            text=c.text if c.top >= start else "",
        )
        for c in table.cells
        if c.top < stop and c.bottom > start
    )
    return Draft(stop - start, table.columns, cells)


def stacked(tables: Sequence[Draft]) -> Draft:
    """Return tables printed as one, on a common grid of 60 columns."""
    cells: list[Block] = []
    top = 0
    for table in tables:
        scale = 60 // table.columns
        cells += [_moved(replace(c, left=c.left * scale, right=c.right * scale), top) for c in table.cells]
        top += table.rows
    return Draft(top, 60, tuple(cells))


def expected(seed: str) -> tuple[EditionName, dict[str, str], dict[str, str]]:
    """Return a real report's edition, and by figure key the printed text and the exact value."""
    data = json.loads((DATA / "expected" / f"{seed}.json").read_text("utf-8"))
    figures = data["figures"]
    raws = {key: figure["raw"] for key, figure in figures.items()}
    return data["edition"], raws, {key: figure["value"] for key, figure in figures.items()}
