"""Tables of a page, those with rules left out included: open sides, no verticals.

What no rule shows is put where the words are: rules made up close a ladder's sides and part its columns.
Cells of a table whose columns the words alone tell say so (`repaired`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.grid.bare import find_bare
from pipeline.grid.build import RuledGrid, build_grid
from pipeline.grid.feet import with_feet_down
from pipeline.grid.frame import cluster
from pipeline.grid.ladder import Ladder, along, find_ladders
from pipeline.grid.lattice import find_networks
from pipeline.grid.lone_row import verticals_in_row
from pipeline.grid.region import accepted, joined, split_axes
from pipeline.grid.rungs import grid_of_rungs
from pipeline.grid.spaced import verticals_between
from pipeline.grid.words import WordLine, lines_of, pieces_in, usual_height, words_of
from pipeline.model import Box, Grid, Rule
from pipeline.settings import GridSettings


def find_tables(
    rules: Iterable[Rule],
    print_: Sequence[Box],
    page: int,
    settings: GridSettings,
    known: Sequence[Grid] = (),
) -> tuple[RuledGrid, ...]:
    """Return the tables of a page from the top.

    `print_` are the boxes of its characters or of pieces of them, in points; what lies in tables with all
    their rules is not looked at.  `known` are the tilings that a table without verticals may have.
    """
    every = with_feet_down(joined(rules, settings), print_, settings)
    opened = _distinct(
        g
        for ladder in find_ladders(every, print_, settings)
        if (g := _open(ladder, every, print_, page, settings, known))
    )
    opened = _without_parts(opened, every, page, settings) if opened else []
    rest = [rule for rule in every if not any(_within(rule, grid.box, settings) for grid in opened)]
    closed = [build_grid(region, page, settings, (), print_) for region in find_networks(rest, settings)]
    found = [*opened, *(grid for grid in closed if grid is not None)]
    bare = _without_rules(found, print_, page, settings)
    kept = [grid for grid in found if not any(grid.box.overlap(other.box) > 0 for other in bare)]
    return tuple(sorted((*kept, *bare), key=lambda grid: grid.box.top))


def _distinct(grids: Iterable[RuledGrid]) -> list[RuledGrid]:
    """Return the grids, of those that lie over one another the one with the most cells."""
    kept: list[RuledGrid] = []
    for grid in sorted(grids, key=lambda g: -len(g.grid.cells)):
        if all(grid.box.overlap(other.box) == 0 for other in kept):
            kept.append(grid)
    return kept


def _without_parts(
    opened: Sequence[RuledGrid], rules: Sequence[Rule], page: int, settings: GridSettings
) -> list[RuledGrid]:
    """Return the grids but for those over a part of a larger table: a worn one, or one that streaks cross.

    A table of the same place that rules part into more cells has sides that are worn, not left out; so have
    tables that stand one below another where one without sides would be.
    """
    regions = find_networks(rules, settings)
    whole = [grid for region in regions if (grid := build_grid(region, page, settings))]
    sided = [grid for grid in whole if _has_sides(grid, settings)]

    def is_part(grid: RuledGrid, other: RuledGrid) -> bool:
        if other.box.overlap(grid.box) == 0:
            return False
        if other.box.overlap(grid.box.grown(settings.larger)) < 1:
            return True
        covers = grid.box.overlap(other.box.grown(settings.reach)) == 1
        return covers and len(other.grid.cells) > len(grid.grid.cells)

    def is_several(grid: RuledGrid) -> bool:
        inside = [other.box.height for other in sided if other.box.overlap(grid.box) > 0]
        return len(inside) > 1 and sum(inside) >= settings.edge_cover * grid.box.height

    return [
        grid for grid in opened if not is_several(grid) and not any(is_part(grid, other) for other in whole)
    ]


def _has_sides(grid: RuledGrid, settings: GridSettings) -> bool:
    """Tell whether some of both sides of a grid is there."""
    _, verticals = split_axes(grid.rules)
    return all(
        sum(v.length for v in along(verticals, side, settings)) >= settings.side_cover * grid.box.height
        for side in (grid.xs[0], grid.xs[-1])
    )


def _without_rules(
    found: Sequence[RuledGrid], print_: Sequence[Box], page: int, settings: GridSettings
) -> list[RuledGrid]:
    """Return the tables that the print alone shows, beside those found by their rules.

    The rules above and below a header alone make no table of it: what goes on below them is one with it.
    """
    sure = [grid for grid in found if not (is_inferred(grid) and len(grid.rules) <= settings.few_rules)]
    outside = [piece for piece in print_ if not any(grid.box.contains(*piece.center) for grid in sure)]
    grids = []
    for table in find_bare(outside, settings):
        # What stands on both sides of a table is no print.
        if any(grid.box.overlap(table.box) > 0 for grid in sure):
            continue
        rungs = [Rule("horizontal", y, table.box.left, table.box.right) for y in table.levels]
        verticals = verticals_between(rungs, table.levels, table.box, table.words, table.em, settings)
        grid = build_grid((*rungs, *verticals), page, settings) if verticals else None
        if grid is not None and grid.grid.columns > settings.row_words - 1:
            grids.append(inferred(grid))
    return grids


def _within(rule: Rule, box: Box, settings: GridSettings) -> bool:
    return box.grown(settings.reach).contains(*rule.middle)


def _open(
    ladder: Ladder,
    rules: Sequence[Rule],
    print_: Sequence[Box],
    page: int,
    settings: GridSettings,
    known: Sequence[Grid],
) -> RuledGrid | None:
    if ladder.verticals:
        return _without_sides(ladder, rules, print_, page, settings)
    if found := grid_of_rungs(ladder, known, print_, page, settings):
        return found
    return _without_verticals(ladder, rules, print_, page, settings)


def _without_sides(
    ladder: Ladder, rules: Sequence[Rule], print_: Sequence[Box], page: int, settings: GridSettings
) -> RuledGrid | None:
    """Return the grid of a table whose verticals are all inner ones."""
    box = _with_title(ladder.box, ladder.rungs[0], print_, settings)
    sides = [Rule("vertical", x, box.top, box.bottom) for x in (box.left, box.right)]
    near = [r for r in accepted(joined((*rules, *sides), settings), settings) if _within(r, box, settings)]
    own = list(dict.fromkeys((*near, *ladder.verticals)))
    own += _closing(box, ladder, print_, settings)
    found = build_grid(own, page, settings)
    return found and replace(found, rules=tuple(r for r in found.rules if r.thickness > 0))


def _closing(box: Box, ladder: Ladder, print_: Sequence[Box], settings: GridSettings) -> Iterator[Rule]:
    """Yield rules where the first and the last row end, if verticals or a title alone show them."""
    first, last = ladder.rungs[0].position, ladder.rungs[-1].position
    for end, start, stop in ((box.top, box.top, first), (box.bottom, last, box.bottom)):
        row = Box(box.left, start, box.right, stop)
        hanging = sum(
            v.start <= row.center[1] <= v.end and abs(v.end - box.bottom) <= settings.touch
            for v in ladder.verticals
        )
        if row.height > settings.reach and (pieces_in(row, print_) or hanging >= settings.open_ends):
            yield Rule("horizontal", end, box.left, box.right)


def _with_title(box: Box, first: Rule, print_: Sequence[Box], settings: GridSettings) -> Box:
    """Return the box with the row above its first rule where verticals do not show one: a title's."""
    if box.top < first.position - settings.reach:
        return box
    # Scraps of a worn rule lie on its line.
    around = Box(box.left, first.position - settings.title_reach, box.right, first.position - settings.touch)
    near = pieces_in(around, print_)
    em = usual_height(near)
    lines = lines_of(words_of(near, em, settings))
    if not lines or lines[-1].widest_gap > settings.text_gap * em:
        return box
    title = lines[-1].box
    centred = abs(title.center[0] - box.center[0]) <= settings.centred * box.width
    if not centred or first.position - title.bottom > title.height or title.width > box.width / 2:
        return box
    return replace(box, top=title.top - min(settings.reach, first.position - title.bottom))


