"""Trains the network of `pipeline/read/covered.py`: two layers of windows, two fully joined."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.read.covered import CONVOLUTIONS, SIDE, windows
from pipeline.read.network import CLASSES, Floats, chances_of, network_of, rectified
from scripts.lib.descent import Classes, Examples, Layers, cross_entropy, descend, fresh, joined_slopes

_CHANNELS = (16, 32)
_HIDDEN = 96
_BATCH = 128
_RATE = 1.5e-3
_DECAY = 1e-3
_FLAT = 2 * len(CONVOLUTIONS)  # the first of the fully joined layers


def train(examples: Examples, rounds: int, seed: int, progress: bool = False) -> Layers:
    """Return weights and biases by turns, trained so many times on examples as many as there are.

    Views are bytes, n x SIDE x SIDE.  Rare classes are shown more often; every time a view is shifted, faded
    and made noisy anew.
    """
    rng = np.random.default_rng(seed)
    steps = rounds * (len(examples.classes) // _BATCH)
    return descend(_fresh(rng), _batches(examples, steps, rng), steps, slopes, _RATE, _DECAY, progress)


def _fresh(rng: np.random.Generator) -> Layers:
    shapes, inputs, left = [], 1, SIDE
    for (side, step), outputs in zip(CONVOLUTIONS, _CHANNELS, strict=True):
        shapes.append((side * side * inputs, outputs))
        inputs, left = outputs, left // step
    return fresh([*shapes, (left * left * inputs, _HIDDEN), (_HIDDEN, len(CLASSES) + 1)], rng)


def _batches(examples: Examples, count: int, rng: np.random.Generator) -> Iterator[tuple[Floats, Classes]]:
    reached = np.cumsum(examples.rarities())
    for _ in range(count):
        chosen = np.minimum(np.searchsorted(reached, rng.random(_BATCH)), len(reached) - 1)
        views = examples.views[chosen].astype(np.float32) / 255
        views = np.roll(views, tuple(int(step) for step in rng.integers(-1, 2, 2)), (1, 2))
        views = views * rng.uniform(0.6, 1, (_BATCH, 1, 1)) + rng.normal(0, 0.03, views.shape)
        yield np.clip(views, 0, 1).astype(np.float32), examples.classes[chosen]


def slopes(layers: Layers, views: Floats, classes: Classes) -> tuple[float, Layers]:
    """Return the mean loss over a batch of views, and its slope by every weight."""
    network = network_of(layers)
    held, seen = [views[..., np.newaxis]], []
    for (side, step), (weights, bias) in zip(CONVOLUTIONS, network, strict=False):
        seen.append(windows(held[-1], side, step))
        held.append(rectified(seen[-1], weights, bias))
    flat = held[-1].reshape(len(views), -1)
    inner = rectified(flat, *network[-2])
    loss, back = cross_entropy(chances_of(inner, network[-1:]), classes)
    found, back = joined_slopes(layers[_FLAT:], [flat, inner], back)
    back = back.reshape(held[-1].shape)
    for i in reversed(range(len(CONVOLUTIONS))):
        back = back * (held[i + 1] > 0)
        rows, made = (v.reshape(-1, v.shape[-1]) for v in (seen[i], back))
        found = [rows.T @ made, made.sum(axis=0), *found]
        if i:
            back = _unseen(back @ layers[2 * i].T, held[i].shape, *CONVOLUTIONS[i])
    return loss, found


def _unseen(slopes: Floats, shape: tuple[int, ...], side: int, step: int) -> Floats:
    """Return the slope by each value of what windows were taken of: the sum over all that see it."""
    edge = side // 2
    count, down, across, channels = shape
    wide = np.zeros((count, down + 2 * edge, across + 2 * edge, channels), np.float32)
    for number, part in enumerate(np.split(slopes, side * side, axis=-1)):
        i, j = divmod(number, side)
        wide[:, i : i + down : step, j : j + across : step] += part
    return wide[:, edge:-edge, edge:-edge]
