"""What stands on a page and is no part of the report: page numbers, running heads and feet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from pipeline.model import PageContent
from pipeline.narrative.lines import Line
from pipeline.narrative.text import ends_sentence, is_mark, plain
from pipeline.settings import NarrativeSettings

FEW = 4  # lines of a page that do not tell how wide its text is
FILLING = 0.9  # of the page's widest line; a running head is shorter

_DASH = r"[-‐‑–—―−─~·•_.一]"
_NUMBER = r"\d{1,4}"
# Sure by its looks, wherever it stands: - 5 -, 第5页, 第 5 页 共 9 页.
_DECORATED = re.compile(
    rf"(?:{_DASH}{{1,3}}{_NUMBER}{_DASH}{{1,3}}|第{_NUMBER}页(?:[,，/]?共{_NUMBER}页)?|共{_NUMBER}页[,，/]?第{_NUMBER}页)"
)
# Only at the edge of a page: 5, 5/9, -5, Page 5 of 9.
_BARE = re.compile(
    rf"(?:{_DASH}{{0,3}}{_NUMBER}{_DASH}{{0,3}}|{_NUMBER}/{_NUMBER}|[Pp]age{_NUMBER}(?:of{_NUMBER})?)"
)
_DIRT = ",.'`’‘、，。"  # what specks beside a page's number are read as
_DIGIT = re.compile(r"\d")


def without_furniture(
    pages: Sequence[PageContent],
    lines: Mapping[int, Sequence[Line]],
    settings: NarrativeSettings,
) -> tuple[Line, ...]:
    """Return the lines of all pages in order, page numbers, running heads and marks without a word left out.

    `lines` maps the position of a page in `pages` to its lines.  A running head is the same text
    (digits aside) at the same place near the edge of more than half of the pages, two at least.  A line of a
    paragraph may be that by chance.
    """
    marginal = {
        index: [line for line in lines[index] if in_margin(line, page, settings)]
        for index, page in enumerate(pages)
    }
    kept: list[Line] = []
    for index, page in enumerate(pages):
        for line in lines[index]:
            edge = line in marginal[index]
            if is_mark(line.text) or _is_page_number(line, edge=edge or _is_own_number(line, page)):
                continue
            if edge and not _is_body(line, lines[index]) and _is_running(line, page, marginal, settings):
                continue
            kept.append(line)
    return tuple(kept)


def in_margin(line: Line, page: PageContent, settings: NarrativeSettings) -> bool:
    """Return whether a line stands at the edge of its page, where running heads and page numbers do."""
    if line.box is None:
        return False
    middle = line.box.center[1] / page.info.height
    return not settings.margin_zone < middle < 1 - settings.margin_zone


def _is_page_number(line: Line, *, edge: bool) -> bool:
    text = plain(line.text).strip(_DIRT) if edge else plain(line.text)
    return bool(_DECORATED.fullmatch(text) or (edge and _BARE.fullmatch(text)))


def _is_body(line: Line, lines: Sequence[Line]) -> bool:
    """Return whether a line ends as a sentence does, or fills the width of the text."""
    if ends_sentence(line.text) or line.box is None:
        return True
    widths = sorted(other.box.width for other in lines if other.box is not None)
    return len(widths) > FEW and line.box.width >= FILLING * widths[-1]


def _is_own_number(line: Line, page: PageContent) -> bool:
    """Return whether a line is the number of its page, below all else on it."""
    if line.box is None or plain(line.text) != str(page.info.number):
        return False
    boxes = [other.box for other in page.lines if other.box is not None]
    boxes += [part.box for table in page.tables for part in table.parts if part.page == page.info.number]
    return sum(box.bottom > line.box.top for box in boxes) == 1


def _is_running(
    line: Line,
    page: PageContent,
    marginal: Mapping[int, Sequence[Line]],
    settings: NarrativeSettings,
) -> bool:
    with_lines = sum(1 for found in marginal.values() if found)
    alike = sum(
        1 for found in marginal.values() if any(_same(line, other, page, settings) for other in found)
    )
    return alike >= 2 and alike * 2 > max(with_lines, len(marginal) - 1)


def _same(line: Line, other: Line, page: PageContent, settings: NarrativeSettings) -> bool:
    if line.box is None or other.box is None:
        return False
    (x, y), (u, v) = line.box.center, other.box.center
    apart = max(abs(y - v) / page.info.height, abs(x - u) / page.info.width / 2)
    if apart > settings.head_drift:
        return False
    first, second = _DIGIT.sub("0", plain(line.text)), _DIGIT.sub("0", plain(other.text))
    return fuzz.ratio(first, second) >= 100 * settings.head_similarity
