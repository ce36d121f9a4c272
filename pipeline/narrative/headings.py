"""The six sections' headings, found by their words, their numbers and their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

from rapidfuzz import fuzz

from pipeline.narrative.lines import Line
from pipeline.narrative.text import is_numbered_caption, joined, letters, plain, tidy, units

# Words that offices put over each section; the first is the form's own.
TITLES: dict[int, tuple[str, ...]] = {
    1: ("总体情况", "总体情况概述", "概述", "基本情况", "政府信息公开工作总体情况", "工作总体情况"),
    2: (
        "主动公开政府信息情况",
        "主动公开政府信息的情况",
        "主动公开情况",
        "政府信息主动公开情况",
        "行政机关主动公开政府信息情况",
    ),
    3: (
        "收到和处理政府信息公开申请情况",
        "行政机关收到和处理政府信息公开申请情况",
        "依申请公开政府信息情况",
        "依申请公开政府信息办理情况",
        "政府信息公开申请情况",
    ),
    4: (
        "政府信息公开行政复议行政诉讼情况",
        "政府信息公开行政复议和行政诉讼情况",
        "因政府信息公开工作被申请行政复议提起行政诉讼情况",
        "因政府信息公开被申请行政复议和提起行政诉讼情况",
        "因政府信息公开申请行政复议提起行政诉讼情况",
        "行政复议行政诉讼情况",
        "复议和诉讼情况",
    ),
    5: (
        "存在的主要问题及改进情况",
        "存在的问题及改进情况",
        "政府信息公开工作存在的主要问题及改进情况",
        "存在的主要问题及改进措施",
        "主要问题及改进措施",
        "存在问题和改进措施",
    ),
    6: ("其他需要报告的事项", "其他需要说明的事项", "需要报告的其他事项", "其他事项", "其他需要报告事项"),
}
LONGEST = 45.0  # em; a heading with a remark in brackets
MOST_LETTERS = int(2 * LONGEST) + 1  # of that width, all narrow; what follows is no heading
SHORTEST_WRAPPED = 8.0  # em; a heading that goes on in a second line fills the first
# Least likeness of the words (0..1), by what the number before them says.  A number that agrees makes
# up for misread words; without one the words must speak for themselves.
AGREES, UNREAD, NONE, DISAGREES = "agrees", "unread", "none", "disagrees"
LEAST = {AGREES: 0.6, UNREAD: 0.75, NONE: 0.86, DISAGREES: 0.92}
WORTH = {AGREES: 0.3, UNREAD: 0.05, NONE: 0.0, DISAGREES: -0.25}
LEADER_LOSS = 0.2  # a line of the table of contents gives way to the heading itself
MOST_CANDIDATES = 1_000  # a yearbook of a hundred reports has 600
SPLIT_LOSS = 0.02  # of two equal readings the one that leaves the line whole
LATER_GAIN = 0.01  # of two equal headings the later one; a table of contents comes first

_NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
_CHINESE = re.compile(r"第?([一二三四五六七八九十])(?:部分|章)?[、.,:·]?(?=.)")
_ARABIC = re.compile(r"(\d{1,2})(?:[、.,:·]|(?=\D))(?!\d)")
_UNREAD = re.compile(r"(?:[^\w(（\s]|[^\d(（])[、.,]")
_REMARK = re.compile(r"\([^()]{1,12}\)$")
_LEADER = re.compile(r"[.…·]{3,}\d*$")
_RUN_IN = re.compile(r"[。:：]|\s+")
_OPEN_END = ("、", ",", "，", ";", "；")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading: which of the six, its words, the lines `start`..`end` it takes up.

    `rest` is the text that follows the heading in its own last line.
    """

    number: int
    text: str
    start: int
    end: int
    score: float
    rest: str = ""


def find_headings(lines: Sequence[Line]) -> tuple[Heading, ...]:
    """Return the headings of the sections in order, each section once at most.

    Every line (or two) that could be a heading is scored; of all rising sequences of sections the one
    of greatest total is taken (weighted longest increasing subsequence).
    """
    likeliest = nlargest(MOST_CANDIDATES, _candidates(lines), key=lambda each: each.score)
    candidates = sorted(likeliest, key=lambda each: (each.end, each.start))
    best: list[tuple[float, int | None]] = []
    for index, candidate in enumerate(candidates):
        value, before = 0.0, None
        for earlier in range(index):
            other = candidates[earlier]
            fits = other.end <= candidate.start and other.number < candidate.number
            if fits and best[earlier][0] > value:
                value, before = best[earlier][0], earlier
        best.append((value + candidate.score, before))
    if not best:
        return ()
    at: int | None = max(range(len(best)), key=lambda index: best[index][0])
    chain: list[Heading] = []
    while at is not None:
        chain.append(candidates[at])
        at = best[at][1]
    return tuple(reversed(chain))


def _candidates(lines: Sequence[Line]) -> Iterator[Heading]:
    for index, line in enumerate(lines):
        gain = LATER_GAIN * index / len(lines)
        yield from _readings(line.raw, index, index + 1, gain)
        if index + 1 < len(lines) and units(line.text) >= SHORTEST_WRAPPED:
            text = joined(line.text, lines[index + 1].text)
            yield from _readings(text, index, index + 2, gain - SPLIT_LOSS, whole_only=True)


def _readings(raw: str, start: int, end: int, gain: float, *, whole_only: bool = False) -> Iterator[Heading]:
    """Yield the headings that a line may be: as a whole, or up to where its text runs in."""
    text = tidy(raw)
    if len(text) < MOST_LETTERS and units(text) <= LONGEST:
        for found in _scored(text, start, end):
            yield replace(found, score=found.score + gain)
    if whole_only:
        return
    bare = raw.strip()
    for split in _RUN_IN.finditer(bare, 0, MOST_LETTERS):
        head, rest = bare[: split.start()], bare[split.end() :]
        if rest and units(head) <= LONGEST:
            for found in _scored(tidy(head), start, end, numbered=True):
                score = found.score + gain - SPLIT_LOSS
                yield replace(found, score=score, rest=tidy(rest))


def _scored(text: str, start: int, end: int, *, numbered: bool = False) -> Iterator[Heading]:
    """Yield a heading for every section whose words `text` may be; `numbered` asks for its number."""
    if text.endswith(_OPEN_END) or is_numbered_caption(text):
        return
    whole = plain(text)
    bare = _LEADER.sub("", whole)
    loss = LEADER_LOSS if bare != whole else 0.0
    for number, titles in TITLES.items():
        for title, standing in _parted(bare, number):
            if numbered and standing != AGREES:
                continue
            words = letters(_REMARK.sub("", title))
            likeness = max(fuzz.ratio(words, known) / 100 for known in titles)
            if likeness >= LEAST[standing]:
                yield Heading(number, text, start, end, likeness + WORTH[standing] - loss)


def _parted(text: str, number: int) -> Iterator[tuple[str, str]]:
    """Yield `text` without its number, and what that number says of being section `number`."""
    yield text, NONE
    if (match := _CHINESE.match(text)) is not None:
        agrees = _NUMERALS[match[1]] == number
        yield text[match.end() :], AGREES if agrees else DISAGREES
    elif (match := _ARABIC.match(text)) is not None:
        # Items below a section are numbered so as well: another number is another heading.
        if int(match[1]) == number:
            yield text[match.end() :], AGREES
    elif (match := _UNREAD.match(text)) is not None:
        yield text[match.end() :], UNREAD
