"""Order-preserving alignment of a table's lines with the form's, as in sequence alignment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
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


def has_double(claim: Claim, chosen: Sequence[Claim], claims: Iterable[Claim], margin: float) -> bool:
    """Return whether free lines elsewhere want the same item, within `margin` of a chosen claim."""
    others = [c for c in chosen if c is not claim]
    return any(
        rival.item == claim.item
        and rival.score > claim.score - margin
        and not rival.overlaps(claim)
        and not any(rival.overlaps(c) for c in others)
        for rival in claims
    )


def unambiguous(chosen: Sequence[Claim], claims: Sequence[Claim], margin: float) -> tuple[Claim, ...]:
    """Return the chosen claims whose lines no free item wants as much, within `margin`.

    Lines that could as well be another item, one that nothing else was found for, are left out.
    """
    used = {claim.item for claim in chosen}
    return tuple(
        claim
        for claim in chosen
        if not any(
            rival.item not in used and rival.overlaps(claim) and rival.score > claim.score - margin
            for rival in claims
        )
    )


def certain(
    chosen: Sequence[Claim],
    sure: Collection[Claim],
    lines: int,
    items: int,
    passable: Callable[[int], bool] = lambda _: False,
) -> frozenset[Claim]:
    """Return the sure claims and those that stand between two of them with nothing else to be.

    Such a claim's item is the only one between its neighbours' items, and its lines are the only ones
    between their lines, but for `passable` ones; both ends of the table and of the form are neighbours.
    """
    found = set(sure)
    for number, claim in enumerate(chosen):
        before = chosen[number - 1] if number else Claim(0, 0, -1, 1.0)
        after = chosen[number + 1] if number + 1 < len(chosen) else Claim(lines, lines, items, 1.0)
        firm = (not number or before in sure) and (number + 1 == len(chosen) or after in sure)
        alone = before.item + 1 == claim.item == after.item - 1
        between = (*range(before.stop, claim.start), *range(claim.stop, after.start))
        if firm and alone and all(map(passable, between)):
            found.add(claim)
    return frozenset(found)
