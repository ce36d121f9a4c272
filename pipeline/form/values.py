"""Printed text → state and exact decimal, by the contract's list of printed forms.

Whatever is not certainly a figure is `text`: a number is never repaired, joined or shortened here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

ValueState: TypeAlias = Literal["number", "blank", "dash", "none_word", "text"]


@dataclass(frozen=True, slots=True)
class Value:
    """What a printed text says: `value` (amounts in 万元) only where `state` is `number`."""

    state: ValueState
    value: Decimal | None = None


BLANK = Value("blank")
DASH = Value("dash")
NONE_WORD = Value("none_word")
TEXT = Value("text")
UNREAD = "unread"
"""What the readers call a cell with ink of which no text was made."""

# Left by word processors in text extracts; never printed.
_ARTEFACT = re.compile(r"\[bookmark:[^\]]*\]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
# Full-width ASCII alone: NFKC would also turn ① or ² into digits.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_DASHES = re.compile(r"[-/\\\u2010-\u2015\u2212\u2500\u2501\u30fc\ufe58\ufe63]+")
_ZEROS = frozenset("〇○◯")

# 15 digits: more than any count or amount, fewer than where two cells have run together unseen.
_MAX_DIGITS = 15
_NUMBER = re.compile(
    r"""
    (?P<sign> [-+\u2212\u2013]? | (?: 增加? | 减少? ) \s* )
    (?P<digits> (?: 0 | [1-9][0-9]* | [1-9][0-9]{0,2} (?: ,[0-9]{3} )+ ) (?: \.[0-9]+ )? )
    \s* (?P<unit> 亿元 | 万元 | 万 | 元 | [件项个次份条宗] | \( \s* (?: 万元 | 元 | 件 | 项 ) \s* \) )?
    (?P<note> \s* \( \s* (?: 其中 | 含 | 包括 | 包含 | [^()0-9]{0,2} 修订 ) [^()]* \) )?
    """,
    re.VERBOSE,
)
_MINUS = ("-", "\u2212", "\u2013", "减")
_COUNT_UNITS = frozenset("件项个次份条宗")
# Powers of ten from the printed unit to 万元.
_AMOUNT_SCALES = {"万元": 0, "万": 0, "元": -4, "亿元": 4}


def clean_text(text: str) -> str:
    """Return `text` without artefacts of extraction, invisible characters and outer white space."""
    return _ARTEFACT.sub("", text).translate(_INVISIBLE).strip()


def parse_value(text: str, unit: str) -> Value:
    """Return what `text` says in a cell whose figures count in `unit` (件, 项, 万元, 元).

    A bare number is in `unit`; a printed unit goes before it; amounts come out in 万元, exactly.
    Forms read: blanks of any kind; dashes; 无; one CJK zero; full-width digits; thousands separators;
    signs and 增/减; unit words; a note such as （其中修订16件）, its first words misread or not.  Anything
    else is `text`, so are numbers with leading zeros, digits apart (`1 584`) and a unit that cannot be the
    column's.
    """
    plain = clean_text(text).translate(_FULL_WIDTH)
    if not plain:
        return BLANK
    if _DASHES.fullmatch(plain):
        return DASH
    if plain in ("无", "无。"):
        return NONE_WORD
    if plain in _ZEROS:
        return Value("number", Decimal(0))
    return _number(plain, unit)


def _number(plain: str, unit: str) -> Value:
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return TEXT
    printed = (found["unit"] or unit).strip("() ")
    exponent = _exponent(printed, unit)
    digits = found["digits"].replace(",", "")
    if exponent is None or len(digits) > _MAX_DIGITS:
        return TEXT
    value = _scaled(Decimal(digits), exponent)
    negative = found["sign"].startswith(_MINUS) and value != 0
    return Value("number", -value if negative else value)


def _exponent(printed: str, unit: str) -> int | None:
    """Return the power of ten from the printed unit to the figure's, None where they do not agree."""
    if unit in _AMOUNT_SCALES:
        return _AMOUNT_SCALES.get(printed)
    return 0 if printed in _COUNT_UNITS else None


def _scaled(value: Decimal, exponent: int) -> Decimal:
    if not exponent:
        return value
    plain = format(value.scaleb(exponent), "f")
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)
