"""Pieces of print gathered into words and lines: what tells columns where no rule does.

A *word* here is a run of print that no gap parts which a column could have: a label, a figure.  All lengths
are points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Box, Glyph, Rule, bounding_box
from pipeline.settings import GridSettings

Flags = NDArray[np.bool_]

PART_OF_WORD = 0.8  # share of a piece's area that lies in a word of which it is a part


@dataclass(frozen=True, slots=True)
class WordLine:
    """The words on one level, from the left."""

    words: tuple[Box, ...]

    @property
    def box(self) -> Box:
        return bounding_box(self.words)

    def is_text(self, em: float, settings: GridSettings) -> bool:
        """Tell a line of running text, parted by its punctuation alone, from cells beside one another."""
        em = max(em, self.box.height)
        mean = sum(word.width for word in self.words) / len(self.words)
        return self.widest_gap <= settings.text_gap * em and mean >= settings.text_run * em

    @property
    def widest_gap(self) -> float:
        """Return the widest white between two of its words, 0.0 where there is one word."""
        return max((after.left - before.right for before, after in pairwise(self.words)), default=0.0)

    @property
    def middle(self) -> float:
        return max(self.words, key=lambda word: word.height).center[1]


def usual_height(boxes: Sequence[Box]) -> float:
    """Return the height of a line of print: the upper quartile, weighted by width; 0.0 for no boxes."""
    if not boxes:
        return 0.0
    ordered = sorted(boxes, key=lambda b: b.height)
    passed = np.cumsum([b.width for b in ordered])
    return ordered[int(np.searchsorted(passed, 0.75 * passed[-1]))].height


def pieces_in(box: Box, pieces: Iterable[Box]) -> tuple[Box, ...]:
    """Return the pieces of print whose middles lie in a box."""
    return tuple(piece for piece in pieces if box.contains(*piece.center))


def words_of(pieces: Sequence[Box], em: float, settings: GridSettings) -> tuple[Box, ...]:
    """Return the words that pieces of print (characters, or parts of them) make, in no order; no specks.

    `em` is the height of a line of print there.
    """
    ordered = sorted(pieces, key=lambda b: b.left)
    owner = np.arange(len(ordered))
    edges = np.array([(b.left, b.top, b.right, b.bottom) for b in ordered])
    for index, (_, top, right, bottom) in enumerate(edges):
        reach = right + settings.word_gap * em
        stop = int(np.searchsorted(edges[:, 0], reach, side="right"))
        after = edges[index + 1 : stop]
        shared = np.minimum(after[:, 3], bottom) - np.maximum(after[:, 1], top)
        least = np.minimum(after[:, 3] - after[:, 1], bottom - top)
        for other in np.flatnonzero(shared >= settings.level * least) + index + 1:
            _unite(owner, index, int(other))
    groups: dict[int, list[Box]] = {}
    for index, box in enumerate(ordered):
        groups.setdefault(_root(owner, index), []).append(box)
    words = (bounding_box(group) for group in groups.values())
    return tuple(word for word in words if max(word.width, word.height) >= settings.dirt * em)


def words_by_line(pieces: Sequence[Box], settings: GridSettings) -> tuple[Box, ...]:
    """Return the words that pieces of print make where print of several heights stands on a page.

    The height of a line of print is taken from each line by itself; pieces of a line one over another are of
    one character.  Large print (a title, a note by hand) is gathered apart, with the small parts of its
    characters: it reaches over several lines.  Scraps are left out.
    """
    usual = usual_height(pieces)
    print_ = [p for p in pieces if not _is_scrap(p, usual, settings)]
    large = [p for p in print_ if p.height > settings.large_print * usual]
    titles = [word for word in _in_lines(large, settings) if word.width >= settings.large_word * word.height]
    rest = [p for p in print_ if p not in large and not any(_is_part(p, title) for title in titles)]
    return _whole((*titles, *_in_lines(rest, settings)))


def _whole(words: Sequence[Box]) -> tuple[Box, ...]:
    """Return words with those that lie in a larger one made one with it: parts of its characters.

    Where cells side by side have their lines on different levels, the line of one takes them from another.
    """
    ordered = sorted(words, key=lambda box: -box.area)
    found = np.zeros((len(ordered), 4))
    count = 0
    for word in ordered:
        edges = np.array([word.left, word.top, word.right, word.bottom])
        low = np.maximum(found[:count, :2], edges[:2])
        inside = np.clip(np.minimum(found[:count, 2:], edges[2:]) - low, 0.0, None).prod(axis=1)
        home = np.flatnonzero(inside >= PART_OF_WORD * word.area)
        if word.area and len(home):
            larger = found[home[0]]
            found[home[0]] = *np.minimum(larger[:2], edges[:2]), *np.maximum(larger[2:], edges[2:])
        else:
            found[count] = edges
            count += 1
    return tuple(Box(*map(float, edges)) for edges in found[:count])


def parted(word: Glyph, pieces: Iterable[Box], settings: GridSettings) -> tuple[Glyph, ...]:
    """Return the words that one is where its print has white as wide as a space.

    The word itself where its text does not tell what stands between the whites: it has as many characters
    as there is room for, or as many spaces.
    """
    height = word.box.height
    runs: list[Box] = []
    for piece in sorted(pieces_in(word.box, pieces), key=lambda box: box.left):
        if runs and piece.left - runs[-1].right < settings.space_gap * height:
            runs[-1] = bounding_box((runs[-1], piece))
        else:
            runs.append(piece)
    spaced = word.text.split()
    texts = _by_room("".join(spaced), [round(run.width / run.height) for run in runs]) or spaced
    return tuple(map(Glyph, texts, runs)) if 1 < len(texts) == len(runs) else (word,)


def _by_room(text: str, counts: Sequence[int]) -> list[str]:
    """Return a text cut after so many characters each time; none where that is not all of it."""
    ends = [0, *accumulate(counts)]
    return [text[start:stop] for start, stop in pairwise(ends)] if ends[-1] == len(text) else []


def without_scraps(pieces: Sequence[Box], rules: Iterable[Rule], settings: GridSettings) -> tuple[Box, ...]:
    """Return the pieces of print but for flat ones on the line of a horizontal rule: its own, broken off.

    A dash that stands for a figure is amid its row, where no rule runs.
    """
    flat = settings.flat_scrap * usual_height(pieces)
    long = (r for r in rules if r.axis == "horizontal" and r.length >= settings.seed)  # no stroke of print
    levels = np.sort([rule.position for rule in long])

    def is_scrap(piece: Box) -> bool:
        near = np.searchsorted(levels, (piece.top - settings.snap, piece.bottom + settings.snap))
        return piece.height <= flat and bool(near[0] < near[1])

    return tuple(piece for piece in pieces if not is_scrap(piece))


def _in_lines(pieces: Iterable[Box], settings: GridSettings) -> Iterator[Box]:
    for line in lines_of(pieces):
        words: list[Box] = []
        for word in sorted(words_of(line.words, usual_height(line.words), settings)):
            if words and word.left < words[-1].right:
                words[-1] = bounding_box((words[-1], word))
            else:
                words.append(word)
        yield from words


def _is_scrap(piece: Box, usual: float, settings: GridSettings) -> bool:
    """Return whether a piece is the edge of a sheet or of a rule: taller than print is, and narrow."""
    return piece.height > max(settings.tall_scrap * usual, settings.narrow_scrap * piece.width)


def _is_part(piece: Box, word: Box) -> bool:
    """Return whether a piece lies in a word, or on its level and no farther from it than a character."""
    aside = max(word.left - piece.right, piece.left - word.right)
    level = piece.top >= word.top and piece.bottom <= word.bottom
    return word.contains(*piece.center) or (level and aside <= word.height)


def _root(owner: NDArray[np.int64], index: int) -> int:
    while owner[index] != index:
        owner[index] = owner[owner[index]]
        index = int(owner[index])
    return index


def _unite(owner: NDArray[np.int64], one: int, other: int) -> None:
    owner[_root(owner, one)] = _root(owner, other)


def lines_of(words: Iterable[Box]) -> tuple[WordLine, ...]:
    """Return the words by lines, from the top: the tallest word of a line says how far it reaches."""
    lines: list[list[Box]] = []
    for word in sorted(words, key=lambda b: -b.height):
        home = next((ln for ln in lines if ln[0].top <= word.center[1] <= ln[0].bottom), None)
        if home is None:
            lines.append([word])
        else:
            home.append(word)
    found = (WordLine(tuple(sorted(line, key=lambda b: b.left))) for line in lines)
    return tuple(sorted(found, key=lambda line: line.middle))
