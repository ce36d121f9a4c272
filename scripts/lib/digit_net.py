"""Trains the network of `pipeline/read/digits.py`: two hidden layers, by Adam (Kingma and Ba, 2015)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.read.digits import HEIGHT, WIDTH, Floats

Layers = list[Floats]

_HIDDEN = (192, 96)
_BATCH = 256
_RATE = 1e-3
_DECAY = 1e-4
_SMOOTH = 0.02
"""Of a label's weight that all others share, so that the network is never wholly sure."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Views (see `pipeline.read.digits`) and the number of the class that each is of."""

    views: Floats
    classes: NDArray[np.int64]


def train(examples: Examples, rounds: int, seed: int, progress: bool = False) -> Layers:
    """Return weights and biases by turns, trained so many times on examples as many as there are.

    Rare classes are shown more often, and every view is another each time: shifted, turned, worn, dirtied.
    """
    rng = np.random.default_rng(seed)
    layers = _fresh(examples.views.shape[1], int(examples.classes.max()) + 1, rng)
    first, second = ([np.zeros_like(layer) for layer in layers] for _ in range(2))
    steps = rounds * (len(examples.classes) // _BATCH)
    total = 0.0
    for step, (views, classes) in enumerate(_batches(examples, steps, rng), start=1):
        loss, slopes = _slopes(layers, views, classes)
        total += loss
        rate = _RATE * (1 + np.cos(np.pi * step / steps)) / 2
        for i, slope in enumerate(slopes):
            first[i] = 0.9 * first[i] + 0.1 * slope
            second[i] = 0.999 * second[i] + 0.001 * slope**2
            lean = first[i] / (1 - 0.9**step)
            wide = np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8
            decay = _DECAY * layers[i] if layers[i].ndim == 2 else 0.0
            layers[i] = (layers[i] - rate * (lean / wide + decay)).astype(np.float32)
        if progress and step % 500 == 0:
            print(f"step {step} of {steps}: loss {total / 500:.4f}", flush=True)
            total = 0.0
    return layers


def _fresh(inputs: int, classes: int, rng: np.random.Generator) -> Layers:
    sizes = (inputs, *_HIDDEN, classes)
    layers: Layers = []
    for size, following in pairwise(sizes):
        layers.append((rng.standard_normal((size, following)) * np.sqrt(2 / size)).astype(np.float32))
        layers.append(np.zeros(following, np.float32))
    return layers


def _batches(
    examples: Examples, count: int, rng: np.random.Generator
) -> Iterator[tuple[Floats, NDArray[np.int64]]]:
    counts = np.bincount(examples.classes)
    chances = 1 / np.sqrt(counts[examples.classes])
    chances /= chances.sum()
    for _ in range(count):
        chosen = rng.choice(len(chances), _BATCH, p=chances)
        yield np.stack([_changed(view, rng) for view in examples.views[chosen]]), examples.classes[chosen]


def _changed(view: Floats, rng: np.random.Generator) -> Floats:
    """Return a view as another scan might have it."""
    place = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), float(rng.normal(0, 2.0)), 1.0)
    place = place * np.array([[rng.uniform(0.9, 1.1)], [rng.uniform(0.95, 1.05)]])
    middle = place @ (WIDTH / 2, HEIGHT / 2, 1)
    place[:, 2] += (WIDTH / 2, HEIGHT / 2) - middle + rng.normal(0, 0.6, 2)
    picture: Floats = np.asarray(
        cv2.warpAffine(view[:-1].reshape(HEIGHT, WIDTH), place, (WIDTH, HEIGHT)), dtype=np.float32
    )
    picture = _worn(picture, rng)
    if rng.random() < 0.3:
        picture = (picture + rng.normal(0, rng.uniform(0.02, 0.12), picture.shape)).astype(np.float32)
    if rng.random() < 0.2:
        _spotted(picture, rng)
    picture = np.clip(picture, 0, 1)
    picture = picture / max(0.2, float(picture.max()))
    return np.append(picture.ravel(), view[-1] * rng.uniform(0.95, 1.05)).astype(np.float32)


def _worn(picture: Floats, rng: np.random.Generator) -> Floats:
    """Return a picture as it is, or softer, fatter, thinner, or in black and white."""
    kind = rng.integers(0, 6)
    if kind == 0:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.2)), dtype=np.float32)
    if kind == 1:
        return np.asarray(cv2.dilate(picture, np.ones((2, 2), np.uint8)), dtype=np.float32)
    if kind == 2:
        thin = np.ones((2, 1) if rng.random() < 0.5 else (1, 2), np.uint8)
        return np.asarray(cv2.erode(picture, thin), dtype=np.float32)
    return (picture > rng.uniform(0.3, 0.6)).astype(np.float32) if kind == 3 else picture


def _spotted(picture: Floats, rng: np.random.Generator) -> None:
    """Put a speck or a gap into a view."""
    x, y = (int(rng.integers(0, size)) for size in (WIDTH, HEIGHT))
    size = int(rng.integers(1, 4))
    picture[y : y + size, x : x + size] = rng.choice([0.0, 1.0])


def _slopes(layers: Layers, views: Floats, classes: NDArray[np.int64]) -> tuple[float, Layers]:
    """Return the mean cross entropy and its slope by every weight."""
    held = [views]
    for i in range(0, len(layers) - 2, 2):
        held.append(np.maximum(held[-1] @ layers[i] + layers[i + 1], 0))
    scores = held[-1] @ layers[-2] + layers[-1]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    wanted = np.full(chances.shape, _SMOOTH / chances.shape[1], np.float32)
    wanted[np.arange(len(classes)), classes] += 1 - _SMOOTH
    loss = float(-(wanted * np.log(chances + 1e-9)).sum(axis=1).mean())
    back = ((chances - wanted) / len(classes)).astype(np.float32)
    slopes: Layers = []
    for i in range(len(layers) - 2, -1, -2):
        slopes = [held[i // 2].T @ back, back.sum(axis=0), *slopes]
        back = (back @ layers[i].T) * (held[i // 2] > 0)
    return loss, slopes
