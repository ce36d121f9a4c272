"""Drawing lots: small helpers over a generator, so that the makers of reports read plainly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def happens(rng: np.random.Generator, chance: float) -> bool:
    """Say whether something of that chance (0..1) comes to pass."""
    return bool(rng.random() < chance)


def pick(rng: np.random.Generator, of: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """Return one of `of`, by `weights` where they are given (any sum)."""
    if weights is None:
        return of[int(rng.integers(len(of)))]
    bounds = np.cumsum(weights)
    return of[int(np.searchsorted(bounds, rng.random() * bounds[-1], side="right"))]


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number from `low` up to `high`."""
    return float(rng.uniform(low, high))


def signed(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number whose size is from `low` up to `high`, of either sign."""
    return between(rng, low, high) * (1 if rng.random() < 0.5 else -1)
