"""The tools compared, summed up by kind of case, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from scripts.lib.compare_run import PeerResult
from scripts.lib.corpus_kinds import KINDS
from scripts.lib.interval import Interval, interval
from scripts.lib.summary import ALL
from scripts.lib.summary_tables import Sheet, percent, with_interval


class PeerSummary(BaseModel):
    """A tool on the cases of one kind; a document that failed counts with all its figures and tables.

    `figures` are those that stand exactly in their own cells, `by_key` those exact under their keys;
    `teds` is the mean likeness of the structures, 0..1; `processor` are processor seconds a page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: str
    kind: str
    documents: int
    failed: int
    perfect: int
    figures: Interval | None
    by_key: Interval | None
    grids: Interval | None
    teds: float | None
    processor: float | None
    seconds: float | None


class Entry(BaseModel):
    """A tool: its label, settings and versions, why it did not run (else null), and its sums by kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: str
    label: str
    settings: str
    versions: dict[str, str | None]
    absent: str | None
    summaries: tuple[PeerSummary, ...] = ()

    def of(self, kind: str) -> PeerSummary | None:
        return next((one for one in self.summaries if one.kind == kind), None)


def _right(result: PeerResult) -> int:
    return result.score.right if result.score else 0


def _exact(result: PeerResult) -> int:
    return sum(structure.exact for structure in result.score.structures) if result.score else 0


def _likeness(result: PeerResult) -> float:
    return sum(structure.teds for structure in result.score.structures) if result.score else 0.0


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def summary(tool: str, kind: str, results: Sequence[PeerResult]) -> PeerSummary:
    """Return the sums over `results`."""
    pages = sum(result.pages for result in results)
    keyed = any(result.by_key is not None for result in results)
    return PeerSummary(
        tool=tool,
        kind=kind,
        documents=len(results),
        failed=sum(result.score is None for result in results),
        perfect=sum(_right(result) == result.figures for result in results),
        figures=interval([(_right(result), result.figures) for result in results]),
        by_key=interval([(result.by_key or 0, result.figures) for result in results]) if keyed else None,
        grids=interval([(_exact(result), result.tables) for result in results]),
        teds=_share(sum(map(_likeness, results)), sum(result.tables for result in results)),
        processor=_share(sum(result.processor for result in results), pages),
        seconds=_share(sum(result.seconds for result in results), pages),
    )


def summaries(tool: str, results: Sequence[PeerResult]) -> tuple[PeerSummary, ...]:
    """Return the sums of one tool: by kind, in the order of appearance, and over all."""
    kinds = dict.fromkeys(result.kind for result in results)
    parts = (summary(tool, kind, [r for r in results if r.kind == kind]) for kind in kinds)
    return (*parts, summary(tool, ALL, results))


Show = Callable[[PeerSummary], str]


def _place(kind: str) -> int:
    """Return where a kind stands among those that are made, from the easy to the hard; others behind."""
    order: tuple[str, ...] = KINDS
    return order.index(kind) if kind in order else len(order)


def _sheet(entries: Iterable[Entry], kinds: Sequence[str], show: Show) -> Sheet:
    rows = []
    for entry in entries:
        found = [entry.of(kind) for kind in kinds]
        rows.append((entry.label, *("-" if one is None else show(one) for one in found)))
    return Sheet(("", *kinds), tuple(rows))


def _of_grids(one: PeerSummary) -> str:
    exact = percent(one.grids.share if one.grids else None, 0)
    return f"{percent(one.teds, 1)}\n({exact})"


def _of_time(one: PeerSummary) -> str:
    return "-" if one.processor is None else f"{one.processor:.2f}"


def sheets(entries: Sequence[Entry]) -> dict[str, Sheet]:
    """Return the tables by their titles: figures, structure, time and failures."""
    found = dict.fromkeys(one.kind for entry in entries for one in entry.summaries if one.kind != ALL)
    parts = tuple(sorted(found, key=_place))
    ran = [entry for entry in entries if entry.summaries]
    keyed = [
        entry.model_copy(
            update={
                "label": f"{entry.label}, values by key",
                "summaries": tuple(one.model_copy(update={"figures": one.by_key}) for one in entry.summaries),
            }
        )
        for entry in ran
        if any(one.by_key for one in entry.summaries)
    ]
    return {
        "Figures that stand exactly in their own cells, %": _sheet(
            [*ran, *keyed], parts, lambda one: with_interval(one.figures, digits=1)
        ),
        "Documents with all figures so": _sheet(ran, parts, lambda one: f"{one.perfect} of {one.documents}"),
        "Structure: TEDS-Struct, % (exact grids, %)": _sheet(ran, parts, _of_grids),
        "Processor seconds a page": _sheet(ran, (*parts, ALL), _of_time),
        "Documents failed": _sheet(ran, (*parts, ALL), lambda one: str(one.failed)),
    }


def tools_sheet(entries: Iterable[Entry]) -> Sheet:
    """Return which tools ran, in which versions, with which settings, or why one did not."""
    rows = []
    for entry in entries:
        versions = ", ".join(f"{package} {version or '-'}" for package, version in entry.versions.items())
        note = f"not run: {entry.absent}" if entry.absent else entry.settings
        rows.append((entry.label, versions, note))
    return Sheet(("tool", "versions", "settings"), tuple(rows))
