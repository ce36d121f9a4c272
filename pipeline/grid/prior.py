"""Rules that must be there: a worn table's missing edges, told by the tiling that the rest of it shows.

A tiling known beforehand (a form's table) counts only where what is seen decides for it: as many lines,
hardly an edge seen that it does not have, and most edges that it has.  What it adds is as weak as an edge
can be, so that every cell it touches says that a rule was inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Grid
from pipeline.settings import GridSettings

Cover = NDArray[np.float64]
Edges = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """The inner edges of some rows of a tiling: `across` between rows, `down` between columns (by line)."""

    across: Edges
    down: Edges


def completed(
    across: Cover, down: Cover, tilings: Sequence[Grid], settings: GridSettings
) -> tuple[Cover, Cover]:
    """Return the cover (0..1) of a frame's edges with those added that its tiling must have.

    `across` goes by horizontal line and column, `down` by vertical line and row.  Unchanged where no rule
    is worn, or where no tiling, or more than one, explains what is seen.
    """
    if not _is_worn(across, down, settings):
        return across, down
    rows, columns = len(across) - 1, len(down) - 1
    options = [e for tiling in tilings if tiling.columns == columns for e in _windows(tiling, rows)]
    scored = [(cost, e) for e in options if (cost := _cost(across, down, e, settings)) is not None]
    if not scored:
        return across, down
    best = min(cost for cost, _ in scored)
    near = [e for cost, e in scored if cost <= best + settings.prior_margin]
    # Where several places of the form explain the edges alike, only what all of them have is certain.
    must_across = np.logical_and.reduce([e.across for e in near])
    must_down = np.logical_and.reduce([e.down for e in near])
    return _raised(across, must_across, settings), _raised(down, must_down, settings)


def _is_worn(across: Cover, down: Cover, settings: GridSettings) -> bool:
    """Tell whether rules of a table are worn: seen along a part of an edge only."""
    inner = np.concatenate([across[1:-1].ravel(), down[1:-1].ravel()])
    seen = inner > 1 - settings.whole_cover
    partly = seen & (inner < settings.whole_cover)
    return bool(partly.sum() >= max(1.0, settings.worn_share * seen.sum()))


def _windows(tiling: Grid, rows: int) -> Iterator[_Expected]:
    """Yield the edges of every run of `rows` rows of a tiling, also below its header printed again."""
    owners = tiling.owners()
    for start in range(tiling.rows - rows + 1):
        yield _edges(owners[start : start + rows])
    for head in _headers(owners):
        for start in range(head + 1, tiling.rows - (rows - head) + 1):
            if rows > head:
                yield _edges(np.concatenate([owners[:head], owners[start : start + rows - head]]))


def _headers(owners: NDArray[np.int32]) -> Iterator[int]:
    """Yield after how many rows all columns are parted from what follows for the first time."""
    parted = np.flatnonzero((owners[1:] != owners[:-1]).all(axis=1))
    yield from (int(p) + 1 for p in parted[:1])


def _edges(owners: NDArray[np.int32]) -> _Expected:
    rows, columns = owners.shape
    across = np.zeros((rows + 1, columns), dtype=np.bool_)
    down = np.zeros((columns + 1, rows), dtype=np.bool_)
    across[1:-1] = owners[1:] != owners[:-1]
    down[1:-1] = (owners[:, 1:] != owners[:, :-1]).T
    return _Expected(across, down)


def _cost(across: Cover, down: Cover, expected: _Expected, settings: GridSettings) -> float | None:
    """Return how badly a tiling explains the edges seen; None where it cannot be the table's."""
    seen_a, seen_d = across >= settings.edge_cover, down >= settings.edge_cover
    against = int((seen_a & ~expected.across)[1:-1].sum() + (seen_d & ~expected.down)[1:-1].sum())
    missing = int((expected.across & ~seen_a)[1:-1].sum() + (expected.down & ~seen_d)[1:-1].sum())
    wanted = int(expected.across.sum() + expected.down.sum())
    if against > settings.prior_against * wanted or missing > settings.prior_missing * wanted:
        return None
    return 2.0 * against + missing


def _raised(cover: Cover, must: Edges, settings: GridSettings) -> Cover:
    return np.where(must & (cover < settings.edge_cover), settings.edge_cover, cover)
