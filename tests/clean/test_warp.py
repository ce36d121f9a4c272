"""Bent pages become straight by their own rules; straight ones are left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.clean import bend_of, fit_warp, unwarp
from pipeline.detect import find_ink, find_rules, find_traces
from pipeline.grid import build_grid, find_regions
from pipeline.model import Picture
from pipeline.settings import CleanSettings, DetectSettings, GridSettings, Settings
from pipeline.straighten import straightened

CLEAN, DETECT, GRID = CleanSettings(), DetectSettings(), GridSettings()
DPI = 150
SCALE = DPI / 72
ROWS, COLUMNS = 16, 8


def page() -> NDArray[np.uint8]:
    pixels = np.full((round(842 * SCALE), round(595 * SCALE)), 250, dtype=np.uint8)
    xs = [round((80 + 430 * i / COLUMNS) * SCALE) for i in range(COLUMNS + 1)]
    ys = [round((250 + 420 * i / ROWS) * SCALE) for i in range(ROWS + 1)]
    for y in ys:
        cv2.line(pixels, (xs[0], y), (xs[-1], y), (40, 40, 40), 2)
    for x in xs:
        cv2.line(pixels, (x, ys[0]), (x, ys[-1]), (40, 40, 40), 2)
    return pixels


def bent(pixels: NDArray[np.uint8], curl: float, keystone: float) -> NDArray[np.uint8]:
    """Return the page curled by `curl` points and seen from the side by a share `keystone`."""
    height, width = pixels.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    wave = curl * SCALE * np.sin(x / width * 3.4)
    curled = cv2.remap(
        pixels, x, np.asarray(y + wave, np.float32), cv2.INTER_LINEAR, borderValue=(250, 250, 250)
    )
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array(
        [[keystone * width, 0], [0, keystone * height / 2], [0, 0], [0, 0]], np.float32
    )
    view = cv2.getPerspectiveTransform(corners, moved)
    return np.asarray(
        cv2.warpPerspective(curled, view, (width, height), borderValue=(250, 250, 250)), dtype=np.uint8
    )


def cells(picture: Picture) -> list[int]:
    found = (
        build_grid(region, 1, GRID)
        for region in find_regions(find_rules(find_ink(picture, DETECT), DETECT), GRID)
    )
    return [len(g.grid.cells) for g in found if g]


@pytest.mark.parametrize(("curl", "keystone"), [(4.0, 0.0), (0.0, 0.04), (6.0, 0.05), (-8.0, 0.03)])
def test_a_bent_page_becomes_straight(curl: float, keystone: float) -> None:
    picture = Picture(bent(page(), curl, keystone), DPI)
    before = bend_of(find_traces(picture, DETECT))
    for _ in range(CLEAN.warp_passes):
        warp = fit_warp(find_traces(picture, DETECT), picture, CLEAN)
        if warp is None:
            break
        picture = unwarp(picture, warp)
    assert before > 1.0
    assert bend_of(find_traces(picture, DETECT)) < 0.7
    assert cells(picture) == [ROWS * COLUMNS]


def test_a_straight_page_is_left_alone() -> None:
    picture = Picture(page(), DPI)
    assert fit_warp(find_traces(picture, DETECT), picture, CLEAN) is None


def lined(ends: list[tuple[int, int]]) -> Picture:
    """Return a curled page with rules from side to side, in points, and nothing that crosses them."""
    pixels = np.full((round(842 * SCALE), round(595 * SCALE)), 250, dtype=np.uint8)
    for i, (left, right) in enumerate(ends):
        y = round((200 + 150 * i) * SCALE)
        cv2.line(pixels, (round(left * SCALE), y), (round(right * SCALE), y), (40, 40, 40), 3)
    return Picture(bent(pixels, 6.0, 0.0), DPI)


def test_a_curl_is_told_by_the_three_rules_of_a_table_without_others() -> None:
    picture = lined([(80, 510)] * 3)
    flat, course = straightened(picture, Settings())
    assert bend_of(find_traces(picture, DETECT)) > 1.0
    assert course.warps
    assert bend_of(find_traces(flat.picture, DETECT)) < 0.7


def test_strokes_of_three_lengths_are_no_tables_rules() -> None:
    _, course = straightened(lined([(80, 510), (140, 420), (30, 560)]), Settings())
    assert not course.warps


def test_two_rules_are_too_few_to_bend_a_page_by() -> None:
    pixels = np.full((1754, 1240), 250, dtype=np.uint8)
    for y in (400, 800):
        cv2.ellipse(pixels, (620, y), (500, 30), 0, 180, 360, (40, 40, 40), 2)
    picture = Picture(pixels, DPI)
    assert fit_warp(find_traces(picture, DETECT), picture, CLEAN) is None


def test_where_no_rule_tells_the_page_moves_no_further_than_at_the_last_rule() -> None:
    picture = Picture(bent(page(), 6.0, 0.04), DPI)
    warp = fit_warp(find_traces(picture, DETECT), picture, CLEAN)
    assert warp is not None
    x, y = np.meshgrid(np.linspace(0, 595, 30), np.linspace(0, 842, 40))
    every = np.hypot(*warp.moves(x.ravel(), y.ravel())).max()
    inside = (x > 75) & (x < 515) & (y > 245) & (y < 675)
    assert every <= np.hypot(*warp.moves(x[inside], y[inside])).max() * 1.15
