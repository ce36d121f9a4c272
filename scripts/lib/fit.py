"""Fits the weights of `pipeline.form.calibration` to what became of figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.form.calibration import AGAINST, CERTAIN, FLAGS, HIGH_ODDS, NAMES, ODDS
from scripts.lib.observed import Observed

PULL = 0.5  # strength of the prior: how much weights are drawn to it
PRIOR = {ODDS: 1.0, HIGH_ODDS: 1.0, **dict.fromkeys((AGAINST, *FLAGS), -1.0)}
"""What weights are drawn to, others to 0: the reader's word as it is, doubts that count."""
SWEEPS = 2_000
STILL = 1e-7  # the largest change of a weight in a sweep that ends the search

Vector = NDArray[np.float64]


def _bounds() -> tuple[Vector, Vector]:
    low = np.full(len(NAMES), -np.inf)
    high = np.zeros(len(NAMES))
    odds = [NAMES.index(ODDS), NAMES.index(HIGH_ODDS)]
    low[odds] = 0.0
    high[[NAMES.index(CERTAIN), *odds]] = np.inf
    return low, high


def _matrix(every: Sequence[Observed]) -> tuple[NDArray[np.float64], Vector, Vector]:
    """Return features, counts and counts of right figures, a row for figures alike."""
    rows = np.zeros((len(every), len(NAMES)))
    for row, one in zip(rows, every, strict=True):
        for name, value in one.said.features:
            row[NAMES.index(name)] = value
    of = np.asarray([one.of for one in every], np.float64)
    return rows, of, np.asarray([one.right for one in every], np.float64)


def fit(every: Sequence[Observed]) -> dict[str, float]:
    """Return the weights that make what became of the figures most likely, under a prior of strength `PULL`.

    Coordinate by coordinate, a Newton step each, kept within its bounds: the loss is convex, so this ends at
    its only minimum.  ValueError where there is nothing to learn from: no figures, or none that is wrong.
    """
    rows, of, right = _matrix(every)
    if not of.sum() or right.sum() == of.sum():
        raise ValueError("no wrong figure to learn from")
    low, high = _bounds()
    prior = np.asarray([PRIOR.get(name, 0.0) for name in NAMES])
    pull = np.asarray([0.0 if name == CERTAIN else PULL for name in NAMES])
    weights = prior.copy()
    total = rows @ weights
    for _ in range(SWEEPS):
        largest = 0.0
        for column in range(len(NAMES)):
            chance = 1 / (1 + np.exp(-total))
            slope = rows[:, column] @ (of * chance - right) + pull[column] * (weights[column] - prior[column])
            bend = rows[:, column] ** 2 @ (of * chance * (1 - chance)) + pull[column]
            moved = float(np.clip(weights[column] - slope / max(bend, 1e-9), low[column], high[column]))
            total += rows[:, column] * (moved - weights[column])
            largest = max(largest, abs(moved - weights[column]))
            weights[column] = moved
        if largest < STILL:
            break
    return {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)}
