"""The samples' truth: whole tables, every figure in its cell, and files that are what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.model import Cell, Grid
from scripts.lib import pdf, truth
from scripts.lib.document import Document, load
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.seeds import SAMPLES, SEEDS, Seed, Style
from scripts.lib.truth import TrueTable

LIMIT = 8_000_000  # bytes of all the samples

every_seed = pytest.mark.parametrize("seed", SEEDS, ids=[seed.folder for seed in SEEDS])


def truth_of(seed: Seed) -> truth.Truth:
    return truth.read(SAMPLES / seed.folder / "truth.json")


def grid_of(table: TrueTable) -> Grid:
    cells = tuple(Cell(c.row, c.row + c.row_span, c.column, c.column + c.column_span) for c in table.cells)
    return Grid(table.rows, table.columns, cells)


@every_seed
def test_true_tables_are_tilings(seed: Seed) -> None:
    assert [grid_of(table).columns for table in truth_of(seed).tables] in ([4, 10, 15], [6, 10, 15])


@every_seed
def test_the_committed_truth_is_that_of_the_seed(seed: Seed) -> None:
    assert truth_of(seed) == truth.build(load(seed))


@every_seed
def test_figures_are_the_expected_ones(seed: Seed) -> None:
    held = json.loads((SAMPLES / "expected" / f"{seed.stem}.json").read_text(encoding="utf-8"))
    expected = {key: figure["value"] for key, figure in held["figures"].items()}
    assert {key: figure.value for key, figure in truth_of(seed).figures.items()} == expected


@every_seed
def test_every_figure_is_printed_once_in_the_digital_file(seed: Seed) -> None:
    document = load(seed)
    keys = [cell.key for table in document.tables for cell in table.cells if cell.key]
    assert sorted(keys) == sorted(truth_of(seed).figures)
    printed = "".join(
        "".join(text.split()) for text in pdf.texts((SAMPLES / seed.folder / "digital.pdf").read_bytes())
    )
    for cell in (
        cell for table in document.tables for cell in table.cells if cell.key and len(cell.text) > 1
    ):
        assert cell.text.strip() in printed


@every_seed
@pytest.mark.parametrize(("name", "dpi"), [("scan", 300), ("poor", 200)])
def test_scans_hold_pictures_only(seed: Seed, name: str, dpi: int) -> None:
    content = (SAMPLES / seed.folder / f"{name}.pdf").read_bytes()
    assert not "".join(pdf.texts(content)).strip()
    digital = list(pdf.pages((SAMPLES / seed.folder / "digital.pdf").read_bytes(), dpi))
    scans = list(pdf.pages(content, dpi))
    assert [page.shape for page in scans] == [page.shape for page in digital]


def test_all_six_sections_are_in_the_truth() -> None:
    for seed in SEEDS:
        headings = [section.heading for section in truth_of(seed).sections]
        assert [heading[0] for heading in headings] == list("一二三四五六")


def test_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < LIMIT


def plain(seed: Seed) -> tuple[Document, Style]:
    return load(seed), seed.style


def test_what_a_report_says_is_never_markup() -> None:
    document, style = plain(SEEDS[0])
    nasty = Document(("<script>&",), document.blocks, document.tables, document.figures)
    assert "&lt;script&gt;&amp;" in html(nasty, style)


def test_a_word_file_is_the_same_every_time() -> None:
    seed = next(seed for seed in SEEDS if seed.engine == "libreoffice")
    assert docx(load(seed), seed.style) == docx(load(seed), seed.style)


def test_truth_in_the_short_format(tmp_path: Path) -> None:
    path = tmp_path / "a.expected.json"
    path.write_text(json.dumps({"year": 2024, "figures": {"k": {"value": "1"}}}), encoding="utf-8")
    read = truth.read(path)
    assert (read.year, read.figures["k"].value, read.figures["k"].state) == (2024, "1", None)
