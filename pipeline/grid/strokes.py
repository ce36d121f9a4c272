"""Column lines that are none: strokes of characters from rule to rule, and one border seen as two."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.frame import Frame, Lines, frame_of
from pipeline.grid.region import split_axes
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings


def without_false_lines(
    frame: Frame, rules: Sequence[Rule], print_: Sequence[Box], settings: GridSettings
) -> tuple[Frame, tuple[Rule, ...]]:
    """Return the frame without false column lines, and the rules without those that are strokes.

    `print_` are the boxes of pieces of print in points.
    """
    lost = frame.xs[_strokes(frame, print_, settings)]
    kept = tuple(rule for rule in rules if not _is_on(rule, lost, settings))
    if len(lost):
        frame = frame_of(np.setdiff1d(frame.xs, lost), frame.ys, *split_axes(kept), settings.snap)
    xs = _without_slivers(frame, settings)
    if len(xs) < len(frame.xs):
        frame = frame_of(xs, frame.ys, *split_axes(kept), settings.snap)
    return frame, kept


def _is_on(rule: Rule, lines: Lines, settings: GridSettings) -> bool:
    near = np.abs(lines - rule.position) <= settings.snap
    return rule.axis == "vertical" and bool(near.any())


def _strokes(frame: Frame, print_: Sequence[Box], settings: GridSettings) -> list[int]:
    """Return which column lines are strokes of characters.

    In low rows a stroke goes from rule to rule, and the first characters of labels stand below one another.
    The rest of its character is close to it on either side, wherever it is seen.
    """
    seen = frame.down >= settings.edge_cover
    most = max(1.0, settings.stroke_rows * seen.shape[1])
    rows = [
        # What lies right on a row's line is left of its rule.
        [
            b
            for b in print_
            if top + settings.prior_joint < b.center[1] < bottom - settings.prior_joint
            and not _is_of_rule(b, frame.xs, settings)
        ]
        for top, bottom in pairwise(frame.ys.tolist())
    ]
    return [
        line
        for line in range(1, len(frame.xs) - 1)
        if seen[line].sum() <= most
        and (
            all(_is_hemmed(frame, line, rows[row], settings) for row in np.flatnonzero(seen[line]))
            or _is_signs(frame, line, seen[line], rows, settings)
        )
    ]


def _is_of_rule(piece: Box, xs: Lines, settings: GridSettings) -> bool:
    """Tell whether flat print runs from one column line to another: the edge of a rule that sags."""
    if piece.height > settings.prior_scrap:
        return False
    off = np.abs(xs - piece.left), np.abs(xs - piece.right)
    apart = int(off[0].argmin()) != int(off[1].argmin())
    return apart and max(float(side.min()) for side in off) <= settings.hem


def strokes_in_words(frame: Frame, print_: Sequence[Box], settings: GridSettings) -> tuple[int, ...]:
    """Return the column lines that may be strokes of words: amid one wherever they show, in few rows.

    Labels set in the middle have a bracket, or a character, below one another in several rows.  `print_` are
    the boxes of pieces of print in points.
    """
    seen = frame.down >= settings.edge_cover
    most = settings.word_rows * seen.shape[1]
    usual = float(np.median([box.height for box in print_ if box.height >= settings.reach] or [0.0]))
    signs = [box for box in print_ if box.height <= settings.prior_tall * usual]
    rows = [
        [box for box in signs if top < box.center[1] < bottom] for top, bottom in pairwise(frame.ys.tolist())
    ]
    return tuple(
        line
        for line in range(1, len(frame.xs) - 1)
        if seen[line].sum() <= most
        and all(_is_in_word(float(frame.xs[line]), rows[row], settings) for row in np.flatnonzero(seen[line]))
    )


def _is_in_word(x: float, print_: Sequence[Box], settings: GridSettings) -> bool:
    """Tell whether print stands on both sides of a line in a row, no farther than a character is wide.

    A bracket has half of that before it.
    """
    em = max((box.height for box in print_), default=0.0)
    before = any(x - em <= box.right and box.left < x - settings.snap for box in print_)
    return before and any(box.left <= x + em and box.right > x + settings.snap for box in print_)


def _is_signs(
    frame: Frame,
    line: int,
    seen: NDArray[np.bool_],
    rows: Sequence[Sequence[Box]],
    settings: GridSettings,
) -> bool:
    """Tell whether a column line is lone digits: others stand on it in most other rows, nothing beside it.

    In a low row a digit goes from rule to rule and passes for a piece of one.  `rows` are the print in each.
    """
    left, x, right = frame.xs[line - 1 : line + 2].tolist()
    across: list[bool] = []
    for is_seen, print_ in zip(seen.tolist(), rows, strict=True):
        beside = [box for box in print_ if left < box.center[0] < right]
        if not is_seen and beside:
            across.append(any(box.left < x < box.right for box in beside))
        if is_seen and any(abs(box.center[0] - x) > 2 * settings.hem for box in beside):
            return False
    return sum(across) > max(int(seen.sum()), len(across) / 2)


def _is_hemmed(frame: Frame, line: int, beside: Sequence[Box], settings: GridSettings) -> bool:
    """Tell whether a row's print lies close to a column line on both sides, or none fits before it.

    A label begins close to the side of its cell: nothing stands between that and its first stroke.
    """
    side, x = frame.xs[line - 1 : line + 1].tolist()
    before = any(abs(box.right - x) <= settings.hem and box.left < x for box in beside)
    after = any(abs(box.left - x) <= settings.hem and box.right > x for box in beside)
    bare = not any(side < box.center[0] < x - settings.hem for box in beside)
    return (before and after) or (bare and x - side <= settings.indented)


def _without_slivers(frame: Frame, settings: GridSettings) -> Lines:
    """Return the column lines with two made one where they are one that wanders.

    They stand closer than any cell is wide, and no row shows both.
    """
    seen = frame.down >= settings.edge_cover
    xs: list[float] = []
    for line, x in enumerate(frame.xs.tolist()):
        near = bool(xs) and x - float(frame.xs[line - 1]) <= settings.sliver
        if near and not (seen[line] & seen[line - 1]).any():
            xs[-1] = (xs[-1] + x) / 2
        else:
            xs.append(x)
    return np.array(xs)
