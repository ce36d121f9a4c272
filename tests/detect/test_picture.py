"""Rules are found in pictures, and print is not taken for rules."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.detect import find_ink, find_marks, find_rules, find_traces, of_tables, slope_of
from pipeline.grid import build_grid, find_regions
from pipeline.model import Picture, Rule, Trace
from pipeline.settings import DetectSettings, GridSettings

SETTINGS, GRID = DetectSettings(), GridSettings()
ROWS, COLUMNS = (100.0, 126.0, 150.0, 210.0, 236.0), (70.0, 160.0, 260.0, 330.0, 520.0)


def ruled(dpi: float, weight: float, *, grey: int = 60) -> NDArray[np.uint8]:
    """Return a page with a grid of rules `weight` points thick."""
    scale = dpi / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, dtype=np.uint8)
    thick = max(1, round(weight * scale))
    for y in ROWS:
        start, end = (
            (round(COLUMNS[0] * scale), round(y * scale)),
            (round(COLUMNS[-1] * scale), round(y * scale)),
        )
        cv2.line(pixels, start, end, (grey, grey, grey), thick)
    for x in COLUMNS:
        start, end = (round(x * scale), round(ROWS[0] * scale)), (round(x * scale), round(ROWS[-1] * scale))
        cv2.line(pixels, start, end, (grey, grey, grey), thick)
    return pixels


def lettered(pixels: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """Return the page with print in every cell and below the table: crosses and boxes like Chinese."""
    scale, written = dpi / 72, pixels.copy()
    places = [(x + 4.0, y + 6.0) for y in ROWS[:-1] for x in COLUMNS[:-1]]
    places += [(70.0, y) for y in range(300, 700, 20)]
    for left, top in places:
        for column in range(4 if left > 71 else 5):
            x, y, size = left + 14 * column, top, 11
            for a, b in (
                ((x, y + 2), (x + size, y + 2)),
                ((x, y + 10), (x + size, y + 10)),
                ((x + size / 2, y), (x + size / 2, y + 12)),
                ((x + 1, y + 1), (x + 1, y + 12)),
                ((x + size - 1, y + 1), (x + size - 1, y + 12)),
                ((x + 1, y + 6), (x + size - 1, y + 6)),
            ):
                ends = [(round(px * scale), round(py * scale)) for px, py in (a, b)]
                cv2.line(written, ends[0], ends[1], (40, 40, 40), max(1, round(0.8 * scale)))
    return written


def degraded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    noise = np.random.default_rng(5).normal(0, 8, pixels.shape)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.8).astype(np.float64)
    return (soft * 0.85 + 25 + noise).clip(0, 255).astype(np.uint8)


def rules_in(picture: Picture) -> tuple[Rule, ...]:
    return find_rules(find_ink(picture, SETTINGS), SETTINGS)


def tables(rules: tuple[Rule, ...]) -> list[tuple[int, int, int]]:
    found = (build_grid(region, 1, GRID) for region in find_regions(rules, GRID))
    return [(g.grid.rows, g.grid.columns, len(g.grid.cells)) for g in found if g]


@pytest.mark.parametrize("dpi", [110, 150, 200, 300])
@pytest.mark.parametrize("weight", [0.5, 1.0, 2.0])
def test_a_printed_table_is_found_at_every_resolution(dpi: int, weight: float) -> None:
    picture = Picture(degraded(lettered(ruled(dpi, weight), dpi)), dpi)
    assert tables(rules_in(picture)) == [(4, 4, 16)]


def test_rules_stand_where_they_were_drawn() -> None:
    rules = rules_in(Picture(ruled(200, 0.7), 200))
    across = sorted(r.position for r in rules if r.axis == "horizontal")
    down = sorted(r.position for r in rules if r.axis == "vertical")
    assert across == pytest.approx(ROWS, abs=0.4)
    assert down == pytest.approx(COLUMNS, abs=0.4)
    assert all(r.thickness < 1.5 for r in rules)


def test_the_edge_of_the_sheet_is_no_rule() -> None:
    pixels = ruled(200, 0.7)
    pixels[:, 1630:] = 40
    pixels[:30] = 40
    seen = rules_in(Picture(pixels, 200))
    assert {round(r.position) for r in seen if r.axis == "vertical"} == {round(x) for x in COLUMNS}
    assert {round(r.position) for r in seen if r.axis == "horizontal"} == {round(y) for y in ROWS}


def around(pixels: NDArray[np.uint8], dpi: float, *, dark: int) -> NDArray[np.uint8]:
    """Return a page askew on something dark that a scanner saw above it and at its right."""
    scale, seen = dpi / 72, pixels.copy()
    height, width = seen.shape
    above = [(0, 0), (width, 0), (width, round(26 * scale)), (0, round(18 * scale))]
    beside = [(width, 0), (width, height), (round(560 * scale), height), (round(553 * scale), 0)]
    for corners in (above, beside):
        cv2.fillPoly(seen, [np.array(corners)], (dark, dark, dark))
    return seen


@pytest.mark.parametrize("dark", [20, 150])
def test_the_dark_around_a_sheet_that_lies_askew_has_no_rules_at_its_edges(dark: int) -> None:
    seen = rules_in(Picture(around(ruled(150, 1.0), 150, dark=dark), 150))
    assert {round(r.position) for r in seen if r.axis == "vertical"} == {round(x) for x in COLUMNS}
    assert {round(r.position) for r in seen if r.axis == "horizontal"} == {round(y) for y in ROWS}


def test_a_shaded_header_at_the_top_of_a_picture_keeps_its_rules() -> None:
    scale, pixels = 150 / 72, ruled(150, 1.0)
    top, bottom, left, right = (round(v * scale) for v in (*ROWS[:2], COLUMNS[0], COLUMNS[-1]))
    header = pixels[top:bottom, left:right]
    header[header == 255] = 190
    seen = rules_in(Picture(pixels[top - 20 :], 150))
    assert len({round(r.position) for r in seen if r.axis == "horizontal"}) == len(ROWS)


def test_a_picture_cut_out_along_its_table_keeps_all_rules() -> None:
    pixels = ruled(200, 0.7)
    top, bottom = (round(y * 200 / 72) for y in (ROWS[0] - 2, ROWS[-1] + 3))
    left, right = (round(x * 200 / 72) for x in (COLUMNS[0] - 2, COLUMNS[-1] + 3))
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    assert tables(rules_in(Picture(cut, 200))) == [(4, 4, 16)]


def test_rules_on_the_back_of_the_sheet_are_none() -> None:
    back = np.ascontiguousarray(ruled(200, 2.0, grey=232)[:, ::-1])
    both = np.minimum(ruled(200, 0.7), np.roll(back, 37, axis=0))
    soft = np.asarray(cv2.GaussianBlur(both, (0, 0), 0.8), dtype=np.uint8)
    assert tables(rules_in(Picture(soft, 200))) == [(4, 4, 16)]


def test_rules_that_fade_within_a_page_stay() -> None:
    pixels = ruled(200, 0.7).astype(np.float64)
    fade = np.linspace(1.0, 0.4, pixels.shape[0] // 3)[:, None]
    top = len(fade)
    pixels[:top] = 255 - (255 - pixels[:top]) * fade
    assert tables(rules_in(Picture(degraded(pixels.astype(np.uint8)), 200))) == [(4, 4, 16)]


def test_pale_rules_are_found() -> None:
    assert tables(rules_in(Picture(degraded(ruled(200, 0.7, grey=170)), 200))) == [(4, 4, 16)]


def test_print_alone_is_no_table() -> None:
    pixels = lettered(np.full((2339, 1653), 255, np.uint8), 200)
    assert tables(rules_in(Picture(degraded(pixels), 200))) == []


def test_dotted_rules_are_rules() -> None:
    pixels = ruled(200, 0.7)
    inner = slice(round(ROWS[0] * 200 / 72) + 4, round(ROWS[-1] * 200 / 72) - 4)
    pixels[inner][np.arange(inner.stop - inner.start) % 6 < 2] = 255
    assert tables(rules_in(Picture(pixels, 200))) == [(4, 4, 16)]


@pytest.mark.parametrize("degrees", [-0.5, 0.2, 1.0])
def test_long_rules_tell_the_slope_that_is_left(degrees: float) -> None:
    pixels = lettered(ruled(200, 0.7), 200)
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255, 255, 255)), dtype=np.uint8
    )
    traces = find_traces(Picture(turned, 200), SETTINGS)
    assert slope_of(traces, SETTINGS) == pytest.approx(degrees, abs=0.05)


def crowded(dpi: float) -> NDArray[np.uint8]:
    """Return a page with rows hardly higher than their print, whose strokes reach the rule above them."""
    scale = dpi / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, dtype=np.uint8)

    def line(x0: float, y0: float, x1: float, y1: float) -> None:
        ends = [(round(x * scale), round(y * scale)) for x, y in ((x0, y0), (x1, y1))]
        cv2.line(pixels, ends[0], ends[1], (40, 40, 40), max(1, round(0.6 * scale)))

    for row in range(9):
        line(60, 100 + 10.4 * row, 520, 100 + 10.4 * row)
    for column in (60, 150, 300, 520):
        line(column, 100, column, 100 + 10.4 * 8)
    for row in range(8):
        for place in range(14):
            x, y = 155 + 9.0 * place + row % 3, 100 + 10.4 * row
            line(x + 3.5, y, x + 3.5, y + 7.5)
            line(x, y + 2, x + 7, y + 2)
            line(x, y + 5, x + 7, y + 5)
            line(x, y + 2, x, y + 7.5)
    return pixels


@pytest.mark.parametrize("dpi", [200, 300])
def test_print_that_hangs_from_a_rule_neither_hides_it_nor_passes_for_one(dpi: float) -> None:
    rules = rules_in(Picture(degraded(crowded(dpi)), dpi))
    (region,) = find_regions(rules, GRID)
    found = build_grid(region, 1, GRID)
    assert found is not None
    assert (found.grid.rows, found.grid.columns, len(found.grid.cells)) == (8, 3, 24)


def test_a_low_row_beside_a_label_of_two_rows_keeps_its_verticals() -> None:
    """As a page break leaves it: the last row of a header, cut low, below a part of the table's width."""
    scale = 200 / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, dtype=np.uint8)
    places = [round(v * scale) for v in (60, 200, 320, 420, 540)]
    top, middle, bottom = (round(v * scale) for v in (700, 730, 741))
    for start, y in ((0, top), (1, middle), (0, bottom)):
        cv2.line(pixels, (places[start], y), (places[-1], y), (50, 50, 50), 2)
    for x, start in zip(places, (top, top, middle, middle, top), strict=True):
        cv2.line(pixels, (x, start), (x, bottom), (50, 50, 50), 2)
    assert tables(rules_in(Picture(degraded(pixels), 200))) == [(2, 4, 5)]


