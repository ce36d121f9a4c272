"""A report ready to be laid out: title, blocks of prose, and its three tables filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from scripts.lib.prose import Block, parse
from scripts.lib.seeds import SAMPLES, Seed
from scripts.lib.statutory import Edition, PrintedTable, applications, disputes, fill, proactive

State: TypeAlias = Literal["number", "blank", "dash", "none_word", "text", "missing"]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a report: key to printed text, exact value or None, and state where it is known."""

    issuer: str
    year: int
    edition: Edition
    raw: dict[str, str]
    value: dict[str, str | None]
    state: dict[str, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A report to be printed; the k-th block of kind `table` is the k-th table."""

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    tables: tuple[PrintedTable, ...]
    figures: Figures


def load_figures(stem: str) -> Figures:
    """Return the figures of seed `stem` from the samples' folder of expected figures."""
    held = json.loads((SAMPLES / "expected" / f"{stem}.json").read_text(encoding="utf-8"))
    figures = held["figures"]
    return Figures(
        issuer=held["issuer"],
        year=held["year"],
        edition=held["edition"],
        raw={key: figure["raw"] or "" for key, figure in figures.items()},
        value={key: figure["value"] for key, figure in figures.items()},
    )


def load(seed: Seed) -> Document:
    """Return the report of `seed`: its prose, and its tables printed from the expected figures."""
    text = (SAMPLES / "seeds" / f"{seed.stem}.txt").read_text(encoding="utf-8")
    title, blocks = parse(text, seed.cleaning)
    figures = load_figures(seed.stem)
    blank = (
        proactive(figures.edition, seed.style.even),
        applications(figures.edition),
        disputes(figures.edition),
    )
    printed = figures.raw | seed.reprint
    tables = tuple(fill(table, printed, seed.relabel) for table in blank)
    return Document(title, blocks, tables, figures)
