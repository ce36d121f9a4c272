"""Words one below another that may be one label, and those of them that are the form's, in its order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.form.align import Claim, align
from pipeline.form.labels import SURE_BEGINNING, beginning, best_similarity, normalize
from pipeline.model import Box, Glyph, bounding_box
from pipeline.settings import FormSettings


@dataclass(frozen=True, slots=True)
class Stack:
    """Words that may be one label: lines from the top down, each over the next."""

    words: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return bounding_box(word.box for word in self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """A stack that is item `item` of what was looked for, and how alike they are (0..1)."""

    item: int
    stack: Stack
    score: float


def stacks_of(words: Sequence[Glyph], em: float, settings: FormSettings) -> tuple[Stack, ...]:
    """Return every run of lines one below another, as close as those of one label; single lines, too.

    A line is a word, or several beside one another: quotation marks leave much white.
    """
    ordered = sorted(words, key=lambda word: word.box.left)
    runs = (run for word in words for run in _beside(word, ordered, em, settings))
    lines = sorted((_TextLine(run, Stack(run).box) for run in runs), key=lambda line: line.box.top)
    return tuple(stack for line in lines for stack in _runs(line, lines, em, settings))


@dataclass(frozen=True, slots=True)
class _TextLine:
    words: tuple[Glyph, ...]
    box: Box


def _beside(
    word: Glyph, ordered: Sequence[Glyph], em: float, settings: FormSettings
) -> Iterator[tuple[Glyph, ...]]:
    """Yield a word alone, and with those that follow it on its line."""
    run: tuple[Glyph, ...] = (word,)
    while len(run) <= settings.label_words:
        yield run
        last = run[-1].box
        if is_figure_like(run[-1].text):
            return
        start = bisect_left(ordered, last.right, key=lambda other: other.box.left)
        stop = bisect_right(ordered, last.right + settings.label_gap * em, key=lambda other: other.box.left)
        near = (other for other in ordered[start:stop] if _on_level(other.box, last))
        following = next(near, None)
        if following is None:
            return
        run = (*run, following)


def _on_level(one: Box, other: Box) -> bool:
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    return common > min(one.height, other.height) / 2


def is_figure_like(text: str) -> bool:
    """Return whether a word may be a figure or a piece of one: it has no Chinese character but 无."""
    return not any("\u3400" <= c <= "\u9fff" and c != "无" for c in text)


def _runs(line: _TextLine, lines: Sequence[_TextLine], em: float, settings: FormSettings) -> Iterator[Stack]:
    runs = {line.words: line}
    for _ in range(settings.label_lines):
        yield from map(Stack, runs)
        runs = {
            (*run, *following.words): following
            for run, last in runs.items()
            for following in _below(last.box, lines, em, settings)
        }


def _below(own: Box, lines: Sequence[_TextLine], em: float, settings: FormSettings) -> tuple[_TextLine, ...]:
    """Return the next line under one that is near enough, of those there the one best aligned with it.

    It comes with every other that begins with the same word: a mark's white may end it, or the white between
    two columns not.
    """
    start = bisect_left(lines, own.center[1], key=lambda line: line.box.top)
    stop = bisect_right(lines, own.bottom + settings.label_line * em, key=lambda line: line.box.top)
    near = [
        line
        for line in lines[start:stop]
        if line.box.center[1] > own.bottom and _shared(own, line.box) >= min(own.width, line.box.width) / 2
    ]
    level = [line for line in near if line.box.top < near[0].box.top + em / 2]
    best = min(level, key=lambda line: _misaligned(own, line.box), default=None)
    return tuple(line for line in level if best and line.words[0] is best.words[0])


def _misaligned(one: Box, other: Box) -> float:
    """Return by how much two lines differ where they begin, or in their middles."""
    return min(abs(one.left - other.left), abs(one.center[0] - other.center[0]))


def _shared(one: Box, other: Box) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def in_order(
    stacks: Sequence[Stack],
    labels: Sequence[Sequence[str]],
    settings: FormSettings,
    lanes: Sequence[tuple[float, float] | None] = (),
) -> tuple[Found, ...]:
    """Return the stacks that are the `labels`, in their order down the page: the most alike of all.

    Each label comes with its other wordings.  One that a page cuts is known by its beginning.  Where
    its lane (from, to) is known, a stack that stands elsewhere is another's.
    """
    lanes = lanes or [None] * len(labels)
    marks = sorted({y for stack in stacks for y in _span(stack)})
    place = {y: i for i, y in enumerate(marks)}
    claims: dict[Claim, Found] = {}
    longest = max((len(normalize(text)) for label in labels for text in label), default=0)
    letters = [frozenset(normalize("".join(label))) for label in labels]
    for stack in stacks:
        text = normalize(stack.text)
        if not text or len(text) > settings.longer_label * longest:
            continue
        start, stop = (place[y] for y in _span(stack))
        for item, label in enumerate(labels):
            lane = lanes[item]
            if lane and not lane[0] <= stack.box.center[0] <= lane[1]:
                continue
            # Texts that share few characters are not alike, whatever their order.
            if 2 * len(letters[item].intersection(text)) < len(frozenset(text)):
                continue
            score = _score(stack.text, label, settings)
            if score >= settings.cut_label * SURE_BEGINNING:
                claims[Claim(start, stop, item, score)] = Found(item, stack, score)
    chosen = align(tuple(claims), len(marks), len(labels))
    return tuple(claims[claim] for claim in chosen)


def _score(text: str, label: Sequence[str], settings: FormSettings) -> float:
    whole = best_similarity(text, label)
    if whole >= settings.sure_label:
        return whole
    return settings.cut_label * beginning(text, label)


def _span(stack: Stack) -> tuple[float, float]:
    """Return where a stack's print is for certain: boxes of characters reach beyond it, into one another."""
    box = stack.box
    margin = min(word.box.height for word in stack.words) / 4
    return box.top + margin, box.bottom - margin
