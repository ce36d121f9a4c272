"""Tables whose sides no rule closes: long horizontal rules, one below another, of one width.

A three-line table, or one printed without verticals or without outer borders, shows itself as such a
ladder.  The words between its rungs tell whether it is a table, and where its columns are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pipeline.grid.region import joined, split_axes
from pipeline.grid.words import WordLine, lines_of, pieces_in, usual_height, words_of
from pipeline.model import Box, Rule
from pipeline.settings import GridSettings


@dataclass(frozen=True, slots=True)
class Ladder:
    """Horizontal rules of a table from the top, the vertical ones among them, and the extent of all."""

    rungs: tuple[Rule, ...]
    verticals: tuple[Rule, ...]
    box: Box


def find_ladders(rules: Iterable[Rule], print_: Sequence[Box], settings: GridSettings) -> tuple[Ladder, ...]:
    """Return the ladders without sides, from the top: those of tables with sides are none.

    `print_` are the boxes of characters or of pieces of them: prose parts two tables.
    """
    horizontal, vertical = split_axes(joined(rules, settings))
    long = _bridged([r for r in horizontal if r.length >= settings.seed], vertical, settings)
    stacks = [_trimmed(stack, settings) for stack in _stacks(long, settings)]
    ladders = [_with_verticals(s, vertical, settings) for s in stacks if len(s) >= settings.rungs]
    combs = [c for s in stacks if len(s) == 1 and (c := _comb(s[0], vertical, settings))]
    open_ = [ladder for ladder in ladders if not _has_side(ladder, settings)]
    if not open_:
        return tuple(combs)
    parts = (part for ladder in open_ for part in _parted(ladder, print_, settings))
    found = (_with_verticals(part, vertical, settings) for part in parts if len(part) >= settings.rungs)
    return (*(ladder for ladder in found if not _has_side(ladder, settings)), *combs)


def _bridged(rules: Sequence[Rule], vertical: Sequence[Rule], settings: GridSettings) -> list[Rule]:
    """Return horizontal rules with the pieces of a worn one made one: a vertical goes on between them.

    Tables that stand side by side have none there.
    """
    result: list[Rule] = []
    for rule in sorted(rules, key=lambda r: r.start):
        before = next((r for r in reversed(result) if _goes_on(r, rule, vertical, settings)), None)
        if before is None:
            result.append(rule)
        else:
            result[result.index(before)] = replace(before, end=max(before.end, rule.end))
    return sorted(result, key=lambda r: (r.position, r.start))


def _goes_on(piece: Rule, other: Rule, vertical: Sequence[Rule], settings: GridSettings) -> bool:
    if abs(piece.position - other.position) > settings.snap:
        return False
    return other.start - piece.end <= settings.gap or any(
        piece.end < v.position < other.start and v.start < piece.position < v.end for v in vertical
    )


def _comb(rung: Rule, vertical: Sequence[Rule], settings: GridSettings) -> Ladder | None:
    """Return the row or two that a page break left of a table without sides: most verticals reach as far."""
    near = settings.touch
    met = [
        v
        for v in vertical
        if v.start - near <= rung.position <= v.end + near
        and rung.start - settings.reach <= v.position <= rung.end + settings.reach
    ]
    if len(met) < settings.comb:
        return None
    top, bottom = (float(np.median(ends)) for ends in ([v.start for v in met], [v.end for v in met]))
    within = [v for v in met if v.start >= top - near and v.end <= bottom + near]
    teeth = sum(v.start <= top + near and v.end >= bottom - near for v in within)
    ladder = Ladder((rung,), tuple(within), Box(rung.start, top, rung.end, bottom))
    return ladder if teeth >= settings.comb and not _ends_at_sides(ladder, settings) else None


def along(verticals: Iterable[Rule], edge: float, settings: GridSettings) -> list[Rule]:
    """Return the verticals that lie along a side of a table."""
    return [v for v in verticals if abs(v.position - edge) <= settings.reach]


def _ends_at_sides(ladder: Ladder, settings: GridSettings) -> bool:
    return any(along(ladder.verticals, edge, settings) for edge in (ladder.box.left, ladder.box.right))


def _parted(ladder: Ladder, print_: Sequence[Box], settings: GridSettings) -> Iterator[Sequence[Rule]]:
    """Yield the rungs of a ladder by tables: prose parts them, below a rung as wide as all, or open ends.

    Beside a shorter rung stands the text of a cell that is several rows high.
    """
    inside = pieces_in(ladder.box, print_)
    usual = usual_height(inside)
    lines = [_without_specks(line, usual, settings) for line in lines_of(words_of(inside, usual, settings))]
    start = 0
    for index, (upper, lower) in enumerate(pairwise(ladder.rungs), start=1):
        # What verticals run beside belongs to a table.
        top = max([upper.position, *(v.end for v in ladder.verticals if v.start <= upper.position)])
        bottom = min([lower.position, *(v.start for v in ladder.verticals if v.end >= lower.position)])
        between = [
            line
            for line in lines
            if _lies_between(line.box, top, bottom, settings) and not _is_speck(line.box, usual, settings)
        ]
        whole = upper.length >= ladder.box.width - 2 * settings.reach
        prose = whole and between and _is_prose(between, ladder.box, usual, settings)
        if prose or _ends_between(upper, lower, top, bottom, ladder.verticals, settings):
            yield ladder.rungs[start:index]
            start = index
    yield ladder.rungs[start:]


def _ends_between(
    upper: Rule, lower: Rule, top: float, bottom: float, verticals: Sequence[Rule], settings: GridSettings
) -> bool:
    """Tell whether verticals hang down from one rung, others stand up from the next, and never meet.

    A table ends there that no rule closes below, and one begins that none closes above.  Worn ones end here
    and there: of both, two end as far.
    """
    hanging = sum(abs(v.end - top) <= settings.touch for v in verticals)
    standing = sum(abs(v.start - bottom) <= settings.touch for v in verticals)
    clear = top > upper.position + settings.reach and bottom < lower.position - settings.reach
    several = hanging + standing >= settings.open_ends and min(hanging, standing) > 0
    return clear and bottom - top > settings.reach and several


def _lies_between(line: Box, top: float, bottom: float, settings: GridSettings) -> bool:
    """Tell whether a line stands between two rungs; the text of a taller cell stands across one."""
    return top - settings.touch <= line.top and line.bottom <= bottom + settings.touch


def _is_speck(line: Box, usual: float, settings: GridSettings) -> bool:
    """Tell dirt by itself on a line from print."""
    return max(line.width, line.height) < settings.lone_dirt * usual


def _without_specks(line: WordLine, usual: float, settings: GridSettings) -> WordLine:
    """Return a line without dirt that stands alone on its level: the white beside it parts no cells."""

    def is_lone(index: int) -> bool:
        beside = (line.words[i] for i in (index - 1, index + 1) if 0 <= i < len(line.words))
        word = line.words[index]
        nearest = min(max(other.left - word.right, word.left - other.right) for other in beside)
        return nearest > settings.text_gap * usual

    specks = [i for i, word in enumerate(line.words) if _is_speck(word, usual, settings)]
    lone = [i for i in specks if len(line.words) > 1 and is_lone(i)]
    kept = tuple(word for i, word in enumerate(line.words) if i not in lone)
    return WordLine(kept) if kept else line


def _is_prose(lines: Sequence[WordLine], box: Box, usual: float, settings: GridSettings) -> bool:
    """Tell whether lines are a text between two tables: long ones, several without any columns, a heading."""
    texts = [line for line in lines if line.is_text(usual, settings)]
    if any(line.box.width > settings.prose_width * box.width for line in texts):
        return True
    if len(lines) == 1:
        return bool(texts) and _is_heading(lines[0].box, box, usual, settings)
    return len(texts) == len(lines)


def _is_heading(line: Box, box: Box, usual: float, settings: GridSettings) -> bool:
    """Tell a heading from the title of a table's block, which is centred, and from a label at its left."""
    indented = line.left - box.left >= settings.indent * usual
    centred = abs(line.center[0] - box.center[0]) <= settings.centred * box.width
    wide = line.width >= settings.heading_width * box.width
    large = line.height >= settings.heading_height * usual
    larger = line.height >= settings.larger_heading * usual
    return not centred and ((indented and (large or wide)) or (larger and wide))


