"""Ink, lines, strokes and separators, on drawn pictures; no reader at all."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Box, CellReading, Picture, Reading, Rule
from pipeline.read.ink import CellInk, cell_ink, make_sheet, with_faint
from pipeline.read.lines import has_text, lone_hyphens, split_lines, text_height, with_levels, without_dirt
from pipeline.read.scan import Pixels
from pipeline.read.separators import (
    by_position,
    by_positions,
    faint_signs,
    has_stray,
    may_lack_sign,
    without_outer_specks,
    without_strangers,
)
from pipeline.read.stroke import Stroke, lone_stroke, may_be_slash, slashes_alike
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
EM = 30.0
CELL = Box(10, 10, 110, 60)
BORDERS = (
    Rule("horizontal", 10, 10, 110, 1.0),
    Rule("horizontal", 60, 10, 110, 1.0),
    Rule("vertical", 10, 10, 60, 1.0),
    Rule("vertical", 110, 10, 60, 1.0),
)


def paper(level: int = 255) -> Pixels:
    pixels = np.full((210, 360), level, dtype=np.uint8)
    cv2.rectangle(pixels, (30, 30), (330, 180), (0,), 3)
    return pixels


def ink(pixels: Pixels) -> CellInk:
    sheet = make_sheet(Picture(pixels, 216), BORDERS, SETTINGS)
    return without_dirt(cell_ink(sheet, CELL, SETTINGS), EM, SETTINGS)


def bar(pixels: Pixels, left: int, top: int, right: int, bottom: int, level: int = 0) -> Pixels:
    pixels[top:bottom, left:right] = level
    return pixels


def line(pixels: Pixels, start: tuple[int, int], end: tuple[int, int], thickness: int) -> None:
    cv2.line(pixels, start, end, (0,), thickness, cv2.LINE_AA)


def dot(pixels: Pixels, x: int, y: int) -> None:
    cv2.circle(pixels, (x, y), 2, (0,), -1)


def zero(pixels: Pixels, level: int) -> None:
    cv2.ellipse(pixels, (180, 105), (6, 11), 0, 0, 360, (level,), 2)


def stroke(pixels: Pixels) -> Stroke | None:
    cell = ink(pixels)
    return lone_stroke(cell.labels, cell.blobs, EM, SETTINGS)


@pytest.mark.parametrize("level", [255, 235, 190, 60])
def test_an_empty_cell_is_blank_on_any_paper(level: int) -> None:
    assert not has_text(ink(paper(level)), EM, SETTINGS)


def test_rules_that_lean_out_of_place_are_no_text() -> None:
    pixels = paper()
    line(pixels, (30, 33), (330, 37), 3)
    assert not has_text(ink(pixels), EM, SETTINGS)


@pytest.mark.parametrize(("top", "bottom"), [(36, 108), (100, 174)])
@pytest.mark.parametrize("width", [3, 8, 10])
def test_a_one_that_reaches_the_rule_above_or_below_is_text(top: int, bottom: int, width: int) -> None:
    pixels = bar(paper(), 180, top, 180 + width, bottom)
    (blob,) = ink(pixels).blobs
    assert blob.height >= 0.9 * (bottom - top)


def test_stubs_of_rules_that_run_on_are_no_text() -> None:
    pixels = bar(bar(paper(), 120, 32, 123, 44), 240, 165, 243, 178)
    assert not has_text(ink(pixels), EM, SETTINGS)


def test_what_is_left_along_a_rule_is_no_text() -> None:
    pixels = bar(bar(paper(), 32, 60, 39, 150), 100, 172, 260, 179)
    assert not has_text(ink(pixels), EM, SETTINGS)


def test_a_stroke_through_the_whole_cell_is_no_text_but_leaves_doubt() -> None:
    cell = ink(bar(paper(), 180, 30, 183, 180))
    assert not has_text(cell, EM, SETTINGS)
    assert cell.largest_faint > EM


def test_specks_are_no_text() -> None:
    pixels = paper()
    for x, y in ((60, 70), (150, 90), (200, 150), (290, 60)):
        dot(pixels, x, y)
    assert not has_text(ink(pixels), EM, SETTINGS)


@pytest.mark.parametrize("level", [0, 120, 190])
def test_print_is_text_however_faded(level: int) -> None:
    pixels = paper()
    zero(pixels, level)
    assert has_text(ink(pixels), EM, SETTINGS)


def test_print_is_text_in_the_grain_of_a_scanner() -> None:
    pixels = paper(235)
    zero(pixels, 60)
    grain = np.random.default_rng(5).normal(0, 9, pixels.shape)
    assert has_text(ink(np.clip(pixels + grain, 0, 255).astype(np.uint8)), EM, SETTINGS)
    empty = np.clip(paper(235) + grain, 0, 255).astype(np.uint8)
    assert not has_text(ink(empty), EM, SETTINGS)


def test_white_print_on_a_dark_cell_is_read_dark_on_light() -> None:
    cell = ink(bar(bar(paper(), 32, 32, 329, 179, 40), 170, 90, 176, 112, 250))
    assert has_text(cell, EM, SETTINGS)
    assert np.median(cell.grey) > 200


def test_a_dot_beside_digits_stays_and_one_far_away_goes() -> None:
    pixels = bar(bar(paper(), 150, 92, 156, 114), 170, 92, 176, 114)
    near, far = pixels.copy(), pixels.copy()
    dot(near, 163, 112)
    dot(far, 220, 112)
    assert len(ink(near).blobs) == 3
    assert len(ink(far).blobs) == 2


def test_strokes_of_one_character_are_one_line() -> None:
    three = bar(bar(bar(paper(), 165, 92, 195, 95), 168, 104, 192, 107), 162, 116, 198, 119)
    assert len(split_lines(ink(three), EM, SETTINGS)) == 1


@given(st.integers(2, 3), st.integers(34, 42))
def test_lines_of_text_are_parted(count: int, pitch: int) -> None:
    pixels = paper()
    for number in range(count):
        top = 40 + number * pitch
        bar(bar(pixels, 150, top, 176, top + 27), 184, top, 208, top + 27)
    bands = split_lines(ink(pixels), EM, SETTINGS)
    assert len(bands) == count
    assert [band.height for band in bands] == [27] * count


def test_lines_that_touch_are_parted() -> None:
    pixels = bar(bar(paper(), 150, 60, 170, 92), 150, 100, 170, 132)
    bar(pixels, 180, 62, 200, 101)
    assert len(split_lines(ink(pixels), EM, SETTINGS)) == 2


@pytest.mark.parametrize("length", [7, 14, 28])
def test_a_lone_flat_stroke_is_a_dash(length: int) -> None:
    assert stroke(bar(paper(), 180, 104, 180 + length, 107)) == "dash"


@pytest.mark.parametrize("foot", [10, 14, 20])
def test_a_lone_leaning_stroke_is_a_slash(foot: int) -> None:
    pixels = paper()
    line(pixels, (180, 118), (180 + foot, 90), 2)
    assert stroke(pixels) == "slash"


def test_a_slash_as_thick_as_a_fax_makes_it_is_one() -> None:
    pixels = paper()
    line(pixels, (180, 114), (188, 92), 6)
    assert stroke(pixels) == "slash"


def test_an_upright_one_is_neither() -> None:
    assert stroke(bar(paper(), 180, 90, 183, 114)) is None
    slanted = paper()
    line(slanted, (180, 114), (184, 90), 2)
    assert stroke(slanted) is None


def test_a_seven_is_neither() -> None:
    pixels = bar(paper(), 172, 90, 188, 93)
    line(pixels, (186, 92), (178, 114), 2)
    assert stroke(pixels) is None


def figure_with_mark(bottom: int, height: int) -> CellInk:
    pixels = bar(bar(paper(), 150, 92, 156, 114), 170, 92, 176, 114)
    return ink(bar(pixels, 161, bottom - height, 164, bottom))


@pytest.mark.parametrize(("bottom", "height", "text"), [(118, 7, "1,234"), (114, 3, "1.234")])
@pytest.mark.parametrize("read", ["1.234", "1,234"])
def test_a_comma_hangs_and_a_point_stands(bottom: int, height: int, text: str, read: str) -> None:
    cell = figure_with_mark(bottom, height)
    (band,) = split_lines(cell, EM, SETTINGS)
    settled = by_position(Reading(read, 0.99, "r"), band, EM, SETTINGS)
    assert settled.text == text
    assert (settled.confidence < 0.95) == (read != text)


def test_the_separators_of_a_wrapped_number_are_told_on_their_own_lines() -> None:
    pixels = paper()
    for left, top in ((150, 60), (170, 60), (186, 60), (160, 130), (176, 130)):
        bar(pixels, left, top, left + 6, top + 22)
    upper, lower = split_lines(ink(bar(pixels, 161, 77, 165, 87)), EM, SETTINGS)
    told = by_positions(Reading("1.2345", 0.99, "r"), [("1.23", upper), ("45", lower)], EM, SETTINGS)
    assert told.text == "1.2345"  # four digits follow
    told = by_positions(Reading("1.234", 0.99, "r"), [("1.23", upper), ("4", lower)], EM, SETTINGS)
    assert (told.text, told.confidence) == ("1,234", SETTINGS.corrected_confidence)


@pytest.mark.parametrize("read", ["37.9", "37,9"])
def test_a_comma_that_parts_no_thousands_is_a_point(read: str) -> None:
    (band,) = split_lines(figure_with_mark(118, 7), EM, SETTINGS)
    assert by_position(Reading(read, 0.99, "r"), band, EM, SETTINGS).text == "37.9"


def test_a_separator_that_may_be_either_is_not_certain() -> None:
    (band,) = split_lines(figure_with_mark(115, 4), EM, SETTINGS)
    settled = by_position(Reading("1.234", 0.99, "r"), band, EM, SETTINGS)
    assert (settled.text, settled.confidence < 0.95) == ("1.234", True)


def test_specks_outside_a_figure_go_and_a_minus_stays() -> None:
    pixels = bar(bar(paper(), 150, 92, 156, 114), 170, 92, 176, 114)
    specks = split_lines(ink(bar(pixels.copy(), 180, 110, 183, 113)), EM, SETTINGS)[0]
    minus = split_lines(ink(bar(pixels.copy(), 141, 102, 146, 105)), EM, SETTINGS)[0]
    assert len(without_outer_specks(specks, EM, SETTINGS).blobs) == 2
    assert len(without_outer_specks(minus, EM, SETTINGS).blobs) == 3


def test_a_stroke_much_taller_than_the_digits_beside_it_is_no_sign_but_leaves_doubt() -> None:
    digits = bar(bar(paper(), 180, 92, 196, 118), 200, 92, 216, 118)
    one = ink(bar(digits.copy(), 160, 92, 164, 118))
    assert (len(one.blobs), one.largest_faint) == (3, 0)
    rule = ink(bar(digits.copy(), 60, 60, 64, 150))
    assert (len(rule.blobs), rule.largest_faint) == (2, 90)
    broken = ink(bar(bar(bar(paper(), 160, 92, 164, 118), 180, 92, 192, 99), 180, 111, 192, 118))
    assert len(broken.blobs) == 3


def test_the_dark_beside_a_sheet_that_ends_within_a_cell_is_none_of_its_print() -> None:
    print_ = bar(paper(), 150, 92, 166, 118)
    alone, beside = ink(print_.copy()), ink(bar(print_.copy(), 0, 0, 70, 200))
    assert [(b.left, b.right) for b in beside.blobs] == [(b.left, b.right) for b in alone.blobs]
    assert beside.largest_faint > 0


def test_a_large_speck_goes_where_no_figure_was_read() -> None:
    pixels = bar(bar(paper(), 150, 92, 156, 114), 170, 92, 176, 114)
    (band,) = split_lines(ink(bar(pixels, 182, 103, 192, 113)), EM, SETTINGS)
    assert len(without_outer_specks(band, EM, SETTINGS).blobs) == 3
    assert len(without_outer_specks(band, EM, SETTINGS, large=True).blobs) == 2


@pytest.mark.parametrize(("height", "kept"), [(9, 2), (6, 3)])
def test_a_square_speck_where_a_minus_would_stand_goes_too_a_flat_piece_stays(height: int, kept: int) -> None:
    pixels = bar(bar(paper(), 150, 92, 156, 114), 170, 92, 176, 114)
    (band,) = split_lines(ink(bar(pixels, 134, 100, 143, 100 + height)), EM, SETTINGS)
    assert len(band.blobs) == 3
    assert len(without_outer_specks(band, EM, SETTINGS, large=True).blobs) == kept


def test_no_figure_ends_with_a_separator() -> None:
    assert [t for t in ("0.", ".5", "1,", "1.5", "-7", "") if has_stray(t)] == ["0.", ".5", "1,"]


def raw(pixels: Pixels) -> CellInk:
    return cell_ink(make_sheet(Picture(pixels, 216), BORDERS, SETTINGS), CELL, SETTINGS)


def hyphen(pixels: Pixels) -> bool:
    return lone_hyphens([raw(pixels)], EM, SETTINGS) != (None,)


def test_a_few_pixels_in_the_middle_of_a_cell_are_a_hyphen() -> None:
    assert hyphen(bar(paper(), 176, 104, 182, 108))


@pytest.mark.parametrize("left", [60, 140, 230, 300])
def test_the_same_elsewhere_is_a_speck(left: int) -> None:
    assert not hyphen(bar(paper(), left, 104, left + 6, 108))


def test_a_square_speck_in_the_middle_is_a_speck() -> None:
    assert not hyphen(bar(paper(), 177, 103, 182, 108))


def test_a_hyphen_beside_the_rest_of_a_rule_is_one() -> None:
    assert hyphen(bar(bar(paper(), 176, 104, 182, 108), 70, 35, 130, 37))


def test_the_middle_stroke_of_a_word_is_no_hyphen() -> None:
    """Its box ends where the word does: the strokes above and below lie along its edges, as rules would."""
    pixels = np.full((210, 360), 255, dtype=np.uint8)
    for left, top, right, bottom in ((168, 91, 192, 94), (177, 104, 183, 108), (166, 117, 194, 120)):
        pixels[top:bottom, left:right] = 0
    word = Box(54, 29.5, 66, 40.5)
    seen = cell_ink(make_sheet(Picture(pixels, 216), (), SETTINGS), word, SETTINGS)
    assert lone_hyphens([seen], EM, SETTINGS) == (None,)


def test_many_of_one_size_are_hyphens_however_a_fax_draws_them() -> None:
    hyphens = [raw(bar(paper(), 176 + k % 2, 103, 184, 109)) for k in range(6)]
    others = [raw(paper()), raw(bar(paper(), 170, 80, 192, 125))]
    found = lone_hyphens([*hyphens, *others], EM, SETTINGS)
    assert [blob is not None for blob in found] == [True] * 6 + [False] * 2


@pytest.mark.parametrize(
    ("tops", "found"),
    [
        ([70, 70, 71, 70, 70, 71], True),
        ([70, 71, 70, 70], False),  # so few may be dirt
        ([52, 61, 70, 79, 130, 144], False),
    ],
)
def test_hyphens_off_the_middle_of_their_row_stand_on_one_level(tops: list[int], *, found: bool) -> None:
    row = [raw(bar(paper(), 176, top, 182, top + 4)) for top in tops]
    assert hyphens_among(with_levels(row, EM, SETTINGS)) == [found] * len(tops)


def test_figures_tell_a_hyphen_the_level_of_their_row() -> None:
    figures = [raw(bar(paper(), 170, 60, 190, 84)) for _ in range(5)]
    speck = raw(bar(paper(), 176, 130, 182, 134))
    cells = with_levels([*figures, raw(bar(paper(), 176, 71, 182, 75)), speck], EM, SETTINGS)
    assert hyphens_among(cells) == [False] * 5 + [True, False]


def test_characters_run_together_are_no_hyphen_among_hyphens() -> None:
    hyphens = [raw(bar(paper(), 176, 103, 184, 106)) for _ in range(6)]
    label = raw(bar(paper(), 100, 94, 260, 116))
    figure = raw(bar(paper(), 135, 95, 225, 115))
    assert hyphens_among([*hyphens, label, figure]) == [True] * 6 + [False] * 2


def pale(places: list[tuple[int, int]]) -> CellInk:
    """Return a cell with marks, 5 x 3 pixels each, that are hardly darker than paper."""
    pixels = paper()
    for left, top in places:
        bar(pixels, left, top, left + 5, top + 3, level=215)
    return raw(pixels)


def hyphens_among(cells: list[CellInk]) -> list[bool]:
    return [blob is not None for blob in lone_hyphens(cells, EM, SETTINGS)]


def test_marks_too_faint_for_print_are_hyphens_where_many_stand_in_the_middle() -> None:
    faded = [pale([(177 + k % 2, 103 + k % 3)]) for k in range(6)]
    dusty = pale([(60, 60), (177, 104)])
    assert hyphens_among([*faded, dusty, raw(paper())]) == [True] * 7 + [False]


def test_long_dashes_too_faint_for_print_are_dashes_where_many_stand_in_the_middle() -> None:
    faded = [raw(bar(paper(), 165 + k, 104, 196, 106, level=218)) for k in range(6)]
    across = raw(bar(paper(), 32, 104, 120, 106, level=218))  # what is left of a rule begins at a side
    assert hyphens_among([*faded, across, raw(paper())]) == [True] * 6 + [False] * 2


def test_pale_print_in_a_shaded_table_is_ink() -> None:
    """Shading is no noise, however much of the page it covers."""
    pixels = np.full((600, 360), 255, dtype=np.uint8)
    pixels[400:] = 200
    bar(pixels, 170, 80, 190, 110, level=205)
    assert len(raw(pixels).blobs) == 1


def test_a_few_faint_marks_are_noise() -> None:
    assert hyphens_among([pale([(177, 104)]) for _ in range(3)]) == [False] * 3


def test_noise_lies_in_the_middle_now_and_then() -> None:
    rng = np.random.default_rng(2)
    noisy = [
        pale(list(zip(rng.integers(45, 320, 25), rng.integers(45, 170, 25), strict=True))) for _ in range(60)
    ]
    assert not any(hyphens_among(noisy))


def test_a_steep_slash_is_no_1() -> None:
    steep = paper()
    line(steep, (178, 120), (186, 87), 3)
    assert stroke(steep) == "slash"


def slashed(level: int = 0, specks: Sequence[tuple[int, int]] = ()) -> CellInk:
    """Return a cell with a slash in its middle, as dark as `level`, and specks where told."""
    pixels = paper()
    cv2.line(pixels, (176, 120), (184, 90), (level,), 3, cv2.LINE_AA)
    for x, y in specks:
        cv2.circle(pixels, (x, y), 4, (0,), -1)
    return raw(pixels)


def one(*places: int) -> CellInk:
    """Return a cell with upright strokes, flag and foot, about each of some places."""
    pixels = paper()
    for x in places:
        line(pixels, (x, 118), (x, 90), 3)
        line(pixels, (x - 5, 95), (x, 90), 3)
        line(pixels, (x - 5, 118), (x + 5, 118), 3)
    return raw(pixels)


def slashes_among(cells: list[CellInk]) -> list[bool]:
    return [blob is not None for blob in slashes_alike(cells, EM, SETTINGS)]


def minus_seven() -> CellInk:
    """Return a cell with a minus and a 7 that leans as slashes do."""
    pixels = bar(paper(), 170, 90, 184, 93)
    line(pixels, (184, 91), (176, 120), 3)
    return raw(bar(pixels, 158, 107, 167, 110))


SLASHES = [slashed() for _ in range(5)]


@pytest.mark.parametrize(
    "more", [slashed(level=215), slashed(specks=[(250, 60)])], ids=["faint", "beside a speck"]
)
def test_among_slashes_what_leans_as_they_do_is_one(more: CellInk) -> None:
    assert slashes_among([*SLASHES, more]) == [False] * 5 + [True]
    assert slashes_among([more, raw(paper())]) == [False] * 2


@pytest.mark.parametrize(
    "other",
    [one(180), one(172, 188), raw(paper()), pale([(177, 104)]), minus_seven()],
    ids=["1", "11", "blank", "noise", "-7"],
)
def test_among_slashes_another_figure_stays_what_it_is(other: CellInk) -> None:
    assert slashes_among([*SLASHES, other]) == [False] * 6


def test_a_speck_below_a_figure_is_no_line_of_its_own() -> None:
    pixels = bar(bar(paper(), 160, 70, 172, 92), 180, 70, 192, 92)
    cv2.circle(pixels, (200, 130), 5, (0,), -1)
    (band,) = split_lines(ink(pixels), EM, SETTINGS)
    assert (band.top, band.bottom) == (40, 62)


def test_a_hyphen_below_a_figure_is_a_line() -> None:
    pixels = bar(bar(paper(), 160, 70, 172, 92), 170, 130, 182, 133)
    assert len(split_lines(ink(pixels), EM, SETTINGS)) == 2


@pytest.mark.parametrize("top", [50, 148])
def test_a_rule_from_side_to_side_of_a_cell_is_no_text(top: int) -> None:
    pixels = bar(bar(paper(), 30, top, 330, top + 5), 174, 90, 186, 112)
    (blob,) = ink(pixels).blobs
    assert (blob.width, blob.height) == (12, 22)


def test_a_short_slash_that_a_soft_picture_thickens_is_one() -> None:
    pixels = paper()
    line(pixels, (176, 116), (185, 90), 8)
    assert stroke(np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1), dtype=np.uint8)) == "slash"


def test_a_seven_that_a_soft_picture_thickens_is_none() -> None:
    pixels = bar(paper(), 168, 88, 190, 94)
    line(pixels, (187, 91), (178, 116), 7)
    assert stroke(np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1), dtype=np.uint8)) is None


def test_a_slash_beside_a_flat_speck_is_a_slash() -> None:
    pixels = paper()
    line(pixels, (180, 118), (190, 90), 2)
    assert stroke(bar(pixels, 200, 104, 206, 106)) == "slash"


def test_what_may_be_a_faint_point_is_shown_again_and_no_other_noise() -> None:
    pixels = bar(bar(paper(), 150, 92, 164, 114), 176, 92, 190, 114)
    for left, top in ((169, 110), (169, 95), (154, 130), (230, 110)):
        bar(pixels, left, top, left + 3, top + 3, 222)
    cell = ink(pixels)
    (band,) = split_lines(cell, EM, SETTINGS)
    (mark,) = faint_signs(band, cell.faint, EM, SETTINGS)
    assert (mark.left, mark.top) == (139, 80)
    shown = with_faint(cell, [mark])
    assert cell.grey[80:83, 139:142].min() == 255
    assert shown.grey[80:83, 139:142].max() < 230
    assert np.array_equal(shown.grey[:, 145:], cell.grey[:, 145:])


def test_a_one_is_no_tall_stroke_beside_specks() -> None:
    pixels = bar(bar(paper(), 150, 92, 162, 114), 170, 92, 174, 114)
    for x in (230, 250):
        cv2.circle(pixels, (x, 100), 3, (0,), -1)
    signs = [b for b in ink(pixels).blobs if b.height == 22]
    assert len(signs) == 2


@pytest.mark.parametrize("top", [34, 170])
def test_a_bar_along_the_top_or_foot_of_a_cell_is_no_dash_but_leaves_doubt(top: int) -> None:
    cell = ink(bar(paper(), 120, top, 200, top + 4))
    assert not has_text(cell, EM, SETTINGS)
    assert cell.largest_faint == 80


def test_a_lone_post_at_a_cells_side_is_no_one_and_a_last_digit_there_is() -> None:
    assert not has_text(ink(bar(paper(), 324, 80, 328, 130)), EM, SETTINGS)
    number = bar(bar(paper(), 300, 92, 314, 114), 319, 92, 323, 114)
    assert len(ink(number).blobs) == 2


def test_what_comes_in_from_outside_stands_on_no_line() -> None:
    pixels = bar(paper(), 150, 92, 164, 114)
    line(pixels, (40, 179), (90, 100), 5)
    cell = ink(pixels)
    (band,) = split_lines(cell, EM, SETTINGS)
    own = without_strangers(band, cell.crossing, EM, SETTINGS)
    assert [(b.width, b.height) for b in own.blobs] == [(14, 22)]


def test_a_small_hyphen_stands_at_half_the_height() -> None:
    assert has_text(ink(bar(paper(), 180, 104, 187, 107)), EM, SETTINGS)
    assert not has_text(ink(bar(paper(), 180, 50, 187, 53)), EM, SETTINGS)


def may_be(pixels: Pixels) -> bool:
    cell = ink(pixels)
    return may_be_slash(cell.labels, cell.blobs, EM, SETTINGS)


def test_a_slash_with_dirt_grown_onto_it_leans_all_the_same() -> None:
    pixels = paper()
    line(pixels, (188, 80), (174, 126), 3)
    dot(pixels, 177, 127)
    bar(pixels, 100, 140, 109, 144)
    assert may_be(pixels)


@pytest.mark.parametrize("slant", [0, 2])
def test_a_one_with_flag_and_foot_stands_upright(slant: int) -> None:
    pixels = paper()
    line(pixels, (182 + slant, 82), (182 - slant, 126), 4)
    line(pixels, (182 + slant, 82), (172, 92), 3)
    line(pixels, (174, 126), (190, 126), 3)
    assert not may_be(pixels)


@pytest.mark.parametrize("top", [36, 172])
def test_a_short_flat_speck_by_a_rule_is_no_dash(top: int) -> None:
    assert not has_text(ink(bar(paper(), 150, top, 160, top + 4)), EM, SETTINGS)


def test_a_scrap_at_a_side_is_no_sign_beside_a_figure_in_the_middle() -> None:
    pixels = bar(paper(), 33, 60, 38, 74)
    assert has_text(ink(pixels), EM, SETTINGS), "alone it may be one"
    zero(pixels, 0)
    assert [b.height for b in ink(pixels).blobs] == [25]


def printed(*lines: tuple[int, int]) -> CellInk:
    """Return a cell with the marks of a line of print between each top and bottom."""
    pixels = paper()
    for top, bottom in lines:
        for left in range(60, 300, 30):
            bar(pixels, left, top, left + 22, bottom)
    return cell_ink(make_sheet(Picture(pixels, 216), BORDERS, SETTINGS), CELL, SETTINGS)


def test_lines_that_a_seal_joins_in_one_cell_are_not_the_height_of_print() -> None:
    plain, sealed = printed((60, 82)), printed((60, 118))
    usual = text_height([plain] * 3, 3.0, SETTINGS)
    assert text_height([sealed, plain, plain], 3.0, SETTINGS) == usual


def test_a_title_in_larger_type_alone_has_its_own_height() -> None:
    assert text_height([printed((60, 118))], 3.0, SETTINGS) > 50


def lacks(pixels: Pixels, number: str, *others: str) -> bool:
    cell = ink(pixels)
    (band,) = split_lines(cell, EM, SETTINGS)
    figure = Reading(number, 0.99, "r")
    heard = CellReading(figure, figure, tuple(Reading(other, 0.4, "r") for other in others))
    return may_lack_sign(heard, cell, band, EM, SETTINGS)


def ones(*lefts: int, level: int = 0) -> Pixels:
    pixels = paper()
    for left in lefts:
        bar(pixels, left, 92, left + 6, 114, level)
    return pixels


def test_a_minus_or_a_point_that_another_view_has_is_told() -> None:
    assert lacks(ones(150, 170), "11", "-11")
    assert lacks(ones(130, 150, 170, 190), "1111", "1.111")
    assert not lacks(ones(130, 150, 170, 190), "1111", "1,111", "1171")


def test_a_minus_that_ran_into_its_digit_is_told_and_a_four_is_none() -> None:
    ran = bar(ones(150, 170), 139, 101, 152, 106)
    assert lacks(ran, "11")
    assert not lacks(ran, "-11")
    assert not lacks(ran, "41")


def test_ink_too_faint_to_be_read_where_a_minus_or_a_point_would_stand_is_told() -> None:
    assert not lacks(ones(150, 170), "11")
    assert lacks(bar(ones(150, 170), 136, 101, 143, 105, 220), "11")
    assert lacks(bar(ones(150, 174), 162, 108, 167, 113, 220), "11")
    assert not lacks(bar(ones(150, 170), 240, 101, 247, 105, 220), "11")
