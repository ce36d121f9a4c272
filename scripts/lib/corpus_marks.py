"""What people leave on paper: seals, ticks and scribbles of a pen, punched holes, staples."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import cv2
import numpy as np
import pymupdf

from scripts.lib.corpus_chance import between, happens, pick
from scripts.lib.corpus_layers import Colour, Cover, Picture, Sheet, multiplied, smooth_field

SEAL_SIDE = 120.0  # points of the drawing; scaled to the seal's real size
FONT = "china-s"  # the library's own Chinese typeface: seals are the same on every machine
REDS: tuple[Colour, ...] = ((45, 30, 215), (60, 50, 190), (35, 25, 180))
PENS: tuple[Colour, ...] = ((150, 60, 30), (40, 40, 40), (40, 30, 200))
HOLE_SPAN = 80.0  # millimetres between two holes, ISO 838


def _star(page: pymupdf.Page, centre: float, radius: float) -> None:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = -pi / 2 + corner * pi / 5
        points.append(pymupdf.Point(centre + reach * cos(angle), centre + reach * sin(angle)))
    page.draw_polyline([*points, points[0]], color=0, fill=0)


def _arc(page: pymupdf.Page, text: str, centre: float, radius: float, size: float) -> None:
    """Write `text` along the upper part of a circle, feet inward."""
    spread = min(1.55 * pi, len(text) * 1.25 * size / radius)
    for index, letter in enumerate(text):
        angle = -spread / 2 + spread * (index + 0.5) / len(text)
        foot = pymupdf.Point(centre + radius * sin(angle), centre - radius * cos(angle))
        turned = pymupdf.Matrix(1, 1).prerotate(-180 * angle / pi)
        start = pymupdf.Point(foot.x - size / 2, foot.y)
        page.insert_text(start, letter, fontname=FONT, fontsize=size, color=0, morph=(foot, turned))


def _round_seal(page: pymupdf.Page, name: str) -> None:
    middle = SEAL_SIDE / 2
    page.draw_circle((middle, middle), middle - 4, color=0, width=3.2)
    _star(page, middle, 18)
    _arc(page, name, middle, middle - 25, 15 if len(name) <= 9 else 12)


def _square_seal(page: pymupdf.Page, name: str) -> None:
    page.draw_rect(pymupdf.Rect(6, 6, SEAL_SIDE - 6, SEAL_SIDE - 6), color=0, width=3.5)
    letters = (name[-8:] + "之印")[:9]
    size = (SEAL_SIDE - 24) / 3
    for index, letter in enumerate(letters):
        column, row = 2 - index // 3, index % 3
        at = (12 + column * size, 12 + row * size + 0.86 * size)
        page.insert_text(at, letter, fontname=FONT, fontsize=size * 0.95, color=0)


def _seal(name: str, pixels: float, square: bool) -> Cover:
    """Return a seal's ink as a covering of 0..1, `pixels` a side."""
    with pymupdf.open() as drawing:
        page = drawing.new_page(width=SEAL_SIDE, height=SEAL_SIDE)
        (_square_seal if square else _round_seal)(page, name)
        scale = pixels / SEAL_SIDE
        shot = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY)
        picture = np.frombuffer(shot.samples, np.uint8).reshape(shot.height, shot.width)
    return np.asarray(1 - picture / 255, np.float32)


def _pressed(cover: Cover, rng: np.random.Generator) -> Cover:
    """Return a seal's ink as a hand presses it: patchy, a little turned."""
    side = cover.shape[0]
    middle = (side / 2, side / 2)
    turn = cv2.getRotationMatrix2D(middle, between(rng, -25, 25), 0.97)
    turned = cv2.warpAffine(cover, turn, (side, side))
    patches = 0.45 + 0.55 * smooth_field(rng, side, side, 12)
    strength = between(rng, 0.65, 1.0)
    return np.asarray(turned * patches * strength, np.float32)


def sealed(picture: Picture, sheet: Sheet, name: str, rng: np.random.Generator) -> Picture:
    """Return the page with a red seal of `name` anywhere over its print."""
    square = happens(rng, 0.25)
    size = between(rng, 20, 30) if square else between(rng, 36, 46)
    cover = _pressed(_seal(name, sheet.pixels(size), square), rng)
    row = int(between(rng, 0.15, 0.8) * sheet.height - cover.shape[0] / 2)
    column = int(between(rng, 0.2, 0.85) * sheet.width - cover.shape[1] / 2)
    return multiplied(picture, cover, pick(rng, REDS), (row, column))


