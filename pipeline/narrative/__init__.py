"""The narrative of a report: title, issuer, year, period and sections, out of the prose around its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline import report
from pipeline.model import Finding, PageContent, Table
from pipeline.narrative.captions import find_captions, flow_captions
from pipeline.narrative.dates import find_spans, find_year
from pipeline.narrative.furniture import without_furniture
from pipeline.narrative.headings import Heading, find_headings
from pipeline.narrative.lines import Layout, Line, layout_of, visual_lines
from pipeline.narrative.paragraphs import Paragraph, evidence_of, paragraphs_of
from pipeline.narrative.places import TitlePlace, find_titles
from pipeline.narrative.site import is_of_site
from pipeline.narrative.text import plain, tidy
from pipeline.narrative.title import Title, find_title, issuer_of_preamble, issuer_of_title
from pipeline.settings import NarrativeSettings

__all__ = [
    "Narrative",
    "TitlePlace",
    "caption_tables",
    "find_titles",
    "issuer_of_title",
    "read_narrative",
    "year_of_title",
]

DEFAULTS = NarrativeSettings()
MOST_BEFORE_TITLE = 8  # characters of buttons that a text runs on with a title
_PERIOD_WORDS = ("统计", "期限", "时限", "数据", "时间", "期间")


@dataclass(frozen=True, slots=True)
class Narrative:
    """What the prose says; what was not found is None.

    Text before the first section is a section without number and heading.  `evidence` has an entry for
    each of `title`, `issuer`, `year`, `period` that was found.
    """

    title: str | None = None
    issuer: str | None = None
    year: int | None = None
    period: report.Period = field(default_factory=report.Period)
    sections: tuple[report.Section, ...] = ()
    evidence: Mapping[str, report.Evidence] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outline:
    """The lines of a document and which of them are title, headings and captions."""

    lines: tuple[Line, ...]
    layout: Layout
    title: Title | None
    headings: tuple[Heading, ...]
    captions: Mapping[int, int]


def read_narrative(
    pages: Sequence[PageContent],
    tables: Sequence[Table],
    settings: NarrativeSettings = DEFAULTS,
) -> Narrative:
    """Return what the prose of `pages` says, the whole `tables` and their captions left out.

    Lines may come without boxes (text, Word, web pages): then each is a paragraph.  Spaces beside
    Chinese characters are dropped from titles and paragraphs; `evidence` keeps them.  A heading is
    given as printed, its number and remark (无) included.
    """
    outline = _outline(pages, tables, settings)
    groups = _groups(outline, settings)
    evidence: dict[str, report.Evidence] = {}
    title = None
    if outline.title is not None:
        its_lines = outline.lines[outline.title.start : outline.title.end]
        title = outline.title.text
        evidence["title"] = evidence_of(its_lines, "\n".join(line.raw.strip() for line in its_lines))
    body = [paragraph for _, paragraphs in groups for paragraph in paragraphs]
    preamble = [p for heading, paragraphs in groups if heading is None for p in paragraphs]
    issuer = _issuer(title, preamble, evidence)
    period, period_year = _period(preamble, body, evidence)
    year, findings = _year(title, period_year, evidence)
    return Narrative(title, issuer, year, period, tuple(_sections(groups, outline)), evidence, findings)


def caption_tables(
    pages: Sequence[PageContent],
    tables: Sequence[Table],
    settings: NarrativeSettings = DEFAULTS,
) -> tuple[Table, ...]:
    """Return `tables` with the caption that stands above each, where there is one and none is set."""
    outline = _outline(pages, tables, settings)
    return tuple(
        replace(table, caption=outline.lines[outline.captions[index]].text)
        if index in outline.captions
        else table
        for index, table in enumerate(tables)
    )


def year_of_title(title: str) -> int | None:
    """Return the year that a title names."""
    found = find_year(title)
    return found[0] if found else None


def _outline(pages: Sequence[PageContent], tables: Sequence[Table], settings: NarrativeSettings) -> _Outline:
    by_page = {index: visual_lines(page) for index, page in enumerate(pages)}
    shown = without_furniture(pages, by_page, settings)
    lines = tuple(line for line in shown if not is_of_site(line.text))
    layout = layout_of(pages, lines, tables, settings.first_indent)
    headings = find_headings(lines)
    before = lines[: headings[0].start] if headings else lines
    title = find_title(before, layout, settings)
    taken = {index for heading in headings for index in range(heading.start, heading.end)}
    taken |= set(range(title.start, title.end)) if title else set()
    uncaptioned = [replace(table, caption=None) for table in tables]
    captions = {
        **find_captions(lines, uncaptioned, taken, layout, settings),
        **flow_captions(lines, by_page, pages, uncaptioned, taken),
    }
    return _Outline(lines, layout, title, headings, captions)


def _groups(
    outline: _Outline, settings: NarrativeSettings
) -> list[tuple[Heading | None, tuple[Paragraph, ...]]]:
    """Return the paragraphs under each heading; those before the first stand under None."""
    starts = [heading.start for heading in outline.headings]
    ends = [heading.end for heading in outline.headings]
    gone = set(outline.captions.values())
    if outline.title is not None:
        gone |= set(range(outline.title.start, outline.title.end))
        gone |= _repeated(outline.title, outline.lines[: starts[0] if starts else 0])
    groups: list[tuple[Heading | None, tuple[Paragraph, ...]]] = []
    spans = zip([0, *ends], [*starts, len(outline.lines)], [None, *outline.headings], strict=True)
    for first, last, heading in spans:
        lines = [outline.lines[index] for index in range(first, last) if index not in gone]
        if heading is not None and heading.rest:
            lines.insert(0, replace(outline.lines[heading.end - 1], text=heading.rest))
        groups.append((heading, paragraphs_of(lines, outline.layout, settings)))
    return groups


def _repeated(title: Title, lines: Sequence[Line]) -> set[int]:
    """Return the lines before the first section that say the title again, as a page's head does."""
    wanted, found = plain(title.text), set[int]()
    for size in {1, title.end - title.start}:
        for first in range(len(lines) - size + 1):
            text = plain("".join(line.text for line in lines[first : first + size]))
            if text.endswith(wanted) and len(text) <= len(wanted) + MOST_BEFORE_TITLE:
                found |= set(range(first, first + size))
    return found


