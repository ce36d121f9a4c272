"""Worn rules: where a table's lines are known, pieces too short to be told from print still count.

A line that other rows show is followed through every row.  An edge on it is there, if worn, where a thin
line of ink with bare flanks covers half of it and goes on from a rule that crosses it; a
stroke of a character that happens to lie on the line comes only near, and the rules of a table on the back
of the sheet shine through much paler.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask, turned
from pipeline.detect.page_ink import PageInk
from pipeline.model import Axis, Rule
from pipeline.settings import DetectSettings

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A picture, and 255 where it has ink, both turned so that the lines looked at lie."""

    mask: Mask
    grey: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A known line, as it runs through the picture: where it has ink, and where its flanks are bare.

    `depth` is by how many grey levels it is darker than its flanks; `edges` are the stretches (pixels)
    between the lines that cross it.
    """

    axis: Axis
    position: float
    core: Flags
    bare: Flags
    depth: NDArray[np.int16]
    edges: tuple[tuple[int, int], ...]


def _line(
    seen: _Seen, axis: Axis, position: float, stops: Sequence[float], scale: float, settings: DetectSettings
) -> _Line:
    """Return a line at `position`, horizontal in what is `seen`, crossed at `stops` (points)."""
    centre, reach = round(position * scale - 0.5), max(1, round(settings.strip * scale))
    band, joint = max(2, round(settings.flank * scale)), reach

    def inked(top: int, bottom: int) -> Flags:
        rows = seen.mask[max(top, 0) : max(bottom, 0)]
        return np.asarray((rows > 0).any(axis=0), dtype=np.bool_)

    core = inked(centre - reach, centre + reach + 1)
    above = inked(centre - reach - band - 1, centre - reach - 1)
    below = inked(centre + reach + 2, centre + reach + band + 2)
    rows = seen.grey[max(centre - reach, 0) : max(centre + reach + 1, 0)].astype(np.int16)
    depth = rows.max(axis=0) - rows.min(axis=0) if len(rows) else np.zeros(seen.mask.shape[1], np.int16)
    edges = ((round(a * scale) + joint + 1, round(b * scale) - joint) for a, b in pairwise(stops))
    return _Line(axis, position, core, ~above & ~below, depth, tuple((a, b) for a, b in edges if b > a))


def _usual_cover(lines: Sequence[_Line], settings: DetectSettings) -> float:
    """Return the share of an edge that is inked in all but the most worn of a table's edges."""
    covers = [float(line.core[a:b].mean()) for line in lines for a, b in line.edges if a < len(line.core)]
    seen = [cover for cover in covers if cover >= settings.worn_cover]
    return float(np.quantile(seen, settings.worn_quantile)) if seen else 0.0


def _usual_depth(lines: Sequence[_Line]) -> float:
    """Return by how much a table's rules are darker than paper, usually."""
    depths = [line.depth[a:b][(line.core & line.bare)[a:b]] for line in lines for a, b in line.edges]
    every = np.concatenate(depths) if depths else np.zeros(0)
    return float(np.median(every)) if len(every) else 0.0


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _pieces(
    line: _Line, least: float, pale: float, scale: float, settings: DetectSettings
) -> Iterator[tuple[int, int]]:
    """Yield the inked stretches of the edges of a line that are worn rules.

    `least` of an edge is inked, and half of that is darker than its flanks by more than `pale` grey levels.
    """
    near = max(1, round(settings.worn_reach * scale))
    ridge = line.core & line.bare
    for start, end in line.edges:
        edge = ridge[start:end]
        if len(edge) < 2 * near or edge.mean() < least:
            continue
        if np.median(line.depth[start:end][edge]) <= pale:
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
    pale = settings.worn_pale * _usual_depth(lines)
    for line in lines:
        for start, end in _pieces(line, least, pale, scale, settings):
            yield Rule(line.axis, line.position, start / scale, end / scale)


def find_worn(
    ink: PageInk, lattices: Sequence[tuple[Sequence[float], Sequence[float]]], settings: DetectSettings
) -> tuple[tuple[Rule, ...], ...]:
    """Return for every table the pieces of rules on its known lines, x and y in points, ordered."""
    scale, grey = ink.picture.scale, ink.picture.pixels
    lying = _Seen(ink.ruled, grey)
    upright = _Seen(turned(ink.ruled), turned(grey))
    found = []
    for xs, ys in lattices:
        lines = [_line(lying, "horizontal", y, xs, scale, settings) for y in ys]
        lines += [_line(upright, "vertical", x, ys, scale, settings) for x in xs]
        found.append(tuple(_worn(lines, scale, settings)))
    return tuple(found)
