"""The summary of an archive: what was read of whom, what a person should look at, as one HTML page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pipeline.emit.template import page

BAR_WIDTH, BAR_HEIGHT, LABEL_WIDTH = 360, 16, 260  # pixels of a drawn bar and of the words beside it


@dataclass(frozen=True, slots=True)
class Cell:
    """The reports of one issuer and year."""

    issuer: str
    year: int | None
    documents: int
    review: int
    failed_checks: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the form and how many reports break it."""

    id: str
    documents: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a workspace holds; `outcomes` counts inputs, all else counts contents that were read."""

    outcomes: Mapping[str, int]
    documents: int
    pages: int
    review: int
    reasons: Mapping[str, int]
    cells: Sequence[Cell]
    rules: Sequence[Rule]
    year_checks: Mapping[str, int]

    @property
    def inputs(self) -> int:
        return sum(self.outcomes.values())

    @property
    def years(self) -> tuple[int | None, ...]:
        found = {cell.year for cell in self.cells}
        return tuple(sorted(found, key=lambda year: (year is None, year or 0)))

    @property
    def issuers(self) -> tuple[str, ...]:
        return tuple(sorted({cell.issuer for cell in self.cells}))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot: its words, its number, its length in pixels and where it stands."""

    label: str
    count: int
    width: float
    top: int


def bars(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """Return `counts` as bars, the longest of full width, in the order given."""
    most = max(counts.values(), default=0) or 1
    return tuple(
        Bar(label, count, round(BAR_WIDTH * count / most, 1), place * (BAR_HEIGHT + 6))
        for place, (label, count) in enumerate(counts.items())
    )


def summary_json(summary: Summary) -> bytes:
    """Return the summary as JSON."""
    return f"{json.dumps(asdict(summary), ensure_ascii=False, indent=1)}\n".encode()


def summary_html(summary: Summary, name: str) -> bytes:
    """Return the summary of workspace `name` as a self-contained page: plots, coverage by issuer and year."""
    by_year: dict[str, int] = {}
    for cell in summary.cells:
        label = str(cell.year) if cell.year is not None else "?"
        by_year[label] = by_year.get(label, 0) + cell.documents
    plots = {
        "结果 outcomes of inputs": bars(summary.outcomes),
        "年度 reports by year": bars(dict(sorted(by_year.items()))),
        "复核原因 why a person should look": bars(summary.reasons),
        "不成立的规则 rules that reports break": bars({rule.id: rule.documents for rule in summary.rules}),
        "年度衔接 year on year": bars(summary.year_checks),
    }
    grid = {(cell.issuer, cell.year): cell for cell in summary.cells}
    return page(
        "summary",
        workspace=name,
        summary=summary,
        plots={title: found for title, found in plots.items() if found},
        grid=grid,
        bar_height=BAR_HEIGHT,
        label_width=LABEL_WIDTH,
        width=LABEL_WIDTH + BAR_WIDTH + 80,
    )
