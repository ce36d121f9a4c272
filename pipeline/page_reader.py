"""One page, from what its source gives to tables and lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pipeline.banded import cells_among, illegible, with_unread
from pipeline.clean import (
    flatten,
    turn_upright,
)
from pipeline.detect import (
    PageInk,
    camelot_rules,
    find_bands,
    find_ink,
    find_marks,
    find_rules,
    find_worn,
    without_bands,
)
from pipeline.form import (
    dark_tilings,
    holds_several,
    is_label_like,
    is_piece,
    odd_cells,
    shows_form,
    tilings,
    well_placed,
)
from pipeline.grid import RuledGrid, build_grid, find_tables, is_inferred
from pipeline.model import (
    Box,
    CellReading,
    Glyph,
    Grid,
    Page,
    PageContent,
    PageInfo,
    Part,
    Picture,
    Rule,
    Table,
    TextLine,
)
from pipeline.read.cells import read_picture, read_words
from pipeline.read.engine import EngineLoader
from pipeline.read.layer import layer_texts, read_layer_cells, read_layer_lines
from pipeline.read.orient import orientation
from pipeline.read.scan import Engine
from pipeline.read.witness import moved, with_witness
from pipeline.settings import ReadSettings, Settings
from pipeline.straighten import sheet_of, straightened
from pipeline.told import with_told


@dataclass(slots=True)
class Clock:
    """Seconds spent in each stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start


@lru_cache(maxsize=1)
def _loader(settings: ReadSettings) -> EngineLoader:
    """Return the loader of the one engine of this process: a second would double its memory."""
    return EngineLoader(settings)


