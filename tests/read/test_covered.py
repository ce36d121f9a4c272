"""Digits under strokes, in a typeface that the network was not trained on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.model import Box, Cell, CellReading, Reading
from pipeline.read.covered import READER, read_covered
from pipeline.read.in_place import SUSPECT, read_in_place, unread
from pipeline.read.ink import CellInk, find_blobs
from pipeline.read.lines import band_of
from pipeline.read.place import Place, Seat
from pipeline.read.replay import null_engine
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
WIDTH, HEIGHT = 120, 40
SIZE = 30


def place() -> Place:
    """Return where numbers stand in these cells: in their middle."""
    font = ImageFont.load_default(SIZE)
    _, top, _, bottom = ImageDraw.Draw(Image.new("L", (9, 9))).textbbox((0, 0), "0", font=font)
    advance = font.getlength("0")
    return Place(0.5, 0.5, (0.0, 0.0), bottom - top, 0.85 * advance, advance)


def printed(text: str) -> Pixels:
    """Return a cell with a number in its middle, in Pillow's own typeface."""
    font = ImageFont.load_default(SIZE)
    canvas = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(canvas)
    _, top, _, bottom = draw.textbbox((0, 0), "0", font=font)
    advance = font.getlength("0")
    for i, sign in enumerate(text):
        x = WIDTH / 2 + (i - len(text) / 2) * advance + (advance - font.getlength(sign)) / 2
        draw.text((x, (HEIGHT - top - bottom) / 2), sign, 60, font)
    return np.asarray(canvas, dtype=np.uint8)


def struck(pixels: Pixels, *strokes: tuple[int, int, int, int], grey: int = 120) -> Pixels:
    """Return a cell with strokes over what is printed: ends in pixels from its middle."""
    over = np.full_like(pixels, 255)
    for x0, y0, x1, y1 in strokes:
        start, end = ((WIDTH // 2 + x, HEIGHT // 2 + y) for x, y in ((x0, y0), (x1, y1)))
        cv2.line(over, start, end, (grey,), 2, cv2.LINE_AA)
    return np.minimum(pixels, over)


def read(pixels: Pixels) -> Reading | None:
    ink = CellInk(pixels, np.zeros(pixels.shape, np.int32), (), whole=pixels)
    cell = Cell(0, 1, 0, 1, 1, Box(0, 0, WIDTH, HEIGHT))
    return read_covered(Seat(cell, ink, (), CellReading(Reading("", 0.0, "ppocr"))), place(), SETTINGS)


def told(pixels: Pixels) -> str | None:
    found = read(pixels)
    return found.text if found else None


SLANTED = (-30, 14, 30, -12)
SEAL = ((-40, -12, 44, -18), (-34, 18, 40, 12), (24, -18, 36, 18))
"""Strokes of a seal's character around the number, one of which touches it."""


@pytest.mark.parametrize("text", [*"023456789", "10", "47", "358"])
def test_a_number_in_its_place_is_read(text: str) -> None:
    assert told(printed(text)) == text


@pytest.mark.parametrize("text", [*"023456789"])
def test_a_pen_stroke_through_a_digit_makes_no_other_of_it(text: str) -> None:
    assert told(struck(printed(text), SLANTED)) in {text, None}


def test_most_digits_are_read_through_a_pen_stroke() -> None:
    assert sum(told(struck(printed(text), SLANTED)) == text for text in "0123456789") >= 7


@pytest.mark.parametrize("text", ["0", "2", "5", "31"])
def test_a_number_among_the_strokes_of_a_seal_is_read(text: str) -> None:
    assert told(struck(printed(text), *SEAL)) == text


def test_where_no_digit_stands_none_is_told() -> None:
    empty = printed("")
    for pixels in (
        empty,
        struck(empty, SLANTED),
        struck(empty, *SEAL),
        struck(empty, (-8, 0, 8, 0), grey=60),
    ):
        assert told(pixels) is None


def test_part_of_a_number_is_none() -> None:
    hidden = printed("148").copy()
    hidden[:, : WIDTH // 2 - round(place().advance / 2)] = 60  # a dark thing lies over the first digit
    assert told(hidden) is None


def test_a_cell_too_narrow_for_a_digit_holds_none() -> None:
    assert told(printed("0")[:, WIDTH // 2 - 2 : WIDTH // 2 + 2]) is None


def test_a_reading_names_its_reader_and_each_digit() -> None:
    found = read(printed("47"))
    assert found is not None
    assert found.reader == READER
    assert len(found.characters) == 2
    assert found.confidence == pytest.approx(found.characters[0] * found.characters[1])


@pytest.mark.parametrize(
    ("text", "stroke"), [("21", (0, -16, 8, 16)), ("13", (-6, -16, -14, 16)), ("41", (-6, -16, -6, 16))]
)
def test_a_digit_vouches_for_a_1_in_line_with_it(text: str, stroke: tuple[int, int, int, int]) -> None:
    assert told(struck(printed(text), stroke, grey=60)) == text


def seat_at(row: int, column: int, pixels: Pixels, reading: CellReading) -> Seat:
    """Return a cell of a table, what is printed in it and what was read."""
    blobs, labels = find_blobs(pixels < 200)
    cell = Cell(row, row + 1, column, column + 1, 1, Box(0, 0, WIDTH, HEIGHT))
    return Seat(cell, CellInk(pixels, labels, blobs, whole=pixels), (band_of(blobs),), reading)


def plain(column: int, row: int = 0) -> Seat:
    figure = Reading("26", 0.99, "ppocr")
    return seat_at(row, column, printed("26"), CellReading(figure, figure))


def test_a_figure_that_is_read_of_its_place_too_is_decently_sure_and_suspect() -> None:
    """Else the free reading, which is no figure, goes before it."""
    reading = CellReading(Reading("口", 0.22, "ppocr"), Reading("0", 0.4, "ppocr"))
    struck_zero = struck(printed("0"), (-12, -16, -4, 16), grey=90)
    seats = [*(plain(column) for column in range(8)), seat_at(0, 8, struck_zero, reading)]
    *_, found = read_in_place(seats, 30.0, null_engine(), SETTINGS)
    assert found.figure is not None
    assert (found.figure.text, found.figure.confidence) == ("0", SETTINGS.placed_confidence)
    assert found.flags == (SUSPECT,)


@pytest.mark.parametrize(("rows", "first", "lost"), [(1, 0, True), (2, 0, False), (2, 4, True)])
def test_a_column_without_figures_holds_some_between_others_and_in_a_table_of_one_row(
    rows: int, first: int, lost: bool
) -> None:
    words = CellReading(Reading("明", 0.5, "ppocr"))
    covered = seat_at(0, first, struck(printed("0"), *SEAL), words)
    seats = [plain(column, row) for row in range(rows) for column in range(9) if column != first]
    assert unread([covered, *seats], SETTINGS) == ([0] if lost else [])
