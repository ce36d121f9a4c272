"""Pieces of print gathered into words where a page has print of several heights."""

from __future__ import annotations

from pipeline.grid import parted, without_scraps, words_by_line
from pipeline.model import Box, Glyph, Rule, bounding_box
from pipeline.settings import GridSettings

SETTINGS = GridSettings(word_gap=GridSettings().ink_gap)


def row(x: float, y: float, size: float, count: int, gap: float = 0.0) -> list[Box]:
    return [Box(x + k * (size + gap), y, x + k * (size + gap) + size, y + size) for k in range(count)]


def test_white_between_small_cells_parts_them_though_the_page_has_larger_print() -> None:
    title = row(100, 50, 22, 10, gap=2)
    first, second = row(100, 120, 8, 3), row(131, 120, 8, 3)
    words = words_by_line([*title, *first, *second], SETTINGS)
    assert sorted((word.left, word.right) for word in words) == [(100, 124), (100, 338), (131, 155)]


def test_the_parts_of_one_character_are_one_word() -> None:
    upper, lower = Box(100, 100, 108, 106), Box(100, 107, 110, 110)
    figure = row(150, 101, 8, 2)
    words = words_by_line([upper, lower, *figure], SETTINGS)
    assert sorted(words) == [Box(100, 100, 110, 110), Box(150, 101, 166, 109)]


def test_the_edge_of_a_sheet_beside_lines_does_not_make_them_one() -> None:
    edge = Box(2, 95, 7, 150)
    lines = [row(100, y, 10, 8) for y in (100, 115, 130)]
    words = words_by_line([edge, *(box for line in lines for box in line)], SETTINGS)
    assert sorted((word.top, word.bottom) for word in words) == [(100, 110), (115, 125), (130, 140)]


def test_a_punch_hole_beside_lines_does_not_make_them_one() -> None:
    hole = Box(24, 97, 42, 128)
    lines = [row(100, y, 10, 8) for y in (100, 115)]
    words = words_by_line([hole, *(box for line in lines for box in line)], SETTINGS)
    assert sorted((word.top, word.bottom) for word in words) == [(100, 110), (115, 125)]


def test_pieces_on_the_line_of_a_rule_are_its_own_and_dashes_of_a_row_are_print() -> None:
    label, dashes = row(100, 120, 10, 5), [Box(x, 124, x + 10, 125) for x in (200, 300)]
    scraps = [Box(x, 113, x + 6, 114) for x in (130, 220, 310)]
    stroke = Rule("horizontal", 124.5, 100, 130)
    rules = [Rule("horizontal", 113.5, 340, 420), Rule("vertical", 113.5, 90, 200), stroke]
    assert without_scraps([*label, *dashes, *scraps], rules, SETTINGS) == (*label, *dashes)


def test_a_part_of_a_character_that_the_line_beside_takes_is_no_word() -> None:
    """Names of a header stand on staggered lines: 公 has a part as low as the name on its right."""
    above, part, beside = row(100, 100, 9, 3), Box(109, 105, 116, 109), row(150, 104, 9, 2)
    words = words_by_line([*above, part, *beside], SETTINGS)
    assert sorted(words) == [Box(100, 100, 127, 109), Box(150, 104, 168, 113)]


def test_a_word_is_parted_where_its_text_tells_what_stands_between_its_whites() -> None:
    spaced = [Box(x, 0, x + 10, 10) for x in (0, 11, 29, 40)]
    around = bounding_box(spaced)
    halves = (bounding_box(spaced[:2]), bounding_box(spaced[2:]))
    for said in ("结果 其他", "结果其他", "结 果其他"):
        assert parted(Glyph(said, around), spaced, SETTINGS) == (
            Glyph("结果", halves[0]),
            Glyph("其他", halves[1]),
        )
    unclear = Glyph("结果其", around)
    assert parted(unclear, spaced, SETTINGS) == (unclear,)
