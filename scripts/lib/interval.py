"""95 % intervals of shares whose parts come in clusters (figures in documents).

One method for all of them: the score interval of Wilson (J. Am. Stat. Assoc. 22, 1927, 209) at the effective
sample size of Korn and Graubard (Survey Methodology 24, 1998, 193).  Figures of one document are right or
wrong together, so that a thousand of them tell less than a figure each of a thousand documents; the design
effect says by how much.  A bootstrap over documents says the same in the middle of the scale, but gives an
interval of no width where nothing was wrong, which is where these shares lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

from pydantic import BaseModel, ConfigDict

LEVEL = 0.95
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


class Interval(BaseModel):
    """A share (0..1) of `of`, with the 95 % interval around it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float
    low: float
    high: float
    of: int


def wilson(share: float, size: float) -> tuple[float, float]:
    """Return the score interval of a share seen in `size` independent trials; ValueError for none."""
    if size <= 0:
        raise ValueError("no trials")
    middle = (share + _Z**2 / (2 * size)) / (1 + _Z**2 / size)
    half = _Z / (1 + _Z**2 / size) * sqrt(share * (1 - share) / size + _Z**2 / (4 * size**2))
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    return low, 1.0 if share >= 1 else min(1.0, middle + half)


def design_effect(clusters: Sequence[tuple[int, int]]) -> float:
    """Return by how much the variance of a share is larger for its `clusters` (hits, of how many).

    At least 1; also 1 where nothing varies or there is one cluster alone, and so nothing to tell it by.
    """
    whole = sum(size for _, size in clusters)
    share = sum(hits for hits, _ in clusters) / whole
    simple = share * (1 - share) / whole
    if len(clusters) < 2 or simple <= 0:
        return 1.0
    rest = sum((hits - share * size) ** 2 for hits, size in clusters)
    return max(1.0, len(clusters) / (len(clusters) - 1) * rest / whole**2 / simple)


def interval(clusters: Sequence[tuple[int, int]]) -> Interval | None:
    """Return the share of all `clusters` (hits, of how many) with its interval, None where all are empty."""
    full = [(hits, size) for hits, size in clusters if size]
    if not full:
        return None
    whole = sum(size for _, size in full)
    share = min(1.0, sum(hits for hits, _ in full) / whole)
    low, high = wilson(share, whole / design_effect(full))
    return Interval(share=share, low=low, high=high, of=whole)
