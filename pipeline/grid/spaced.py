"""The verticals that a table does not print, told from the words between its rungs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.grid.lanes import Lane, common_places, find_lanes
from pipeline.model import Box, Rule, bounding_box
from pipeline.settings import GridSettings

Slots = tuple[int, int]
"""A run of slots of a band, the last one included."""


@dataclass(frozen=True, slots=True)
class _Band:
    """What lies between two neighbouring rungs."""

    top: float
    bottom: float
    words: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """Bands from `first` on that share their column lines, both sides of the table included."""

    first: int
    bands: tuple[_Band, ...]
    lines: tuple[float, ...]

    def slots(self, word: Box) -> Slots:
        """Return the slots that a word lies in."""
        inner = self.lines[1:-1]
        first = int(np.searchsorted(inner, word.left, side="right"))
        return first, max(first, int(np.searchsorted(inner, word.right, side="left")))

    def middle(self, slots: Slots) -> float:
        return (self.lines[slots[0]] + self.lines[slots[1] + 1]) / 2


def verticals_between(
    rungs: Sequence[Rule],
    levels: Sequence[float],
    box: Box,
    words: Sequence[Box],
    em: float,
    settings: GridSettings,
) -> tuple[Rule, ...]:
    """Return rules where a table without verticals has its columns, sides included.

    `levels` are the places of its rows' borders, from the top; `words` the print inside, `em` its height.
    None where the words stand in no columns.
    """
    bands = _bands(levels, words)
    blocks = _blocks(bands, rungs, box, em, settings)
    if not any(len(block.lines) > 2 for block in blocks):
        return ()
    rungs_of = _Rungs(rungs, levels, settings)
    inner = [rule for block in blocks for rule in _block_rules(block, rungs_of, em, settings)]
    sides = [Rule("vertical", x, levels[0], levels[-1]) for x in (box.left, box.right)]
    return (*sides, *inner)


def _bands(levels: Sequence[float], words: Sequence[Box]) -> list[_Band]:
    return [
        _Band(top, bottom, tuple(w for w in words if top <= w.center[1] < bottom))
        for top, bottom in pairwise(levels)
    ]


def is_title(words: Sequence[Box], box: Box, em: float, settings: GridSettings) -> bool:
    """Return whether the words of a band are one run alone, amid the table: the title of a block."""
    if not words:
        return False
    words = sorted(words, key=lambda w: w.left)
    near = all(b.left - a.right <= settings.text_gap * em for a, b in pairwise(words))
    left, right = words[0].left, max(w.right for w in words)
    short = right - left <= settings.title_width * box.width
    return near and short and abs((left + right) / 2 - box.center[0]) <= settings.centred * box.width


def _blocks(
    bands: Sequence[_Band], rungs: Sequence[Rule], box: Box, em: float, settings: GridSettings
) -> list[_Block]:
    """Return the blocks between titles, their column lines brought into agreement; titles have no columns."""
    groups: list[tuple[int, list[_Band]]] = []
    for index, band in enumerate(bands):
        if is_title(band.words, box, em, settings):
            groups.append((index, [band]))
            groups.append((index + 1, []))
        elif groups:
            groups[-1][1].append(band)
        else:
            groups.append((index, [band]))
    groups = [group for group in groups if group[1]]
    lanes = [_lanes(held, rungs, box, em, settings) for _, held in groups]
    places = common_places(lane for found in lanes for lane in found)
    return [
        _Block(first, tuple(held), (box.left, *_inside(places, found), box.right))
        for (first, held), found in zip(groups, lanes, strict=True)
    ]


def _inside(places: Sequence[float], lanes: Sequence[Lane]) -> Iterator[float]:
    for lane in lanes:
        yield from [p for p in places if lane.start <= p <= lane.stop][:1]


def _lanes(
    bands: Sequence[_Band], rungs: Sequence[Rule], box: Box, em: float, settings: GridSettings
) -> list[Lane]:
    """Return the lanes of a block: white ones, and where several rungs end inside the table."""
    words = [word for band in bands for word in band.words]
    if len(bands) == 1 and is_title(bands[0].words, box, em, settings):
        return []
    lanes = list(find_lanes(words, em, settings))
    top, bottom = bands[0].top, bands[-1].bottom
    ends = [
        end
        for r in rungs
        if top - settings.snap <= r.position <= bottom + settings.snap
        for end in (r.start, r.end)
        if box.left + 2 * em < end < box.right - 2 * em
    ]
    for end in sorted(ends):
        home = next((i for i, lane in enumerate(lanes) if lane.start <= end <= lane.stop), None)
        near = any(lane.start - em <= end <= lane.stop + em for lane in lanes)
        sure = Lane(end, end, end, len(words))
        if home is not None:
            lanes[home] = sure
        elif not near and sum(abs(end - e) <= settings.snap for e in ends) >= settings.same_ends:
            lanes.append(sure)
    return sorted(_beyond_labels(lanes, rungs, box, settings), key=lambda lane: lane.place)


def _beyond_labels(
    lanes: Sequence[Lane], rungs: Sequence[Rule], box: Box, settings: GridSettings
) -> Iterator[Lane]:
    """Yield the lanes, of those among labels the ones that rungs tell: white behind （一） is none."""
    starts = [r.start for r in rungs if abs(r.end - box.right) <= settings.reach]
    inner = [s for s in starts if s > box.left + settings.reach]
    same = [s for s in inner if sum(abs(s - t) <= settings.snap for t in inner) >= settings.same_ends]
    edge = max(same, default=box.left)
    yield from (lane for lane in lanes if lane.place >= edge - settings.snap or lane.start == lane.stop)


class _Rungs:
    """Which slots are closed at which level."""

    def __init__(self, rungs: Sequence[Rule], levels: Sequence[float], settings: GridSettings) -> None:
        self._at = [[r for r in rungs if abs(r.position - level) <= settings.snap] for level in levels]
        self._share, self._reach, self._same = settings.edge_cover, settings.reach, settings.same_ends

    def closed(self, level: int, left: float, right: float) -> bool:
        """Return whether rungs run along most of `left`..`right` at a level (an index)."""
        if level in (0, len(self._at) - 1):
            return True
        covered = sum(max(0.0, min(r.end, right) - max(r.start, left)) for r in self._at[level])
        return covered >= self._share * (right - left)

    def label_slots(self, block: _Block) -> int:
        """Return the last slot that holds labels: rungs that begin inside and run to the end tell."""
        right = block.lines[-1]
        starts = [
            int(np.abs(np.array(block.lines) - r.start).argmin())
            for level in self._at[block.first : block.first + len(block.bands) + 1]
            for r in level
            if abs(r.end - right) <= self._reach
        ]
        return max((s for s in starts if starts.count(s) >= self._same), default=0)

    def group(self, block: _Block, band: int, slot: int) -> tuple[int, int]:
        """Return the bands (of the block, the last one excluded) that no rung parts at a slot."""
        left, right = block.lines[slot], block.lines[slot + 1]
        start, stop = band, band + 1
        while start > 0 and not self.closed(block.first + start, left, right):
            start -= 1
        while stop < len(block.bands) and not self.closed(block.first + stop, left, right):
            stop += 1
        return start, stop


def _block_rules(block: _Block, rungs: _Rungs, em: float, settings: GridSettings) -> Iterator[Rule]:
    """Yield the pieces of the block's inner lines that no cell lies across."""
    across = set(_crossed(block, rungs, em, settings))
    for line, x in enumerate(block.lines[1:-1], start=1):
        for index, band in enumerate(block.bands):
            if (line, index) not in across:
                yield Rule("vertical", x, band.top, band.bottom)