def _without_verticals(
    ladder: Ladder, rules: Sequence[Rule], print_: Sequence[Box], page: int, settings: GridSettings
) -> RuledGrid | None:
    """Return the grid of a table that prints horizontal rules alone."""
    box = ladder.box
    near = _neighbourhood(box, rules, settings)
    em = usual_height(pieces_in(box, print_))
    words = words_of(pieces_in(near, print_), em, settings)
    levels = [float(y) for y in cluster((r.position for r in ladder.rungs), settings.snap)]
    lines = lines_of(words)
    above = _cut_off(reversed([ln for ln in lines if ln.middle < levels[0]]), levels[0], em, settings)
    below = _cut_off((ln for ln in lines if ln.middle > levels[-1]), levels[-1], em, settings)
    top = min((ln.box.top for ln in above), default=levels[0])
    bottom = max((ln.box.bottom for ln in below), default=levels[-1])
    levels = [*([top - 1] if above else []), *levels, *([bottom + 1] if below else [])]
    inside = [w for w in words if levels[0] <= w.center[1] <= levels[-1]]
    row = Box(box.left, levels[0], box.right, levels[-1])
    if len(levels) == 2 and (alone := verticals_in_row(row, inside, em, settings)):
        single = build_grid((*ladder.rungs, *alone), page, settings)
        return single and inferred(single)
    verticals = verticals_between(ladder.rungs, levels, box, inside, em, settings)
    found = build_grid((*ladder.rungs, *verticals), page, settings) if verticals else None
    legible = found is not None and found.grid.rows > 1 and em >= settings.least_print
    return inferred(found) if found and legible else None


def _neighbourhood(box: Box, rules: Sequence[Rule], settings: GridSettings) -> Box:
    """Return the box with what lies above and below it, up to the next long rule."""
    top, bottom = box.top - settings.rung_gap, box.bottom + settings.rung_gap
    for rule in rules:
        if rule.axis == "horizontal" and rule.length >= settings.seed:
            if rule.position < box.top - settings.snap:
                top = max(top, rule.position)
            elif rule.position > box.bottom + settings.snap:
                bottom = min(bottom, rule.position)
    return Box(box.left, top, box.right, bottom)


def _cut_off(lines: Iterable[WordLine], edge: float, em: float, settings: GridSettings) -> list[WordLine]:
    """Return the lines of a row that a page break left without its rule, from the last rule on."""
    found: list[WordLine] = []
    for line in lines:
        box = line.box
        far = max(box.top - edge, edge - box.bottom) > 2 * em
        if (
            far
            or box.height > settings.taller_line * em
            or (line.is_text(em, settings) and len(line.words) > 1)
        ):
            break
        found.append(line)
        edge = box.center[1]
    most = max((len(line.words) for line in found), default=0)
    return found if most >= settings.row_words else []


def inferred(grid: RuledGrid) -> RuledGrid:
    """Return the grid with every cell saying that rules beside it were inferred, and real rules alone."""
    cells = tuple(replace(cell, repaired=True) for cell in grid.grid.cells)
    rules = tuple(r for r in grid.rules if r.thickness > 0)
    return replace(grid, grid=replace(grid.grid, cells=cells), rules=rules)


def is_inferred(grid: RuledGrid) -> bool:
    """Return whether print alone told a grid's columns: no vertical rule was seen."""
    return not any(rule.axis == "vertical" for rule in grid.rules)
