"""Whatever a report comes as, it becomes the same report."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from _pytest.mark import ParameterSet

from pipeline.commands.inspect import Job, work
from pipeline.errors import UsageError
from pipeline.extract import extract
from pipeline.report import Report
from pipeline.settings import Settings, SourceSettings
from pipeline.source import open_document
from scripts.lib.document import load
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.ofd import ofd_file, sheet_of
from scripts.lib.screenshot import screenshot
from scripts.lib.seeds import Seed
from tests.reading import SAMPLES, extraction
from tests.yearbooks import BY_FOLDER, without_pictures

WRECK = "jinxiang-2023"


def as_html(seed: Seed) -> bytes:
    return html(without_pictures(seed), seed.style).encode()


def as_site(seed: Seed) -> bytes:
    """Return the page as a site shows it: in a table that arranges it, between menus and an imprint."""
    inner = html(without_pictures(seed), seed.style).partition("<h1>")
    title = "".join(load(seed).title)
    menu = "".join(f'<li><a href="/{n}">栏目{n}</a></li>' for n in range(12))
    crumbs = f"您当前的位置：<a>首页</a> &gt; <a>政务公开</a> &gt; <a>{title}</a>"
    posted = "发布时间：2021-01-28 10:21　来源：本站　浏览次数：<span>231</span>次"
    posted += " 【字体：<a>大</a> <a>中</a> <a>小</a>】"
    page = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
    <title>{title}</title><style>td {{}}</style></head><body>
    <div class="top"><ul class="nav">{menu}</ul></div>
    <table width="1000"><tr><td><div>{crumbs}</div></td></tr><tr><td width="200">
    <a>概况</a><br><a>动态</a><br><a>公告</a><br><a>法规</a></td><td><div class="content"><h1>{inner[2]}
    </div><p>{posted}</p><div><a>【打印本页】</a><a>【关闭窗口】</a></div></td></tr></table>
    <div class="footer"><p>主办单位：某某市人民政府办公室</p><p>网站标识码：3300000001</p></div>
    <p>浙ICP备05000000号</p><p>浙公网安备 33000002000000号</p>
    <script>var a = "统计";</script></body></html>"""
    return page.encode("gb18030")


def as_docx(seed: Seed) -> bytes:
    return docx(without_pictures(seed), seed.style)


def as_ofd(seed: Seed) -> bytes:
    pages = open_document(SAMPLES / seed.folder / "digital.pdf", SourceSettings()).pages
    return ofd_file([sheet_of(page) for page in pages])


def as_text(seed: Seed) -> bytes:
    return (SAMPLES / "seeds" / f"{seed.stem}.txt").read_bytes()


def as_extract(seed: Seed) -> bytes:
    """Return the text of a report as it is printed in the samples: long paragraphs cut, headings respelt."""
    printed = [block.text for block in load(seed).blocks if len(block.text) > 1]

    def cut(line: str) -> str:
        if line.startswith(("\t", "|")):
            return line
        for pattern, new in seed.cleaning.respell:
            line = re.sub(pattern, new, line)
        words = " ".join(line.split())
        return max((text for text in printed if words.startswith(text[:-1])), key=len, default=line)

    return "\n".join(map(cut, as_text(seed).decode().splitlines())).encode()


MAKERS: dict[str, Callable[[Seed], bytes]] = {
    "text": as_text,
    "extract": as_extract,
    "html": as_html,
    "site": as_site,
    "docx": as_docx,
    "ofd": as_ofd,
}
PRINTED = {"pdf": "digital", "scan": "scan"}
TYPES = {
    "text": "text/plain",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ofd": "application/ofd",
    "pdf": "application/pdf",
    "scan": "application/pdf",
}


def marked(folder: str, kind: str) -> ParameterSet:
    return pytest.param(folder, kind, marks=[pytest.mark.engine] if kind == "scan" else [])


