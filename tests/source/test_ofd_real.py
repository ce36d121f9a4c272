"""OFD files put together as other programs write them: paths, resources, templates, notes, seals, turns."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops

from pipeline.extract import extract_full
from pipeline.model import Page, PageContent
from pipeline.settings import SourceSettings
from pipeline.source.jbig2 import jbig2_png
from pipeline.source.ofd import OfdPages
from tests.source import papers

SETTINGS = SourceSettings()
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MM = 72 / 25.4
CHINESE = "政府信息公开工作年度报告"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, HEAD + content if isinstance(content, str) else content)
    return out.getvalue()


def body(document: str = "Doc_0/Document.xml", signatures: str = "") -> str:
    signed = f"<ofd:Signatures>{signatures}</ofd:Signatures>" if signatures else ""
    info = "<ofd:DocInfo><ofd:DocID>0190</ofd:DocID><ofd:Creator>x</ofd:Creator></ofd:DocInfo>"
    return f"<ofd:DocBody>{info}<ofd:DocRoot>{document}</ofd:DocRoot>{signed}</ofd:DocBody>"


def root(*bodies: str) -> str:
    return f'<ofd:OFD {SPACE} DocType="OFD" Version="1.1">{"".join(bodies or (body(),))}</ofd:OFD>'


def document(pages: str, common: str = "", more: str = "") -> str:
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    return (
        f"<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>203</ofd:MaxUnitID>{area}{common}"
        f"</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{more}</ofd:Document>"
    )


def page(*objects: str, before: str = "", layer: str = "") -> str:
    return (
        f'<ofd:Page {SPACE}>{before}<ofd:Content><ofd:Layer ID="2" {layer}>{"".join(objects)}</ofd:Layer>'
        "</ofd:Content></ofd:Page>"
    )


def text(words: str, boundary: str = "20 30 160 8", size: float = 4, code: str = "", more: str = "") -> str:
    """Return a text object whose characters follow each other at their own width."""
    code = code or f'X="0" Y="{size}" DeltaX="g {len(words) - 1} {size}"'
    return (
        f'<ofd:TextObject ID="7" Boundary="{boundary}" Font="6" Size="{size}" {more}>'
        '<ofd:FillColor Value="0 0 0"/><ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1">'
        f"<ofd:Glyphs>68</ofd:Glyphs></ofd:CGTransform><ofd:TextCode {code}>{words}</ofd:TextCode>"
        "</ofd:TextObject>"
    )


def image(boundary: str, ctm: str, resource: int = 3) -> str:
    told = f' CTM="{ctm}"' if ctm else ""
    return f'<ofd:ImageObject ID="4"{told} Boundary="{boundary}" ResourceID="{resource}"/>'


def resources(media: str, base: str = "Res") -> str:
    file = f'<ofd:MultiMedia ID="3" Type="Image"><ofd:MediaFile>{media}</ofd:MediaFile></ofd:MultiMedia>'
    return f'<ofd:Res {SPACE} BaseLoc="{base}"><ofd:MultiMedias>{file}</ofd:MultiMedias></ofd:Res>'


ONE = '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
DOCUMENT_RES = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"


def parts(content: str, **more: str | bytes) -> dict[str, str | bytes]:
    return {
        "OFD.xml": root(),
        "Doc_0/Document.xml": document(ONE, DOCUMENT_RES),
        "Doc_0/DocumentRes.xml": resources("image_3.png"),
        "Doc_0/Pages/Page_0/Content.xml": content,
        **more,
    }


def read(held: Mapping[str, str | bytes]) -> list[Page | PageContent]:
    return list(OfdPages(package(held), "x.ofd", SETTINGS))


def only(held: Mapping[str, str | bytes]) -> Page:
    (found,) = read(held)
    assert isinstance(found, Page)
    return found


def written(found: Page) -> str:
    return "".join(glyph.text for glyph in found.glyphs)


def findings(found: list[Page | PageContent]) -> list[tuple[str, int | None, str]]:
    return [(f.code, f.page, f.detail) for p in found if isinstance(p, PageContent) for f in p.findings]


def test_an_object_is_scaled_by_its_matrix_within_its_boundary() -> None:
    code = 'X="0" Y="7.731" DeltaX="9 9 9 9 9"'
    scaled = text("北京上地支行", "141.6579 79.955 18.8881 3.1718", 9, code, 'CTM="0.3528 0 0 0.3528 0 0"')
    found = only(parts(page(scaled)))
    lefts = [glyph.box.left / MM for glyph in found.glyphs]
    assert lefts == pytest.approx([141.6579 + 0.3528 * 9 * k for k in range(6)], abs=1e-3)
    assert found.glyphs[0].box.height / MM == pytest.approx(0.3528 * 9)
    base = 79.955 + 0.3528 * 7.731
    assert found.glyphs[0].box.top / MM < base < found.glyphs[0].box.bottom / MM


def test_several_codes_of_one_object_and_white_space_of_the_xml() -> None:
    codes = (
        '<ofd:TextCode X="1" Y="3" DeltaX="3">\n      报告\n   </ofd:TextCode>'
        '<ofd:TextCode Y="9"><![CDATA[2<3]]></ofd:TextCode>'
    )
    held = f'<ofd:TextObject ID="5" Boundary="10 20 50 20" Size="3">{codes}</ofd:TextObject>'
    found = only(parts(page(held)))
    assert written(found) == "报告2<3"
    lefts = [round(glyph.box.left / MM, 2) for glyph in found.glyphs]
    assert lefts[:3] == [11, 14, 11]


def test_a_template_brings_its_own_resources_and_lies_below_or_above() -> None:
    box, whole = "0 0 210 297", "210 0 0 297 0 0"
    common = (
        '<ofd:TemplatePage ID="8" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        '<ofd:TemplatePage ID="9" BaseLoc="/Doc_0/Tpls/Tpl_1/Content.xml" ZOrder="Foreground"/>'
    )
    below = page(image(box, whole), before="<ofd:PageRes>Res.xml</ofd:PageRes>")
    above = page(text("本页说明", "20 200 100 8"))
    uses = '<ofd:Template TemplateID="8" ZOrder="Background"/><ofd:Template TemplateID="9"/>'
    held: dict[str, str | bytes] = {
        "OFD.xml": root(),
        "Doc_0/Document.xml": document(ONE, common),
        "Doc_0/Pages/Page_0/Content.xml": page(text(CHINESE), before=uses),
        "Doc_0/Tpls/Tpl_0/Content.xml": below,
        "Doc_0/Tpls/Tpl_0/Res.xml": resources("paper.png", ""),
        "Doc_0/Tpls/Tpl_0/paper.png": papers.encoded(np.full((300, 212), 250, dtype=np.uint8), "PNG"),
        "Doc_0/Tpls/Tpl_1/Content.xml": above,
    }
    found = only(held)
    assert found.info.kind == "text"  # the paper is no scan of what is written on it
    assert written(found) == CHINESE + "本页说明"


def test_text_under_a_scan_or_in_no_colour_is_the_layer_of_a_scan() -> None:
    picture = papers.encoded(papers.stripes(827, 1169), "PNG")
    scan = image("0 0 210 297", "210 0 0 297 0 0")
    for objects in ((text(CHINESE), scan), (scan, text(CHINESE, more='Alpha="0"'))):
        found = only(parts(page(*objects), **{"Doc_0/Res/image_3.png": picture}))
        assert found.info.kind == "scan"
        assert found.glyphs == ()
        assert "".join(glyph.text for glyph in found.layer) == CHINESE


def test_several_documents_in_one_file_and_paths_from_the_root() -> None:
    held = {
        "OFD.xml": root(body("/Doc_0/Document.xml"), body("Doc_1/Document.xml")),
        "Doc_0/Document.xml": document('<ofd:Page ID="1" BaseLoc="/Doc_0/Pages/P.xml"/>'),
        "Doc_0/Pages/P.xml": page(text("第一份年度报告")),
        "Doc_1/Document.xml": document('<ofd:Page ID="1" BaseLoc="./Pages/P.xml"/>'),
        "doc_1/pages/p.xml": page(text("第二份年度报告")),
    }
    found = [each for each in read(held) if isinstance(each, Page)]
    assert [written(each) for each in found] == ["第一份年度报告", "第二份年度报告"]
    assert [each.info.number for each in found] == [1, 2]


def test_text_that_runs_down_the_page_comes_out_upright() -> None:
    turned = text(CHINESE, "180 40 8 160", 4, more='CTM="0 1 -1 0 8 0"')
    data = "<ofd:AbbreviatedData>M 0 0 L 0 200 </ofd:AbbreviatedData>"
    rule = f'<ofd:PathObject ID="9" Boundary="170 40 1 200">{data}</ofd:PathObject>'
    found = only(parts(page(turned, rule)))
    assert (round(found.info.width / MM), round(found.info.height / MM)) == (297, 210)
    assert found.info.rotation == 270
    lefts = [glyph.box.left for glyph in found.glyphs]
    assert lefts == sorted(lefts)
    assert len({round(glyph.box.top, 1) for glyph in found.glyphs}) == 1
    assert [rule.axis for rule in found.rules] == ["horizontal"]
    # The rule stood left of the text; turned, it lies below it.
    assert found.rules[0].position > found.glyphs[0].box.bottom


@pytest.mark.parametrize(
    ("ctm", "corner"),
    [
        ("210 0 0 297 0 0", (0, 0)),
        ("-210 0 0 -297 210 297", (1, 1)),
        ("0 297 -210 0 210 0", (0, 1)),
        ("0 -297 210 0 0 297", (1, 0)),
        ("210 0 0 -297 0 297", (1, 0)),
        ("-210 0 0 297 210 0", (0, 1)),
    ],
)
def test_a_picture_is_turned_and_mirrored_as_its_matrix_says(ctm: str, corner: tuple[int, int]) -> None:
    pixels = np.full((400, 300), 255, dtype=np.uint8)
    pixels[:80, :60] = 0  # a mark in the upper left corner
    held = parts(page(image("0 0 210 297", ctm)), **{"Doc_0/Res/image_3.png": papers.encoded(pixels, "PNG")})
    found = only(held)
    assert found.picture is not None
    grey = found.picture.pixels[..., 0]
    height, width = grey.shape
    dark = [
        (row, column)
        for row in (0, 1)
        for column in (0, 1)
        if grey[
            row * (height - 9) : row * (height - 9) + 9, column * (width - 9) : column * (width - 9) + 9
        ].max()
        < 60
    ]
    assert dark == [corner]


def note(kind: str, inner: str, boundary: str = "20 100 100 20", more: str = "") -> str:
    looks = f'<ofd:Appearance Boundary="{boundary}">{inner}</ofd:Appearance>'
    return f'<ofd:Annot Type="{kind}" ID="30" {more}>{looks}</ofd:Annot>'


def with_notes(*notes: str) -> dict[str, str | bytes]:
    listed = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    lost = '<ofd:Page PageID="99"><ofd:FileLoc>lost.xml</ofd:FileLoc></ofd:Page>'
    entry = f'<ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>{lost}'
    return parts(
        page(text(CHINESE)),
        **{
            "Doc_0/Document.xml": document(ONE, more=listed),
            "Doc_0/Annots/Annotations.xml": f"<ofd:Annotations {SPACE}>{entry}</ofd:Annotations>",
            "Doc_0/Annots/Page_0/Annotation.xml": f"<ofd:PageAnnot {SPACE}>{''.join(notes)}</ofd:PageAnnot>",
        },
    )


def test_a_note_is_told_a_watermark_is_not() -> None:
    words = text("应为 5 件", "0 0 50 8")
    found = read(with_notes(note("Path", words), note("Watermark", words), note("Link", words)))
    assert findings(found) == [("annotation_not_read", 1, "应为5件")]
    assert isinstance(found[0], Page)
    assert written(found[0]) == CHINESE


def test_what_is_not_shown_of_notes_is_not_told() -> None:
    assert findings(read(with_notes(note("Path", text("暗"), more='Visible="false"')))) == []


def test_a_stamp_lies_where_its_looks_are() -> None:
    stamp = note("Stamp", image("5 5 30 30", "30 0 0 30 0 0"), "0 0 210 297")
    (seal,) = only(with_notes(stamp)).seals
    assert (seal.left / MM, seal.top / MM, seal.width / MM) == pytest.approx((5, 5, 30))


def test_the_seal_of_a_signature_lies_on_its_page() -> None:
    signed = '<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>'
    stamp = '<ofd:StampAnnot ID="1" PageRef="1" Boundary="80.95 144.95 49.30 49.30"/>'
    held = parts(
        page(text(CHINESE)),
        **{
            "OFD.xml": root(body(signatures="/Doc_0/Signs/Signatures.xml")),
            "Doc_0/Signs/Signatures.xml": f"<ofd:Signatures {SPACE}>{signed}</ofd:Signatures>",
            "Doc_0/Signs/Sign_0/Signature.xml": f"<ofd:Signature {SPACE}><ofd:SignedInfo>{stamp}"
            "</ofd:SignedInfo></ofd:Signature>",
        },
    )
    (seal,) = only(held).seals
    assert seal.left / MM == pytest.approx(80.95)
    assert seal.height / MM == pytest.approx(49.3)


def test_characters_without_meaning_are_told_and_not_read() -> None:
    found = read(parts(page(text("\ue001\ue002\ue003" * 9))))
    assert isinstance(found[0], Page)
    assert found[0].glyphs == ()
    assert findings(found) == [("text_not_readable", 1, "")]


def test_resources_that_are_lost_cost_only_their_pictures() -> None:
    held = parts(page(text(CHINESE), image("20 60 100 100", "100 0 0 100 0 0")))
    del held["Doc_0/DocumentRes.xml"]
    found = read(held)
    assert isinstance(found[0], Page)
    assert written(found[0]) == CHINESE
    assert [code for code, *_ in findings(found)] == ["picture_not_read"]


def jbig2(picture: Image.Image) -> bytes:
    """Return a JBIG2 file of one region coded as a fax is (T.88, 7.4.6 and 6.2.6), which TIFF can make."""
    held = io.BytesIO()
    # In one strip; to JBIG2 and to fax 1 is black, to Pillow's TIFF it is white.
    ImageChops.invert(picture).save(
        held, "TIFF", compression="group4", tiffinfo={278: picture.height}
    )  # in one strip
    tags = Image.open(held).tag_v2  # type: ignore[attr-defined]
    data = b"".join(
        held.getvalue()[start : start + size] for start, size in zip(tags[273], tags[279], strict=True)
    )

    def segment(number: int, kind: int, content: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(content)) + content

    size = picture.size
    return (
        b"\x97JB2\r\n\x1a\n\x01\x00\x00\x00\x01"
        + segment(0, 48, struct.pack(">IIIIBH", *size, 0, 0, 0, 0))
        + segment(1, 38, struct.pack(">IIIIBB", *size, 0, 0, 0, 1) + data)
        + segment(2, 49, b"")
        + segment(3, 51, b"")
    )


def test_a_picture_of_two_colours_in_the_states_own_coding_is_read() -> None:
    paper = Image.fromarray(papers.stripes(827, 1169)).point(lambda v: 255 if v > 128 else 0).convert("1")
    held = parts(page(image("0 0 210 297", "210 0 0 297 0 0")), **{"Doc_0/Res/image_3.jb2": jbig2(paper)})
    held["Doc_0/DocumentRes.xml"] = resources("image_3.jb2")
    found = only(held)
    assert found.info.kind == "scan"
    assert found.picture is not None
    shown = found.picture.pixels[..., 0] > 128
    wanted = np.asarray(paper.resize((shown.shape[1], shown.shape[0])))
    assert (shown == wanted).mean() > 0.99


@pytest.mark.parametrize("size", [(60_000, 60_000), (0, 10)])
def test_a_picture_of_two_colours_that_claims_too_much_is_not_opened(size: tuple[int, int]) -> None:
    page_segment = struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", *size, 0, 0, 0, 0)
    assert jbig2_png(b"\x97JB2\r\n\x1a\n\x01\x00\x00\x00\x01" + page_segment, SETTINGS) is None


def test_a_torn_picture_of_two_colours_is_none() -> None:
    whole = jbig2(Image.new("1", (64, 64)))
    assert jbig2_png(whole, SETTINGS) is not None
    ends = [end for end in range(len(whole)) if jbig2_png(whole[:end], SETTINGS) is not None]
    assert all(end >= len(whole) - 11 for end in ends)  # all but the mark of the file's end is there


def test_a_figure_under_a_stamp_is_read_and_says_so(tmp_path: Path) -> None:
    rules = "".join(
        f'<ofd:PathObject ID="9" Boundary="20 40 160 60"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>'
        "</ofd:PathObject>"
        for data in (
            *(f"M 0 {y} L 160 {y} " for y in (0, 15, 30)),
            *(f"M {x} 0 L {x} 30 " for x in (0, 80, 160)),
        )
    )
    cells = text("规章", "30 45 30 8") + text("12", "110 45 30 8", code='X="0" Y="4" DeltaX="2"')
    cells += text("文件", "30 60 30 8") + text("7", "110 60 30 8")
    held = with_notes(note("Stamp", image("0 0 20 12", "20 0 0 12 0 0"), "105 57 20 12"))
    held["Doc_0/Pages/Page_0/Content.xml"] = page(rules, cells, text(CHINESE))
    path = tmp_path / "x.ofd"
    path.write_bytes(package(held))
    (table,) = extract_full(path).tables
    assert [reading.text.text for reading in table.readings] == ["规章", "12", "文件", "7"]
    assert [reading.flags for reading in table.readings] == [(), (), (), ("seal_over",)]
