"""Figures as CSV that a spreadsheet opens rightly and cannot be harmed by.

UTF-8 with a byte order mark, since Excel takes a file without one for the local code page; CRLF and
quoting by RFC 4180.  `flags` are joined by a space.

A spreadsheet runs a text that begins with `=`, `+`, `-`, `@` (also full-width), a tab or a return as
a formula.  Such a text is written with an apostrophe before it, and so is one that begins with an
apostrophe itself: taking one leading apostrophe away gives the text back.  Numbers with a sign
(`-7`, `+1036`) and lone dashes are harmless and stay as they are; the column `value` is never touched.
JSON and Parquet hold every text as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import astuple

from pipeline.emit.rows import COLUMNS, FigureRow
from pipeline.emit.text import visible

_RISKY = re.compile(r"\s*['=+\-@＝＋－＠]")
_SIGNED_NUMBER = re.compile(r"[+-]?[0-9.,]*")


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula; reversible, see the module."""
    text = visible(text)
    risky = text[:1] in ("\t", "\n") or _RISKY.match(text)
    return f"'{text}" if risky and not _SIGNED_NUMBER.fullmatch(text) else text


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return guarded(" ".join(value))
    return guarded(value) if isinstance(value, str) else format(value, "")


def _record(row: FigureRow) -> list[str]:
    exact = "" if row.value is None else format(row.value, "f")
    pairs = zip(COLUMNS, astuple(row), strict=True)
    return [exact if name == "value" else _plain(value) for name, value in pairs]


def figures_csv(rows: Iterable[FigureRow]) -> bytes:
    """Return `rows` as CSV with a header line; absent values are empty fields."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_record, rows))
    return out.getvalue().encode("utf-8-sig")
