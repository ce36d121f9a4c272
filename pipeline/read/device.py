"""The seam below a reader and a line finder: what prepares, what computes, what is made of the outcome.

A model that is split so can be shared: what prepares and finishes runs on the host beside it, and items of
several documents that have one shape are computed in one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.read.batches import make_batches
from pipeline.read.peaks import Peaks, scan_of
from pipeline.read.scan import LineScan, Pixels, Quad
from pipeline.read.weights import ModelEntry
from pipeline.settings import ReadSettings

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Item_contra = TypeVar("Item_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)


class Model(Protocol[Item_contra, Answer_co]):
    """A model that takes items of one shape in a batch; `infer` is called by one thread at a time."""

    def prepare(self, items: Sequence[Item_contra]) -> NDArray[np.float32]:
        """Return items of one shape as a batch."""
        ...

    def infer(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute a batch, on the device."""
        ...

    def finish(self, output: NDArray[np.float32]) -> Sequence[Answer_co]:
        """Return one answer an item."""
        ...


class LineModel(Model[Pixels, Peaks], Protocol):
    """Recognizes lines: crops that `fit` has made of one height in, peaks out."""

    @property
    def alphabet(self) -> Sequence[str]:
        """What each class stands for."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """A picture as a detector takes it, and what the detector must know of its former shape."""

    pixels: NDArray[np.float32]
    shape: Any


class PageModel(Model[NDArray[np.float32], NDArray[np.float32]], Protocol):
    """Finds lines: pictures from `shrink` in, likelihoods out, of which `outline` makes lines."""

    def shrink(self, pixels: Pixels) -> Shrunk:
        """Return a picture (grey or RGB) as the model takes it."""
        ...

    def outline(self, likely: NDArray[np.float32], shrunk: Shrunk) -> tuple[Quad, ...]:
        """Return the lines in pixels of the picture as it was."""
        ...


@dataclass(frozen=True, slots=True)
class Models:
    """Two models that work together, and what provenance says of them; see `Engine`."""

    name: str
    lines: LineModel
    pages: PageModel
    runtime: str = ""
    entries: tuple[ModelEntry, ...] = ()


class LocalReader:
    """A `Reader` over a model of this process."""

    def __init__(self, model: LineModel, settings: ReadSettings) -> None:
        self._model = model
        self._settings = settings

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """Return one scan a crop; see `Reader`."""
        scans = [LineScan()] * len(crops)
        for batch in make_batches(crops, self._settings):
            for index, peaks in zip(batch.indexes, computed(self._model, batch.crops), strict=True):
                scans[index] = scan_of(peaks, self._model.alphabet)
        return scans


class LocalFinder:
    """A `LineFinder` over a model of this process."""

    def __init__(self, model: PageModel) -> None:
        self._model = model

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """Return the corners of every line found; see `LineFinder`."""
        shrunk = self._model.shrink(pixels)
        (likely,) = computed(self._model, [shrunk.pixels])
        return self._model.outline(likely, shrunk)


def computed(model: Model[Item, Answer], items: Sequence[Item]) -> Sequence[Answer]:
    """Return what a model makes of items of one shape."""
    return model.finish(model.infer(model.prepare(items)))
