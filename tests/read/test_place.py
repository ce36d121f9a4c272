"""Figures found by where they stand: beside a seal's characters, and apart from scraps of rules."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.model import Cell, CellReading, Picture, Reading
from pipeline.read.cells import read_picture
from pipeline.read.in_place import SUSPECT, UNREAD, has_more, is_astray, number_in
from pipeline.read.ink import Blob, CellInk
from pipeline.read.lines import band_of
from pipeline.read.place import Seat, find_place
from pipeline.read.scan import Engine, Pixels
from pipeline.settings import ReadSettings
from tests.read.sheet import COLUMNS, GRID, HEIGHT, LEFT, RULES, TEXTS, TOP, WIDTH, picture

SETTINGS = ReadSettings()
EM = 20.0


def window(index: int, shown: Picture) -> tuple[slice, slice]:
    """Return the part of the picture inside one of the grid's cells."""
    row, column = divmod(index, COLUMNS)
    left, top = LEFT + column * WIDTH + 2, TOP + row * HEIGHT + 2
    bounds = (top, top + HEIGHT - 4), (left, left + WIDTH - 4)
    down, across = (slice(*(round(v * shown.scale) for v in ends)) for ends in bounds)
    return down, across


def cluttered(index: int, gap: float) -> Picture:
    """Return the page with characters in a cell on both sides of its middle, `gap` points from it."""
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    words = shown.pixels[window(TEXTS.index("部分公开"), shown)]
    seen = pixels[window(index, shown)]
    words = np.asarray(cv2.resize(words, seen.shape[::-1]), dtype=np.uint8)
    middle, off = words.shape[1] // 2, round(gap * shown.scale)
    clutter = np.full_like(seen, 255)
    clutter[:, : middle - off] = words[:, off:middle]
    clutter[:, middle + off :] = words[:, middle : words.shape[1] - off]
    np.minimum(seen, clutter, out=seen)
    return Picture(pixels, shown.dpi)


def read(shown: Picture, engine: Engine) -> tuple[CellReading, ...]:
    (cells,), _ = read_picture(shown, 1, [GRID], RULES, engine, SETTINGS)
    return cells


@pytest.mark.engine
@pytest.mark.parametrize(("text", "gap"), [("0", 4.5), ("25", 7.5), ("274", 10.0)])
def test_a_figure_among_the_characters_of_a_seal_is_read_at_its_place(
    text: str, gap: float, engine: Engine
) -> None:
    index = max(i for i, other in enumerate(TEXTS) if other == text)
    cell = read(cluttered(index, gap), engine)[index]
    assert cell.figure is not None
    assert cell.figure.text == text
    assert cell.figure.confidence <= SETTINGS.placed_confidence
    assert SUSPECT in cell.flags
    assert cell.others, "what was read of the whole cell is lost"


@pytest.mark.engine
def test_scraps_of_rules_at_both_sides_of_a_cell_make_its_figure_suspect(engine: Engine) -> None:
    shown = picture("song.png")
    index = TEXTS.index("37.9")
    pixels = shown.pixels.copy()
    down, across = window(index, shown)
    for x in (across.start + 14, across.stop - 14):
        cv2.line(pixels, (x, down.start + 24), (x, down.stop - 24), (40,), 3)
    cells = read(Picture(pixels, shown.dpi), engine)
    best = cells[index].figure or cells[index].text
    assert best.text == "37.9" or SUSPECT in cells[index].flags
    assert not [text for text, cell in zip(TEXTS, cells, strict=True) if text == "0" and cell.flags]


@pytest.mark.engine
def test_a_zero_too_faint_for_ink_is_read_at_its_place_and_suspect(engine: Engine) -> None:
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    index = 5 * COLUMNS + 2
    assert TEXTS[index] == "0"
    inside = window(index, shown)
    pixels[inside] = (255 - (255 - pixels[inside].astype(np.float32)) * 0.15).astype(np.uint8)
    cells = read(Picture(pixels, shown.dpi), engine)
    cell = cells[index]
    assert cell.figure is not None, "a faint zero is taken for nothing"
    assert (cell.figure.text, cell.flags) == ("0", (SUSPECT,))
    assert cell.figure.confidence <= SETTINGS.placed_confidence
    assert not [text for text, other in zip(TEXTS, cells, strict=True) if not text and other.figure]


