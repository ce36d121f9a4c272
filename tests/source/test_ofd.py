"""OFD files: text, rules, images and composite objects; files that are no good."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DamagedFileError, InputError, TooLargeError
from pipeline.model import Box, Glyph, Page, PageContent, Rule
from pipeline.settings import SourceSettings
from pipeline.source import MediaType, open_document
from pipeline.source.ofd import OfdPages
from scripts.lib.ofd import Sheet, ofd_file
from tests.source import papers

SETTINGS = SourceSettings()
SIZE = (595.0, 842.0)
PICTURE = papers.encoded(papers.stripes(827, 1169), "PNG")


def row(text: str, top: float = 100.0, step: float = 12.0) -> list[Glyph]:
    return [Glyph(c, Box(60 + step * k, top, 72 + step * k, top + 12)) for k, c in enumerate(text)]


def pages(content: bytes) -> list[Page | PageContent]:
    return list(OfdPages(content, "x.ofd", SETTINGS))


def only(content: bytes) -> Page:
    (page,) = pages(content)
    assert isinstance(page, Page)
    return page


def test_text_and_rules_stand_where_they_were_put(tmp_path: Path) -> None:
    rules = (Rule("horizontal", 200, 60, 500), Rule("vertical", 60, 200, 400))
    path = tmp_path / "x"
    path.write_bytes(ofd_file([Sheet(SIZE, row("政府信息公开"), rules)]))
    document = open_document(path, SETTINGS)
    assert document.media_type is MediaType.OFD
    (page,) = document.pages
    assert isinstance(page, Page)
    assert page.info.kind == "text"
    assert (round(page.info.width), round(page.info.height)) == (595, 842)
    assert "".join(glyph.text for glyph in page.glyphs) == "政府信息公开"
    for found, wanted in zip(page.glyphs, row("政府信息公开"), strict=True):
        assert found.box.center == pytest.approx(wanted.box.center, abs=0.1)
    for line, rule in zip(page.rules, rules, strict=True):
        assert line.axis == rule.axis
        assert (line.position, line.start, line.end) == pytest.approx(
            (rule.position, rule.start, rule.end), abs=0.1
        )


def text_object(attributes: str, code: str) -> str:
    return f'<ofd:TextObject Boundary="10 10 100 10" Size="4" {attributes}>{code}</ofd:TextObject>'


def test_steps_may_be_abbreviated() -> None:
    code = '<ofd:TextCode X="0" Y="4" DeltaX="g 2 4 10">年度报告</ofd:TextCode>'
    page = only(ofd_file([Sheet(SIZE, more=text_object("", code))]))
    lefts = [glyph.box.left * 25.4 / 72 for glyph in page.glyphs]
    assert lefts == pytest.approx([10, 14, 18, 28])


def test_what_is_not_shown_is_not_read() -> None:
    code = '<ofd:TextCode X="0" Y="4">暗</ofd:TextCode>'
    page = only(ofd_file([Sheet(SIZE, row("明明"), more=text_object('Visible="false"', code))]))
    assert "".join(glyph.text for glyph in page.glyphs) == "明明"


def test_figures_that_stand_apart_stay_apart() -> None:
    code = '<ofd:TextCode X="0" Y="4" DeltaX="2.2 3.2">123</ofd:TextCode>'
    one, two, three = only(ofd_file([Sheet(SIZE, more=text_object("", code))])).glyphs
    assert two.box.left - one.box.right == pytest.approx(0, abs=0.01)
    assert three.box.left - two.box.right > 0.15 * two.box.height


def test_a_page_that_is_a_picture_is_a_scan() -> None:
    page = only(ofd_file([Sheet(SIZE, images=[(Box(0, 0, *SIZE), PICTURE)])]))
    assert page.info.kind == "scan"
    assert page.picture is not None
    assert page.info.dpi == pytest.approx(100, abs=0.5)
    assert page.picture.pixels.shape == (1170, 827, 3)


def test_a_picture_among_text_is_read_in_its_place() -> None:
    box = Box(60, 300, 500, 700)
    page = only(ofd_file([Sheet(SIZE, row("政府信息公开工作年度报告"), images=[(box, PICTURE)])]))
    assert page.info.kind == "mixed"
    assert page.picture is not None
    assert page.pictures[0].center == pytest.approx(box.center, abs=0.1)
    scale = page.picture.scale
    inside = page.picture.pixels[round(310 * scale) : round(690 * scale)]
    assert inside.min() < 60
    assert page.picture.pixels[: round(290 * scale)].min() == 255


def test_an_image_that_cannot_be_read_is_told_last() -> None:
    sheets = [Sheet(SIZE, row("政府"), images=[(Box(0, 0, *SIZE), b"JBIG2?")]), Sheet(SIZE, row("信息"))]
    first, second, told = pages(ofd_file(sheets))
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert isinstance(told, PageContent)
    assert [(finding.code, finding.page) for finding in told.findings] == [("picture_not_read", 1)]


def unit(number: int, inner: str) -> str:
    content = f"<ofd:Content>{inner}</ofd:Content>"
    return f'<ofd:CompositeGraphicUnit ID="{number}">{content}</ofd:CompositeGraphicUnit>'


def use(number: int) -> str:
    return f'<ofd:CompositeObject Boundary="10 10 100 100" ResourceID="{number}"/>'


def test_composite_objects_are_painted_in_their_place() -> None:
    inner = unit(7, text_object("", '<ofd:TextCode X="0" Y="4">章</ofd:TextCode>'))
    (glyph,) = only(ofd_file([Sheet(SIZE, more=use(7))], inner)).glyphs
    assert glyph.box.left * 25.4 / 72 == pytest.approx(20)


@pytest.mark.parametrize("count", [1, 12])
def test_objects_without_end_are_refused(count: int) -> None:
    units = "".join(unit(n, use(n + 1) * count) for n in range(9)) + unit(9, use(0 if count == 1 else 10))
    with pytest.raises(TooLargeError):
        pages(ofd_file([Sheet(SIZE, more=use(0))], units))


def test_damage_is_told(tmp_path: Path) -> None:
    whole = ofd_file([Sheet(SIZE, row("政府"))])
    with pytest.raises(DamagedFileError):
        pages(whole[: len(whole) // 2])
    with pytest.raises(InputError):
        pages(whole.replace(b"Doc_0/Pages/Page_0/Content.xml", b"Doc_0/Pages/Page_9/Content.xml"))
