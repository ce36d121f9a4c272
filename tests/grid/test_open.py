"""Tables with rules left out: what no rule shows is told by the print; prose is no table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.grid import RuledGrid, find_tables, is_inferred
from pipeline.grid.ladder import find_ladders
from pipeline.grid.region import joined
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings
from tests.grid.tilings import Span, rules_of, spans_of

SETTINGS = GridSettings()
EM = 10.0
XS = [60.0, 150.0, 210.0, 270.0, 330.0, 390.0, 450.0]
PLAIN = [(r, r + 1, c, c + 1) for r in range(6) for c in range(6)]
HEADED: list[Span] = [
    (0, 2, 0, 1),
    (0, 1, 1, 6),
    *((1, 2, c, c + 1) for c in range(1, 6)),
    *((r, r + 1, c, c + 1) for r in range(2, 7) for c in range(6)),
]


def levels(rows: int, top: float = 200.0) -> list[float]:
    return [top + 24 * row for row in range(rows + 1)]


def written(text: str, x: float, y: float, size: float = EM) -> Iterator[Box]:
    """Yield the boxes of characters in a row that begins at x, their middles at y: digits are narrow."""
    for letter in text:
        width = size / 2 if letter.isascii() else size
        yield Box(x, y - size / 2, x + width, y + size / 2)
        x += width


def centred(text: str, left: float, right: float, y: float) -> list[Box]:
    width = sum(EM / 2 if letter.isascii() else EM for letter in text)
    return list(written(text, (left + right - width) / 2, y))


def filled(tiling: Sequence[Span], xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
    """Return print in every cell: words in the first row and column, figures elsewhere."""
    boxes: list[Box] = []
    for number, (top, bottom, left, right) in enumerate(tiling):
        words = left == 0 or bottom <= 2
        text = "申请人情况数量件"[: 2 + number % 3] if words else str(7 * number % 100)
        boxes += centred(text, xs[left], xs[right], (ys[top] + ys[bottom]) / 2)
    return boxes


def prose(top: float, lines: int, size: float = 12.0, left: float = 60.0, right: float = 450.0) -> list[Box]:
    """Return a paragraph of full-width characters; a comma, which fills half its square, now and then."""
    boxes: list[Box] = []
    for line in range(lines):
        x, count = left, 0
        while x + size <= right:
            narrow = (count * 7 + line * 3) % 11 == 0
            boxes.append(Box(x, top, x + (size * 0.4 if narrow else size * 0.95), top + size))
            x, count = x + size, count + 1
        top += 1.6 * size
    return boxes


def without(rules: Sequence[Rule], *kinds: str) -> list[Rule]:
    """Return the rules without `verticals`, or without the outer ones at the `sides`, `top` and `bottom`."""
    xs = [r.position for r in rules if r.axis == "vertical"]
    ys = [r.position for r in rules if r.axis == "horizontal"]

    def gone(rule: Rule) -> bool:
        if rule.axis == "vertical":
            return "verticals" in kinds or ("sides" in kinds and rule.position in (min(xs), max(xs)))
        return ("top" in kinds and rule.position == min(ys)) or (
            "bottom" in kinds and rule.position == max(ys)
        )

    return [rule for rule in rules if not gone(rule)]


def only(tables: Sequence[RuledGrid]) -> RuledGrid:
    (table,) = tables
    return table


@pytest.mark.parametrize("tiling", [PLAIN, HEADED])
def test_a_table_without_verticals_has_its_columns_from_the_print(tiling: list[Span]) -> None:
    ys = levels(max(span[1] for span in tiling))
    rules = without(rules_of(tiling, XS, ys), "verticals")
    found = only(find_tables(rules, filled(tiling, XS, ys), 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)
    assert is_inferred(found)
    assert all(cell.repaired for cell in found.grid.cells)


@pytest.mark.parametrize("tiling", [PLAIN, HEADED])
def test_a_table_without_outer_rules_is_closed_where_its_rules_end(tiling: list[Span]) -> None:
    ys = levels(max(span[1] for span in tiling))
    rules = without(rules_of(tiling, XS, ys), "sides", "top", "bottom")
    found = only(find_tables(rules, filled(tiling, XS, ys), 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)
    assert not is_inferred(found)
    assert not any(cell.repaired for cell in found.grid.cells)


def test_rows_without_any_vertical_hold_a_table_without_sides_together() -> None:
    tiling = [(0, 1, 0, 3), *((1, 2, c, c + 1) for c in range(3)), (2, 3, 0, 3), (3, 4, 0, 1), (3, 4, 1, 3)]
    xs, ys = [60.0, 190.0, 320.0, 450.0], levels(4)
    rules = without(rules_of(tiling, xs, ys), "sides", "top", "bottom")
    texts = {(0, 0): "第一项内容", (2, 0): "第二项内容"}
    boxes = [
        box
        for top, bottom, left, right in tiling
        for box in centred(texts.get((top, left), "数量"), xs[left], xs[right], (ys[top] + ys[bottom]) / 2)
    ]
    found = only(find_tables(rules, boxes, 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)


def test_the_corner_that_a_page_break_leaves_blank_and_a_short_label_are_each_one_cell() -> None:
    """Overleaf the header's last row has names of columns alone; 总计 stands left of where its cell ends."""
    ys, xs = levels(8), [60.0, 110.0, 170.0, 250.0, 310.0, 370.0, 430.0]
    rows: list[Span] = [
        (0, 1, 0, 3),
        (1, 2, 0, 3),
        (2, 8, 0, 1),
        *((r, r + 1, 1, 3) for r in (2, 7)),
        (3, 5, 1, 2),
        (5, 7, 1, 2),
        *((r, r + 1, 2, 3) for r in range(3, 7)),
        *((r, r + 1, c, c + 1) for r in range(8) for c in range(3, 6)),
    ]
    words = [
        *(box for c in range(4, 6) for box in centred("机构", xs[c], xs[c + 1], ys[0] + 12)),
        *written("本年新收政府信息公开申请", 64, ys[1] + 12),
        *centred("结果", xs[0], xs[1], ys[5]),
        *written("予以公开的政府信息", 114, ys[2] + 12),
        *(box for y in (ys[4], ys[6]) for box in centred("不予", xs[1], xs[2], y)),
        *(box for r in range(3, 7) for box in written("国家秘密", 174, ys[r] + 12)),
        *written("总计", 120, ys[7] + 12),
        *(b for r in range(1, 8) for c in range(3, 6) for b in centred("25", xs[c], xs[c + 1], ys[r] + 12)),
    ]
    table = only(find_tables(without(rules_of(rows, xs, ys), "verticals"), words, 1, SETTINGS))
    assert spans_of(table.grid) == sorted(rows)


