"""What a tool's tables of a document come to, against its truth."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from scripts.lib.compare_align import aligned
from scripts.lib.compare_structure import structure
from scripts.lib.compare_table import GivenTable
from scripts.lib.score import Structure
from scripts.lib.truth import Truth


class PeerScore(BaseModel):
    """How many figures stand exactly in their own cells, and the structure of each table of the form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    right: int
    structures: tuple[Structure, ...]


def score_tables(tables: Sequence[GivenTable], truth: Truth) -> PeerScore:
    """Return what `tables`, in reading order, come to; ValueError where the figures cannot be placed."""
    alignment = aligned(truth, tables)
    pairs = zip(truth.tables, alignment.pieces, strict=True)
    return PeerScore(
        right=len(alignment.right),
        structures=tuple(structure(true, sorted(pieces), tables) for true, pieces in pairs),
    )
