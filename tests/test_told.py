"""Tables of the form whose rows or columns no rule parts: read by their words, from PDF and from pictures."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pymupdf
import pytest

from pipeline.extract import extract
from pipeline.form.edition import FormKind
from pipeline.report import EditionName
from tests.form.builder import draft, numbered
from tests.form.paper import EM, Printed, printed

KINDS: tuple[FormKind, ...] = ("applications", "disputes")
FORM: EditionName = "2021-30"


def three_lined(tmp_path: Path) -> Path:
    """Return a PDF of two tables with a rule above, below their headers and at their ends."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((150, 60), "青禾县政府信息公开工作年度报告", fontname="china-s", fontsize=16)
    top = 100.0
    for kind in KINDS:
        table = printed(draft(FORM, kind, numbered(FORM)), top=top)
        header = {"applications": "社会公益组织", "disputes": "结果维持"}[kind]
        write(page, table)
        bottoms = [w.box.bottom for w, o in zip(table.words, table.owners, strict=True) if o.text == header]
        top = min(word.box.top for word in table.words)
        ends = (top - 5, max(bottoms) + 3, max(word.box.bottom for word in table.words) + 4)
        for y in ends:
            page.draw_line((70, y), (536, y), width=0.8)
        top = ends[-1] + 40
    path = tmp_path / "report.pdf"
    document.save(path)
    return path


def write(page: pymupdf.Page, table: Printed) -> None:
    for word in table.words:
        x = word.box.left
        for digits, run in groupby(word.text, key=str.isascii):
            text, font = "".join(run), "helv" if digits else "china-s"
            page.insert_text((x, word.box.bottom - 1.5), text, fontname=font, fontsize=EM)
            x += pymupdf.get_text_length(text, fontname=font, fontsize=EM)


def pictured(path: Path, dpi: int) -> Path:
    """Return the same pages as pictures in a PDF."""
    document = pymupdf.open()
    for page in pymupdf.open(path):
        sheet = document.new_page(width=page.rect.width, height=page.rect.height)
        sheet.insert_image(sheet.rect, pixmap=page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY))
    scan = path.with_name("scan.pdf")
    document.save(scan)
    return scan


@pytest.mark.parametrize("dpi", [None, 200])
def test_every_figure_of_tables_with_three_rules_is_read_and_says_that_lines_were_inferred(
    tmp_path: Path, dpi: int | None
) -> None:
    path = three_lined(tmp_path)
    report = extract(path if dpi is None else pictured(path, dpi))
    wanted = {key: text for key, text in numbered(FORM).items() if key.startswith(KINDS)}
    found = {key: figure for key, figure in report.figures.items() if key in wanted}
    assert {key: figure.raw for key, figure in found.items()} == wanted
    assert all("repaired_line" in figure.flags for figure in found.values())


@pytest.mark.parametrize("dpi", [None, 200])
def test_a_table_whose_row_is_blank_is_read_as_blank(tmp_path: Path, dpi: int | None) -> None:
    whole = printed(draft(FORM, "disputes", numbered(FORM)), top=100.0)
    names = tuple(word for word in whole.words if not word.text.isdigit())
    top, header = whole.words[0].box.top, max(word.box.bottom for word in names)
    document = pymupdf.open()
    page = document.new_page()
    write(page, replace(whole, words=names))
    for y in (top - 5, header + 3, header + 3 + 2 * EM):
        page.draw_line((70, y), (536, y), width=0.8)
    page.insert_text((80, header + 6 * EM), "五、存在的主要问题及改进情况", fontname="china-s", fontsize=EM)
    page.insert_text((80, header + 8 * EM), "下一步将加强政策解读。", fontname="china-s", fontsize=EM)
    path = tmp_path / "report.pdf"
    document.save(path)
    report = extract(path if dpi is None else pictured(path, dpi))
    found = [figure for key, figure in report.figures.items() if key.startswith("disputes")]
    assert len(found) == 15
    assert all((figure.state, figure.value, figure.page) == ("blank", None, 1) for figure in found)


def test_a_ruled_table_whose_verticals_are_lost_or_false_is_read_by_its_words(tmp_path: Path) -> None:
    """What is left of the verticals makes cells that hold several figures."""
    path = three_lined(tmp_path)
    document = pymupdf.open(path)
    page = document[0]
    table = printed(draft(FORM, "applications", numbered(FORM)), top=100.0)
    xs = [70.0, 284.0, 356.0, 464.0, 536.0]
    top, bottom = min(w.box.top for w in table.words) - 5, max(w.box.bottom for w in table.words) + 4
    for x in xs:
        page.draw_line((x, top), (x, bottom), width=0.8)
    worn = path.with_name("worn.pdf")
    document.save(worn)
    report = extract(pictured(worn, 200))
    figures = {key: f for key, f in report.figures.items() if key.startswith("applications")}
    assert {key: figure.raw for key, figure in figures.items()} == {
        key: text for key, text in numbered(FORM).items() if key.startswith("applications")
    }
    assert all(figure.flags for figure in figures.values())
