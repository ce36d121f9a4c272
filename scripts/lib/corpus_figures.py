"""Random figures that obey the form's own sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from scripts.lib.corpus_chance import between, happens, pick
from scripts.lib.statutory import APPLICANTS, DISPUTES, OUTCOMES, Edition, PrintedTable

SHARES = (1.0, 0.45, 0.06, 0.08, 0.15, 0.12)  # how often an applicant column is filled, against the first
SUMS = ("received", "carried_in", "handled_total", "carried_out")


@dataclass(frozen=True, slots=True)
class Habit:
    """How busy an office is: `density` is the chance of a count that is not 0, below 10 ** `decades`."""

    name: str
    density: float
    decades: float


HABITS = (
    Habit("zero", 0.0, 0.0),
    Habit("sparse", 0.08, 1.0),
    Habit("usual", 0.3, 1.8),
    Habit("dense", 0.85, 3.0),
    Habit("big", 0.6, 7.0),
)
WEIGHTS = (0.07, 0.28, 0.33, 0.2, 0.12)


def habit(rng: np.random.Generator) -> Habit:
    """Return how busy the office is."""
    return pick(rng, HABITS, WEIGHTS)


def _count(rng: np.random.Generator, busy: Habit, share: float = 1.0) -> int:
    if not happens(rng, busy.density * share):
        return 0
    return int(10 ** between(rng, 0, busy.decades))


def _rows(table: PrintedTable) -> list[str]:
    """Return the names of the rows of the table of applications, in order."""
    keys = (cell.key.split(".") for cell in table.cells if cell.key is not None)
    return list(dict.fromkeys(".".join(parts[1:-1]) for parts in keys))


def _column(rng: np.random.Generator, busy: Habit, share: float, leaves: Iterable[str]) -> dict[str, int]:
    """Return one applicant column: row name to count; received + carried_in = handled + carried_out."""
    column = {leaf: _count(rng, busy, share) for leaf in leaves}
    column["handled_total"] = sum(column.values())
    column["carried_out"] = _count(rng, busy, 0.5 * share)
    whole = column["handled_total"] + column["carried_out"]
    column["carried_in"] = int(whole * between(rng, 0, 0.3)) if happens(rng, 0.6) else 0
    column["received"] = whole - column["carried_in"]
    return column


def applications(rng: np.random.Generator, busy: Habit, table: PrintedTable) -> dict[str, Decimal]:
    """Return the figures of section 3; the last column is the sum of the others."""
    rows = _rows(table)
    leaves = [row for row in rows if row not in SUMS]
    columns = [_column(rng, busy, share, leaves) for share in SHARES]
    figures: dict[str, Decimal] = {}
    for row in rows:
        counts = [column[row] for column in columns]
        for who, count in zip(APPLICANTS, (*counts, sum(counts)), strict=True):
            figures[f"applications.{row}.{who}"] = Decimal(count)
    return figures


def disputes(rng: np.random.Generator, busy: Habit) -> dict[str, Decimal]:
    """Return the figures of section 4; the last of a group is the sum of the others."""
    calm = Habit(busy.name, 0.4 * busy.density, min(busy.decades, 2.5))
    figures: dict[str, Decimal] = {}
    for group in DISPUTES:
        counts = [_count(rng, calm) for _ in OUTCOMES[:-1]]
        for outcome, count in zip(OUTCOMES, (*counts, sum(counts)), strict=True):
            figures[f"disputes.{group}.{outcome}"] = Decimal(count)
    return figures


def _amount(rng: np.random.Generator, busy: Habit) -> Decimal:
    """Return an amount in 万元 with up to six decimals."""
    if not happens(rng, 0.25 + 0.6 * busy.density):
        return Decimal(0)
    digits = pick(rng, (0, 1, 2, 2, 4, 6))
    return Decimal(repr(round(10 ** between(rng, -0.5, 5), digits)))


def _proactive(rng: np.random.Generator, busy: Habit, key: str) -> Decimal:
    if key.endswith(".amount"):
        return _amount(rng, busy)
    count = _count(rng, Habit(busy.name, min(1.0, 1.3 * busy.density + 0.05), busy.decades + 0.7))
    falls = key.endswith("_change") and happens(rng, 0.4)
    return Decimal(-count if falls else count)


def proactive(rng: np.random.Generator, busy: Habit, table: PrintedTable) -> dict[str, Decimal]:
    """Return the figures of section 2; what is open to the public is no less than what is new."""
    keys = [cell.key for cell in table.cells if cell.key is not None]
    figures = {key: _proactive(rng, busy, key) for key in keys}
    for row in ("regulations", "normative_documents"):
        total, new = f"proactive.{row}.total_public", f"proactive.{row}.published"
        if total in figures:
            figures[total] += figures[new]
    return figures


def _tops(figures: Mapping[str, Decimal]) -> list[str]:
    """Return the keys of sums, where an office's slips are found."""
    return [
        key
        for key in figures
        if not key.startswith("proactive")
        and (key.endswith(".total") or any(f".{row}." in key for row in SUMS))
    ]


def with_slips(rng: np.random.Generator, figures: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return `figures` with one to three sums that do not add up, as offices print them at times."""
    out = dict(figures)
    tops = _tops(figures)
    for place in rng.choice(len(tops), int(rng.integers(1, 4)), replace=False):
        key = tops[int(place)]
        step = int(pick(rng, (-2, -1, 1, 1, 2, 10)))
        out[key] += step if out[key] + step >= 0 else -step
    return out


def make(
    rng: np.random.Generator, tables: tuple[PrintedTable, ...], busy: Habit, slips: bool
) -> dict[str, Decimal]:
    """Return the figures of the three tables (proactive, applications, disputes), amounts in 万元."""
    first, second, third = tables
    if {table.kind for table in (first, second, third)} != {"proactive", "applications", "disputes"}:
        raise ValueError("expected the three tables of the form, in its order")
    held = proactive(rng, busy, first) | applications(rng, busy, second) | disputes(rng, busy)
    return with_slips(rng, held) if slips else held


def edition_pair(rng: np.random.Generator) -> tuple[Edition, Edition]:
    """Return the editions of section 2 and of section 3: old, new, or the new one before the old."""
    pairs: tuple[tuple[Edition, Edition], ...] = (
        ("2019-60", "2019-60"),
        ("2021-30", "2021-30"),
        ("2021-30", "2019-60"),
    )
    return pick(rng, pairs, (0.38, 0.47, 0.15))