def _sections(
    groups: Sequence[tuple[Heading | None, tuple[Paragraph, ...]]], outline: _Outline
) -> Iterator[report.Section]:
    for heading, paragraphs in groups:
        text = tuple(paragraph.text for paragraph in paragraphs if paragraph.text)
        if heading is not None:
            page = outline.lines[heading.start].page
            yield report.Section(number=heading.number, heading=tidy(heading.text), text=text, page=page)
        elif text:
            yield report.Section(number=None, heading="", text=text, page=paragraphs[0].lines[0].page)


def _issuer(
    title: str | None, preamble: Sequence[Paragraph], evidence: dict[str, report.Evidence]
) -> str | None:
    issuer = issuer_of_title(title) if title is not None else None
    if issuer is not None:
        evidence["issuer"] = evidence["title"]
        return issuer
    for paragraph in preamble:
        match = issuer_of_preamble(paragraph.text)
        if match is not None:
            evidence["issuer"] = paragraph.evidence(*match.span(1))
            return match[1]
    return None


def _period(
    preamble: Sequence[Paragraph], body: Sequence[Paragraph], evidence: dict[str, report.Evidence]
) -> tuple[report.Period, int | None]:
    """Return the period the figures cover and its last year.

    A span of days counts where the words before it speak of data or a period; in the preamble any does.
    """
    told = [(paragraph, True) for paragraph in body] + [(paragraph, False) for paragraph in preamble]
    for paragraph, must_say in told:
        text = paragraph.text
        for span in find_spans(text):
            context = text[max(0, span.start - 30) : span.start]
            if must_say and not any(word in context for word in _PERIOD_WORDS):
                continue
            evidence["period"] = paragraph.evidence(span.start, span.end)
            period = report.Period(from_=span.first.isoformat(), to=span.last.isoformat())
            return period, span.last.year
    return report.Period(), None


def _year(
    title: str | None, period_year: int | None, evidence: dict[str, report.Evidence]
) -> tuple[int | None, tuple[Finding, ...]]:
    """Return the year the title names, else the period's; a finding where the two disagree."""
    named = find_year(title) if title is not None else None
    if named is None:
        if period_year is not None:
            evidence["year"] = evidence["period"]
        return period_year, ()
    evidence["year"] = evidence["title"]
    if period_year is None or period_year == named[0]:
        return named[0], ()
    detail = f"title {named[0]}, period {period_year}"
    return named[0], (Finding("year_disagrees", evidence["period"].page, detail),)
