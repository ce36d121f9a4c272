"""Rules painted over where they really run: a page that was bent keeps them from being quite straight."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Rule
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

PAPER = 255


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A picture without its rules, and where the horizontal and the vertical ones were."""

    grey: Pixels
    lying: NDArray[np.bool_]
    standing: NDArray[np.bool_]


def painted_over(grey: Pixels, rules: Sequence[Rule], scale: float, settings: ReadSettings) -> Painted:
    """Return the picture with its rules, and their soft borders, in the colour of paper.

    `scale` is pixels in a point.
    """
    lying, standing, borders = (np.zeros(grey.shape, dtype=np.bool_) for _ in range(3))
    for rule in rules:
        across_x = rule.axis == "horizontal"
        seen, core, border = (grey, lying, borders) if across_x else (grey.T, standing.T, borders.T)
        for across, along in _bands(seen, rule, scale, settings):
            core[across, along] = True
            for side, free in _borders(seen, across, along, scale, settings):
                border[side, along] |= free
    return Painted(np.where(lying | standing | borders, np.uint8(PAPER), grey), lying, standing)


def _bands(grey: Pixels, rule: Rule, scale: float, settings: ReadSettings) -> Iterator[tuple[slice, slice]]:
    """Yield the rows and columns of a horizontal rule, stretch by stretch."""
    ends = _span(rule.start - settings.rule_margin, rule.end + settings.rule_margin, scale)
    count = max(1, round((ends.stop - ends.start) / (settings.rule_stretch * scale)))
    stops = np.linspace(ends.start, ends.stop, count + 1).astype(int)
    for start, stop in zip(stops[:-1].tolist(), stops[1:].tolist(), strict=True):
        along = slice(start, stop)
        yield _rows(grey[:, along], rule, scale, settings), along


def _borders(
    grey: Pixels, across: slice, along: slice, scale: float, settings: ReadSettings
) -> Iterator[tuple[slice, NDArray[np.bool_]]]:
    """Yield the rows beside a stretch of a rule, with the columns where nothing goes on beyond them.

    There they are the rule's own border; elsewhere print touches it.
    """
    margin = max(1, round(settings.rule_margin * scale))
    above, below = across.start - margin, across.stop + margin
    for side, beyond in (
        (slice(max(0, above), across.start), above - 1),
        (slice(across.stop, below), below),
    ):
        row = min(max(0, beyond), len(grey) - 1)  # a rule may lie off the picture
        yield side, grey[row, along] > PAPER - settings.least_contrast


def _rows(grey: Pixels, rule: Rule, scale: float, settings: ReadSettings) -> slice:
    """Return the rows that a stretch of a rule darkens; where it is worn away, those it ought to.

    Print beside it covers less than half of any row, a rule most of its own: the median tells them apart.
    """
    half = rule.thickness / 2 + settings.rule_margin
    whole = _span(rule.position - half, rule.position + half, scale)
    around = half + settings.rule_stray
    near = _span(rule.position - around, rule.position + around, scale)
    seen = grey[near]
    if not seen.size or seen.shape[1] < settings.rule_stretch / 4 * scale:
        return whole  # a scrap of a rule may lie under print
    dark = PAPER - np.median(seen, axis=1)
    dark -= dark.min()
    peak = int(dark.argmax())
    if dark[peak] < settings.rule_gain:
        return whole
    pale = np.flatnonzero(dark < settings.rule_border * dark[peak])
    top = max((int(row) + 1 for row in pale if row < peak), default=0)
    bottom = min((int(row) for row in pale if row > peak), default=len(dark))
    if bottom - top > whole.stop - whole.start:
        return whole  # print has run together with it
    return slice(near.start + top, near.start + bottom)


def _span(start: float, end: float, scale: float) -> slice:
    return slice(max(0, math.floor(start * scale)), max(0, math.ceil(end * scale)))
