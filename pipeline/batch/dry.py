"""What a run would find, without doing anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.batch.values import Input
from pipeline.batch.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Look:
    """How many inputs a run would find: to be fetched, known already, and those that cannot be had."""

    fresh: int
    known: int
    faulty: int
    size: int  # bytes of the fresh ones, as far as is known


def look(folder: Path, inputs: Iterable[Input]) -> Look:
    """Return what a run over `inputs` into the workspace at `folder` would find; nothing is written."""
    workspace = Workspace(folder)
    known: dict[tuple[str, str | None], tuple[int | None, int | None]] = {}
    if workspace.exists():
        with Ledger(workspace.ledger) as ledger:
            known = ledger.stamps()
    fresh = old = faulty = size = 0
    for given in inputs:
        if given.fault is not None:
            faulty += 1
        elif known.get((given.location, given.member)) == (given.size, given.modified):
            old += 1
        else:
            fresh, size = fresh + 1, size + (given.size or 0)
    return Look(fresh, old, faulty, size)
