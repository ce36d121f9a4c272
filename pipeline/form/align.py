"""Order-preserving alignment of a table's lines with the form's, as in sequence alignment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """Lines `start`..`stop` (half-open) of a table may be line `item` of the form; `score` 0..1."""

    start: int
    stop: int
    item: int
    score: float

    def overlaps(self, other: Claim) -> bool:
        return self.start < other.stop and other.start < self.stop


def align(claims: Sequence[Claim], lines: int, items: int) -> tuple[Claim, ...]:
    """Return the claims of the highest total score that keep both orders and share no line, in order.

    Dynamic programming after Needleman and Wunsch (1970); leaving out a line of either side is free.
    """
    by_stop: dict[tuple[int, int], list[Claim]] = {}
    for claim in claims:
        by_stop.setdefault((claim.stop, claim.item + 1), []).append(claim)
    best = [[0.0] * (items + 1) for _ in range(lines + 1)]
    taken: dict[tuple[int, int], Claim] = {}
    for i in range(1, lines + 1):
        for j in range(1, items + 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1])
            for claim in by_stop.get((i, j), ()):
                total = best[claim.start][j - 1] + claim.score
                if total > best[i][j]:
                    best[i][j] = total
                    taken[i, j] = claim
    return _traced(best, taken, lines, items)


def _traced(
    best: list[list[float]], taken: dict[tuple[int, int], Claim], i: int, j: int
) -> tuple[Claim, ...]:
    found: list[Claim] = []
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            claim = taken[i, j]
            found.append(claim)
            i, j = claim.start, j - 1
    return tuple(reversed(found))


def has_rival(claim: Claim, chosen: Sequence[Claim], claims: Iterable[Claim], margin: float) -> bool:
    """Return whether another claim, free to stand, comes within `margin` of a chosen one.

    Rivals are other free lines that want the same item, and other free items that want the same lines.
    """
    others = [c for c in chosen if c is not claim]
    used = {c.item for c in others}
    for rival in claims:
        if rival.score <= claim.score - margin or any(rival.overlaps(c) for c in others):
            continue
        if rival.item == claim.item and not rival.overlaps(claim):
            return True
        if rival.item != claim.item and rival.overlaps(claim) and rival.item not in used:
            return True
    return False
