"""Labels known in spite of how they are printed or read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.form import editions, is_header_text, same_label, same_table
from pipeline.form.labels import is_label_like, normalize, similarity
from tests.form.builder import DATA

LABELS = sorted(
    {
        label
        for edition in editions()
        for table in edition.tables
        for block in table.blocks
        for row in block.rows
        for label in row.path
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "行 政 诉 讼",
        "信息内容",
        "本年新\n制作数量",
        "第二十条第(五)项",
        "商业企业",
        "总 计",
        "本年收费金额(单位:万元)",
    ],
)
def test_headers_are_known(text: str) -> None:
    assert is_header_text(text)


@pytest.mark.parametrize("text", ["", "0", "行政许可", "索引号", "无", "（一）予以公开", "行政处罚"])
def test_other_texts_are_no_headers(text: str) -> None:
    assert not is_header_text(text)


def test_every_label_of_the_real_extracts_is_known() -> None:
    names = ("001_1244fb917606d24f", "004_9d21c23fe3a15276")
    known = 0
    for name in names:
        text = (DATA / "seeds" / f"{name}.txt").read_text("utf-8")
        cells = [line[1:] for line in text.splitlines() if line.startswith("\t") and is_label_like(line)]
        for cell in (c for c in cells if len(normalize(c)) > 3):
            found = is_header_text(cell) or max(similarity(cell, label) for label in LABELS) > 0.85
            known += found
            assert found or normalize(cell).startswith(("本年新", "对外公开")), cell
    assert known > 60


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("5.要求行政机关确认或重", "新出具已获取信息"),
        ("1.", "属于国家秘密"),
        ("三、本年度办理", "结果"),
        ("2.申请人逾期未按收费通知要求缴纳费用、行政", "机关不再处理其政府信息公开申请"),
        ("社会公", "益组织"),
    ],
)
def test_halves_of_a_label_are_one(upper: str, lower: str) -> None:
    assert same_label(upper, lower)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("（五）不予处理", "1.信访举报投诉类申请"),
        ("1.属于国家秘密", "2.其他法律行政法规禁止公开"),
        ("行政许可", ""),
        ("", "行政许可"),
        ("行政处罚", "行政强制"),
        ("0", "0"),
        ("总计", "总计"),
        ("上一年项目数", "0"),
    ],
)
def test_two_labels_are_not_one(upper: str, lower: str) -> None:
    assert not same_label(upper, lower)


@given(st.sampled_from(LABELS), st.sampled_from(LABELS))
def test_whole_labels_are_never_halves(upper: str, lower: str) -> None:
    assert not same_label(upper, lower)


@given(st.sampled_from(LABELS))
def test_a_label_is_most_like_itself(label: str) -> None:
    others = [other for other in LABELS if normalize(other) != normalize(label)]
    assert similarity(" ".join(label), label) == 1.0
    assert max(similarity(label, other) for other in others) < 1.0


def test_a_label_cut_before_its_last_character_is_one_label() -> None:
    assert same_label("1.信访举报投诉类申", "请")
    assert not same_label("1.信访举报投诉类申请", "2.重复申请")
    assert not same_label("1.信访举报投诉类申请", "（六）")


def test_pieces_of_one_table_are_told_by_their_words() -> None:
    upper = ["第二十条第（一）项", "信息内容", "本年新制作数量", "规章", "3", "", "第二十条第（八）项"]
    lower = ["信息内容", "上一年项目数量", "本年增/减", "行政事业性收费", "-1", "第二十条第（九）项"]
    assert same_table(upper, lower)
    assert not same_table(upper, ["行政复议", "行政诉讼", "结果维持", "结果纠正", "0"])
    assert not same_table(upper, ["序号", "单位名称", "1", "办公室"])
    assert not same_table(upper, ["3", "", "5"])


def test_the_end_of_a_label_that_a_page_break_cut_does_not_keep_pieces_apart() -> None:
    upper = [
        "一、本年新收政府信息公开申请数量",
        "（一）予以公开",
        "1.属于国家秘密",
        "2.重复申请",
        "2.申请人逾期未按",
    ]
    rest = ["收费通知要求缴纳费用、行政机关不再处理", "0", "3.其他", "（七）总计", "四、结转下年度继续办理"]
    assert same_table(upper, rest)
    assert not same_table(upper, rest[:3]), "one label tells no table"
    assert not same_table(upper, ["收费通知要求缴纳费用", "行政复议", "行政诉讼", "结果维持"])


def test_a_table_that_begins_anew_is_no_piece_of_the_one_before() -> None:
    table = ["第二十条第（一）项", "信息内容", "规章", "第二十条第（九）项", "政府集中采购"]
    assert not same_table(table, table)


def test_labels_read_in_traditional_characters_are_the_forms() -> None:
    assert similarity("結果維持", "结果维持") == 1.0
    assert similarity("法律服務機構", "法律服务机构") == 1.0
    assert similarity("信息內容", "信息内容") == 1.0


def test_a_corner_that_a_page_break_cuts_is_of_its_table() -> None:
    upper = ["（本列数据的勾稽关系为：第一项加第二项之", "申请人情况"]
    lower = ["和，等于第三项加第四项之和）", "自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "3"]
    assert same_table(upper, lower)
    assert not same_table(["（本单位数据的来源和说明：第一季度", "申请人情况"], lower)
