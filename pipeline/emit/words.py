"""Codes of the schema in words, Chinese and English; an unknown code stands for itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Word(NamedTuple):
    """The same thing in two languages."""

    zh: str
    en: str


WORDS: Mapping[str, Word] = MappingProxyType(
    {
        # tables
        "proactive": Word("主动公开", "proactive disclosure"),
        "applications": Word("依申请公开", "applications"),
        "disputes": Word("复议诉讼", "disputes"),
        "other": Word("其他表格", "other table"),
        # states of a figure
        "number": Word("数字", "number"),
        "blank": Word("空白", "blank"),
        "dash": Word("横线", "dash"),
        "none_word": Word("无", "the word 无"),
        "text": Word("文字", "text"),
        "missing": Word("未找到", "not found"),
        # reasons to doubt a figure
        "not_a_number": Word("不是数字", "not a number"),
        "low_confidence": Word("识别把握不足", "read with low confidence"),
        "readers_disagree": Word("两次识别不一致", "readers disagree"),
        "check_failed": Word("勾稽不符", "a check fails"),
        "suspect": Word("存疑", "suspect"),
        "named_by_check": Word("最可能有误", "most likely at fault"),
        "repaired_line": Word("表格线为推断", "a ruling was inferred"),
        "seal_over": Word("印章覆盖", "a seal lies over it"),
        "corrected_by_hand": Word("人工更正", "corrected by hand"),
        # reasons to look at the document
        "table_not_found": Word("未找到表格", "a table was not found"),
        "missing_figures": Word("未找到的数据", "figures were not found"),
        "picture_not_read": Word("图片未能识读", "a picture was not read"),
        "annotation_not_read": Word("批注未计入", "an annotation was not read"),
        "text_not_readable": Word("文字编码无法识别", "characters without meaning"),
        "year_disagrees": Word("年度前后不一", "the year is stated in two ways"),
        "front_matter": Word("汇编的前附内容", "it stands before the first report of the volume"),
        "another_title": Word("出现另一份报告的标题", "another report's title stands within"),
        "report_repeated": Word("同一报告出现两次", "the report is there twice"),
        "second_set_of_tables": Word("出现第二套表格", "a second set of tables"),
        "not_a_page": Word("不是页面图片，未计入", "no page, left out"),
        # checks
        "pass": Word("通过", "pass"),
        "fail": Word("不符", "fails"),
        "not_assessable": Word("无法核对", "not assessable"),
        "source_error": Word("原文如此（原表有误）", "the print itself is inconsistent"),
        "reading_error": Word("识别有误", "misread"),
        "undetermined": Word("待定", "undetermined"),
        "balance": Word("收办平衡", "balance"),
        "results": Word("结果合计", "results"),
        "applicants": Word("申请人合计", "applicants"),
        "sanity": Word("合理性", "sanity"),
        "text_against_table": Word("文表对照", "text against table"),
        "year_on_year": Word("年度衔接", "year on year"),
        "yes": Word("是", "yes"),
        "no": Word("否", "no"),
        # kinds of page
        "scan": Word("扫描", "scan"),
        "image": Word("图片", "picture"),
        "mixed": Word("图文混合", "mixed"),
    }
)


def word(code: str) -> Word:
    """Return `code` in words."""
    return WORDS.get(code, Word(code, code))


def phrase(code: str) -> str:
    """Return `code` in words, both languages on one line."""
    zh, en = word(code)
    return zh if zh == en else f"{zh} {en}"
