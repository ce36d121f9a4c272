"""A scan that brings a text layer of its own, somebody's OCR: a second reading beside ours.

Nobody knows how it was made, so it never decides: it is kept beside what the picture says, and where the
two give different figures, the figure is flagged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Box, CellReading, Glyph, Reading, Table
from pipeline.read.layer import read_layer_cells
from pipeline.settings import ReadSettings

READER = "scan-layer"


Floats: TypeAlias = NDArray[np.float64]
Moves: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Returns how far points (x, y) were moved right and down when a page was unbent."""


def moved(
    glyphs: Sequence[Glyph],
    size: tuple[float, float],
    skew: float,
    turn: int,
    bends: Sequence[Moves] = (),
) -> tuple[Glyph, ...]:
    """Return the glyphs of a page of `size` points as they stand once it is made upright.

    The page was turned clockwise about its middle by `skew` degrees, growing so that no corner is lost,
    then unbent by `bends`, one after the other, then turned by `turn`, a multiple of 90.  Boxes keep their
    size; characters are small against slant and curl.
    """
    angle = math.radians(skew)
    cosine, sine = math.cos(angle), math.sin(angle)
    width = size[0] * abs(cosine) + size[1] * abs(sine)
    height = size[0] * abs(sine) + size[1] * abs(cosine)
    found = []
    for glyph in glyphs:
        x, y = glyph.box.center
        x, y = x - size[0] / 2, y - size[1] / 2
        x, y = cosine * x - sine * y + width / 2, sine * x + cosine * y + height / 2
        for bend in bends:
            right, down = bend(np.array([x]), np.array([y]))
            x, y = x + float(right[0]), y + float(down[0])
        half = glyph.box.width / 2, glyph.box.height / 2
        box = Box(x - half[0], y - half[1], x + half[0], y + half[1])
        found.append(Glyph(glyph.text, _turned(box, turn % 360, width, height)))
    return tuple(found)


def _turned(box: Box, turn: int, width: float, height: float) -> Box:
    if turn == 90:
        return Box(height - box.bottom, box.left, height - box.top, box.right)
    if turn == 180:
        return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
    if turn == 270:
        return Box(box.top, width - box.right, box.bottom, width - box.left)
    return box


def with_witness(table: Table, glyphs: Sequence[Glyph], settings: ReadSettings) -> Table:
    """Return a table with what a text layer says of each cell among its other readings.

    A cell of which the layer says nothing stays as it is: such layers often lack lone digits.
    """
    told = read_layer_cells(glyphs, table.grid)
    readings = (_beside(mine, layer, settings) for mine, layer in zip(table.readings, told, strict=True))
    return replace(table, readings=tuple(readings))


def _beside(mine: CellReading, layer: CellReading, settings: ReadSettings) -> CellReading:
    text = layer.text.text.replace(" ", "")  # such layers space their digits to fit the picture
    if not text:
        return mine
    reading = Reading(text, settings.layer_confidence, READER)
    return replace(mine, others=(*mine.others, reading))
