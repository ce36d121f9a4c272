"""What was said of figures, and whether it was so: what `confidence` is measured and calibrated by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from pipeline.report import Figure, State

TEXT_LAYER = "text-layer"


class Said(BaseModel):
    """What was said of a figure: `length` is its printed text's, `against` that another reading differs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confidence: float
    state: State
    reader: str | None
    length: int
    against: bool
    flags: tuple[str, ...] = ()


class Observed(BaseModel):
    """Figures of which the same was said: `right` of `of` were exact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Said
    right: int
    of: int


def said_of(figure: Figure) -> Said:
    """Return what was said of `figure`."""
    return Said(
        confidence=figure.confidence,
        state=figure.state,
        reader=figure.reader,
        length=len(figure.raw or ""),
        against=any(reading.raw != figure.raw for reading in figure.readings),
        flags=figure.flags,
    )


def observed(figures: Iterable[tuple[Figure, bool]]) -> tuple[Observed, ...]:
    """Return figures, each with whether it is exact, put together; those not found said nothing."""
    every: Counter[Said] = Counter()
    right: Counter[Said] = Counter()
    for figure, exact in figures:
        if figure.state != "missing":
            said = said_of(figure)
            every[said] += 1
            right[said] += exact
    return tuple(Observed(said=said, right=right[said], of=count) for said, count in every.items())
