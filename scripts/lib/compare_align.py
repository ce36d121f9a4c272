"""Which row and column of the tables given stands for which of the true ones, in the giver's favour.

Rows are aligned over the whole document at once: the rows of the true tables in order against the rows of
all tables given in order, one to one, none crossing.  So pieces of a table cut by a page break, pieces
left out between them and tables run together need no rule of their own, and no row counts twice.  Columns
are aligned in the same way for each true table and each table given.  Of all such alignments the one of
the greatest weight is sought (by turns over rows and columns, from the texts of whole rows on): a figure
that stands right weighs 1, a label as much as its text is alike.

The dynamic programme is that of Needleman and Wunsch, "A general method applicable to the search for
similarities in the amino acid sequence of two proteins" (J. Mol. Biol. 48, 1970), without a price on gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from scripts.lib.compare_places import places
from scripts.lib.compare_same import plain, same_figure
from scripts.lib.compare_table import GivenCell, GivenTable
from scripts.lib.truth import TrueCell, TrueFigure, Truth

Pairs: TypeAlias = tuple[tuple[int, int], ...]
Weights: TypeAlias = NDArray[np.float64]

TURNS = 3  # over rows and columns; the weight never falls, and seldom rises after the second
LEAST = 1e-9
LABEL = 0.5  # likeness of two labels below which they say nothing


def align(weights: Weights) -> Pairs:
    """Return the pairs (row, column) of the matrix, both rising, of the greatest sum of weights (≥ 0)."""
    rows, columns = weights.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows):
        taken = best[row, :-1] + weights[row]
        best[row + 1, 1:] = np.maximum.accumulate(np.maximum(taken, best[row, 1:]))
    pairs: list[tuple[int, int]] = []
    row, column = rows, columns
    while row and column:
        here = best[row, column]
        if here == best[row, column - 1]:
            column -= 1
        elif here == best[row - 1, column]:
            row -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return tuple(reversed(pairs))


@dataclass(frozen=True, slots=True)
class _True:
    """A true table: cells that begin in each row, and the figure that stands in a cell."""

    rows: tuple[tuple[TrueCell, ...], ...]
    columns: int
    figures: Mapping[tuple[int, int], tuple[str, TrueFigure]]

    def texts(self) -> list[str]:
        return [plain("".join(cell.text for cell in row)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Given:
    """A table given: the cell that owns each slot."""

    grid: Sequence[Sequence[GivenCell | None]]
    columns: int

    def texts(self) -> list[str]:
        return [
            plain("".join(cell.text for cell in dict.fromkeys(row) if cell and cell.row == index))
            for index, row in enumerate(self.grid)
        ]


def _true(truth: Truth) -> list[_True]:
    every = []
    for table in truth.tables:
        rows: list[list[TrueCell]] = [[] for _ in range(table.rows)]
        for cell in table.cells:
            rows[cell.row].append(cell)
        figures = {(c.row, c.column): (key, truth.figures[key]) for key, c in places(table).items()}
        every.append(_True(tuple(map(tuple, rows)), table.columns, figures))
    return every


Weigh: TypeAlias = Callable[[TrueCell, GivenCell | None], float]


def _weigher(true: _True) -> Weigh:
    """Return what weighs a true cell against the cell that stands in its place, remembering labels."""
    known: dict[tuple[str, str], float] = {}

    def weigh(cell: TrueCell, given: GivenCell | None) -> float:
        if given is None:
            return 0.0
        figure = true.figures.get((cell.row, cell.column))
        if figure is not None:
            return float(same_figure(figure[1], given.text))
        pair = cell.text, given.text
        if pair not in known:
            likeness = fuzz.ratio(plain(cell.text), plain(given.text)) / 100 if cell.text.strip() else 0.0
            known[pair] = likeness if likeness >= LABEL else 0.0
        return known[pair]

    return weigh


def _slots(cell: TrueCell) -> range:
    return range(cell.column, cell.column + cell.column_span)


def _column_weights(true: _True, given: _Given, rows: Pairs, weigh: Weigh) -> Weights:
    weights = np.zeros((true.columns, given.columns))
    for mine, theirs in rows:
        for cell in true.rows[mine]:
            for column, other in enumerate(given.grid[theirs]):
                weights[_slots(cell), column] += weigh(cell, other) / cell.column_span
    return weights


def _row_weights(true: _True, given: _Given, columns: Pairs, weigh: Weigh) -> Weights:
    """Return how well each true row fits each given one, a wide cell by the best of its columns."""
    at = dict(columns)
    weights = np.zeros((len(true.rows), len(given.grid)))
    for mine, row in enumerate(true.rows):
        for cell in row:
            mapped = [at[column] for column in _slots(cell) if column in at]
            for theirs, held in enumerate(given.grid):
                weights[mine, theirs] += max((weigh(cell, held[column]) for column in mapped), default=0.0)
    return weights


def _fit(true: _True, given: _Given) -> tuple[Weights, Pairs]:
    """Return the weights of all pairs of rows of two tables, under the columns that fit best."""
    weigh = _weigher(true)
    start = cdist(true.texts(), given.texts(), scorer=fuzz.ratio) / 100
    rows = align(np.asarray(start, dtype=np.float64))
    best: tuple[float, Weights, Pairs] = (-1.0, np.zeros_like(start, dtype=np.float64), ())
    for _ in range(TURNS):
        columns = align(_column_weights(true, given, rows, weigh))
        weights = _row_weights(true, given, columns, weigh)
        rows = align(weights)
        total = float(sum(weights[pair] for pair in rows))
        if total <= best[0] + LEAST:
            break
        best = total, weights, columns
    return best[1], best[2]


@dataclass(frozen=True, slots=True)
class Alignment:
    """`right`: keys of the figures that stand in their own cells; `pieces`: for each true table the tables
    given (by index) that some of its rows were found in, with how many."""

    right: frozenset[str]
    pieces: tuple[Mapping[int, int], ...]


def _located(firsts: Sequence[int], index: int) -> tuple[int, int]:
    """Return the table that the row `index` of all tables belongs to, and which of its rows it is."""
    table = int(np.searchsorted(firsts, index, side="right")) - 1
    return table, index - firsts[table]


def _firsts(sizes: Sequence[int]) -> list[int]:
    return [0, *np.cumsum(sizes).tolist()[:-1]]


def _shown(
    row: tuple[TrueCell, ...], held: Sequence[GivenCell | None], at: Mapping[int, int], true: _True
) -> Iterator[tuple[str, GivenCell]]:
    """Return the row's figures that stand in the row `held`, columns mapped by `at`: key and cell."""
    for cell in row:
        figure = true.figures.get((cell.row, cell.column))
        if figure is None:
            continue
        there = (held[at[column]] for column in _slots(cell) if column in at)
        found = next((given for given in there if given and same_figure(figure[1], given.text)), None)
        if found is not None:
            yield figure[0], found


def aligned(truth: Truth, tables: Sequence[GivenTable]) -> Alignment:
    """Return which figures of `truth` stand right in `tables`, given in reading order."""
    true = _true(truth)
    given = [_Given(table.grid(), table.columns) for table in tables]
    if not true or not given:
        return Alignment(frozenset(), tuple({} for _ in true))
    fits = [[_fit(one, other) for other in given] for one in true]
    pairs = align(np.block([[weights for weights, _ in row] for row in fits]))
    mine_first = _firsts([len(one.rows) for one in true])
    theirs_first = _firsts([len(other.grid) for other in given])
    right: dict[tuple[int, GivenCell], str] = {}  # a cell holds one figure
    pieces: list[dict[int, int]] = [{} for _ in true]
    for mine, theirs in pairs:
        (table, row), (piece, line) = _located(mine_first, mine), _located(theirs_first, theirs)
        at = dict(fits[table][piece][1])
        for key, cell in _shown(true[table].rows[row], given[piece].grid[line], at, true[table]):
            right.setdefault((piece, cell), key)
        pieces[table][piece] = pieces[table].get(piece, 0) + 1
    return Alignment(frozenset(right.values()), tuple(pieces))
