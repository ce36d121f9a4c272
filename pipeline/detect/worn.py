"""Worn rules: where a table's lines are known, pieces too short to be told from print still count.

A line that other rows show is followed through every row.  An edge on it is there, if worn, where a thin
line of ink with bare flanks covers half of it and goes on from a rule that crosses it; a
stroke of a character that happens to lie on the line comes only near.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask, at_most, dark_mask
from pipeline.model import Axis, Picture, Rule
from pipeline.settings import DetectSettings

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A known line, as it runs through the picture: where it has ink, and where its flanks are bare.

    `edges` are the stretches (pixels) between the lines that cross it.
    """

    axis: Axis
    position: float
    core: Flags
    bare: Flags
    edges: tuple[tuple[int, int], ...]


def _line(
    mask: Mask, axis: Axis, position: float, stops: Sequence[float], scale: float, settings: DetectSettings
) -> _Line:
    """Return a line at `position`, horizontal in `mask`, crossed at `stops` (points)."""
    centre, reach = round(position * scale - 0.5), max(1, round(settings.strip * scale))
    band, joint = max(2, round(settings.flank * scale)), reach

    def inked(top: int, bottom: int) -> Flags:
        rows = mask[max(top, 0) : max(bottom, 0)]
        return np.asarray((rows > 0).any(axis=0), dtype=np.bool_)

    core = inked(centre - reach, centre + reach + 1)
    above = inked(centre - reach - band - 1, centre - reach - 1)
    below = inked(centre + reach + 2, centre + reach + band + 2)
    edges = ((round(a * scale) + joint + 1, round(b * scale) - joint) for a, b in pairwise(stops))
    return _Line(axis, position, core, ~above & ~below, tuple((a, b) for a, b in edges if b > a))


def _usual_cover(lines: Sequence[_Line], settings: DetectSettings) -> float:
    """Return the share of an edge that is inked in all but the most worn of a table's edges."""
    covers = [float(line.core[a:b].mean()) for line in lines for a, b in line.edges if b <= len(line.core)]
    seen = [cover for cover in covers if cover >= settings.worn_cover]
    return float(np.quantile(seen, settings.worn_quantile)) if seen else 0.0


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _pieces(line: _Line, least: float, scale: float, settings: DetectSettings) -> Iterator[tuple[int, int]]:
    """Yield the inked stretches of the edges of a line that are worn rules, `least` of them inked."""
    near = max(1, round(settings.worn_reach * scale))
    ridge = line.core & line.bare
    for start, end in line.edges:
        edge = ridge[start:end]
        if len(edge) < 2 * near or edge.mean() < least:
            continue
        runs = list(_runs(edge))
        # Strokes of characters leave many gaps, none of them long.
        longest = max(b - a for a, b in runs)
        if longest < min(settings.worn_run * len(edge), settings.stroke * scale):
            continue
        if edge[:near].any() or edge[-near:].any():
            yield from ((start + a, start + b) for a, b in runs)


def _worn(lines: Sequence[_Line], scale: float, settings: DetectSettings) -> Iterator[Rule]:
    # Where a table's rules are whole, what has gaps is print.
    usual = _usual_cover(lines, settings) - settings.worn_margin
    least = min(max(usual, settings.worn_cover), settings.worn_whole)
    for line in lines:
        for start, end in _pieces(line, least, scale, settings):
            yield Rule(line.axis, line.position, start / scale, end / scale)


def find_worn(
    picture: Picture, lattices: Sequence[tuple[Sequence[float], Sequence[float]]], settings: DetectSettings
) -> tuple[tuple[Rule, ...], ...]:
    """Return for every table the pieces of rules on its known lines, x and y in points, ordered."""
    small = at_most(picture, settings.rule_dpi)
    mask, scale = dark_mask(small, settings), small.scale
    upright = np.ascontiguousarray(mask.T)
    found = []
    for xs, ys in lattices:
        lines = [_line(mask, "horizontal", y, xs, scale, settings) for y in ys]
        lines += [_line(upright, "vertical", x, ys, scale, settings) for x in xs]
        found.append(tuple(_worn(lines, scale, settings)))
    return tuple(found)
