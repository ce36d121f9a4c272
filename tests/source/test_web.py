"""Web pages: encodings, spans, tables that arrange the page, the site left out, pictures at hand."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings

from pipeline.emit.tables_html import table_html
from pipeline.errors import TooLargeError
from pipeline.model import Page, PageContent
from pipeline.report import TableRecord
from pipeline.source import MediaType, open_document
from pipeline.source.web import markup_items
from tests.source import papers
from tests.source.tiled import SETTINGS, found_lines, found_tables, placed, several, wanted

PICTURE = papers.encoded(papers.stripes(600, 300), "PNG")


def items(html: str) -> list[object]:
    return list(markup_items(html.encode(), "x.html", lambda _: None, SETTINGS))


def lines(html: str) -> list[str]:
    return found_lines(markup_items(html.encode(), "x.html", lambda _: None, SETTINGS))


def tables(html: str) -> list[list[tuple[int, int, int, int, str]]]:
    made = found_tables(markup_items(html.encode(), "x.html", lambda _: None, SETTINGS))
    return [placed(table) for table in made]


@settings(max_examples=200, deadline=None)
@given(several)
def test_any_table_of_our_own_pages_comes_back_span_for_span(table: TableRecord) -> None:
    assert tables(table_html(table)) == [wanted(table)]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", None),
        ("gb18030", "gb18030"),
        ("gb18030", "gb2312"),
        ("gbk", "gb2312"),
        ("gbk", None),
        ("gbk", "utf-8"),
        ("utf-8", "gb2312"),
        ("utf-16", None),
    ],
)
def test_encodings_as_sites_have_them(tmp_path: Path, encoding: str, declared: str | None) -> None:
    text = "镕城卫健委政府信息公开工作年度报告，行政许可一千件。"  # 镕 is in GBK and not in GB2312
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    path = tmp_path / "page"
    path.write_bytes(f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(encoding))
    document = open_document(path, SETTINGS)
    assert document.media_type is MediaType.HTML
    (content,) = document.pages
    assert isinstance(content, PageContent)
    assert [line.text for line in content.lines] == [text]


def test_navigation_footer_and_scripts_are_left_out() -> None:
    links = "".join(f'<li><a href="{n}">栏目{n}</a></li>' for n in range(9))
    html = f"""<body><div class="top-nav"><a>首页</a></div><ul>{links}</ul>
    <script>var a = "脚本";</script><style>p {{}}</style>
    <div id="content"><h1>年度报告</h1><p>第一段，讲总体情况，讲得很长很长很长很长很长很长很长很长。</p>
    <p style="display: none">看不见</p><p>第二段。</p></div>
    <div class="footer">主办单位：某某局</div><footer>京ICP备1号</footer></body>"""
    assert lines(html) == [
        "年度报告",
        "第一段，讲总体情况，讲得很长很长很长很长很长很长很长很长。",
        "第二段。",
    ]


def test_a_column_of_links_in_a_table_that_arranges_the_page_is_left_out() -> None:
    links = "<br>".join(f'<a href="{n}">栏目{n}</a>' for n in range(6))
    rows = "<tr><td>规章</td><td>0</td></tr><tr><td>文件</td><td>1</td></tr>"
    html = f"<table><tr><td>{links}</td><td><p>一、总体情况</p><table>{rows}</table></td></tr></table>"
    assert lines(html) == ["一、总体情况"]


def test_a_title_in_a_block_that_is_called_a_header_stays() -> None:
    html = (
        """<div class="header"><div>某某局2021年政府信息公开工作年度报告</div></div>
    <div class="top"><a>首页</a> &gt; <a>2021年政府信息公开年报</a></div>"""
        + f"<p>{'文' * 300}</p>"
    )
    assert lines(html)[:-1] == ["某某局2021年政府信息公开工作年度报告"]


def test_tables_that_arrange_the_page_are_dissolved() -> None:
    html = """<table><tr><td>左栏</td><td><p>一、总体情况</p><table><tr><td>规章</td><td>0</td></tr>
    <tr><td>文件</td><td>1</td></tr></table><p>后文</p></td></tr></table>"""
    assert tables(html) == [
        [(0, 0, 1, 1, "规章"), (0, 1, 1, 1, "0"), (1, 0, 1, 1, "文件"), (1, 1, 1, 1, "1")]
    ]
    assert lines(html) == ["左栏", "一、总体情况", "后文"]


def test_a_table_pasted_from_word() -> None:
    html = """<table class=MsoNormalTable><tr style='mso-yfti-irow:0'><td rowspan=2><p class=MsoNormal
    align=center><span lang=EN-US>商业<o:p></o:p></span></p><p>企业</p></td><td colspan="2"><p><span
    style='mso-spacerun:yes'>&nbsp;</span>法人或
    其他组织</p></td></tr><tr><td>1<span lang=EN-US>584</span></td><td><p>&nbsp;</p></td></tr></table>"""
    assert tables(html) == [
        [(0, 0, 2, 1, "商业企业"), (0, 1, 1, 2, "法人或其他组织"), (1, 1, 1, 1, "1584"), (1, 2, 1, 1, "")]
    ]


def test_a_cell_that_is_not_shown_keeps_its_place_one_that_is_not_there_does_not() -> None:
    html = """<table><tr><td>规章</td><td style="visibility: hidden">9</td><td>1</td></tr>
    <tr><td>文件</td><td style="DISPLAY:none">8</td><td>2</td><td>3</td></tr></table>"""
    assert tables(html) == [
        [
            (0, 0, 1, 1, "规章"), (0, 1, 1, 1, ""), (0, 2, 1, 1, "1"),
            (1, 0, 1, 1, "文件"), (1, 1, 1, 1, "2"), (1, 2, 1, 1, "3"),
        ]
    ]  # fmt: skip


def test_spans_that_reach_too_far_end_where_there_is_no_room() -> None:
    html = """<table><thead><tr><td rowspan=9>a</td><td colspan=0>b</td></tr></thead>
    <tbody><tr><td>c</td><td rowspan=0>d</td></tr><tr><td>e</td></tr></tbody></table>"""
    assert tables(html) == [
        [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b"), (1, 0, 1, 1, "c"), (1, 1, 2, 1, "d"), (2, 0, 1, 1, "e")]
    ]


def test_spans_without_end_are_refused() -> None:
    row = "<tr>" + '<td rowspan="60000" colspan="999">x</td>' * 2 + "</tr>"
    with pytest.raises(TooLargeError):
        tables(f"<table>{row * 1000}</table>")


def test_elements_without_end_are_refused() -> None:
    with pytest.raises(TooLargeError):
        lines("<div>" * 5000 + "文")


def pages(path: Path) -> list[Page]:
    return [step for step in open_document(path, SETTINGS).pages if isinstance(step, Page)]


def test_pictures_inside_and_beside_the_page_are_read_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    for place in (folder / "表.png", tmp_path / "secret.png"):
        place.write_bytes(PICTURE)
    inline = base64.b64encode(PICTURE).decode()
    page = folder / "page.html"
    page.write_text(
        f"""<meta charset=utf-8><p>报告</p><img src="data:image/png;base64,{inline}"><img src="%E8%A1%A8.png">
        <img src="../secret.png"><img src="{tmp_path / "secret.png"}"><img src="http://127.0.0.1:9/a.png">
        <img src="file://{tmp_path / "secret.png"}"><img src="logo.png" width=20 height=20>""",
        encoding="utf-8",
    )
    assert len(pages(page)) == 2
    told = [
        f.detail
        for s in open_document(page, SETTINGS).pages
        if isinstance(s, PageContent)
        for f in s.findings
    ]
    assert len(told) == 4
    assert all("not at hand" in detail for detail in told)


def test_a_picture_that_a_page_loads_late_is_read(tmp_path: Path) -> None:
    (tmp_path / "table.png").write_bytes(PICTURE)
    (tmp_path / "loading.gif").write_bytes(b"GIF89a")
    page = tmp_path / "page.html"
    page.write_text('<p>某某局报告</p><img src="loading.gif" data-original="table.png">', encoding="utf-8")
    assert len(pages(page)) == 1


def test_a_saved_page_brings_its_pictures(tmp_path: Path) -> None:
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    html = '<p>某某局年度报告</p><img src="a.png"><img src="cid:two">'
    html += "<table><tr><td>规章</td><td>3</td></tr></table>"
    message.set_content(html.encode("gbk"), "text", "html", cte="base64", params={"charset": "gb2312"})
    message.replace_header("Content-Type", 'text/html; charset="gb2312"')
    message["Content-Location"] = "http://example.com/x/page.htm"
    message.make_related()
    message.add_related(PICTURE, "image", "png", headers=["Content-Location: http://example.com/x/a.png"])
    message.add_related(PICTURE, "image", "png", cid="<two>")
    path = tmp_path / "page.mht"
    path.write_bytes(bytes(message))
    document = open_document(path, SETTINGS)
    assert document.media_type is MediaType.MHTML
    steps = list(document.pages)
    assert sum(isinstance(step, Page) for step in steps) == 2
    ready = [step for step in steps if isinstance(step, PageContent)]
    assert [line.text for step in ready for line in step.lines] == ["某某局年度报告"]
    assert [len(table.grid.cells) for step in ready for table in step.tables] == [2]
