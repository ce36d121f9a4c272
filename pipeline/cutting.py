"""A document's contents cut at places, so that nothing is in two pieces and nothing in none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from pipeline.model import PageContent


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Before line `line` of content `content` (indices from 0); with geometry, above `top` in points.

    Content without geometry is lines and then its table; elsewhere everything goes by its height.
    """

    content: int
    line: int = 0
    top: float = -inf


START = Place(0)


def between(contents: Sequence[PageContent], start: Place, end: Place | None) -> tuple[PageContent, ...]:
    """Return what stands from `start` up to `end` (None: to the end); pieces without anything fall away.

    Findings of a page that is cut go with both pieces: nobody knows of which they speak.
    """
    pieces = []
    for index in span(contents, start, end):
        first = start if index == start.content else Place(index)
        last = end if end is not None and index == end.content else None
        piece = _piece(contents[index], first, last)
        if piece is contents[index] or holds_anything(piece):
            pieces.append(piece)
    return tuple(pieces)


def span(contents: Sequence[PageContent], start: Place, end: Place | None) -> range:
    """Return the indices of the contents that lie between two places, with those that are cut."""
    if end is None:
        return range(start.content, len(contents))
    return range(start.content, end.content + (end > Place(end.content)))


def holds_anything(content: PageContent) -> bool:
    """Return whether a content has a line or a table."""
    return bool(content.tables) or any(line.text.strip() for line in content.lines)


def _piece(content: PageContent, start: Place, end: Place | None) -> PageContent:
    if start == Place(start.content) and end is None:
        return content
    flows = any(line.box is None for line in content.lines) or not all(t.parts for t in content.tables)
    return (_flow_piece if flows else _page_piece)(content, start, end)


def _page_piece(content: PageContent, start: Place, end: Place | None) -> PageContent:
    top, bottom = start.top, inf if end is None else end.top
    lines = tuple(line for line in content.lines if line.box and top <= line.box.center[1] < bottom)
    tables = tuple(t for t in content.tables if top <= t.parts[0].box.top < bottom)
    if (len(lines), len(tables)) == (len(content.lines), len(content.tables)):
        return content
    return replace(content, lines=lines, tables=tables)


def _flow_piece(content: PageContent, start: Place, end: Place | None) -> PageContent:
    if end is None:
        return replace(content, lines=content.lines[start.line :])
    return replace(content, lines=content.lines[start.line : end.line], tables=(), findings=())
