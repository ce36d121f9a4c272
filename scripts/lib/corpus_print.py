"""Figures as offices print them: zeros left blank, dashes, signs, separators, units, stray spaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

import numpy as np

from scripts.lib.corpus_chance import happens, pick
from scripts.lib.document import State

Zero: TypeAlias = Literal["0", "", "—", "-", "/", "无", "only_totals"]
STATES: Mapping[str, State] = {"": "blank", "—": "dash", "-": "dash", "/": "dash", "无": "none_word"}
FULL_WIDTH = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
YUAN_PER_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Manner:
    """An office's way to print: how zeros look by table, and how often the odd variants come (0..1)."""

    zeros: Mapping[str, Zero]
    separators: bool
    plus: bool
    words: bool
    units: Literal["", "万元", "元"]
    stray: float
    wide: float
    noted: bool


def manner(rng: np.random.Generator) -> Manner:
    """Return an office's way to print; most print every zero."""
    looks: tuple[Zero, ...] = ("0", "", "—", "-", "/", "无", "only_totals")
    weights = (0.74, 0.1, 0.03, 0.03, 0.04, 0.02, 0.04)
    return Manner(
        zeros={table: pick(rng, looks, weights) for table in ("proactive", "applications", "disputes")},
        separators=happens(rng, 0.08),
        plus=happens(rng, 0.5),
        words=happens(rng, 0.12),
        units=pick(rng, ("", "万元", "元"), (0.78, 0.14, 0.08)),
        stray=pick(rng, (0.0, 0.03), (0.8, 0.2)),
        wide=pick(rng, (0.0, 0.1), (0.93, 0.07)),
        noted=happens(rng, 0.05),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as printed: its text, exact value in 万元 or None, and state."""

    raw: str
    value: str | None
    state: State


def _is_total(key: str) -> bool:
    return key.endswith(".total") or ".handled_total." in key


def _zero(key: str, manner: Manner) -> Shown:
    look = manner.zeros[key.split(".", maxsplit=1)[0]]
    if look == "only_totals":
        look = "0" if _is_total(key) else ""
    if look == "0":
        return Shown("0", "0", "number")
    return Shown(look, None, STATES[look])


def _change(value: Decimal, manner: Manner) -> str:
    if value < 0:
        return f"减{-value}" if manner.words else str(value)
    if manner.words:
        return f"增{value}"
    return f"+{value}" if manner.plus else str(value)


def _amount(value: Decimal, manner: Manner) -> str:
    if manner.units == "元":
        yuan = (value * YUAN_PER_WAN).normalize()
        return f"{yuan:f}元"
    return f"{value:f}{manner.units}"


def _plain(key: str, value: Decimal, manner: Manner) -> str:
    if key.endswith("_change"):
        return _change(value, manner)
    if key.endswith(".amount"):
        return _amount(value, manner)
    return f"{value:,f}" if manner.separators else f"{value:f}"


def _varied(rng: np.random.Generator, key: str, text: str, manner: Manner) -> str:
    """Return `text` with the small oddities that do not change what it says."""
    if manner.noted and key == "proactive.normative_documents.made":
        return f"{text}（其中修订{int(rng.integers(1, 20))}件）"
    if happens(rng, manner.wide):
        return text.translate(FULL_WIDTH)
    if happens(rng, manner.stray):
        return pick(rng, (text + " ", " " + text, text + "　"))
    return text


def shown(rng: np.random.Generator, key: str, value: Decimal, manner: Manner) -> Shown:
    """Return how the office prints `value` (in 万元 where it is an amount) in the cell of `key`."""
    if value == 0:
        zero = _zero(key, manner)
        return Shown(_varied(rng, key, "0", manner), "0", "number") if zero.raw == "0" else zero
    return Shown(_varied(rng, key, _plain(key, value, manner), manner), f"{value:f}", "number")
