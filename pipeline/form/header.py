"""The header of a block of the form as printed: its cells, row by row, and a row's words spread over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.form.edition import FormBlock
from pipeline.form.labels import similarity

LONGEST_RUN = 6  # pieces that one header cell may be torn into


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A header cell: columns `start`..`stop`, how many rows it spans, the form's words."""

    start: int
    stop: int
    rows: int
    text: str


def header_levels(block: FormBlock, labels: int = 0, width: int = 0) -> tuple[tuple[HeaderCell, ...], ...]:
    """Return the cells of each header row of `block`, from the top, in the row where they begin.

    `labels` columns stand before the figures; the last column reaches to `width`.
    """
    width = max(width, labels + len(block.columns))
    depth = max(len(column.path) for column in block.columns)
    title = ((HeaderCell(0, width, 1, block.title),),) if block.title else ()
    corner = (HeaderCell(0, labels, depth, "".join(block.corner)),) if labels else ()
    levels = [_level(block, level, depth, labels, width) for level in range(depth)]
    return (*title, (*corner, *levels[0]), *levels[1:])


def _level(block: FormBlock, level: int, depth: int, labels: int, width: int) -> tuple[HeaderCell, ...]:
    columns = [(k, column.path) for k, column in enumerate(block.columns) if len(column.path) > level]
    cells = []
    for path, held in groupby(columns, key=lambda each: each[1][: level + 1]):
        places = [k for k, _ in held]
        leaf = any(len(block.columns[k].path) == level + 1 for k in places)
        stop = width if places[-1] + 1 == len(block.columns) else labels + places[-1] + 1
        cells.append(HeaderCell(labels + places[0], stop, depth - level if leaf else 1, path[-1]))
    return tuple(cells)


def spread(row: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a row, one text for each of the `wanted` labels, in order.

    As they stand where there are as many cells; else parted at spaces and put together so that they are
    most like the labels (dynamic programming), whatever is left over going where it does least harm.
    """
    cells = [text for text in row if text]
    if len(cells) == len(wanted):
        return tuple(cells)
    if len(wanted) == 1:
        return ("".join(cells),)
    pieces = [piece for text in cells for piece in text.split()]
    pieces = [p for k, p in enumerate(pieces) if not k or p != pieces[k - 1]]
    return _spread(pieces, wanted)


def _spread(pieces: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    lost = float("-inf")
    best = [[lost] * (len(pieces) + 1) for _ in range(len(wanted) + 1)]
    came = [[0] * (len(pieces) + 1) for _ in range(len(wanted) + 1)]
    best[0][0] = 0.0
    for k, label in enumerate(wanted, start=1):
        for stop in range(len(pieces) + 1):
            for start in range(max(0, stop - LONGEST_RUN), stop + 1):
                score = best[k - 1][start] + similarity("".join(pieces[start:stop]), label)
                if score > best[k][stop]:
                    best[k][stop], came[k][stop] = score, start
    if best[-1][-1] == lost:  # far too many pieces: all of them in the first cell, none in the others
        return ("".join(pieces), *("" for _ in wanted[1:]))
    texts: list[str] = []
    stop = len(pieces)
    for k in range(len(wanted), 0, -1):
        start = came[k][stop]
        texts.append("".join(pieces[start:stop]))
        stop = start
    return tuple(reversed(texts))
