"""Tables whose headers a fax made black are read by their outlines, and say that columns are not sure."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
import pymupdf

from pipeline.extract import extract
from pipeline.form.edition import FormKind
from pipeline.report import EditionName
from tests.form.builder import Draft, draft, numbered

FORM: EditionName = "2021-30"
DPI, EM, ROW, LEFT, RIGHT = 200, 9.0, 20.0, 60.0, 540.0


def drawn(page: pymupdf.Page, table: Draft, top: float, dark: frozenset[int]) -> None:
    """Draw a table, all rules printed, whose rows `dark` are black."""
    wide = (RIGHT - LEFT) / table.columns
    for cell in table.cells:
        box = pymupdf.Rect(
            LEFT + wide * cell.left, top + ROW * cell.top, LEFT + wide * cell.right, top + ROW * cell.bottom
        )
        black = cell.top in dark
        page.draw_rect(box, width=0.8, fill=(0, 0, 0) if black else None)
        x = box.x0 + 5
        for digits, run in groupby("" if black else cell.text, key=str.isascii):
            text, font = "".join(run), "helv" if digits else "china-s"
            page.insert_text((x, (box.y0 + box.y1) / 2 + EM / 3), text, fontname=font, fontsize=EM)
            x += pymupdf.get_text_length(text, fontname=font, fontsize=EM)


def faxed(document: pymupdf.Document, path: Path) -> Path:
    """Write the first page as a picture of two levels, with specks in what is black."""
    pixmap = document[0].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    grey = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)
    specks = np.random.default_rng(7).random(grey.shape) < 0.01
    black = (grey < 128) & ~(specks & (cv2.erode(255 - grey, np.ones((9, 9), np.uint8)) > 128))
    cv2.imwrite(str(path), np.where(black, 0, 255).astype(np.uint8))
    return path


def page_of(tables: dict[FormKind, frozenset[int]]) -> pymupdf.Document:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((150, 50), "青禾县政府信息公开工作年度报告", fontname="china-s", fontsize=16)
    top = 80.0
    for kind, dark in tables.items():
        table = draft(FORM, kind, numbered(FORM))
        drawn(page, table, top, dark)
        top += ROW * table.rows + 40
    return document


def headers(kind: FormKind) -> frozenset[int]:
    """Return the rows of a table that hold none of its figures."""
    table, texts = draft(FORM, kind, numbered(FORM)), frozenset(numbered(FORM).values())
    filled = {cell.top for cell in table.cells if cell.text in texts}
    return frozenset(range(table.rows)) - filled


def test_figures_below_black_headers_are_read_where_they_stand_and_are_not_sure(tmp_path: Path) -> None:
    kinds: tuple[FormKind, ...] = ("proactive", "disputes")
    path = faxed(page_of({kind: headers(kind) for kind in kinds}), tmp_path / "fax.png")
    figures = {key: f for key, f in extract(path).figures.items() if key.startswith(kinds)}
    wanted = {key: text for key, text in numbered(FORM).items() if key.startswith(kinds)}
    assert {key: figure.raw for key, figure in figures.items()} == wanted
    assert all("suspect" in figure.flags for figure in figures.values())


def test_a_black_picture_beside_a_table_changes_nothing(tmp_path: Path) -> None:
    document = page_of({"proactive": frozenset()})
    plain = extract(faxed(document, tmp_path / "plain.png"))
    document[0].draw_rect(pymupdf.Rect(100, 600, 400, 700), fill=(0, 0, 0))
    pictured = extract(faxed(document, tmp_path / "pictured.png"))
    assert {k: (f.raw, f.flags) for k, f in pictured.figures.items()} == {
        k: (f.raw, f.flags) for k, f in plain.figures.items()
    }
    assert not any("suspect" in figure.flags for figure in pictured.figures.values())
