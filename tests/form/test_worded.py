"""Tables of the form that no rule shows are known by their words; figures go to their rows and columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from pipeline.form import find_worded
from pipeline.form.worded.lanes import columns_of
from pipeline.form.worded.stacks import stacks_of
from pipeline.grid import RuledGrid, grid_of
from pipeline.model import Box, Cell, Glyph, Rule, bounding_box
from pipeline.report import EditionName
from pipeline.settings import FormSettings, GridSettings
from tests.form.builder import KINDS, Draft, draft, numbered
from tests.form.paper import EM, Printed, printed

FORM, GRID = FormSettings(), GridSettings()
EDITIONS: tuple[EditionName, ...] = ("2019-60", "2021-30")


def told(page: Printed, rules: tuple[Rule, ...] = ()) -> list[RuledGrid]:
    grids = [grid_of(table.outlines, rules, 1, GRID) for table in find_worded(page.words, FORM)]
    return [grid for grid in grids if grid is not None]


def texts(grid: RuledGrid, page: Printed) -> dict[tuple[int, int, int, int], str]:
    """Return the text of the words whose middles lie in each cell, by the cell's place."""
    found = {}
    for cell in grid.grid.cells:
        assert cell.box is not None
        inside = [word for word in page.words if cell.box.contains(*word.box.center)]
        found[place(cell)] = "".join(w.text for w in sorted(inside, key=lambda w: w.box.top))
    return found


def places(table: Draft) -> dict[tuple[int, int, int, int], str]:
    return {(c.top, c.bottom, c.left, c.right): c.text for c in table.cells}


def place(cell: Cell) -> tuple[int, int, int, int]:
    return cell.row_start, cell.row_end, cell.column_start, cell.column_end


