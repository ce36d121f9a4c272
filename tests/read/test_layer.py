"""Text layers, by position."""

from __future__ import annotations

from pipeline.model import Box, Cell, Glyph, Grid
from pipeline.read.layer import read_layer_cells, read_layer_lines

GRID = Grid(
    1,
    2,
    (Cell(0, 1, 0, 1, 1, Box(0, 0, 100, 50)), Cell(0, 1, 1, 2, 1, Box(100, 0, 200, 50))),
)


def glyphs(text: str, left: float, top: float, width: float = 5.0, height: float = 10.0) -> list[Glyph]:
    return [
        Glyph(c, Box(left + i * width, top, left + (i + 1) * width, top + height)) for i, c in enumerate(text)
    ]


def texts(shown: list[Glyph]) -> list[str]:
    return [reading.text.text for reading in read_layer_cells(shown, GRID)]


def test_glyphs_belong_to_the_cell_of_their_middle() -> None:
    assert texts(glyphs("1584", 10, 10) + glyphs("-13", 110, 10)) == ["1584", "-13"]


def test_lines_of_a_cell_are_joined_whatever_order_the_file_has() -> None:
    assert texts(glyphs("企业", 10, 25, 10) + glyphs("商业", 10, 10, 10)) == ["商业企业", ""]


def test_a_blank_cell_is_empty_with_certainty_and_not_zero() -> None:
    reading = read_layer_cells([], GRID)[0]
    assert (reading.text.text, reading.text.confidence, reading.text.reader) == ("", 1.0, "text-layer")


def test_a_real_gap_between_digits_stays_visible() -> None:
    assert texts(glyphs("0", 10, 10) + glyphs("0", 30, 10)) == ["0 0", ""]


def test_spaces_between_chinese_are_dropped() -> None:
    assert texts(glyphs("总 计", 10, 10, 10)) == ["总计", ""]


def test_a_digit_printed_twice_to_look_bold_counts_once() -> None:
    assert texts(glyphs("8", 10, 10) + glyphs("8", 10.3, 10)) == ["8", ""]
    assert texts(glyphs("88", 10, 10)) == ["88", ""]


def test_raised_digits_do_not_break_their_line() -> None:
    assert texts(glyphs("59237", 10, 10) + glyphs(".2449", 35, 10.6)) == ["59237.2449", ""]


def test_lines_outside_tables_keep_their_order_and_box() -> None:
    shown = glyphs("第二行", 10, 80, 10) + glyphs("第一行", 10, 60, 10) + glyphs("表内", 10, 10, 10)
    lines = read_layer_lines(shown, [Box(0, 0, 200, 50)], 3)
    assert [line.text for line in lines] == ["第一行", "第二行"]
    assert lines[0].page == 3
    assert lines[0].box == Box(10, 60, 40, 70)


def test_a_page_number_far_along_is_a_line_of_its_own() -> None:
    lines = read_layer_lines(glyphs("报告", 10, 60, 10) + glyphs("5", 180, 60), [], 1)
    assert [line.text for line in lines] == ["报告", "5"]
