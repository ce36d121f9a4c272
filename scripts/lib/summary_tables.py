"""Summaries as tables: for the terminal, and as Markdown for a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from rich.box import SIMPLE_HEAD
from rich.table import Table

from scripts.lib.interval import Interval
from scripts.lib.reliability import Bin
from scripts.lib.result import Result
from scripts.lib.summary import ALL, Summary

_EPSILON = 1e-9  # of a last digit: what a product of floats may be off by


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts: a name, then numbers, in each row; an interval stands on a second line."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def on_terminal(self) -> Table:
        """Return the table for the terminal, the row over all apart."""
        table = Table(*self.columns, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for column in table.columns[1:]:
            column.justify = "right"
            column.no_wrap = True
        for row in self.rows:
            if row[0] == ALL:
                table.add_section()
            table.add_row(*row)
        return table

    def as_markdown(self) -> str:
        """Return the table as Markdown, second lines behind the first ones."""
        ruler = ("---", *("---:" for _ in self.columns[1:]))
        lines = (self.columns, ruler, *self.rows)
        return "\n".join("| " + " | ".join(" ".join(text.split()) for text in row) + " |" for row in lines)


def _down(value: float, digits: int) -> str:
    return f"{floor(value * 10**digits + _EPSILON) / 10**digits:.{digits}f}"


def _up(value: float, digits: int) -> str:
    return f"{ceil(value * 10**digits - _EPSILON) / 10**digits:.{digits}f}"


def percent(share: float | None, digits: int = 2) -> str:
    """Return a share in percent, rounded down, so that only a whole share reads 100."""
    return "-" if share is None else _down(share * 100, digits)


def with_interval(share: Interval | None, scale: float = 100.0, digits: int = 2) -> str:
    """Return a share times `scale`, rounded down, and on a second line its interval, rounded outwards."""
    if share is None:
        return "-"
    low, high = _down(share.low * scale, digits), _up(share.high * scale, digits)
    return f"{_down(share.share * scale, digits)}\n{low}–{high}"


def figures_sheet(rows: Iterable[Summary]) -> Sheet:
    """Return what became of figures."""
    columns = (
        "kind",
        "documents\nall exact",
        "\n%",
        "\nfigures",
        "exact\n%",
        "\nwrong",
        "\nmissing",
        "\ninvented",
        "\nsilent",
        "silent a\n10,000",
        "flagged\n%",
        "lone digits\nrecall %",
        "lone digits\nprecision %",
        "\nerrors",
    )
    return Sheet(columns, tuple(_figures_row(row) for row in rows))


def _figures_row(row: Summary) -> tuple[str, ...]:
    shares = row.intervals
    return (
        row.kind,
        f"{row.perfect}/{row.documents}",
        with_interval(shares.perfect, digits=1),
        str(row.figures),
        with_interval(shares.exact, digits=3),
        str(row.wrong),
        str(row.missing),
        str(row.invented),
        str(row.silent),
        with_interval(shares.silent, 10_000.0),
        _up(100 * row.flagged / row.figures, 2) if row.figures else "-",
        with_interval(shares.lone_recall),
        with_interval(shares.lone_precision),
        str(row.errors),
    )


def pages_sheet(rows: Iterable[Summary]) -> Sheet:
    """Return structure, prose, calibration, time and memory."""
    columns = (
        "kind",
        "exact\ngrids",
        "\n%",
        "TEDS-\nStruct",
        "prose: wrong\ncharacters %",
        "calibration\nerror %",
        "s a\ndocument",
        "s a\npage",
        "peak\nMiB",
    )
    return Sheet(columns, tuple(_pages_row(row) for row in rows))


def _pages_row(row: Summary) -> tuple[str, ...]:
    return (
        row.kind,
        f"{row.exact_grids}/{row.tables}",
        with_interval(row.intervals.exact_grids),
        "-" if row.teds is None else _down(row.teds, 4),
        "-" if row.prose_error is None else _up(100 * row.prose_error, 3),
        "-" if row.reliability is None else _up(100 * row.reliability.error, 3),
        f"{row.seconds / row.documents:.2f}",
        f"{row.seconds / row.pages:.2f}" if row.pages else "-",
        f"{row.peak_mib:.0f}" if row.peak_mib else "-",
    )


def reliability_sheet(row: Summary) -> Sheet | None:
    """Return how confidences compare with shares of right figures; None where none was read from pictures."""
    if row.reliability is None:
        return None
    columns = (f"confidence ({row.kind})", "figures", "mean confidence %", "right %", "wrong")
    return Sheet(columns, tuple(_bin_row(one) for one in row.reliability.bins))


def _bin_row(one: Bin) -> tuple[str, ...]:
    return (
        f"{one.low:g}–{one.high:g}",
        str(one.figures),
        f"{100 * one.said:.3f}",
        _down(100 * one.share, 3),
        str(one.figures - one.right),
    )


def stages_sheet(rows: Sequence[Summary]) -> Sheet | None:
    """Return the seconds a page by stage, None where no time was taken."""
    stages = list(dict.fromkeys(stage for row in rows for stage in row.stages))
    if not stages:
        return None
    cells = (
        (row.kind, *(f"{row.stages[stage]:.3f}" if stage in row.stages else "-" for stage in stages))
        for row in rows
    )
    return Sheet(("s a page", *stages), tuple(cells))


def prose_sheet(results: Iterable[Result], most: int) -> Sheet:
    """Return the documents whose prose is furthest from the truth, worst first, at most `most`."""
    told = [(r.name, r.score.prose) for r in results if r.score is not None and r.score.prose is not None]
    wrong = sorted((one for one in told if one[1].edits), key=lambda one: -one[1].rate)
    return Sheet(
        ("document", "wrong characters", "of", "%"),
        tuple((n, str(p.edits), str(p.characters), _up(100 * p.rate, 2)) for n, p in wrong[:most]),
    )


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
