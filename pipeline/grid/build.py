"""A region's rules become a grid: lines, edges between them, cells, spans.

The lines of the grid are the clustered positions of the rules.  Between two neighbouring lines an
*edge* is as present as the share of it that rules cover.  Slots that no present edge parts belong to
one cell.  What does not come out as a rectangle is cut again where the rules' evidence is best, and
the cells at such a cut say so (`repaired`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.grid.edges import Sealed, nowhere
from pipeline.grid.frame import Frame, settle, without_tail
from pipeline.grid.prior import doubtful_lines, is_worn, mended
from pipeline.grid.strokes import without_false_lines
from pipeline.model import Box, Cell, Grid, Rule
from pipeline.settings import GridSettings


@dataclass(frozen=True, slots=True)
class RuledGrid:
    """A grid found on a page, the box of its outer border, and which ends no rule closes.

    `rules` are those that lie on the grid's lines `xs` and `ys` (points); `spare` is whatever else the
    region held: print, or too little of a rule to count.
    """

    grid: Grid
    box: Box
    rules: tuple[Rule, ...]
    spare: tuple[Rule, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    open_top: bool
    open_bottom: bool


def _label(frame: Frame, settings: GridSettings) -> NDArray[np.int32]:
    """Return for every slot the number of its component; slots unite across edges that are absent."""
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    owner = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    absent_across, absent_down = frame.across < settings.edge_cover, frame.down < settings.edge_cover
    open_down = absent_across[1:-1]  # between row j and j + 1
    open_right = absent_down[1:-1].T  # between column i and i + 1
    while True:
        before = owner.copy()
        for upper, lower, is_open in (
            (owner[:-1], owner[1:], open_down),
            (owner[:, :-1], owner[:, 1:], open_right),
        ):
            least = np.minimum(upper, lower)
            np.copyto(upper, least, where=is_open)
            np.copyto(lower, least, where=is_open)
        if (before == owner).all():
            return owner


@dataclass(frozen=True, slots=True)
class _Block:
    """A rectangle of slots, half-open; `cut` says that a side of it was inferred."""

    top: int
    bottom: int
    left: int
    right: int
    cut: bool = False


def _bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _rectangles(
    mask: NDArray[np.bool_], frame: Frame, settings: GridSettings, cut: bool = False
) -> Iterator[_Block]:
    """Yield rectangles that tile `mask`, cutting where the rules' cover is best.

    One that a rule goes through, but for a gap at an edge, is cut there, too.
    """
    top, bottom, left, right = _bounds(mask)
    block = _Block(top, bottom, left, right, cut)
    if mask[top:bottom, left:right].all() and _most_through(frame, block) < settings.through:
        yield block
        return
    first, second = _best_cut(mask, frame, (top, bottom, left, right))
    for side in (first, second):
        for part in _connected(side):
            yield from _rectangles(part, frame, settings, cut=True)


def _most_through(frame: Frame, block: _Block) -> float:
    """Return along what share of a block's width, or height, the rule runs that goes farthest through it."""
    wide = np.diff(frame.xs[block.left : block.right + 1])
    high = np.diff(frame.ys[block.top : block.bottom + 1])
    across = frame.across[block.top + 1 : block.bottom, block.left : block.right] @ wide / wide.sum()
    down = frame.down[block.left + 1 : block.right, block.top : block.bottom] @ high / high.sum()
    return float(max((*across, *down), default=0.0))


