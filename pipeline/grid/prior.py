"""Rules that must be there: a damaged table's missing edges, told by the tiling that the rest of it shows.

A tiling known beforehand (a form's table) counts only where what is seen decides for it: as many lines,
hardly an edge seen that it does not have, and most edges that it has.  What it adds is as weak as an edge
can be, so that every cell it touches says that a rule was inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.edges import (
    Edges,
    Extent,
    Sealed,
    extents,
    hidden_edges,
    nowhere,
    set_right,
    signs_in,
    tallest_print,
    without_remnants,
    without_strays,
)
from pipeline.grid.frame import Cover, Frame, Lines, cluster, frame_of
from pipeline.grid.lost import even_lines, told_by_print
from pipeline.grid.region import split_axes
from pipeline.grid.strokes import strokes_in_words
from pipeline.model import Box, Grid, Rule
from pipeline.settings import GridSettings


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """The inner edges of some rows of a tiling: `across` between rows, `down` between columns (by line).

    `empty` rows are below its last one.
    """

    across: Edges
    down: Edges
    empty: int = 0

    @property
    def count(self) -> int:
        return int(self.across.sum() + self.down.sum())

    @property
    def columns(self) -> int:
        return len(self.down) - 1


class _Tilings:
    """What runs of rows of known tilings look like."""

    def __init__(self, tilings: Sequence[Grid], settings: GridSettings) -> None:
        self._tilings = tilings
        self._settings = settings
        self._windows: dict[int, tuple[_Expected, ...]] = {}

    def windows(self, xs: Lines, ys: Lines) -> list[_Expected]:
        """Return the edges of every run of rows that has as many rows and columns as these lines part."""
        rows = len(ys) - 1
        if rows not in self._windows:
            self._windows[rows] = tuple(
                window for tiling in self._tilings for window in _windows(tiling, rows, self._settings)
            )
        return [window for window in self._windows[rows] if window.columns == len(xs) - 1]


@dataclass(frozen=True, slots=True, eq=False)
class _Match:
    """A frame, what of a tiling it may be, and how badly that explains the edges seen (0: they agree)."""

    frame: Frame
    expected: _Expected
    cost: float


def is_worn(frame: Frame, settings: GridSettings) -> bool:
    """Tell whether rules of a table are worn: seen along a part of an edge only."""
    seen, partly = _edges_seen(frame, settings)
    return partly >= max(1.0, settings.worn_share * seen)


def _edges_seen(frame: Frame, settings: GridSettings) -> tuple[int, int]:
    """Return how many inner edges are seen, and how many of them along a part only."""
    inner = np.concatenate([frame.across[1:-1].ravel(), frame.down[1:-1].ravel()])
    seen = inner > 1 - settings.whole_cover
    return int(seen.sum()), int((seen & (inner < settings.whole_cover)).sum())


def mended(
    frame: Frame,
    rules: Sequence[Rule],
    tilings: Sequence[Grid],
    print_: Sequence[Box],
    settings: GridSettings,
    *,
    damaged: bool,
    sealed: Sealed = nowhere,
) -> Frame:
    """Return a table's frame with what its tiling must have; of an undamaged one, little is called in doubt.

    Unchanged where no tiling explains what is seen.  `sealed` tells whether a seal lies on a box.
    """
    known = _Tilings(tilings, settings)
    if damaged:
        return _completed(frame, rules, known, print_, settings)
    nearly = [m for m in _matches(_Option(frame), known, settings) if m.cost <= _few(m.expected, settings)]
    if nearly:
        return _parted(frame, nearly, print_, sealed, settings)
    wider = _with_lost_lines(frame, rules, known, print_, settings)
    return frame if wider is frame else _completed(wider, rules, known, print_, settings)


def _explained(
    frame: Frame,
    rules: Sequence[Rule],
    tilings: _Tilings,
    print_: Sequence[Box],
    settings: GridSettings,
    *,
    by_pitch: bool = False,
) -> Iterator[tuple[_Option, _Match]]:
    """Yield what the frame, or one that differs by a few lines, may be of a tiling."""
    _, lying = extents(signs_in(print_, settings))
    for option in _options(frame, rules, tilings, print_, settings, by_pitch=by_pitch):
        for match in _matches(option, tilings, settings):
            if _parts_labels(option, match.expected, lying):
                parting = _edges_in_print(option.frame, match.expected, lying, settings)
                yield option, replace(match, cost=match.cost + settings.prior_between * parting)


def _edges_in_print(
    frame: Frame, expected: _Expected, lying: Sequence[Extent], settings: GridSettings
) -> int:
    """Return how many edges between rows are seen in a tiling's cells with print above them and below.

    A stroke of a character has nothing on one of its sides, or is beside the rest of its word.
    """
    against = (frame.across >= settings.edge_cover) & ~expected.across
    filled = [_stretches(lying, frame.ys[row : row + 2], frame.xs) for row in range(len(frame.ys) - 1)]
    return sum(
        bool(against[line, column])
        for line in range(1, len(filled))
        for column in filled[line - 1] & filled[line]
    )


def _parts_labels(option: _Option, expected: _Expected, lying: Sequence[Extent]) -> bool:
    """Tell whether labels stand on both sides of lines between rows that print shows, where these part any.

    Names of a header in two lines have white between them, too, but no label beside each line.
    """
    xs, ys = option.frame.xs, option.frame.ys
    told = np.isin(ys, [*option.printed_y])
    stops = np.flatnonzero([True, *expected.across[1:-1, 0], True])
    for top, bottom in pairwise(stops.tolist()):
        last = int(np.argmax([*expected.down[1:-1, top], True])) + 1
        beside = told[top] or told[bottom]
        if beside and 0 not in _stretches(lying, ys[[top, bottom]], xs[[0, last]]):
            return False
    return True


def _completed(
    frame: Frame,
    rules: Sequence[Rule],
    tilings: _Tilings,
    print_: Sequence[Box],
    settings: GridSettings,
) -> Frame:
    """Return a damaged table's frame with the edges added that its tiling must have.

    A line too weak to count may be taken in, one that only print shows put where print leaves white, and
    one that parts next to nothing left out, where just that makes the frame a tiling's.
    """
    matches = [match for _, match in _explained(frame, rules, tilings, print_, settings, by_pitch=True)]
    if not matches:
        return frame
    best = min(matches, key=lambda match: match.cost)
    # Where several places of the form explain the edges alike, only what all of them have is certain.
    near = [
        m.expected for m in matches if m.frame is best.frame and m.cost < best.cost + settings.prior_margin
    ]
    return replace(
        best.frame,
        across=without_strays(best.frame.across, [e.across for e in near], settings),
        down=without_strays(best.frame.down, [e.down for e in near], settings),
    )


def _with_lost_lines(
    frame: Frame,
    rules: Sequence[Rule],
    tilings: _Tilings,
    print_: Sequence[Box],
    settings: GridSettings,
) -> Frame:
    """Return the frame of a table that is whole but for lines lost from end to end, with these.

    Print shows them, or what is left of their rules.
    """
    matches = [
        match
        for option, match in _explained(frame, rules, tilings, print_, settings)
        if option.is_wider(frame)
        if match.cost <= settings.prior_margin * option.changes + _few(match.expected, settings)
    ]
    return min(matches, key=lambda match: match.cost).frame if matches else frame


def _parted(
    frame: Frame, matches: Sequence[_Match], print_: Sequence[Box], sealed: Sealed, settings: GridSettings
) -> Frame:
    """Return the frame with the few edges put right that its tiling has otherwise, where print agrees.

    Where a table is whole but for these, a missing edge may as well be a cell that was merged on purpose:
    what stands in that one straddles the line, what stands in two cells leaves it free.  Blank cells tell
    nothing: they are parted where other rules are worn, or dashes are left of the edge.  Nor does what
    stands under a seal, or a pen.  And one too many may be the border of two cells, where both are filled;
    elsewhere it is a lone 1, shines through, or is a stroke of the print beside it.
    """
    least = min(match.cost for match in matches)
    worn = _edges_seen(frame, settings)[1]
    near = [m.expected for m in matches if m.cost <= least + settings.prior_margin]
    upright, _ = extents(without_remnants(print_, settings))
    _, lying = extents(print_)
    # Digits of one number stand close; lines of one label do as well, but a rule beside them parts rows.
    far, beside = settings.reach, (settings.reach, settings.prior_apart)
    xs, ys = frame.xs, frame.ys
    on_x, on_y = hidden_edges(print_, sealed, xs, ys, settings)
    down = set_right(frame.down, [e.down for e in near], (xs, ys), upright, (far, far), worn, on_x, settings)
    across = set_right(frame.across, [e.across for e in near], (ys, xs), lying, beside, worn, on_y, settings)
    same = np.array_equal(down, frame.down) and np.array_equal(across, frame.across)
    return frame if same else replace(frame, across=across, down=down)


def _few(expected: _Expected, settings: GridSettings) -> float:
    """Return how many edges a table may lack that is whole but for these: one, where it has some."""
    return _share(settings.prior_few, expected.count, settings.prior_some)


def _share(share: float, count: int, many: int) -> float:
    """Return a share of so many edges, where there are `many` one at least."""
    return max(share * count, 1.0 if count >= many else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Option:
    """A frame that may be a tiling's, and its lines that print or the others' pitch alone shows.

    `printed_y` are those between rows that print shows.  `changes` counts lines taken in, or not heeded
    though print shows them; `left_out` the edges seen on lines that are not heeded, and the cells that these
    part.
    """

    frame: Frame
    changes: int = 0
    told_x: frozenset[float] = frozenset()
    told_y: frozenset[float] = frozenset()
    left_out: int = 0
    printed_y: frozenset[float] = frozenset()

    def is_wider(self, frame: Frame) -> bool:
        """Tell whether the option has more lines than a frame."""
        return len(self.frame.xs) + len(self.frame.ys) > len(frame.xs) + len(frame.ys)


def _options(
    frame: Frame,
    rules: Sequence[Rule],
    tilings: _Tilings,
    print_: Sequence[Box],
    settings: GridSettings,
    *,
    by_pitch: bool,
) -> Iterator[_Option]:
    """Yield the frame and those that differ by a few doubtful lines, or by lines that print shows.

    Where a table is damaged, the columns' own pitch may show some, too.
    """
    horizontal, vertical = split_axes(rules)
    most = tallest_print(print_, settings)
    signs = [box for box in signs_in(print_, settings) if box.height <= most]
    upright, _ = extents([box for box in signs if not _is_joint(box, frame.ys, settings)])
    _, lying = extents(signs)
    told_x = told_by_print(frame.xs, frame.down, frame.ys, upright, 1, settings)
    # A label of two lines beside blank figures has white between them, too.
    told_y = told_by_print(frame.ys, frame.across, frame.xs, lying, settings.prior_beside, settings)
    # What is left of a lost rule lies in the white that tells it, seldom in the middle.
    spare_x = _spare_lines(frame.xs, vertical, settings)
    spare_y = _spare_lines(frame.ys, horizontal, settings)
    told_x, told_y = _on_rules(told_x, spare_x, settings), _on_rules(told_y, spare_y, settings)
    even_x, even_y = (
        even_lines(frame, (upright, lying), (spare_x, spare_y), settings) if by_pitch else ((), ())
    )
    even_x = _on_rules(even_x, told_x, settings)

    def parted_rows(line: int) -> int:
        """Return in how many columns print stands both above a line and below it."""
        above, below = (_stretches(lying, frame.ys[row : row + 2], frame.xs) for row in (line - 1, line))
        return len(above & below)

    every_y = tuple(_other_lines(frame.ys, frame.across, spare_y, told_y, settings, parted_rows, even=even_y))
    strokes = strokes_in_words(frame, print_, settings)
    for xs in _other_lines(frame.xs, frame.down, spare_x, told_x, settings, strokes=strokes, even=even_x):
        for ys in every_y:
            if not tilings.windows(xs.places, ys.places):
                continue
            changed = xs.changed + ys.changed
            unheeded = len(set(told_x) - xs.told) + len(set(told_y) - ys.told)
            left_out = xs.unheeded + ys.unheeded
            if changed > settings.prior_lines:
                continue
            made = frame
            if changed or xs.told or ys.told or left_out:
                made = frame_of(xs.places, ys.places, horizontal, vertical, settings.snap)
            printed = ys.told & frozenset(told_y)
            yield _Option(made, changed + unheeded, xs.told, ys.told, left_out, printed)


def _on_rules(told: Sequence[float], spare: Sequence[float], settings: GridSettings) -> list[float]:
    """Return the lines that print shows, each at the longest rule near it, if there is one."""
    near = ([s for s in spare if abs(s - place) <= 2 * settings.snap] for place in told)
    return [found[0] if found else place for place, found in zip(told, near, strict=True)]


def _stretches(print_: Sequence[Extent], between: Lines, stops: Lines) -> set[int]:
    """Return in which stretches of a row print stands; what is beside all of them is in none."""
    low, high = between.tolist()
    inside = [p.beside for p in print_ if low < (p.start + p.end) / 2 < high]
    inside = [place for place in inside if stops[0] < place < stops[-1]]
    return set((np.searchsorted(stops, inside) - 1).tolist())


def _is_joint(box: Box, ys: Lines, settings: GridSettings) -> bool:
    """Tell whether a piece of print is left of a joint: it is on a line of a row that print leaves free."""
    row = int(np.searchsorted(ys, box.center[1]))
    if not 0 < row < len(ys) or ys[row] - ys[row - 1] < settings.prior_roomy * box.height:
        return False
    return bool(min(box.top - ys[row - 1], ys[row] - box.bottom) < settings.prior_joint)


class _OtherLines(NamedTuple):
    """Lines that may be a tiling's: how many rules they take in, which print alone shows, what is left out.

    `unheeded` counts the edges seen on lines left out, and the cells that these part.
    """

    places: Lines
    changed: int = 0
    told: frozenset[float] = frozenset()
    unheeded: int = 0


def _other_lines(
    lines: Lines,
    cover: Cover,
    spare: Sequence[float],
    told: Sequence[float],
    settings: GridSettings,
    parts: Callable[[int], int] = lambda _: 0,
    strokes: tuple[int, ...] = (),
    even: Sequence[float] = (),
) -> Iterator[_OtherLines]:
    """Yield the lines; those without the ones that part least; those with the strongest of the `spare` ones.

    The latter also with one of the lines that print shows (`told`), with all of them, and with those that the
    pitch of the others shows (`even`).  `parts` says in how many cells print stands on both sides of a line:
    in some by chance, in more it is no false one.
    `strokes` are lines that words make: they are left out one by one, and all.
    """
    seen = (cover >= settings.edge_cover).sum(axis=1)
    for amid in {(line,) for line in strokes} | ({strokes} if strokes else set()):
        yield _OtherLines(np.delete(lines, amid), 0, frozenset(), int(seen[list(amid)].sum()))
    weak = _weak_lines(cover, max(settings.prior_weak, settings.stroke_rows), settings)
    for count in range(1, min(settings.prior_left_out, len(weak)) + 1):
        cells = [parts(line) for line in weak[:count]]
        if max(cells) > settings.prior_parted:
            break
        unheeded = int(seen[weak[:count]].sum()) + sum(cells)
        yield _OtherLines(np.delete(lines, weak[:count]), 0, frozenset(), unheeded)
    none: frozenset[float] = frozenset()
    single = (frozenset([one]) for one in told)
    for those in dict.fromkeys((none, *single, frozenset(told), frozenset(even))):
        apart = [s for s in spare if all(abs(s - t) > 2 * settings.snap for t in those)]
        for count in range(min(settings.prior_lines, len(apart)) + 1):
            yield _OtherLines(np.sort(np.concatenate([lines, [*those], apart[:count]])), count, those)


def doubtful_lines(cover: Cover, settings: GridSettings) -> list[int]:
    """Return the inner lines that part next to nothing, the weakest first: one edge of several, or few."""
    return _weak_lines(cover, settings.prior_weak, settings)


def _weak_lines(cover: Cover, share: float, settings: GridSettings) -> list[int]:
    """Return the inner lines seen along no more than a share of their edges, the weakest first."""
    seen = (cover >= settings.edge_cover).sum(axis=1)
    most = _share(share, cover.shape[1], settings.prior_edges)
    return sorted((i for i in range(1, len(cover) - 1) if seen[i] <= most), key=lambda i: int(seen[i]))


def _spare_lines(lines: Lines, rules: Sequence[Rule], settings: GridSettings) -> list[float]:
    """Return the positions of rules that lie on none of the lines, the longest first."""
    spare = [r for r in rules if np.abs(lines - r.position).min() > 2 * settings.snap]
    length = {
        float(position): sum(r.length for r in spare if abs(r.position - position) <= settings.snap)
        for position in cluster((r.position for r in spare), settings.snap)
        if lines[0] < position < lines[-1]
    }
    return sorted(length, key=lambda position: -length[position])


def _matches(option: _Option, tilings: _Tilings, settings: GridSettings) -> Iterator[_Match]:
    frame = option.frame
    for expected in tilings.windows(frame.xs, frame.ys):
        if expected.empty and option.told_y:
            continue  # print that parts rows is there for none too many
        cost = _cost(option, expected, settings)
        if cost is not None:
            doubts = settings.prior_margin * option.changes + 2.0 * option.left_out
            yield _Match(frame, expected, cost + doubts)


def _windows(tiling: Grid, rows: int, settings: GridSettings) -> Iterator[_Expected]:
    """Yield the edges of every run of `rows` rows of a tiling, also below its header printed again.

    Rows left empty below the last one part their columns as it does, or those of its label, too.
    """
    owners = tiling.owners()
    for empty in range(1, settings.prior_empty + 1):
        start = tiling.rows + empty - rows
        if 0 <= start < tiling.rows:
            more = np.arange(1, empty + 1)[:, None] * (owners.max() + 1)
            for last in _empty_rows(owners[-1]):
                yield replace(_edges(np.concatenate([owners[start:], last + more])), empty=empty)
    for start in range(tiling.rows - rows + 1):
        yield _edges(owners[start : start + rows])
    head = _header(owners)
    for start in range(head + 1, tiling.rows - (rows - head) + 1):
        if 0 < head < rows:
            yield _edges(np.concatenate([owners[:head], owners[start : start + rows - head]]))


def _empty_rows(last: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
    """Yield how a row left empty below a last one of these cells may be parted."""
    yield last
    label = last == last[0]
    if label.sum() > 1 and len(np.unique(last[~label])) == (~label).sum():
        yield np.arange(len(last), dtype=np.int32)


def _header(owners: NDArray[np.int32]) -> int:
    """Return after how many rows all columns are parted from what follows for the first time, else 0."""
    parted = np.flatnonzero((owners[1:] != owners[:-1]).all(axis=1))
    return int(parted[0]) + 1 if len(parted) else 0


def _edges(owners: NDArray[np.int32]) -> _Expected:
    """Return the inner edges of a run of rows, without the column lines that part none of them."""
    parts = (owners[:, 1:] != owners[:, :-1]).any(axis=0)
    owners = owners[:, np.concatenate([[True], parts])]
    rows, columns = owners.shape
    across = np.zeros((rows + 1, columns), dtype=np.bool_)
    down = np.zeros((columns + 1, rows), dtype=np.bool_)
    across[1:-1] = owners[1:] != owners[:-1]
    down[1:-1] = (owners[:, 1:] != owners[:, :-1]).T
    return _Expected(across, down)


def _cost(option: _Option, expected: _Expected, settings: GridSettings) -> float | None:
    """Return how badly a tiling explains the edges seen; None where it cannot be the table's.

    Edges on lines that print shows are not missed.
    """
    frame = option.frame
    seen_a, seen_d = frame.across >= settings.edge_cover, frame.down >= settings.edge_cover
    untold_a = np.array([y not in option.told_y for y in frame.ys.tolist()])[:, None]
    untold_d = np.array([x not in option.told_x for x in frame.xs.tolist()])[:, None]
    against = int((seen_a & ~expected.across)[1:-1].sum() + (seen_d & ~expected.down)[1:-1].sum())
    wanted_a, wanted_d = (expected.across & untold_a)[1:-1], (expected.down & untold_d)[1:-1]
    if not (_is_founded(expected.across[~untold_a[:, 0]]) and _is_founded(expected.down[~untold_d[:, 0]])):
        return None
    missing = int((wanted_a & ~seen_a[1:-1]).sum() + (wanted_d & ~seen_d[1:-1]).sum())
    wanted = int(wanted_a.sum() + wanted_d.sum())
    # One stroke of a character may pass for an edge in a table of many.
    most = _share(settings.prior_against, wanted, settings.prior_many)
    shown = wanted >= (settings.prior_large if against else settings.prior_many)
    worn = settings.prior_worn if shown else settings.prior_missing
    if against > most or missing > worn * wanted:
        return None
    return 2.0 * against + missing


def _is_founded(edges: Edges) -> bool:
    """Tell whether lines that print shows part a third of a tiling's cells: less, print would not show."""
    return bool((edges.mean(axis=1) >= 1 / 3).all()) if edges.size else True