def test_a_row_lower_than_any_stroke_keeps_its_verticals() -> None:
    scale = 200 / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, dtype=np.uint8)
    places = [round(v * scale) for v in (60, 250, 520)]
    top, bottom = round(700 * scale), round(711 * scale)
    for y in (top, bottom):
        cv2.line(pixels, (places[0], y), (places[-1], y), (50, 50, 50), 2)
    for x in places:
        cv2.line(pixels, (x, top), (x, bottom), (50, 50, 50), 2)
    (region,) = find_regions(rules_in(Picture(degraded(pixels), 200)), GRID)
    found = build_grid(region, 1, GRID)
    assert found is not None
    assert (found.grid.rows, found.grid.columns) == (1, 2)


def test_a_row_lower_than_any_stroke_keeps_its_verticals_between_rules_that_are_broken() -> None:
    scale = 200 / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, dtype=np.uint8)
    places = [round(v * scale) for v in (60, 250, 520)]
    top, bottom = round(700 * scale), round(711 * scale)
    for y, breaks in ((top, (150, 240, 262)), (bottom, (130, 300, 400))):
        cv2.line(pixels, (places[0], y), (places[-1], y), (50, 50, 50), 2)
        for x in breaks:
            pixels[y - 4 : y + 5, round(x * scale) : round((x + 7) * scale)] = 255
    for x in places:
        cv2.line(pixels, (x, top), (x, bottom), (50, 50, 50), 2)
    found = rules_in(Picture(degraded(pixels), 200))
    assert any(rule.axis == "vertical" and abs(rule.position - 250) < 1 for rule in found)


