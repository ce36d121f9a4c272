"""Feet of merged cells that a browser's page break put too high.

What room is left at the foot of a page it takes off a merged cell that goes on overleaf: there the cell ends
too early, at no row's border, and its right side with it; but the borders of the rows beside it begin there
still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.grid.region import split_axes
from pipeline.grid.words import pieces_in
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings


def with_feet_down(rules: Sequence[Rule], print_: Sequence[Box], settings: GridSettings) -> tuple[Rule, ...]:
    """Return a page's rules with the foot of every first column's cell where the rows beside it end.

    It is moved down over rows whose borders begin on the line of its right side, with no rule to begin at,
    and over white: `print_` are the boxes of the page's print, in points.
    """
    horizontal, vertical = split_axes(rules)
    moved: dict[Rule, Rule] = {}
    for foot in horizontal:
        sides = [v for v in vertical if _meet(v.position, foot.end, settings) and v.start < foot.position]
        side = next((v for v in sides if _meet(v.end, foot.position, settings)), None)
        if side is None:
            continue
        last = _last_beside(foot, horizontal, vertical, settings)
        if last is not None and not pieces_in(Box(foot.start, foot.position, foot.end, last), print_):
            moved[foot], moved[side] = replace(foot, position=last), replace(side, end=last)
    return tuple(moved.get(rule, rule) for rule in rules)


def _meet(first: float, second: float, settings: GridSettings) -> bool:
    return abs(first - second) <= settings.reach


def _last_beside(
    foot: Rule, horizontal: Sequence[Rule], vertical: Sequence[Rule], settings: GridSettings
) -> float | None:
    """Return where the last border lies that begins at the line of the foot's end, above one that crosses it.

    None where there is no such border, or a rule on that line for it to begin at, or no table's side.
    """
    below = [h for h in horizontal if h.position > foot.position + settings.reach]
    at_line = (h for h in below if h.start <= foot.end + settings.reach and h.end > foot.end + settings.reach)
    borders: list[Rule] = []
    for border in at_line:
        if not _meet(border.start, foot.end, settings):
            closed = _meet(border.start, foot.start, settings)
            break
        borders.append(border)
    else:
        closed = False
    if not borders or not closed:
        return None
    last = borders[-1].position
    beside = [v for v in vertical if v.start < last and v.end > foot.position + settings.reach]
    held = any(_meet(v.position, foot.end, settings) for v in beside)
    sided = any(
        _meet(v.position, foot.start, settings) and v.start < foot.position and v.end >= last for v in beside
    )
    return last if sided and not held else None
