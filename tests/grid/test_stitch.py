"""Tables cut by page breaks become whole again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from pipeline.grid import stitch
from pipeline.grid.sheet import keeps_apart, sheet_of
from pipeline.model import Box, Grid, PageContent, PageInfo, Part, Table, TextLine
from pipeline.settings import GridSettings
from tests.grid.tilings import spans_of, table, texts

SETTINGS = GridSettings()
LABELS = ("三、本年度办理结果", "2.申请人逾期未按收费通知要求缴纳费用")
HEADER: list[list[str | None]] = [
    ["项目名称", "<", "申请人情况", "<"],
    [None, "<", "自然人", "总计"],
]
BODY: list[list[str | None]] = [
    ["一、本年新收", "<", "5", "6"],
    ["三、本年度办理结果", "（一）予以公开", "0", "1"],
    [None, "（二）部分公开", "2", "3"],
    [None, "（三）不予公开", "4", "7"],
    ["四、结转下年度", "<", "8", "9"],
]


def same_label(upper: str, lower: str) -> bool:
    return upper + lower in LABELS


def page(number: int, tables: Sequence[Table], lines: Sequence[tuple[str, float]] = ()) -> PageContent:
    boxed = tuple(TextLine(text, number, Box(80, y, 300, y + 14), 1.0, "text-layer") for text, y in lines)
    return PageContent(PageInfo(number, 595, 842, "text"), tuple(tables), boxed)


def whole() -> list[tuple[tuple[int, int, int, int], str]]:
    return texts(table([*HEADER, *BODY], 1))


def cut(at: int) -> tuple[Table, Table]:
    """Return the table cut above body row `at`, merged cells split, the rest of their text left above."""
    rows = [*HEADER, *BODY]
    split = len(HEADER) + at
    above, below = [list(r) for r in rows[:split]], [list(r) for r in rows[split:]]
    below[0] = ["" if cell is None else cell for cell in below[0]]
    return table(above, 1), table(below, 2)


@pytest.mark.parametrize("at", range(len(BODY)))
def test_a_table_cut_above_any_row_is_one_again(at: int) -> None:
    upper, lower = cut(at)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert texts(found) == whole()
    assert [part.page for part in found.parts] == [1, 2]


def test_a_table_cut_between_its_header_rows_is_one_again() -> None:
    upper = table([["项目名称", "<", "申请人情况", "<"]], 1)
    lower = table([["", "<", "自然人", "总计"], *BODY], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert texts(found) == whole()


def test_a_line_of_print_cut_through_its_middle_is_there_once() -> None:
    upper = table([["项目名称", "申请人情况", "<"], [None, "自然人", "法人或其他组织"]], 1)
    lower = table([["", "人", "商业企业"], ["一、本年新收", "5", "6"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    read = dict(texts(found))
    assert read[(1, 3, 1, 2)] == "自然人"
    assert (read[(1, 2, 2, 3)], read[(2, 3, 2, 3)]) == ("法人或其他组织", "商业企业")


def test_a_blank_row_with_a_name_below_a_header_is_a_row() -> None:
    upper = table([["信息内容", "上一年项目数量", "本年增减"]], 1)
    lower = table([["行政事业性收费", "", ""], ["政府集中采购", "2", "3"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert (found.grid.rows, len(found.grid.cells)) == (3, 9)


def test_header_rows_printed_again_are_dropped() -> None:
    upper = table([*HEADER, *BODY[:2]], 1)
    lower = table([*HEADER, ["", *BODY[2][1:]], *BODY[3:]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert texts(found) == whole()


def test_a_row_that_differs_from_the_first_by_its_number_is_no_repeated_header() -> None:
    upper = table([["第二十条第（一）项", "<"], ["规章", "0"]], 1)
    lower = table([["第二十条第（八）项", "<"], ["收费", "3"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert found.grid.rows == 4


def test_a_row_cut_in_its_middle_is_one_row_again() -> None:
    upper = table([["一、本年新收", "1"], ["2.申请人逾期未按收费", "0"]], 1)
    lower = table([["通知要求缴纳费用", ""], ["3.其他", "7"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert [text for _, text in texts(found)] == [
        "一、本年新收",
        "1",
        "2.申请人逾期未按收费通知要求缴纳费用",
        "0",
        "3.其他",
        "7",
    ]


def test_a_cell_cut_in_two_keeps_the_place_of_its_number() -> None:
    upper = table([["一、本年新收", "1"], ["2.申请人逾期未按收费", ""]], 1)
    lower = table([["通知要求缴纳费用", "5"], ["3.其他", "7"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    cell = found.grid.cells[3]
    assert found.readings[3].text.text == "5"
    assert cell.page == 2


def test_a_merged_label_whose_words_go_on_overleaf_is_one_cell() -> None:
    upper = table([*HEADER, BODY[0], ["三、本年度办", "（一）予以公开", "0", "1"]], 1)
    lower = table([["理结果", *BODY[2][1:]], *BODY[3:]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert texts(found) == whole()


def lower_than(found: Table, height: float) -> Table:
    """Return a table of one row, `height` points high."""
    cells = [replace(c, box=replace(c.box, bottom=c.box.top + height)) for c in found.grid.cells if c.box]
    box = found.parts[0].box
    part = Part(found.parts[0].page, replace(box, bottom=box.top + height))
    return replace(found, grid=replace(found.grid, cells=tuple(cells)), parts=(part,))


@pytest.mark.parametrize(("height", "rows"), [(20, 3), (8, 2)])
def test_a_blank_row_overleaf_is_one_of_its_own_where_it_is_as_high_as_a_row(
    height: float, rows: int
) -> None:
    upper = table([["结果维持", "结果纠正", "总计"], ["1", "2", "3"]], 1)
    lower = lower_than(table([["", "", ""]], 2), height)
    (one,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert one.grid.rows == rows


def test_a_blank_piece_below_a_row_that_no_rule_closes_is_a_part_of_it() -> None:
    upper = replace(table([["结果维持", "总计"], ["1", "3"]], 1), open_bottom=True)
    (one,) = stitch([page(1, [upper]), page(2, [table([["", ""]], 2)])], same_label, SETTINGS)
    assert one.grid.rows == 2


def test_blank_figures_on_both_sides_of_a_cut_stay_two_rows() -> None:
    upper = table([["一、本年新收", "", ""], ["二、上年结转", "", ""]], 1)
    lower = table([["三、予以公开", "", ""], ["四、结转下年", "", ""]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert found.grid.rows == 4
    assert len(found.grid.cells) == 12


def test_three_pages_of_one_table_are_one() -> None:
    pieces = [
        table([*HEADER, BODY[0]], 1),
        table([BODY[1], BODY[2]], 2),
        table([["", *BODY[3][1:]], BODY[4]], 3),
    ]
    (found,) = stitch([page(n, [t]) for n, t in enumerate(pieces, 1)], same_label, SETTINGS)
    assert texts(found) == whole()


def blocks() -> tuple[Table, Table]:
    """Return a piece of two columns and one of three, of one width."""
    upper = table([["甲", "<", "<", "<", "<", "<"], ["一", "<", "<", "1", "<", "<"]], 1)
    lower = table([["乙", "<", "丙", "<", "丁", "<"], ["二", "<", "2", "<", "3", "<"]], 2)
    return upper, lower


def test_blocks_with_columns_of_their_own_are_one_table_where_the_words_say_so() -> None:
    pages = [page(n, [piece]) for n, piece in enumerate(blocks(), 1)]
    (found,) = stitch(pages, same_label, SETTINGS, lambda upper, lower: "甲" in upper and "丁" in lower)
    assert (found.grid.rows, found.grid.columns) == (4, 4)
    assert [(text, place[2:]) for place, text in texts(found)] == [
        ("甲", (0, 4)),
        ("一", (0, 2)),
        ("1", (2, 4)),
        ("乙", (0, 1)),
        ("丙", (1, 3)),
        ("丁", (3, 4)),
        ("二", (0, 1)),
        ("2", (1, 3)),
        ("3", (3, 4)),
    ]
    assert len(stitch(pages, same_label, SETTINGS)) == 2


def drawn_as(found: Table, xs: Sequence[float]) -> Table:
    """Return a table whose columns have the borders `xs` (points)."""

    def moved(box: Box | None, first: int, last: int) -> Box | None:
        return None if box is None else replace(box, left=xs[first], right=xs[last])

    cells = (replace(c, box=moved(c.box, c.column_start, c.column_end)) for c in found.grid.cells)
    box = replace(found.parts[0].box, left=xs[0], right=xs[-1])
    grid = replace(found.grid, cells=tuple(cells))
    return replace(found, grid=grid, parts=(Part(found.parts[0].page, box),))


def test_columns_as_wide_as_the_words_on_each_page_are_the_same_where_the_words_say_so() -> None:
    upper, lower = cut(3)
    pieces = drawn_as(upper, (50, 100, 250, 380, 550)), drawn_as(lower, (50, 101, 259, 384, 550))
    pages = [page(n, [piece]) for n, piece in enumerate(pieces, 1)]
    (found,) = stitch(pages, same_label, SETTINGS, lambda upper, lower: True)
    assert texts(found) == whole()
    assert len(stitch(pages, same_label, SETTINGS)) == 2


def test_illegible_names_cut_by_the_page_are_one_each_where_a_known_table_is_whole_so() -> None:
    above: list[list[str | None]] = [["行政复议", "<", "行政诉讼", "<"], ["结渠", "商求", "未经复议", "<"]]
    below: list[list[str | None]] = [["旅持", "", "结果维持", "结果纠正"], ["无", "无", "无", "无"]]
    pages = [page(1, [table(above, 1)]), page(2, [table(below, 2)])]
    known = table([*above, [None, None, *below[0][2:]], below[1]], 1).grid

    def is_whole(grid: Grid) -> bool:
        return spans_of(grid) == spans_of(known)

    (found,) = stitch(pages, same_label, SETTINGS, None, is_whole)
    assert is_whole(found.grid)
    (found,) = stitch(pages, same_label, SETTINGS)
    assert not is_whole(found.grid)
    pages = [pages[0], page(2, [table([["旅持", "", "3", "4"], below[1]], 2)])]
    (found,) = stitch(pages, same_label, SETTINGS, None, is_whole)
    assert not is_whole(found.grid)


def test_blocks_on_photographs_of_two_sizes_are_one_table() -> None:
    upper, lower = blocks()
    left, width = upper.parts[0].box.left + 5, 1.03 * upper.parts[0].box.width
    lines = np.linspace(left, left + width, lower.grid.columns + 1).tolist()
    pages = [page(1, [upper]), page(2, [drawn_as(lower, lines)])]
    assert len(stitch(pages, same_label, SETTINGS, lambda upper, lower: True)) == 1


def test_a_part_of_a_row_whose_columns_lie_in_the_same_proportions_is_no_piece_of_a_table() -> None:
    upper = table([["结果维持", "结果纠正", "其他结果", "尚未审结"]], 1)
    row = table([["6", "12"]], 2)
    left, right = upper.parts[0].box.left, upper.parts[0].box.right
    part = drawn_as(row, np.linspace(right - (right - left) / 2, right, 3).tolist())
    whole_row = drawn_as(row, np.linspace(left, right, 3).tolist())
    assert len(stitch([page(1, [upper]), page(2, [part])], same_label, SETTINGS)) == 2
    assert len(stitch([page(1, [upper]), page(2, [whole_row])], same_label, SETTINGS)) == 1


def test_pieces_whose_lines_words_alone_told_are_one_table_though_they_differ() -> None:
    """What is printed on a page moves the lines told by it; the form's words say what belongs together."""
    above, below = (replace(piece, grid=all_inferred(piece.grid)) for piece in cut(2))
    box = below.parts[0].box
    moved = [
        replace(cell, box=replace(cell.box, left=cell.box.left + 15 * (cell.column_start > 0)))
        for cell in below.grid.cells
        if cell.box
    ]
    shifted = replace(below, grid=replace(below.grid, cells=tuple(moved)), parts=(Part(2, box),))
    pages = [page(1, [above]), page(2, [shifted])]
    assert len(stitch(pages, same_label, SETTINGS)) == 2
    (one,) = stitch(pages, same_label, SETTINGS, lambda *_: True)
    assert one.grid.columns == above.grid.columns


