"""Cells that a fax made black are known by their outlines; print, pictures' borders and the lid are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.detect import find_bands, without_bands
from pipeline.model import Box, Picture
from pipeline.settings import DetectSettings
from tests.detect.test_picture import COLUMNS, ROWS, lettered, ruled, rules_in, tables

SETTINGS, DPI = DetectSettings(), 200
HEADER = Box(COLUMNS[0], ROWS[0], COLUMNS[-1], ROWS[1])


def darkened(pixels: NDArray[np.uint8], box: Box, share: float) -> NDArray[np.uint8]:
    """Return the page with a box where so much of the paper is black, in grains as a fax has them."""
    left, top, right, bottom = (round(v * DPI / 72) for v in (box.left, box.top, box.right, box.bottom))
    grains = np.random.default_rng(3).random(((bottom - top) // 2 + 1, (right - left) // 3 + 1)) < share
    grain = np.repeat(np.repeat(grains, 2, axis=0), 3, axis=1)[: bottom - top, : right - left]
    dark = pixels.copy()
    dark[top:bottom, left:right][grain] = 0
    return dark


def black_headed(share: float) -> Picture:
    return Picture(darkened(lettered(ruled(DPI, 0.7), DPI), HEADER, share), DPI)


@pytest.mark.parametrize("share", [1.0, 0.97, 0.6])
def test_a_black_row_is_found_where_it_is(share: float) -> None:
    (band,) = find_bands(black_headed(share), SETTINGS)
    sides = [(band.left, HEADER.left), (band.top, HEADER.top), (band.right, HEADER.right)]
    assert all(abs(found - drawn) <= 1.5 for found, drawn in [*sides, (band.bottom, HEADER.bottom)])


@pytest.mark.parametrize("share", [1.0, 0.97, 0.6])
def test_a_black_row_is_one_cell_above_the_rows_that_it_hides_the_columns_of(share: float) -> None:
    picture = black_headed(share)
    bare = without_bands(picture, find_bands(picture, SETTINGS), SETTINGS)
    assert tables(rules_in(bare)) == [(4, 4, 13)]


def test_two_black_rows_stay_two() -> None:
    lower = Box(COLUMNS[0], ROWS[2], COLUMNS[-1], ROWS[3])
    picture = Picture(darkened(black_headed(1.0).pixels, lower, 1.0), DPI)
    bands = find_bands(picture, SETTINGS)
    assert len(bands) == 2
    assert tables(rules_in(without_bands(picture, bands, SETTINGS))) == [(4, 4, 10)]


def test_printed_tables_have_none() -> None:
    assert find_bands(Picture(lettered(ruled(DPI, 2.0), DPI), DPI), SETTINGS) == ()


def test_a_pale_tint_is_none() -> None:
    assert find_bands(black_headed(0.25), SETTINGS) == ()


def test_the_lid_of_the_scanner_is_none() -> None:
    pixels = lettered(ruled(DPI, 0.7), DPI)
    pixels[:60] = 0
    pixels[:, :40] = 0
    assert find_bands(Picture(pixels, DPI), SETTINGS) == ()
