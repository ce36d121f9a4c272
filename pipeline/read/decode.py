"""From a recognizer's probabilities to text: freely, or under the alphabet of printed figures.

A CTC recognizer says at each step how likely each character, or no character, is; a text is what remains
of a path through the steps once repeats and blanks are dropped (Graves et al., 2006).  The confidence of a
text is its probability: the sum over all paths that give it, by the forward algorithm of that paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import prod

from pipeline.model import Reading
from pipeline.read.scan import BLANK, LineScan, Step

_NEGLIGIBLE = 1e-9
"""Paths less likely than this share of the likeliest are not followed."""

_BEAM = 24
"""Texts followed at each step of the constrained search; some three are ever in play."""

_LOOKALIKES = {
    "0": "oOｏＯ０〇○◯口ロDQΟОοоθΘØø⓪",
    "1": "lIiｌＩ１|｜丨︱ıⅠ∣!",
    "2": "２Zz",
    "3": "３ЗзƷ",
    "4": "４",
    "5": "５Ss",
    "6": "６bб",
    "7": "７",
    "8": "８B",
    "9": "９gq",
    ".": "．·•・",
    ",": "，、‚",
    "+": "＋十",
    "-": "－–−‐‑_＿—―─一",
    "/": "／⁄",
    "(": "（",
    ")": "）",
    "无": "無尤尢旡",
    "万": "萬",
    "亿": "億",
    "元": "",
    "件": "",
    "个": "個",
    "项": "項",
    "条": "條",
    "次": "",
    "减": "減",
    "增": "",
    " ": "\u3000",
}
"""Every character of a printed figure, with those that a reader takes it for.

Neither `一` nor a stroke is ever added to 1 where it lies flat, nor `/` to 1: those are dashes, and a dash is
not a number.
"""

FIGURE_ALPHABET = {alike: figure for figure, others in _LOOKALIKES.items() for alike in (figure, *others)}
"""Character as read → character of a printed figure."""


def decode_text(scan: LineScan, reader: str) -> Reading:
    """Return the likeliest text, character by character, with its probability and that of each character."""
    text, characters = _collapse(scan.steps)
    confidence = text_probability(scan, text)
    kept = text.strip()
    start = text.find(kept) if kept else 0
    return Reading(kept, confidence, reader, characters[start : start + len(kept)])


def decode_figure(scan: LineScan, reader: str, least_share: float) -> Reading | None:
    """Return the likeliest printed figure, or None where there is none to speak of.

    At each step the probabilities of look-alikes are added to their figure's.  The confidence is the
    probability of the text among *all* texts, not among figures only: what a reader gives to other
    characters lowers it.  None where figures of any kind have less than `least_share` (0..1) together, or
    where the likeliest has no character.  Search: prefix beam (Hannun et al., 2014).
    """
    steps = as_figure_steps(scan.steps)
    if prod(sum(p for _, p in step) for step in steps) < least_share:
        return None
    ranked = _beam_search(steps)
    text, probability = ranked[0] if ranked else ("", 0.0)
    kept = text.strip()
    if not kept:
        return None
    found, characters = _collapse(steps)
    if found.strip() != kept:
        characters = (probability ** (1 / len(kept)),) * len(kept)
    else:
        start = found.find(kept)
        characters = characters[start : start + len(kept)]
    return Reading(kept, min(1.0, probability), reader, characters)


def decode_wrapped(scans: Sequence[LineScan], reader: str, least_share: float) -> Reading | None:
    """Return the likeliest figure printed on several lines, None where one of these holds no figure."""
    lines = [decode_figure(scan, reader, least_share) for scan in scans]
    found = [line for line in lines if line is not None]
    if len(found) < len(lines):
        return None
    characters = tuple(p for line in found for p in line.characters)
    return Reading(
        "".join(line.text for line in found), prod(line.confidence for line in found), reader, characters
    )


def figure_probability(scan: LineScan, text: str) -> float:
    """Return the probability of a figure's text, look-alikes counted with it."""
    return text_probability(LineScan(as_figure_steps(scan.steps)), text)


def text_probability(scan: LineScan, text: str) -> float:
    """Return the probability (0..1) of exactly `text`, over all its paths."""
    states = [BLANK, *(symbol for character in text for symbol in (character, BLANK))]
    alive = {0: 1.0}
    for step in scan.steps:
        alive = _advance(alive, states, dict(step))
    return min(1.0, sum(p for state, p in alive.items() if state >= len(states) - 2))


def as_figure_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Add look-alikes to their figure and drop every character that no figure holds."""
    return tuple(_as_figures(step) for step in steps)


def _as_figures(step: Step) -> Step:
    merged: dict[str, float] = defaultdict(float)
    for character, probability in step:
        if character == BLANK:
            merged[BLANK] += probability
        elif character in FIGURE_ALPHABET:
            merged[FIGURE_ALPHABET[character]] += probability
    return tuple(sorted(merged.items(), key=lambda item: -item[1]))


def _collapse(steps: Sequence[Step]) -> tuple[str, tuple[float, ...]]:
    """Take the best of each step, drop repeats and blanks; a character is as likely as at its best step."""
    path = [step[0] if step else (BLANK, 1.0) for step in steps]
    kept = [
        (character, max(probability for _, probability in run))
        for character, run in groupby(path, key=lambda item: item[0])
        if character != BLANK
    ]
    return "".join(c for c, _ in kept), tuple(p for _, p in kept)


def _advance(alive: dict[int, float], states: Sequence[str], chances: dict[str, float]) -> dict[int, float]:
    """Move the forward variables one step: stay, go on, or skip a blank between two unlike characters."""
    moved: dict[int, float] = defaultdict(float)
    for state, probability in alive.items():
        targets = [state, state + 1]
        skips = states[state] != BLANK and state + 2 < len(states) and states[state + 2] != states[state]
        if skips:
            targets.append(state + 2)
        for target in targets:
            if target < len(states) and (chance := chances.get(states[target], 0.0)):
                moved[target] += probability * chance
    floor = max(moved.values(), default=0.0) * _NEGLIGIBLE
    return {state: p for state, p in moved.items() if p >= floor}


def _beam_search(steps: Sequence[Step]) -> list[tuple[str, float]]:
    """Return texts with their probabilities, likeliest first.

    A text is followed with two probabilities: of the paths that end in a blank, and of those that do not.
    """
    beam: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for step in steps:
        grown: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for text, chances in beam.items():
            for symbol, chance in step:
                _grow(grown, text, chances, symbol, chance)
        best = sorted(grown.items(), key=lambda item: -sum(item[1]))[:_BEAM]
        beam = {text: (blank, open_) for text, (blank, open_) in best}
    return [(text, blank + open_) for text, (blank, open_) in beam.items()]


def _grow(
    grown: dict[str, list[float]], text: str, chances: tuple[float, float], symbol: str, chance: float
) -> None:
    blank, open_ = chances
    if symbol == BLANK:
        grown[text][0] += (blank + open_) * chance
    elif text.endswith(symbol):
        grown[text][1] += open_ * chance
        grown[text + symbol][1] += blank * chance
    else:
        grown[text + symbol][1] += (blank + open_) * chance