def _crossed(block: _Block, rungs: _Rungs, em: float, settings: GridSettings) -> Iterator[tuple[int, int]]:
    """Yield the lines (and bands) that cells of several columns lie across."""
    header, ranges = True, set[Slots]()
    labels = rungs.label_slots(block)
    phrases = [_phrases(band, block) for band in block.bands]
    widest = max((last for held in phrases for _, (first, last) in held if first == 0), default=0)
    for index, held in enumerate(phrases):
        header = header and all(box.width >= settings.wide_word * em for box, _ in held)
        filled = {slot for _, (first, last) in held for slot in range(first, last + 1)}
        for box, slots in held:
            grown = slots
            if header or slots[0] != slots[1]:
                grown = _grown(box, slots, filled, block, index, rungs, settings)
            elif slots[0] >= labels:
                grown = _inherited(box, slots, filled, ranges, block, settings)
            if header:
                ranges.add(grown)
            grown = grown[0], _to_figures(grown, filled, labels, block, index, rungs)
            for line in range(grown[0] + 1, grown[1] + 1):
                yield from ((line, at) for at in _common_bands(block, index, line, rungs))
        if header and labels and held and filled.isdisjoint(range(widest + 1)):
            # The corner above the labels: a page break left its words on the page before.
            for line in range(1, widest + 1):
                yield from ((line, at) for at in _common_bands(block, index, line, rungs))


