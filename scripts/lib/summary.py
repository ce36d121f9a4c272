"""Results summed up by kind of case and over all, with 95 % intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from scripts.lib.interval import Interval, interval
from scripts.lib.reliability import Reliability, reliability
from scripts.lib.result import Result
from scripts.lib.score import Outcome, Score

ALL = "all"


class Intervals(BaseModel):
    """Shares (0..1) with their 95 % intervals; null where there is nothing to share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    perfect: Interval | None
    exact: Interval | None
    silent: Interval | None
    lone_recall: Interval | None
    lone_precision: Interval | None
    exact_grids: Interval | None


class Summary(BaseModel):
    """A group of cases; shares are 0..1 and null where there is nothing to share.

    A case that ended in an error counts all its figures as missing, none of them silently.  `flagged` counts
    figures found that a flag or a failed check speaks of; `silent_per_10000` is per 10,000 figures;
    `prose_error` is the character error rate of the sections; `stages` are seconds a page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    documents: int
    errors: int
    perfect: int
    figures: int
    exact: int
    wrong: int
    missing: int
    invented: int
    silent: int
    silent_per_10000: float | None
    flagged: int
    lone_recall: float | None
    lone_precision: float | None
    tables: int
    exact_grids: int
    teds: float | None
    prose_characters: int
    prose_error: float | None
    intervals: Intervals
    reliability: Reliability | None
    pages: int
    seconds: float
    peak_mib: float
    stages: dict[str, float]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _stages(results: Sequence[Result], pages: int) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for result in results:
        for stage, seconds in result.stages.items():
            total[stage] += seconds
    return {stage: seconds / pages for stage, seconds in total.items()} if pages else {}


def _count(scores: Sequence[Score], outcome: Outcome) -> int:
    return sum(score.count(outcome) for score in scores)


def _per_document(
    results: Sequence[Result], hits: Callable[[Score], int], size: Callable[[Result], int]
) -> Interval | None:
    """Return the share of hits over documents; those without a score have none."""
    return interval([(hits(r.score) if r.score else 0, size(r)) for r in results])


def _exact_grids(score: Score) -> int:
    return sum(structure.exact for structure in score.structures)


def _intervals(results: Sequence[Result]) -> Intervals:
    scores = [result.score for result in results if result.score is not None]
    return Intervals(
        perfect=_per_document(results, lambda s: s.perfect, lambda _: 1),
        exact=_per_document(results, lambda s: s.exact, lambda r: r.figures),
        silent=_per_document(results, lambda s: s.silent, lambda r: r.figures),
        lone_recall=interval([(score.lone.right, score.lone.true) for score in scores]),
        lone_precision=interval([(score.lone.right, score.lone.read) for score in scores]),
        exact_grids=_per_document(results, _exact_grids, lambda r: r.tables),
    )


def summary(kind: str, results: Sequence[Result]) -> Summary:
    """Return the sums over `results`."""
    scores = [result.score for result in results if result.score is not None]
    failed = [result for result in results if result.score is None]
    structures = [structure for score in scores for structure in score.structures]
    prose = [score.prose for score in scores if score.prose is not None]
    characters = sum(one.characters for one in prose)
    tables = sum(result.tables for result in results)
    figures = sum(result.figures for result in results)
    right = sum(score.lone.right for score in scores)
    silent = sum(score.silent for score in scores)
    pages = sum(result.pages for result in results)
    return Summary(
        kind=kind,
        documents=len(results),
        errors=len(failed),
        perfect=sum(score.perfect for score in scores),
        figures=figures,
        exact=sum(score.exact for score in scores),
        wrong=_count(scores, "wrong"),
        missing=_count(scores, "missing") + sum(result.figures for result in failed),
        invented=_count(scores, "invented"),
        silent=silent,
        silent_per_10000=_share(10_000 * silent, figures),
        flagged=sum(score.flagged for score in scores),
        lone_recall=_share(right, sum(score.lone.true for score in scores)),
        lone_precision=_share(right, sum(score.lone.read for score in scores)),
        tables=tables,
        exact_grids=sum(structure.exact for structure in structures),
        teds=_share(sum(structure.teds for structure in structures), tables),
        prose_characters=characters,
        prose_error=_share(sum(one.edits for one in prose), characters),
        intervals=_intervals(results),
        reliability=reliability(one for score in scores for one in score.observed),
        pages=pages,
        seconds=sum(result.seconds for result in results),
        peak_mib=max((result.peak_mib for result in results), default=0.0),
        stages=_stages(results, pages),
    )


def summaries(results: Sequence[Result]) -> tuple[Summary, ...]:
    """Return one summary a kind, in the order of appearance, and the one over all where there are more."""
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.kind].append(result)
    rows = [summary(kind, group) for kind, group in groups.items()]
    return (*rows, summary(ALL, results)) if len(rows) > 1 else tuple(rows)


def breakdown(results: Sequence[Result]) -> tuple[Summary, ...]:
    """Return a summary of every kind and group of its cases (`poor: damage seals`), sorted by name."""
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        for group in result.groups:
            groups[f"{result.kind}: {group}"].append(result)
    return tuple(summary(name, groups[name]) for name in sorted(groups))
