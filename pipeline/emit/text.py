"""Text of a document made harmless for output: what cannot be shown is shown as a sign, never dropped."""

from __future__ import annotations

import re

# Bidirectional controls could turn the order of printed digits around in a viewer.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSHOWN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_BIDI}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"⟨U+{code:04X}⟩"


def visible(text: str) -> str:
    """Return `text` with control, bidirectional and invalid characters replaced by visible signs.

    C0 controls become Unicode control pictures, others `⟨U+XXXX⟩`; tab and line feed stay, CR LF
    and CR become a line feed.  The result holds only characters that XML 1.0 allows.
    """
    return _UNSHOWN.sub(_sign, text.replace("\r\n", "\n").replace("\r", "\n"))


def encodable(text: str) -> str:
    """Return `text` with lone surrogates, which no encoding can hold, as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)
