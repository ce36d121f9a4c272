"""The report as one page."""

from __future__ import annotations

import io
import re
from base64 import b64decode, b64encode
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image

from pipeline.emit.html import report_html
from pipeline.emit.pictures import page_jpeg, report_jpegs
from pipeline.model import Picture
from pipeline.settings import EmitSettings
from tests.emit.builder import plausible_report
from tests.emit.tilings import placed, read_tables

GREY = Picture(np.full((842, 595), 240, np.uint8), 72.0)


def inlined(html: str, tag: str) -> str:
    found = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    assert found
    return found.group(1)


def test_only_its_own_script_and_style_may_run() -> None:
    html = report_html(plausible_report(), {}).decode()
    policy = re.search('Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    rules = policy.group(1).replace("&#39;", "'")
    assert "default-src 'none'" in rules
    for tag in ("script", "style"):
        digest = b64encode(sha256(inlined(html, tag).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in rules


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = report_html(plausible_report(), {1: page_jpeg(GREY, EmitSettings())}).decode()
    addresses = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'\s>)]+)""", html)
    assert addresses
    assert all(address.startswith(("#", "data:")) for address in addresses)


def test_tables_are_rebuilt_with_their_spans() -> None:
    report = plausible_report()
    rebuilt = [table for table in read_tables(report_html(report, {}).decode()) if table]
    for table in report.tables:
        assert [placed(cell) for cell in table.cells] in rebuilt


def test_what_needs_a_look_comes_first() -> None:
    html = report_html(plausible_report(), {}).decode()
    body = html[html.index("<main>") :]
    failed, doubtful = body.index("applicants.granted"), body.index("proactive.penalties.decisions")
    assert failed < doubtful < body.index('class="page"')


def test_every_cell_stands_on_its_page_and_in_its_table() -> None:
    report = plausible_report()
    html = report_html(report, {}).decode()
    marks = [f"{t}-{c}" for t, table in enumerate(report.tables) for c in range(len(table.cells))]
    drawn = re.findall(r'<rect class="\w+" data-c="([^"]+)"', html)
    assert sorted(drawn) == sorted(marks)
    assert sorted(re.findall(r'<td[^>]* data-c="([^"]+)"', html)) == sorted(marks)


def test_doubt_shows_on_the_cell() -> None:
    html = report_html(plausible_report(), {}).decode()
    hints = re.findall(r'<rect class="(doubt|fault)"[^>]*><title>(\S+)', html)
    assert ("doubt", "proactive.penalties.decisions") in hints
    assert ("fault", "applications.granted.total") in hints
    assert len(hints) == 3
    assert re.findall(r'<rect class="part"[^>]*><title>(\S+)', html)[0] == "applications.granted.enterprise"


def test_figures_never_found_are_named_apart() -> None:
    report = plausible_report()
    gone = report.figures["proactive.regulations.made"].model_copy(
        update={"state": "missing", "value": None, "raw": None, "page": None, "box": None, "confidence": 0.0}
    )
    figures = report.figures | {"proactive.regulations.made": gone}
    html = report_html(report.model_copy(update={"figures": figures}), {}).decode()
    listed = re.search('<p class="keys">(.*?)</p>', html)
    assert listed
    assert listed.group(1).strip() == "<code>proactive.regulations.made</code>"


def test_a_page_without_a_picture_is_drawn_from_its_cells() -> None:
    html = report_html(plausible_report(), {1: page_jpeg(GREY, EmitSettings())}).decode()
    assert html.count("<image ") == 1
    assert re.search(r"<text [^>]*>1584</text>", html) is None
    assert re.search(r"<text [^>]*>自然人</text>", html)


def test_a_report_of_nothing_is_a_page_too() -> None:
    bare = plausible_report().model_copy(update={"tables": (), "figures": {}, "checks": (), "sections": ()})
    about = bare.report.model_copy(update={"title": None, "issuer": None, "year": None})
    html = report_html(bare.model_copy(update={"report": about}), {}).decode()
    assert "issuer not found" in html


@pytest.mark.parametrize("shape", [(3508, 2480), (3508, 2480, 3)])
def test_pictures_are_shrunk_to_the_dpi_asked_for(shape: tuple[int, ...]) -> None:
    jpeg = page_jpeg(Picture(np.zeros(shape, np.uint8), 300.0), EmitSettings(picture_dpi=100.0))
    assert Image.open(io.BytesIO(jpeg)).size == (827, 1169)


def test_pictures_are_never_enlarged() -> None:
    assert Image.open(io.BytesIO(page_jpeg(GREY, EmitSettings()))).size == (595, 842)


def test_pictures_stop_at_their_budget_and_pages_of_the_form_go_first() -> None:
    report = plausible_report()
    one = len(page_jpeg(GREY, EmitSettings()))
    pages = {9: GREY, 3: GREY, 2: GREY}
    found = report_jpegs(report, pages, EmitSettings(picture_bytes=2 * one))
    assert sorted(found) == [2, 3]


def test_the_picture_is_the_one_passed_in() -> None:
    jpeg = page_jpeg(GREY, EmitSettings())
    html = report_html(plausible_report(), {2: jpeg}).decode()
    embedded = re.search(r"data:image/jpeg;base64,([^\"]+)", html)
    assert embedded
    assert b64decode(embedded.group(1)) == jpeg
