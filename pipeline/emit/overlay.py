"""The intermediates of a page drawn onto its picture, one picture a stage."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.emit.inspection import InspectedCell, Inspection, inspected_cells
from pipeline.emit.svg import TextRow, shape, text_rows
from pipeline.model import POINTS_PER_INCH

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

Stage: TypeAlias = Literal["picture", "rules", "joints", "cells", "text", "form"]
STAGES: tuple[Stage, ...] = ("picture", "rules", "joints", "cells", "text", "form")

_COLOURS = {
    "horizontal": (0, 90, 220),
    "vertical": (225, 95, 0),
    "joint": (190, 0, 170),
    "even": (0, 130, 90),
    "odd": (120, 60, 200),
    "sure": (0, 110, 60),
    "fair": (190, 120, 0),
    "unsure": (210, 0, 0),
    "none": (130, 130, 130),
}
_FADE, _FADE_UNDER_TEXT = 0.55, 0.85  # of the picture towards white, so that the drawings stand out
_DRAWN_DPI = 120.0  # of a page that has no picture
_HEAVY, _FINE, _DOT = 1.2, 0.6, 2.2  # points


def _font(font: bytes | None, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont

    return ImageFont.truetype(io.BytesIO(font), size) if font else ImageFont.load_default(size)


class _Pen:
    """Draws points onto pixels; without a font of the document's script, a cell's number for its text."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: float, font: bytes | None) -> None:
        self._draw, self._scale, self._font = draw, scale, font
        self._fonts: dict[float, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}
        self.legible = font is not None

    def line(self, ends: tuple[float, float, float, float], colour: str, width: float) -> None:
        scaled = tuple(end * self._scale for end in ends)
        self._draw.line(scaled, fill=_COLOURS[colour], width=max(1, round(width * self._scale)))

    def frame(self, cell: InspectedCell, colour: str) -> None:
        box = cell.box.scaled(self._scale)
        width = max(1, round(_HEAVY * self._scale))
        self._draw.rectangle(
            (box.left, box.top, box.right, box.bottom), outline=_COLOURS[colour], width=width
        )

    def dot(self, x: float, y: float) -> None:
        left, top, radius = x * self._scale, y * self._scale, _DOT * self._scale
        self._draw.ellipse((left - radius, top - radius, left + radius, top + radius), fill=_COLOURS["joint"])

    def write(self, rows: Iterable[TextRow], colour: str) -> None:
        for row in rows:
            at = (row.x * self._scale, row.y * self._scale)
            font = self._sized(row.size * self._scale)
            self._draw.text(at, row.text, fill=_COLOURS[colour], font=font, anchor="ms")

    def _sized(self, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if size not in self._fonts:
            self._fonts[size] = _font(self._font, size)
        return self._fonts[size]


def _rules(of: Inspection, pen: _Pen) -> None:
    for rule in of.rules:
        ends = (rule.start, rule.position, rule.end, rule.position)
        if rule.axis == "vertical":
            ends = (rule.position, rule.start, rule.position, rule.end)
        pen.line(ends, rule.axis, max(rule.thickness, _HEAVY))


def _joints(of: Inspection, pen: _Pen) -> None:
    for joint in of.joints:
        pen.dot(joint.x, joint.y)


def _label(cell: InspectedCell, text: str) -> tuple[TextRow, ...]:
    return text_rows(text, shape((cell.box.left, cell.box.top, cell.box.right, cell.box.bottom)))


def _cells(of: Inspection, pen: _Pen) -> None:
    for number, cell in enumerate(inspected_cells(of)):
        colour = "odd" if number % 2 else "even"
        pen.frame(cell, colour)
        pen.write(_label(cell, cell.span), colour)


def _text(of: Inspection, pen: _Pen) -> None:
    for cell in inspected_cells(of):
        pen.frame(cell, cell.level)
        if cell.text:
            shown = cell.text if pen.legible or cell.text.isascii() else f"#{cell.name}"
            pen.write(_label(cell, f"{shown}\n{cell.confidence:.3f}"), cell.level)


def _form(of: Inspection, pen: _Pen) -> None:
    for cell in inspected_cells(of):
        pen.frame(cell, "even" if cell.key else "none")
        pen.write(_label(cell, cell.short_key.replace(".", ".\n")), "even")


_DRAWERS: dict[Stage, Callable[[Inspection, _Pen], None]] = {
    "rules": _rules,
    "joints": _joints,
    "cells": _cells,
    "text": _text,
    "form": _form,
}


def _canvas(of: Inspection) -> tuple[NDArray[np.uint8], float]:
    if of.picture is None:
        scale = _DRAWN_DPI / POINTS_PER_INCH
        size = (max(1, round(of.info.height * scale)), max(1, round(of.info.width * scale)), 3)
        return np.full(size, 255, np.uint8), scale
    pixels = of.picture.pixels
    return (pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)), of.picture.scale


def draw_stage(of: Inspection, stage: Stage, font: bytes | None = None) -> NDArray[np.uint8]:
    """Return stage `stage` drawn onto the page's picture: `uint8`, height x width x 3 (RGB).

    `font` is a TrueType or OpenType font with Chinese characters, as bytes; without one a cell whose
    text is not ASCII shows its number `#table.cell`, as `inspect_page_html` lists it.
    """
    from PIL import Image, ImageDraw

    pixels, scale = _canvas(of)
    if stage not in _DRAWERS:
        return pixels
    fade = _FADE_UNDER_TEXT if stage in ("text", "form") else _FADE
    faded = 255 - (255 - pixels.astype(np.float32)) * (1 - fade)
    image = Image.fromarray(faded.astype(np.uint8))
    _DRAWERS[stage](of, _Pen(ImageDraw.Draw(image), scale, font))
    return np.asarray(image, dtype=np.uint8)


def draw_stages(of: Inspection, font: bytes | None = None) -> dict[Stage, NDArray[np.uint8]]:
    """Return every stage's picture, in the order of the stages."""
    return {stage: draw_stage(of, stage, font) for stage in STAGES}
