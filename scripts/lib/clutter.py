"""What lies over digits on paper: a seal's characters and outline, a pen, scraps of rules, specks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.read.network import Floats
from scripts.lib.digit_fonts import CHINESE, font_file

SEAL = (
    "人民政府办公室委员会局公司有限责任专用章市县区信息开档案财务合同发展改革教育卫生交通运输自然资源"
    "生态环境国家税总海关街道乡镇村理处科技文化旅游体农业水利林草应急管监督检查院法"
)
_DRAWN = 64  # pixels of a seal's character, as it is kept
_FINE = 3  # bits of a pixel's fraction that lines are drawn by
_SHARES = (0.45, 0.15, 0.2, 0.15, 0.05)  # of characters, outlines, pens, rules and specks
_COUNTS = (1, 1, 2, 3)


def covered(dark: Floats, height: float, rng: np.random.Generator) -> Floats:
    """Return a picture's darkness with something over it, or with a seal taken off it and what that leaves.

    `height` is that of its digits in pixels.
    """
    over = clutter(dark.shape[0], height, rng)
    if rng.random() < 0.3:
        left = np.maximum(dark * (1 - rng.uniform(0.3, 1) * over), rng.uniform(0, 0.35) * over)
        if rng.random() < 0.4:
            left = 1 - (1 - left) * (1 - clutter(dark.shape[0], height, rng) * rng.uniform(0.2, 0.6))
        return np.asarray(left, dtype=np.float32)
    added = 1 - (1 - dark) * (1 - over) if rng.random() < 0.5 else np.maximum(dark, over)
    return np.asarray(added, dtype=np.float32)


def clutter(side: int, height: float, rng: np.random.Generator) -> Floats:
    """Return the darkness of what may lie over digits of a height, on a square of so many pixels."""
    kinds: Sequence[Callable[[Floats, float, np.random.Generator], Floats]]
    kinds = (_characters, _outline, _pen, _rule, _specks)
    whole = np.zeros((side, side), np.float32)
    for kind in rng.choice(len(kinds), size=int(rng.choice(_COUNTS)), p=_SHARES):
        layer = kinds[kind](np.zeros_like(whole), height, rng)
        whole = np.maximum(whole, layer * np.float32(rng.uniform(0.3, 1.0)))
    return np.clip(whole, 0, 1)


@cache
def _seals() -> tuple[Floats, ...]:
    found = []
    for family in sorted(CHINESE):
        for weight in ("regular", "bold"):
            font = ImageFont.truetype(str(font_file(family, weight)), _DRAWN)
            for character in SEAL:
                canvas = Image.new("L", (3 * _DRAWN // 2, 3 * _DRAWN // 2))
                ImageDraw.Draw(canvas).text((_DRAWN / 4, _DRAWN / 8), character, 255, font)
                found.append(np.asarray(canvas, dtype=np.float32) / np.float32(255))
    return tuple(found)


def _characters(layer: Floats, height: float, rng: np.random.Generator) -> Floats:
    side, middle = layer.shape[0], 3 * _DRAWN / 4
    slant = rng.uniform(-70, 70) if rng.random() < 0.7 else rng.uniform(-8, 8)
    scale = rng.uniform(1.0, 4.0) * height / _DRAWN
    for _ in range(int(rng.integers(1, 3))):
        character = _seals()[int(rng.integers(len(_seals())))]
        if rng.random() < 0.5:
            character = np.asarray(cv2.erode(character, np.ones((2, 2), np.uint8)), dtype=np.float32)
        move = np.asarray(cv2.getRotationMatrix2D((middle, middle), slant, scale), dtype=np.float64)
        move[:, 2] += rng.uniform(0.05 * side, 0.95 * side, 2) - middle
        layer = np.maximum(layer, cv2.warpAffine(character, move, (side, side), flags=cv2.INTER_AREA))
    return layer


def _outline(layer: Floats, height: float, rng: np.random.Generator) -> Floats:
    radius, towards = rng.uniform(2, 12) * height, rng.uniform(0, 2 * np.pi)
    off = radius + rng.normal(0, 0.5) * height
    middle = layer.shape[0] / 2 + off * np.array([np.cos(towards), np.sin(towards)])
    x, y = (int(v) for v in _fine(middle))
    cv2.circle(
        layer, (x, y), int(radius * 2**_FINE), (1.0,), _thick(0.08, 0.4, height, rng), cv2.LINE_AA, _FINE
    )
    return layer


def _pen(layer: Floats, height: float, rng: np.random.Generator) -> Floats:
    side = layer.shape[0]
    at, towards = rng.uniform(-0.2 * side, 1.2 * side, 2), rng.uniform(0, 2 * np.pi)
    points = []
    for _ in range(int(rng.integers(2, 7))):
        points.append(at)
        towards += rng.normal(0, 0.7)
        at = at + rng.uniform(0.3, 1.6) * height * np.array([np.cos(towards), np.sin(towards)])
    thick = _thick(0.06, 0.35, height, rng)
    cv2.polylines(layer, [_fine(np.array(points))], False, (1.0,), thick, cv2.LINE_AA, _FINE)
    return layer


def _rule(layer: Floats, height: float, rng: np.random.Generator) -> Floats:
    side = layer.shape[0]
    off = side / 2 + rng.choice([-1, 1]) * rng.uniform(0.6, 1.3) * height
    along = np.sort(rng.uniform(-0.3 * side, 1.3 * side, 2))
    ends = np.stack([along, off + np.array([0, rng.normal(0, 0.03) * side])], axis=1)
    if rng.random() > 0.6:
        ends = ends[:, ::-1]
    thick = _thick(0.04, 0.14, height, rng)
    cv2.polylines(layer, [_fine(ends)], False, (1.0,), thick, cv2.LINE_AA, _FINE)
    return layer


def _specks(layer: Floats, height: float, rng: np.random.Generator) -> Floats:
    for _ in range(int(rng.integers(1, 12))):
        x, y = (int(v) for v in rng.integers(0, layer.shape[0], 2))
        cv2.circle(layer, (x, y), int(rng.integers(0, max(1, int(0.12 * height)) + 1)), (1.0,), -1)
    return layer


def _thick(least: float, most: float, height: float, rng: np.random.Generator) -> int:
    return max(1, round(rng.uniform(least, most) * height))


def _fine(points: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.asarray(np.round(points * 2**_FINE), dtype=np.int32)
