"""A scan's own text layer beside what is read of its picture."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from pipeline.clean import rotate, turn_upright, unwarp
from pipeline.clean.warp import Warp
from pipeline.model import Box, Cell, CellReading, Glyph, Grid, Picture, Reading, Table
from pipeline.read.witness import READER, moved, with_witness
from pipeline.settings import ReadSettings

SIZE = (300, 420)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [-8.0, 0.0, 0.7, 12.0])
def test_glyphs_move_as_the_picture_does(turn: int, skew: float) -> None:
    pixels = np.full((SIZE[1], SIZE[0]), 255, np.uint8)
    cv2.circle(pixels, (70, 90), 4, (0.0,), -1)
    upright = turn_upright(rotate(Picture(pixels, 72.0), skew), turn)
    rows, columns = np.nonzero(upright.pixels < 128)
    (glyph,) = moved([Glyph("〇", Box(66, 86, 75, 95))], SIZE, skew, turn)
    assert math.dist(glyph.box.center, (columns.mean() + 0.5, rows.mean() + 0.5)) < 1.5


def test_what_the_layer_says_stands_beside_and_never_decides() -> None:
    cells = (Cell(0, 1, 0, 1, 1, Box(0, 0, 50, 20)), Cell(0, 1, 1, 2, 1, Box(50, 0, 100, 20)))
    mine = (CellReading(Reading("17", 0.9, "ppocr")), CellReading(Reading("5", 0.9, "ppocr")))
    glyphs = [Glyph("1", Box(10, 5, 15, 15)), Glyph("1", Box(16, 5, 21, 15))]
    found = with_witness(Table(Grid(1, 2, cells), mine), glyphs, ReadSettings())
    assert [reading.text for reading in found.readings] == [reading.text for reading in mine]
    assert [(r.text, r.reader) for r in found.readings[0].others] == [("11", READER)]
    assert found.readings[1] == mine[1]


@pytest.mark.parametrize("turn", [0, 90])
def test_glyphs_go_where_the_print_goes_when_a_page_is_unbent(turn: int) -> None:
    pixels = np.full((800, 600), 255, dtype=np.uint8)
    pixels[195:206, 395:406] = 0
    page = Picture(pixels, 72.0)
    down = np.array([9.0, -6.0, 0, 4.0, 0, 0, 0, 0])
    right = np.array([-7.0, 5.0, 0, 0, 0, 0, 0, 0])
    warps = [
        Warp(down, right, 600.0, 800.0, (-1, -1, 1, 1)),
        Warp(3 * right, -down, 600.0, 800.0, (-1, -1, 1, 1)),
    ]
    seen = page
    for warp in warps:
        seen = unwarp(seen, warp)
    shown = np.rot90(seen.pixels, -(turn // 90))
    rows, columns = np.nonzero(shown < 128)
    glyph = Glyph("5", Box(395, 195, 406, 206))
    (found,) = moved([glyph], (600.0, 800.0), 0.0, turn, [warp.moves for warp in warps])
    assert abs(columns.mean() + 0.5 - 400.5) + abs(rows.mean() + 0.5 - 200.5) > 3  # it did move
    assert found.box.center == pytest.approx((columns.mean() + 0.5, rows.mean() + 0.5), abs=0.7)
