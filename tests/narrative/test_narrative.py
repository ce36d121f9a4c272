"""What the prose says: title, issuer, year, period, sections, captions; furniture left out."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Box, PageContent, PageInfo, TextLine
from pipeline.narrative import caption_tables, read_narrative
from tests.narrative.paper import COLUMNS, EM, HEIGHT, LEFT, WIDTH, Typist, bare, table_at

SEEDS = Path(__file__).parents[1] / "data" / "seeds"
FORM = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
LONG = (
    "全县各级行政机关认真落实政府信息公开条例要求，不断拓展公开领域，提高公开质量，"
    "增强公开实效，切实保障群众的知情权。"
)


def prose_of(seed: str) -> PageContent:
    """Return the lines of a seed outside its tables: cells start with a tab or a bar."""
    path = next(SEEDS.glob(f"{seed}_*.txt"))
    lines = path.read_text(encoding="utf-8").splitlines()
    return bare("\n".join(line for line in lines if not line.startswith(("\t", "|"))))


@pytest.mark.parametrize(
    ("seed", "issuer", "year", "last", "headings"),
    [
        ("000", "城口县卫生健康委员会", 2020, "2020-12-31", FORM),
        (
            "001",
            "绥化市卫生健康委员会",
            2021,
            "2021-12-31",
            (
                FORM[0],
                "2、主动公开政府信息情况",
                *FORM[2:4],
                "五、政府信息公开工作存在的主要问题及改进情况",
                FORM[5],
            ),
        ),
        ("002", "金乡县卫生健康局", 2023, "2023-12-31", FORM),
        (
            "003",
            "灵寿县卫生健康局",
            2021,
            None,
            (
                "总体情况",
                FORM[1],
                FORM[2] + "（无）",
                FORM[3] + "（无）",
                "五、存在的问题及改进情况",
                FORM[5],
            ),
        ),
        ("004", "温州市卫生健康委员会", 2020, "2020-12-31", FORM),
    ],
)
def test_real_reports_as_text(
    seed: str, issuer: str, year: int, last: str | None, headings: tuple[str, ...]
) -> None:
    found = read_narrative([prose_of(seed)], [])
    assert found.title == f"{issuer}{year}年政府信息公开工作年度报告"
    assert (found.issuer, found.year, found.period.to) == (issuer, year, last)
    sections = [section for section in found.sections if section.number is not None]
    assert [section.number for section in sections] == [1, 2, 3, 4, 5, 6]
    assert tuple(section.heading for section in sections) == headings
    assert found.findings == ()
    assert set(found.evidence) == {"title", "issuer", "year"} | ({"period"} if last else set())


def test_text_before_the_first_section_is_kept_without_number() -> None:
    sections = read_narrative([prose_of("004")], []).sections
    assert (sections[0].number, sections[0].heading) == (None, "")
    assert sections[0].text[0].startswith("本年报根据")
    assert sections[-1].text == ("无。",)


@pytest.mark.parametrize(
    ("lines", "title", "issuer", "year"),
    [
        (("关于2022年政府信息公开工作情况的报告",), None, None, 2022),
        (("2019年度临海市财政局政府信息公开工作年度报告",), None, "临海市财政局", 2019),
        (("青川县审计局", "二〇二二年政府信息公开年度报告"), None, "青川县审计局", 2022),
        (("某某市水利局政府信息公开2020年度报告",), None, "某某市水利局", 2020),
        (
            ("玉门市人民政府办公室", "政府信息公开工作年度报告", "（2023年度）"),
            None,
            "玉门市人民政府办公室",
            2023,
        ),
        (("2021年度", "玉门市财政局", "政府信息公开工作年度报告"), None, "玉门市财政局", 2021),
        (("安县人民政府信息公开工作年度报告",), None, "安县人民政府", None),
        (("安县教育局关于二○二一年政府信息公开工作年度报告",), None, "安县教育局", 2021),
        (
            ("首页", "安县教育局2021年政府信息公开年报"),
            "安县教育局2021年政府信息公开年报",
            "安县教育局",
            2021,
        ),
    ],
)
def test_titles_in_many_forms(
    lines: tuple[str, ...], title: str | None, issuer: str | None, year: int | None
) -> None:
    found = read_narrative([bare("\n".join((*lines, *FORM)))], [])
    assert found.title == (title or "".join(lines))
    assert (found.issuer, found.year) == (issuer, year)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("统计期限自2022年1月1日起至2022年12月31日止。", "2022-01-01", "2022-12-31"),
        ("数据统计期限为2022年1月1日—12月31日。", "2022-01-01", "2022-12-31"),
        ("统计期限：2022年1月1日起，至2022年12月31日止。", "2022-01-01", "2022-12-31"),
        ("统计时间为2022.1.1-2022.12.31。", "2022-01-01", "2022-12-31"),
        ("数据自二〇二二年一月一日至二〇二二年十二月三十一日。", "2022-01-01", "2022-12-31"),
        ("统计期限为2020年2月至2021年2月。", "2020-02-01", "2021-02-28"),
        ("统计期限自2022年13月1日起至2022年12月31日止。", None, None),
        ("统计期限自2022年12月31日起至2022年1月1日止。", None, None),
        ("本报告于2022年1月31日印发。", None, None),
    ],
)
def test_periods_in_many_forms(text: str, first: str | None, last: str | None) -> None:
    found = read_narrative([bare("\n".join((text, *FORM)))], [])
    assert (found.period.from_, found.period.to) == (first, last)
    assert found.year == (int(last[:4]) if last else None)


def test_a_span_of_days_that_speaks_of_something_else_is_no_period() -> None:
    text = f"{FORM[0]}\n2021年3月1日至3月31日开展了政务公开培训。\n本报告数据期限为2021年1月1日至12月31日。"
    assert read_narrative([bare(text)], []).period.to == "2021-12-31"


def test_a_title_and_a_period_that_disagree_are_told() -> None:
    text = "安县教育局2021年政府信息公开年报\n数据统计期限自2020年1月1日起至2020年12月31日止。"
    found = read_narrative([bare(text)], [])
    assert found.year == 2021
    assert [finding.code for finding in found.findings] == ["year_disagrees"]


def test_nothing_is_made_up_where_nothing_is_said() -> None:
    found = read_narrative([bare("会议通知\n请各单位准时参加。")], [])
    assert (found.title, found.issuer, found.year) == (None, None, None)
    assert (found.period.from_, found.period.to) == (None, None)
    assert [(section.number, section.text) for section in found.sections] == [
        (None, ("会议通知", "请各单位准时参加。"))
    ]
    assert read_narrative([], []).sections == ()


def test_the_issuer_is_taken_from_the_preamble_where_the_title_names_none() -> None:
    text = "政府信息公开工作年度报告\n本报告由安县审计局按照条例要求编制。\n一、总体情况\n良好。"
    found = read_narrative([bare(text)], [])
    assert found.issuer == "安县审计局"
    assert found.evidence["issuer"].raw == "安县审计局"


@pytest.mark.parametrize(
    "garbled",
    [
        (
            "—、总体情况",
            "二主动公开政府信息情况",
            "三、收到和处埋政府信息公升申请情况",
            FORM[3],
            FORM[4],
            FORM[5],
        ),
        (
            "1.总体情况",
            "2.主动公开政府信息情况",
            "3.收到和处理政府信息公开申请情况",
            "4.因政府信息公开工作被申请行政复议、提起行政诉讼情况",
            "5.存在问题和改进措施",
            "6.其他事项",
        ),
        (
            "第一部分 概述",
            "二、 主动公开情况",
            "三、依申请公开政府信息情况",
            "四、复议和诉讼情况",
            FORM[4],
            FORM[5],
        ),
        ("Ξ、总体情况", FORM[1], "-、收到和处理政府信息公开申请情况", FORM[3], FORM[4], FORM[5]),
        tuple(words[2:] for words in FORM),
    ],
)
def test_headings_misread_or_in_other_words(garbled: tuple[str, ...]) -> None:
    text = "\n".join(f"{heading}\n{LONG}" for heading in garbled)
    sections = read_narrative([bare(text)], []).sections
    assert [section.number for section in sections] == [1, 2, 3, 4, 5, 6]
    assert [section.text for section in sections] == [(LONG,)] * 6


def test_items_within_a_section_are_not_taken_for_sections() -> None:
    text = (
        "一、总体情况\n1、主动公开政府信息的情况\n公开20条。\n（二）收到和处理政府信息公开申请情况\n"
        "二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n收到2件。"
    )
    sections = read_narrative([bare(text)], []).sections
    assert [(section.number, len(section.text)) for section in sections] == [(1, 3), (2, 0), (3, 1)]


def test_a_table_of_contents_gives_way_to_the_headings() -> None:
    contents = "\n".join(f"{heading}……{page}" for page, heading in enumerate(FORM, 1))
    text = "\n".join([contents, *(f"{heading}\n{LONG}" for heading in FORM)])
    sections = read_narrative([bare(text)], []).sections
    assert [section.text for section in sections if section.number] == [(LONG,)] * 6


def test_text_that_runs_in_after_a_heading_belongs_to_the_section() -> None:
    sections = read_narrative(
        [bare("五、存在的主要问题及改进情况：公开不够及时。\n六、其他需要报告的事项 无")], []
    ).sections
    assert [(s.number, s.heading, s.text) for s in sections] == [
        (5, "五、存在的主要问题及改进情况", ("公开不够及时。",)),
        (6, "六、其他需要报告的事项", ("无",)),
    ]


PHRASES = (
    *re.split("，|。", LONG)[:-1],
    "2022年共公开信息1,036条",
    "详见http://www.anling.gov.cn/zwgk",
    "电话0517-87290606",
    "（二）进一步规范审查流程",
    "《条例》施行以来",
    "依托LED大屏和服务窗口",
    "收到申请17件",
    "组织专题培训会3次",
    "其中行政许可9487件",
    "主要问题是更新不及时",
)


def words(seed: int, length: int) -> str:
    """Return a sentence of many clauses, at least `length` characters long, never twice the same."""
    choice, text = random.Random(seed), ""
    while len(text) < length:
        text += choice.choice(PHRASES) + choice.choice("，，，；。、")
    return text + "各项工作有序推进。"


def set_report(typist: Typist, paragraphs: list[str]) -> None:
    typist.centred("安岭县自然资源和规划局", em=22)
    typist.centred("2022年政府信息公开工作年度报告", em=22)
    typist.paragraph("本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止，由本局办公室负责解释。")
    for heading, paragraph in zip(FORM, paragraphs, strict=True):
        typist.paragraph(heading)
        typist.paragraph(paragraph)


@given(
    st.lists(st.integers(0, 2 * COLUMNS * 20), min_size=6, max_size=6),
    st.booleans(),
    st.sampled_from((0.0, 7.0)),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_paragraphs_come_back_whole_across_lines_and_pages(
    lengths: list[int], numbered: bool, shift: float, ink: bool
) -> None:
    typist = Typist(numbered=numbered, head="安岭县自然资源和规划局文件", shift=shift, ink=ink)
    paragraphs = [words(seed, length) for seed, length in enumerate(lengths)]
    set_report(typist, paragraphs)
    found = read_narrative(typist.bound(), [])
    assert found.title == "安岭县自然资源和规划局2022年政府信息公开工作年度报告"
    assert (found.issuer, found.year) == ("安岭县自然资源和规划局", 2022)
    assert [section.heading for section in found.sections[1:]] == list(FORM)
    assert [section.text for section in found.sections[1:]] == [(text,) for text in paragraphs]


def test_paragraphs_without_first_line_indents_come_back_too() -> None:
    typist = Typist()
    paragraphs = [LONG, LONG * 2, "简短一句。", (LONG * 2)[: COLUMNS * 3 - 1] + "。", LONG]
    for paragraph in paragraphs:
        typist.paragraph(paragraph, indent=0)
    assert read_narrative(typist.bound(), []).sections[0].text == tuple(paragraphs)


def test_evidence_says_where_it_was_read() -> None:
    typist = Typist()
    set_report(typist, [LONG] * 6)
    found = read_narrative(typist.bound(), [])
    assert found.evidence["title"].raw == "安岭县自然资源和规划局\n2022年政府信息公开工作年度报告"
    assert found.evidence["title"].page == 1
    period = found.evidence["period"]
    assert period.raw == "2022年1月1日起至2022年12月31日"
    assert period.box is not None
    top, bottom = period.box[1], period.box[3]
    assert 90 + 2 * 38.5 <= top < bottom <= 90 + 2 * 38.5 + 3 * 28
    assert all(section.page is not None for section in found.sections)


def test_fragments_of_a_line_are_read_from_left_to_right() -> None:
    pieces = [("政府信息", 100.0, 201.5), ("公开", 170.0, 200.0), ("良好。", 210.0, 202.0)]
    lines = [TextLine(t, 1, Box(x, y, x + 16 * len(t), y + 16), 0.9, "t") for t, x, y in pieces]
    page = PageContent(PageInfo(1, WIDTH, HEIGHT, "scan"), (), tuple(reversed(lines)))
    assert read_narrative([page], []).sections[0].text == ("政府信息公开良好。",)


@pytest.mark.parametrize(
    "number", ["- {} -", "— {} —", "{}", "第{}页", "第 {} 页 共 4 页", "{}/4", "一{}一", "·{}·", "-{}-,"]
)
def test_page_numbers_are_left_out_in_every_form(number: str) -> None:
    typist = Typist(numbered=False)
    for _ in range(8):
        typist.paragraph(LONG * 3)
    pages = [
        replace(
            page,
            lines=(
                *page.lines,
                TextLine(number.format(at), at, Box(280, 795, 310, 807), 0.9, "t"),
            ),
        )
        for at, page in enumerate(typist.bound(), 1)
    ]
    assert read_narrative(pages, []).sections[0].text == (LONG * 3,) * 8


def test_a_number_alone_in_the_text_is_no_page_number() -> None:
    typist = Typist()
    typist.paragraph(LONG)
    typist.paragraph("2023")
    typist.paragraph(LONG)
    assert read_narrative(typist.bound(), []).sections[0].text == (LONG, "2023", LONG)


def test_the_number_of_a_short_page_stands_right_below_its_text() -> None:
    typist = Typist(numbered=False)
    typist.paragraph(LONG)
    typist.centred("1")
    assert read_narrative(typist.bound(), []).sections[0].text == (LONG,)


def test_marks_without_a_word_are_no_text() -> None:
    typist = Typist()
    typist.paragraph(LONG)
    typist.line("√", LEFT + 300)
    typist.paragraph(LONG)
    assert read_narrative(typist.bound(), []).sections[0].text == (LONG, LONG)


def test_pages_of_one_paper_scanned_a_little_wider_keep_their_indents() -> None:
    """The only line at the margin of a page is known by the other pages, wider or narrower by a hair."""
    typist = Typist()
    typist.paragraph(LONG * 3)
    typist.new_page()
    typist.line(LONG[:COLUMNS], LEFT)
    typist.line(LONG[: COLUMNS - 3] + "。", LEFT + 2 * EM)
    typist.line(LONG[: COLUMNS - 2], LEFT + 2 * EM)
    pages = typist.bound()
    pages[1] = replace(pages[1], info=replace(pages[1].info, width=WIDTH + 2))
    assert read_narrative(pages, []).sections[0].text[1:] == (
        LONG[: COLUMNS - 3] + "。",
        LONG[: COLUMNS - 2],
    )


def test_short_last_lines_tell_the_margin_where_every_full_line_is_indented() -> None:
    typist = Typist()
    paragraphs = [
        LONG[: COLUMNS - 3] + "。" + "简短一句。",
        LONG[: COLUMNS - 3] + "。",
        LONG[: COLUMNS + 8] + "。",
    ]
    for paragraph in paragraphs:
        typist.paragraph(paragraph)
    assert read_narrative(typist.bound(), []).sections[0].text == tuple(paragraphs)


def test_a_running_head_misread_on_a_page_is_left_out_still() -> None:
    typist = Typist(head="安岭县人民政府政府信息公开年度报告汇编")
    for _ in range(12):
        typist.paragraph(LONG * 3)
    pages = typist.bound()
    assert len(pages) > 2
    misread = [replace(line, text=line.text.replace("汇编", "汇偏")) for line in pages[1].lines]
    pages[1] = replace(pages[1], lines=tuple(misread))
    assert read_narrative(pages, []).sections[0].text == (LONG * 3,) * 12


def test_captions_go_to_their_tables_and_out_of_the_text() -> None:
    typist = Typist()
    typist.centred("安岭县教育局2022年政府信息公开工作年度报告", em=22)
    for heading, sentence, caption in (
        (FORM[1], "", "表 1 主动公开政府信息情况"),
        (FORM[2], "本年度收到申请5件，均已办结。", ""),
        (FORM[3], LONG, "行政复议和诉讼情况表"),
    ):
        typist.paragraph(heading)
        if sentence:
            typist.paragraph(sentence)
        if caption:
            typist.centred(caption)
        typist.table(120)
    typist.paragraph(FORM[4])
    typist.paragraph(LONG)
    pages, tables = typist.bound(), typist.tables
    captioned = caption_tables(pages, tables)
    assert [table.caption for table in captioned] == ["表1主动公开政府信息情况", None, "行政复议和诉讼情况表"]
    for these in (tables, captioned):
        sections = read_narrative(pages, these).sections
        assert [section.text for section in sections] == [
            (),
            ("本年度收到申请5件，均已办结。",),
            (LONG,),
            (LONG,),
        ]


def test_a_heading_right_above_a_table_is_no_caption() -> None:
    typist = Typist()
    typist.paragraph(LONG)
    typist.centred("主动公开政府信息情况")
    typist.table(100)
    pages = typist.bound()
    assert caption_tables(pages, typist.tables)[0].caption is None
    assert [section.number for section in read_narrative(pages, typist.tables).sections] == [None, 2]


def test_a_numbered_caption_at_the_foot_of_the_page_before_is_found() -> None:
    typist = Typist()
    typist.paragraph(LONG * 8)
    typist.centred("表2 收到和处理政府信息公开申请情况")
    typist.new_page()
    typist.table(300)
    captioned = caption_tables(typist.bound(), typist.tables)
    assert captioned[0].caption == "表2收到和处理政府信息公开申请情况"


def test_a_numbered_caption_far_above_its_table_is_no_paragraph() -> None:
    typist = Typist()
    typist.paragraph(FORM[2])
    typist.centred("表2 收到和处理政府信息公开申请情况")
    typist.y += 160
    typist.table(200)
    pages, tables = typist.bound(), typist.tables
    assert caption_tables(pages, tables)[0].caption == "表2收到和处理政府信息公开申请情况"
    assert read_narrative(pages, tables).sections[0].text == ()


def test_a_paragraph_does_not_run_on_behind_a_table() -> None:
    typist = Typist(numbered=False)
    typist.line(LONG[:COLUMNS], LEFT)
    typist.table(20)
    typist.line("具体情况见下文", LEFT)
    typist.paragraph(LONG * 2)
    texts = read_narrative(typist.bound(), [table_at(1, 118, 138)]).sections[0].text
    assert texts[0] == LONG[:COLUMNS]
    assert typist.tables[0].parts[0].box.width == COLUMNS * EM


def test_spaces_are_kept_between_latin_words_alone() -> None:
    text = "一、总体情况\n2022 年，使用 Internet Explorer 9 浏览 本站。"
    assert read_narrative([bare(text)], []).sections[0].text == ("2022年，使用Internet Explorer 9浏览本站。",)


# Lines of the texts that a web site put around a report, or around a picture in it.
OF_SITES = {
    "000": (
        "大中小",
        "大中小城口县卫生健康委员会2020年政府信息公开工作年度报告",
        "当前浏览器版本过低,建议升级到Internet Explorer 9及以上版本"
        "或者安装Chrome内核浏览器获得最佳浏览体验。",
        "渝公网安备 50022902500243号",
    ),
    "002": ("发布日期: 2023-03-03 17:09 浏览次数: 442次", "< 分享"),
}


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_no_character_of_the_prose_is_lost(seed: str) -> None:
    page = prose_of(seed)
    found = read_narrative([page], [])
    kept = [found.title or "", *(s.heading + "".join(s.text) for s in found.sections)]
    given_text = "".join(line.text for line in page.lines if line.text.strip() not in OF_SITES.get(seed, ()))
    assert sorted(re.sub(r"\s", "", "".join(kept))) == sorted(re.sub(r"\s", "", given_text))


REPORT = """某某局2021年政府信息公开工作年度报告
本报告由某某局编制。
一、总体情况
承办人大建议、政协提案共12件，全部办结
主管部门高度重视
分享经验做法三条，打印宣传册五百份
无
六、其他需要报告的事项
无"""


@pytest.mark.parametrize(
    "line",
    [
        "大中小",
        "【字体：大 中 小】 打印 关闭",
        "分享到：微信 微博",
        "< 分享",
        "您当前的位置：首页 > 政务公开 > 年度报告",
        "首页 > 信息公开",
        "发布时间：2022-01-25 10:21 来源：某某局 浏览次数：12",
        "索引号：0145/2022-0001 发布机构：某某局",
        "上一篇：没有了",
        "主办单位：某某市人民政府办公室",
        "版权所有 © 某某局",
        "网站标识码：5002290001",
        "渝公网安备 50022902500243号",
        "京ICP备05083640号",
        "当前浏览器版本过低,建议升级到Internet Explorer 9及以上版本或者安装Chrome内核浏览器。",
        "网站地图 | 联系我们",
        "大中小某某局2021年政府信息公开工作年度报告",
        "某某局2021年政府信息公开工作年度报告",
    ],
)
def test_what_a_site_adds_is_no_part_of_a_section(line: str) -> None:
    alone = read_narrative([bare(REPORT)], ())
    title, _, rest = REPORT.partition("\n")
    with_site = "\n".join([title, line, rest, "" if "报告" in line else line])
    found = read_narrative([bare(with_site)], ())
    assert found.sections == alone.sections
    assert found.title == alone.title == "某某局2021年政府信息公开工作年度报告"
    (preamble, first, last) = alone.sections
    assert preamble.text == ("本报告由某某局编制。",)
    assert first.text == tuple(REPORT.splitlines()[3:7])
    assert last.text == ("无",)


def test_a_number_that_a_pen_wrote_in_the_margin_is_no_part_of_the_line_beside_it() -> None:
    typist = Typist(numbered=False)
    for text in (FORM[0], LONG, FORM[1]):
        typist.paragraph(text)
    (page,) = typist.bound()
    heading = next(line.box for line in page.lines if line.text == FORM[1])
    assert heading is not None
    pen = Box(14.0, heading.top - 3, 38.0, heading.bottom + 3)
    noted = replace(page, lines=(*page.lines, TextLine("57", 1, pen, 0.99, "ppocr")))
    assert read_narrative([noted], []) == read_narrative([page], [])
    assert [section.heading for section in read_narrative([noted], []).sections] == list(FORM[:2])
