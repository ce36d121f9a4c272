"""A seed's text as blocks: headings, paragraphs, captions, and the places of its tables and pictures.

The seeds are text extracts: tables stand in them as `|` rows or as one cell a line after a tab, and
one comes from a bad reading of a scan.  Only the prose is taken from there; tables are printed anew
from the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

BlockKind: TypeAlias = Literal["heading", "subheading", "paragraph", "caption", "table", "picture"]

SECTION = re.compile(r"^[一二三四五六]、\S{4,24}$")
SUBSECTION = re.compile(r"^[（(][一二三四五六][）)]\s*[^，。；]{2,24}$")
TABLE = "\f"
LONG = 60  # characters; a shorter paragraph may end without a full stop
ENDS = ("。", "：", "；", "！", "？", "）", ")")
CAPTION = re.compile(r"^表\s*[1-3]")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page's flow; `text` is empty for tables and pictures."""

    kind: BlockKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What must be done to one seed's lines before they are prose.

    `title_lines` first non-empty lines are the title; `drop` are patterns of lines left out; `skip`
    are pairs of patterns: from a line of the first up to, not including, a line of the second
    nothing is taken, and a picture stands there; `respell` is applied to each line; a `paragraph` is
    cut to so many characters, at a sentence's end, to keep the samples small.
    """

    title_lines: int = 1
    drop: tuple[str, ...] = ()
    skip: tuple[tuple[str, str], ...] = ()
    respell: tuple[tuple[str, str], ...] = ()
    paragraph: int = 50


def _prepared(text: str, cleaning: Cleaning) -> list[str]:
    lines = text.splitlines()
    for pattern, new in cleaning.respell:
        lines = [re.sub(pattern, new, line) for line in lines]
    return [line for line in lines if not any(re.search(drop, line) for drop in cleaning.drop)]


def _classified(line: str) -> Block:
    if SECTION.match(line):
        return Block("heading", line)
    if SUBSECTION.match(line):
        return Block("subheading", line)
    return Block("paragraph", line)


def _without_tables(lines: list[str]) -> Iterator[str]:
    """Yield the lines, each table as the single line TABLE.

    A table goes on over blank lines; a wrapped cell goes on in the line right after a tabbed one.
    """
    in_table = after_cell = False
    for line in lines:
        if not line.strip():
            after_cell = False
        elif line.startswith(("|", "\t")) or after_cell:
            if not in_table:
                yield TABLE
            in_table, after_cell = True, not line.startswith("|")
        else:
            in_table = False
            yield " ".join(line.split())


def _blocks(lines: list[str], cleaning: Cleaning) -> Iterator[Block]:
    until: re.Pattern[str] | None = None
    for line in _without_tables(lines):
        if until is not None and not until.search(line):
            continue
        until = None
        end = next((end for start, end in cleaning.skip if re.search(start, line)), None)
        if line == TABLE:
            yield Block("table")
        elif end is not None:
            until = re.compile(end)
            yield Block("picture")
        elif CAPTION.match(line):
            until = SECTION
            yield Block("caption", line)
            yield Block("table")
        else:
            yield _classified(line)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, a paragraph that a page break cut in the seed made one again."""
    held: Block | None = None
    for block in blocks:
        if held is not None and block.kind == "paragraph":
            held = Block("paragraph", held.text + block.text)
        else:
            if held is not None:
                yield held
            held = block
        if held.kind != "paragraph" or len(held.text) < LONG or held.text.endswith(ENDS):
            yield held
            held = None
    if held is not None:
        yield held


def _shortened(block: Block, most: int) -> Block:
    """Return a paragraph without the sentences that go past `most` characters; the first one stays."""
    if block.kind != "paragraph" or len(block.text) <= most:
        return block
    ends = [match.end() for match in re.finditer("[。；]", block.text)]
    kept = max([end for end in ends if end <= most], default=ends[0] if ends else len(block.text))
    text = block.text[:kept]
    return Block("paragraph", text[:-1] + "。" if text.endswith("；") else text)


def parse(text: str, cleaning: Cleaning) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    """Return the title's lines and the blocks after it, in order."""
    lines = _prepared(text, cleaning)
    filled = [index for index, line in enumerate(lines) if line.strip()]
    last = filled[cleaning.title_lines - 1]
    title = tuple(" ".join(lines[index].split()) for index in filled[: cleaning.title_lines])
    blocks = _joined(_blocks(lines[last + 1 :], cleaning))
    return title, tuple(_shortened(block, cleaning.paragraph) for block in blocks)
