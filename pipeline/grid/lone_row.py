"""A row of figures that a page break left by itself between two rules: its words show its columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.grid.words import lines_of
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings


def verticals_in_row(row: Box, words: Sequence[Box], em: float, settings: GridSettings) -> tuple[Rule, ...]:
    """Return rules where a lone row of many narrow `words` has its columns, sides included; none for others.

    Where the words stand in columns of one width, some may be blank; else each has a column of its own.
    """
    em = max(em, settings.least_print)  # dashes alone have no height
    # What lies on a rule is a scrap of it.
    inside = (word for word in words if row.top < word.top and word.bottom < row.bottom)
    held = sorted(inside, key=lambda word: word.left)
    if len(held) < settings.lone_row or len(lines_of(held)) > 1:
        return ()
    if any(word.width > settings.figure_width * em for word in held):
        return ()
    if any(after.left - before.right < settings.word_gap * em for before, after in pairwise(held)):
        return ()
    inner = _even(row, held, settings) or tuple(
        (before.right + after.left) / 2 for before, after in pairwise(held)
    )
    return tuple(Rule("vertical", x, row.top, row.bottom) for x in (row.left, *inner, row.right))


def _even(row: Box, words: Sequence[Box], settings: GridSettings) -> tuple[float, ...]:
    """Return the lines between columns of one width, the fewest, each with a word in its middle or blank."""
    for count in range(len(words), 2 * len(words)):
        pitch = row.width / count
        places = [(word.center[0] - row.left) / pitch for word in words]
        own = {int(place) for place in places}
        off = max(abs(place - int(place) - 0.5) for place in places)
        if len(own) == len(words) and off <= settings.off_pitch:
            return tuple(row.left + k * pitch for k in range(1, count))
    return ()