def test_a_rule_with_print_hard_by_it_above_and_below_is_one() -> None:
    """As a coarse fax makes of small print: one piece with the rule, higher than the rule is thick."""
    scale = 200 / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, dtype=np.uint8)

    def bar(left: float, top: float, right: float, bottom: float) -> None:
        x0, y0, x1, y1 = (round(v * scale) for v in (left, top, right, bottom))
        pixels[y0:y1, x0:x1] = 0

    ys = [100.0 + 14 * row for row in range(7)]
    for y in ys:
        bar(60, y - 1.2, 520, y + 1.2)
    for x in (60.0, 210.0, 300.0, 520.0):
        bar(x - 1.2, ys[0], x + 1.2, ys[-1])
    for y in ys[:-1]:
        for place in range(11):
            x = 64 + 9.2 * place
            bar(x, y + (1.2 if place % 4 else 2.6), x + 8, y + 4)
            bar(x, y + 9.6, x + 8, y + (12.8 if place % 5 else 11))
    rules = rules_in(Picture(degraded(pixels), 200))
    assert tables(rules) == [(6, 3, 18)]


@pytest.mark.parametrize("behind", [1000, 515], ids=["far", "as far as the next table"])
def test_what_shines_through_does_not_lengthen_a_rule(behind: int) -> None:
    """The side of a table on the back of the sheet goes on where the table's own one ends."""
    dpi = 200
    pixels = np.full((1200, 1600), 235, dtype=np.uint8)
    xs, ys = (200, 600, 1000, 1400), (150, 250, 350, 450)
    pixels[ys[0] : behind, xs[-1] - 1 : xs[-1] + 2] = 212
    for x in xs:
        pixels[ys[0] : ys[-1], x - 1 : x + 2] = 30
    for y in ys:
        pixels[y - 1 : y + 2, xs[0] : xs[-1]] = 30
    found = rules_in(Picture(pixels, dpi))
    side = [r for r in found if r.axis == "vertical" and abs(r.position - xs[-1] * 72 / dpi) < 2]
    assert [r.end for r in side] == [pytest.approx(ys[-1] * 72 / dpi, abs=0.6 * SETTINGS.stroke)]


