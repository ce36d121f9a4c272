"""Trains the network of `pipeline/read/digits.py`: two hidden layers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np

from pipeline.read.digits import HEIGHT, WIDTH
from pipeline.read.network import Floats, chances_of, network_of, rectified
from scripts.lib.descent import Classes, Examples, Layers, cross_entropy, descend, fresh, joined_slopes

_HIDDEN = (192, 96)
_BATCH = 256
_RATE = 1e-3
_DECAY = 1e-4


def train(examples: Examples, rounds: int, seed: int, progress: bool = False) -> Layers:
    """Return weights and biases by turns, trained so many times on examples as many as there are.

    Rare classes are shown more often, and every view is another each time: shifted, turned, worn, dirtied.
    """
    rng = np.random.default_rng(seed)
    sizes = (examples.views.shape[1], *_HIDDEN, int(examples.classes.max()) + 1)
    steps = rounds * (len(examples.classes) // _BATCH)
    batches = _batches(examples, steps, rng)
    return descend(fresh(list(pairwise(sizes)), rng), batches, steps, slopes, _RATE, _DECAY, progress)


def _batches(examples: Examples, count: int, rng: np.random.Generator) -> Iterator[tuple[Floats, Classes]]:
    chances = examples.rarities()
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


def slopes(layers: Layers, views: Floats, classes: Classes) -> tuple[float, Layers]:
    """Return the mean loss over a batch of views, and its slope by every weight."""
    network = network_of(layers)
    held = [views]
    for weights, bias in network[:-1]:
        held.append(rectified(held[-1], weights, bias))
    loss, back = cross_entropy(chances_of(held[-1], network[-1:]), classes)
    return loss, joined_slopes(layers, held, back)[0]