def lines_of(words: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return words by the lines on which they stand, from the left."""
    by_line: dict[float, list[Glyph]] = {}
    for word in sorted(words, key=lambda word: word.box.left):
        by_line.setdefault(round(word.box.top, 3), []).append(word)
    return list(by_line.values())


def in_threes(line: list[Glyph]) -> list[Glyph]:
    """Return the words of a line with three neighbours made one, where none of them is a figure."""
    if line[0].text.isdigit():
        return line
    runs = [line[k : k + 3] for k in range(0, len(line), 3)]
    return [Glyph("".join(w.text for w in run), bounding_box(w.box for w in run)) for run in runs]


def moved(word: Glyph, right: float) -> Glyph:
    box = word.box
    return replace(word, box=replace(box, left=box.left + right, right=box.right + right))


def below(page: Printed, text: str) -> Printed:
    """Return what stands below a cell."""
    return page.between(page.where(text).bottom, 1e6)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", ["applications", "disputes"])
def test_a_table_without_rules_has_the_forms_cells_and_every_word_in_its_own(
    edition: EditionName, kind: str
) -> None:
    table = draft(edition, next(k for k in KINDS if k == kind), numbered(edition))
    page = printed(table)
    (found,) = told(page)
    assert texts(found, page) == places(table)
    assert all(cell.repaired for cell in found.grid.cells)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_mark_alone_on_the_last_line_of_a_label_is_of_its_row(edition: EditionName) -> None:
    table = draft(edition, "applications", numbered(edition))
    page = printed(table, em=8.0, wide=(24.0, 60.0, 90.0, *[36.0] * 7))
    assert "”" in [word.text for word in page.words]
    (found,) = told(page)
    assert texts(found, page) == places(table)


def test_the_white_behind_a_mark_ends_no_line_of_a_label() -> None:
    lines = [
        Glyph("2.申请人逾期未按收费通知要求缴", Box(145.4, 575.3, 249.1, 581.8)),
        Glyph("纳费用、", Box(145.4, 584.6, 168.5, 591.1)),
        Glyph("行政机关不再处理其政府", Box(173.5, 584.6, 250.2, 591.1)),
        Glyph("信息公开申请", Box(145.4, 593.6, 187.2, 600.1)),
    ]
    stacks = {stack.text for stack in stacks_of(lines, 6.8, FORM)}
    assert "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请" in stacks


@pytest.mark.parametrize("edition", EDITIONS)
def test_figures_of_a_table_of_blocks_stand_beside_their_labels(edition: EditionName) -> None:
    table = draft(edition, "proactive", numbered(edition))
    page = printed(table)
    (found,) = told(page)
    filled = sorted(text for text in texts(found, page).values() if text)
    assert filled == sorted(text for text in places(table).values() if text)
    assert found.grid.rows == table.rows


@pytest.mark.parametrize("long", ["1,234,567,890,123", "12,345,678.9012"])
def test_a_number_over_several_lines_stays_in_its_row(long: str) -> None:
    figures = numbered("2021-30")
    figures |= {key: long for number, key in enumerate(figures) if number % 3 == 0}
    table = draft("2021-30", "applications", figures)
    page = printed(table)
    (found,) = told(page)
    assert texts(found, page) == places(table)


def test_a_column_without_figures_is_told_by_its_header() -> None:
    figures = {key: text for key, text in numbered("2021-30").items() if not key.endswith(".legal_service")}
    table = draft("2021-30", "applications", figures)
    page = printed(table)
    (found,) = told(page)
    assert texts(found, page) == places(table)


def test_without_its_header_a_blank_column_among_even_ones_is_still_told() -> None:
    figures = {key: text for key, text in numbered("2021-30").items() if not key.endswith(".legal_service")}
    page = below(printed(draft("2021-30", "applications", figures)), "社会公益组织")
    (found,) = told(page)
    assert found.grid.columns == 10
    assert all(text == "" for place, text in texts(found, page).items() if place[2:] == (7, 8))


def test_without_its_header_a_last_column_without_figures_makes_no_table() -> None:
    figures = {key: text for key, text in numbered("2021-30").items() if not key.endswith(".total")}
    page = below(printed(draft("2021-30", "applications", figures)), "社会公益组织")
    assert told(page) == []


def test_a_label_that_nobody_could_read_keeps_its_row() -> None:
    table = draft("2021-30", "applications", numbered("2021-30"))
    page = printed(table).reread({"2.重复申请": "亏亘", "6.属于四类过程性信息": "口口口口"})
    (found,) = told(page)
    by_place = texts(found, page)
    assert {p: t for p, t in by_place.items() if p[2] > 2} == {
        p: t for p, t in places(table).items() if p[2] > 2
    }


def test_the_name_of_a_group_is_no_label_of_its_rows_though_it_reads_alike() -> None:
    """（六）其他处理 and 3.其他 are one but for what a poor scan makes of them."""
    table = draft("2021-30", "applications", numbered("2021-30"))
    page = printed(table).reread({"（六）其他处理": "（六）其他", "3.其他": "3.共地"})
    (found,) = told(page)
    figures = {p: t for p, t in texts(found, page).items() if p[2] > 2}
    assert figures == {p: t for p, t in places(table).items() if p[2] > 2}


def test_figures_between_rows_that_nobody_knows_are_nobodys() -> None:
    """Which of two rows without labels is blank, nothing tells: all in between is one cell."""
    figures = {k: t for k, t in numbered("2021-30").items() if "rejected.duplicate" not in k}
    table = draft("2021-30", "applications", figures)
    lost = ("2.重复申请", "3.要求提供公开出版物", "（五）不予处理")
    page = printed(table).without(*lost)
    (found,) = told(page)
    nobodys = [t for k, t in figures.items() if "rejected.published" in k]
    by_place = texts(found, page)
    (wide,) = [text for place, text in by_place.items() if place[2:] == (0, 10)]
    assert all(text in wide for text in nobodys)
    assert sorted(t for p, t in by_place.items() if p[2] > 2) == sorted(
        t for p, t in places(table).items() if p[2] > 2 and p[0] not in (19, 20)
    )


def test_the_end_of_a_row_cut_by_a_page_is_a_row_of_its_own() -> None:
    figures = numbered("2021-30")
    figures["applications.partially_granted.total"] = "1,234,567,890,123"
    table = draft("2021-30", "applications", figures)
    whole = printed(table)
    label = whole.where("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    page = whole.between(label.bottom, 1e6)
    (found,) = told(page)
    by_place = texts(found, page)
    assert by_place[0, 1, 9, 10] == "67,890,123"
    assert by_place[1, 2, 2, 3] == "1.属于国家秘密"


def test_a_header_alone_at_a_pages_foot_is_a_table() -> None:
    table = draft("2021-30", "applications", numbered("2021-30"))
    whole = printed(table)
    page = whole.between(0, whole.where("一、本年新收政府信息公开申请数量").top)
    (found,) = told(page)
    header = {place: text for place, text in places(table).items() if place[1] <= 3}
    assert texts(found, page) == header


def test_names_alone_at_a_pages_foot_are_the_header_of_a_table_without_labels() -> None:
    table = draft("2021-30", "disputes", numbered("2021-30"))
    whole = printed(table)
    figures = max(word.box.top for word in whole.words)
    page = whole.between(0, figures - 1)
    (found,) = told(page)
    assert texts(found, page) == {place: text for place, text in places(table).items() if place[1] <= 3}
    text = "本年度未发生涉及政府信息公开的行政复议、行政诉讼案件，也没有尚未审结的。"
    said = Glyph(text, Box(80.0, figures, 80.0 + EM * len(text), figures + EM))
    assert told(Printed((*page.words, said), ())) == []


@pytest.mark.parametrize("held", [0, 3])
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_row_left_blank_but_for_a_few_figures_is_the_row_of_a_whole_header(
    edition: EditionName, held: int
) -> None:
    table = draft(edition, "disputes", numbered(edition))
    whole = printed(table)
    figures = [word for word in whole.words if word.text.isdigit()]
    gone = set(map(id, figures[held:]))
    words = [word for word in whole.words if id(word) not in gone]
    lowest = figures[0].box.bottom
    prose = "五、存在的主要问题及改进情况"
    said = Glyph(prose, Box(80.0, lowest + EM, 80.0 + EM * len(prose), lowest + 2 * EM))
    more = Glyph(prose, Box(80.0, lowest + 3 * EM, 80.0 + EM * len(prose), lowest + 4 * EM))
    page = Printed((*words, said, more), ())
    (found,) = told(page)
    left = {word.text for word in figures[held:]}
    assert texts(found, page) == {p: "" if text in left else text for p, text in places(table).items()}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", ["applications", "disputes"])
def test_a_header_that_a_page_break_parts_is_told_on_both_pages(edition: EditionName, kind: str) -> None:
    table = draft(edition, next(k for k in KINDS if k == kind), numbered(edition))
    whole = at_top(printed(table), (0, 3, 0, 3))
    at = whole.where(next(cell.text for cell in table.cells if cell.bottom == 1)).bottom + 1
    above, below = whole.between(0, at), whole.between(at, 1e6)
    (upper,), (lower,) = told(above), told(below)
    cut = {place: text for place, text in places(table).items() if place[0] == 0}
    heads = texts(upper, above)
    assert heads.keys() == {(0, 1, *place[2:]) for place in cut}
    rest = {(max(0, p[0] - 1), p[1] - 1, *p[2:]): text for p, text in places(table).items() if p[1] > 1}
    found = texts(lower, below)
    # A corner goes on overleaf.
    ends = {p: text for p, text in found.items() if rest[p] != text}
    assert found.keys() == rest.keys()
    assert [heads[0, 1, *p[2:]] + text for p, text in ends.items()] == [rest[p] for p in ends]
    assert {p[:2] for p in ends} <= {(0, 2)}


def at_top(page: Printed, place: tuple[int, int, int, int]) -> Printed:
    """Return a page with the words of one cell, if it is there, moved up to the table's first line."""
    own = [(o.top, o.bottom, o.left, o.right) == place for o in page.owners]
    down = min((w.box.top for w, one in zip(page.words, own, strict=True) if one), default=0.0)
    down -= min(word.box.top for word in page.words)
    words = (
        replace(w, box=replace(w.box, top=w.box.top - down, bottom=w.box.bottom - down)) if one else w
        for w, one in zip(page.words, own, strict=True)
    )
    return Printed(tuple(words), page.owners)


def test_names_above_more_text_are_no_header_at_a_pages_foot() -> None:
    said = [("行政复议", 120.0, 700.0), ("行政诉讼", 360.0, 700.0)]
    more = ("本年度未发生涉及政府信息公开的行政复议、行政诉讼案件。", 80.0, 715.0)
    foot = ("- 2 -", 290.0, 790.0)
    words = {t: Glyph(t, Box(x, y, x + EM * len(t), y + EM)) for t, x, y in (*said, more, foot)}
    assert told(Printed(tuple(words.values()), ())) == []
    (found,) = told(Printed(tuple(word for text, word in words.items() if text != more[0]), ()))
    assert (found.grid.rows, found.grid.columns, len(found.grid.cells)) == (1, 15, 2)


def test_a_foot_is_told_from_a_header_by_the_headers_own_print() -> None:
    said = [("行政复议", 120.0, 700.0), ("行政诉讼", 360.0, 700.0), ("- 2 -", 290.0, 700 + 3.5 * EM)]
    words = [Glyph(t, Box(x, y, x + EM * len(t), y + EM)) for t, x, y in said]
    large = [
        Glyph("推进政府信息公开工作", Box(80.0, 60.0 * k, 480.0, 60.0 * k + 2 * EM)) for k in range(1, 11)
    ]
    (found,) = told(Printed((*large, *words), ()))
    assert (found.grid.rows, found.grid.columns, len(found.grid.cells)) == (1, 15, 2)


def test_inner_names_far_above_figures_are_no_rest_of_a_header() -> None:
    whole = printed(draft("2021-30", "disputes", numbered("2021-30")))
    at = whole.where("行政复议").bottom + 1
    page = whole.between(at, 1e6)
    figures = max(word.box.top for word in page.words) - 1
    far = [replace(w, box=replace(w.box, top=w.box.top + 60, bottom=w.box.bottom + 60)) for w in page.words]
    words = [after if word.box.top > figures else word for word, after in zip(page.words, far, strict=True)]
    assert len(told(page)) == 1
    assert told(Printed(tuple(words), ())) == []


def test_a_header_of_which_one_name_is_misread_is_still_there() -> None:
    table = draft("2021-30", "applications", numbered("2021-30"))
    whole = printed(table)
    again = {"法人或其他组织": "去人或其件组"}
    words = tuple(replace(word, text=again.get(word.text, word.text)) for word in whole.words)
    assert words != whole.words
    page = Printed(words, whole.owners)
    (found,) = told(page)
    assert texts(found, page) == {place: again.get(text, text) for place, text in places(table).items()}


def test_a_sentence_above_a_table_that_has_its_names_is_no_part_of_its_header() -> None:
    table = draft("2021-30", "disputes", numbered("2021-30"))
    whole = printed(table)
    top = whole.words[0].box.top
    # White between its words parts them, as a worn scan does.
    sentence = [
        ("涉及政府信息公开的", 90.0),
        ("行政复议", 200.0),
        ("、", 242.0),
        ("行政诉讼", 256.0),
        ("情况", 298.0),
    ]
    said = [Glyph(text, Box(x, top - 40, x + EM * len(text), top - 31)) for text, x in sentence]
    page = Printed((*said, *whole.words), ())
    (found,) = told(page)
    assert found.box.top > top - 30
    assert texts(found, page) == places(table)


def test_dirt_amid_a_header_is_no_figure_of_the_row_below() -> None:
    table = draft("2021-30", "disputes", numbered("2021-30"))
    whole = printed(table)
    deep = max(
        (w.box for w, o in zip(whole.words, whole.owners, strict=True) if o.top == 2), key=lambda b: b.top
    )
    dirt = Glyph("1", Box(deep.right + 1, deep.top, deep.right + 3, deep.top + 2))
    (found,) = told(Printed((*whole.words, dirt), whole.owners))
    assert found.ys[-2] > deep.bottom


def test_a_header_whose_outer_names_stand_on_the_page_before_still_tells_the_table() -> None:
    table = draft("2021-30", "disputes", numbered("2021-30"))
    whole = printed(table)
    page = whole.without("行政复议", "行政诉讼")
    (found,) = told(page)
    cut = {(t - 1, b - 1, le, r): text for (t, b, le, r), text in places(table).items() if t}
    assert texts(found, page) == cut
    # Where something stands there, it is not known what.
    assert not told(whole.reread({"行政复议": "二", "行政诉讼": "二"}))


def test_names_of_columns_that_stand_close_are_read_together() -> None:
    table = draft("2021-30", "disputes", dict.fromkeys(numbered("2021-30"), "0"))
    page = printed(table)
    spanning = {"行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"}
    own = [w for w, o in zip(page.words, page.owners, strict=True) if o.text not in spanning]
    rest = tuple(word for word in page.words if word not in own)
    runs = [run for line in lines_of(own) for run in in_threes(line)]
    (found,) = told(Printed((*rest, *runs), ()))
    assert {place(cell) for cell in found.grid.cells} == set(places(table))
    # Where they do not stand in the middle over columns, they are no names of these.
    aside = [word if word.text.isdigit() else moved(word, EM) for word in runs]
    assert not told(Printed((*rest, *aside), ()))


def test_columns_whose_names_stand_too_close_to_be_told_apart_are_told_by_even_figures() -> None:
    """On a fax with small print, 结果 结果 其他 尚未 is one word."""
    table = draft("2021-30", "disputes", numbered("2021-30"))
    whole = printed(table)
    lines: dict[tuple[float, int], list[Glyph]] = {}
    for word, owner in zip(whole.words, whole.owners, strict=True):
        if owner.top and owner.right - owner.left == 1 and owner.bottom == 3 and owner.text != "总计":
            lines.setdefault((word.box.top, owner.left // 5), []).append(word)
    run = [Glyph("".join(w.text for w in line), bounding_box(w.box for w in line)) for line in lines.values()]
    rest = [word for word in whole.words if not any(word in line for line in lines.values())]
    (found,) = told(Printed((*rest, *run), ()))
    figures = {place: text for place, text in places(table).items() if place[0] == 3}
    by_place = texts(found, Printed(tuple(rest), ()))
    assert {place: by_place[place] for place in figures} == figures
    assert found.box.left <= min(glyph.box.left for glyph in run)


def test_a_mark_close_above_a_name_is_no_part_of_it() -> None:
    table = draft("2021-30", "disputes", numbered("2021-30"))
    whole = printed(table)
    name = whole.where("行政诉讼")
    mark = Glyph("1", Box(name.left + 5, name.top - 12, name.left + 12, name.top - 3))
    (found,) = told(Printed((mark, *whole.words), ()))
    assert found.box.top > mark.box.bottom - 3
    assert texts(found, whole) == places(table)


def test_characters_of_a_seal_between_two_columns_do_not_join_them() -> None:
    table = draft("2021-30", "applications", dict.fromkeys(numbered("2021-30"), "0"))
    page = printed(table)
    first, second = page.where("自然人"), page.where("商业企业")
    tops = sorted({w.box.top for w, o in zip(page.words, page.owners, strict=True) if o.text == "0"})[4:9]
    seal = [Glyph("8", Box(first.center[0], y, second.center[0], y + EM)) for y in tops]
    (found,) = told(Printed((*page.words, *seal), ()))
    assert {place(cell) for cell in found.grid.cells} == set(places(table))


def test_dirt_beside_a_table_is_no_column_where_another_is_blank() -> None:
    rows = [Box(x, y, x + 12, y + 9) for y in range(100, 300, 20) for x in (100, 140, 180, 220, 300, 340)]
    dirt = [Box(386, 150, 389, 153), Box(391, 210, 393, 213), Box(402, 250, 405, 253)]
    columns = columns_of([*rows, *dirt], 7)
    assert columns is not None
    assert [round((left + right) / 2) for left, right in columns] == list(range(106, 360, 40))


def test_a_seal_that_joins_two_columns_and_parts_a_third_leaves_even_ones() -> None:
    rows = [Box(60.0 * k, 12.0 * row, 60.0 * k + 10, 12.0 * row + 8) for k in range(5) for row in range(24)]
    bridge = [Box(60.0, 40.0, 130.0, 48.0), Box(215.0, 40.0, 225.0, 48.0)]
    columns = columns_of([*rows, *bridge], 5)
    assert columns is not None
    assert [(start + stop) / 2 for start, stop in columns] == [5.0, 65.0, 125.0, 185.0, 245.0]


def test_borders_lie_on_the_rules_that_are_printed() -> None:
    table = draft("2021-30", "disputes", numbered("2021-30"))
    page = printed(table)
    ys = [page.words[0].box.top - 5, max(word.box.bottom for word in page.words) + 5]
    rules = tuple(Rule("horizontal", y, 60.0, 500.0, 0.75) for y in ys)
    (found,) = told(page, rules)
    assert (found.box.left, found.box.right) == (60.0, 500.0)
    assert [found.ys[0], found.ys[-1]] == ys


def test_prose_that_names_labels_is_no_table() -> None:
    sentences = ("本年新收政府信息公开申请", "其中，予以公开", "不予公开", "总计", "行政许可", "规章")
    lines = [
        Glyph(text, Box(90.0, 100 + 18 * k, 90.0 + EM * len(text), 109.0 + 18 * k))
        for k, text in enumerate(sentences)
    ]
    assert told(Printed(tuple(lines), ())) == []
