"""Years and spans of days in the ways reports print them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_CHINESE = dict(zip("〇○零Oo０一二三四五六七八九", "00000" + "0123456789", strict=True))
_YEAR = r"(?:\d{4}|[〇○零Oo0０一二三四五六七八九]{4})"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
YEAR = re.compile(rf"(?<![\d〇○零一二三四五六七八九])({_YEAR})年(?:度)?")
_TO = r"(?:起|开始)?(?:至|到|止|[-‐–—―−~～－一]{1,2})"
_SPAN = re.compile(
    rf"({_YEAR})[年.．/]({_SMALL})(?:月({_SMALL})日|[.．/]({_SMALL})|月(?:份)?)(?:起|开始)?,?，?"
    rf"{_TO}(?:({_YEAR})[年.．/])?({_SMALL})(?:月({_SMALL})日|[.．/]({_SMALL})|月(?:份)?)"
)
_PLAUSIBLE = range(1949, 2100)


@dataclass(frozen=True, slots=True)
class Span:
    """Two days, the first not after the last, and where in the text they stand."""

    first: date
    last: date
    start: int
    end: int


def year_number(text: str) -> int | None:
    """Return the year that four digits or Chinese digits name, None where it is none of our time."""
    digits = "".join(_CHINESE.get(character, character) for character in text)
    return int(digits) if digits.isdecimal() and int(digits) in _PLAUSIBLE else None


def find_year(text: str) -> tuple[int, re.Match[str]] | None:
    """Return the first year of `text` (2021年, 二〇二一年, 2021年度) with its match."""
    for match in YEAR.finditer(text):
        year = year_number(match[1])
        if year is not None:
            return year, match
    return None


def find_spans(text: str) -> Iterator[Span]:
    """Yield the spans of days that `text` states; a month without a day is the whole month."""
    for match in _SPAN.finditer(text):
        year, month, day, day_dotted, to_year, to_month, to_day, to_dotted = match.groups()
        first = _day(year, month, day or day_dotted, last=False)
        last = _day(to_year or year, to_month, to_day or to_dotted, last=True)
        if first is not None and last is not None and first <= last:
            yield Span(first, last, match.start(), match.end())


def _day(year: str, month: str, day: str | None, *, last: bool) -> date | None:
    in_year, in_month = year_number(year), _small(month)
    if in_year is None or not 1 <= in_month <= 12:
        return None
    length = calendar.monthrange(in_year, in_month)[1]
    number = _small(day) if day is not None else (length if last else 1)
    return date(in_year, in_month, number) if 1 <= number <= length else None


def _small(text: str) -> int:
    """Return 1..99 from digits or Chinese numerals (十二, 三十一), 0 for anything else."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    high = int(_CHINESE.get(tens, "1")) * 10 if ten else 0
    return high + (int(_CHINESE.get(ones, "0")) if ones else 0)
