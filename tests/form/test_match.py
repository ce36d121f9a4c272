"""Tables recognized and figures placed, for every way of printing that real reports show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from pipeline.form import FormMatch, load_edition, match_form, place_figures
from pipeline.form.edition import FormKind
from pipeline.report import EditionName, Figure
from pipeline.settings import FormSettings, ReviewSettings
from tests.form.builder import (
    KINDS,
    SEEDS,
    Block,
    Draft,
    draft,
    drafts,
    expected,
    numbered,
    rows_of,
    stacked,
    with_column,
    with_row,
    without_column,
    without_row,
)

OLD = numbered("2019-60")
NEW = numbered("2021-30")
BOTH: list[EditionName] = ["2019-60", "2021-30"]


def matched(tables: Sequence[Draft], year: int | None = None) -> tuple[FormMatch, dict[str, Figure]]:
    built = [table.table() for table in tables]
    match = match_form(built, FormSettings(), year)
    return match, place_figures(match, built, FormSettings(), ReviewSettings())


def found(figures: Mapping[str, Figure], kind: FormKind) -> dict[str, Figure]:
    return {key: f for key, f in figures.items() if key.startswith(kind) and f.state != "missing"}


def assert_right(figures: Mapping[str, Figure], texts: Mapping[str, str], *kinds: FormKind) -> None:
    """Assert that all figures of the tables are there, as printed, without a doubt."""
    for kind in kinds:
        wanted = {key: text for key, text in texts.items() if key.startswith(kind)}
        assert {key: f.raw for key, f in found(figures, kind).items()} == wanted
        assert not [key for key in wanted if figures[key].flags]


def assert_suspect(figures: Mapping[str, Figure], texts: Mapping[str, str], keys: Sequence[str]) -> None:
    assert keys
    assert {key: figures[key].raw for key in keys} == {key: texts[key] for key in keys}
    assert all("suspect" in figures[key].flags for key in keys)


@pytest.mark.parametrize("edition", BOTH)
def test_plain_tables_of_either_edition(edition: EditionName) -> None:
    texts = numbered(edition)
    match, figures = matched(drafts(edition, texts))
    assert [table.kind for table in match.tables] == list(KINDS)
    assert [table.edition for table in match.tables] == [edition, edition, None]
    assert list(figures) == list(texts)
    assert_right(figures, texts, *KINDS)


@pytest.mark.parametrize("edition", BOTH)
def test_all_tables_printed_as_one(edition: EditionName) -> None:
    texts = numbered(edition)
    match, figures = matched([stacked(drafts(edition, texts))])
    assert match.tables[0].kind == "applications"
    assert_right(figures, texts, *KINDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_real_reports(seed: str) -> None:
    edition, raws, values = expected(seed)
    match, figures = matched(drafts(edition, raws))
    assert match.found["proactive"] == match.found["applications"] == edition
    assert {key: str(figure.value) for key, figure in figures.items()} == values
    assert {key: figure.raw for key, figure in figures.items()} == raws


def test_an_edition_belongs_to_a_table() -> None:
    mixed = {**OLD, **{key: text for key, text in NEW.items() if key.startswith("proactive")}}
    tables = [draft("2021-30", "proactive", NEW), *drafts("2019-60", OLD)[1:]]
    match, figures = matched(tables, year=2024)
    assert match.found == {"proactive": "2021-30", "applications": "2019-60", "disputes": None}
    assert_right(figures, mixed, "applications", "disputes")
    assert_right(figures, NEW, "proactive")


@pytest.mark.parametrize(("year", "edition"), [(2019, "2019-60"), (2022, "2021-30"), (None, "2021-30")])
def test_missing_tables_take_the_edition_of_the_year(year: int | None, edition: EditionName) -> None:
    match, figures = matched([], year)
    assert set(match.used.values()) == {edition}
    assert list(figures) == [figure.key for figure in load_edition(edition).figures()]
    assert {figure.state for figure in figures.values()} == {"missing"}


def test_missing_tables_take_the_edition_of_the_others() -> None:
    match, _ = matched([draft("2019-60", "proactive", OLD)], year=2024)
    assert match.used["applications"] == "2019-60"
    assert match.found["applications"] is None


LABELS = [
    ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
    ("行政规范性文件", "规范性文件"),
    ("行政诉讼", "行 政 诉 讼"),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "（二）部分公开"),
    ("三、本年度办理结果", "三 、本 年 度办 理 结 果"),
    ("一、本年新收政府信息公开申请数量", "-,本年新收政府信息公开申请数量"),
    ("1.属于国家秘密", "属于国家秘密"),
    ("三、本年度办理结果", ""),
    ("行政复议", "行政复仪"),
    ("尚未审结", "尚末审结"),
    ("申请人情况", ""),
    ("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", ""),
]


@pytest.mark.parametrize(("label", "printed"), LABELS)
def test_labels_printed_otherwise(label: str, printed: str) -> None:
    tables = [t.retexted(lambda text: printed if text == label else text) for t in drafts("2021-30", NEW)]
    _, figures = matched(tables)
    assert_right(figures, NEW, *KINDS)


def test_header_wrapped_over_two_rows_of_cells() -> None:
    table = with_row(draft("2021-30", "applications", NEW), 3)
    pairs = {4: ("商业", "企业"), 5: ("科研", "机构"), 6: ("社会公", "益组织"), 7: ("法律服", "务机构")}
    for column, (upper, lower) in pairs.items():
        table = table.written(2, column, upper).written(3, column, lower)
    assert_right(matched([table])[1], NEW, "applications")


@pytest.mark.parametrize("figures_below", [False, True])
def test_row_label_wrapped_over_two_rows_of_cells(figures_below: bool) -> None:
    table = draft("2021-30", "applications", NEW)
    row = table.row_of("5.要求行政机关确认或重新出具已获取信息")
    table = with_row(table, row + 1)
    table = table.written(row, 2, "5.要求行政机关确认或重").written(row + 1, 2, "新出具已获取信息")
    if figures_below:
        for column in range(3, 10):
            text = table.at(row, column).text
            table = table.written(row, column, "").written(row + 1, column, text)
    assert_right(matched([table])[1], NEW, "applications")


def test_a_scrap_in_the_blank_half_of_a_row_does_not_hide_its_figures() -> None:
    """A page break goes through a row: its label is one cell again, a seal lies on what is blank below."""
    table = draft("2021-30", "applications", NEW)
    row = table.row_of("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请")
    table = with_row(table, row + 1)
    cells = tuple(
        replace(c, bottom=row + 2) if (c.top, c.left) == (row, 2) else c
        for c in table.cells
        if (c.top, c.left) != (row + 1, 2)
    )
    _, figures = matched([replace(table, cells=cells).written(row + 1, 6, "C")])
    beside = "applications.other.fee_unpaid.welfare_organization"
    assert "suspect" in figures[beside].flags
    right = {key: text for key, text in NEW.items() if "fee_unpaid" in key and key != beside}
    assert {key: figures[key].raw for key in right} == right


@pytest.mark.parametrize("kind", KINDS)
def test_blank_rows_and_columns_anywhere(kind: FormKind) -> None:
    plain = draft("2021-30", kind, NEW)
    for row in range(plain.rows + 1):
        assert_right(matched([with_row(plain, row)])[1], NEW, kind)
    for column in range(plain.columns + 1):
        assert_right(matched([with_column(plain, column)])[1], NEW, kind)


def test_caption_as_the_first_row() -> None:
    table = with_row(draft("2021-30", "proactive", NEW), 0).merged(0, 0, 4, "表1 主动公开政府信息情况")
    assert_right(matched([table])[1], NEW, "proactive")


@pytest.mark.parametrize("edition", BOTH)
def test_a_row_that_is_not_there_is_missing_and_the_others_stay(edition: EditionName) -> None:
    texts = numbered(edition)
    plain = draft(edition, "applications", texts)
    row = plain.row_of("4.保护第三方合法权益")
    _, figures = matched([without_row(plain, row)])
    gone = [key for key in texts if ".third_party_rights." in key]
    assert len(gone) == 7
    assert all(figures[key].state == "missing" for key in gone)
    assert_right(figures, {k: v for k, v in texts.items() if k not in gone}, "applications")


def test_a_column_that_is_not_there_is_missing_and_the_others_stay() -> None:
    plain = draft("2021-30", "applications", NEW)
    _, figures = matched([without_column(plain, 5)])
    gone = [key for key in NEW if key.endswith(".research_institute")]
    assert all(figures[key].state == "missing" for key in gone)
    assert_right(figures, {k: v for k, v in NEW.items() if k not in gone}, "applications")


def test_an_extra_row_is_left_alone() -> None:
    plain = draft("2021-30", "proactive", NEW)
    row = plain.row_of("行政处罚")
    table = with_row(plain, row, {0: "行政奖励", 1: "77"})
    assert_right(matched([table])[1], NEW, "proactive")


def test_an_unread_label_between_known_rows_is_placed_and_flagged() -> None:
    plain = draft("2021-30", "applications", NEW)
    table = plain.written(plain.row_of("2.重复申请"), 2, "")
    _, figures = matched([table])
    assert_suspect(figures, NEW, [key for key in NEW if ".duplicate." in key])
    assert not figures["applications.rejected.petition.total"].flags


def test_unread_blocks_of_a_table_with_just_the_forms_cells_are_placed_and_flagged() -> None:
    def lost(text: str) -> str:
        return "" if text in ("行政事业性收费", "规章", "行政规范性文件", "本年制发件数") else text

    table = draft("2021-30", "proactive", NEW).retexted(lost)
    _, figures = matched([table])
    unread = ("proactive.regulations.", "proactive.normative_documents.", "proactive.fees.")
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith(unread)])
    assert not figures["proactive.penalties.decisions"].flags


def test_a_row_of_other_words_in_a_table_with_the_forms_cells_is_none_of_its_rows() -> None:
    table = draft("2021-30", "proactive", NEW).retexted(
        lambda text: "绿地养护面积" if text == "行政事业性收费" else text
    )
    _, figures = matched([table])
    assert figures["proactive.fees.amount"].state == "missing"
    assert not figures["proactive.penalties.decisions"].flags


def test_the_same_row_twice_is_flagged() -> None:
    plain = draft("2021-30", "proactive", NEW)
    table = with_row(plain, plain.row_of("行政强制"), {0: "行政处罚", 1: "77"})
    _, figures = matched([table])
    assert "suspect" in figures["proactive.penalties.decisions"].flags
    assert not figures["proactive.licensing.decisions"].flags


@pytest.mark.parametrize(
    ("text", "state"), [("0", "text"), ("无", "none_word"), ("/", "dash"), ("", "blank")]
)
def test_one_cell_over_a_row_of_figures_gives_none_of_them_a_number(text: str, state: str) -> None:
    plain = draft("2021-30", "applications", NEW)
    table = plain.merged(plain.row_of("（一）予以公开"), 3, 10, text)
    _, figures = matched([table])
    granted = [figures[key] for key in NEW if ".granted." in key]
    assert {(f.state, f.value, f.raw, f.flags) for f in granted} == {(state, None, text, ("suspect",))}


def test_one_word_over_all_disputes() -> None:
    plain = draft("2021-30", "disputes", NEW)
    _, figures = matched([plain.merged(3, 0, 15, "无")])
    assert {(f.state, f.flags) for f in found(figures, "disputes").values()} == {("none_word", ("suspect",))}


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_cut_at_any_row_and_not_joined(kind: FormKind) -> None:
    """Whatever is placed is right; without a header in sight it is flagged."""
    plain = draft("2019-60", kind, OLD)
    for row in range(1, plain.rows):
        _, figures = matched([rows_of(plain, 0, row), rows_of(plain, row, plain.rows)])
        for key, figure in found(figures, kind).items():
            assert figure.raw == OLD.get(key, "")


def test_body_apart_from_its_header_is_placed_and_flagged() -> None:
    for kind in ("applications", "disputes"):
        plain = draft("2021-30", kind, NEW)
        _, figures = matched([rows_of(plain, 0, 3), rows_of(plain, 3, plain.rows)])
        assert_suspect(figures, NEW, [key for key in NEW if key.startswith(kind)])


def test_a_last_row_alone_overleaf_is_placed_and_flagged() -> None:
    plain = draft("2021-30", "applications", NEW)
    _, figures = matched([rows_of(plain, 0, plain.rows - 1), rows_of(plain, plain.rows - 1, plain.rows)])
    assert_suspect(figures, NEW, [key for key in NEW if ".carried_out." in key])
    assert not figures["applications.handled_total.total"].flags


def test_a_table_cut_short_of_where_the_editions_differ_decides_nothing() -> None:
    piece = rows_of(draft("2019-60", "applications", OLD), 0, 10)
    match, _ = matched([piece], year=2020)
    assert match.tables[0].kind == "applications"
    assert match.found["applications"] is None
    assert match.used["applications"] == "2019-60"


def test_an_unrelated_table_is_of_no_kind() -> None:
    rows = [
        ["索引号", "113708283284223626/2023-05617"],
        ["发布机构", "某局"],
        ["行政许可", "5"],
        ["总计", "7"],
    ]
    cells = tuple(Block(r, r + 1, c, c + 1, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    match, figures = matched([Draft(4, 2, cells)])
    assert match.tables[0].kind == "other"
    assert {figure.state for figure in figures.values()} == {"missing"}


def test_two_tables_that_both_could_be_the_one_are_flagged() -> None:
    table = draft("2021-30", "disputes", NEW)
    other = table.retexted(lambda text: str(int(text) + 500) if text.isdigit() else text)
    _, figures = matched([other, table])
    assert all("suspect" in figure.flags for figure in found(figures, "disputes").values())


def test_a_header_in_yuan_is_converted_and_flagged() -> None:
    plain = draft("2021-30", "proactive", NEW)
    _, figures = matched([plain.retexted(lambda text: text.replace("万元", "元"))])
    fees = figures["proactive.fees.amount"]
    assert fees.value is not None
    assert fees.value * 10_000 == int(NEW["proactive.fees.amount"])
    assert fees.flags == ("suspect",)


@pytest.mark.parametrize("unit", ["力元", "方元", "刀元"])
def test_a_unit_of_which_one_character_is_misread_is_the_forms_and_flagged(unit: str) -> None:
    plain = draft("2021-30", "proactive", NEW)
    _, figures = matched([plain.retexted(lambda text: text.replace("万元", unit))])
    fees = figures["proactive.fees.amount"]
    assert fees.value == int(NEW["proactive.fees.amount"])
    assert fees.flags == ("suspect",)


@pytest.mark.parametrize(("text", "flags"), [("", ("suspect",)), ("7.5", ())])
def test_a_blank_below_a_part_of_its_header_may_have_lost_its_figure(
    text: str, flags: tuple[str, ...]
) -> None:
    plain = draft("2021-30", "proactive", {**NEW, "proactive.fees.amount": text})
    row = plain.rows - 1
    cells = [cell for cell in plain.cells if cell.top < row - 1 or not cell.left]
    parts = [
        Block(row - 1, row, 1, 2, "本年收费金额"),
        Block(row - 1, row, 2, 4, "（单位：万元）"),
        Block(row, row + 1, 1, 2, text),
        Block(row, row + 1, 2, 4, ""),
    ]
    _, figures = matched([replace(plain, cells=(*cells, *parts))])
    assert (figures["proactive.fees.amount"].raw, figures["proactive.fees.amount"].flags) == (text, flags)


def test_only_totals_filled_in() -> None:
    totals = {key: text for key, text in NEW.items() if key.endswith(".total")}
    _, figures = matched([draft("2021-30", "applications", totals)])
    states = {key.endswith(".total"): figure.state for key, figure in found(figures, "applications").items()}
    assert states == {True: "number", False: "blank"}


def test_an_all_blank_table_is_blank_not_missing() -> None:
    match, figures = matched(drafts("2021-30", {}))
    assert match.found["applications"] == "2021-30"
    assert {(figure.state, figure.flags) for figure in figures.values()} == {("blank", ())}


def test_figures_below_a_blank_row_of_their_own_are_a_doubt() -> None:
    """A false rule between a label and its figures leaves a blank row with the label, and one without."""
    plain = draft("2021-30", "proactive", NEW)
    row = plain.row_of("行政处罚")
    figure = plain.at(row, 1)
    table = with_row(plain.written(row, 1, ""), row + 1, {1: figure.text})
    _, figures = matched([table])
    assert "suspect" in figures["proactive.penalties.decisions"].flags


def test_a_match_does_not_depend_on_where_the_table_lies() -> None:
    table = draft("2021-30", "disputes", NEW).table()
    bare = replace(table.grid, cells=tuple(replace(c, box=None, page=None) for c in table.grid.cells))
    one = match_form([table], FormSettings())
    assert one == match_form([replace(table, grid=bare)], FormSettings())


def test_an_unread_label_of_the_first_row_is_placed_by_the_header_above_it_and_flagged() -> None:
    table = draft("2021-30", "proactive", NEW).retexted(lambda text: "規單" if text == "规章" else text)
    _, figures = matched([table])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("proactive.regulations.")])


def test_a_table_whose_header_was_not_read_is_known_by_its_cells_and_flagged() -> None:
    unread = draft("2021-30", "disputes", NEW).retexted(lambda text: text if text.isdigit() else "…")
    _, figures = matched([unread])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("disputes.")])


def test_a_table_cut_below_the_first_row_of_its_unread_header_is_known_by_its_cells_and_flagged() -> None:
    plain = draft("2021-30", "disputes", NEW)
    unread = plain.retexted(lambda text: text if text.isdigit() else "…")
    _, figures = matched([rows_of(unread, 1, unread.rows)])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("disputes.")])


def test_a_blank_row_below_hides_no_table_whose_header_was_not_read() -> None:
    plain = draft("2021-30", "disputes", NEW)
    unread = plain.retexted(lambda text: text if text.isdigit() else "…")
    _, figures = matched([with_row(unread, unread.rows)])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("disputes.")])
    _, figures = matched([with_row(unread, unread.rows, {3: "7"})])
    assert not found(figures, "disputes")


def test_what_is_left_of_a_table_below_a_cut_in_its_header_is_known_by_its_columns() -> None:
    """Of the header, two rows of three are on the page before, and the words of cells over both as well."""
    plain = draft("2021-30", "disputes", NEW)
    body = rows_of(plain, plain.rows - 2, plain.rows)
    _, figures = matched([body])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("disputes.")])


def test_ends_of_names_that_a_cut_left_below_it_do_not_hide_what_the_columns_are() -> None:
    plain = draft("2021-30", "disputes", NEW)
    body = rows_of(plain, plain.rows - 2, plain.rows)
    for column, rest in enumerate(("I持i", "正", "果", "结", "")):
        body = body.written(0, column, rest)
    _, figures = matched([body])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("disputes.")])
    _, figures = matched([body.written(0, 2, "地")])
    assert not found(figures, "disputes")


def below_dark(row: Draft, *flags: str) -> dict[str, Figure]:
    """Return the figures of a row below one cell of which nothing was read, which has `flags`."""
    moved = tuple(replace(cell, top=1, bottom=2) for cell in row.cells)
    table = Draft(2, row.columns, (Block(0, 1, 0, row.columns, ""), *moved)).table()
    first, *others = table.readings
    dark = replace(table, readings=(replace(first, flags=flags), *others))
    return place_figures(match_form([dark], FormSettings()), [dark], FormSettings(), ReviewSettings())


def test_a_row_below_a_black_header_is_known_by_its_columns_and_flagged() -> None:
    plain = draft("2021-30", "disputes", NEW)
    figures = below_dark(rows_of(plain, plain.rows - 1, plain.rows), "unread")
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("disputes.")])


def test_a_row_below_a_blank_one_or_with_other_columns_is_no_disputes() -> None:
    plain = draft("2021-30", "disputes", NEW)
    row = rows_of(plain, plain.rows - 1, plain.rows)
    assert not found(below_dark(row), "disputes")
    assert not found(below_dark(without_column(row, 3), "unread"), "disputes")


def test_rows_below_black_headers_are_known_by_their_labels_and_flagged() -> None:
    plain = draft("2021-30", "applications", NEW)
    body = rows_of(plain, plain.row_of("二、上年结转政府信息公开申请数量") - 2, plain.rows)
    below = tuple(cell for cell in body.cells if cell.top)
    dark = replace(body, cells=(Block(0, 1, 0, plain.columns, ""), *below))
    _, figures = matched([dark])
    assert_suspect(figures, NEW, [key for key in NEW if key.startswith("applications.")])


def test_fifteen_columns_under_other_labels_are_no_disputes() -> None:
    plain = draft("2021-30", "disputes", NEW)
    body = rows_of(plain, plain.rows - 2, plain.rows)
    _, figures = matched([body.retexted(lambda text: "占地面积" if text == "尚未审结" else text)])
    assert not found(figures, "disputes")


def test_a_blank_figure_in_two_pieces_is_a_doubt() -> None:
    """A lone 1 that passes for a rule leaves two blank cells."""
    plain = draft("2021-30", "proactive", {**NEW, "proactive.penalties.decisions": ""})
    row, first = plain.row_of("行政处罚"), plain.at(plain.row_of("行政处罚"), 1)
    assert first.right - first.left > 1
    pieces = [
        replace(first, right=first.left + 1, text=""),
        replace(first, left=first.left + 1, text=""),
    ]
    cells = tuple(c for c in plain.cells if c is not first)
    _, figures = matched([replace(plain, cells=(*cells, *pieces))])
    figure = figures["proactive.penalties.decisions"]
    assert (figure.state, figure.flags) == ("blank", ("suspect",))
    assert row
