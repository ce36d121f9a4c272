"""A font with Chinese characters, out of PyMuPDF's own package: pictures that are drawn need one."""

from __future__ import annotations

from functools import cache

import pymupdf


@cache
def chinese_font() -> bytes:
    """Return a font file (Droid Sans Fallback, Apache-2.0) that holds the characters of the form."""
    return bytes(pymupdf.Font("china-s").buffer)