INPUTS = [marked(folder, kind) for folder in BY_FOLDER for kind in TYPES]
OTHERS = [
    marked(folder, kind)
    for folder in BY_FOLDER
    for kind in ("extract", "html", "site", "docx", "ofd", "scan")
    if (folder, kind) != (WRECK, "extract")  # its header and half its labels are gone: see what follows
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Report]:
    """Return a function that gives the report of a sample as a kind of document; its name tells nothing."""
    folder = tmp_path_factory.mktemp("inputs")

    @cache
    def report(name: str, kind: str) -> Report:
        if kind in PRINTED:
            return extraction(name, PRINTED[kind]).report
        path = folder / f"{name}-{kind}.dat"
        path.write_bytes(MAKERS[kind](BY_FOLDER[name]))
        return extract(path)

    return report


def expected(folder: str) -> dict[str, str | None]:
    held = json.loads((SAMPLES / "expected" / f"{BY_FOLDER[folder].stem}.json").read_text("utf-8"))
    return {key: figure["value"] for key, figure in held["figures"].items()}


def values(report: Report) -> dict[str, str | None]:
    return {
        key: None if figure.value is None else format(figure.value, "f")
        for key, figure in report.figures.items()
    }


@pytest.mark.parametrize(("folder", "kind"), INPUTS)
def test_the_figures_are_the_same_in_every_kind_of_document(
    folder: str, kind: str, read: Callable[[str, str], Report]
) -> None:
    found, wanted = read(folder, kind), expected(folder)
    assert found.document.media_type == TYPES[kind]
    assert list(found.figures) == list(wanted)
    assert values(found) == wanted


@pytest.mark.parametrize(("folder", "kind"), INPUTS)
def test_the_report_names_itself(folder: str, kind: str, read: Callable[[str, str], Report]) -> None:
    found = read(folder, kind)
    held = json.loads((SAMPLES / "expected" / f"{BY_FOLDER[folder].stem}.json").read_text("utf-8"))
    assert (found.report.issuer, found.report.year) == (held["issuer"], held["year"])
    assert [section.number for section in found.sections if section.number] == [1, 2, 3, 4, 5, 6]


PLACE = {"page", "box", "parts", "confidence", "reader", "readings", "document", "provenance", "evidence"}


def without_places(value: Any) -> Any:
    """Return a report's JSON without what may differ: places, readers, confidence, how it was made."""
    if isinstance(value, dict):
        return {key: without_places(held) for key, held in value.items() if key not in PLACE}
    if isinstance(value, list):
        return [without_places(each) for each in value]
    return value


def spelt(value: Any, keep: Callable[[str], str]) -> Any:
    """Return a report's JSON with all texts in it changed by `keep`."""
    if isinstance(value, dict):
        return {key: spelt(held, keep) for key, held in value.items()}
    if isinstance(value, list):
        return [spelt(each, keep) for each in value]
    return keep(value) if isinstance(value, str) else value


