"""Lines that are none: strokes of characters that reach from rule to rule, and one border seen as two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.grid.frame import Frame, frame_of
from pipeline.grid.region import split_axes
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings


def without_false_lines(
    frame: Frame, rules: Sequence[Rule], print_: Sequence[Box], settings: GridSettings
) -> Frame:
    """Return the frame without column lines that strokes of characters make, or a border that wanders.

    `print_` are the boxes of pieces of print in points.
    """
    return _without_slivers(_without_strokes(frame, rules, print_, settings), rules, settings)


def _without_strokes(
    frame: Frame, rules: Sequence[Rule], print_: Sequence[Box], settings: GridSettings
) -> Frame:
    """Return the frame without column lines that characters make.

    In low rows a stroke of a character goes from rule to rule, and the first characters of labels stand
    below one another.  The rest of its character is close to it on either side, wherever it is seen.
    """
    seen = frame.down >= settings.edge_cover
    strokes = [
        line
        for line in range(1, len(frame.xs) - 1)
        if seen[line].sum() <= settings.stroke_rows * seen.shape[1]
        and all(_is_hemmed(frame, line, row, print_, settings) for row in np.flatnonzero(seen[line]))
    ]
    if not strokes:
        return frame
    lost = frame.xs[strokes]
    horizontal, vertical = split_axes(rules)
    kept = [v for v in vertical if np.abs(lost - v.position).min() > settings.snap]
    return frame_of(np.delete(frame.xs, strokes), frame.ys, horizontal, kept, settings.snap)


def _is_hemmed(frame: Frame, line: int, row: int, print_: Sequence[Box], settings: GridSettings) -> bool:
    """Tell whether print lies close to an edge of a column line on both sides."""
    x, top, bottom = float(frame.xs[line]), float(frame.ys[row]), float(frame.ys[row + 1])
    beside = [box for box in print_ if top < box.center[1] < bottom]
    before = any(-settings.hem <= box.right - x <= settings.hem and box.left < x for box in beside)
    after = any(-settings.hem <= box.left - x <= settings.hem and box.right > x for box in beside)
    return before and after


def _without_slivers(frame: Frame, rules: Sequence[Rule], settings: GridSettings) -> Frame:
    """Return the frame with two column lines made one where they are one line that wanders.

    They stand closer than any cell is wide, and no row shows both.
    """
    seen = frame.down >= settings.edge_cover
    xs: list[float] = []
    for line, x in enumerate(frame.xs.tolist()):
        near = line > 0 and x - frame.xs[line - 1] <= 2 * settings.snap
        if near and xs and not (seen[line] & seen[line - 1]).any():
            xs[-1] = (xs[-1] + x) / 2
        else:
            xs.append(x)
    if len(xs) == len(frame.xs):
        return frame
    return frame_of(np.array(xs), frame.ys, *split_axes(rules), settings.snap)
