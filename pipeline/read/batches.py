"""Crops of lines into batches of equal size, so that a lone digit costs what a lone digit is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

PAPER = 255


@dataclass(frozen=True, slots=True)
class Batch:
    """Crops of one size, and where each stands among those given."""

    indexes: tuple[int, ...]
    crops: tuple[Pixels, ...]


def make_batches(crops: Sequence[Pixels], settings: ReadSettings) -> list[Batch]:
    """Scale every crop to the recognizer's height, pad it to the next bucket's width, and gather by width."""
    by_width: dict[int, list[tuple[int, Pixels]]] = {}
    for index, crop in enumerate(crops):
        fitted = fit(crop, settings)
        by_width.setdefault(fitted.shape[1], []).append((index, fitted))
    return [batch for _, items in sorted(by_width.items()) for batch in _cut(items, settings)]


def fit(crop: Pixels, settings: ReadSettings) -> Pixels:
    """Return the crop in colour, scaled to `line_height` and padded with paper to a bucket's width."""
    height = settings.line_height
    wanted = max(1, round(crop.shape[1] * height / crop.shape[0]))
    width = min(wanted, settings.widths[-1])
    shrinking = crop.shape[0] > height
    scaled = cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    colour = scaled if scaled.ndim == 3 else np.repeat(scaled[:, :, None], 3, axis=2)
    bucket = next(w for w in settings.widths if w >= width)
    canvas = np.full((height, bucket, 3), PAPER, dtype=np.uint8)
    left = (bucket - width) // 2 if bucket == settings.widths[0] else 0
    canvas[:, left : left + width] = colour
    return canvas


def _cut(items: Sequence[tuple[int, Pixels]], settings: ReadSettings) -> list[Batch]:
    """Cut one bucket's crops into batches that hold about the same number of pixels."""
    width = items[0][1].shape[1]
    size = max(1, settings.batch_width // width)
    pieces = [items[start : start + size] for start in range(0, len(items), size)]
    return [Batch(tuple(i for i, _ in piece), tuple(crop for _, crop in piece)) for piece in pieces]
