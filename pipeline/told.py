"""Tables that the form's own words tell, beside those that rules show: words → outlines → grids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pipeline.form import WordedTable, find_worded, is_piece, shows_form
from pipeline.grid import RuledGrid, grid_of, is_inferred, parted, without_scraps, words_by_line
from pipeline.model import Box, Glyph, Rule
from pipeline.settings import Settings

Texts = Callable[[Sequence[Box]], Sequence[str]]
"""Returns what the words in boxes say."""


def with_told(
    grids: Sequence[RuledGrid],
    rules: Iterable[Rule],
    printed: Iterable[Box],
    texts: Texts,
    page: int,
    settings: Settings,
    doubted: Sequence[RuledGrid] = (),
) -> tuple[RuledGrid, ...]:
    """Return a page's grids with those of the form that only its words tell, from the top.

    They go before grids of which no rule told the columns, but for those with just the form's cells and as
    many, and before those `doubted`; any other grid stands, and what is in it is not looked at.  `printed`
    are the boxes of the page's print in points.
    """
    sure = [grid for grid in grids if not is_inferred(grid) and grid not in doubted]
    outside = [box for box in printed if not any(grid.box.contains(*box.center) for grid in sure)]
    rules = tuple(rules)
    boxes = words_by_line(without_scraps(outside, rules, settings.grid), settings.grid)
    if len(boxes) > settings.form.most_words:
        return tuple(grids)
    words = [Glyph(text, box) for text, box in zip(texts(boxes), boxes, strict=True) if text]
    if not shows_form(word.text for word in words):
        return tuple(grids)
    outlines = [table.outlines for table in _worded(words, outside, settings)]
    told = [grid for each in outlines if (grid := grid_of(each, rules, page, settings.grid))]
    told = [grid for grid in told if not _meets(grid, sure)]
    for whole in (g for g in grids if g not in sure and g not in doubted and is_piece(g.grid)):
        met = [grid for grid in told if _meets(grid, [whole])]
        if len(met) == 1 and len(met[0].grid.cells) <= len(whole.grid.cells):
            told.remove(met[0])
    kept = [grid for grid in grids if not _meets(grid, told)]
    return tuple(sorted((*kept, *told), key=lambda grid: grid.box.top))


def _worded(words: Sequence[Glyph], pieces: Sequence[Box], settings: Settings) -> list[WordedTable]:
    """Return the tables that words tell; those they do not, as told by words parted at every space.

    Names of columns that stand close are one word: figures below part them, a blank row does not.
    """
    found = find_worded(words, settings.form)
    parts = [part for word in words for part in parted(word, pieces, settings.grid)]
    again = find_worded(parts, settings.form) if len(parts) > len(words) else ()
    known = {table.kind for table in found}
    return [*found, *(table for table in again if table.kind not in known)]


def _meets(grid: RuledGrid, others: Iterable[RuledGrid]) -> bool:
    return any(grid.box.overlap(other.box) > 0 for other in others)
