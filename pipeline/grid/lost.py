"""Lines of a damaged table that are lost from end to end, told by the white between print, or by pitch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from pipeline.grid.edges import Extent, is_scrap
from pipeline.grid.frame import Cover, Frame, Lines, cluster
from pipeline.settings import GridSettings


def told_by_print(
    lines: Lines,
    cover: Cover,
    stops: Lines,
    print_: Sequence[Extent],
    fewest: int,
    settings: GridSettings,
) -> list[float]:
    """Return where lines are lost between two that are seen: print stands on both sides, in most cells.

    Only cells with an edge on one of the two lines tell, and none whose print goes across the other: it is
    wider than the two are apart.  Fewer than `fewest` cells with print tell nothing.  What a lost line parts
    is no thinner than the rest.
    """
    least = settings.prior_thin * float(np.quantile(np.diff(lines), 0.25))
    found: list[float] = []
    for index in range(len(lines) - 1):
        low, high = float(lines[index]), float(lines[index + 1])
        if high - low < 2 * least:
            continue
        within = [low, high]
        filled = _filled(index, lines, cover, stops, print_, settings)
        for middle in _whites(filled, settings) if len(filled) >= fewest else ():
            if all(abs(middle - other) >= least for other in within):
                within.append(middle)
        found += sorted(within[2:])
    return found


def _filled(
    index: int, lines: Lines, cover: Cover, stops: Lines, print_: Sequence[Extent], settings: GridSettings
) -> list[list[Extent]]:
    """Return the print of each cell between a line and the next that has an edge on one of the two."""
    low, high = float(lines[index]), float(lines[index + 1])
    seen = cover >= settings.edge_cover
    held = (
        [p for p in row if low < (p.start + p.end) / 2 < high]
        for c in np.flatnonzero(seen[index] | seen[index + 1]).tolist()
        if (row := [p for p in print_ if stops[c] < p.beside < stops[c + 1]])
        if not _goes_across(row, low, seen[index, c], settings)
        if not _goes_across(row, high, seen[index + 1, c], settings)
    )
    return [cell for cell in held if cell]


def _told_by_pitch(
    lines: Lines,
    cover: Cover,
    stops: Lines,
    print_: Sequence[Extent],
    spare: Sequence[float],
    settings: GridSettings,
) -> list[float]:
    """Return where lines are lost from end to end: most columns (rows) are as wide, and so would these be.

    They stand beside one as wide: labels have columns of their own.  None where print goes across, but for
    that of one cell, which may be a pen's, or where a `spare` rule shows another; none where no more lines
    are seen than these.
    """
    wide = np.diff(lines)
    pitch = float(np.median(wide))
    usual = np.abs(wide - pitch) <= settings.snap
    if usual.mean() < settings.prior_even:
        return []
    found: list[float] = []
    for index, parts in enumerate(np.rint(wide / pitch).astype(int).tolist()):
        low, high = lines[index : index + 2].tolist()
        if parts < 2 or abs(wide[index] - parts * pitch) > settings.snap:
            continue
        lost = np.linspace(low, high, parts + 1)[1:-1].tolist()
        others = (r for r in spare if low < r < high and all(abs(r - x) > 2 * settings.snap for x in lost))
        if not usual[max(index - 1, 0) : index + 2].any() or any(others):
            continue
        cells = _filled(index, lines, cover, stops, print_, settings)
        most = max(1.0, settings.prior_crossed * len(cells))
        if all(_crossed(x, cells, settings) <= most for x in lost):
            found += lost
    return found if len(found) < len(lines) else []


def even_lines(
    frame: Frame,
    print_: tuple[Sequence[Extent], Sequence[Extent]],
    spare: tuple[Sequence[float], Sequence[float]],
    settings: GridSettings,
) -> tuple[list[float], list[float]]:
    """Return where column lines are lost by their pitch, and row lines by theirs and by a rule's piece there.

    Pitch alone tells of no row: a label of two lines makes one nearly twice as high.
    """
    even_x = _told_by_pitch(frame.xs, frame.down, frame.ys, print_[0], spare[0], settings)
    even_y = _told_by_pitch(frame.ys, frame.across, frame.xs, print_[1], spare[1], settings)
    held = (next((s for s in spare[1] if abs(s - y) <= settings.snap), None) for y in even_y)
    return even_x, [y for y in held if y is not None]


def _crossed(line: float, cells: Sequence[Sequence[Extent]], settings: GridSettings) -> int:
    """Return in how many cells print goes across a line; what is left of its rule does not."""
    across = ([p for p in cell if p.start < line < p.end] for cell in cells)
    return sum(not all(is_scrap(p, line, settings) for p in those) for those in across)


def _goes_across(print_: Sequence[Extent], line: float, is_seen: bool, settings: GridSettings) -> bool:
    """Tell whether print goes on from one side of a line to the other; a word may, past one unseen."""
    if is_seen:
        return any(p.start < line - settings.snap and p.end > line + settings.snap for p in print_)
    if any(p.start < line < p.end for p in print_):
        return True
    before = max((p.end for p in print_ if p.end <= line), default=-np.inf)
    return min((p.start for p in print_ if p.start >= line), default=np.inf) - before <= settings.hem


def _whites(cells: Sequence[Sequence[Extent]], settings: GridSettings) -> list[float]:
    """Return the middles of the white that goes through most of the cells, between print on both sides.

    The widest comes first; what goes through between characters is too thin.
    """
    gaps = [
        (upper.end, lower.start)
        for cell in cells
        for upper, lower in pairwise(sorted(cell))
        if lower.start > upper.end
    ]
    found = []
    most, least = (1 - settings.prior_told) / 2 * len(cells), settings.prior_told * len(cells)
    for place in cluster([(end + start) / 2 for end, start in gaps], settings.snap).tolist():
        across = sum(any(p.start < place < p.end for p in cell) for cell in cells)
        both = [(end, start) for end, start in gaps if end < place < start]
        if across <= most and len(both) >= least:
            end, start = max(end for end, _ in both), min(start for _, start in both)
            if start - end >= settings.prior_white:
                found.append((end - start, (end + start) / 2))
    return [middle for _, middle in sorted(found)]
