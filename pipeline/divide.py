"""Several reports in one document, such as a district's yearbook: where one ends and the next begins.

A document is cut wherever a title may stand; a stretch begins a report where the sections or the tables
of the form start anew behind its title.  All others belong to the report before them: running heads,
covers, tables of contents and quoted titles divide nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz

from pipeline.cutting import START, Place, between, holds_anything, span
from pipeline.form import FormMatch, match_form, same_label
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
        tables = stitch(self.contents, same_label, self._settings.grid)
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
    groups, repeated = _groups(stretches, settings.divide)
    if len(groups) == 1:
        return (replace(whole, findings=(*_strays(groups[0], settings.divide), *repeated)),)
    return tuple(_portions(contents, groups, repeated, settings.divide))


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
    return Place(title.content, title.line, *(() if title.top is None else (title.top,)))


_Group = list[_Stretch]


def _groups(stretches: Sequence[_Stretch], settings: DivideSettings) -> tuple[list[_Group], list[Finding]]:
    """Return the stretches of each report, and findings on those that are there twice."""
    begun: list[_Group] = [[stretches[0]]]
    for stretch in stretches[1:]:
        group = begun[-1]
        if _is_report(group, settings) and _starts_anew(stretch, group):
            covers = _covers(group, stretch, settings)
            begun.append([*covers, stretch])
        else:
            group.append(stretch)
    groups, repeated = begun[:1], []
    for group in begun[1:]:
        real = _is_report(group, settings) and _restarted(group, groups[-1]) >= settings.restarted
        copy = real and _is_copy(group, groups[-1], settings)
        if copy:
            repeated.append(Finding(REPEATED, group[0].page, group[0].words))
        if real and not copy:
            groups.append(group)
        else:
            groups[-1] = [*groups[-1], *group]
    return groups, repeated


def _numbers(group: _Group) -> frozenset[int]:
    return frozenset().union(*(stretch.numbers for stretch in group))


def _figures(group: _Group) -> dict[str, str]:
    return {key: text for stretch in group for key, text in stretch.figures.items()}


def _is_report(group: _Group, settings: DivideSettings) -> bool:
    """Return whether there is more than titles and contents: figures, or sections with sentences."""
    told = {number for stretch in group for number in stretch.told if number is not None}
    return len(told) >= settings.told or len(_figures(group)) >= settings.figures


def _starts_anew(stretch: _Stretch, group: _Group) -> bool:
    return 1 in stretch.numbers or bool(_kinds_again(stretch.figures.keys(), _figures(group).keys()))


def _restarted(group: _Group, before: _Group) -> int:
    """Return how many sections and tables a report has that the one before it has as well."""
    again = _kinds_again(_figures(group).keys(), _figures(before).keys())
    return len(_numbers(group) & _numbers(before)) + len(again)


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


def _own(group: _Group) -> int:
    """Return the position of the first stretch that has something of a report in it."""
    return next((i for i, s in enumerate(group) if s.numbers or s.figures), 0)


def _covers(group: _Group, stretch: _Stretch, settings: DivideSettings) -> _Group:
    """Take from the end of `group` the covers that belong to the report which begins in `stretch`."""
    covers: _Group = []
    while len(group) > 1 and _is_cover(group[-1], stretch, group, settings):
        if not _is_report(group[:-1], settings):
            break
        covers.insert(0, group.pop())
    return covers


def _is_cover(cover: _Stretch, stretch: _Stretch, group: _Group, settings: DivideSettings) -> bool:
    old = group[_own(group)].words
    to_new, to_old = fuzz.ratio(cover.words, stretch.words), fuzz.ratio(cover.words, old)
    if to_new != to_old:
        return to_new > to_old
    bare = not cover.figures and (not cover.numbers or 1 in cover.numbers)
    short = sum(len(content.lines) for content in cover.contents) <= settings.cover_lines
    return bare and short and cover.title is not None and not cover.title.marginal


def _is_copy(group: _Group, before: _Group, settings: DivideSettings) -> bool:
    """Return whether a report is the one before it again, as pages for two kinds of screens have it."""
    first, second = before[_own(before)].words, group[_own(group)].words
    if "".join(first.split()) != "".join(second.split()) or _figures(group) != _figures(before):
        return False
    lines = [ln for s in group for ln in s.lines if len(ln) >= settings.sentence]
    known = frozenset().union(*(s.lines for s in before))
    return sum(line in known for line in lines) >= settings.copied * len(lines)


def _portions(
    contents: Sequence[PageContent],
    groups: Sequence[_Group],
    repeated: Sequence[Finding],
    settings: DivideSettings,
) -> Iterator[Portion]:
    own = _front_end(groups[0])
    starts = [groups[0][own].start, *(group[0].start for group in groups[1:])]
    for number, (group, start) in enumerate(zip(groups, starts, strict=True)):
        end = starts[number + 1] if number + 1 < len(starts) else None
        findings = list(_strays(group, settings))
        front: tuple[PageContent, ...] = ()
        first = START if not number else start
        if not number and own:
            front = between(contents, START, start)
            findings += [Finding(FRONT, None if c.info == NO_PAGE else c.info.number) for c in front]
        pages = {stretch.page for stretch in group}
        findings += [finding for finding in repeated if finding.page in pages]
        yield Portion(between(contents, start, end), span(contents, first, end), front, tuple(findings))


def _front_end(group: _Group) -> int:
    """Return the position of the stretch with which the first report begins, its cover included."""
    own = _own(group)
    title = group[own].words
    while own and title and _same(group[own - 1].words, title):
        own -= 1
    return own


def _same(first: str, second: str) -> bool:
    one, two = "".join(first.split()), "".join(second.split())
    return bool(one and two) and (one in two or two in one)


def _strays(group: _Group, settings: DivideSettings) -> Iterator[Finding]:
    """Yield a finding for each title of another report behind which there are sentences, but no report."""
    own = _own(group)
    title = group[own].words
    for stretch in group[own + 1 :]:
        if (
            stretch.title is None
            or stretch.title.marginal
            or not _names_another(stretch.words, title, settings)
        ):
            continue
        if stretch.told:
            yield Finding(STRAY_TITLE, stretch.page, stretch.words)


def _names_another(text: str, title: str, settings: DivideSettings) -> bool:
    """Return whether both titles say issuer and year, and not the same."""
    issuers, years = (
        (issuer_of_title(text), issuer_of_title(title)),
        (year_of_title(text), year_of_title(title)),
    )
    if None in issuers or None in years:
        return False
    return years[0] != years[1] or fuzz.ratio(*map(str, issuers)) < settings.same_issuer