def test_a_table_on_the_back_of_the_sheet_is_none() -> None:
    """Its rules and print are all that the page has of a table; light rules of one's own are rules."""
    own = lettered(np.full((2339, 1653), 255, np.uint8), 200)
    own[: round(290 * 200 / 72)] = 255

    def behind(pixels: NDArray[np.uint8]) -> Picture:
        """Return the page with a tenth of what is on its back."""
        return Picture(np.minimum(own, 255 - (255 - pixels) // 10), 200)

    ink = find_ink(behind(lettered(ruled(200, 0.7, grey=40), 200)), SETTINGS)
    rules = find_rules(ink, SETTINGS)
    assert tables(rules) == []
    assert min(mark.top for mark in find_marks(ink, rules, SETTINGS)) > 290, "nor is there print"
    assert tables(rules_in(behind(ruled(200, 0.7, grey=40)))) == [(4, 4, 16)]


def test_small_print_run_together_is_no_rule() -> None:
    """Where a soft picture leaves no white between characters, their line is as solid as a rule."""
    pixels = np.full((1169, 827), 255, dtype=np.uint8)
    for y in (200, 400):
        cv2.line(pixels, (100, y), (700, y), (40,), 2)
    cv2.rectangle(pixels, (120, 296), (240, 303), (60,), -1)
    (first, second) = find_rules(find_ink(Picture(pixels, 100), SETTINGS), SETTINGS)
    assert [rule.position * 100 / 72 for rule in (first, second)] == pytest.approx([200.5, 400.5], abs=1)
    for x in (120, 240):
        cv2.line(pixels, (x, 200), (x, 400), (40,), 2)
    rules = find_rules(find_ink(Picture(pixels, 100), SETTINGS), SETTINGS)
    assert [r.axis for r in rules if 290 < r.position * 100 / 72 < 310] == ["horizontal"], "it meets others"


def piece(y: float, start: float, stop: float, tilt: float = 0.0) -> Trace:
    along = np.arange(start, stop, 6.0, dtype=np.float64)
    return Trace("horizontal", along, np.asarray(y + tilt * (along - start), dtype=np.float64))


def test_pieces_of_faint_rules_on_the_levels_of_rows_tell_a_tables_course() -> None:
    pieces = [piece(100.0 + 25 * k, 60.0 + 11 * k, 170.0 + 7 * k, 0.01) for k in range(6)]
    assert of_tables(pieces, SETTINGS) == tuple(pieces)


def test_strokes_at_random_tilts_and_edges_of_sheets_in_a_pile_are_no_tables_course() -> None:
    strokes = [piece(100.0 + 25 * k, 60.0, 110.0, 0.15 * (-1) ** k * k) for k in range(6)]
    edges = [piece(700.0 + 3 * k, 60.0 + 9 * k, 400.0 + 5 * k) for k in range(6)]
    assert of_tables(strokes, SETTINGS) == ()
    assert of_tables(edges, SETTINGS) == ()
