"""Small networks of our own that tell digits, as the files that come with the product hold them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pipeline.carried import carried_file
from pipeline.errors import ModelError

CLASSES = "0123456789"
"""What each output but the last one stands for; that is for whatever is no digit."""

NONE = len(CLASSES)
"""The number of the class of what is no digit."""

Floats = NDArray[np.float32]
Network = tuple[tuple[Floats, Floats], ...]
"""The weights and the bias of each layer."""


@cache
def network_sha256(file: str) -> str:
    """Return the sha256 of a network's file."""
    return hashlib.sha256(carried_file(file).read_bytes()).hexdigest()


@cache
def load_network(file: str) -> Network:
    """Return the network that a file holds; ModelError where it cannot be read."""
    path = carried_file(file)
    try:
        with np.load(path, allow_pickle=False) as held:
            return network_of([held[name].astype(np.float32) for name in sorted(held.files)])
    except (OSError, ValueError, BadZipFile) as error:
        raise ModelError(f"{path}: damaged ({error})") from error


def network_of(layers: Sequence[Floats]) -> Network:
    """Return the network of which these are the weights and the biases by turns."""
    return tuple(zip(layers[::2], layers[1::2], strict=True))


def rectified(values: Floats, weights: Floats, bias: Floats) -> Floats:
    """Return what an inner layer makes of values: n x outputs of n x inputs."""
    return np.asarray(np.maximum(values @ weights + bias, 0), dtype=np.float32)


def chances_of(values: Floats, network: Network) -> Floats:
    """Return the probabilities of the classes, n x classes, that fully joined layers make of n x inputs."""
    *inner, (weights, bias) = network
    for each, add in inner:
        values = rectified(values, each, add)
    scores = values @ weights + bias
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True), dtype=np.float32)
