"""The sheet of paper is cut out of a photograph, and nothing of a scan is cut off."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.clean import cut_sheet, find_sheet
from pipeline.model import Picture
from pipeline.settings import CleanSettings

SETTINGS = CleanSettings()


def page() -> NDArray[np.uint8]:
    pixels = np.full((1169, 827), 225, dtype=np.uint8)
    for top in range(120, 1000, 40):
        pixels[top : top + 14, 100:720:3] = 60
    cv2.rectangle(pixels, (90, 400), (730, 800), (40, 40, 40), 2)
    return pixels


def desk(brightness: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(4)
    grain = cv2.GaussianBlur(random.normal(brightness, 60, (1500, 1200)), (0, 0), 6, None, 1.2)
    return np.asarray(grain.clip(0, 255), dtype=np.uint8)


def photographed(sheet: NDArray[np.uint8], ground: NDArray[np.uint8], corners: list[list[int]]) -> Picture:
    height, width = sheet.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    view = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    size = (ground.shape[1], ground.shape[0])
    laid = cv2.warpPerspective(sheet, view, size)
    on = cv2.warpPerspective(np.full_like(sheet, 255), view, size) > 0
    return Picture(np.where(on, laid, ground).astype(np.uint8), 300.0)


@pytest.mark.parametrize("brightness", [60, 130])
@pytest.mark.parametrize(
    "corners",
    [
        [[150, 120], [1040, 120], [1040, 1380], [150, 1380]],
        [[190, 140], [1010, 170], [1080, 1400], [120, 1360]],
    ],
)
def test_a_photographed_sheet_is_found_to_a_few_pixels(brightness: int, corners: list[list[int]]) -> None:
    found = find_sheet(photographed(page(), desk(brightness), corners), SETTINGS)
    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 12


def test_the_sheet_seen_from_the_front_is_the_page() -> None:
    corners = [[190, 140], [1010, 170], [1080, 1400], [120, 1360]]
    photo = photographed(page(), desk(60), corners)
    found = find_sheet(photo, SETTINGS)
    assert found is not None
    sheet = cut_sheet(photo, found)
    again = cv2.resize(sheet.pixels, (827, 1169), interpolation=cv2.INTER_AREA)
    assert np.abs(again.astype(int) - page().astype(int))[20:-20, 20:-20].mean() < 22
    assert sheet.height / sheet.scale == pytest.approx(842, abs=1)


def test_a_scan_is_left_whole() -> None:
    assert find_sheet(Picture(page(), 100.0), SETTINGS) is None


@pytest.mark.parametrize("lean", [0, 25])
def test_a_scan_with_what_lies_beyond_the_sheet_at_some_sides_is_left_whole(lean: int) -> None:
    scan = page()
    scan[:24] = 15
    beyond = np.array([[827, 0], [827 - lean, 0], [827 - 25, 1169], [827, 1169]], np.int32)
    cv2.fillPoly(scan, [beyond], (15,))
    assert find_sheet(Picture(scan, 100.0), SETTINGS) is None


def test_dark_wedges_at_both_sides_of_a_scan_do_not_bend_its_page() -> None:
    scan = page()
    for corners in ([[0, 0], [36, 0], [0, 1169]], [[827, 0], [791, 0], [827, 1169]]):
        cv2.fillPoly(scan, [np.array(corners, np.int32)], (15,))
    assert find_sheet(Picture(scan, 100.0), SETTINGS) is None


def test_a_large_shaded_box_on_a_page_is_not_the_page() -> None:
    pixels = np.full((1169, 827), 250, dtype=np.uint8)
    pixels[200:1000, 80:750] = 215
    assert find_sheet(Picture(pixels, 100.0), SETTINGS) is None


def test_an_empty_page_is_left_whole() -> None:
    assert find_sheet(Picture(np.full((1169, 827), 250, np.uint8), 100.0), SETTINGS) is None


def shaded_page() -> NDArray[np.uint8]:
    """Return a page with a shaded table that leaves narrow margins beside it."""
    pixels = page()
    pixels[300:460, 55:772] = 165
    return pixels


def test_a_shaded_table_does_not_end_the_sheet() -> None:
    corners = [[190, 140], [1010, 170], [1080, 1400], [120, 1360]]
    found = find_sheet(photographed(shaded_page(), desk(60), corners), SETTINGS)
    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 12


def test_a_part_of_a_page_is_no_sheet_while_paper_is_left_beside_it() -> None:
    pixels = page()
    pixels[250:520] = 120  # from side to side
    corners = [[190, 140], [1010, 170], [1080, 1400], [120, 1360]]
    assert find_sheet(photographed(pixels, desk(60), corners), SETTINGS) is None


def wood() -> NDArray[np.uint8]:
    """Return a desk of brown and grey stripes, some as light as paper."""
    rng = np.random.default_rng(3)
    tone = cv2.GaussianBlur(rng.normal(150, 130, (1500, 1)), (0, 0), 6).clip(90, 235)
    warm = np.array([1.0, 0.93, 0.8]) * tone[:, :, None]
    return np.repeat(warm, 1200, axis=1).astype(np.uint8)


@pytest.mark.parametrize("coloured", [True, False])
def test_a_sheet_is_told_from_a_desk_that_has_its_tone_in_places(coloured: bool) -> None:
    corners = [[190, 140], [1010, 170], [1080, 1400], [120, 1360]]
    ground = wood()
    layers = [photographed(page(), ground[:, :, k], corners).pixels for k in range(3)]
    pixels = np.dstack(layers) if coloured else layers[1]
    found = find_sheet(Picture(np.asarray(pixels, np.uint8), 300.0), SETTINGS)
    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 20


def test_a_scan_in_uneven_light_is_left_whole() -> None:
    height, width = page().shape
    light = np.linspace(1.0, 0.72, width)[None, :] * np.linspace(1.0, 0.9, height)[:, None]
    assert find_sheet(Picture((page() * light).astype(np.uint8), 100.0), SETTINGS) is None


def test_no_corner_of_a_sheet_lies_far_outside_the_picture() -> None:
    """Ragged paper, partly covered: the lines along its sides meet beyond the picture's edge."""
    pixels = np.full((800, 600, 3), 90, np.uint8)
    outline = [[511, 499], [599, 682], [381, 738], [238, 669], [41, 644], [0, 149], [171, 65]]
    shown = np.asarray(cv2.fillPoly(pixels, [np.array(outline)], (225, 225, 225)), dtype=np.uint8)
    assert find_sheet(Picture(shown, 100), SETTINGS) is None
