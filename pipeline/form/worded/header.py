"""A header of several levels, found by the names on all but its last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.form.edition import FormBlock
from pipeline.form.labels import best_similarity
from pipeline.form.worded.lanes import Extent
from pipeline.form.worded.page import PageWords
from pipeline.form.worded.stacks import Stack, is_figure_like
from pipeline.model import Box, Glyph
from pipeline.settings import FormSettings

REST_REACH = 3  # em from a header that a page break cut to its figures, and to what its page has above it


@dataclass(frozen=True, slots=True)
class Header:
    """A header found on the page: where each level has its print, and the words of its last one.

    `lost` are the levels that are not on the page, the first ones: they stand at the foot of the one before.
    """

    extents: tuple[Extent, ...]
    leaves: tuple[Box, ...]
    lost: int = 0

    @property
    def bottom(self) -> float:
        return self.extents[-1][1]


def header_of(
    block: FormBlock, words: Sequence[Glyph], first: Box | None, view: PageWords, settings: FormSettings
) -> Header | None:
    """Return the header of several levels above the first row, None where there is none on the page.

    A page break may have parted it: its first levels are lost then, and all names of the next one are sure.
    """
    depth = max(len(column.path) for column in block.columns)
    above = [w for w in words if first is None or w.box.center[1] < first.center[1] - view.em / 4]
    outer = [outer_names(block, level) for level in range(depth - 1)]
    levels = [_level(view, names, above, settings) for names in outer]
    lost = next((k for k, level in enumerate(levels) if level), depth)
    if not all(levels[lost:]) or lost == depth:
        return None
    found = [lowest([stack.box for stack in level], view.em) for level in levels[lost:]]
    sure = likest(levels[lost], outer[lost], settings.sure_label)
    header = _with_leaves(found, above, lost)
    if header is None or not lost:
        return header
    # Names that a page begins with are a header's rest where all of them stand in one line above figures.
    top = header.extents[0][0]
    begins = not any(top - REST_REACH * view.em < word.box.bottom < top for word in words)
    near = first is not None and first.top - header.bottom <= REST_REACH * view.em
    return header if begins and near and len(sure) == len(found[0]) == len(outer[lost]) else None


def _with_leaves(levels: Sequence[Sequence[Box]], above: Sequence[Glyph], lost: int) -> Header | None:
    """Return the header of the levels found with what else is on it: the words of its last one."""
    top = min(box.top for box in levels[0])
    inside = [w for w in above if w.box.bottom > top and not is_figure_like(w.text)]
    spanning = [box for level in levels for box in level]
    leaves = [w.box for w in inside if not any(box.contains(*w.box.center) for box in spanning)]
    if not leaves:
        return None
    bottom = max(box.bottom for box in leaves)
    lower = [min(box.top for box in level) for level in levels[1:]]
    upper = [max(box.bottom for box in level) for level in levels]
    full = [box.top for box in leaves if box.center[1] > upper[-1]]
    starts = [top, *lower, min(full, default=upper[-1])]
    ends = [*upper, bottom]
    return Header(tuple(zip(starts, ends, strict=True)), tuple(leaves), lost)


def _level(
    view: PageWords, names: Sequence[str], words: Sequence[Glyph], settings: FormSettings
) -> list[Stack]:
    """Return the names of a level among words; of a lone name the likest where none is sure."""
    held = {id(word) for word in words}
    own = [stack for stack in view.stacks if all(id(word) in held for word in stack.words)]
    sure = likest(own, names, settings.sure_label)
    if not sure and len(names) == 1:
        near = likest(own, names, settings.header_label)
        sure = sorted(near, key=lambda stack: best_similarity(stack.text, names))[-1:]
    return sure


def lowest(boxes: Sequence[Box], em: float) -> list[Box]:
    """Return the boxes on the lowest line of them: the sentence above a table has its names, too."""
    last = max(boxes, key=lambda box: box.bottom)
    return [box for box in boxes if box.bottom > last.top - em / 2]


def outer_names(block: FormBlock, level: int) -> tuple[str, ...]:
    """Return the names on a level of a block's header that stand over others."""
    return tuple(dict.fromkeys(c.path[level] for c in block.columns if len(c.path) > level + 1))


def named(view: PageWords, names: Sequence[str], settings: FormSettings) -> list[Stack]:
    """Return the stacks that have one of the names."""
    return likest(view.stacks, names, settings.sure_label)


def likest(stacks: Sequence[Stack], names: Sequence[str], least: float) -> list[Stack]:
    """Return the stacks so like one of the names, of those that share a word the one most like it."""
    scored = [(best_similarity(stack.text, names), stack) for stack in stacks]
    found: list[Stack] = []
    taken: set[int] = set()
    for score, stack in sorted(scored, key=lambda each: -each[0]):
        own = {id(word) for word in stack.words}
        if score >= least and not own & taken:
            found.append(stack)
            taken |= own
    return found
