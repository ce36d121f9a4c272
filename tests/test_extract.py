"""The whole way of a document, on the samples: what a user gets out of each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from pipeline.extract import extract_full
from pipeline.report import Figure, Report, TableRecord
from tests.reading import SAMPLES, extraction
from tests.source import papers

SEEDS = {
    "chengkou-2020": "000_d3db69baec5aea83",
    "suihua-2021": "001_1244fb917606d24f",
    "jinxiang-2023": "002_666e9dc88e2a2bfc",
    "lingshou-2021": "003_a61b02e58989a28b",
    "wenzhou-2020": "004_9d21c23fe3a15276",
}
SCANS = [
    ("suihua-2021", "scan"),
    ("suihua-2021", "poor"),
    ("jinxiang-2023", "scan"),
    ("wenzhou-2020", "poor"),
]
DOCUMENTS = [(name, "digital") for name in SEEDS] + [
    pytest.param(*scan, marks=pytest.mark.engine) for scan in SCANS
]
documents = pytest.mark.parametrize(("name", "kind"), DOCUMENTS)


def report(name: str, kind: str) -> Report:
    return extraction(name, kind).report


def expected(name: str) -> dict[str, dict[str, str | None]]:
    path = SAMPLES / "expected" / f"{SEEDS[name]}.json"
    figures: dict[str, dict[str, str | None]] = json.loads(path.read_text("utf-8"))["figures"]
    return figures


def plain(figure: Figure) -> str | None:
    return None if figure.value is None else format(figure.value, "f")


@documents
def test_every_figure_is_the_one_read_by_hand(name: str, kind: str) -> None:
    figures = report(name, kind).figures
    assert list(figures) == list(expected(name))
    wrong = {
        key: (figure.raw, plain(figure))
        for key, figure in figures.items()
        if plain(figure) != expected(name)[key]["value"]
    }
    assert wrong == {}


@documents
def test_every_figure_says_where_and_how_surely_it_was_read(name: str, kind: str) -> None:
    found = report(name, kind)
    for key, figure in found.figures.items():
        assert figure.raw is not None, key
        assert figure.page is not None, key
        assert figure.box is not None, key
        page = found.document.pages[figure.page - 1]
        left, top, right, bottom = figure.box
        assert 0 <= left < right <= page.width, key
        assert 0 <= top < bottom <= page.height, key
        assert figure.reader == ("text-layer" if kind == "digital" else "ppocr"), key
        assert figure.confidence == 1.0 if kind == "digital" else 0.5 < figure.confidence <= 1.0, key


def spans(cells: list[dict[str, int]]) -> set[tuple[int, int, int, int]]:
    return {(c["row"], c["column"], c["row_span"], c["column_span"]) for c in cells}


@documents
def test_the_structure_of_the_form_tables_is_exact(name: str, kind: str) -> None:
    truth = json.loads((SAMPLES / name / "truth.json").read_text("utf-8"))
    wanted = {t["kind"]: spans(t["cells"]) for t in truth["tables"] if t["kind"] != "other"}
    found = {
        t.kind: {(c.row, c.column, c.row_span, c.column_span) for c in t.cells}
        for t in report(name, kind).tables
        if t.kind != "other"
    }
    assert found == wanted


@documents
def test_the_report_names_itself(name: str, kind: str) -> None:
    about = report(name, kind).report
    truth = json.loads((SAMPLES / "expected" / f"{SEEDS[name]}.json").read_text("utf-8"))
    assert (about.issuer, about.year) == (truth["issuer"], truth["year"])
    assert [s.number for s in report(name, kind).sections if s.number] == [1, 2, 3, 4, 5, 6]


@documents
def test_only_what_the_print_itself_breaks_fails(name: str, kind: str) -> None:
    failed = {check.id for check in report(name, kind).checks if check.status == "fail"}
    assert failed == ({"applicants.granted", "results.total"} if name == "suihua-2021" else set())


@documents
def test_a_report_reads_back_as_it_was_written(name: str, kind: str) -> None:
    found = report(name, kind)
    assert Report.from_json(found.to_json()) == found


def test_a_table_that_is_a_screenshot_comes_out_too() -> None:
    others = [t for t in report("jinxiang-2023", "digital").tables if t.kind == "other"]
    assert len(others) == 1
    assert {c.reader for c in others[0].cells} == {"ppocr"}
    assert "主动公开" in {c.text for c in others[0].cells}


def texts(table: TableRecord) -> list[str]:
    return [cell.text for cell in table.cells]


def test_digital_pages_never_load_the_picture_reader() -> None:
    path = SAMPLES / "suihua-2021" / "digital.pdf"
    code = (
        "import sys; from pipeline.extract import extract; "
        f"extract({str(path)!r}); "
        "loaded = {m.split('.')[0] for m in sys.modules}; "
        "print(sorted(loaded & {'paddleocr', 'paddlex', 'openvino', 'camelot'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.engine
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_scan_laid_on_its_side_is_read_upright(tmp_path: Path, turn: int) -> None:
    source = pymupdf.open(SAMPLES / "wenzhou-2020" / "scan.pdf")
    pixmap = source[1].get_pixmap(dpi=150, colorspace=pymupdf.csGRAY)
    pixels = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)
    laid = papers.encoded(np.ascontiguousarray(np.rot90(pixels, turn // 90)), "PNG", dpi=(150, 150))
    path = tmp_path / "laid.png"
    path.write_bytes(laid)
    found = extract_full(path).report
    assert found.document.pages[0].rotation == turn
    wanted = expected("wenzhou-2020")
    on_page = [key for key in wanted if key.startswith("applications.")]
    assert {k: plain(found.figures[k]) for k in on_page} == {k: wanted[k]["value"] for k in on_page}


def test_rules_painted_as_pictures_still_make_a_table(tmp_path: Path) -> None:
    pdf = papers.new_pdf()
    page = papers.add_page(pdf)
    black = papers.encoded(np.zeros((4, 4), np.uint8), "PNG")
    for y in (100, 130, 160, 190):
        page.insert_image(pymupdf.Rect(60, y, 500, y + 1), stream=black, keep_proportion=False)
    for x in (60, 200, 350, 499):
        page.insert_image(pymupdf.Rect(x, 100, x + 1, 191), stream=black, keep_proportion=False)
    words = ["甲子", "乙丑", "丙寅", "丁卯", "戊辰", "己巳", "庚午", "辛未", "壬申"]
    for index, word in enumerate(words):
        papers.write(page, word, at=(80 + 145 * (index % 3), 120 + 30 * (index // 3)))
    path = tmp_path / "pictures.pdf"
    pdf.save(path)
    (table,) = extract_full(path).report.tables
    assert (table.rows, table.columns) == (3, 3)
    assert texts(table) == words