def test_columns_of_blocks_may_differ() -> None:
    tiling = [
        (0, 1, 0, 4),
        *((1, 2, c, c + 1) for c in range(4)),
        *((2, 3, c, c + 1) for c in range(4)),
        (3, 4, 0, 4),
        (4, 5, 0, 1),
        (4, 5, 1, 4),
        (5, 6, 0, 1),
        (5, 6, 1, 4),
    ]
    xs, ys = [60.0, 160.0, 260.0, 360.0, 460.0], levels(6)
    boxes = [
        box
        for number, (top, bottom, left, right) in enumerate(tiling)
        for box in centred(
            "第二十条" if right - left == 4 else "内容" if left == 0 or top in (1, 4) else str(number),
            xs[left],
            xs[right],
            (ys[top] + ys[bottom]) / 2,
        )
    ]
    rules = without(rules_of(tiling, xs, ys), "verticals")
    found = only(find_tables(rules, boxes, 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)


def test_a_row_that_a_page_break_left_without_its_rule_belongs_to_the_table() -> None:
    ys = levels(6)
    rules = without(rules_of(PLAIN, XS, ys), "verticals", "bottom")
    found = only(find_tables(rules, filled(PLAIN, XS, ys), 1, SETTINGS))
    assert spans_of(found.grid) == PLAIN
    assert found.open_bottom


@settings(max_examples=25, deadline=None)
@given(
    st.integers(3, 9),
    st.lists(st.floats(44, 90), min_size=4, max_size=9),
    st.floats(-30, 30),
    st.floats(0.85, 1.6),
)
def test_any_plain_table_without_verticals_comes_back(
    rows: int, widths: list[float], shift: float, scale: float
) -> None:
    xs = [60 + sum(widths[:i]) for i in range(len(widths) + 1)]
    tiling = [(r, r + 1, c, c + 1) for r in range(rows) for c in range(len(widths))]
    ys = levels(rows)
    rules = [
        replace(
            r, position=r.position * scale + shift, start=r.start * scale + shift, end=r.end * scale + shift
        )
        for r in without(rules_of(tiling, xs, ys), "verticals")
    ]
    boxes = [
        Box(*(v * scale + shift for v in (b.left, b.top, b.right, b.bottom))) for b in filled(tiling, xs, ys)
    ]
    assert spans_of(only(find_tables(rules, boxes, 1, SETTINGS)).grid) == tiling


def test_two_tables_with_a_heading_and_a_text_between_them_are_two() -> None:
    upper, lower = levels(4, 150.0), levels(4, 320.0)
    tiling = [(r, r + 1, c, c + 1) for r in range(4) for c in range(6)]
    rules = [
        *without(rules_of(tiling, XS, upper), "verticals"),
        *without(rules_of(tiling, XS, lower), "verticals"),
    ]
    text = [*written("三、收到和处理申请情况", 84.0, 270.0, 12.0), *prose(284.0, 1)]
    boxes = [*filled(tiling, XS, upper), *text, *filled(tiling, XS, lower)]
    found = find_tables(rules, boxes, 1, SETTINGS)
    assert [spans_of(table.grid) for table in found] == [tiling, tiling]
    assert not any(table.box.contains(*box.center) for table in found for box in text)


@pytest.mark.parametrize("places", [(), (190.0,), (190.0, 300.0), tuple(98.0 + 19.2 * i for i in range(20))])
def test_prose_between_and_on_rules_is_no_table(places: tuple[float, ...]) -> None:
    rules = [Rule("horizontal", y, 60.0, 450.0, 0.7) for y in places]
    assert find_tables(rules, prose(100.0, 20), 1, SETTINGS) == ()


def test_underlined_words_and_a_letterhead_are_no_table() -> None:
    rules = [Rule("horizontal", 96.0, 60.0, 450.0, 2.0), Rule("horizontal", 101.0, 60.0, 450.0, 0.7)]
    rules += [Rule("horizontal", 133 + 19.2 * i, 100.0 + 40 * i, 180.0 + 40 * i, 0.5) for i in range(4)]
    assert find_tables(rules, prose(120.0, 20), 1, SETTINGS) == ()


def test_a_list_of_names_under_a_rule_is_no_table() -> None:
    rules = [Rule("horizontal", 190.0, 60.0, 450.0, 0.7), Rule("horizontal", 300.0, 60.0, 450.0, 0.7)]
    boxes = [box for line in range(5) for box in written("联系人姓名", 84.0, 205.0 + 20 * line)]
    assert find_tables(rules, boxes, 1, SETTINGS) == ()


@given(st.sampled_from([PLAIN, HEADED]))
def test_a_table_with_all_its_rules_is_told_by_them_alone(tiling: list[Span]) -> None:
    ys = levels(max(span[1] for span in tiling))
    rules = rules_of(tiling, XS, ys)
    assert find_tables(rules, filled(tiling, XS, ys), 1, SETTINGS) == find_tables(rules, (), 1, SETTINGS)


def bare(rows: int, *, wrapped: bool = False) -> list[Box]:
    """Return print of a table without rules: a label and five figures a row; `wrapped` ones go on below."""
    boxes: list[Box] = []
    for row in range(rows):
        y = 200.0 + 24 * row
        boxes += written("本年新收申请", 60.0, y)
        for column in range(1, 6):
            boxes += centred(str(column * row), XS[column], XS[column + 1], y)
        if wrapped:
            for column in (1, 3, 5):
                boxes += centred("054", XS[column], XS[column + 1], y + 12)
    return boxes


def test_a_table_without_any_rule_is_told_by_its_print() -> None:
    found = only(find_tables((), [*prose(60.0, 4), *bare(8), *prose(420.0, 4)], 1, SETTINGS))
    assert spans_of(found.grid) == [(r, r + 1, c, c + 1) for r in range(8) for c in range(6)]
    assert all(cell.repaired for cell in found.grid.cells)


def test_three_lines_do_not_part_a_table_from_its_header() -> None:
    boxes = [*bare(8), *(b for c in range(1, 6) for b in centred("数量", XS[c], XS[c + 1], 176.0))]
    rules = [Rule("horizontal", y, 60.0, 450.0, 0.7) for y in (164.0, 188.0, 380.0)]
    found = only(find_tables(rules, [*prose(60.0, 4), *boxes, *prose(420.0, 4)], 1, SETTINGS))
    assert (found.grid.rows, found.grid.columns) == (9, 6)


def test_figures_over_two_lines_make_no_table_without_rules() -> None:
    """Half a number must not pass for a number."""
    assert find_tables((), bare(8, wrapped=True), 1, SETTINGS) == ()


@pytest.mark.parametrize("lines", [3, 12])
def test_lists_and_contents_are_no_table(lines: int) -> None:
    boxes: list[Box] = []
    for line in range(lines):
        boxes += written("一、总体情况和主动公开", 84.0, 200.0 + 20 * line, 12.0)
        boxes += written(str(line), 430.0, 200.0 + 20 * line, 12.0)
    assert find_tables((), boxes, 1, SETTINGS) == ()


LONE = [("0", 4), ("-", 2), ("43", 8), ("1203", 16)]


def lone_row(blank: Sequence[int] = (), shift: float = 0.0) -> tuple[list[Rule], list[Box]]:
    """Return two rules with a row of 15 columns between, figures of all kinds in those not `blank`."""
    rules = [Rule("horizontal", y, 60.0, 510.0) for y in (72.0, 94.0)]
    print_ = []
    for column in (k for k in range(15) if k not in blank):
        text, width = LONE[column % len(LONE)]
        height = 1.0 if text == "-" else 8.0
        middle = 75.0 + 30 * column + shift * (column * column % 7) / 7
        print_.append(Box(middle - width / 2, 83 - height / 2, middle + width / 2, 83 + height / 2))
    return rules, print_


@pytest.mark.parametrize("blank", [(), (3,), (0, 14), (5, 6, 7)])
def test_a_row_of_figures_that_a_page_break_left_alone_has_all_its_columns(blank: tuple[int, ...]) -> None:
    (found,) = find_tables(*lone_row(blank), 1, SETTINGS)
    assert found.xs == pytest.approx([60.0 + 30 * k for k in range(16)])
    assert found.ys == (72.0, 94.0)
    assert is_inferred(found)
    assert [cell.repaired for cell in found.grid.cells] == [True] * 15


def test_the_figures_of_a_row_alone_that_stand_on_no_pitch_have_a_column_each() -> None:
    rules, print_ = lone_row(shift=10.0)
    (found,) = find_tables(rules, print_, 1, SETTINGS)
    columns = [[box for box in print_ if left < box.center[0] < right] for left, right in pairwise(found.xs)]
    assert [len(held) for held in columns] == [1] * 15


def test_a_row_of_dashes_alone_has_its_columns_and_the_scrap_of_a_rule_none() -> None:
    rules, _ = lone_row()
    dashes = [Box(73.0 + 30 * k, 82.5, 77.0 + 30 * k, 83.5) for k in range(15)]
    scrap = Box(500.0, 92.0, 509.0, 95.0)
    (found,) = find_tables(rules, [*dashes, scrap], 1, SETTINGS)
    assert len(found.grid.cells) == 15


def test_a_line_of_words_between_two_rules_is_no_row_of_figures() -> None:
    rules, _ = lone_row()
    words = ["政府信息公开", "2023", "年度报告", "第一期", "总第", "12", "期", "内部资料", "注意保存"]
    print_ = [box for k, word in enumerate(words) for box in written(word, 65 + 50 * k, 83.0, 8.0)]
    assert find_tables(rules, print_, 1, SETTINGS) == ()


@pytest.mark.parametrize("rows", [1, 2])
def test_the_rows_that_a_page_break_leaves_of_a_table_without_sides(rows: int) -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(rows) for c in range(6)]
    ys = levels(rows)
    kept = ("sides", "bottom") if rows == 1 else ("sides", "top", "bottom")
    rules = without(rules_of(tiling, XS, ys), *kept)
    found = only(find_tables(rules, filled(tiling, XS, ys), 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)


def test_a_table_that_narrows_to_its_end_keeps_its_first_and_last_rows() -> None:
    tiling = [(0, 1, 0, 3), *((r, r + 1, c, c + 1) for r in range(1, 6) for c in range(3))]
    xs, ys = [60.0, 190.0, 320.0, 450.0], levels(6)
    inset = {ys[1]: 6.0, ys[2]: 3.0, ys[4]: 3.0, ys[5]: 6.0}
    rules = [
        replace(r, start=r.start + inset.get(r.position, 0.0), end=r.end - inset.get(r.position, 0.0))
        for r in joined(without(rules_of(tiling, xs, ys), "sides", "top", "bottom"), SETTINGS)
    ]
    title = centred("第一项", 60, 450, ys[0] + 12)
    found = only(find_tables(rules, [*title, *filled(tiling[1:], xs, ys)], 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)


def test_a_rung_that_stops_short_of_a_vertical_still_holds_it() -> None:
    tiling: list[Span] = [(0, 2, 0, 1), (0, 1, 1, 4), *((1, 2, c, c + 1) for c in range(1, 4))]
    xs, ys = [60.0, 270.0, 330.0, 400.0, 450.0], levels(2)
    rules = [
        replace(r, start=r.start + 6) if (r.axis, r.position, r.start) == ("horizontal", ys[1], 270) else r
        for r in joined(without(rules_of(tiling, xs, ys), "sides", "top"), SETTINGS)
    ]
    found = only(find_tables(rules, filled(tiling, xs, ys), 1, SETTINGS))
    assert spans_of(found.grid) == sorted(tiling)


def test_text_beside_a_short_rung_is_a_cell_of_its_table() -> None:
    ys = levels(7)
    rules = without(rules_of(HEADED, XS, ys), "verticals")
    label = list(written("本列数据的勾稽关系为第一项加", 66, (ys[0] + ys[2]) / 2, 6.0))
    boxes = [b for b in filled(HEADED, XS, ys) if b.left > XS[1] or b.top > ys[2]]
    found = only(find_tables(rules, [*label, *boxes], 1, SETTINGS))
    assert found.grid.rows == 7
    assert found.box.top == ys[0]


def test_a_title_above_the_first_rule_may_have_white_in_it() -> None:
    tiling = [(0, 1, 0, 3), *((r, r + 1, c, c + 1) for r in range(1, 5) for c in range(3))]
    xs, ys = [60.0, 190.0, 320.0, 450.0], levels(5)
    rules = without(rules_of(tiling, xs, ys), "sides", "top", "bottom")
    title = [box for part, x in (("第二十条第", 219.0), ("项", 281.0)) for box in written(part, x, 212.0)]
    boxes = [*title, *filled(tiling[1:], xs, ys)]
    assert spans_of(only(find_tables(rules, boxes, 1, SETTINGS)).grid) == sorted(tiling)


def test_a_part_of_a_wider_table_that_wear_sets_apart_is_no_table() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(5) for c in range(12)]
    xs, ys = [60.0 + 40 * k for k in range(13)], levels(5)
    rules = [
        r
        for r in rules_of(tiling, xs, ys)
        if not (r.axis == "vertical" and r.position == 60)
        and not (r.axis == "horizontal" and r.start == 260 and r.position < ys[3])
    ]
    boxes = filled(tiling, xs, ys)
    assert only(find_tables(rules, boxes, 1, SETTINGS)).box.right == 540


def test_streaks_on_both_sides_of_a_sheet_do_not_displace_its_table() -> None:
    tiling = [(r, r + 1, c, c + 1) for r in range(12) for c in range(6)]
    xs, ys = [160.0 + 50 * k for k in range(7)], levels(12)
    table, streaks = rules_of(tiling, xs, ys), []
    for y in (ys[5] + 13 * k for k in range(6)):  # wood grain under a photographed sheet
        for left in (4.0, 44.0, 94.0, 480.0, 520.0, 565.0):
            streaks += [Box(left + 9 * k, y, left + 9 * k + 8, y + 8) for k in range(2)]
    boxes = filled(tiling, xs, ys)
    assert find_tables(table, [*boxes, *streaks], 1, SETTINGS) == find_tables(table, boxes, 1, SETTINGS)


def test_a_worn_table_is_not_taken_for_its_inner_columns() -> None:
    xs, ys = [60.0 + 40 * k for k in range(10)], levels(8)
    rules = [Rule("vertical", x, ys[0], ys[-1]) for x in xs]
    for y in ys:  # every rule is broken in the second column and in the last
        rules += [Rule("horizontal", y, a, b) for a, b in ((60.0, 106.0), (116.0, 388.0), (398.0, 420.0))]
    boxes = filled([(r, r + 1, c, c + 1) for r in range(8) for c in range(9)], xs, ys)
    found = only(find_tables(rules, boxes, 1, SETTINGS))
    assert (found.box.left, found.box.right) == (60.0, 420.0)


def test_worn_tables_one_below_another_are_not_taken_for_one_without_sides() -> None:
    """A third is left of their sides, and no text between them parts their rules."""
    xs, rules, tops = [60.0 + 40 * k for k in range(10)], list[Rule](), (100.0, 330.0)
    for top in tops:
        ys = [top + 22 * k for k in range(9)]
        rules += [Rule("vertical", x, ys[0], ys[-1]) for x in xs[1:-1]]
        rules += [Rule("vertical", x, ys[0], ys[3]) for x in (xs[0], xs[-1])]
        rules += [Rule("horizontal", y, 60.0, 420.0) for y in ys]
    tables = find_tables(rules, [], 1, SETTINGS)
    assert [table.box.top for table in tables] == list(tops)


def test_a_table_with_a_worn_header_keeps_the_columns_that_its_rules_show() -> None:
    xs = {64: 90, 88: 217, 135: 277, 235: 145, 279: 109, 322: 140, 365: 465, 409: 158, 452: 234, 496: 157}
    rules = [Rule("vertical", float(x), float(top), 744.0) for x, top in {**xs, 540: 67}.items()]
    for y, start, end in ((94, 263, 339), (127, 372, 440), (157, 276, 342), (188, 79, 542), (742, 63, 539)):
        rules.append(Rule("horizontal", float(y), float(start), float(end)))
    assert only(find_tables(rules, [], 1, SETTINGS)).grid.columns == len(xs)


def sideless(
    tiling: Sequence[Span], xs: Sequence[float], ys: Sequence[float], top: float
) -> tuple[list[Rule], list[Box]]:
    """Return the rules, but for the outer ones, and the print of a table that begins at `top`."""
    placed = [top + y - ys[0] for y in ys]
    rules = joined(without(rules_of(tiling, xs, placed), "sides", "top", "bottom"), SETTINGS)
    return list(rules), filled(tiling, xs, placed)


def test_a_caption_and_dirt_below_it_part_two_tables_without_outer_rules() -> None:
    xs, ys = [60.0, 190.0, 450.0], levels(4)
    tiling = [(r, r + 1, c, c + 1) for r in range(4) for c in range(2)]
    upper, print_ = sideless(tiling, xs, ys, 200.0)
    lower, more = sideless(tiling, [60.0, 260.0, 450.0], ys, 332.0)
    text = [*written("三、收到和处理申请", 84.0, 304.0, 12.0), *centred("表二：收到和处理申请", 60, 450, 318)]
    dirt = Box(64.0, 326.0, 67.5, 329.5)
    boxes = [*print_, *text, dirt, *more]
    found = find_tables([*upper, *lower], boxes, 1, SETTINGS)
    assert [spans_of(table.grid) for table in found] == [tiling, tiling]


def test_ends_of_three_verticals_part_two_tables_without_outer_rules_under_a_seal() -> None:
    """Scraps of its ring stand beside the heading and the caption, which look like words of cells so."""
    tiling = [(r, r + 1, c, c + 1) for r in range(4) for c in range(3)]
    upper, print_ = sideless(tiling, [60.0, 190.0, 320.0, 450.0], levels(4), 200.0)
    lower, more = sideless(tiling, [60.0, 230.0, 280.0, 450.0], levels(4), 332.0)
    worn = [r if r.position != 280.0 else replace(r, start=r.start + 10) for r in lower]
    text = [*written("三、收到和处理申请", 84.0, 304.0, 12.0), *centred("表二：收到和处理申请", 60, 450, 318)]
    ring = [Box(x, y, x + 5, y + 9) for y in (304.0, 320.0) for x in (380.0, 400.0)]
    found = find_tables([*upper, *worn], [*print_, *text, *ring, *more], 1, SETTINGS)
    assert [spans_of(table.grid) for table in found] == [tiling, tiling]


def test_a_table_without_outer_rules_goes_as_far_as_the_pieces_of_its_worn_ones() -> None:
    """A page break cut it; its rules are worn away at other places each, and so is the first one's left."""
    tiling: list[Span] = [(0, 5, 0, 1), (5, 6, 0, 2)]
    tiling += [(r, r + 1, c, c + 1) for r in range(6) for c in range(1, 6) if (r, c) != (5, 1)]
    rules, boxes = sideless(tiling, XS, levels(6), 200.0)
    worn = [rule for rule in rules if rule.axis == "vertical"]
    for y, pieces in (
        (224.0, [(285.0, 450.0)]),
        (248.0, [(150.0, 220.0), (335.0, 450.0)]),
        (272.0, [(155.0, 265.0), (320.0, 450.0)]),
        (296.0, [(150.0, 325.0), (380.0, 450.0)]),
        (320.0, [(60.0, 450.0)]),
    ):
        worn += [Rule("horizontal", y, start, end, 1.0) for start, end in pieces]
    (ladder,) = find_ladders(worn, boxes, SETTINGS)
    assert (ladder.box.left, ladder.box.right, len(ladder.rungs)) == (60.0, 450.0, 5)


def test_scraps_of_the_first_rule_do_not_hide_the_title_above_it() -> None:
    tiling = [(0, 1, 0, 3), *((r, r + 1, c, c + 1) for r in range(1, 5) for c in range(3))]
    xs, ys = [60.0, 190.0, 320.0, 450.0], levels(5)
    rules = [
        replace(rule, start=190.0) if rule.axis == "horizontal" and rule.position == ys[1] else rule
        for rule in joined(without(rules_of(tiling, xs, ys), "sides", "top", "bottom"), SETTINGS)
    ]
    scrap = Box(100.0, ys[1] - 0.7, 140.0, ys[1] + 0.7)
    boxes = [*centred("第二十条第一项", 60, 450, 212), scrap, *filled(tiling[1:], xs, ys)]
    assert spans_of(only(find_tables(rules, boxes, 1, SETTINGS)).grid)[0] == (0, 1, 0, 3)


def test_dirt_far_from_a_line_of_text_between_two_tables_parts_none_of_its_words() -> None:
    upper, lower = levels(3), levels(3, 320.0)
    rules = [r for ys in (upper, lower) for r in without(rules_of(PLAIN[:18], XS, ys), "verticals")]
    boxes = [box for ys in (upper, lower) for box in filled(PLAIN[:18], XS, ys)]
    text = list(written("四行政复议和行政诉讼情况见下表", 75.0, 296.0))
    dirt = Box(380.0, 294.0, 383.0, 297.0)
    assert len(find_tables([*rules], [*boxes, *text, dirt], 1, SETTINGS)) == 2