def test_a_header_with_one_column_of_labels_stands_over_rows_with_two() -> None:
    upper = table([["甲", "甲一", "甲二", "甲三"]], 1)
    lower = table([["一", "一一", "1", "2", "3"], ["二", "二二", "4", "5", "6"]], 2)
    pages = [
        page(n, [replace(piece, grid=all_inferred(piece.grid))]) for n, piece in ((1, upper), (2, lower))
    ]
    (one,) = stitch(pages, same_label, SETTINGS, lambda *_: True)
    places = {text: place[2:] for place, text in texts(one)}
    assert places["甲"] == (0, 2)
    assert (places["甲一"], places["甲二"], places["甲三"]) == (places["1"], places["2"], places["3"])


def test_the_names_above_a_cut_in_a_header_stand_over_as_many_columns_as_its_words_say() -> None:
    """Where the columns begin, a page that has their common names alone does not show."""
    upper = table([["甲", "<", "乙", "<", "<"]], 1)
    moved = [
        replace(cell, box=replace(cell.box, left=cell.box.left - 70 * (cell.column_start > 0)))
        for cell in upper.grid.cells
        if cell.box
    ]
    upper = replace(upper, grid=replace(upper.grid, cells=tuple(moved)))
    lower = table([["一", "二", "三", "四", "五"], ["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "0"]], 2)
    pages = [
        page(n, [replace(piece, grid=all_inferred(piece.grid))]) for n, piece in ((1, upper), (2, lower))
    ]
    (one,) = stitch(pages, same_label, SETTINGS, lambda *_: True)
    assert [(text, place) for place, text in texts(one)][:3] == [
        ("甲", (0, 1, 0, 2)),
        ("乙", (0, 1, 2, 5)),
        ("一", (1, 2, 0, 1)),
    ]
    assert one.grid.columns == 5


def test_a_last_row_without_rules_stands_on_the_columns_of_the_row_above() -> None:
    upper = table([["规章", "1", "2", "3"], ["信息内容", "项目数量", "总金额", "<"]], 1)
    lower = table([["政府集中采购", "0", "7"]], 2)
    pages = [
        page(n, [replace(piece, grid=all_inferred(piece.grid))]) for n, piece in ((1, upper), (2, lower))
    ]
    (one,) = stitch(pages, same_label, SETTINGS, lambda *_: True)
    places = {text: place[2:] for place, text in texts(one)}
    assert (places["政府集中采购"], places["0"], places["7"]) == ((0, 1), (1, 2), (2, 4))


def test_a_block_with_half_the_columns_stands_on_every_second_line_of_the_one_above_it() -> None:
    rows: list[list[str | None]] = [["第一项", "<", "<", "<"], ["规章", "1", "2", "3"]]
    upper, lower = table(rows, 1), table([["第五项", "<"], ["行政许可", "4"]], 2)
    pages = [
        page(n, [replace(piece, grid=all_inferred(piece.grid))]) for n, piece in ((1, upper), (2, lower))
    ]
    (one,) = stitch(pages, same_label, SETTINGS, lambda *_: True)
    places = {text: place[2:] for place, text in texts(one)}
    assert (places["行政许可"], places["4"]) == ((0, 2), (2, 4))


def test_rows_below_a_title_that_a_page_ends_with_stand_on_the_columns_of_those_above_it() -> None:
    rows: list[list[str | None]] = [
        ["规章", "1", "2", "3"],
        ["行政许可", "4", "<", "<"],
        ["第八项", "<", "<", "<"],
    ]
    upper, lower = table(rows, 1), table([["收费", "5"]], 2)
    pages = [
        page(n, [replace(piece, grid=all_inferred(piece.grid))]) for n, piece in ((1, upper), (2, lower))
    ]
    (one,) = stitch(pages, same_label, SETTINGS, lambda *_: True)
    places = {text: place[2:] for place, text in texts(one)}
    assert (places["收费"], places["5"]) == ((0, 1), (1, 4))


def test_a_repeated_header_is_dropped_though_a_character_of_it_is_lost() -> None:
    header: list[list[str | None]] = [["项目名称", "<", "申请人情况", "<"], [None, "<", "自然人", "总"]]
    upper, lower = table([*header, *BODY[:2]], 1), table([*header, ["二、上年结转", "<", "2", "3"]], 2)
    (one,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert one.grid.rows == 5


def repeated(names: Sequence[str], again: Sequence[str]) -> int:
    """Return how many rows a table has whose header of two rows is printed again overleaf."""

    def head(last: Sequence[str]) -> list[list[str | None]]:
        first: list[str | None] = ["项目名称", "申请人情况", *["<"] * (len(last) - 1)]
        return [first, [None, *last]]

    rows: list[list[str | None]] = [
        [name, *["5"] * len(names)] for name in ("一、本年新收", "四、结转下年度")
    ]
    pieces = table([*head(names), rows[0]], 1), table([*head(again), rows[1]], 2)
    (found,) = stitch([page(n, [piece]) for n, piece in enumerate(pieces, 1)], same_label, SETTINGS)
    return found.grid.rows


@pytest.mark.parametrize(
    "again",
    [
        ("白然人", "科研机构", "其他", "触计"),
        ("一自然人", "科研机构", "其他", "总计"),
        ("自然人", "科妍机枸", "其他", "总计"),
        ("自然人", "科构", "其他", "总计"),
    ],
)
def test_a_repeated_header_is_dropped_though_short_names_of_it_are_misread(again: tuple[str, ...]) -> None:
    assert repeated(("自然人", "科研机构", "其他", "总计"), again) == 4


def test_a_repeated_header_is_dropped_though_a_pen_went_through_the_sentence_in_its_corner() -> None:
    corners = (
        "（本列数据的等第为：第四一项之和第二项之和，",
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
    )
    upper, lower = (
        table([[corner, "申请人情况", "<"], [None, "自然人", "总计"], [name, "5", "6"]], number)
        for number, (corner, name) in enumerate(zip(corners, ("一、新收", "四、结转"), strict=True), 1)
    )
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert found.grid.rows == 4


@pytest.mark.parametrize(
    ("names", "again"),
    [
        (("结果维持", "结果纠正", "总计"), ("结果纠正", "结果维持", "总计")),
        (("自然人", "科研机构", "第一类", "总计"), ("自然人", "科研机构", "第二类", "总计")),
        (("自然人", "科研机构", "其他", "总计"), ("自然人", "社会组织", "其他", "总计")),
        (("自然人", "科研机构", "其他", "总计"), ("自然人", "科研机构", "其他", "3")),
    ],
)
def test_a_header_with_other_names_is_no_repeated_one(names: tuple[str, ...], again: tuple[str, ...]) -> None:
    assert repeated(names, again) == 6


def test_a_row_below_a_repeated_header_is_no_part_of_it_though_blank_and_like_the_first() -> None:
    named: list[list[str | None]] = [[name, "<", "", ""] for name in ("行政许可", "行政处罚")]
    upper, lower = table([*HEADER, named[0]], 1), table([*HEADER, named[1]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert found.grid.rows == 4


@pytest.mark.parametrize(("first", "second", "rows"), [("自然人", "1自然人", 4), ("1月情况", "2月情况", 5)])
def test_a_header_with_a_figure_by_hand_is_a_repeated_one_and_one_with_another_number_none(
    first: str, second: str, rows: int
) -> None:
    upper = table([["项目名称", first, "总计"], ["一、本年新收", "5", "6"], ["二、上年结转", "5", "6"]], 1)
    lower = table([["项目名称", second, "总计"], ["四、结转下年度", "8", "9"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert found.grid.rows == rows


def test_a_cut_label_that_could_be_one_by_itself_is_told_by_those_beside_it() -> None:
    halves = [("结果", "维持"), ("结果", "纠正"), ("其他", "结果"), ("尚未", "审结")]
    upper = table([["行政复议", "<", "<", "<"], [first for first, _ in halves]], 1)
    lower = table([[second for _, second in halves], ["1", "0", "2", "3"]], 2)
    known = [pair for pair in halves if pair[0] != "其他"]
    (one,) = stitch([page(1, [upper]), page(2, [lower])], lambda a, b: (a, b) in known, SETTINGS)
    assert [text for _, text in texts(one)] == ["行政复议", *(a + b for a, b in halves), "1", "0", "2", "3"]
    assert one.grid.rows == 3


def test_names_whose_last_line_is_cut_through_are_each_one_though_the_first_page_lacks_its_end() -> None:
    upper = table([["行政复议", "<", "<", "诉讼"], ["结果维持", "结果纠", "总计", "直接起诉"]], 1)
    lower = table([["维持", "纠正", "", "总计"], ["1", "0", "2", "3"]], 2)
    (one,) = stitch([page(1, [upper]), page(2, [lower])], lambda a, b: a + b == "结果纠正", SETTINGS)
    assert texts(one)[2:6] == [
        ((1, 3, 0, 1), "结果维持"),
        ((1, 3, 1, 2), "结果纠正"),
        ((1, 3, 2, 3), "总计"),
        ((1, 2, 3, 4), "直接起诉"),
    ]
    assert one.grid.rows == 4


@pytest.mark.parametrize(("rest", "cells"), [("", 1), ("|", 1), ("一", 1), ("二", 2), ("四、另一项", 2)])
def test_a_scrap_in_a_group_of_rows_overleaf_is_no_group(rest: str, cells: int) -> None:
    upper = table([["三、本年度办理结果", "（一）予以公开", "0"]], 1)
    lower = table([[rest, "（二）部分公开", "2"]], 2)
    (one,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert len([c for c in one.grid.cells if c.column_start == 0]) == cells


@pytest.mark.parametrize(
    ("first", "second", "cells"),
    [
        ("三へ", "不予公开", 1),
        ("（三）", "不予公开", 1),
        ("D", "桑", 1),
        ("三", "（四）无法提供", 2),
        ("甲", "乙", 2),
        ("3", "四", 2),
    ],
)
def test_a_groups_name_set_downwards_is_one_though_a_cut_left_little_of_it(
    first: str, second: str, cells: int
) -> None:
    upper = table([[first, "1.属于国家秘密", "0"]], 1)
    lower = table([[second, "2.其他法律禁止公开", "2"]], 2)
    (one,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert len([c for c in one.grid.cells if c.column_start == 0]) == cells


def all_inferred(grid: Grid) -> Grid:
    return replace(grid, cells=tuple(replace(cell, repaired=True) for cell in grid.cells))


def test_prose_between_two_tables_keeps_them_apart() -> None:
    upper, lower = cut(3)
    pages = [page(1, [upper], [("四、政府信息公开行政复议情况", 600)]), page(2, [lower])]
    assert len(stitch(pages, same_label, SETTINGS)) == 2
    pages = [page(1, [upper]), page(2, [lower], [("四、政府信息公开行政复议情况", 66)])]
    assert len(stitch(pages, same_label, SETTINGS)) == 2


def test_what_a_pens_tick_or_a_hole_or_a_stray_character_was_read_as_does_not() -> None:
    upper, lower = cut(3)
    pages = [page(1, [upper], [("V", 600), ("ee", 640), ("樂", 700)]), page(2, [lower], [("0", 60)])]
    assert len(stitch(pages, same_label, SETTINGS)) == 1


def test_a_label_that_runs_down_beyond_its_cell_does_not() -> None:
    upper, lower = cut(3)
    first = page(1, [upper])
    label = TextLine("本年度办理结果", 1, Box(86, 500, 98, 560), 1.0, "text-layer")
    (found,) = stitch([replace(first, lines=(label,)), page(2, [lower])], same_label, SETTINGS)
    assert texts(found) == whole()


@pytest.mark.parametrize(("confidence", "count"), [(0.004, 1), (0.2, 2)], ids=["shining through", "faint"])
def test_what_shines_through_between_the_pieces_does_not(confidence: float, count: int) -> None:
    upper, lower = cut(3)
    behind = TextLine("二丑生瓜三且", 1, Box(362, 600, 457, 620), confidence, "picture")
    pages = [replace(page(1, [upper]), lines=(behind,)), page(2, [lower])]
    assert len(stitch(pages, same_label, SETTINGS)) == count


def below(text: str, right: float, confidence: float = 1.0) -> PageContent:
    """Return the table cut below （一）予以公开's next row, and a line below its column of groups."""
    upper, _ = cut(3)
    bottom, left = upper.parts[0].box.bottom, upper.parts[0].box.left
    line = TextLine(text, 1, Box(left + 2, bottom + 1, right, bottom + 13), confidence, "ocr")
    return replace(page(1, [upper]), lines=(line,))


def test_the_end_of_a_groups_label_that_hangs_below_the_table_does_not() -> None:
    upper, lower = cut(3)
    assert upper.grid.cells[-1].box is not None
    group = next(c.box for c in upper.grid.cells if c.row_end - c.row_start > 1 and c.row_start > 2)
    assert group is not None
    assert len(stitch([below("理结", group.right - 2), page(2, [lower])], same_label, SETTINGS)) == 1
    assert len(stitch([below("四、其他", group.right + 9), page(2, [lower])], same_label, SETTINGS)) == 2


def test_the_last_character_of_a_groups_label_goes_on_though_those_before_it_are_lost() -> None:
    upper = table(
        [*HEADER, ["三、本年度办", "（一）予以公开", "0", "1"], [None, "（二）部分公开", "2", "3"]], 1
    )
    lower = table([["果", "（三）不予公开", "4", "7"], [None, "（四）无法提供", "4", "7"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    assert (2, 6, 0, 1) in dict(texts(found))


def test_page_numbers_between_the_pieces_do_not() -> None:
    upper, lower = cut(3)
    pages = [page(1, [upper], [("- 5 -", 700), ("— 5 —", 810)]), page(2, [lower], [("第 6 页", 60)])]
    assert len(stitch(pages, same_label, SETTINGS)) == 1


def test_tables_on_other_column_lines_stay_apart() -> None:
    upper = table([["a", "b", "c"]], 1)
    lower = table([["a", "b", "c", "d"]], 2)
    assert len(stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)) == 2


def test_a_figure_wrapped_where_the_page_ends_is_one_again_and_says_so() -> None:
    upper = table([["一、本年新收", "<", "5", "6"], ["2.申请人逾期未按收费通知", "<", "2435", "10"]], 1)
    lower = table([["要求缴纳费用", "<", "927", ""], ["四、结转下年度", "<", "8", "9"]], 2)
    (whole,) = stitch([page(1, [upper]), page(2, [lower])], same_label, SETTINGS)
    held = {
        cell.column_start: reading
        for cell, reading in zip(whole.grid.cells, whole.readings, strict=True)
        if cell.row_start == 1
    }
    assert whole.grid.rows == 3
    assert (held[1].text.text, held[2].text.text) == ("2435927", "10")
    assert "suspect" in held[1].flags
    assert "suspect" not in held[2].flags


def test_an_amount_with_its_unit_is_no_label_of_the_row_that_a_page_break_sets_apart() -> None:
    rows: list[list[str | None]] = [
        ["信息内容", "采购项目数量", "采购总金额"],
        ["政府集中采购", "0", "179.2434万元"],
    ]
    pieces = [page(n, [table([row], n)]) for n, row in enumerate(rows, start=1)]
    (found,) = stitch(pieces, same_label, SETTINGS)
    assert texts(found) == texts(table(rows, 1))


def test_pieces_whose_columns_would_vanish_are_not_joined() -> None:
    narrow = sheet_of(table([["1", "2", "3", "4"]], 1))
    assert keeps_apart(narrow, narrow.lines)
    assert keeps_apart(narrow, np.linspace(0, 1, 9))
    assert not keeps_apart(narrow, np.array([0.0, 0.4, 1.0]))


@pytest.mark.parametrize(
    ("row", "rows"), [(["持", "正", ""], 2), (["持", "正", "二项"], 3), (["1", "正", ""], 3)]
)
def test_a_header_cut_through_its_labels_is_one_row_though_some_are_misread(
    row: list[str], rows: int
) -> None:
    """One known label tells; a label of its own below the cut, or a figure, is no rest of one."""
    known = [("结果维", "持")]
    upper = table([["结果维", "糖果糾", "总计"]], 1)
    lower = table([row, ["1", "0", "1"]], 2)
    (found,) = stitch([page(1, [upper]), page(2, [lower])], lambda a, b: (a, b) in known, SETTINGS)
    assert found.grid.rows == rows
