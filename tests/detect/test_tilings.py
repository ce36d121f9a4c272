"""Any ruled table, of the form or not, comes out of a picture with its spans."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.detect import find_ink, find_marks, find_rules
from pipeline.grid import find_tables
from pipeline.model import Picture
from pipeline.settings import DetectSettings, GridSettings
from tests.grid.tilings import Span, spans_of, squeezed, tilings

DETECT, GRID = DetectSettings(), GridSettings()
LEFT, TOP = 60.0, 90.0
Pixels = NDArray[np.uint8]


def drawn(tiling: list[Span], width: float, height: float, dpi: float, weight: float) -> Pixels:
    """Return a page with the tiling's rules, a few characters' strokes in every cell."""
    scale = dpi / 72
    pixels = np.full((round(842 * scale), round(595 * scale)), 255, np.uint8)
    for number, (top, bottom, left, right) in enumerate(tiling):
        x, y = (
            ((LEFT + width * v) * scale for v in (left, right)),
            ((TOP + height * v) * scale for v in (top, bottom)),
        )
        (x0, x1), (y0, y1) = (tuple(map(round, x)), tuple(map(round, y)))
        cv2.rectangle(pixels, (x0, y0), (x1, y1), (40,), max(1, round(weight * scale)))
        text = ("0", "17", "ABE", "-", "")[number % 5]
        place = round((x0 + x1) / 2 - 3 * len(text) * scale), round((y0 + y1) / 2 + 3.5 * scale)
        cv2.putText(
            pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.32 * scale, (30,), max(1, round(0.9 * scale))
        )
    return pixels


def scanned(pixels: Pixels, seed: int) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, 5, pixels.shape)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.7).astype(np.float64)
    return (soft * 0.9 + 20 + noise).clip(0, 255).astype(np.uint8)


@settings(max_examples=40, deadline=None)
@given(tilings(), st.sampled_from([150, 200]), st.floats(0.5, 1.5), st.integers(0, 99))
def test_any_tiling_comes_out_of_a_scan(
    cut: tuple[int, int, list[Span]], dpi: int, weight: float, seed: int
) -> None:
    tiling = squeezed(cut[2])
    assume(len(tiling) > 1)
    picture = Picture(scanned(drawn(tiling, 62, 48, dpi, weight), seed), dpi)
    ink = find_ink(picture, DETECT)
    rules = find_rules(ink, DETECT)
    found = find_tables(rules, find_marks(ink, rules, DETECT), 1, GRID)
    assert [spans_of(table.grid) for table in found] == [tiling]
