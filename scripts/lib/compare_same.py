"""Whether what stands in a cell is what is printed there; in favour of who read it."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from scripts.lib.truth import TrueFigure

NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?")
DASHES = frozenset("-–—―−‐‑‒－ー_/\\")
MINUS = str.maketrans(dict.fromkeys("–—−‐‑", "-"))
NONE_WORD = "无"


def plain(text: str) -> str:
    """Return `text` in its compatibility form, without white space and thousands separators."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    return re.sub(r"(?<=\d),(?=\d{3})", "", folded)


def _number(text: str) -> Decimal | None:
    """Return the number that `text` is, written as people write numbers: `0.` and `00` are none."""
    signed = text.translate(MINUS)
    return Decimal(signed) if NUMBER.fullmatch(signed) else None


def same_figure(true: TrueFigure, given: str) -> bool:
    """Say whether `given` shows the figure: the same characters, the same number, or an equal sign for none.

    Any dash stands for any other, the slash too.  Where the truth knows no state, whatever is no number
    shows a figure without value.
    """
    text = plain(given)
    if true.raw is not None and text == plain(true.raw):
        return True
    if true.value is not None:
        return _number(text) == Decimal(true.value)
    if true.state is None:
        return _number(text) is None
    if true.state == "dash":
        return bool(text) and set(text) <= DASHES
    return true.state == "none_word" and text == NONE_WORD
