"""The title of a report, and what it says: who issued it and for which year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.narrative.dates import YEAR, find_year
from pipeline.narrative.lines import Frame, Layout, Line
from pipeline.narrative.text import plain, units
from pipeline.settings import NarrativeSettings

LONGEST_TITLE = 60.0  # em
LONGEST_LINE = 32.0  # em
MOST_LINES = 4
SEARCHED_LINES = 40  # a cover page, a red head and a link list may come first
TOPIC_LIKENESS = 75.0  # of 100; one character of 信息公开 misread
END_LIKENESS = 75.0  # of 100; one character of 年度报告 misread
_YEAR_LINE = re.compile(rf"[(（]?{YEAR.pattern}[)）]?")
_REMARK = re.compile(r"\([^()]{1,14}\)$")
_ENDS = ("年度报告", "工作报告", "情况报告", "情况的报告", "工作年报", "年度年报", "公开年报")
_PUNCTUATION = re.compile(r"[。，；：！？,;:!?]|https?|www")
_OFFICE_PAPER = re.compile(r"(?:文件|号|通知|公告|页)$")
_BODY = re.compile(r"[局委府会办厅院部处所站心校队司署室关道镇乡团社馆公]$")
_TOPIC = re.compile(r"(?:政府|政务)?信息公开|政务公开")
_QUOTES = "《》〈〉“”\"'（）()[]【】·-— "
_PREAMBLE_ISSUER = re.compile(r"由([^，。；、（(]{3,40}?)(?:编制|根据|按照|依据|依照|负责|撰写|编写)")
_DAY = re.compile(r"年.{1,3}月.{1,3}日[)）]?$")
_SELF = ("我", "本", "各")


@dataclass(frozen=True, slots=True)
class Title:
    """The title's words, spaces put right, and the lines `start`..`end` it takes up."""

    text: str
    start: int
    end: int


def find_title(lines: Sequence[Line], layout: Layout, settings: NarrativeSettings) -> Title | None:
    """Return the first title among the lines before the first section, or None.

    A title ends in 报告 or 年报, speaks of 信息公开, is no sentence and, where the page has geometry,
    is centred or larger than the body.  It reaches upwards as far as lines look like parts of it.
    """
    found = next(_titles(lines[:SEARCHED_LINES], layout, settings), None)
    return None if found is None else _with_year_line(found, lines)


def every_title(lines: Sequence[Line], layout: Layout, settings: NarrativeSettings) -> tuple[Title, ...]:
    """Return whatever may be a title among `lines`, in order, no line in two of them."""
    found: list[Title] = []
    for title in _titles(lines, layout, settings):
        whole = _with_year_line(title, lines)
        if not found or found[-1].end <= whole.start:
            found.append(whole)
    return tuple(found)


def _titles(lines: Sequence[Line], layout: Layout, settings: NarrativeSettings) -> Iterator[Title]:
    for last, line in enumerate(lines):
        if not _ends_title(line.text) or not _may_belong(line, layout, settings):
            continue
        first = _first_line(lines, last, layout, settings)
        text = "".join(each.text for each in lines[first : last + 1])
        if _has_topic(text) and units(text) <= LONGEST_TITLE:
            yield Title(text, first, last + 1)


def issuer_of_title(title: str) -> str | None:
    """Return who issued the report: what stands before the year, or between the year and the topic."""
    found = find_year(title)
    before, after = (title[: found[1].start()], title[found[1].end() :]) if found else (title, "")
    return _issuer(before) or _issuer(after)


def issuer_of_preamble(text: str) -> re.Match[str] | None:
    """Return the match of 由…编制 whose first group is the issuer, or None."""
    for match in _PREAMBLE_ISSUER.finditer(text):
        if not match[1].startswith(_SELF):
            return match
    return None


def _issuer(text: str) -> str | None:
    topic = _TOPIC.search(text)
    words = text[: topic.start()] if topic else text
    words = words.strip(_QUOTES)
    words = words.removesuffix("关于").removeprefix("关于").strip(_QUOTES)
    if topic and words.endswith("人民"):
        words += "政府"  # 人民政府信息公开: one 政府 printed for two
    is_title = any(words.endswith(end) for end in ("报告", "年报", "工作", "年度"))
    return None if len(words) < 3 or is_title or words.startswith(_SELF) else words


def _with_year_line(title: Title, lines: Sequence[Line]) -> Title:
    """Return the title with a line above or below that holds nothing but the year it lacks."""
    if find_year(title.text) is not None:
        return title
    first, end = title.start, title.end
    if end < len(lines) and _is_year_line(lines[end]):
        return Title(title.text + lines[end].text, first, end + 1)
    if first > 0 and _is_year_line(lines[first - 1]):
        return Title(lines[first - 1].text + title.text, first - 1, end)
    return title


def _first_line(lines: Sequence[Line], last: int, layout: Layout, settings: NarrativeSettings) -> int:
    first = last
    while first > 0 and last - first + 1 < MOST_LINES:
        text = "".join(line.text for line in lines[first : last + 1])
        above, below = lines[first - 1], lines[first]
        needed = not _has_topic(text) or (issuer_of_title(text) is None)
        if not _goes_on(above, below, layout, settings, needed=needed):
            break
        first -= 1
    return first


def _goes_on(above: Line, below: Line, layout: Layout, settings: NarrativeSettings, *, needed: bool) -> bool:
    """Return whether the line above is a part of the title that goes on in `below`."""
    text = plain(above.text)
    if units(above.text) > LONGEST_LINE or _PUNCTUATION.search(text) or _OFFICE_PAPER.search(text):
        return False
    if above.box is None or below.box is None:
        # Without geometry only what the title lacks is taken: its topic, or a body's name.
        lacks_topic = needed and not _has_topic(below.text)
        return lacks_topic or (needed and _BODY.search(text) is not None)
    near = above.page == below.page and below.box.top - above.box.bottom < 1.5 * below.box.height
    alike = 0.8 < above.em / below.em < 1.25 if below.em else False
    return near and _may_belong(above, layout, settings) and (needed or alike)


def _may_belong(line: Line, layout: Layout, settings: NarrativeSettings) -> bool:
    """Return whether the line stands as a title does: larger than the body, or short and centred."""
    if _PUNCTUATION.search(plain(line.text)):
        return False
    frame = layout.frames.get(line.page) if line.page is not None else None
    if line.box is None or frame is None:
        return True
    return line.em >= settings.title_scale * frame.em or is_centred(line, frame, settings)


def is_centred(line: Line, frame: Frame, settings: NarrativeSettings) -> bool:
    """Return whether the line stands in the middle of the body, clear of both edges."""
    if line.box is None:
        return False
    off = line.box.center[0] - (frame.left + frame.right) / 2
    return (
        abs(off) <= settings.centred * frame.em
        and line.box.left > frame.left + settings.first_indent * frame.em
    )


def is_date(text: str) -> bool:
    """Return whether a line without spaces ends in a day, as those do that close a report."""
    return _DAY.search(text) is not None


def _ends_title(text: str) -> bool:
    words = _REMARK.sub("", plain(text)).rstrip('》”"')
    if words.endswith(("报告", "年报")):
        return True
    return any(fuzz.ratio(words[-len(end) :], end) >= END_LIKENESS for end in _ENDS)


def _has_topic(text: str) -> bool:
    words = plain(text)
    return _TOPIC.search(words) is not None or fuzz.partial_ratio("信息公开", words) >= TOPIC_LIKENESS


def _is_year_line(line: Line) -> bool:
    return _YEAR_LINE.fullmatch(plain(line.text)) is not None
