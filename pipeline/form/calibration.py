"""From what a reader says of its own reading to the probability that it is what is printed.

A logistic regression on few, one-sided features (Platt, Advances in Large Margin Classifiers, 1999, with
more evidence than the score alone): a surer reader never lowers the confidence, and no doubt raises it.  The
weights are fitted by `scripts/calibrate` on cases whose truth is known; `models/calibration.json` holds them
and what they were fitted on.
"""

from __future__ import annotations

import hashlib
from functools import cache
from math import exp, log
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.carried import carried_file
from pipeline.errors import ModelError
from pipeline.report import Figure, State

FILE = "calibration.json"
SCHEMA: Literal["biaoge.calibration/1"] = "biaoge.calibration/1"
CERTAIN = "certain"  # the weight of every figure
ODDS = "odds"  # log odds of the reader's own probability, up to `KNEE`
HIGH_ODDS = "high_odds"  # what it has beyond that, where it tells less
LENGTH = "length"  # log of the printed text's characters
AGAINST = "against"  # another reading of the cell says something else
STATES: tuple[State, ...] = ("text", "blank", "dash", "none_word")
FLAGS = ("suspect", "repaired_line", "seal_over", "readers_disagree", "unread")
DOUBTS = (LENGTH, AGAINST, *STATES, *FLAGS)
NAMES = (CERTAIN, ODDS, HIGH_ODDS, *DOUBTS)
"""Of their weights those of the odds are never negative and those of doubts never positive."""

SURE = 0.9999
"""What is read from a picture is never surer than this, before or after."""

KNEE = log(0.99 / 0.01)

_LEAST = 1e-4


class Band(BaseModel):
    """Figures of a range of confidence: how many, how many right, and their mean confidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float
    high: float
    figures: int
    right: int
    confidence: float


class Calibration(BaseModel):
    """The weights for readings of `reader`, what they were fitted on, and what they give there."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Annotated[Literal["biaoge.calibration/1"], Field(alias="schema")] = SCHEMA
    reader: str
    method: str
    fitted: str
    data: dict[str, int | float | str]
    weights: dict[str, float]
    before: tuple[Band, ...]
    after: tuple[Band, ...]

    def probability(self, features: dict[str, float]) -> float:
        """Return how probable it is that a figure with these features is what is printed."""
        total = sum(self.weights[name] * value for name, value in features.items())
        return 1 / (1 + exp(-total))


def features_of(figure: Figure) -> dict[str, float]:
    """Return what speaks for and against a figure whose confidence is the reader's own, zeros left out.

    Words in a figure's place mostly mean that the place is wrong, of which a sure reader knows nothing.
    """
    sure = min(max(figure.confidence, _LEAST), SURE)
    odds = 0.0 if figure.state == "text" else log(sure / (1 - sure))
    features = {
        CERTAIN: 1.0,
        ODDS: min(odds, KNEE),
        HIGH_ODDS: max(0.0, odds - KNEE),
        LENGTH: log(max(1, len(figure.raw or ""))),
        AGAINST: float(any(reading.raw != figure.raw for reading in figure.readings)),
        figure.state: 1.0,
        **dict.fromkeys(figure.flags, 1.0),
    }
    return {name: value for name, value in features.items() if name in NAMES and value}


def calibrated(figure: Figure, calibration: Calibration) -> Figure:
    """Return the figure with its confidence put right, 4 decimals; others' readings are left alone."""
    if figure.reader != calibration.reader or figure.state == "missing":
        return figure
    confidence = min(calibration.probability(features_of(figure)), SURE)
    return figure.model_copy(update={"confidence": round(confidence, 4)})


@cache
def calibration_sha256() -> str:
    """Return the sha256 of that file."""
    return hashlib.sha256(carried_file(FILE).read_bytes()).hexdigest()


@cache
def load_calibration() -> Calibration:
    """Return the calibration that comes with the product; ModelError where it is missing or damaged."""
    path = carried_file(FILE)
    try:
        found = Calibration.model_validate_json(path.read_bytes())
    except ValidationError as fault:
        raise ModelError(f"{path}: damaged ({fault.error_count()} faults)") from fault
    if not set(NAMES) <= found.weights.keys():
        raise ModelError(f"{path}: weights are missing")
    return found