def unspanned(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table as rows of texts."""
    rows: dict[int, list[str]] = {}
    for cell in table["cells"]:
        rows.setdefault(cell["row"], []).append(cell["text"])
    return {"kind": table["kind"], "edition": table["edition"], "rows": rows}


def narrow(text: str) -> str:
    """Return a text with its punctuation in one width."""
    return unicodedata.normalize("NFKC", text)


def letters(text: str) -> str:
    """Return a text without its punctuation, where it has anything else."""
    return "".join(c for c in narrow(text) if c.isalnum()) or narrow(text)


def comparable(report: Report, folder: str, kind: str) -> Any:
    """Return what must be equal, less what such a kind of document cannot tell."""
    held = without_places(json.loads(report.to_json()))
    if folder == WRECK and kind != "scan":
        # The print has a screenshot, with a table and lines of its own, that is left out of the others.
        held["tables"] = [table for table in held["tables"] if table["kind"] != "other"]
        held["sections"] = []
    if kind == "extract":
        # How an office divides the short rows of section 2 among columns, a list of cells does not tell;
        # and the print sets the form's labels in the office's punctuation, not in the text's.
        held["tables"] = [
            unspanned(table) if table["kind"] == "proactive" else table for table in held["tables"]
        ]
        return spelt(held, narrow)
    # A picture shows 「（」 and 「(」 alike.
    return spelt(held, letters) if kind == "scan" else held


@pytest.mark.parametrize(("folder", "kind"), OTHERS)
def test_nothing_but_places_and_readers_differs(
    folder: str, kind: str, read: Callable[[str, str], Report]
) -> None:
    one = comparable(read(folder, kind), folder, kind)
    other = comparable(read(folder, "pdf"), folder, kind)
    assert one == other


def test_the_text_of_a_wreck_differs_in_what_it_lost_alone(read: Callable[[str, str], Report]) -> None:
    one, other = (without_places(json.loads(read(WRECK, kind).to_json())) for kind in ("extract", "pdf"))
    for each in (one, other):
        for key in ("tables", "sections", "review"):
            del each[key]
        for figure in each["figures"].values():
            del figure["flags"]
    assert one == other


@pytest.mark.parametrize("kind", ["text", "html", "docx"])
def test_what_has_no_pages_has_no_places(kind: str, read: Callable[[str, str], Report]) -> None:
    found = read("wenzhou-2020", kind)
    assert found.document.pages == ()
    assert {(f.page, f.box) for f in found.figures.values()} == {(None, None)}
    assert {(c.page, c.box) for table in found.tables for c in table.cells} == {(None, None)}
    assert {table.parts for table in found.tables} == {()}
    assert {section.page for section in found.sections} == {None}


def test_the_text_of_a_wreck_is_sure_only_where_its_header_is_legible(
    read: Callable[[str, str], Report],
) -> None:
    clean = {key for key, figure in read(WRECK, "text").figures.items() if not figure.flags}
    assert {key.split(".")[0] for key in clean} == {"disputes"}


@pytest.mark.engine
def test_a_table_that_is_a_picture_in_a_web_page_is_read(tmp_path: Path) -> None:
    seed = BY_FOLDER[WRECK]
    picture = "data:image/jpeg;base64," + base64.b64encode(screenshot()).decode()
    path = tmp_path / "page.html"
    path.write_text(html(load(seed), seed.style, picture), encoding="utf-8")
    found = extract(path)
    assert values(found) == expected(WRECK)
    (other,) = (table for table in found.tables if table.kind == "other")
    assert {cell.reader for cell in other.cells} == {"ppocr"}
    assert {cell.page for cell in other.cells} == {1}
    assert "主动公开" in {cell.text for cell in other.cells}
    assert [page.kind for page in found.document.pages] == ["image"]


@pytest.mark.engine
def test_a_searchable_scan_is_read_from_its_picture_and_its_layer_is_a_second_reading(tmp_path: Path) -> None:
    pdf = pymupdf.open(SAMPLES / "suihua-2021" / "digital.pdf")
    made = pymupdf.open()
    for page in pdf:
        copy = made.new_page(width=page.rect.width, height=page.rect.height)
        copy.insert_image(copy.rect, stream=page.get_pixmap(dpi=200).tobytes("png"))
        for x0, _, _, y1, text, *_ in page.get_text("words"):
            told = {"1584": "1534"}.get(text, text)  # a misread figure in the layer
            copy.insert_text((x0, y1 - 2), told, fontname="china-s", fontsize=10, render_mode=3)
    path = tmp_path / "searchable.pdf"
    made.save(path)
    found = extract(path)
    assert values(found) == expected("suihua-2021")
    disputed = [key for key, figure in found.figures.items() if "readers_disagree" in figure.flags]
    assert disputed == ["proactive.licensing.decisions"]
    readings = found.figures["proactive.licensing.decisions"].readings
    assert ("scan-layer", "1534") in {(reading.reader, reading.raw) for reading in readings}
    assert {page.kind for page in found.document.pages} == {"scan"}


def test_what_has_no_pages_cannot_be_drawn(tmp_path: Path) -> None:
    path = SAMPLES / "seeds" / f"{BY_FOLDER[WRECK].stem}.txt"
    with pytest.raises(UsageError, match="no pages to draw"):
        work(path, Job(Settings(), None, tmp_path), lambda *_: None)