class Engines:
    """The reader of pictures, loaded in the background from the first call that says it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loader: EngineLoader | None = None

    def prepare(self) -> None:
        """Start loading, if that has not begun."""
        if self._loader is None:
            self._loader = _loader(self._settings.read)

    def get(self) -> Engine:
        """Return the engine, waiting for it."""
        self.prepare()
        assert self._loader is not None
        return self._loader.get()

    @property
    def used(self) -> Engine | None:
        """The engine, where a page needed it."""
        return self._loader.get() if self._loader else None


@dataclass(frozen=True, slots=True, eq=False)
class ReadPage:
    """A page read, with the intermediates that a person may want to look at."""

    content: PageContent
    rules: tuple[Rule, ...] = ()
    picture: Picture | None = None


def read_page(
    page: Page | PageContent, path: Path, engines: Engines, settings: Settings, clock: Clock, *, keep: bool
) -> ReadPage:
    """Return the tables and lines of one page of the document at `path`, however it has to be read.

    With `keep` its upright picture comes along, which takes time to make and much memory to hold.
    """
    if isinstance(page, PageContent):
        return ReadPage(page)
    if page.info.kind in ("scan", "image"):
        return _read_scan(page, engines, settings, clock, keep=keep)
    found = _read_text(page, path, engines, settings, clock)
    return found if keep else replace(found, picture=None)


def _read_text(page: Page, path: Path, engines: Engines, settings: Settings, clock: Clock) -> ReadPage:
    digital = _read_digital(_with_unseen_rules(page, path, settings, clock), settings, clock)
    if page.info.kind == "mixed" and page.pictures:
        return _with_pictures(digital, page, engines, settings, clock)
    return digital


def _with_unseen_rules(page: Page, path: Path, settings: Settings, clock: Clock) -> Page:
    """Return the page with the rules that its drawings do not show, where there seem to be any.

    Camelot looks at the page as the file has it: a page that was turned upright is left alone.
    """
    if page.lines_as_pictures < settings.detect.least_unseen or page.info.rotation:
        return page
    with clock("detect"):
        unseen = camelot_rules(path, page.info.number, page.info.height)
    return replace(page, rules=page.rules + unseen)


def _read_digital(page: Page, settings: Settings, clock: Clock) -> ReadPage:
    number = page.info.number
    with clock("grid"):
        printed = [glyph.box for glyph in page.glyphs if not glyph.text.isspace()]
        grids = find_tables(page.rules, printed, number, settings.grid, tilings())
        grids = with_told(grids, page.rules, printed, partial(layer_texts, page.glyphs), number, settings)
    with clock("read"):
        cells = tuple(read_layer_cells(page.glyphs, g.grid) for g in grids)
        lines = read_layer_lines(page.glyphs, [g.box for g in grids], number)
    tables = tuple(_stamped(table, page.seals, settings) for table in _tables(grids, cells, number))
    return ReadPage(PageContent(page.info, tables, lines), page.rules, page.picture)


def _stamped(table: Table, seals: Sequence[Box], settings: Settings) -> Table:
    """Return a table with `seal_over` on the cells that a stamp lies on; their text is known all the same."""
    return replace(
        table,
        readings=tuple(
            replace(reading, flags=(*reading.flags, "seal_over"))
            if cell.box and any(cell.box.overlap(seal) >= settings.clean.seal_share for seal in seals)
            else reading
            for cell, reading in zip(table.grid.cells, table.readings, strict=True)
        ),
    )


def _read_scan(page: Page, engines: Engines, settings: Settings, clock: Clock, *, keep: bool) -> ReadPage:
    engines.prepare()
    assert page.picture is not None
    with clock("clean"):
        sheet = sheet_of(page.picture, settings)
        straight, course = straightened(sheet, settings)
    with clock("load"):
        engine = engines.get()
    with clock("orient"):
        turn = orientation(straight.picture, engine)
        upright = turn_upright(straight.picture, turn)
    info = replace(
        page.info,
        width=upright.width / upright.scale,
        height=upright.height / upright.scale,
        dpi=round(upright.dpi, 1),
        rotation=turn,
        skew=round(course.skew, 3),
    )
    seal = None if straight.seal is None else turn_upright(straight.seal, turn)
    found = _read_upright(upright, seal, info, engine, settings, clock)
    if page.layer and sheet is page.picture:
        bends = [warp.moves for warp in course.warps]
        layer = moved(page.layer, (page.info.width, page.info.height), course.skew, turn, bends)
        found = replace(found, content=_witnessed(found.content, layer, settings))
    if seal is not None:
        found = replace(found, content=_sealed(found.content, seal, settings))
    return replace(found, picture=turn_upright(course.applied(sheet), turn) if keep else None)


def _witnessed(content: PageContent, layer: tuple[Glyph, ...], settings: Settings) -> PageContent:
    """Return the page with what its own text layer says beside what was read of its picture."""
    return replace(content, tables=tuple(with_witness(t, layer, settings.read) for t in content.tables))


def _sealed(content: PageContent, seal: Picture, settings: Settings) -> PageContent:
    """Return the page with `seal_over` on the cells that red ink lies on."""
    return replace(content, tables=tuple(_table_sealed(t, seal, settings) for t in content.tables))


def _table_sealed(table: Table, seal: Picture, settings: Settings) -> Table:
    readings = (
        replace(reading, flags=(*reading.flags, "seal_over"))
        if cell.box and _share(seal, cell.box) >= settings.clean.seal_share
        else reading
        for cell, reading in zip(table.grid.cells, table.readings, strict=True)
    )
    return replace(table, readings=tuple(readings))


def _share(mask: Picture, box: Box) -> float:
    """Return the share (0..1) of a box in points that a mask covers."""
    inside = _inside(mask, box)
    return float((inside > 0).mean()) if inside.size else 0.0


def _inside(picture: Picture, box: Box) -> NDArray[np.uint8]:
    """Return a view of the pixels in a box in points."""
    left, top, right, bottom = (
        max(0, round(v * picture.scale)) for v in (box.left, box.top, box.right, box.bottom)
    )
    return picture.pixels[top:bottom, left:right]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """An upright picture, where a seal lies on it, the rules and print seen on it, and what reads it."""

    picture: Picture
    seal: Picture | None
    info: PageInfo
    rules: tuple[Rule, ...]
    printed: tuple[Box, ...]
    engine: Engine
    settings: Settings


def _read_upright(
    picture: Picture, seal: Picture | None, info: PageInfo, engine: Engine, settings: Settings, clock: Clock
) -> ReadPage:
    seen, grids = _looked_at(picture, seal, info, engine, tilings(), settings, clock)
    with clock("read"):
        found = _by_words(seen, grids, _read_grids(seen, grids))
    with clock("detect"):
        bands = find_bands(picture, settings.detect)
        bands = illegible(bands, found.content.tables, settings.grid)
    return _by_bands(seen, grids, bands, found, clock) if bands else found


def _looked_at(
    picture: Picture,
    seal: Picture | None,
    info: PageInfo,
    engine: Engine,
    known: Sequence[Grid],
    settings: Settings,
    clock: Clock,
) -> tuple[_Seen, tuple[RuledGrid, ...]]:
    """Return what is seen on an upright picture, and the grids that its rules, and `known` tilings, show."""
    with clock("detect"):
        ink = find_ink(picture, settings.detect)
        rules = find_rules(ink, settings.detect)
        printed = find_marks(ink, rules, settings.detect)
    inked = replace(settings, grid=replace(settings.grid, word_gap=settings.grid.ink_gap))
    with clock("grid"):
        grids = find_tables(rules, printed, info.number, inked.grid, known)
    with clock("detect"):
        grids = _with_worn(grids, ink, (rules, printed), seal, known, info.number, settings)
    return _Seen(picture, seal, info, tuple(rules), tuple(printed), engine, inked), grids


def _by_bands(
    seen: _Seen, grids: tuple[RuledGrid, ...], bands: Sequence[Box], found: ReadPage, clock: Clock
) -> ReadPage:
    """Return a page read with its dark bands as cells, where more of the form stands in order then.

    As many rules may be lost on it as of a worn page: ink hides them.
    """
    grid = seen.settings.grid
    settings = replace(seen.settings, grid=replace(grid, prior_missing=grid.prior_worn))
    known = (*tilings(), *dark_tilings())

    def looked_at(those: Sequence[Box]) -> tuple[_Seen, tuple[RuledGrid, ...]]:
        bare = without_bands(seen.picture, those, settings.detect)
        return _looked_at(bare, seen.seal, seen.info, seen.engine, known, settings, clock)

    bare, again = looked_at(bands)
    cells = cells_among(bands, again, grid)
    if len(cells) < len(bands):
        bare, again = looked_at(cells)
    if not cells and _same(grids, again):
        return found
    with clock("read"):
        read = _by_words(bare, again, _read_grids(bare, again))
    read = replace(read, content=with_unread(read.content, cells, grid))
    return read if _worth(read, settings) > _worth(found, settings) else found


def _same(grids: Sequence[RuledGrid], others: Sequence[RuledGrid]) -> bool:
    return [found.grid for found in grids] == [found.grid for found in others]


def _by_words(seen: _Seen, grids: tuple[RuledGrid, ...], found: ReadPage) -> ReadPage:
    """Return a page read with the tables that words tell, where rules tell none, or less of the form."""
    content = found.content
    told = partial(
        with_told, grids, seen.rules, seen.printed, partial(_words, seen), seen.info.number, seen.settings
    )
    outside = shows_form(line.text for line in content.lines)
    doubted = _doubted(grids, content.tables, outside=outside)
    better = told(doubted) if doubted else grids
    if better != grids:
        given_up = [r for grid in doubted for r in grid.rules if r.length >= seen.settings.grid.seed]
        again = _read_grids(seen, better, given_up)
        # Rules place rows better than words do: where these tell as many, they tell more, or do not count.
        more = seen.settings.form.told_worth if _sizes(again) == _sizes(found) else 0.0
        if _worth(again, seen.settings) > _worth(found, seen.settings) + more:
            return again
    if outside or any(map(is_inferred, grids)):
        better = told()
        return _read_grids(seen, better) if better != grids else found
    return found


def _doubted(grids: Sequence[RuledGrid], tables: Sequence[Table], *, outside: bool) -> list[RuledGrid]:
    """Return the grids with words of the form and cells that are not: rules may be lost, or too many.

    Where words of the form stand `outside` any table, every grid may be a part of one.
    """
    texts = [[reading.text.text for reading in table.readings] for table in tables]
    return [
        grid
        for grid, held in zip(grids, texts, strict=True)
        if not is_inferred(grid) and (outside or (shows_form(held) and not _is_sound(grid, held)))
    ]


def _is_sound(grid: RuledGrid, texts: Sequence[str]) -> bool:
    """Return whether a grid has the form's cells but for a few, none of those a label, no cell several."""
    odd = odd_cells(grid.grid, texts)
    if odd is None or any(is_label_like(texts[i]) for i in odd):
        return False
    return not any(map(holds_several, texts))