@pytest.mark.engine
def test_a_scrap_beside_a_number_is_no_digit_of_it(engine: Engine) -> None:
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    index = 5 * COLUMNS + 2
    down, across = window(index, shown)
    for x in (across.start + 26, across.start + 27, across.start + 28):
        cv2.line(pixels, (x, down.start + 30), (x - 3, down.stop - 28), (60,), 2)
    cell = read(Picture(pixels, shown.dpi), engine)[index]
    assert cell.figure is not None
    assert cell.figure.text == "0"
    assert SUSPECT in cell.flags


@pytest.mark.engine
def test_a_pen_through_figures_makes_no_sure_number_of_them(engine: Engine) -> None:
    """A stroke over each of a row's figures: what is not read right is at least in doubt."""
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    row = range(6 * COLUMNS, 7 * COLUMNS)
    for index in row:
        down, across = window(index, shown)
        y, x = (down.start + down.stop) // 2, (across.start + across.stop) // 2
        cv2.line(pixels, (x - 40, y + 22), (x + 40, y - 22), (90,), 5, cv2.LINE_AA)
    cells = read(Picture(pixels, shown.dpi), engine)
    found = [(TEXTS[i], cells[i].figure, cells[i].flags) for i in row]
    wrong = [(text, figure) for text, figure, flags in found if not flags and figure and figure.text != text]
    assert not [text for text, figure in wrong if figure.confidence >= SETTINGS.sure]
    assert sum(figure is not None and figure.text == text for text, figure, _ in found) >= 4


def seat(left: int, text: str, size: tuple[int, int] = (40, 120), top: int = 12) -> Seat:
    """Return a cell with a number of digits 8 pixels wide and 16 high, 10 from one to the next."""
    blobs = tuple(Blob(i + 1, left + 10 * i, top, left + 10 * i + 8, top + 16, 100) for i in range(len(text)))
    grey: Pixels = np.full(size, 255, np.uint8)
    ink = CellInk(grey, np.zeros(size, np.int32), blobs)
    figure = Reading(text, 0.99, "test")
    return Seat(Cell(0, 1, 0, 1, 1, None), ink, (band_of(blobs),), CellReading(figure, figure))


@pytest.mark.parametrize("aside", [0.0, 0.5, 1.0])
def test_the_place_is_told_however_figures_are_set(aside: float) -> None:
    texts = ("0", "12", "345", "6", "78", "9", "1024", "11")
    inside = 108  # pixels of the cell between margins of 6

    def start(width: int) -> int:
        return 6 + round(aside * (inside - width))

    seats = [seat(start(10 * len(text) - 2), text) for text in texts]
    place = find_place(seats, EM, SETTINGS)
    assert place is not None
    assert place.aside == aside
    left, top, right, bottom = place.box((40, 120), 3)
    assert (left, right) == pytest.approx((start(28), start(28) + 28), abs=1)
    assert (top, bottom) == pytest.approx((12, 28), abs=1)


def test_figures_that_stand_anywhere_have_no_place() -> None:
    assert find_place([seat(7 * i, "25") for i in range(12)], EM, SETTINGS) is None


def test_few_figures_show_no_place() -> None:
    assert find_place([seat(50, "25") for _ in range(4)], EM, SETTINGS) is None


def test_digits_set_wide_are_not_the_one_in_their_middle() -> None:
    """The place of a single digit, and white beside it, are all that a reader of places would see."""
    place = find_place([seat(51, "25") for _ in range(8)], EM, SETTINGS)
    assert place is not None
    blobs = tuple(Blob(i + 1, 16 + 20 * i, 12, 24 + 20 * i, 28, 100) for i in range(5))
    wide = replace(seat(51, "27767"), ink=replace(seat(51, "27767").ink, blobs=blobs))
    assert has_more(wide, place, 1, EM, SETTINGS)
    assert not has_more(wide, place, 5, EM, SETTINGS)
    assert not has_more(seat(51, "25"), place, 2, EM, SETTINGS)


