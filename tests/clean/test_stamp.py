"""Seals without colour are found by their shape, and what is printed under them stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.clean import flatten
from pipeline.clean.stamp import Ring, find_stamps, stamp_mask, without_stamps
from pipeline.model import Picture
from pipeline.settings import CleanSettings

SETTINGS = CleanSettings()
DPI = 150
SCALE = DPI / 72
PLACES = ((650, 500, 125), (300, 1300, 118), (900, 850, 135))
Pixels = NDArray[np.uint8]


def paper(*, rules: bool) -> Pixels:
    """Return a page of words in strokes as thin as print's, with a table's rules on request."""
    pixels = np.full((1754, 1240), 255, np.uint8)
    letters = np.random.default_rng(3)
    for top in range(160, 1600, 36):
        text = "".join(chr(int(c)) for c in letters.integers(48, 123, 60))
        cv2.putText(pixels, text, (140, top), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (30,), 2)
    if rules:
        for top in range(140, 900, 72):
            cv2.line(pixels, (120, top), (1110, top), (20,), 2)
        for left in (120, 450, 780, 1110):
            cv2.line(pixels, (left, 140), (left, 860), (20,), 2)
    return pixels


def ring(shape: tuple[int, ...], x: int, y: int, radius: int) -> NDArray[np.bool_]:
    drawn = np.zeros(shape, np.uint8)
    cv2.circle(drawn, (x, y), radius, (255,), 7)
    return drawn > 0


def star(shape: tuple[int, ...], x: int, y: int, radius: int) -> NDArray[np.bool_]:
    drawn = np.zeros(shape, np.uint8)
    reach = [radius * (0.32 if corner % 2 == 0 else 0.12) for corner in range(10)]
    angles = [corner * np.pi / 5 for corner in range(10)]
    points = [(x + r * np.sin(a), y - r * np.cos(a)) for r, a in zip(reach, angles, strict=True)]
    cv2.fillPoly(drawn, [np.array(points, np.int32)], (255,))
    return drawn > 0


def sealed(pixels: Pixels, x: int, y: int, radius: int, strength: float) -> Pixels:
    """Return the page with a seal's ink over it, patchy, as dense as `strength` (0..1) at most."""
    ink = ring(pixels.shape, x, y, radius) | star(pixels.shape, x, y, radius)
    patches = strength * (0.75 + 0.25 * np.sin(np.arange(pixels.shape[1]) / 40))[None, :]
    return (pixels * (1 - ink * patches)).astype(np.uint8)


def scanned(pixels: Pixels, dpi: int = DPI) -> Picture:
    noise = np.random.default_rng(1).normal(0, 3, pixels.shape)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.7).astype(np.float64)
    return Picture((soft * 0.9 + 25 + noise).clip(0, 255).astype(np.uint8), dpi)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("strength", [0.45, 0.8])
def test_a_grey_ring_is_found_where_it_is(place: tuple[int, int, int], strength: float) -> None:
    (found,) = find_stamps(scanned(sealed(paper(rules=True), *place, strength)), SETTINGS)
    assert (found.x, found.y, found.radius) == pytest.approx([v / SCALE for v in place], abs=1.5)


@pytest.mark.parametrize("strength", [0.45, 0.8])
def test_outline_and_star_vanish_and_the_print_under_them_stays(strength: float) -> None:
    pixels, place = paper(rules=True), PLACES[0]
    before = flatten(scanned(pixels), SETTINGS).picture.pixels
    found = flatten(scanned(sealed(pixels, *place, strength)), SETTINGS)
    ink = ring(pixels.shape, *place) | star(pixels.shape, *place)
    bare = cv2.erode((pixels == 255).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    print_ = cv2.erode((pixels < 40).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert np.quantile(found.picture.pixels[ink & bare], 0.1) > 215
    assert np.median(found.picture.pixels[ring(pixels.shape, *place) & print_]) < 130
    outside = ~(stamp_mask(found.picture, (Ring(*(v / SCALE for v in place)),), SETTINGS).pixels > 0)
    far = cv2.erode(outside.astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    assert np.abs(found.picture.pixels[far].astype(int) - before[far]).mean() < 4


def test_what_the_outline_encloses_is_marked() -> None:
    pixels, (x, y, radius) = paper(rules=True), PLACES[0]
    found = flatten(scanned(sealed(pixels, x, y, radius, 0.6)), SETTINGS)
    assert found.seal is not None
    assert found.seal.pixels[y, x] == 255
    assert found.seal.pixels[y, x + radius - 5] == 255
    assert found.seal.pixels[y, x + radius + 30] == 0


@pytest.mark.parametrize("rules", [False, True])
def test_a_page_without_a_seal_has_none(rules: bool) -> None:
    assert find_stamps(scanned(paper(rules=rules)), SETTINGS) == ()


@pytest.mark.parametrize("weight", [2, 5, 9])
def test_a_table_of_thick_rules_and_round_figures_is_no_seal(weight: int) -> None:
    pixels = np.full((1754, 1240), 255, np.uint8)
    for at in range(140, 1100, 60):
        cv2.line(pixels, (140, at), (1100, at), (20,), weight)
        cv2.line(pixels, (at, 140), (at, 1100), (20,), weight)
    for y in range(170, 1100, 60):
        for x in range(170, 1100, 60):
            cv2.ellipse(pixels, (x, y), (8, 12), 0, 0, 360, (20,), 3)
    assert find_stamps(scanned(pixels), SETTINGS) == ()


def test_a_ring_of_two_levels_is_found_and_taken_off() -> None:
    pixels = paper(rules=False)
    black = np.where(sealed(pixels, *PLACES[2], 0.7) < 200, 0, 255).astype(np.uint8)
    (found,) = stamps = find_stamps(Picture(black, DPI), SETTINGS)
    clean = without_stamps(Picture(black, DPI), stamps, SETTINGS).pixels
    bare = cv2.erode((pixels == 255).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert found.radius == pytest.approx(PLACES[2][2] / SCALE, abs=1.5)
    assert (clean[ring(pixels.shape, *PLACES[2]) & bare] > 200).mean() > 0.9
