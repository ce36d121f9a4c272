"""Pictures are made straight, evenly lit and free of seals; nothing of the page is lost."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.clean import find_skew, flatten, rotate, turn_upright
from pipeline.model import Picture
from pipeline.settings import CleanSettings

SETTINGS = CleanSettings()
DPI = 150


def paper(*, rules: bool) -> NDArray[np.uint8]:
    """Return a page of words, with a table's rules on request."""
    pixels = np.full((1754, 1240), 255, dtype=np.uint8)
    random = np.random.default_rng(3)
    for top in range(150, 1600, 36):
        left = 140
        while left < 1080:
            width = int(random.integers(8, 22))
            cv2.rectangle(pixels, (left, top), (left + width, top + int(random.integers(12, 18))), 30, -1)
            left += width + int(random.integers(4, 14))
    if rules:
        for top in range(140, 900, 72):
            cv2.line(pixels, (120, top), (1110, top), (20, 20, 20), 2)
        for left in (120, 450, 780, 1110):
            cv2.line(pixels, (left, 140), (left, 860), (20, 20, 20), 2)
    return pixels


def turned(pixels: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Return the picture turned counter-clockwise, as a scanner's feeder would."""
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255, 255, 255)), dtype=np.uint8
    )


@pytest.mark.parametrize("degrees", [-9.0, -3.3, -0.8, 0.0, 0.4, 2.0, 5.0, 12.0])
@pytest.mark.parametrize("rules", [False, True])
def test_skew_is_found_within_a_twentieth_of_a_degree(degrees: float, rules: bool) -> None:
    picture = Picture(turned(paper(rules=rules), degrees), DPI)
    assert find_skew(picture, SETTINGS) == pytest.approx(degrees, abs=0.06)


def test_a_straight_border_of_the_scanner_does_not_hide_the_skew() -> None:
    pixels = turned(paper(rules=False), 1.5)
    pixels[:, :25] = 10
    pixels[-30:] = 0
    assert find_skew(Picture(pixels, DPI), SETTINGS) == pytest.approx(1.5, abs=0.06)


@pytest.mark.parametrize("degrees", [-2.0, 0.6])
def test_the_skew_of_faded_print_is_its_own_not_that_of_a_seal_on_it(degrees: float) -> None:
    faded = 215 + turned(paper(rules=True), degrees) // 7
    seal = np.full_like(faded, 255)
    cv2.rectangle(seal, (800, 300), (980, 480), (0,), 6)
    for left in (830, 890, 950):
        cv2.line(seal, (left, 320), (left, 460), (0,), 8)
    marked = np.minimum(faded, turned(seal, 9.0))
    assert find_skew(Picture(marked.astype(np.uint8), DPI), SETTINGS) == pytest.approx(degrees, abs=0.1)


def test_an_empty_page_has_no_skew() -> None:
    assert find_skew(Picture(np.full((1754, 1240), 255, np.uint8), DPI), SETTINGS) == 0.0


@pytest.mark.parametrize("degrees", [-4.0, 0.7, 3.0])
def test_turning_back_makes_the_page_straight_and_loses_no_corner(degrees: float) -> None:
    picture = Picture(turned(paper(rules=True), degrees), DPI)
    straight = rotate(picture, degrees)
    assert find_skew(straight, SETTINGS) == pytest.approx(0.0, abs=0.06)
    assert straight.width >= picture.width
    assert straight.height >= picture.height
    marked = np.full((400, 300), 255, np.uint8)
    marked[:6, :6] = marked[-6:, -6:] = marked[:6, -6:] = marked[-6:, :6] = 0
    count, *_ = cv2.connectedComponents((rotate(Picture(marked, DPI), degrees).pixels < 128).astype(np.uint8))
    assert count == 5


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_quarter_turns_lose_nothing(turn: int) -> None:
    pixels = paper(rules=True)
    laid = Picture(np.ascontiguousarray(np.rot90(pixels, turn // 90)), DPI)
    assert np.array_equal(turn_upright(laid, turn).pixels, pixels)


def test_shade_across_the_page_becomes_white_and_print_stays_dark() -> None:
    pixels = paper(rules=True).astype(np.float64)
    shade = np.linspace(1.0, 0.45, pixels.shape[1])[None, :]
    found = flatten(Picture((pixels * shade).astype(np.uint8), DPI), SETTINGS).picture.pixels
    assert np.quantile(found[pixels == 255], 0.02) > 225
    assert np.quantile(found[pixels < 40], 0.98) < 90


def test_a_red_seal_vanishes_and_the_print_under_it_stays() -> None:
    grey = paper(rules=True)
    ink = np.ones((*grey.shape, 3))
    seal = np.zeros(grey.shape, np.uint8)
    cv2.circle(seal, (700, 500), 180, (255, 255, 255), 12)
    cv2.putText(seal, "SEAL", (600, 520), cv2.FONT_HERSHEY_SIMPLEX, 3, (255, 255, 255), 14)
    ink[seal > 0] = (0.86, 0.25, 0.22)
    stamped = (np.repeat(grey[..., None], 3, axis=2) * ink).astype(np.uint8)
    found = flatten(Picture(stamped, DPI), SETTINGS)
    assert found.seal is not None
    assert (found.seal.pixels[(seal > 0) & (grey == 255)] == 255).mean() > 0.99
    assert found.picture.pixels[(seal > 0) & (grey == 255)].min() > 190
    assert found.picture.pixels[(seal > 0) & (grey < 40)].max() < 90


def test_a_warm_paper_without_a_seal_has_none() -> None:
    warm = (paper(rules=True)[..., None] * np.array([0.95, 0.9, 0.8])).astype(np.uint8)
    assert flatten(Picture(warm, DPI), SETTINGS).seal is None
