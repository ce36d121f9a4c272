"""Results summed up by kind of case and over all, and drawn as tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict
from rich.box import SIMPLE_HEAD
from rich.table import Table

from scripts.lib.result import Result
from scripts.lib.score import Outcome, Score

ALL = "all"


class Summary(BaseModel):
    """A group of cases; shares are 0..1 and null where there is nothing to share.

    A case that ended in an error counts all its figures as missing, none of them silently.
    `stages` are seconds a page.
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
    lone_recall: float | None
    lone_precision: float | None
    tables: int
    exact_grids: int
    teds: float | None
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


def summary(kind: str, results: Sequence[Result]) -> Summary:
    """Return the sums over `results`."""
    scores = [result.score for result in results if result.score is not None]
    failed = [result for result in results if result.score is None]
    structures = [structure for score in scores for structure in score.structures]
    tables = sum(result.tables for result in results)
    right = sum(score.lone.right for score in scores)
    pages = sum(result.pages for result in results)
    return Summary(
        kind=kind,
        documents=len(results),
        errors=len(failed),
        perfect=sum(score.perfect for score in scores),
        figures=sum(result.figures for result in results),
        exact=sum(score.exact for score in scores),
        wrong=_count(scores, "wrong"),
        missing=_count(scores, "missing") + sum(result.figures for result in failed),
        invented=_count(scores, "invented"),
        silent=sum(score.silent for score in scores),
        lone_recall=_share(right, sum(score.lone.true for score in scores)),
        lone_precision=_share(right, sum(score.lone.read for score in scores)),
        tables=tables,
        exact_grids=sum(structure.exact for structure in structures),
        teds=_share(sum(structure.teds for structure in structures), tables),
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


def _percent(part: float | None, digits: int = 2) -> str:
    """Return a share in percent, rounded down, so that only a whole share reads 100."""
    if part is None:
        return "-"
    scale = 10**digits
    return f"{int(part * 100 * scale + 1e-9) / scale:.{digits}f}"


def _row(row: Summary) -> tuple[str, ...]:
    return (
        row.kind,
        f"{row.perfect}/{row.documents}",
        f"{row.exact}/{row.figures}",
        _percent(_share(row.exact, row.figures)),
        str(row.wrong),
        str(row.missing),
        str(row.invented),
        str(row.silent),
        _percent(row.lone_recall),
        _percent(row.lone_precision),
        f"{row.exact_grids}/{row.tables}",
        "-" if row.teds is None else f"{int(row.teds * 10_000 + 1e-9) / 10_000:.4f}",
        f"{row.seconds / row.documents:.2f}",
        f"{row.seconds / row.pages:.2f}" if row.pages else "-",
        f"{row.peak_mib:.0f}",
        str(row.errors),
    )


COLUMNS = (
    "kind",
    "all\nexact",
    "exact\nfigures",
    "\n%",
    "\nwrong",
    "\nmissing",
    "\ninvented",
    "\nsilent",
    "lone digits\nrecall %",
    "\nprecision %",
    "exact\ngrids",
    "TEDS-\nStruct",
    "s a\ndocument",
    "s a\npage",
    "peak\nMiB",
    "\nerrors",
)


def summary_table(rows: Iterable[Summary]) -> Table:
    """Return the summary as a table for the terminal."""
    table = Table(*COLUMNS, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        if row.kind == ALL:
            table.add_section()
        table.add_row(*_row(row))
    return table


def stages_table(rows: Sequence[Summary]) -> Table:
    """Return the seconds a page by stage as a table."""
    stages = list(dict.fromkeys(stage for row in rows for stage in row.stages))
    table = Table("s a page", *stages, box=SIMPLE_HEAD)
    for row in rows:
        seconds = (f"{row.stages[stage]:.3f}" if stage in row.stages else "-" for stage in stages)
        table.add_row(row.kind, *seconds)
    return table


def faults_table(results: Iterable[Result], most: int) -> Table:
    """Return the figures that are not exact, silent ones first, at most `most`."""
    every = [
        (result.name, fault)
        for result in results
        if result.score is not None
        for fault in result.score.faults
    ]
    every.sort(key=lambda pair: not pair[1].silent)
    table = Table(
        "document", "figure", "outcome", "true", "value", "raw", "state", "conf.", "flags", box=SIMPLE_HEAD
    )
    for name, fault in every[:most]:
        table.add_row(
            name,
            fault.key,
            f"silently {fault.outcome}" if fault.silent else fault.outcome,
            fault.expected or "",
            fault.value or "",
            fault.raw or "",
            fault.state or "",
            f"{fault.confidence:.3f}",
            " ".join(fault.flags),
        )
    left = len(every) - most
    if left > 0:
        table.caption = f"and {left} more, in the JSON"
    return table
