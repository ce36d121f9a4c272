"""Worn rules: where a table's lines are known, pieces too short to be told from print still count.

A line that other rows show is followed through every row.  An edge on it is there, if worn, where a thin
line of ink with bare flanks covers half of it and goes on from a rule that crosses it; a
stroke of a character that happens to lie on the line comes only near.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.detect.picture import Mask, at_most, dark_mask
from pipeline.model import Axis, Picture, Rule
from pipeline.settings import DetectSettings

Flags = NDArray[np.bool_]


def _ridge(mask: Mask, position: float, scale: float, settings: DetectSettings) -> Flags:
    """Return for every column whether a thin horizontal line of ink runs at row `position` (pixels)."""
    centre, reach = round(position), max(1, round(settings.strip * scale))
    band = max(2, round(settings.flank * scale))

    def inked(top: int, bottom: int) -> Flags:
        rows = mask[max(top, 0) : max(bottom, 0)]
        return np.asarray((rows > 0).any(axis=0), dtype=np.bool_)

    core = inked(centre - reach, centre + reach + 1)
    above = inked(centre - reach - band - 1, centre - reach - 1)
    below = inked(centre + reach + 2, centre + reach + band + 2)
    return core & ~above & ~below


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _pieces(
    ridge: Flags, stops: Sequence[float], scale: float, settings: DetectSettings
) -> Iterator[tuple[int, int]]:
    """Yield the inked stretches of the edges between neighbouring `stops` (pixels) that are worn rules."""
    near, joint = max(1, round(settings.worn_reach * scale)), max(1, round(settings.strip * scale))
    for first, last in pairwise(stops):
        start, end = round(first) + joint + 1, round(last) - joint
        edge = ridge[start:end]
        if len(edge) < 2 * near or edge.mean() < settings.worn_cover:
            continue
        if edge[:near].any() or edge[-near:].any():
            yield from ((start + a, start + b) for a, b in _runs(edge))


def _along(
    mask: Mask,
    lines: Sequence[float],
    stops: Sequence[float],
    axis: Axis,
    scale: float,
    settings: DetectSettings,
) -> Iterator[Rule]:
    for line in lines:
        ridge = _ridge(mask, line * scale - 0.5, scale, settings)
        for start, end in _pieces(ridge, [s * scale for s in stops], scale, settings):
            yield Rule(axis, line, start / scale, end / scale)


def find_worn(
    picture: Picture, lattices: Sequence[tuple[Sequence[float], Sequence[float]]], settings: DetectSettings
) -> tuple[tuple[Rule, ...], ...]:
    """Return for every table the pieces of rules on its known lines, x and y in points, ordered."""
    small = at_most(picture, settings.rule_dpi)
    mask = dark_mask(small, settings)
    upright = np.ascontiguousarray(mask.T)
    return tuple(
        (
            *_along(mask, ys, xs, "horizontal", small.scale, settings),
            *_along(upright, xs, ys, "vertical", small.scale, settings),
        )
        for xs, ys in lattices
    )
