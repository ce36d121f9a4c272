"""Scans are the same on every run, and are scans."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from scripts.lib.degrade import CLEAN, POOR, Grey, Scanner, generator, jpeg, scanned, turned


def page() -> Grey:
    """A small page with rules and marks."""
    picture = np.full((400, 300), 255, np.uint8)
    picture[100:102, 40:260] = 0
    picture[200:202, 40:260] = 0
    picture[100:202, 40:42] = 0
    picture[140:160, 120:132] = 0
    return picture


@pytest.mark.parametrize("scanner", [CLEAN, POOR])
def test_the_same_seed_gives_the_same_bytes(scanner: Scanner) -> None:
    one, two = (jpeg(scanned(page(), scanner, generator("a", 1)), scanner.quality) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("scanner", [CLEAN, POOR])
def test_another_page_is_scanned_otherwise(scanner: Scanner) -> None:
    one, two = (scanned(page(), scanner, generator("a", number)) for number in (1, 2))
    assert (one != two).any()


def test_the_original_is_left_alone() -> None:
    picture = page()
    scanned(picture, POOR, generator("a"))
    assert (picture == page()).all()


def test_turning_is_counter_clockwise_and_fills_with_paper() -> None:
    picture = np.full((201, 201), 255, np.uint8)
    picture[98:103, 120:180] = 0
    rows = np.nonzero(turned(picture, 90) < 128)[0]
    assert rows.mean() < 90
    assert turned(picture, 45)[0, 0] == 255


def test_grey_levels_are_those_of_the_scanner() -> None:
    clean = scanned(page(), CLEAN, generator("a"))
    assert abs(float(np.median(clean)) - CLEAN.paper) < 2
    poor = scanned(page(), POOR, generator("a"))
    assert abs(float(np.median(poor)) - POOR.paper) < 4


@pytest.mark.parametrize("scanner", [CLEAN, POOR])
def test_skew_stays_in_its_range(scanner: Scanner) -> None:
    ruled = np.full((1200, 900), 255, np.uint8)
    ruled[598:602, 100:800] = 0
    found = []
    for number in range(8):
        picture = scanned(ruled, scanner, generator("skew", number))
        rows, columns = np.nonzero(picture[300:900, 150:750] < 150)
        slope = float(cv2.fitLine(np.stack([columns, rows], 1), cv2.DIST_HUBER, 0, 0.01, 0.01)[1, 0])
        found.append(abs(np.degrees(np.arcsin(slope))))
    low, high = scanner.skew
    assert all(low - 0.1 < skew < high + 0.1 for skew in found)
