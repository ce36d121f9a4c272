"""What was said of figures, and whether it was so: what `confidence` is measured and calibrated by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from pipeline.form.calibration import features_of
from pipeline.report import Figure

TEXT_LAYER = "text-layer"


class Said(BaseModel):
    """What was said of a figure: its confidence, the reader's own before, and what spoke for and against."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confidence: float
    read: float
    reader: str | None
    features: tuple[tuple[str, float], ...] = ()


class Observed(BaseModel):
    """Figures of which the same was said: `right` of `of` were exact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Said
    right: int
    of: int


def _said(figure: Figure, read: Figure) -> Said:
    features = tuple((name, round(value, 4)) for name, value in features_of(read).items())
    return Said(confidence=figure.confidence, read=read.confidence, reader=figure.reader, features=features)


def observed(figures: Iterable[tuple[Figure, Figure, bool]]) -> tuple[Observed, ...]:
    """Return figures put together: each as reported, as it was before calibration, and whether it is exact.

    Those that were not found said nothing.
    """
    every: Counter[Said] = Counter()
    right: Counter[Said] = Counter()
    for figure, read, exact in figures:
        if figure.state != "missing":
            said = _said(figure, read)
            every[said] += 1
            right[said] += exact
    return tuple(Observed(said=said, right=right[said], of=count) for said, count in every.items())
