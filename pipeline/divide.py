"""Several reports in one document, such as a district's yearbook: where one ends and the next begins.

A document is cut wherever a title may stand; a stretch begins a report where the sections or the tables
of the form start anew behind its title.  All others belong to the report before them: running heads,
covers, tables of contents and quoted titles divide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz

from pipeline.cutting import START, Place, between, holds_anything, span
from pipeline.form import FormMatch, is_whole, match_form, same_label, same_table
from pipeline.grid import stitch
from pipeline.model import NO_PAGE, Finding, PageContent, Table
from pipeline.narrative import TitlePlace, find_titles, issuer_of_title, read_narrative, year_of_title
from pipeline.report import Section
from pipeline.settings import DivideSettings, Settings

FRONT = "front_matter"  # text before the first of several reports, kept with that one
REPEATED = "report_repeated"  # the same report stands in the document twice, and is counted once
STRAY_TITLE = "another_title"  # another report's title, behind which no report was made out
SECOND_SET = "second_set_of_tables"  # another report's tables, it seems, and no title before them


@dataclass(frozen=True, slots=True)
class Portion:
    """What belongs to one report: `contents`, some of `span` (indices into the document's contents).

    `front` is what stands before the first of several reports.
    """

    contents: tuple[PageContent, ...]
    span: range
    front: tuple[PageContent, ...] = ()
    findings: tuple[Finding, ...] = ()


class _Stretch:
    """A piece of the document that begins with what may be a title, and what there is in it."""

    def __init__(
        self,
        start: Place,
        title: TitlePlace | None,
        contents: tuple[PageContent, ...],
        settings: Settings,
    ) -> None:
        self.start = start
        self.title = title
        self.contents = contents
        self._settings = settings

    @property
    def words(self) -> str:
        return self.title.text if self.title else ""

    @property
    def page(self) -> int | None:
        info = self.contents[0].info
        return None if info == NO_PAGE else info.number

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        if sum(len(content.lines) for content in self.contents) < 2:  # a lone title, as in a list of them
            return ()
        return read_narrative(self.contents, (), self._settings.narrative).sections

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The sections whose headings stand here."""
        return frozenset(s.number for s in self.sections if s.number is not None)

    @cached_property
    def told(self) -> frozenset[int | None]:
        """The sections that have a sentence here; None for text before the first."""
        return frozenset(s.number for s in self.sections if any(map(self._is_told, s.text)))

    @cached_property
    def figures(self) -> Mapping[str, str]:
        """The texts of the form's figures by key."""
        if not any(content.tables for content in self.contents):
            return {}
        tables = stitch(self.contents, same_label, self._settings.grid, same_table, is_whole)
        match = match_form(tables, self._settings.form)
        return {
            key: "".join(tables[p.table].readings[cell].text.text for cell in p.cells)
            for key, p in match.placements.items()
        }

    @cached_property
    def lines(self) -> frozenset[str]:
        return frozenset(line.text.strip() for content in self.contents for line in content.lines)

    def _is_told(self, paragraph: str) -> bool:
        return "。" in paragraph and len(paragraph) >= self._settings.divide.sentence


def divide(contents: Sequence[PageContent], settings: Settings) -> tuple[Portion, ...]:
    """Return the reports that a document's `contents` (tables laid out) hold, in order; one at least."""
    stretches = list(_stretches(contents, settings))
    whole = Portion(tuple(contents), range(len(contents)))
    if len(stretches) < 2:
        return (whole,)
    groups = _groups(stretches, settings.divide)
    if len(groups) == 1:
        return (replace(whole, findings=tuple(_findings(groups[0], settings.divide))),)
    return tuple(_portions(contents, groups, settings.divide))


def second_set(tables: Sequence[Table], match: FormMatch, settings: Settings) -> tuple[Finding, ...]:
    """Return a finding where a report has two sets of the form's tables: another's, without its title."""
    by_kind: dict[str, list[int]] = {}
    for index, table in enumerate(match.tables):
        by_kind.setdefault(table.kind, []).append(index)
    doubled = {kind: found for kind, found in by_kind.items() if kind != "other" and len(found) > 1}
    if len(doubled) < settings.divide.restarted:
        return ()
    again = [
        second
        for kind, found in doubled.items()
        for first, second in pairwise(found)
        if _kinds_again(_keys(tables[first], kind, settings), _keys(tables[second], kind, settings))
    ]
    if len({match.tables[index].kind for index in again}) < settings.divide.restarted:
        return ()
    pages = [part.page for index in again for part in tables[index].parts[:1]]
    return tuple(Finding(SECOND_SET, page) for page in pages) or (Finding(SECOND_SET),)


def _keys(table: Table, kind: str, settings: Settings) -> frozenset[str]:
    keys = match_form([table], settings.form).placements
    return frozenset(key for key in keys if key.startswith(f"{kind}."))


def _stretches(contents: Sequence[PageContent], settings: Settings) -> Iterator[_Stretch]:
    """Yield the pieces between one title and the next, the first from the document's start."""
    starts: list[tuple[Place, TitlePlace | None]] = [(START, None)]
    for title in find_titles(contents, settings.narrative):
        place = Place(title.content) if title.first else _place(title)
        if place > starts[-1][0]:
            starts.append((place, title))
        elif place == START:
            starts[-1] = (place, title)
    ends = [place for place, _ in starts[1:]]
    for (place, named), end in zip(starts, [*ends, None], strict=True):
        held = between(contents, place, end)
        if any(map(holds_anything, held)):
            yield _Stretch(place, named, held, settings)


def _place(title: TitlePlace) -> Place:
    return Place(title.content, title.line) if title.top is None else Place(title.content, top=title.top)


class _Group:
    """The stretches that make up a report so far, and what they have together."""

    def __init__(self, stretches: Iterable[_Stretch]) -> None:
        self.stretches: list[_Stretch] = []
        self.numbers: set[int] = set()
        self.told: set[int] = set()
        self.figures: dict[str, str] = {}
        self.repeated: list[Finding] = []
        for stretch in stretches:
            self.add(stretch)

    def add(self, stretch: _Stretch) -> None:
        self.stretches.append(stretch)
        self.numbers |= stretch.numbers
        self.told |= {number for number in stretch.told if number is not None}
        self.figures |= stretch.figures

    def is_report(self, settings: DivideSettings) -> bool:
        """Return whether there is more than titles and contents: figures, or sections with sentences."""
        return len(self.told) >= settings.told or len(self.figures) >= settings.figures

    @property
    def own(self) -> int:
        """The position of the first stretch that has something of a report in it."""
        return next((i for i, s in enumerate(self.stretches) if s.numbers or s.figures), 0)

    @property
    def words(self) -> str:
        """The report's title."""
        return self.stretches[self.own].words


def _groups(stretches: Sequence[_Stretch], settings: DivideSettings) -> list[_Group]:
    """Return the stretches of each report."""
    begun = [_Group(stretches[:1])]
    for stretch in stretches[1:]:
        group = begun[-1]
        if group.is_report(settings) and _starts_anew(stretch, group):
            covers = _covers(group, stretch, settings)
            if covers:
                begun[-1] = _Group(group.stretches[: -len(covers)])
            begun.append(_Group([*covers, stretch]))
        else:
            group.add(stretch)
    groups = begun[:1]
    for group in begun[1:]:
        before = groups[-1]
        real = group.is_report(settings) and _restarted(group, before) >= settings.restarted
        copy = real and _is_copy(group, before, settings)
        if real and not copy:
            groups.append(group)
            continue
        if copy:
            before.repeated.append(Finding(REPEATED, group.stretches[0].page, group.words))
        for stretch in group.stretches:
            before.add(stretch)
    return groups


def _starts_anew(stretch: _Stretch, group: _Group) -> bool:
    return 1 in stretch.numbers or bool(_kinds_again(stretch.figures.keys(), group.figures.keys()))


def _restarted(group: _Group, before: _Group) -> int:
    """Return how many sections and tables a report has that the one before it has as well."""
    again = _kinds_again(group.figures.keys(), before.figures.keys())
    return len(group.numbers & before.numbers) + len(again)


def _kinds_again(keys: Set[str], before: Set[str]) -> frozenset[str]:
    """Return the tables of the form that come again: a piece of a cut table has other rows."""
    kinds = {key.partition(".")[0] for key in keys}
    found = set()
    for kind in kinds:
        new = {key for key in keys if key.startswith(f"{kind}.")}
        old = {key for key in before if key.startswith(f"{kind}.")}
        if old and 2 * len(new & old) >= min(len(new), len(old)):
            found.add(kind)
    return frozenset(found)


def _covers(group: _Group, stretch: _Stretch, settings: DivideSettings) -> list[_Stretch]:
    """Return those at the end of `group` that are covers of the report which begins in `stretch`."""
    covers: list[_Stretch] = []
    old, held = group.words, group.stretches
    for cover in reversed(held[max(1, len(held) - settings.covers) :]):
        if not _is_cover(cover, stretch, old, settings):
            break
        covers.insert(0, cover)
    rest = _Group(held[: len(held) - len(covers)]) if covers else group
    return covers if rest.is_report(settings) else []


def _is_cover(cover: _Stretch, stretch: _Stretch, old: str, settings: DivideSettings) -> bool:
    """Return whether a stretch is of the report that begins in `stretch`, not of that called `old`."""
    to_new, to_old = fuzz.ratio(cover.words, stretch.words), fuzz.ratio(cover.words, old)
    if to_new != to_old:
        return to_new > to_old
    bare = not cover.figures and (not cover.numbers or 1 in cover.numbers)
    short = sum(len(content.lines) for content in cover.contents) <= settings.cover_lines
    return bare and short and cover.title is not None and not cover.title.marginal


def _is_copy(group: _Group, before: _Group, settings: DivideSettings) -> bool:
    """Return whether a report is the one before it again, as pages for two kinds of screens have it."""
    same = "".join(before.words.split()) == "".join(group.words.split())
    if not same or group.figures != before.figures:
        return False
    lines = [ln for s in group.stretches for ln in s.lines if len(ln) >= settings.sentence]
    known = frozenset().union(*(s.lines for s in before.stretches))
    return sum(line in known for line in lines) >= settings.copied * len(lines)


def _portions(
    contents: Sequence[PageContent], groups: Sequence[_Group], settings: DivideSettings
) -> Iterator[Portion]:
    own = groups[0].stretches[_front_end(groups[0])].start
    starts = [own, *(group.stretches[0].start for group in groups[1:])]
    ends = [*starts[1:], None]
    front = between(contents, START, own) if own > START else ()
    for group, start, end in zip(groups, starts, ends, strict=True):
        findings = tuple(_findings(group, settings))
        held = between(contents, start, end)
        if group is groups[0] and front:
            told = tuple(Finding(FRONT, None if c.info == NO_PAGE else c.info.number) for c in front)
            yield Portion(held, span(contents, START, end), front, (*told, *findings))
        else:
            yield Portion(held, span(contents, start, end), findings=findings)


def _front_end(group: _Group) -> int:
    """Return the position of the stretch with which the first report begins, its cover included."""
    own, title = group.own, group.words
    while own and title and _same(group.stretches[own - 1].words, title):
        own -= 1
    return own


def _same(first: str, second: str) -> bool:
    one, two = "".join(first.split()), "".join(second.split())
    return bool(one and two) and (one in two or two in one)


def _findings(group: _Group, settings: DivideSettings) -> Iterator[Finding]:
    """Yield what is doubtful of a report: a copy of it, a title of another with sentences but no report."""
    yield from group.repeated
    title = group.words
    for stretch in group.stretches[group.own + 1 :]:
        shown = stretch.title is not None and not stretch.title.marginal
        if shown and stretch.told and _names_another(stretch.words, title, settings):
            yield Finding(STRAY_TITLE, stretch.page, stretch.words)


def _names_another(text: str, title: str, settings: DivideSettings) -> bool:
    """Return whether both titles say issuer and year, and not the same."""
    years = year_of_title(text), year_of_title(title)
    issuer, own = issuer_of_title(text), issuer_of_title(title)
    if issuer is None or own is None or None in years:
        return False
    return years[0] != years[1] or fuzz.ratio(issuer, own) < settings.same_issuer
