"""What is kept of a recognizer's probabilities: the classes that are likely at each step of a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.read.scan import LineScan


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """The likely classes of one line of `steps` steps, from left to right, in no order of chance.

    `places` are step times the number of classes plus class; `chances` their probabilities.
    """

    steps: int
    places: NDArray[np.int32]
    chances: NDArray[np.float32]


def peaks_of(probabilities: NDArray[np.float32], least: float) -> list[Peaks]:
    """Return the peaks of each line of probabilities (lines x steps x classes): those of `least` and more."""
    lines, steps, classes = probabilities.shape
    flat = probabilities.reshape(-1)
    found = np.flatnonzero(flat >= least)
    starts = np.arange(lines + 1) * (steps * classes)
    cuts = np.searchsorted(found, starts)
    return [
        Peaks(steps, (found[a:b] - start).astype(np.int32), flat[found[a:b]])
        for start, a, b in zip(starts[:-1], cuts[:-1], cuts[1:], strict=True)
    ]


def scan_of(peaks: Peaks, alphabet: Sequence[str]) -> LineScan:
    """Name the classes of a line's peaks, the most probable first at every step."""
    steps: list[list[tuple[str, float]]] = [[] for _ in range(peaks.steps)]
    for place, chance in zip(peaks.places.tolist(), peaks.chances.tolist(), strict=True):
        step, symbol = divmod(place, len(alphabet))
        steps[step].append((alphabet[symbol], chance))
    return LineScan(tuple(tuple(sorted(step, key=lambda item: -item[1])) for step in steps))
