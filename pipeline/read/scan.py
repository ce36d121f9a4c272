"""What stands between this package and any reader: the two seams, and the plain data that crosses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.read.weights import ModelEntry

Pixels: TypeAlias = NDArray[np.uint8]
"""Height x width (grey) or height x width x 3 (RGB)."""

Point: TypeAlias = tuple[float, float]
Quad: TypeAlias = tuple[Point, Point, Point, Point]
"""Corners of a line of text in pixels: top-left, top-right, bottom-right, bottom-left."""

BLANK = ""
"""The CTC symbol for "no character here"."""

Step: TypeAlias = tuple[tuple[str, float], ...]
"""Characters (or BLANK) with their probabilities, most probable first; the improbable are left out."""


@dataclass(frozen=True, slots=True)
class LineScan:
    """What a CTC recognizer saw of one line: its likely characters at each step from left to right."""

    steps: tuple[Step, ...] = ()


class Reader(Protocol):
    """Recognizes lines of text."""

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """Return one scan a crop, in order; each crop holds one line of text, upright, dark on light."""
        ...


class LineFinder(Protocol):
    """Finds lines of text in a picture."""

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """Return the lines' corners in pixels of the picture given, in no order."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """A reader and a line finder that work together.

    `name` is what readings carry as their reader (`ppocr`); `runtime` what the provenance shows of how it
    runs; `models` are those of the manifest, empty for others.
    """

    name: str
    reader: Reader
    finder: LineFinder
    runtime: str = ""
    models: tuple[ModelEntry, ...] = ()