def _stroke(points: Sequence[tuple[float, float]], side: int, width: float) -> Cover:
    """Return a pen's stroke through `points` (pixels in a square of `side`) as a covering."""
    drawn = np.zeros((side, side), np.uint8)
    fixed = (np.asarray(points) * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(drawn, [fixed], False, (255,), max(1, round(width)), cv2.LINE_AA, shift=4)
    soft = cv2.GaussianBlur(drawn, (0, 0), 0.6)
    return np.asarray(soft / 255 * 0.9, np.float32)


def ticked(picture: Picture, sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Return the page with a tick of a pen somewhere."""
    side = int(sheet.pixels(between(rng, 5, 11)))
    start, low, end = (between(rng, 0.05, 0.2), between(rng, 0.5, 0.65)), (0.38, 0.92), (0.95, 0.08)
    bow = (0.62, between(rng, 0.42, 0.58))
    points = [(side * x, side * y) for x, y in (start, low, bow, end)]
    cover = _stroke(points, side, sheet.pixels(between(rng, 0.3, 0.7)))
    at = (int(between(rng, 0.1, 0.9) * sheet.height), int(between(rng, 0.08, 0.85) * sheet.width))
    return multiplied(picture, cover, pick(rng, PENS), at)


def _hand(rng: np.random.Generator, size: float) -> Cover:
    """Return one character of a quick hand, `size` pixels a side, as a covering: strokes of no sense."""
    side = max(8, int(size))
    cover = np.zeros((side, side), np.float32)
    for _ in range(int(rng.integers(4, 8))):
        across = happens(rng, 0.5)
        start = (between(rng, 0.08, 0.35 if across else 0.9), between(rng, 0.1, 0.9 if across else 0.4))
        reach = between(rng, 0.3, 0.6)
        slant = between(rng, -0.12, 0.04) if across else between(rng, -0.18, 0.1)
        step = (reach, slant) if across else (slant, reach)
        bow = between(rng, -0.05, 0.05)
        points = [
            (side * (start[0] + step[0] * t), side * (start[1] + step[1] * t + bow * sin(pi * t)))
            for t in np.linspace(0, 1, 8)
        ]
        cover = np.maximum(cover, _stroke(points, side, size * 0.06))
    return cover


def scribbled(picture: Picture, sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Return the page with some words of a quick hand, in a margin or over the print."""
    size, pen = sheet.pixels(between(rng, 5, 8)), pick(rng, PENS)
    row = between(rng, 0.02, 0.9) * sheet.height
    column = between(rng, 0.02, 0.75) * sheet.width
    for index in range(int(rng.integers(2, 7))):
        lower = row + size * between(rng, -0.12, 0.12)
        at = (int(lower), int(column + index * size * 0.95))
        picture = multiplied(picture, _hand(rng, size), pen, at)
    return picture


def _disc(picture: Picture, x: float, y: float, radius: float, grey: float) -> None:
    cv2.circle(picture, (int(16 * x), int(16 * y)), int(16 * radius), (grey,) * 3, cv2.FILLED, cv2.LINE_AA, 4)


def punched(picture: Picture, sheet: Sheet, count: int, rng: np.random.Generator) -> Picture:
    """Return the page with `count` holes at its left edge, dark as the lid behind them."""
    out = picture.copy()
    grey, x = between(rng, 10, 120), sheet.pixels(between(rng, 8, 13))
    for index in range(count):
        y = sheet.height / 2 + (index - (count - 1) / 2) * sheet.pixels(HOLE_SPAN)
        _disc(out, x, y, sheet.pixels(3.0), grey)
    return out


def stapled(picture: Picture, sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Return the page with a staple and its shadow in the upper left corner."""
    side = int(sheet.pixels(18))
    angle, middle, reach = between(rng, 0.3, 1.1), side / 2, sheet.pixels(5)
    ends = [(middle + s * reach * cos(angle), middle - s * reach * sin(angle)) for s in (-1, 1)]
    wire = _stroke(ends, side, sheet.pixels(0.55))
    shadow = cv2.GaussianBlur(wire, (0, 0), sheet.pixels(0.8)) * 1.5
    fold = np.asarray(np.clip(np.maximum(wire, shadow), 0, 1), np.float32)
    return multiplied(picture, fold, (60, 60, 60), (int(sheet.pixels(3)), int(sheet.pixels(3))))
