"""Dashed and dotted rules are rules from end to end; print and specks that stand in a row are none."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.detect import find_ink
from pipeline.model import Picture
from pipeline.settings import DetectSettings
from tests.detect.test_picture import rules_in
from tests.detect.test_picture import tables as tables_of

SETTINGS = DetectSettings()
ROWS, COLUMNS = (100.0, 118.0, 136.0, 170.0, 188.0), (70.0, 160.0, 260.0, 330.0, 520.0)


def blank(dpi: float) -> NDArray[np.uint8]:
    scale = dpi / 72
    return np.full((round(300 * scale), round(595 * scale)), 255, dtype=np.uint8)


def stroke(pixels: NDArray[np.uint8], box: tuple[float, float, float, float], dpi: float) -> None:
    """Print a bar: left, top, right, bottom in points."""
    left, top, right, bottom = (round(v * dpi / 72) for v in box)
    pixels[top : max(bottom, top + 1), left : max(right, left + 1)] = 50


def dashed(dpi: float, dash: float, gap: float, weight: float) -> NDArray[np.uint8]:
    """Return a page with a table, whose dashes begin anew at every joint as word processors print them."""
    pixels = blank(dpi)
    half = weight / 2
    for y in ROWS:
        for a, b in itertools.pairwise(COLUMNS):
            for x in np.arange(a, b, dash + gap).tolist():
                stroke(pixels, (x, y - half, min(x + dash, b), y + half), dpi)
    for x in COLUMNS:
        for a, b in itertools.pairwise(ROWS):
            for y in np.arange(a, b, dash + gap).tolist():
                stroke(pixels, (x - half, y, x + half, min(y + dash, b)), dpi)
    return pixels


def scanned(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    noise = np.random.default_rng(5).normal(0, 3, pixels.shape)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.6).astype(np.float64)
    return (soft * 0.9 + 20 + noise).clip(0, 255).astype(np.uint8)


def tables(pixels: NDArray[np.uint8], dpi: float) -> list[tuple[int, int, int]]:
    return tables_of(rules_in(Picture(pixels, dpi)))


@pytest.mark.parametrize(
    ("dpi", "dash", "gap", "weight"),
    [
        *((dpi, 8.0, 2.8, 0.75) for dpi in (150, 200, 300)),
        *((dpi, 6.0, 4.5, 1.0) for dpi in (150, 200, 300)),
        *((dpi, 1.0, 1.0, 1.0) for dpi in (200, 300)),
        (300, 3.0, 3.0, 1.0),
    ],
)
def test_a_table_of_dashes_or_dots_is_found(dpi: int, dash: float, gap: float, weight: float) -> None:
    assert tables(scanned(dashed(dpi, dash, gap, weight)), dpi) == [(4, 4, 16)]


def test_ones_below_one_another_are_no_rule() -> None:
    plain, dpi = dashed(200, 8.0, 2.8, 0.75), 200
    for top in (103.0, 121.0, 146.0, 173.0):
        stroke(plain, (209.2, top, 210.3, top + 9), dpi)  # the stem of a 1, its flag, its foot
        stroke(plain, (207.6, top + 1, 209.2, top + 2), dpi)
        stroke(plain, (207.6, top + 8.2, 212.0, top + 9), dpi)
    assert tables(scanned(plain), dpi) == [(4, 4, 16)]


def test_a_hyphen_in_every_cell_of_a_row_is_no_rule() -> None:
    plain, dpi = dashed(200, 8.0, 2.8, 0.75), 200
    for x in (115.0, 210.0, 295.0, 425.0):
        for y in (109.0, 127.0, 153.0, 179.0):
            stroke(plain, (x - 2, y - 0.4, x + 2, y + 0.4), dpi)
    assert tables(scanned(plain), dpi) == [(4, 4, 16)]


def test_strokes_in_a_row_with_print_among_them_are_left_alone() -> None:
    plain, dpi = blank(200), 200
    for x in range(70, 500, 12):
        stroke(plain, (x, 100, x + 9, 100.8), dpi)  # 王: three strokes and a stem
        stroke(plain, (x + 1, 104.5, x + 8, 105.3), dpi)
        stroke(plain, (x, 109, x + 9, 109.8), dpi)
        stroke(plain, (x + 4.1, 100, x + 4.9, 109.8), dpi)
    ink = find_ink(Picture(scanned(plain), dpi), SETTINGS)
    assert np.array_equal(ink.mask, ink.ruled)


def test_a_speck_beyond_a_rules_end_does_not_lengthen_it() -> None:
    plain, dpi = blank(200), 200
    for x in np.arange(70.0, 300.0, 10.8).tolist():
        stroke(plain, (x, 100, x + 8, 100.75), dpi)
    end = float(np.flatnonzero((plain < 128).any(axis=0)).max()) * 72 / dpi
    stroke(plain, (end + 8.0, 100.1, end + 8.5, 100.6), dpi)
    (rule,) = rules_in(Picture(scanned(plain), dpi))
    assert rule.end == pytest.approx(end, abs=1.0)


def test_shading_made_of_dots_is_no_rule() -> None:
    plain, dpi = blank(200), 200
    for y in np.arange(100.0, 130.0, 1.8).tolist():
        for x in np.arange(70.0, 300.0, 1.8).tolist():
            stroke(plain, (x, y, x + 0.7, y + 0.7), dpi)
    ink = find_ink(Picture(scanned(plain), dpi), SETTINGS)
    assert np.array_equal(ink.mask, ink.ruled)


def test_rules_that_reach_a_shaded_header_go_on_below_it() -> None:
    """A fax makes a grain of its shading, which joins them all."""
    dpi, pixels = 200, blank(200)
    for y in ROWS:
        stroke(pixels, (COLUMNS[0], y - 0.5, COLUMNS[-1], y + 0.5), dpi)
    for x in COLUMNS:
        stroke(pixels, (x - 0.5, ROWS[0], x + 0.5, ROWS[-1]), dpi)
    top, bottom, left, right = (round(v * dpi / 72) for v in (60.0, ROWS[0], COLUMNS[0], COLUMNS[-1]))
    grain = np.random.default_rng(7).random((bottom - top, right - left)) < 0.65
    pixels[top:bottom, left:right][grain] = 0
    rules = rules_in(Picture(np.where(pixels < 128, 0, 255).astype(np.uint8), dpi))
    inner = {round(r.position) for r in rules if r.axis == "vertical" and r.end >= ROWS[-1] - 2}
    assert inner == {round(x) for x in COLUMNS}


def test_print_in_a_row_without_verticals_does_not_lead_those_of_low_rows_through_it() -> None:
    """Between the rules of low rows verticals are as long as dashes."""
    dpi, pixels, ys = 200, blank(200), [60.0 + 14 * i for i in range(11)]
    for y in ys:
        stroke(pixels, (70.0, y - 0.5, 300.0, y + 0.5), dpi)
    for row, (top, bottom) in enumerate(itertools.pairwise(ys)):
        for x in (70.0, 185.0, 300.0):
            if row != 5 or x != 185.0:
                stroke(pixels, (x - 0.5, top, x + 0.5, bottom), dpi)
    for top in (4.2, 7.6):
        stroke(pixels, (183.0, ys[5] + top, 187.0, ys[5] + top + 2.2), dpi)
    assert tables(scanned(pixels), dpi) == [(10, 2, 19)]


def test_dots_are_a_rule_though_some_run_together() -> None:
    dpi, pixels = 200, blank(200)
    for x in np.arange(70.0, 103.0, 3.0).tolist():
        stroke(pixels, (x - 0.7, 99.3, x + 0.7, 100.7), dpi)
    for x in (76.0, 88.0):
        stroke(pixels, (x - 0.7, 99.3, x + 3.7, 100.7), dpi)
    ink = find_ink(Picture(scanned(pixels), dpi), SETTINGS)
    row = round(100.0 * dpi / 72)
    assert (ink.ruled[row, round(70 * dpi / 72) : round(99 * dpi / 72)] > 0).all()


def test_many_dots_are_a_rule_however_short() -> None:
    dpi, pixels = 200, blank(200)
    for x in np.arange(70.0, 98.0, 3.0).tolist():
        stroke(pixels, (x - 0.7, 99.3, x + 0.7, 100.7), dpi)
    ink = find_ink(Picture(scanned(pixels), dpi), SETTINGS)
    row = round(100.0 * dpi / 72)
    assert (ink.ruled[row, round(70 * dpi / 72) : round(97 * dpi / 72)] > 0).all()


@pytest.mark.parametrize(
    ("dash", "gap", "top", "is_rule"),
    [
        (8.0, 2.8, 137.5, True),
        (5.0, 2.8, 137.5, False),  # other dashes: what a row of 1s looks like
        (8.0, 4.5, 137.5, False),  # other gaps
        (8.0, 2.8, 145.5, False),  # nothing near that they could hang from
    ],
)
def test_a_few_dashes_like_the_others_that_hang_from_a_rule_are_one(
    dash: float, gap: float, top: float, is_rule: bool
) -> None:
    plain, dpi = dashed(200, 8.0, 2.8, 0.75), 200
    for y in (top, top + dash + gap):
        stroke(plain, (209.6, y, 210.4, y + dash), dpi)
    ink = find_ink(Picture(scanned(plain), dpi), SETTINGS)
    between, x = round((top + dash + gap / 2) * dpi / 72), round(210.0 * dpi / 72)
    assert bool(ink.ruled[between, x - 1 : x + 2].any()) == is_rule


@pytest.mark.parametrize(("half", "arm", "gap"), [(0.9, 4.6, 3.1), (1.5, 6.0, 2.4)], ids=["printed", "faxed"])
def test_thick_dashes_whose_rules_cross_at_every_joint_are_rules(half: float, arm: float, gap: float) -> None:
    """As browsers print them: an arm on each side of a joint, dashes evenly spread between."""
    dpi, pixels = 200, blank(200)
    dash = arm

    def row(start: float, end: float) -> list[tuple[float, float]]:
        inner = end - start - 2 * arm
        count = max(0, round((inner - gap) / (dash + gap)))
        space = (inner - count * dash) / (count + 1)
        places = [start + arm + space + k * (dash + space) for k in range(count)]
        return [(start, start + arm), *((x, x + dash) for x in places), (end - arm, end)]

    rows, columns = [100.0 + 30 * k for k in range(6)], [70.0 + 43 * k for k in range(9)]
    for y in rows:
        for a, b in itertools.pairwise(columns):
            for x0, x1 in row(a, b):
                stroke(pixels, (x0, y - half, x1, y + half), dpi)
    for x in columns:
        for a, b in itertools.pairwise(rows):
            for y0, y1 in row(a, b):
                stroke(pixels, (x - half, y0, x + half, y1), dpi)
    assert tables(scanned(pixels), dpi) == [(5, 8, 40)]


def test_grain_does_not_hide_dashed_rules() -> None:
    dpi, pixels = 200, dashed(200, 8.0, 2.8, 0.75)
    rng = np.random.default_rng(2)
    free = cv2.dilate(255 - pixels, np.ones((9, 9), np.uint8)) == 0
    tall = np.full((6 * len(pixels), pixels.shape[1]), 255, dtype=np.uint8)
    tall[-len(pixels) :] = pixels  # the grain above the table comes first
    grain = rng.random(tall.shape) < 0.012
    grain[-len(pixels) :] &= free
    grain[:, ::2] = False
    tall[grain] = 60
    few = DetectSettings(max_strokes=3_000)
    assert int(grain.sum()) > 3 * few.max_strokes
    ink = find_ink(Picture(tall, dpi), few)
    row = len(tall) - len(pixels) + round(ROWS[0] * dpi / 72)
    band = ink.ruled[row - 2 : row + 3, round(72 * dpi / 72) : round(518 * dpi / 72)]
    assert (band > 0).any(axis=0).mean() > 0.99


@pytest.mark.parametrize(("white", "is_rule"), [(0.0, True), (2.5, False)])
def test_two_dashes_that_fill_a_low_row_are_a_rule_and_none_that_stand_free_in_it(
    white: float, is_rule: bool
) -> None:
    dpi, pixels = 200, blank(200)
    for y in (100.0, 114.0):
        stroke(pixels, (70, y - 0.7, 520, y + 0.7), dpi)
    for x in np.arange(70.0, 516.0, 11.0).tolist():
        stroke(pixels, (x, 199.6, x + 8, 200.4), dpi)
    for top, bottom in ((100 + white, 107.5), (110.5, 114 - white)):
        stroke(pixels, (209.4, top, 210.6, bottom), dpi)
    ink = find_ink(Picture(scanned(pixels), dpi), SETTINGS)
    between, x = round(109.0 * dpi / 72), round(210.0 * dpi / 72)
    assert bool(ink.ruled[between, x - 1 : x + 2].any()) == is_rule
