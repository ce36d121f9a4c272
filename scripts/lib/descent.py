"""Training of small networks: Adam (Kingma and Ba, 2015) on the cross entropy of their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.read.network import Floats

Classes = NDArray[np.int64]
Layers = list[Floats]
"""Weights and biases by turns."""

Slopes = Callable[[Layers, Floats, Classes], tuple[float, Layers]]
"""Returns the mean loss over a batch, and its slope by every weight."""

_SMOOTH = 0.02
"""Of a label's weight that all others share, so that a network is never wholly sure."""

_TOLD = 500  # steps between words of progress


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Views, and the number of the class that each is of."""

    views: NDArray[Any]
    classes: Classes

    def rarities(self) -> NDArray[np.float64]:
        """Return how likely each is shown: rare classes are shown more often than they come."""
        chances = 1 / np.sqrt(np.bincount(self.classes)[self.classes])
        return np.asarray(chances / chances.sum(), dtype=np.float64)


def joined(parts: Sequence[Examples]) -> Examples:
    """Return all examples as one."""
    views = np.concatenate([part.views for part in parts])
    return Examples(views, np.concatenate([part.classes for part in parts]))


def fresh(shapes: Sequence[tuple[int, int]], rng: np.random.Generator) -> Layers:
    """Return random weights of layers of so many inputs and outputs."""
    layers: Layers = []
    for inputs, outputs in shapes:
        layers.append((rng.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32))
        layers.append(np.zeros(outputs, np.float32))
    return layers


def descend(
    layers: Layers,
    batches: Iterable[tuple[Floats, Classes]],
    steps: int,
    slopes: Slopes,
    rate: float,
    decay: float,
    progress: bool,
) -> Layers:
    """Return the layers after as many steps as there are batches."""
    first, second = ([np.zeros_like(layer) for layer in layers] for _ in range(2))
    total = 0.0
    for step, (views, classes) in enumerate(batches, start=1):
        loss, downhill = slopes(layers, views, classes)
        total += loss
        slower = rate * (1 + np.cos(np.pi * step / steps)) / 2
        for i, slope in enumerate(downhill):
            first[i] = 0.9 * first[i] + 0.1 * slope
            second[i] = 0.999 * second[i] + 0.001 * slope**2
            lean = first[i] / (1 - 0.9**step)
            wide = np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8
            shrunk = decay * layers[i] if layers[i].ndim == 2 else 0.0
            layers[i] = (layers[i] - slower * (lean / wide + shrunk)).astype(np.float32)
        if progress and step % _TOLD == 0:
            print(f"step {step} of {steps}: loss {total / _TOLD:.4f}", flush=True)
            total = 0.0
    return layers


def cross_entropy(chances: Floats, classes: Classes) -> tuple[float, Floats]:
    """Return the mean cross entropy of a batch, and its slope by the scores that the chances are of."""
    wanted = np.full(chances.shape, _SMOOTH / chances.shape[1], np.float32)
    wanted[np.arange(len(classes)), classes] += 1 - _SMOOTH
    loss = float(-(wanted * np.log(chances + 1e-9)).sum(axis=1).mean())
    return loss, ((chances - wanted) / len(classes)).astype(np.float32)


def joined_slopes(layers: Layers, held: Sequence[Floats], back: Floats) -> tuple[Layers, Floats]:
    """Return the slopes of fully joined layers by their weights, and by what went into the first.

    `held` is what went into each, `back` the slope by what the last one made.
    """
    slopes: Layers = []
    for i in range(len(layers) - 2, -1, -2):
        slopes = [held[i // 2].T @ back, back.sum(axis=0), *slopes]
        back = back @ layers[i].T
        if i:
            back = back * (held[i // 2] > 0)
    return slopes, back
