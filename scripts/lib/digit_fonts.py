"""Digits, and signs that are none, drawn in typefaces that no case of the reporting split is printed in."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.read.digits import signs_of, views_of
from pipeline.read.ink import CellInk, find_blobs
from pipeline.read.lines import band_of
from pipeline.read.network import CLASSES, NONE, Floats
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

FAMILIES = (
    "AR PL UKai CN",
    "AR PL UMing CN",
    "C059",
    "DejaVu Sans",
    "DejaVu Sans Condensed",
    "DejaVu Sans Mono",
    "DejaVu Serif",
    "Liberation Mono",
    "Liberation Sans Narrow",
    "Liberation Serif",
    "Nimbus Mono PS",
    "Nimbus Sans",
    "Nimbus Sans Narrow",
    "Noto Sans CJK SC",
    "P052",
    "URW Bookman",
    "URW Gothic",
    "WenQuanYi Micro Hei",
)
CHINESE = frozenset({"AR PL UKai CN", "AR PL UMing CN", "Noto Sans CJK SC", "WenQuanYi Micro Hei"})
OTHERS = "/-()+*VAX#%&:;"
CHARACTERS = "一二三无十人个件项不本年其他总计（）√中"

_LOWEST = 0.5  # of a typeface's size; what is left of a lower digit is none


def drawn(each: int, seed: int, settings: ReadSettings) -> Iterator[tuple[Floats, int]]:
    """Yield views and the numbers of their classes: so many of every digit a typeface, and of others."""
    rng = np.random.default_rng(seed)
    for family in FAMILIES:
        others = list(OTHERS + CHARACTERS if family in CHINESE else OTHERS)
        for weight in ("regular", "bold"):
            path = font_file(family, weight)
            for _ in range(each):
                for number, digit in enumerate(CLASSES):
                    if (view := _view(digit, path, rng, settings)) is not None:
                        yield view, number
                for other in rng.choice(others, 4):
                    if (view := _view(str(other), path, rng, settings)) is not None:
                        yield view, NONE


def font_file(family: str, weight: str) -> Path:
    """Return the file of a typeface; ValueError where it is not installed."""
    command = ["fc-match", "--format=%{family}|%{file}", f"{family}:{weight}"]
    found, _, path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("|")
    if family not in found:
        raise ValueError(f"typeface {family} is not installed")
    return Path(path)


def _view(sign: str, font: Path, rng: np.random.Generator, settings: ReadSettings) -> Floats | None:
    """Return a sign as a scan may have it; None where nothing of it is left, or it fell apart."""
    size = int(rng.integers(14, 45))
    dark = _damaged(_drawing(sign, font, 4 * size), size, rng)
    grey = (255 - 255 * dark).astype(np.uint8)
    blobs, labels = find_blobs(grey < 255 * rng.uniform(0.45, 0.8))
    if not blobs:
        return None
    signs = signs_of(band_of(blobs), settings)
    ink = CellInk(grey, labels, blobs)
    if len(signs) != 1 or (sign in CLASSES and signs[0].bounds.height < _LOWEST * size):
        return None
    return views_of(ink, signs, size * rng.uniform(0.9, 1.15))[0]


def _drawing(sign: str, font: Path, size: int) -> Pixels:
    """Return a sign drawn large, ink 255 on 0."""
    canvas = Image.new("L", (2 * size, 2 * size))
    ImageDraw.Draw(canvas).text((size / 2, size / 4), sign, 255, ImageFont.truetype(str(font), size))
    return np.asarray(canvas, dtype=np.uint8)


def _damaged(large: Pixels, size: int, rng: np.random.Generator) -> Floats:
    """Return the drawing at its size, darkness 0..1, seen at some lower resolution first: a fax, a scan."""
    kind = int(rng.integers(0, 4))
    across = rng.uniform(9, 30) if kind else 30.0
    down = across * (0.5 if kind == 1 else 1.0)
    shape = large.shape
    grid = (max(4, round(shape[1] * across / (4 * size))), max(4, round(shape[0] * down / (4 * size))))
    seen = np.asarray(cv2.resize(large, grid, interpolation=cv2.INTER_AREA), dtype=np.float32)
    seen /= np.float32(255)
    if kind in (1, 2):
        seen = (seen > rng.uniform(0.3, 0.6)).astype(np.float32)
    else:
        soft = cv2.GaussianBlur(seen, (0, 0), float(rng.uniform(0.3, 0.9)))
        seen = (soft + rng.normal(0, rng.uniform(0, 0.1), soft.shape)).astype(np.float32)
    whole = cv2.resize(seen, (2 * size, 2 * size), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(whole, 0, 1), dtype=np.float32)
