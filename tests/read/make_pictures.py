"""Draws the pictures that the tests of reading use; run by hand where the fonts are (Debian packages
fonts-arphic-uming, fonts-arphic-ukai, fonts-wqy-zenhei): python -m tests.read.make_pictures
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.model import Cell
from tests.read.sheet import DPI, GRID, HERE, PROSE, RULE_THICKNESS, RULES, TEXTS

FONTS = {
    "song": "/usr/share/fonts/truetype/arphic/uming.ttc",
    "kai": "/usr/share/fonts/truetype/arphic/ukai.ttc",
    "hei": "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
}
SIZE = 10.5  # points
PITCH = 13.0  # points
SCALE = DPI / 72


def draw(font_file: str) -> Image.Image:
    picture = Image.new("L", (round(440 * SCALE), round(330 * SCALE)), 255)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(font_file, round(SIZE * SCALE))
    for number, line in enumerate(PROSE):
        pen.text((30 * SCALE, (12 + number * 18) * SCALE), line, font=font, fill=0)
    for cell, text in zip(GRID.cells, TEXTS, strict=True):
        _print(pen, font, cell, text.split("\n"))
    half = RULE_THICKNESS / 2
    for rule in RULES:
        ends = (rule.start * SCALE, (rule.position - half) * SCALE)
        other = (rule.end * SCALE, (rule.position + half) * SCALE - 1)
        box = (*ends, *other) if rule.axis == "horizontal" else (*ends[::-1], *other[::-1])
        pen.rectangle([round(v) for v in box], fill=0)
    return picture


def _print(pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, cell: Cell, lines: list[str]) -> None:
    assert cell.box is not None
    x, y = cell.box.center
    top = y - PITCH * len(lines) / 2
    for number, line in enumerate(lines):
        left = x * SCALE - font.getlength(line) / 2
        pen.text((left, (top + number * PITCH) * SCALE), line, font=font, fill=0)


def noisy(picture: Image.Image, seed: int) -> Image.Image:
    """Grey paper, soft strokes and grain, as a scanner makes them."""
    grain = np.random.default_rng(seed).normal(0, 4, (picture.height, picture.width))
    soft = np.asarray(picture, dtype=float)
    soft = (soft + np.roll(soft, 1, 0) + np.roll(soft, 1, 1) + np.roll(soft, (1, 1), (0, 1))) / 4
    return Image.fromarray(np.clip(soft * 0.8 + 40 + grain, 0, 255).astype(np.uint8))


if __name__ == "__main__":
    for name, file in FONTS.items():
        drawn = draw(file)
        drawn.quantize(16).save(Path(HERE) / f"{name}.png", optimize=True)
        noisy(drawn, 1).save(Path(HERE) / f"{name}-scan.jpg", quality=40)
