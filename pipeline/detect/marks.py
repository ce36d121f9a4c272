"""Pieces of print in a picture: the boxes of connected ink that is no rule."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from pipeline.detect.ink import Mask
from pipeline.detect.page_ink import PageInk
from pipeline.detect.pale import depths_of
from pipeline.model import Box, Rule
from pipeline.settings import DetectSettings


def find_marks(ink: PageInk, rules: Iterable[Rule], settings: DetectSettings) -> tuple[Box, ...]:
    """Return the boxes, in points, of the pieces of a page's ink.

    What lies on `rules` is taken away first; specks and pieces larger than print are left out, and so is what
    shines through from the back of the sheet.
    """
    mask, scale = ink.mask.copy(), ink.picture.scale
    for rule in rules:
        _erase(mask, rule, scale, settings)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, width, height = np.asarray(stats[1:, :4], dtype=np.float64).T / scale
    extent = np.maximum(width, height)
    depths = depths_of(ink.picture, mask, pieces)[1:]
    kept = depths >= settings.pale * ink.depth
    kept &= (extent >= settings.least_mark) & (extent <= settings.largest_mark)
    edges = np.stack([left, top, left + width, top + height], axis=1)[kept]
    return tuple(Box(*(float(v) for v in edge)) for edge in edges)


def _erase(mask: Mask, rule: Rule, scale: float, settings: DetectSettings) -> None:
    half = rule.thickness / 2 + settings.strip
    across = slice(max(0, round((rule.position - half) * scale)), round((rule.position + half) * scale) + 1)
    along = slice(max(0, round((rule.start - half) * scale)), round((rule.end + half) * scale) + 1)
    mask[(across, along) if rule.axis == "horizontal" else (along, across)] = 0
