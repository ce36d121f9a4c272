"""Words of a line: spaces put right, widths, and the normal forms that comparisons are made in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SENTENCE_END = "。！？；：!?;:…"
_CLOSERS = "”’\"'」』）)】》"
_SPACES = re.compile(r"[\s\u200b\u200e\u200f\ufeff]+")
_LOOSE_SPACE = re.compile(r"(?<![!-~]) | (?![!-~])")
_ITEM = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}、|\d{1,2}[.．、](?!\d))"
)
_CAPTION = re.compile(r"附?表[(（]?[\d一二三四五六七八九十]")


def tidy(text: str) -> str:
    """Return `text` with spaces kept only between two ASCII characters.

    Chinese is written without spaces; those beside a Chinese character come from justified setting or
    from a text layer's spacing between scripts.
    """
    return _LOOSE_SPACE.sub("", _SPACES.sub(" ", text).strip())


def plain(text: str) -> str:
    """Return the form that headings and titles are compared in: compatibility forms, no spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=1024)
def letters(text: str) -> str:
    """Return `plain(text)` without punctuation."""
    return "".join(c for c in plain(text) if unicodedata.category(c)[0] in "LN")


def units(text: str) -> float:
    """Return the width of `text` in em: a full-width character is 1, any other one half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def is_mark(text: str) -> bool:
    """Return whether `text` has no letter, number or punctuation that ends a line: a tick, a rule, dirt."""
    return not letters(text) and not set(text) & set(SENTENCE_END + _CLOSERS + "，、,.")


def leading_token(text: str) -> float:
    """Return the width in em of the run at the start of `text` that a line break may not divide."""
    return units(text[: len(text) - len(text.lstrip("".join(map(chr, range(33, 127)))))])


def ends_sentence(text: str) -> bool:
    """Return whether `text` ends as a sentence does, quotes and brackets aside."""
    return text.rstrip(_CLOSERS).endswith(tuple(SENTENCE_END))


def starts_item(text: str) -> bool:
    """Return whether `text` begins with the number of an item, such as （一） or 2."""
    return _ITEM.match(text) is not None


def is_numbered_caption(text: str) -> bool:
    """Return whether `text` begins as a table's caption with its number does: 表1, 附表二."""
    return _CAPTION.match(plain(text)) is not None


def joined(first: str, second: str) -> str:
    """Return two pieces of one sentence as one, with a space only between two words of Latin letters."""
    if first and second and _is_latin(first[-1]) and _is_latin(second[0]):
        return f"{first} {second}"
    return first + second


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