def _stacks(rules: Sequence[Rule], settings: GridSettings) -> list[list[Rule]]:
    """Gather rules that lie below one another, nearer than a row of a table is high."""
    stacks: list[list[Rule]] = []
    for rule in rules:
        home = next((s for s in reversed(stacks) if _belongs(rule, s, settings)), None)
        if home is None:
            stacks.append([rule])
        else:
            home.append(rule)
    return stacks


def _belongs(rule: Rule, stack: Sequence[Rule], settings: GridSettings) -> bool:
    left, right = min(r.start for r in stack), max(r.end for r in stack)
    within = rule.start >= left - settings.reach and rule.end <= right + settings.reach
    around = rule.start <= left + settings.reach and rule.end >= right - settings.reach
    return (within or around) and rule.position - stack[-1].position <= settings.rung_gap


def _trimmed(stack: Sequence[Rule], settings: GridSettings) -> list[Rule]:
    """Return a stack without what lies above and below its first and last rung: underlines."""
    width = max(r.length for r in stack)
    whole = [r for r in stack if r.length >= width - 2 * settings.reach]
    left, right = min(r.start for r in whole), max(r.end for r in whole)

    def is_rung(rule: Rule) -> bool:
        return min(abs(rule.start - left), abs(rule.end - right)) <= settings.reach

    def is_alike(rule: Rule, other: Rule) -> bool:
        return max(abs(rule.start - other.start), abs(rule.end - other.end)) <= settings.reach

    places = [i for i, rule in enumerate(stack) if is_rung(rule)]
    first, last = places[0], places[-1]
    # A page that is not quite straight narrows to its end, rung by rung.
    while first > 0 and is_alike(stack[first - 1], stack[first]):
        first -= 1
    while last + 1 < len(stack) and is_alike(stack[last], stack[last + 1]):
        last += 1
    return list(stack[first : last + 1])


