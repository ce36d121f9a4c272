"""Plain-text extracts: paragraphs, and tables as the programs that made the text list them.

Three ways are known: rows between bars, with blanks at the end in place of merged cells; one cell a
line behind a tab, rows parted by a blank line; cells parted by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.errors import TooLargeError
from pipeline.model import RaggedKind, RaggedTable
from pipeline.settings import SourceSettings
from pipeline.source.flow import Item, Line
from pipeline.source.spans import run_on, tidy

READER = "text"

_BREAK = re.compile(r"\r\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]")
_ARTEFACT = re.compile(r"\[bookmark:[^\]]*\]")
_BARS = re.compile(r"\s*\|(.*)\|\s*")
_SEPARATOR = re.compile(r"[\s|:+-]+")
_CELL_LINE = re.compile(r"\t[^\t]*")
_FIGURE = re.compile(r"\s*[-+−]?\d[\d,.]*\s*")
SENTENCE = "。！？；"


@dataclass(slots=True)
class _Rows:
    """The rows of a table as they come; `fresh` says that the next cell begins a row."""

    kind: RaggedKind
    rows: list[list[str]] = field(default_factory=list)
    fresh: bool = True


def text_items(text: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield the paragraphs and the tables of a text, in order; TooLargeError for too large a table."""
    held: _Rows | None = None
    blanks = 0
    for raw in _BREAK.split(_ARTEFACT.sub("", text)):
        kind = _kind(raw, held)
        if held is not None and kind != held.kind and not _goes_on(raw, held, blanks):
            yield from _closed(held, settings)
            held = None
        blanks = 0 if raw.strip() or kind else blanks + 1
        if held is None and kind is not None:
            held = _Rows(kind)
        if held is not None:
            _take(raw, held)
        elif raw.strip():
            yield Line(raw, reader=READER)
    if held is not None:
        yield from _closed(held, settings)


def _kind(raw: str, held: _Rows | None) -> RaggedKind | None:
    """Return which kind of table a line belongs to by its looks, None for prose and blank lines."""
    if raw.count("|") >= 2 and _BARS.fullmatch(raw):
        return "padded"
    if "\t" not in raw:
        return None
    if _CELL_LINE.fullmatch(raw) and not (held and held.kind == "wreck"):
        return "listed"
    return "wreck" if raw.strip() else None


def _goes_on(raw: str, held: _Rows, blanks: int) -> bool:
    """Return whether a line that looks like none goes on with a table of one cell a line.

    A single blank line ends a row; a line without a tab right behind a cell is the cell's second line.
    """
    if held.kind != "listed":
        return False
    return not blanks if not raw.strip() else not held.fresh and "\t" not in raw


def _take(raw: str, held: _Rows) -> None:
    if held.kind == "padded":
        inner = _BARS.fullmatch(raw)
        if inner and not _SEPARATOR.fullmatch(raw):
            held.rows.append([tidy(cell) for cell in inner[1].split("|")])
    elif held.kind == "wreck":
        held.rows.append([cell.strip() for cell in raw.split("\t")])
    elif raw.startswith("\t"):
        if held.fresh:
            held.rows.append([])
        held.rows[-1].append(tidy(raw))
        held.fresh = False
    elif raw.strip():
        held.rows[-1][-1] = run_on((held.rows[-1][-1], raw))
    else:
        held.fresh = True


def _closed(held: _Rows, settings: SourceSettings) -> Iterator[Item]:
    """Yield a table, or the lines that only looked like one: indented prose, a lone cell."""
    rows = [row for row in held.rows if any(row)]
    if len(rows) * max(map(len, rows), default=0) > settings.max_cells:
        raise TooLargeError(f"a table of more than {settings.max_cells} cells")
    if _is_prose(rows):
        for row in rows:
            for text in row if held.kind == "listed" else [" ".join(filter(None, row))]:
                if text:
                    yield Line(text, reader=READER)
    else:
        yield RaggedTable(tuple(map(tuple, rows)), held.kind)


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    if max((sum(map(bool, row)) for row in rows), default=0) < 2:
        return True
    cells = [text for row in rows for text in row if text]
    figures = sum(bool(_FIGURE.fullmatch(text)) for text in cells)
    return not figures and (len(rows) < 2 or any(text.endswith(tuple(SENTENCE)) for text in cells))
