"""Rules painted over where they really run: a page that was bent keeps them from being quite straight."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Rule
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

PAPER = 255


def painted_over(
    grey: Pixels, rules: Sequence[Rule], scale: float, settings: ReadSettings
) -> tuple[Pixels, NDArray[np.bool_]]:
    """Return the picture without its rules, and where they were; each is taken `rule_margin` points wider.

    `scale` is pixels in a point.
    """
    painted = np.zeros(grey.shape, dtype=np.bool_)
    for rule in rules:
        lying = rule.axis == "horizontal"
        seen, mask = (grey, painted) if lying else (grey.T, painted.T)
        for across, along in _bands(seen, rule, scale, settings):
            mask[across, along] = True
    return np.where(painted, np.uint8(PAPER), grey), painted


def _bands(grey: Pixels, rule: Rule, scale: float, settings: ReadSettings) -> Iterator[tuple[slice, slice]]:
    """Yield the rows and columns of a horizontal rule, stretch by stretch."""
    half = rule.thickness / 2 + settings.rule_margin
    ends = _span(rule.start - settings.rule_margin, rule.end + settings.rule_margin, scale)
    count = max(1, round((ends.stop - ends.start) / (settings.rule_stretch * scale)))
    stops = np.linspace(ends.start, ends.stop, count + 1).astype(int)
    for start, stop in zip(stops[:-1].tolist(), stops[1:].tolist(), strict=True):
        along = slice(start, stop)
        place = rule.position + _offset(grey[:, along], rule, scale, settings) / scale
        yield _span(place - half, place + half, scale), along


def _offset(grey: Pixels, rule: Rule, scale: float, settings: ReadSettings) -> int:
    """Return by how many pixels a stretch of a rule lies lower than the whole.

    Print beside it covers less than half of any row, a rule most of its own: the median tells them apart.
    """
    thick = max(1, round(rule.thickness * scale))
    reach = math.ceil(settings.rule_stray * scale)
    first = round(rule.position * scale - thick / 2)
    top = first - reach
    if top < 0 or top + thick + 2 * reach > grey.shape[0] or not grey.shape[1]:
        return 0
    dark = PAPER - np.median(grey[top : top + thick + 2 * reach], axis=1)
    ink = np.convolve(dark, np.full(thick, 1 / thick), mode="valid")
    if ink.max() - ink[reach] < settings.rule_gain:
        return 0
    return int(ink.argmax()) - reach


def _span(start: float, end: float, scale: float) -> slice:
    return slice(max(0, math.floor(start * scale)), max(0, math.ceil(end * scale)))
