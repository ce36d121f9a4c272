"""Small models that compute something definite: how dark each stretch of a line, or a page, is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.read.device import Models, Shrunk
from pipeline.read.peaks import Peaks, peaks_of
from pipeline.read.scan import BLANK, Pixels, Quad

STEP = 8  # pixels of a line that are one step
Tensor = NDArray[np.float32]


def _nothing(batch: Tensor) -> None:
    """Do nothing before computing a batch."""


class Lines:
    """Gives every step the digit that says how dark it is; `before` is called with every batch."""

    alphabet: Sequence[str] = (BLANK, *"0123456789")

    def __init__(self, before: Callable[[Tensor], None] = _nothing) -> None:
        self._before = before

    def prepare(self, items: Sequence[Pixels]) -> Tensor:
        return np.stack([item.transpose(2, 0, 1) for item in items]).astype(np.float32)

    def infer(self, batch: Tensor) -> Tensor:
        self._before(batch)
        count, _, _, width = batch.shape
        dark = (255 - batch).reshape(count, -1, width // STEP, STEP).mean((1, 3)) / 256 * 10
        chances = np.exp(-np.abs(dark[:, :, None] - np.arange(11, dtype=np.float32)[None, None, :]))
        return np.asarray(chances / chances.sum(2, keepdims=True), np.float32)

    def finish(self, output: Tensor) -> list[Peaks]:
        return peaks_of(output, 1e-3)


class Pages:
    """Finds one line: the box around all that is dark."""

    def __init__(self, before: Callable[[Tensor], None] = _nothing) -> None:
        self._before = before

    def shrink(self, pixels: Pixels) -> Shrunk:
        grey = pixels if pixels.ndim == 2 else pixels.mean(2)
        return Shrunk(np.asarray(grey, np.float32)[None], pixels.shape)

    def prepare(self, items: Sequence[Tensor]) -> Tensor:
        return np.stack(items)

    def infer(self, batch: Tensor) -> Tensor:
        self._before(batch)
        return np.asarray(batch < 128, np.float32)

    def finish(self, output: Tensor) -> list[Tensor]:
        return list(output)

    def outline(self, likely: Tensor, shrunk: Shrunk) -> tuple[Quad, ...]:
        ys, xs = np.nonzero(likely[0])
        if not xs.size:
            return ()
        left, right, top, bottom = (float(v) for v in (xs.min(), xs.max(), ys.min(), ys.max()))
        return (((left, top), (right, top), (right, bottom), (left, bottom)),)


def make_models(before: Callable[[Tensor], None] = _nothing) -> Models:
    return Models("darkness", Lines(before), Pages(before), "numpy")


def crops(count: int, seed: int, width: int = 40) -> list[Pixels]:
    """Return lines of one width, no two alike."""
    chance = np.random.default_rng(seed)
    return list(chance.integers(0, 256, (count, 48, width), dtype=np.uint8))
