"""Whatever stands in a document is text in every output: no markup, no formula, no broken file."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from pipeline.emit.text import visible
from pipeline.emit.write import FORMATS, render
from pipeline.report import Report
from tests.emit.builder import plausible_report

KEY = "proactive.licensing.decisions"
ATTACKS = [
    "<script>alert(1)</script>",
    "</title></style></script><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)' \" onmouseover=\"alert(1)",
    "=cmd|' /C calc'!A0",
    "+1+cmd()",
    "@SUM(A1:A9)",
    "[x](javascript:alert(1)) ![x](http://example.org/p.png) | `code` \n\n# heading",
    "{{ 7 * 7 }}{% raw %}",
    "a\x00b\x07\x1b[31m\ud800\ufffe",
    "\u202e12\u202c",
    "_x0041_",
    "]]>&amp;",
]


def hostile(attack: str) -> Report:
    """Return a report that says `attack` wherever a document's text can stand."""
    report = plausible_report({KEY: attack})
    table = report.tables[0]
    cells = tuple(cell.model_copy(update={"text": attack, "reader": attack}) for cell in table.cells)
    section = report.sections[0].model_copy(update={"heading": attack, "text": (attack, attack)})
    figure = report.figures[KEY].model_copy(update={"flags": (attack,), "reader": attack})
    reason = report.review.reasons[0].model_copy(update={"detail": attack, "code": attack})
    about = report.report.model_copy(update={"title": attack, "issuer": attack})
    return report.model_copy(
        update={
            "document": report.document.model_copy(update={"file": attack}),
            "report": about,
            "sections": (section, *report.sections[1:]),
            "tables": (table.model_copy(update={"cells": cells, "caption": attack}), *report.tables[1:]),
            "figures": report.figures | {KEY: figure, attack: figure},
            "review": report.review.model_copy(update={"reasons": (reason,)}),
        }
    )


class Elements(HTMLParser):
    """Counts the elements and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str, attack: str) -> None:
    assert render(hostile(attack), name, {})


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_has_no_element_of_the_document(attack: str) -> None:
    elements = Elements()
    elements.feed(render(hostile(attack), "html", {}).decode())
    assert elements.tags.count("script") == 1
    assert elements.tags.count("style") == 1
    assert "img" not in elements.tags
    assert not {name for name in elements.names if name.startswith("on")}


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_shows_the_text(attack: str) -> None:
    class Text(HTMLParser):
        seen = ""

        def handle_data(self, data: str) -> None:
            self.seen += data

    text = Text()
    text.feed(render(hostile(attack), "html", {}).decode())
    assert visible(attack) in text.seen


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_has_no_markup_of_the_document(attack: str) -> None:
    markdown = render(hostile(attack), "md", {}).decode()
    elements = Elements()
    elements.feed(markdown)
    assert set(elements.tags) <= {"table", "tr", "td", "br"}
    outside = re.sub("<table>.*?</table>", "", markdown, flags=re.DOTALL)  # HTML blocks are no Markdown
    assert not re.search(r"(?<!\\)[\[`]", outside)
    assert outside.count("\n# ") == 0


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_the_workbook_is_a_formula(attack: str) -> None:
    book = load_workbook(io.BytesIO(render(hostile(attack), "xlsx", {})))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    quoted = {cell.quotePrefix for cell in cells if str(cell.value)[:1] in set("=+@")}
    assert quoted <= {True}


def test_parquet_keeps_the_text_as_it_is() -> None:
    for attack in ATTACKS:
        table = pq.read_table(io.BytesIO(render(hostile(attack), "parquet", {}))).to_pylist()
        assert {row["raw"] for row in table if row["key"] == KEY} == {attack.replace("\ud800", "\ufffd")}
