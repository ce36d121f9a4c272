"""Single edges of a table put right by its tiling, where print does not speak against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.frame import Cover, Lines
from pipeline.model import Box
from pipeline.settings import GridSettings

Edges = NDArray[np.bool_]
Sealed = Callable[[Box], bool]
"""Tells whether a seal lies on a box (points)."""
Hidden = Callable[[int, int], bool]
"""Tells whether the edge on a line, and between two of the lines that cross it, may be hidden."""


def nowhere(_: Box) -> bool:
    """Tell that no seal is known."""
    return False


class Extent(NamedTuple):
    """A piece of print: from where to where it goes across an edge, and its middle along the edge."""

    start: float
    end: float
    beside: float


def extents(print_: Sequence[Box]) -> tuple[list[Extent], list[Extent]]:
    """Return pieces of print as they lie to edges between columns, and to edges between rows."""
    upright = [Extent(box.left, box.right, box.center[1]) for box in print_]
    lying = [Extent(box.top, box.bottom, box.center[0]) for box in print_]
    return upright, lying


def tallest_print(print_: Sequence[Box], settings: GridSettings) -> float:
    """Return how high (points) print is at the most: what is higher is none."""
    return settings.prior_tall * _usual_height(print_, settings)


def without_remnants(print_: Sequence[Box], settings: GridSettings) -> list[Box]:
    """Return the print without what is left of rules between columns: thin, taller than a lone 1."""
    most = settings.prior_stem * _usual_height(print_, settings) or np.inf
    return [box for box in print_ if box.width > settings.prior_scrap or box.height <= most]


def _usual_height(print_: Sequence[Box], settings: GridSettings) -> float:
    return float(np.median([box.height for box in signs_in(print_, settings)] or [0.0]))


def signs_in(print_: Sequence[Box], settings: GridSettings) -> list[Box]:
    """Return what is as tall and as wide as characters: scraps of rules are lower, or as thin as a rule."""
    return [box for box in print_ if box.height >= settings.reach and box.width > settings.prior_scrap]


def hidden_edges(
    print_: Sequence[Box], sealed: Sealed, xs: Lines, ys: Lines, settings: GridSettings
) -> tuple[Hidden, Hidden]:
    """Return which edges on lines `xs`, and which on `ys`, a seal or a pen hides.

    A pen's strokes are taller than print, and hide what is beside the cell that they are in, too.
    """
    most = tallest_print(print_, settings)
    pens = [box for box in print_ if box.height > most and box.width > settings.reach]

    def is_hidden(edge: Box, cells: Box) -> bool:
        return sealed(edge.grown(settings.reach)) or any(cells.overlap(pen) > 0 for pen in pens)

    def down(line: int, row: int) -> bool:
        top, bottom = ys[row : row + 2].tolist()
        left, x, right = xs[line - 1 : line + 2].tolist()
        return is_hidden(Box(x, top, x, bottom), Box(left, top, right, bottom))

    def across(line: int, column: int) -> bool:
        left, right = xs[column : column + 2].tolist()
        top, y, bottom = ys[line - 1 : line + 2].tolist()
        return is_hidden(Box(left, y, right, y), Box(left, top, right, bottom))

    return down, across


def _is_free(line: float, print_: Sequence[Extent], apart: float) -> bool:
    """Tell whether no print is nearer than `apart` points to a line."""
    return all(p.start >= line + apart or p.end <= line - apart for p in print_)


def _is_between(lines: Lines, print_: Sequence[Extent]) -> bool:
    """Tell whether the middle one of three lines has print on both sides."""
    before, line, after = lines.tolist()
    middles = [(p.start + p.end) / 2 for p in print_]
    return any(before < m < line for m in middles) and any(line < m < after for m in middles)


def _between(lines: Lines, cover: NDArray[np.float64], line: int, settings: GridSettings) -> Lines:
    """Return the lines whose edges are the nearest on both sides of one, with that one in the middle."""
    there = cover >= settings.edge_cover
    there[[0, -1]] = True
    others = np.flatnonzero(there)
    return lines[[others[others < line][-1], line, others[others > line][0]]]


def _are_dashes(scraps: Sequence[Extent], settings: GridSettings) -> bool:
    """Tell whether pieces on a line lie one after another: dashes, where digits stand side by side."""
    places = sorted(scrap.beside for scrap in scraps)
    steps = sum(after - before > settings.snap / 2 for before, after in pairwise(places))
    return steps + 1 >= settings.prior_dashes


def _is_in_word(line: float, print_: Sequence[Extent], apart: float) -> bool:
    """Tell whether print is nearer than `apart` points on both sides of a line: this is a stroke of it."""
    before = any(line - apart < p.end <= line for p in print_)
    return before and any(line <= p.start < line + apart for p in print_)


def is_scrap(piece: Extent, line: float, settings: GridSettings) -> bool:
    """Tell whether a piece of print stands on a line and is so narrow that it may be left of a rule."""
    near = abs((piece.start + piece.end) / 2 - line) <= settings.snap
    return near and piece.end - piece.start <= settings.reach


def _raised(cover: Cover, wanted: Sequence[Edges], settings: GridSettings) -> Cover:
    must = np.logical_and.reduce(wanted)
    return np.where(must & (cover < settings.edge_cover), settings.edge_cover, cover)


def without_strays(cover: Cover, wanted: Sequence[Edges], settings: GridSettings) -> Cover:
    """Return the edges raised that must be there, and without the inner ones that none of the tilings has."""
    result = _raised(cover, wanted, settings)
    none = ~np.logical_or.reduce(wanted)[1:-1]
    result[1:-1] = np.where(none & (cover[1:-1] >= settings.edge_cover), 0.0, result[1:-1])
    return result


def set_right(
    seen: Cover,
    wanted: Sequence[Edges],
    lines: tuple[Lines, Lines],
    print_: Sequence[Extent],
    apart: tuple[float, float],
    worn: int,
    hidden: Hidden,
    settings: GridSettings,
) -> Cover:
    """Return edges on lines of one axis as all tilings have them, where print agrees.

    `lines` are theirs and the crossing ones.  Print that an edge parts is so many points `apart` from it, on
    a line of which little else is seen, and on one of which most is.  Of such a line an edge may be lost
    between blanks, too, where rules are worn (`worn` is how many edges are seen in part), or where dashes of
    it are left, and beside any print where the stretch of that line is `hidden`: a seal or a pen lies there.
    """
    places, stops = lines
    result = without_strays(seen, wanted, settings)
    must = np.logical_and.reduce(wanted)
    # Of the others on its line: a row of a label and one figure has but one beside a lost edge.
    there = ((seen >= settings.edge_cover) & must).sum(axis=1) >= settings.prior_told * (must.sum(axis=1) - 1)
    there &= (seen >= settings.edge_cover).any(axis=1)
    for line, stretch in np.argwhere(result != seen).tolist():
        near = [p for p in print_ if stops[stretch] < p.beside < stops[stretch + 1]]
        three = _between(places, result[:, stretch], line, settings)
        if result[line, stretch] < seen[line, stretch]:
            # A rule runs from side to side of a row, a stroke of a label does not.
            stops_short = seen[line, stretch] < settings.whole_cover
            whole = worn == 1  # a print that wears no rule but this
            stroke = stops_short and (whole or _is_in_word(places[line], near, settings.reach))
            agrees = stroke or not _is_between(three, near)
        else:
            most = bool(there[line])
            scraps = [p for p in near if is_scrap(p, places[line], settings)]
            words = [p for p in near if p not in scraps]
            # What lies on the line may be a lone 1 as well, but for dashes one after another.
            dashed = most and _are_dashes(scraps, settings)
            lost = dashed or (most and worn > 0 and not scraps)
            # Print in a low row touches the dashes of its border.
            free = _is_free(places[line], words, -settings.prior_touch if dashed else apart[int(most)])
            agrees = free and (lost or _is_between(three, words))
            agrees = agrees or (most and hidden(line, stretch))
        if not agrees:
            result[line, stretch] = seen[line, stretch]
    return result
