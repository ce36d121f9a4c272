"""Is `confidence` the share of figures that are right? The reliability table, and what it comes to.

Expected calibration error: the mean over figures of how far their bin's mean confidence is from its share of
right ones (Naeini, Cooper, Hauskrecht, AAAI 2015), over bins that grow finer towards 1, where most are.
A text layer's figures, said to be certain, are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from scripts.lib.observed import TEXT_LAYER, Observed

EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1.0)
"""Bounds of the bins of confidence, each with its lower bound and without its upper one, but the last."""


class Bin(BaseModel):
    """The figures of a range of confidence: how many, how many right, and the mean of what was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float
    high: float
    figures: int
    right: int
    said: float

    @property
    def share(self) -> float:
        return self.right / self.figures


class Reliability(BaseModel):
    """The bins that hold figures, the expected calibration error, and Brier's score (mean squared error)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bins: tuple[Bin, ...]
    error: float
    brier: float


def _index(confidence: float) -> int:
    return next((i for i, edge in enumerate(EDGES[1:-1]) if confidence < edge), len(EDGES) - 2)


def _bin(index: int, held: Sequence[Observed]) -> Bin:
    figures = sum(one.of for one in held)
    low, high = list(pairwise(EDGES))[index]
    return Bin(
        low=low,
        high=high,
        figures=figures,
        right=sum(one.right for one in held),
        said=sum(one.said.confidence * one.of for one in held) / figures,
    )


def reliability(every: Iterable[Observed]) -> Reliability | None:
    """Return how confidences compare with what came of them; None where no figure was read from a picture."""
    by_bin: defaultdict[int, list[Observed]] = defaultdict(list)
    for one in every:
        if one.said.reader != TEXT_LAYER:
            by_bin[_index(one.said.confidence)].append(one)
    if not by_bin:
        return None
    bins = tuple(_bin(index, by_bin[index]) for index in sorted(by_bin))
    figures = sum(part.figures for part in bins)
    squares = (
        one.right * (1 - one.said.confidence) ** 2 + (one.of - one.right) * one.said.confidence**2
        for held in by_bin.values()
        for one in held
    )
    return Reliability(
        bins=bins,
        error=sum(part.figures * abs(part.said - part.share) for part in bins) / figures,
        brier=sum(squares) / figures,
    )
