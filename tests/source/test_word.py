"""Word files: spans, tables within tables, text boxes, changes, pictures."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from pipeline.clean import flatten
from pipeline.detect import find_ink, find_rules
from pipeline.errors import DamagedFileError, MissingOfficeError, TooLargeError
from pipeline.model import Finding, Page, PageContent
from pipeline.report import TableRecord
from pipeline.settings import CleanSettings, DetectSettings, SourceSettings
from pipeline.source import MediaType, open_document
from pipeline.source.office import Target, converted
from pipeline.source.word import docx_items
from pipeline.source.word_numbers import in_form
from tests.source import papers
from tests.source.tiled import (
    SETTINGS,
    found_lines,
    found_tables,
    paragraph,
    placed,
    several,
    wanted,
    word_file,
    word_table,
)


def lines(body: str) -> list[str]:
    return found_lines(docx_items(word_file(body), "x.docx", SETTINGS))


def rows(*texts: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) for row in texts)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


@settings(max_examples=200, deadline=None)
@given(several)
def test_any_table_comes_back_span_for_span(table: TableRecord) -> None:
    (found,) = found_tables(docx_items(word_file(word_table(table)), "x.docx", SETTINGS))
    assert (found.grid.rows, found.grid.columns) == (table.rows, table.columns)
    assert placed(found) == wanted(table)


def test_changes_are_taken_as_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>3</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>5</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>件</w:t></w:r></w:moveTo></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>上半</w:t></w:r></w:p>" + paragraph("下半")
    )
    assert lines(body) == ["收到5件", "上半下半"]


SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(index: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(text: str, name: int | None = 1, depth: int = 0, style: str = "") -> str:
    of = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{name}"/></w:numPr>' if name is not None else ""
    of += f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{of}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered_lines(body: str, levels: str, nums: str = "", styles: str = "") -> list[str]:
    own = f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{nums}'
    numbering = f'<w:numbering {SPACE}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{own}'
    parts = {
        "word/numbering.xml": f"{numbering}</w:numbering>".encode(),
        "word/styles.xml": f"<w:styles {SPACE}>{styles}</w:styles>".encode(),
    }
    return found_lines(docx_items(word_file(body, parts), "x.docx", SETTINGS))


def test_numbers_that_word_puts_before_paragraphs_are_part_of_them() -> None:
    levels = (
        level(0, "chineseCountingThousand", "%1、")
        + level(1, "decimal", "（%2）")
        + level(2, "decimal", "%1.%3")
    )
    levels += level(3, "decimal", "%1.%4", "<w:isLgl/>")
    body = "".join(
        (
            numbered("总体情况"),
            numbered("甲", depth=1),
            numbered("乙", depth=1),
            "<w:p><w:pPr><w:numPr><w:numId w:val='0'/></w:numPr></w:pPr><w:r><w:t>无号</w:t></w:r></w:p>",
            numbered("主动公开"),
            numbered("丙", depth=1),
            numbered("丁", depth=2),
            numbered("戊", depth=3),
            numbered("", depth=0),
            numbered("其他"),
        )
    )
    assert numbered_lines(body, levels) == [
        "一、总体情况", "（1）甲", "（2）乙", "无号",
        "二、主动公开", "（1）丙", "二.1丁", "2.1戊", "四、其他",
    ]  # fmt: skip


def test_numbers_by_style_go_on_and_start_anew_where_told() -> None:
    levels = level(0, "japaneseCounting", "第%1条", '<w:pStyle w:val="Article"/>')
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        '</w:style><w:style w:type="paragraph" w:styleId="Article"><w:basedOn w:val="Base"/></w:style>'
    )
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride>'
    nums = f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{again}</w:num>'
    body = numbered("甲", None, style="Article") + numbered("乙", None, style="Article")
    body += numbered("丙", 2) + numbered("丁", 2) + numbered("戊", 1)
    found = numbered_lines(body, levels, nums, styles)
    assert found == ["第一条甲", "第二条乙", "第十一条丙", "第十二条丁", "第十三条戊"]


def test_a_deleted_paragraph_is_not_counted() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    )
    body = numbered("甲") + gone + numbered("乙")
    assert numbered_lines(body, level(0, "decimal", "%1.")) == ["1.甲", "2.乙"]


@pytest.mark.parametrize(
    ("form", "count", "text"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 19, "十九"),
        ("chineseCountingThousand", 21, "二十一"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircle", 21, "21"),
        ("upperRoman", 14, "XIV"),
        ("lowerLetter", 28, "bb"),
        ("ideographTraditional", 2, "乙"),
        ("decimalFullWidth", 12, "１２"),
        ("ideographDigital", 20, "二〇"),
        ("decimalZero", 5, "05"),
        ("nobody knows", 7, "7"),
    ],
)
def test_forms_of_numbers(form: str, count: int, text: str) -> None:
    assert in_form(count, form) == text


def test_cells_merged_across_in_the_old_way_are_one() -> None:
    def cell(text: str, merge: str = "") -> str:
        told = f'<w:tcPr><w:hMerge w:val="{merge}"/></w:tcPr>' if merge else ""
        return f"<w:tc>{told}{paragraph(text)}</w:tc>"

    top = cell("申请人情况", "restart") + cell("", "continue") + cell("总计")
    body = f"<w:tbl><w:tr>{top}</w:tr><w:tr>{cell('1')}{cell('2')}{cell('3')}</w:tr></w:tbl>"
    (table,) = found_tables(docx_items(word_file(body), "x.docx", SETTINGS))
    assert placed(table) == [
        (0, 0, 1, 2, "申请人情况"), (0, 2, 1, 1, "总计"),
        (1, 0, 1, 1, "1"), (1, 1, 1, 1, "2"), (1, 2, 1, 1, "3"),
    ]  # fmt: skip


def test_deleted_rows_and_cells_are_gone() -> None:
    gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('9')}</w:tc></w:tr>"
    kept = f"<w:tr><w:tc>{paragraph('1')}</w:tc><w:tc>{paragraph('2')}</w:tc></w:tr>"
    less = (
        f"<w:tr><w:tc>{paragraph('3')}</w:tc><w:tc><w:tcPr><w:cellDel/></w:tcPr>{paragraph('8')}</w:tc>"
        f"<w:tc>{paragraph('4')}</w:tc></w:tr>"
    )
    body = f"<w:tbl>{gone}{kept}{less}</w:tbl>"
    (table,) = found_tables(docx_items(word_file(body), "x.docx", SETTINGS))
    assert [text for *_, text in placed(table)] == ["1", "2", "3", "4"]


def test_fields_bookmarks_hidden_text_and_content_controls() -> None:
    body = (
        '<w:p><w:bookmarkStart w:name="_GoBack"/><w:r><w:instrText>PAGE</w:instrText></w:r>'
        "<w:r><w:t>正文</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('控件')}</w:sdtContent></w:sdt>"
    )
    assert lines(body) == ["正文", "控件"]


def test_a_table_that_arranges_the_page_is_dissolved() -> None:
    inner = rows(("规章", "0"), ("文件", "1"))
    body = f"<w:tbl><w:tr><w:tc>{paragraph('标题')}</w:tc></w:tr><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    items = list(docx_items(word_file(body), "x.docx", SETTINGS))
    (table,) = found_tables(items)
    assert [text for *_, text in placed(table)] == ["规章", "0", "文件", "1"]
    assert found_lines(items) == ["标题"]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('框中')}{rows(('甲', '1'), ('乙', '2'))}</w:txbxContent>"
    body = f"<w:p><w:r><w:t>框外</w:t><w:drawing>{box}</w:drawing><w:Fallback>{box}</w:Fallback></w:r></w:p>"
    items = list(docx_items(word_file(body), "x.docx", SETTINGS))
    assert found_lines(items) == ["框外", "框中"]
    assert len(found_tables(items)) == 1


def test_pictures_are_pages_logos_are_not(tmp_path: Path) -> None:
    large, small = (
        papers.encoded(papers.stripes(600, 300), "PNG"),
        papers.encoded(papers.stripes(60, 60), "PNG"),
    )
    drawing = '<w:p><w:r><w:drawing><a:blip r:embed="{}"/></w:drawing></w:r></w:p>'
    body = paragraph("前") + drawing.format("a.png") + drawing.format("b.png") + paragraph("后")
    path = tmp_path / "x.bin"
    path.write_bytes(word_file(body, {"word/media/a.png": large, "word/media/b.png": small}))
    document = open_document(path, SETTINGS)
    assert document.media_type is MediaType.DOCX
    steps = list(document.pages)
    assert [type(step) for step in steps] == [PageContent, Page, PageContent]
    assert [step.info.number for step in steps] == [0, 1, 0]


def test_a_picture_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    body = paragraph("前") + '<w:p><w:r><w:drawing><a:blip r:embed="a.emf"/></w:drawing></w:r></w:p>'
    path = tmp_path / "x.docx"
    path.write_bytes(word_file(body, {"word/media/a.emf": b"\x01\x00\x00\x00 no picture"}))
    findings = [
        f
        for step in open_document(path, SETTINGS).pages
        if isinstance(step, PageContent)
        for f in step.findings
    ]
    assert [(finding.code, finding.detail) for finding in findings] == [("picture_not_read", "a.emf")]


def metafile(width: int, height: int) -> bytes:
    """Return an EMF of a table of four columns and four rows (MS-EMF)."""
    lines = [(0, y, width, y) for y in range(2, height, height // 4 - 1)]
    lines += [(x, 0, x, height) for x in range(2, width, width // 4 - 1)]
    records = [struct.pack("<IIIIIII", 38, 28, 1, 0, 2, 0, 0), struct.pack("<III", 37, 12, 1)]
    for left, top, right, bottom in lines:
        records.append(struct.pack("<IIiiIIii", 27, 16, left, top, 54, 16, right, bottom))
    records.append(struct.pack("<IIIII", 14, 20, 0, 16, 20))
    body = b"".join(records)
    frame = (0, 0, width * 2540 // 96, height * 2540 // 96)
    sizes = (88 + len(body), 2 * len(lines) + 4, 2, 0, 0, 0, 0, 1920, 1080, 508, 286)
    bounds = (1, 88, 0, 0, width, height, *frame, 0x464D4520, 0x10000)
    return struct.pack("<II8iIIIIHHIIIiiii", *bounds, *sizes) + body


DRAWN = '<w:p><w:r><w:drawing><a:blip r:embed="a.emf"/></w:drawing></w:r></w:p>'


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_metafile_is_drawn_and_read_like_a_scan(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(word_file(paragraph("前") + DRAWN, {"word/media/a.emf": metafile(600, 300)}))
    _, page = open_document(path, SETTINGS).pages
    assert isinstance(page, Page)
    assert page.picture is not None
    rules = find_rules(
        find_ink(flatten(page.picture, CleanSettings()).picture, DetectSettings()), DetectSettings()
    )
    assert sum(rule.axis == "horizontal" for rule in rules) >= 4
    assert sum(rule.axis == "vertical" for rule in rules) >= 4


@pytest.mark.parametrize(("size", "told"), [((600, 300), 1), ((60, 30), 0)])
def test_a_metafile_that_cannot_be_drawn_is_told_a_logo_is_not(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], told: int
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    content = word_file(paragraph("前") + DRAWN, {"word/media/a.emf": metafile(*size)})
    findings = [item for item in docx_items(content, "x.docx", SETTINGS) if isinstance(item, Finding)]
    assert len(findings) == told
    assert all("a.emf" in each.detail and "LibreOffice" in each.detail for each in findings)


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
    content = word_file("", {"word/media/x": b""}).replace(b"word/document.xml", b"word/documenx.xml")
    with pytest.raises(DamagedFileError):
        list(docx_items(content, "x.docx", SETTINGS))
    from pipeline.source.package import parse_xml

    with pytest.raises(DamagedFileError, match="entities"):
        parse_xml(bomb, "x", SETTINGS)


def test_what_unpacks_without_end_is_refused() -> None:
    content = word_file(paragraph("0" * 3_000_000))
    with pytest.raises(TooLargeError):
        list(docx_items(content, "x.docx", SourceSettings(max_expanded=1_000_000)))


def test_elements_without_end_are_refused() -> None:
    body = "<w:sdt>" * 240 + "</w:sdt>" * 240
    with pytest.raises((TooLargeError, DamagedFileError)):
        list(docx_items(word_file(body), "x.docx", SETTINGS))


def test_older_files_without_the_program_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MissingOfficeError, match=r"x\.doc") as caught:
        converted(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", Target.DOCX, SETTINGS)
    assert "libreoffice" in caught.value.line()
    assert caught.value.status == 3


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_older_file_by_its_own_program(tmp_path: Path) -> None:
    source = tmp_path / "x.rtf"
    text = "".join(f"\\u{ord(c)}?" for c in "某某局工作报告")
    row = "\\trowd\\cellx2000\\cellx4000\\intbl {}\\cell {}\\cell\\row\n"
    source.write_text(
        "{\\rtf1\\ansi\\ansicpg936 " + text + "\\par\n" + row.format("A1", "0") + row.format("B2", "1") + "}"
    )
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to", "doc",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    document = open_document(tmp_path / "x.doc", SETTINGS)
    assert document.media_type is MediaType.DOC
    steps = [step for step in document.pages if isinstance(step, PageContent)]
    assert [line.text for step in steps for line in step.lines] == ["某某局工作报告"]
    (table,) = (table for step in steps for table in step.tables)
    assert [text for *_, text in placed(table)] == ["A1", "0", "B2", "1"]
