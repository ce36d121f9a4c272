"""Pages' pictures made small enough to carry inside one HTML page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture
from pipeline.report import Report
from pipeline.settings import EmitSettings


def page_jpeg(picture: Picture, settings: EmitSettings) -> bytes:
    """Return `picture` as a JPEG of at most `settings.picture_dpi`; a finer one is shrunk by area."""
    from PIL import Image

    image = Image.fromarray(picture.pixels)
    factor = settings.picture_dpi / picture.dpi
    if factor < 1:
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        image = image.resize(size, Image.Resampling.BOX)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=settings.jpeg_quality, optimize=True)
    return out.getvalue()


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return `pixels` (grey or RGB) as a PNG without loss."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _by_need(report: Report, pages: Iterable[int]) -> list[int]:
    form = {part.page for t in report.tables if t.kind != "other" for part in t.parts}
    some = {part.page for t in report.tables for part in t.parts}
    return sorted(pages, key=lambda page: (page not in form, page not in some, page))


def _encoded(
    report: Report, pictures: Mapping[int, Picture], settings: EmitSettings
) -> Iterator[tuple[int, bytes]]:
    left = settings.picture_bytes
    for page in _by_need(report, pictures):
        jpeg = page_jpeg(pictures[page], settings)
        left -= len(jpeg)
        if left < 0:
            return
        yield page, jpeg


def report_jpegs(report: Report, pictures: Mapping[int, Picture], settings: EmitSettings) -> dict[int, bytes]:
    """Return JPEGs by page until `settings.picture_bytes` are spent, pages of the form's tables first."""
    return dict(sorted(_encoded(report, pictures, settings)))
