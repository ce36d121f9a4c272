"""Figures told by their likeness to others of their table, drawn under characters, strokes and specks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.model import Box, Cell, CellReading, Reading
from pipeline.read.alike import READER, read_alike
from pipeline.read.in_place import SUSPECT
from pipeline.read.ink import CellInk, find_blobs
from pipeline.read.lines import split_lines
from pipeline.read.place import Seat
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
COLUMNS, ROWS, WIDTH, HEIGHT, EM = 5, 6, 110, 44, 28.0
FONT = ImageFont.load_default(28)
SEAL = ((-50, 12, 10, -14), (-20, 16, 44, 4), (-40, -20, 50, 20), (-10, -22, 30, 22))
LONG = ["10", "21", "32", "43", "54", "65", "76", "87", "98", "109", "123", "456", "780"]
DIGITS = [*"0123456789", *LONG, *"0012300"]


def printed(text: str, aside: float = 0.5) -> Pixels:
    """Return a cell with a text, set from a share of its width."""
    canvas = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(canvas)
    left, _, right, _ = draw.textbbox((0, 0), text, font=FONT)
    _, top, _, bottom = draw.textbbox((0, 0), "0", font=FONT)
    x = 8 + aside * (WIDTH - 16 - right + left) - left
    draw.text((x, (HEIGHT - top - bottom) / 2), text, 60, FONT)
    return np.asarray(canvas, dtype=np.uint8)


def under(pixels: Pixels, strokes: Sequence[tuple[int, int, int, int]], grey: int = 110) -> Pixels:
    """Return a cell with strokes over what is printed: ends in pixels from its middle."""
    over = np.full_like(pixels, 255)
    for x0, y0, x1, y1 in strokes:
        start, end = ((WIDTH // 2 + x, HEIGHT // 2 + y) for x, y in ((x0, y0), (x1, y1)))
        cv2.line(over, start, end, (grey,), 2, cv2.LINE_AA)
    return np.minimum(pixels, over)


def seat(index: int, pixels: Pixels, text: str, confidence: float = 0.999) -> Seat:
    """Return a cell with its ink and what a recognizer made of it: nothing, a figure or a word."""
    row, column = divmod(index, COLUMNS)
    left, top = column * (WIDTH + 2), row * (HEIGHT + 2)
    blobs, labels = find_blobs(pixels < 190)
    sides = {*labels[0], *labels[-1], *labels[:, 0], *labels[:, -1]} - {0}
    ink = CellInk(pixels, labels, blobs, (left, top), whole=pixels, crossing=frozenset(map(int, sides)))
    reading = Reading(text, confidence, "ppocr", (confidence,) * len(text))
    figure = reading if text and all(c in "0123456789/-—" for c in text) else None
    box = Box(left, top, left + WIDTH, top + HEIGHT)
    bands = split_lines(ink, EM, SETTINGS) if blobs else ()
    return Seat(Cell(row, row + 1, column, column + 1, 1, box), ink, bands, CellReading(reading, figure))


def table(
    texts: Sequence[str], others: Mapping[int, tuple[Pixels, str, float]], aside: float = 0.5
) -> tuple[CellReading, ...]:
    """Return what is told of a table of texts, all surely read but for `others`: picture and reading."""
    seats = [
        seat(i, *others[i]) if i in others else seat(i, printed(text, aside), text)
        for i, text in enumerate(texts)
    ]
    return read_alike(seats, EM, SETTINGS)


@pytest.mark.parametrize("text", ["0", "3", "8", "21", "87"])
@pytest.mark.parametrize("aside", [0.5, 1.0])
def test_a_number_under_a_seal_is_told_by_the_others_of_its_table(text: str, aside: float) -> None:
    covered = under(printed(text, aside), SEAL)
    told = table(DIGITS, {12: (covered, "生态", 0.97)}, aside)[12]
    assert told.figure is not None
    assert told.figure.text == text
    assert told.figure.reader == READER
    assert told.figure.confidence <= SETTINGS.placed_confidence
    assert SUSPECT in told.flags
    assert [other.text for other in told.others] == ["生态"]


@pytest.mark.parametrize("sign", ["/", "—"])
def test_a_stroke_under_a_seal_is_told_where_the_table_has_others(sign: str) -> None:
    texts = [sign if i % 3 else "7" for i in range(COLUMNS * ROWS)]
    told = table(texts, {13: (under(printed(sign), SEAL[2:]), "态", 0.8)})[13]
    assert told.figure is not None
    assert told.figure.text == sign
    assert SUSPECT in told.flags


def test_characters_with_no_figure_under_them_are_left_as_they_were_read() -> None:
    told = table(DIGITS, {12: (under(np.full((HEIGHT, WIDTH), 255, np.uint8), SEAL), "生态", 0.97)})[12]
    assert told.text.text == "生态"
    assert told.figure is None


def test_the_last_digit_of_a_longer_number_is_not_told_alone() -> None:
    """The 4 is hidden altogether: 50 and 0 stand where numbers do, but there is more."""
    hidden = printed("450", 1.0).copy()
    hidden[:, WIDTH // 2 - 4 : WIDTH - 40] = 110
    told = table(DIGITS, {12: (hidden, "器", 0.5)}, 1.0)[12]
    assert told.figure is None or told.figure.text not in {"0", "50"}


@pytest.mark.parametrize(("printed_digit", "read"), [("3", "8"), ("0", "6"), ("7", "1")])
def test_a_digit_that_is_far_more_like_another_is_not_sure(printed_digit: str, read: str) -> None:
    told = table(DIGITS, {12: (printed(printed_digit), read, 0.995)})[12]
    texts = {other.text for other in (*told.others, told.text)}
    assert printed_digit in texts
    assert told.figure is not None
    assert told.figure.text == printed_digit or told.others


def test_what_was_rightly_read_is_left_alone() -> None:
    assert all(not told.flags and not told.others for told in table(DIGITS, {}))


def blank_but(index: int, pixels: Pixels, text: str, confidence: float) -> CellReading:
    """Return what is told of a cell in a table that is blank but for every fourth of its cells."""
    texts = ["" if i % 4 else "5" for i in range(COLUMNS * ROWS)]
    return table(texts, {index: (pixels, text, confidence)})[index]


@pytest.mark.parametrize("at", [(20, 12), (55, 22), (90, 30)])
def test_a_speck_in_a_blank_cell_among_others_is_blank_and_suspect(at: tuple[int, int]) -> None:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.circle(pixels, at, 2, (70,), -1)
    told = blank_but(13, pixels, "。", 0.95)
    assert told.text.text == ""
    assert told.flags == (SUSPECT,)
    assert [other.text for other in told.others] == ["。"]


def test_a_speck_is_not_blank_where_every_cell_has_a_figure() -> None:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.circle(pixels, (55, 22), 2, (70,), -1)
    told = table(DIGITS, {13: (pixels, "。", 0.95)})[13]
    assert told.text.text == "。"


def test_a_speck_is_no_number_in_a_table_of_few_figures() -> None:
    pixels = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.circle(pixels, (55, 22), 3, (20,), -1)
    words = ["公开内容", "制发件数", "废止件数", "现行有效", "备注", "规章", "", "", "", "规范", *"123"]
    told = table(words, {6: (pixels, "1", 0.96)})[6]
    assert told.text.text == ""
    assert told.figure is None
    assert SUSPECT in told.flags


def test_a_slash_that_goes_beyond_its_cell_in_a_table_of_digits_is_suspect_or_the_digit_under_it() -> None:
    pen = under(np.full((HEIGHT, WIDTH), 255, np.uint8), [(-30, 22, 4, -20)], grey=40)
    alone = table(DIGITS, {12: (pen, "/", 0.998)})[12]
    assert SUSPECT in alone.flags
    assert not table(DIGITS, {12: (printed("/"), "/", 0.998)})[12].flags
    told = table(DIGITS, {12: (np.minimum(pen, printed("0")), "/", 0.998)})[12]
    assert told.text.text == "0"
    assert SUSPECT in told.flags
    assert not table(["/" if i % 2 else "7" for i in range(30)], {})[1].flags


def test_a_pen_in_a_blank_cell_is_blank_and_suspect_and_a_word_is_not() -> None:
    pen = under(np.full((HEIGHT, WIDTH), 255, np.uint8), [(-50, -4, -20, -20), (-48, -18, -30, 0)])
    assert blank_but(13, pen, "人", 0.4).text.text == ""
    assert blank_but(13, pen, "见附件", 0.97).text.text == "见附件"


def test_a_figure_in_a_blank_cell_is_no_blank() -> None:
    told = blank_but(13, under(printed("5"), SEAL[:2]), "岳", 0.6)
    assert told.text.text == "5"
    assert SUSPECT in told.flags


def test_a_label_at_the_side_of_figures_is_no_figure_though_a_stroke_of_it_is_like_one() -> None:
    """It stands in no column of figures, nor between such."""
    labels = {i: (under(printed("1"), SEAL[:2]), "要求提供公开出版物", 0.8) for i in range(0, 30, COLUMNS)}
    told = table(["1" if i % 2 else "7" for i in range(COLUMNS * ROWS)], labels)
    assert {told[i].text.text for i in labels} == {"要求提供公开出版物"}


def test_a_label_is_none_where_a_page_break_left_blank_cells_above_it() -> None:
    labels = {i: (under(printed("5"), SEAL[:2]), "不予公开", 0.8) for i in range(10, 30, COLUMNS)}
    texts = ["" if not i % COLUMNS or i % 4 else "5" for i in range(COLUMNS * ROWS)]
    told = table(texts, labels)
    assert {told[i].text.text for i in labels} == {"不予公开"}


def test_several_figures_in_one_cell_are_not_the_one_in_its_middle() -> None:
    told = table(DIGITS, {12: (printed("3 0 3"), "3 0 3", 0.4)})[12]
    assert told.text.text == "3 0 3"


def test_a_header_above_figures_is_no_figure() -> None:
    header = {i: (under(printed("1"), SEAL[:2]), "总计", 0.8) for i in range(COLUMNS)}
    told = table(["1" if i % 2 else "7" for i in range(COLUMNS * ROWS)], header)
    assert {told[i].text.text for i in header} == {"总计"}