def _phrases(band: _Band, block: _Block) -> list[tuple[Box, Slots]]:
    """Return the words of a band put together by cells as far as they show them: those with common slots."""
    found: list[tuple[Box, Slots]] = []
    for word in sorted(band.words, key=lambda w: w.left):
        box, (first, last) = word, block.slots(word)
        while found and found[-1][1][1] >= first:
            other, slots = found.pop()
            box, first, last = bounding_box((box, other)), min(first, slots[0]), max(last, slots[1])
        found.append((box, (first, last)))
    return found


def _to_figures(
    slots: Slots, filled: Iterable[int], labels: int, block: _Block, index: int, rungs: _Rungs
) -> int:
    """Return the last slot of a label: blank slots before the figures are its own."""
    taken, last = set(filled), slots[1]
    extent = rungs.group(block, index, slots[0])
    while last < labels and last + 1 not in taken and rungs.group(block, index, last + 1) == extent:
        last += 1
    return last


def _common_bands(block: _Block, index: int, line: int, rungs: _Rungs) -> range:
    one, other = rungs.group(block, index, line - 1), rungs.group(block, index, line)
    return range(max(one[0], other[0]), min(one[1], other[1]))


def _grown(
    word: Box,
    slots: Slots,
    filled: Iterable[int],
    block: _Block,
    index: int,
    rungs: _Rungs,
    settings: GridSettings,
) -> Slots:
    """Return the slots that a word stands in the middle of: blank ones to both sides are its own."""
    taken, best = set(filled), slots
    extent = rungs.group(block, index, slots[0])
    for first, last in _wider(slots, len(block.lines) - 1):
        new = [s for s in range(first, last + 1) if not slots[0] <= s <= slots[1]]
        if any(s in taken or rungs.group(block, index, s) != extent for s in new):
            break
        width = block.lines[last + 1] - block.lines[first]
        if abs(word.center[0] - block.middle((first, last))) <= settings.centred * width:
            best = (first, last)
    return best


def _wider(slots: Slots, count: int) -> Iterator[Slots]:
    """Yield wider and wider runs of slots around one, by one slot at a side or at both."""
    first, last = slots
    while first > 0 and last < count - 1:
        yield first - 1, last
        yield first, last + 1
        first, last = first - 1, last + 1
        yield first, last


def _inherited(
    box: Box,
    slots: Slots,
    filled: Iterable[int],
    ranges: Iterable[Slots],
    block: _Block,
    settings: GridSettings,
) -> Slots:
    """Return the slots of a header above in the middle of which a lone figure stands."""
    taken = set(filled)
    for first, last in ranges:
        width = block.lines[last + 1] - block.lines[first]
        centred = abs(box.center[0] - block.middle((first, last))) <= settings.centred * width
        if first <= slots[0] <= last and taken & set(range(first, last + 1)) == {slots[0]} and centred:
            return first, last
    return slots
