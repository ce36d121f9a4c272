"""Plain texts: what is prose, what is a table, in whichever encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import EmptyFileError, NotADocumentError
from pipeline.model import PageContent, RaggedTable
from pipeline.settings import SourceSettings
from pipeline.source import MediaType, open_document
from pipeline.source.encoding import decode
from pipeline.source.flow import Line
from pipeline.source.text import text_items

TEXT = "某某市卫生健康局政府信息公开工作年度报告，规章与规范性文件。\n"


def tables(text: str) -> list[RaggedTable]:
    return [item for item in text_items(text, SourceSettings()) if isinstance(item, RaggedTable)]


def lines(text: str) -> list[str]:
    return [item.text for item in text_items(text, SourceSettings()) if isinstance(item, Line)]


def test_one_cell_a_line() -> None:
    text = "前言\n\t信息内容\n\t件数\n\n\t规章\n\t0\n\n\n后语\n"
    assert tables(text) == [RaggedTable((("信息内容", "件数"), ("规章", "0")), "listed")]
    assert lines(text) == ["前言", "后语"]


def test_a_cell_of_two_lines_and_a_blank_one() -> None:
    text = "\t商业\n企业\n\t\n\t科研\n\n\t1\n\t2\n\t3\n"
    assert tables(text)[0].rows == (("商业企业", "", "科研"), ("1", "2", "3"))


def test_rows_between_bars() -> None:
    assert tables("| 规章 | 0 |||\n| --- | --- | --- | --- |\n| 其他 | 1 | 2 | |\n") == [
        RaggedTable((("规章", "0", "", ""), ("其他", "1", "2", "")), "padded")
    ]


def test_cells_parted_by_tabs() -> None:
    assert tables("规章\t0\t0 0\t\n\t行政\t2\t\n") == [
        RaggedTable((("规章", "0", "0 0", ""), ("", "行政", "2", "")), "wreck")
    ]


def test_indented_paragraphs_are_no_table() -> None:
    text = "\t一、总体情况\n\t我局按照要求做好工作。\n\n\t二、其他\n"
    assert tables(text) == []
    assert lines(text) == ["一、总体情况", "我局按照要求做好工作。", "二、其他"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gb2312", "utf-16"])
def test_encodings_are_told_by_content(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.dat"
    path.write_bytes(TEXT.encode(encoding))
    document = open_document(path, SourceSettings())
    assert document.media_type is MediaType.TEXT
    (content,) = document.pages
    assert isinstance(content, PageContent)
    assert [line.text for line in content.lines] == [TEXT.strip()]


def test_a_few_spoiled_bytes_do_not_spoil_the_text() -> None:
    content = (TEXT * 20).encode("gb18030") + b"\xff\xff" + TEXT.encode("gb18030")
    text = decode(content)
    assert text is not None
    assert text.startswith(TEXT)


@pytest.mark.parametrize("content", [b"hello world, no Chinese here", bytes(range(256)) * 40, b"\x00" * 500])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(content)
    with pytest.raises(NotADocumentError):
        open_document(path, SourceSettings())


def test_an_empty_flow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.htm"
    path.write_bytes(b"")
    with pytest.raises(EmptyFileError):
        open_document(path, SourceSettings())