def _sizes(page: ReadPage) -> list[tuple[int, int]]:
    return [(table.grid.rows, table.grid.columns) for table in page.content.tables]


def _worth(page: ReadPage, settings: Settings) -> float:
    return well_placed(page.content.tables, settings.form)


def _read_grids(seen: _Seen, grids: Sequence[RuledGrid], given_up: Sequence[Rule] = ()) -> ReadPage:
    """Return the page read by its grids; rules `given_up` are on no line of theirs, but no print either."""
    # Only what lies on the grid's lines is taken out of the crops: any other stroke may be print.
    borders = [*given_up, *(r for found in grids for r in (*found.rules, *_inferred_sides(found)))]
    number = seen.info.number
    cells, lines = read_picture(
        seen.picture, number, [g.grid for g in grids], borders, seen.engine, seen.settings.read
    )
    return ReadPage(PageContent(seen.info, _tables(grids, cells, number), lines), seen.rules, seen.picture)


def _words(seen: _Seen, boxes: Sequence[Box]) -> tuple[str, ...]:
    grown = [box.grown(1.0) for box in boxes]  # a point of white, so that no crop cuts a stroke
    return read_words(seen.picture, seen.info.number, grown, seen.engine, seen.settings.read)


def _with_worn(
    grids: Sequence[RuledGrid],
    ink: PageInk,
    shown: tuple[Sequence[Rule], Sequence[Box]],
    seal: Picture | None,
    known: Sequence[Grid],
    page: int,
    settings: Settings,
) -> tuple[RuledGrid, ...]:
    """Return the grids with the worn edges on their lines, where there are any, or `known` tilings have them.

    `shown` is every rule and all print of the page.
    """
    every, printed = shown

    def sealed(box: Box) -> bool:
        return seal is not None and _share(seal, box) >= settings.clean.seal_share

    def mended(found: RuledGrid, pieces: tuple[Rule, ...]) -> RuledGrid:
        rules = (*found.rules, *found.spare, *pieces, *_closing(found, settings.grid.snap))
        loose = _loose(found, every, settings.grid.snap)
        again = build_grid(rules, page, settings.grid, known, printed, loose, sealed) or found
        return replace(again, rules=tuple(rule for rule in again.rules if rule.thickness > 0))

    def is_whole(found: RuledGrid) -> bool:
        # What else lies on the lines of a table that has all its cells is print: a lone 1.
        return found.grid.rows >= settings.grid.whole_rows and is_piece(found.grid)

    looked_at = [not (is_inferred(found) or is_whole(found)) for found in grids]
    lattices = [(found.xs, found.ys) for found, looked in zip(grids, looked_at, strict=True) if looked]
    worn = iter(find_worn(ink, lattices, settings.detect))
    return tuple(
        mended(found, next(worn)) if looked else found for found, looked in zip(grids, looked_at, strict=True)
    )


