"""Screened tints go, print and rules in them stay, and pictures without screens are left as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.clean.screen import without_screens
from pipeline.settings import CleanSettings

SETTINGS = CleanSettings()
DPI = 204.0
ROWS = range(200, 801, 60)
SHADED = slice(200, 320)


def table() -> NDArray[np.uint8]:
    """Return a page of two levels: a table with strokes of print in its cells."""
    pixels = np.full((1100, 1400), 255, np.uint8)
    for y in ROWS:
        pixels[y : y + 3, 100:1300] = 0
    for x in range(100, 1301, 300):
        pixels[200:803, x : x + 3] = 0
    for y in ROWS[:-1]:
        for x in range(180, 1300, 300):
            cv2.line(pixels, (x, y + 20), (x + 40, y + 20), (0,), 4)
            cv2.line(pixels, (x + 20, y + 16), (x + 20, y + 44), (0,), 4)
    return pixels


def screened(share: float) -> NDArray[np.uint8]:
    dots = np.random.default_rng(3).random((1100, 1400)) < share
    inside = np.zeros_like(dots)
    inside[SHADED, 100:1300] = True
    return np.where(dots & inside, 0, table()).astype(np.uint8)


@pytest.mark.parametrize("share", [0.25, 0.4, 0.5])
def test_a_screen_goes_and_what_is_printed_in_it_stays(share: float) -> None:
    plain, found = table(), without_screens(screened(share), DPI, SETTINGS)
    shaded = np.zeros(plain.shape, np.bool_)
    shaded[SHADED, 100:1300] = True
    near = cv2.dilate((plain == 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert (found[shaded & ~near] == 0).mean() < 0.02
    assert (found[shaded & (plain == 0)] == 0).mean() > 0.95
    assert np.array_equal(found[400:], plain[400:])


def test_a_screen_so_dark_that_nothing_can_be_told_in_it_stays_whole() -> None:
    dark = screened(0.78)
    assert np.array_equal(without_screens(dark, DPI, SETTINGS), dark)


def test_print_without_a_screen_is_left_as_it_is() -> None:
    assert np.array_equal(without_screens(table(), DPI, SETTINGS), table())


def test_the_noise_of_a_picture_with_greys_is_no_screen() -> None:
    noise = np.random.default_rng(5).normal(0, 60, (1100, 1400))
    grey = np.clip(table().astype(np.float64) * 0.6 + 60 + noise, 0, 255).astype(np.uint8)
    assert np.array_equal(without_screens(grey, DPI, SETTINGS), grey)


def test_a_fine_screen_whose_dots_stand_apart_goes_but_some_specks_stay() -> None:
    dots = np.zeros((1100, 1400), np.uint8)
    rng = np.random.default_rng(3)
    for y, x in rng.uniform((SHADED.start, 100), (SHADED.stop, 1300), (3000, 2)).astype(int).tolist():
        dots[y : y + 2, x : x + 2] = 1
    plain, specks = table(), dots * (rng.random(dots.shape) < 0.02)
    found = without_screens(np.where(dots > 0, 0, plain).astype(np.uint8), DPI, SETTINGS)
    near = cv2.dilate((plain == 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert (found[SHADED, 100:1300][~near[SHADED, 100:1300]] == 0).mean() < 0.01
    assert (found[plain == 0] == 0).mean() > 0.98
    dirty = np.where(specks > 0, 0, plain).astype(np.uint8)
    assert np.array_equal(without_screens(dirty, DPI, SETTINGS), dirty)
