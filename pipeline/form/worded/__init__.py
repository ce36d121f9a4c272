"""Tables of the form known by their words: where no rule, or none that parts rows or columns, is printed.

The labels tell the rows, their header and the figures themselves the columns.  Nothing is made of a table
whose labels do not follow one another as in the form, or whose columns the white does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.form.edition import FormKind, FormTable, editions
from pipeline.form.worded.blocks import in_blocks
from pipeline.form.worded.head import header_alone, header_beginning, names_alone
from pipeline.form.worded.labels import found_lines, lines_of
from pipeline.form.worded.nested import nested
from pipeline.form.worded.page import PageWords
from pipeline.form.worded.plain import unlabelled
from pipeline.form.worded.stacks import stacks_of
from pipeline.form.worded.vacant import vacant
from pipeline.model import Glyph, Outline
from pipeline.settings import FormSettings

__all__ = ["WordedTable", "find_worded"]


@dataclass(frozen=True, slots=True)
class WordedTable:
    """A table, or what a page has of it, as its words tell it: its stretches from the top."""

    kind: FormKind
    outlines: tuple[Outline, ...]
    score: float


def find_worded(words: Sequence[Glyph], settings: FormSettings) -> tuple[WordedTable, ...]:
    """Return the tables of the form that a page's words show, each in the edition it is most like.

    A word is a run of characters that no gap parts which a column could have; boxes in points.
    """
    if not words:
        return ()
    em = _usual_height(words)
    view = PageWords(tuple(words), stacks_of(words, em, settings), em)
    found: dict[FormKind, WordedTable] = {}
    for form in (table for edition in editions() for table in edition.tables):
        table = _laid(form, view, settings)
        if table and (form.kind not in found or table.score > found[form.kind].score):
            found[form.kind] = table
    return tuple(found.values())


def _usual_height(words: Sequence[Glyph]) -> float:
    """Return the height of a word, the median weighted by width: specks have none."""
    ordered = sorted(words, key=lambda word: word.box.height)
    passed = np.cumsum([word.box.width for word in ordered])
    return ordered[int(np.searchsorted(passed, passed[-1] / 2))].box.height


def _laid(form: FormTable, view: PageWords, settings: FormSettings) -> WordedTable | None:
    block, lines = form.blocks[0], lines_of(form)
    found = found_lines(lines, view, settings) if lines else ()
    if found and len(found) < settings.told_rows * (found[-1].item - found[0].item + 1):
        return None
    if len(form.blocks) > 1:
        outlines = in_blocks(form, lines, found, view)
    elif found:
        outlines = nested(form, lines, found, view, settings)
    else:
        if lines:
            whole = header_alone(block, view, settings)
        else:
            ways = (unlabelled, vacant, names_alone)
            whole = next((laid for way in ways if (laid := way(block, view, settings))), ())
        outlines = whole or header_beginning(block, view, settings)
    return WordedTable(form.kind, outlines, sum(each.score for each in found)) if outlines else None