def _loose(found: RuledGrid, rules: Sequence[Rule], snap: float) -> list[Rule]:
    """Return the rules in a grid that lie on none of its lines: pieces of others, and strokes of print."""
    lines = {"horizontal": np.array(found.ys), "vertical": np.array(found.xs)}
    return [
        rule
        for rule in rules
        if found.box.contains(*rule.middle) and np.abs(lines[rule.axis] - rule.position).min() > 2 * snap
    ]


def _closing(found: RuledGrid, snap: float) -> Iterator[Rule]:
    """Yield what closes a grid above and below where no rule does: a title's row, hanging verticals."""
    seen = [rule.position for rule in found.rules if rule.axis == "horizontal"]
    for y, is_open in ((found.ys[0], found.open_top), (found.ys[-1], found.open_bottom)):
        if not is_open and all(abs(y - position) > snap for position in seen):
            yield Rule("horizontal", y, found.xs[0], found.xs[-1])


def _inferred_sides(found: RuledGrid) -> Iterator[Rule]:
    """Yield the sides of cells whose rules were inferred: scraps of the rules may lie there."""
    if is_inferred(found) or not found.rules:
        return
    thickness = float(np.median([rule.thickness for rule in found.rules]))
    for box in (cell.box for cell in found.grid.cells if cell.repaired and cell.box):
        for x in (box.left, box.right):
            yield Rule("vertical", x, box.top, box.bottom, thickness)
        for y in (box.top, box.bottom):
            yield Rule("horizontal", y, box.left, box.right, thickness)


def _with_pictures(
    digital: ReadPage, page: Page, engines: Engines, settings: Settings, clock: Clock
) -> ReadPage:
    """Return a digital page with what its pictures say, too: a table may be there as a picture."""
    assert page.picture is not None
    with clock("clean"):
        shown = _only(flatten(page.picture, settings.clean).picture, page.pictures)
    with clock("load"):
        engine = engines.get()
    seen = _read_upright(shown, None, page.info, engine, settings, clock).content
    content = digital.content
    tables = sorted((*content.tables, *seen.tables), key=lambda t: t.parts[0].box.top)
    return replace(
        digital,
        content=replace(content, tables=tuple(tables), lines=_merged(content.lines, seen.lines)),
    )


def _only(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """Return the picture with everything outside the boxes white."""
    shown = np.full_like(picture.pixels, 255)
    result = Picture(shown, picture.dpi)
    for box in boxes:
        np.copyto(_inside(result, box), _inside(picture, box))
    return result


def _merged(lines: Sequence[TextLine], more: Sequence[TextLine]) -> tuple[TextLine, ...]:
    return tuple(sorted((*lines, *more), key=lambda ln: ln.box.top if ln.box else 0.0))


def _tables(
    grids: Sequence[RuledGrid], cells: Sequence[tuple[CellReading, ...]], page: int
) -> tuple[Table, ...]:
    return tuple(
        Table(
            found.grid,
            readings,
            (Part(page, found.box),),
            open_top=found.open_top,
            open_bottom=found.open_bottom,
        )
        for found, readings in zip(grids, cells, strict=True)
    )