def _connected(mask: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Yield the 4-connected parts of a mask of slots."""
    left = mask.copy()
    while left.any():
        part = np.zeros_like(mask)
        part[tuple(np.argwhere(left)[0])] = True
        while True:
            grown = part.copy()
            grown[1:] |= part[:-1]
            grown[:-1] |= part[1:]
            grown[:, 1:] |= part[:, :-1]
            grown[:, :-1] |= part[:, 1:]
            grown &= left
            if (grown == part).all():
                break
            part = grown
        left &= ~part
        yield part


def _best_cut(
    mask: NDArray[np.bool_], frame: Frame, bounds: tuple[int, int, int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return `mask` parted along the line whose edges inside it are covered best.

    Cover counts in tenths: less is how exactly rules were measured.  Among equals the cut that leaves more
    of a rectangle (the fewer slots on its smaller side) wins, so that a lone stray slot is what gets cut off.
    """
    top, bottom, left, right = bounds
    options: list[tuple[float, int, str, int]] = []
    for line in range(top + 1, bottom):
        both = mask[line - 1] & mask[line]
        score = float(frame.across[line][both].mean()) if both.any() else 1.0
        smaller = min(int(mask[:line].sum()), int(mask[line:].sum()))
        options.append((round(score, 1), -smaller, "row", line))
    for line in range(left + 1, right):
        both = mask[:, line - 1] & mask[:, line]
        score = float(frame.down[line][both].mean()) if both.any() else 1.0
        smaller = min(int(mask[:, :line].sum()), int(mask[:, line:].sum()))
        options.append((round(score, 1), -smaller, "column", line))
    _, _, axis, line = max(options)
    first = mask.copy()
    if axis == "row":
        first[line:] = False
    else:
        first[:, line:] = False
    return first, mask & ~first


def _blocks(frame: Frame, settings: GridSettings) -> list[_Block]:
    owner = _label(frame, settings)
    blocks = [b for o in np.unique(owner) for b in _rectangles(owner == o, frame, settings)]
    return sorted(blocks, key=lambda b: (b.top, b.left))


def _weakest_side(frame: Frame, block: _Block, settings: GridSettings) -> float:
    """Return the cover (0..1) of the least covered of a block's four sides.

    An outer border that is not there at all (a page break cut the table) is no damage to the cell.
    """
    sides = (
        (frame.across, block.top, block.left, block.right),
        (frame.across, block.bottom, block.left, block.right),
        (frame.down, block.left, block.top, block.bottom),
        (frame.down, block.right, block.top, block.bottom),
    )
    return min(
        float(cover[line, start:end].min())
        for cover, line, start, end in sides
        if not (line in (0, len(cover) - 1) and cover[line].max() < settings.edge_cover)
    )


def _hangs(frame: Frame, block: _Block, settings: GridSettings) -> bool:
    """Tell whether a label at a page's end goes on below the table: no rule closes it and those left of it.

    Its words may hang out there.
    """
    last = frame.across[-1]
    at_end = block.bottom == len(frame.ys) - 1
    is_open = last[: block.right].max() < settings.edge_cover <= last.max()
    return at_end and bool(is_open) and not is_worn(frame, settings)


def _cell(frame: Frame, block: _Block, page: int, tail: float, settings: GridSettings) -> Cell:
    bottom = float(frame.ys[block.bottom])
    if _hangs(frame, block, settings):
        bottom += max(tail, settings.hanging)
    box = Box(float(frame.xs[block.left]), float(frame.ys[block.top]), float(frame.xs[block.right]), bottom)
    weak = _weakest_side(frame, block, settings) < settings.sure_cover
    return Cell(block.top, block.bottom, block.left, block.right, page, box, repaired=block.cut or weak)


def _on_lines(rules: Sequence[Rule], frame: Frame, snap: float) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if _is_on_line(rule, frame, snap))


def _is_on_line(rule: Rule, frame: Frame, snap: float) -> bool:
    """Tell whether a rule lies on a line of the grid, and not on edges alone that were left out."""
    lying = rule.axis == "horizontal"
    lines, stops, cover = (frame.ys, frame.xs, frame.across) if lying else (frame.xs, frame.ys, frame.down)
    line = int(np.abs(lines - rule.position).argmin())
    if abs(float(lines[line]) - rule.position) > snap:
        return False
    common = np.minimum(rule.end, stops[1:]) - np.maximum(rule.start, stops[:-1])
    held = common >= np.diff(stops) / 2
    return not held.any() or bool((cover[line][held] > 0).any())


def _is_damaged(frame: Frame, blocks: Sequence[_Block], settings: GridSettings) -> bool:
    """Tell whether rules are missing, or more there than belong: some are broken, or cells no rectangles."""
    doubtful = any(bool(doubtful_lines(cover, settings)) for cover in (frame.down, frame.across))
    return doubtful or is_worn(frame, settings) or any(block.cut for block in blocks)


def build_grid(
    rules: Sequence[Rule],
    page: int,
    settings: GridSettings,
    tilings: Sequence[Grid] = (),
    print_: Sequence[Box] = (),
    loose: Sequence[Rule] = (),
    sealed: Sealed = nowhere,
) -> RuledGrid | None:
    """Return the grid of one region's rules, or None where they make no table (fewer than 2 cells).

    `page` is the number cells carry.  Missing outer borders are closed along the ends of the rules
    that run there; gaps and overshoots up to the settings' shares of an edge are bridged.  Where the
    rules are worn, `tilings` say which must be there; `print_`, the boxes of pieces of print in points,
    shows single ones that are lost.  Rules that are `loose` in the table, held by no other, count only where
    they make it a known one.  `sealed` tells whether a seal lies on a box.
    """
    whole, sure = without_false_lines(settle(rules, settings), rules, print_, settings)
    frame = without_tail(whole, settings)
    if len(frame.xs) < 2 or len(frame.ys) < 2:
        return None
    blocks = _blocks(frame, settings)
    if tilings:
        damaged = _is_damaged(frame, blocks, settings)
        better = mended(frame, (*sure, *loose), tilings, print_, settings, damaged=damaged, sealed=sealed)
        if better is not frame:
            frame, blocks = better, _blocks(better, settings)
    if len(blocks) < settings.min_cells:
        return None
    tail = float(whole.ys[-1] - frame.ys[-1])
    cells = tuple(_cell(frame, b, page, tail, settings) for b in blocks)
    grid = Grid(len(frame.ys) - 1, len(frame.xs) - 1, cells)
    on_lines = _on_lines((*rules, *loose), frame, settings.snap)
    bottom = max(cell.box.bottom for cell in cells if cell.box)
    box = Box(float(frame.xs[0]), float(frame.ys[0]), float(frame.xs[-1]), bottom)
    return RuledGrid(
        grid,
        box,
        on_lines,
        tuple(rule for rule in rules if rule not in on_lines),
        tuple(float(x) for x in frame.xs),
        tuple(float(y) for y in frame.ys),
        open_top=bool(frame.across[0].max() < settings.edge_cover),
        open_bottom=bool(frame.across[-1].max() < settings.edge_cover),
    )
