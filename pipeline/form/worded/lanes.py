"""Columns told by the words in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from pipeline.model import Box

Extent = tuple[float, float]

CLEAR = 1.3  # by which white between columns is wider than any within one
DIRT = 4  # words: so many one over another are no dirt
OFF_PITCH = 0.2  # of the columns' width: words stand no farther from their column's middle


def columns_of(figures: Sequence[Box], count: int, headers: Sequence[Box] = ()) -> tuple[Extent, ...] | None:
    """Return where each of `count` columns has its words, None where these do not tell.

    `headers` stand above the figures.  As many of them are heard, the narrow ones first, as it takes: wide
    ones may be words of several columns that stand close.  A column without any words between others is
    where columns of one width have it.  Columns on one pitch go before others: a seal that joins two and
    parts a third leaves as many.
    """
    narrow = sorted(headers, key=lambda box: box.width)
    words = [*figures, *narrow]
    ways = (found for found in _ways_apart(figures, narrow) if len(found) == count)
    told = [found for found in ways if _is_headed(found, narrow)]
    if told:
        return tuple(next((found for found in told if _are_even(found)), told[0]))
    found = _apart(words)
    if len(found) < count:
        return _spaced(found, words, count)
    merged = _merged(found, count)
    return merged if merged and _are_even(merged) else _without_dirt(words, narrow, count) or merged


def _without_dirt(words: Sequence[Box], headers: Sequence[Box], count: int) -> tuple[Extent, ...] | None:
    """Return columns of one width, one of them blank, where places of few words passed for more columns."""
    for least in range(2, DIRT + 1):
        found = _apart(words, least)
        inside = [box for box in words if any(box.left < end and start < box.right for start, end in found)]
        spaced = _spaced(found, inside, count) if len(found) < count else None
        if spaced and _is_headed(spaced, headers):
            return spaced
    return None


def _ways_apart(figures: Sequence[Box], headers: Sequence[Box]) -> Iterator[list[Extent]]:
    """Yield where words lie one over another: with ever more headers, then but for places of few words."""
    yield from (_apart([*figures, *headers[:heard]]) for heard in range(len(headers) + 1))
    words = [*figures, *headers]
    # Under a seal more of it may stand one over another, but less than figures of many rows.
    yield from (_apart(words, least) for least in range(2, max(DIRT, _deepest(words) // DIRT) + 1))


def reaching(columns: Sequence[Extent], headers: Sequence[Box]) -> tuple[Extent, ...]:
    """Return the columns with the outer ones as wide as the names over them, which are wider than figures.

    Nothing reaches farther out than the next column is away: that is no name of theirs.
    """
    if len(columns) < 2:
        return tuple(columns)
    (first, after), (before, last) = columns[0], columns[-1]
    left, right = first - (columns[1][0] - after), last + (before - columns[-2][1])
    first = min((first, *(box.left for box in headers if box.left >= left)))
    last = max((last, *(box.right for box in headers if box.right <= right)))
    return (first, after), *columns[1:-1], (before, last)


def _apart(words: Iterable[Box], least: int = 1) -> list[Extent]:
    """Return where words lie one over another, `least` of them at least."""
    ends = sorted(end for box in words for end in ((box.left, -1), (box.right, 1)) if box.right > box.left)
    found: list[Extent] = []
    deep, start = 0, 0.0
    for x, closes in ends:
        deep -= closes
        if closes < 0 and deep == least:
            start = x
        elif closes > 0 and deep == least - 1:
            found.append((start, x))
    return found


def _deepest(words: Iterable[Box]) -> int:
    """Return how many words lie one over another where most do."""
    ends = sorted(end for box in words for end in ((box.left, 1), (box.right, -1)))
    return max(accumulate(step for _, step in ends), default=0)


def _is_headed(columns: Sequence[Extent], headers: Sequence[Box]) -> bool:
    """Return whether headers stand over the columns: no more than a quarter over none, half over several.

    Over several columns of one width headers may stand that run together, each in the middle of its own.
    """
    under = [[c for c in columns if box.left < c[1] and c[0] < box.right] for box in headers]
    none = sum(not held for held in under)
    several = sum(len(held) > 1 for held in under)
    if 2 * several > len(under) and _are_even(columns):
        several -= sum(_is_run(box, held) for box, held in zip(headers, under, strict=True))
    return 4 * none <= len(under) and 2 * several <= len(under)


def _are_even(columns: Sequence[Extent]) -> bool:
    """Return whether the middles of columns are on one pitch."""
    first, last = sum(columns[0]) / 2, sum(columns[-1]) / 2
    pitch = (last - first) / max(len(columns) - 1, 1)
    return all(abs(sum(c) / 2 - first - k * pitch) <= OFF_PITCH * pitch for k, c in enumerate(columns))


def _is_run(header: Box, columns: Sequence[Extent]) -> bool:
    """Return whether a header reaches over several columns, as far beyond the first one as the last."""
    if len(columns) < 2:
        return False
    first, last = sum(columns[0]) / 2, sum(columns[-1]) / 2
    off = abs(header.center[0] - (first + last) / 2)
    return header.width > last - first and off <= OFF_PITCH * (last - first) / (len(columns) - 1)


def _merged(found: Sequence[Extent], count: int) -> tuple[Extent, ...] | None:
    """Return `count` extents, the nearest of them united; None where that is no clear cut."""
    gaps = sorted((after[0] - before[1] for before, after in pairwise(found)), reverse=True)
    if len(found) > count > 1 and gaps[count - 2] < CLEAR * gaps[count - 1]:
        return None
    least = gaps[count - 2] if count > 1 else float("inf")
    kept: list[Extent] = [found[0]]
    for extent in found[1:]:
        if extent[0] - kept[-1][1] >= least and len(kept) < count:
            kept.append(extent)
        else:
            kept[-1] = kept[-1][0], extent[1]
    return tuple(kept) if len(kept) == count else None


def _spaced(found: Sequence[Extent], words: Iterable[Box], count: int) -> tuple[Extent, ...] | None:
    """Return the extents of columns of one width, told by those of the first one and the last.

    Words wider than a column are of several; a column may be blank.
    """
    if len(found) < 3:
        return None
    first, last = (sum(found[0]) / 2, sum(found[-1]) / 2)
    pitch = (last - first) / (count - 1)
    plain = _apart(box for box in words if box.width < pitch)
    places = [((left + right) / 2 - first) / pitch for left, right in plain]
    held = {round(place): extent for place, extent in zip(places, plain, strict=True)}
    if len(held) < max(3, len(plain)) or any(abs(place - round(place)) > OFF_PITCH for place in places):
        return None
    blank = ((first + (k - 0.25) * pitch, first + (k + 0.25) * pitch) for k in range(count))
    return tuple(held.get(k, extent) for k, extent in enumerate(blank))