def _with_verticals(rungs: Sequence[Rule], vertical: Sequence[Rule], settings: GridSettings) -> Ladder:
    left, right = min(r.start for r in rungs), max(r.end for r in rungs)
    top, bottom = rungs[0].position, rungs[-1].position
    reach = settings.reach
    near = [
        v
        for v in vertical
        if left - reach <= v.position <= right + reach and v.start <= bottom + reach and v.end >= top - reach
    ]
    held = [v for v in near if _is_held(v, rungs, settings)]
    inside = (*held, *(v for v in near if v not in held and _hangs(v, held, (top, bottom), settings)))
    top = min([top, *(v.start for v in inside)])
    bottom = max([bottom, *(v.end for v in inside)])
    return Ladder(tuple(rungs), inside, Box(left, top, right, bottom))


def _is_held(vertical: Rule, rungs: Sequence[Rule], settings: GridSettings) -> bool:
    """Return whether a vertical runs from rung to rung, be their ends worn: strokes of characters do not."""
    met = [
        r.position
        for r in rungs
        if r.start - settings.gap <= vertical.position <= r.end + settings.gap
        and vertical.start - settings.touch <= r.position <= vertical.end + settings.touch
    ]
    return bool(met) and (vertical.length >= settings.seed or max(met) - min(met) > 2 * settings.touch)


def _hangs(vertical: Rule, held: Sequence[Rule], ends: tuple[float, float], settings: GridSettings) -> bool:
    """Return whether a vertical goes on above the first or below the last rung, on another one's line."""
    meets = min(abs(vertical.end - ends[0]), abs(vertical.start - ends[1])) <= settings.touch
    return meets and any(abs(vertical.position - v.position) <= settings.snap for v in held)


def _has_side(ladder: Ladder, settings: GridSettings) -> bool:
    """Return whether a rule closes the left or the right side of most of a ladder."""
    for edge in (ladder.box.left, ladder.box.right):
        covered = sum(v.length for v in along(ladder.verticals, edge, settings))
        if covered >= settings.edge_cover * (ladder.rungs[-1].position - ladder.rungs[0].position):
            return True
    return False
