"""Bytes → text, in the encodings that Chinese sites and offices use."""

from __future__ import annotations

import codecs

from pipeline.errors import DamagedFileError

# GB2312 and GBK are subsets of GB18030, and pages that say GB2312 are often GBK in truth.
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "gb18030", "cp936", "ms936", "x-gbk", "windows-936"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE_SHARE = 0.02  # of the bytes that are zero in UTF-16: every line has a few of them, no other text has
SPOILED_SHARE = 0.01  # of the characters; a few spoiled bytes do not make another encoding


def decode(content: bytes, declared: str | None = None) -> str | None:
    """Return `content` as text, None where it is in no encoding that Chinese documents use.

    A byte order mark decides; then UTF-8, which other encodings are hardly ever by chance; then what
    is declared, then GB18030 and UTF-16.  A few spoiled characters (U+FFFD) are let pass.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    names = dict.fromkeys(("utf-8", _known(declared), "gb18030"))
    candidates = [name for name in names if name]
    if content.count(0) > WIDE_SHARE * len(content):
        candidates = [_wide(content)]
    for name in candidates:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return _least_spoiled(content, candidates)


def decode_or_raise(content: bytes, name: str, declared: str | None = None) -> str:
    """Return `content` as text; DamagedFileError names the file where it is none."""
    text = decode(content, declared)
    if text is None:
        raise DamagedFileError(f"{name}: its text is in no known encoding")
    return text


def _known(declared: str | None) -> str | None:
    if declared is None:
        return None
    if declared.strip().lower() in _CHINESE:
        return "gb18030"
    try:
        return codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None


def _wide(content: bytes) -> str:
    """Return which UTF-16 a text with zero bytes is: ASCII has its zero byte second in little endian."""
    return "utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be"


def _least_spoiled(content: bytes, names: list[str]) -> str | None:
    texts = [content.decode(name, "replace") for name in names]
    best = min(texts, key=lambda text: text.count("\ufffd"))
    return best if best.count("\ufffd") <= SPOILED_SHARE * len(best) else None
