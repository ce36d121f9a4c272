"""The lines of a form table that the words of a page show: titles, headers of one level, rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.form.edition import FormTable
from pipeline.form.labels import best_similarity, normalize
from pipeline.form.worded.bands import on_lines
from pipeline.form.worded.lanes import Extent
from pipeline.form.worded.page import Line, PageWords
from pipeline.form.worded.stacks import Found, Stack, in_order, is_figure_like
from pipeline.model import Box, Glyph, bounding_box
from pipeline.settings import FormSettings

_CLOSING = frozenset("”’」』》〉）)】］]。，、；：,.;:\"'")
"""Marks that may stand alone on a label's last line; a dash or a slash there is a figure."""


def lines_of(form: FormTable) -> tuple[Line, ...]:
    """Return the lines of a form table that have words of their own, from the top; none without labels."""
    lines: list[Line] = []
    for b, block in enumerate(form.blocks):
        if block.title:
            lines.append(Line(b, None, (block.title,), title=True))
        if block.title and block.corner:
            lines.append(Line(b, None, block.corner))
        rows = ((r, row) for r, row in enumerate(block.rows) if row.path)
        lines += [Line(b, r, row.names, depth=len(row.path)) for r, row in rows]
    return tuple(lines)


def found_lines(lines: Sequence[Line], view: PageWords, settings: FormSettings) -> tuple[Found, ...]:
    """Return the labels of a table's lines on a page, in order, with those between that could not be read."""
    closed: dict[tuple[Glyph, ...], Stack] = {}
    for stack in view.stacks:
        if _closes(stack.words[-1]):
            closed.setdefault(stack.words[:-1], stack)
    found = tuple(_with_mark(each, closed) for each in _labels(lines, view, settings))
    return _filled(found, lines, view)


def _with_mark(found: Found, closed: Mapping[tuple[Glyph, ...], Stack]) -> Found:
    """Return a label with the mark that closes it on a line of its own, and without the one above it.

    Words are compared without marks; `closed` are the stacks that end with one, by the words before it.
    """
    words = found.stack.words
    if len(words) > 1 and _closes(words[0]):
        words = words[1:]
    return replace(found, stack=closed.get(words) or Stack(words))


def _closes(word: Glyph) -> bool:
    return all(c in _CLOSING for c in word.text)


def _labels(lines: Sequence[Line], view: PageWords, settings: FormSettings) -> tuple[Found, ...]:
    """Return the lines' labels; short ones, which columns have as well, left of where long ones end."""
    wanted = [line.texts for line in lines]
    long = [s for s in view.stacks if len(normalize(s.text)) >= settings.telling_label]
    first = [f for f in in_order(long, wanted, settings) if not lines[f.item].title]
    if not first:
        return ()
    edge = max(found.stack.box.right for found in first)
    titles = [line.texts[0] for line in lines if line.title]
    near = [
        s
        for s in view.stacks
        if s.box.center[0] <= edge or best_similarity(s.text, titles) >= settings.sure_label
    ]
    return _closed_up(in_order(near, wanted, settings, _lanes(lines, first, settings)), wanted)


def _lanes(lines: Sequence[Line], found: Sequence[Found], settings: FormSettings) -> list[Extent | None]:
    """Return from where to where the labels of each line's depth stand, as far as those surely found tell.

    The name of a group stands left of those of its rows, which may be the same but for their numbers.
    """
    sure = [each for each in found if each.score >= settings.sure_label]

    def lane(depth: int) -> Extent | None:
        own = [each.stack.box for each in sure if lines[each.item].depth == depth]
        return (min(box.left for box in own), max(box.right for box in own)) if depth > 1 and own else None

    return [lane(line.depth) for line in lines]


def _filled(found: Sequence[Found], lines: Sequence[Line], view: PageWords) -> tuple[Found, ...]:
    """Return what was found with the labels between that could not be read.

    They are where as many lines of words are, or of figures.
    """
    every = list(found[:1])
    edge = max((each.stack.box.right for each in found if not lines[each.item].title), default=0.0)
    for before, after in pairwise(found):
        missing = range(before.item + 1, after.item)
        between = [
            word
            for word in sorted(view.words, key=lambda w: w.box.center[1])
            if before.stack.box.bottom < word.box.center[1] < after.stack.box.top
        ]
        left = min(before.stack.box.left, after.stack.box.left)
        words = [w for w in between if left < w.box.right <= edge + view.em and not is_figure_like(w.text)]
        figures = [w for w in between if w.box.left > edge and is_figure_like(w.text)]
        for line_words in (words, figures):
            held = on_lines((word.box for word in line_words), view.em / 2)
            if missing and len(held) == len(missing):
                labels = (_beside_line(line, between, edge) for line in held)
                every += (Found(k, label, 0.0) for k, label in zip(missing, labels, strict=True))
                break
        every.append(after)
    return tuple(every)


def _beside_line(line: Sequence[Box], words: Iterable[Glyph], edge: float) -> Stack:
    """Return the label on a line: its last word before the figures, or blank paper there."""
    box = bounding_box(line)
    level = [w for w in words if w.box.center[0] <= edge and box.top <= w.box.center[1] <= box.bottom]
    blank = Glyph("", Box(edge - 1, box.top, edge, box.bottom))
    return Stack((max(level, key=lambda w: w.box.left, default=blank),))


def _closed_up(found: Sequence[Found], wanted: Sequence[Sequence[str]]) -> tuple[Found, ...]:
    """Return what was found with labels that several lines have put next to the following one."""
    after: Found | None = None
    settled: list[Found] = []
    for each in reversed(found):
        near = after.item - 1 if after else each.item
        after = replace(each, item=near) if wanted[near] == wanted[each.item] else each
        settled.append(after)
    return tuple(reversed(settled))
