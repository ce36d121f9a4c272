"""PDF pages are told apart by what one sees on them."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from pipeline.errors import DamagedFileError, EncryptedError, TooLargeError
from pipeline.model import Page
from pipeline.settings import SourceSettings
from pipeline.source import open_document
from pipeline.source.pdf_limits import check_page
from scripts.lib.hostile_files import BOMBS
from scripts.lib.pdf import of_objects
from tests.reading import SAMPLES
from tests.source import papers

SETTINGS = SourceSettings()


def pages(pdf: pymupdf.Document, tmp_path: Path, settings: SourceSettings = SETTINGS) -> list[Page]:
    path = tmp_path / "paper.pdf"
    pdf.save(path)
    return [page for page in open_document(path, settings).pages if isinstance(page, Page)]


def text_of(page: Page) -> str:
    return "".join(g.text for g in page.glyphs)


def test_a_digital_page_gives_its_text_and_rules_and_no_picture(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    papers.rule(page, (60, 300), (500, 300))
    (found,) = pages(pdf, tmp_path)
    assert (found.info.kind, found.picture) == ("text", None)
    assert text_of(found) == papers.PROSE
    assert [(r.axis, round(r.position), round(r.start), round(r.end)) for r in found.rules] == [
        ("horizontal", 300, 60, 500)
    ]


def test_kinds_are_told_page_by_page(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    papers.write(papers.add_page(pdf))
    papers.show(papers.add_page(pdf), papers.stripes(827, 1169))
    mixed = papers.add_page(pdf)
    papers.write(mixed)
    papers.show(mixed, papers.stripes(500, 300), (60, 400, 500, 700))
    papers.add_page(pdf)
    assert [p.info.kind for p in pages(pdf, tmp_path)] == ["text", "scan", "mixed", "blank"]


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_a_scan_is_seen_at_its_own_resolution(tmp_path: Path, dpi: int) -> None:
    pdf = papers.new_pdf()
    size = round(595 * dpi / 72), round(842 * dpi / 72)
    papers.show(papers.add_page(pdf), papers.stripes(*size))
    (found,) = pages(pdf, tmp_path)
    assert found.picture is not None
    assert found.info.dpi == pytest.approx(dpi, rel=0.01)
    assert (found.picture.width, found.picture.height) == pytest.approx(size, abs=2)


def test_pixels_are_bounded_and_the_resolution_says_so(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    papers.show(papers.add_page(pdf), papers.stripes(2480, 3508))
    (found,) = pages(pdf, tmp_path, SourceSettings(most_seen=1_000_000))
    assert found.picture is not None
    assert found.picture.width * found.picture.height <= 1_010_000
    assert found.info.dpi == pytest.approx(found.picture.dpi, abs=0.1)


def test_an_invisible_layer_over_a_scan_is_not_trusted(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.show(page, papers.stripes(827, 1169))
    papers.write(page, render_mode=3)
    (found,) = pages(pdf, tmp_path)
    assert (found.info.kind, found.glyphs) == ("scan", ())


def test_text_under_a_picture_that_covers_it_is_not_trusted(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    papers.show(page, papers.stripes(827, 1169))
    (found,) = pages(pdf, tmp_path)
    assert (found.info.kind, found.glyphs) == ("scan", ())


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_shown_turned_is_still_upright(tmp_path: Path, rotation: int) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    papers.rule(page, (60, 300), (500, 300))
    page.set_rotation(rotation)
    (found,) = pages(pdf, tmp_path)
    assert (round(found.info.width), round(found.info.height)) == papers.A4
    assert found.info.rotation == (-rotation) % 360
    assert found.rules[0].axis == "horizontal"
    assert text_of(found) == papers.PROSE


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_set_sideways_is_turned_upright(tmp_path: Path, turn: int) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    start = {90: (300, 700), 180: (500, 700), 270: (300, 100)}[turn]
    page.insert_text(start, papers.PROSE[:20], fontname="china-s", fontsize=12, rotate=turn)
    papers.rule(page, (350, 100), (350, 600))
    (found,) = pages(pdf, tmp_path)
    assert found.info.rotation == turn
    boxes = [g.box for g in found.glyphs]
    assert [b.left for b in boxes] == sorted(b.left for b in boxes)
    assert max(b.top for b in boxes) - min(b.top for b in boxes) < 1
    assert found.rules[0].axis == ("vertical" if turn == 180 else "horizontal")
    (line,) = found.rules
    assert 0 <= line.start < line.end <= max(found.info.width, found.info.height)


def test_bold_imitated_by_printing_twice_gives_each_character_once(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page, "总计100")
    papers.write(page, "总计100", at=(60.3, 100))
    (found,) = pages(pdf, tmp_path)
    assert text_of(found) == "总计100"


def test_white_fillings_are_no_rules_and_thin_fillings_are(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    page.draw_rect((60, 300, 500, 300.6), color=None, fill=(0, 0, 0))
    page.draw_rect((60, 350, 500, 350.6), color=None, fill=(1, 1, 1))
    page.draw_rect((60, 400, 500, 440), color=None, fill=(0.8, 0.8, 0.8))
    (found,) = pages(pdf, tmp_path)
    assert [round(r.position) for r in found.rules] == [300]


def test_what_is_painted_outside_its_window_is_not_there(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    dots = " ".join(f"100 {700 - 1.5 * step} 0.75 0.75 re" for step in range(200))
    window = b"q 50 500 400 300 re W n 50 650 500 0.5 re f 50 450 500 0.5 re f " + dots.encode() + b" f Q "
    page.parent.update_stream(page.get_contents()[-1], window + b"50 420 300 0.5 re f")
    (found,) = pages(pdf, tmp_path)
    seen = sorted((r.axis, round(r.position), round(r.start), round(r.end)) for r in found.rules)
    height = page.rect.height
    assert seen == [
        ("horizontal", round(height - 650), 50, 450),
        ("horizontal", round(height - 420), 50, 350),
        ("vertical", 100, round(height - 701), round(height - 500)),
    ]


def test_the_thick_bars_of_a_frame_are_rules_and_a_block_as_high_is_none(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    page.draw_rect((60, 300, 500, 303.75), color=None, fill=(0, 0, 0))
    page.draw_rect((60, 303, 63.75, 340), color=None, fill=(0, 0, 0))
    page.draw_rect((60, 400, 66, 404), color=None, fill=(0, 0, 0))
    (found,) = pages(pdf, tmp_path)
    assert [(r.axis, round(r.position, 1)) for r in found.rules] == [
        ("horizontal", 301.9),
        ("vertical", 61.9),
    ]


def test_a_slash_drawn_as_a_shape_is_no_rule_and_a_mitred_bar_is(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    black = {"color": None, "fill": (0, 0, 0)}
    page.draw_polyline([(102.1, 300), (101.6, 300), (100, 305), (100.5, 305)], closePath=True, **black)
    page.draw_quad(pymupdf.Quad((202.1, 300), (202.6, 300), (200, 305), (200.5, 305)), **black)
    page.draw_polyline([(300, 300), (301, 301), (301, 349), (300, 350)], closePath=True, **black)
    (found,) = pages(pdf, tmp_path)
    assert [(r.axis, round(r.position, 1)) for r in found.rules] == [("vertical", 300.5)]


def test_an_encrypted_file_says_so(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    papers.write(papers.add_page(pdf))
    path = tmp_path / "locked.pdf"
    pdf.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="secret")
    with pytest.raises(EncryptedError, match=r"locked\.pdf"):
        open_document(path, SETTINGS)


def test_too_many_pages_say_so(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    for _ in range(3):
        papers.add_page(pdf)
    with pytest.raises(TooLargeError, match="3 pages"):
        pages(pdf, tmp_path, SourceSettings(max_pages=2))


def test_a_torn_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "torn.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catal")
    with pytest.raises(DamagedFileError, match=r"torn\.pdf"):
        list(open_document(path, SETTINGS).pages)


def test_a_font_that_does_not_say_what_its_characters_are_is_seen_not_read(tmp_path: Path) -> None:
    with pymupdf.open(SAMPLES / "wenzhou-2020" / "digital.pdf") as pdf:
        for xref in range(1, pdf.xref_length()):
            if pdf.xref_get_key(xref, "ToUnicode")[0] != "null":
                pdf.xref_set_key(xref, "ToUnicode", "null")
        found = pages(pdf, tmp_path)
    assert {page.info.kind for page in found} == {"scan"}
    assert [page.glyphs for page in found] == [()] * len(found)
    assert all(page.picture is not None for page in found)


def test_a_pattern_that_paints_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "patterns.pdf"
    path.write_bytes(BOMBS["patterns.pdf"]())
    with pytest.raises(TooLargeError, match="pattern"):
        list(open_document(path, SETTINGS).pages)


def test_forms_that_masks_and_annotations_draw_count_too() -> None:
    nested = b"/F Do " * 12

    def form(below: int, content: bytes) -> bytes:
        held = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources"
        held += b" << /XObject << /F %d 0 R >> >>" % below
        return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (held, len(content), content)

    forms = [form(7 + level, nested if level < 6 else b"0 0 m 9 9 l S") for level in range(7)]
    state = b"/ExtGState << /G << /SMask << /S /Alpha /G 6 0 R >> >> >>"
    for page, content in (
        (b"/Resources << %s >>" % state, b"/G gs"),
        (b"/Resources << >> /Annots [<< >> 5 0 R]", b" "),
    ):
        stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        pdf = pymupdf.open(
            stream=of_objects(
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>",
                b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s >>" % page,
                stream,
                b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] /AP << /N 6 0 R >> >>",
                *forms,
            ),
            filetype="pdf",
        )
        with pytest.raises(TooLargeError, match="instructions"):
            check_page(pdf, 0, "x", SETTINGS)


def test_a_row_of_dots_is_a_rule_and_three_are_none(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    papers.write(page)
    for step in range(40):
        page.draw_rect((100 + 1.5 * step, 300, 100.75 + 1.5 * step, 300.75), color=None, fill=(0, 0, 0))
        page.draw_rect((100, 300 + 1.5 * step, 100.75, 300.75 + 1.5 * step), color=None, fill=(0, 0, 0))
    for step in range(3):
        page.draw_rect((300 + 1.5 * step, 500, 300.75 + 1.5 * step, 500.75), color=None, fill=(0, 0, 0))
    (found,) = pages(pdf, tmp_path)
    rules = {(r.axis, round(r.position), round(r.start), round(r.end)) for r in found.rules}
    assert rules == {("horizontal", 300, 100, 159), ("vertical", 100, 300, 359)}
