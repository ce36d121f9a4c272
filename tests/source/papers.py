"""Small documents made on the spot for the tests of the sources."""

from __future__ import annotations

import io

import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image

A4 = (595, 842)
PROSE = "政府信息公开工作年度报告总体情况主动公开政府信息情况收到和处理申请情况行政复议行政诉讼情况主要问题"


def stripes(width: int, height: int) -> NDArray[np.uint8]:
    """Return grey paper with dark bars where lines of text would be."""
    pixels = np.full((height, width), 245, dtype=np.uint8)
    for top in range(height // 10, height - height // 10, height // 30):
        pixels[top : top + height // 90, width // 8 : -width // 8] = 40
    return pixels


def encoded(pixels: NDArray[np.uint8], kind: str = "JPEG", **options: object) -> bytes:
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, kind, **options)
    return target.getvalue()


def new_pdf() -> pymupdf.Document:
    return pymupdf.open()


def add_page(pdf: pymupdf.Document, *, rotation: int = 0) -> pymupdf.Page:
    page = pdf.new_page(width=A4[0], height=A4[1])
    page.set_rotation(rotation)
    return page


def write(
    page: pymupdf.Page, text: str = PROSE, *, at: tuple[float, float] = (60, 100), **options: object
) -> None:
    for row, start in enumerate(range(0, len(text), 20)):
        place = (at[0], at[1] + 20 * row)
        page.insert_text(place, text[start : start + 20], fontname="china-s", fontsize=12, **options)


def show(
    page: pymupdf.Page, pixels: NDArray[np.uint8], box: tuple[float, float, float, float] | None = None
) -> None:
    page.insert_image(pymupdf.Rect(box) if box else page.rect, stream=encoded(pixels))


def rule(page: pymupdf.Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.draw_line(start, end, width=0.7)