@pytest.mark.engine
@pytest.mark.parametrize("down_by", [8, 30, 60])
def test_a_round_speck_among_figures_is_no_number(down_by: int, engine: Engine) -> None:
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    index = 5 * COLUMNS + 1
    down, across = window(index, shown)
    cv2.circle(pixels, ((across.start + across.stop) // 2, down.start + down_by), 4, (20,), -1)
    cell = read(Picture(pixels, shown.dpi), engine)[index]
    assert cell.figure is None
    assert not cell.text.text.isdigit()
    assert {UNREAD, SUSPECT} & set(cell.flags) or cell.text.confidence < SETTINGS.sure


@pytest.mark.engine
def test_a_number_of_two_lines_is_suspect(engine: Engine) -> None:
    """A note by hand above what is printed is read with it."""
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    index = TEXTS.index("37.9")
    down, across = window(index, shown)
    middle = (across.start + across.stop) // 2
    pixels[down, across] = 255
    for top, text in ((2, "8"), (44, "5")):
        place = (middle - 10, down.start + top + 28)
        cv2.putText(pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20,), 2, cv2.LINE_AA)
    cell = read(Picture(pixels, shown.dpi), engine)[index]
    assert (cell.figure or cell.text).text == "85"
    assert SUSPECT in cell.flags


def written(pixels: Pixels, text: str, middle: tuple[int, int], size: float) -> None:
    """Write digits by hand about a point (right, down) of a picture."""
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 3)
    start = middle[0] - width // 2, middle[1] + height // 2
    cv2.putText(pixels, text, start, cv2.FONT_HERSHEY_SIMPLEX, size, (40,), 3, cv2.LINE_AA)


@pytest.mark.engine
def test_a_number_written_by_hand_below_a_figure_is_none_of_it(engine: Engine) -> None:
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    index = TEXTS.index("25")
    down, across = window(index, shown)
    written(pixels, "32", ((across.start + across.stop) // 2 + 20, down.stop - 12), 0.8)
    cell = read(Picture(pixels, shown.dpi), engine)[index]
    assert cell.figure is not None, f"{cell.text.text} is read"
    assert (cell.figure.text, cell.flags) == ("25", (SUSPECT,))


def test_separators_leave_a_number_in_two_lines_one() -> None:
    """What scraps of its lines make of the place between them is none of it."""
    assert number_in(Reading("8,607,657", 0.87, "test"), SETTINGS) == "8,607,657"
    assert number_in(Reading("8,607,657", 0.2, "test"), SETTINGS) == ""
    assert number_in(Reading("8人,", 0.87, "test"), SETTINGS) == ""


@pytest.mark.parametrize(
    ("text", "astray"),
    [("25.", True), (".0", True), ("0+", True), ("+5", False), ("-7", False), ("25", False)],
)
def test_digits_with_a_speck_at_an_end_are_looked_at_in_their_place(text: str, astray: bool) -> None:
    plain = seat(51, "25")
    place = find_place([plain] * 8, EM, SETTINGS)
    assert place is not None
    figure = Reading(text, 0.99, "test")
    read_so = replace(plain, reading=replace(plain.reading, figure=figure))
    assert is_astray(read_so, place, EM, SETTINGS) == astray


@pytest.mark.engine
def test_a_figure_under_a_seal_is_read_in_a_column_that_holds_no_other(engine: Engine) -> None:
    """The rows of other tables hold one figure a column; those beside it tell what the column holds."""
    index = 6 * COLUMNS + 2
    assert TEXTS[index] == "0"
    shown = cluttered(index, 4.5)
    for row in (0, 1, 4, 5):
        shown.pixels[window(row * COLUMNS + 2, shown)] = 255
    cell = read(shown, engine)[index]
    assert cell.figure is not None, f"{cell.text.text} is read"
    assert (cell.figure.text, cell.flags) == ("0", (SUSPECT,))


@pytest.mark.engine
def test_a_speck_as_small_as_a_hyphen_is_suspect_where_no_other_is(engine: Engine) -> None:
    shown = picture("song.png")
    pixels = shown.pixels.copy()
    index = 5 * COLUMNS + 1
    assert TEXTS[index] == ""
    for i in (j for j, text in enumerate(TEXTS) if text == "—"):
        pixels[window(i, shown)] = 255
    down, across = window(index, shown)
    middle = (down.start + down.stop) // 2, (across.start + across.stop) // 2
    pixels[middle[0] - 1 : middle[0] + 2, middle[1] - 3 : middle[1] + 4] = 30
    cell = read(Picture(pixels, shown.dpi), engine)[index]
    assert (cell.text.text, cell.flags) == ("-", (SUSPECT,))
