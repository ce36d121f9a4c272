"""One page, from what its source gives to tables and lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from time import perf_counter

import numpy as np

from pipeline.clean import Warp, bend_of, find_skew, fit_warp, flatten, rotate, turn_upright, unwarp
from pipeline.detect import camelot_rules, find_rules, find_traces, levelled, slope_of
from pipeline.grid import RuledGrid, build_grid, find_regions
from pipeline.model import (
    Box,
    CellReading,
    Page,
    PageContent,
    PageInfo,
    Part,
    Picture,
    Rule,
    Table,
    TextLine,
)
from pipeline.read.cells import read_picture
from pipeline.read.engine import EngineLoader
from pipeline.read.layer import read_layer_cells, read_layer_lines
from pipeline.read.orient import orientation
from pipeline.read.scan import Engine
from pipeline.settings import ReadSettings, Settings

LEAST_TURN = 0.01  # degrees; turning by less moves nothing by half a pixel


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


def read_page(page: Page, path: Path, engines: Engines, settings: Settings, clock: Clock) -> ReadPage:
    """Return the tables and lines of one page of the document at `path`, however it has to be read."""
    if page.info.kind in ("scan", "image"):
        return _read_scan(page, engines, settings, clock)
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
        grids = _grids(page.rules, number, settings)
    with clock("read"):
        cells = tuple(read_layer_cells(page.glyphs, g.grid) for g in grids)
        lines = read_layer_lines(page.glyphs, [g.box for g in grids], number)
    tables = _tables(grids, cells, number)
    return ReadPage(PageContent(page.info, tables, lines), page.rules, page.picture)


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """What was done to a picture to make it straight: turned clockwise by `skew` degrees, then unbent."""

    skew: float
    warps: tuple[Warp, ...] = ()

    def applied(self, picture: Picture) -> Picture:
        straight = rotate(picture, self.skew)
        for warp in self.warps:
            straight = unwarp(straight, warp)
        return straight


def _read_scan(page: Page, engines: Engines, settings: Settings, clock: Clock) -> ReadPage:
    engines.prepare()
    assert page.picture is not None
    with clock("clean"):
        straight, course = _straight(page.picture, settings)
    with clock("load"):
        engine = engines.get()
    with clock("orient"):
        turn = orientation(straight, engine)
        upright = turn_upright(straight, turn)
    info = replace(
        page.info,
        width=upright.width / upright.scale,
        height=upright.height / upright.scale,
        rotation=turn,
        skew=round(course.skew, 3),
    )
    found = _read_upright(upright, info, engine, settings, clock)
    return replace(found, picture=turn_upright(course.applied(page.picture), turn))


def _straight(picture: Picture, settings: Settings) -> tuple[Picture, _Course]:
    """Return the picture evenly lit, without skew, perspective and curl, and what was done to it."""
    flat = flatten(picture, settings.clean)
    skew = find_skew(flat, settings.clean)
    straight = rotate(flat, skew)
    traces = find_traces(straight, settings.detect)
    # Rules tell their slope far more exactly than lines of text do.
    rest = slope_of(traces, settings.detect)
    if abs(rest) >= LEAST_TURN:
        skew += rest
        straight, traces = rotate(flat, skew), levelled(traces, rest)
    if bend_of(traces) < settings.clean.least_bend:
        return straight, _Course(skew)
    return _unbent(straight, skew, settings)


def _unbent(straight: Picture, skew: float, settings: Settings) -> tuple[Picture, _Course]:
    warps: list[Warp] = []
    for _ in range(settings.clean.warp_passes):
        warp = fit_warp(find_traces(straight, settings.detect), straight, settings.clean)
        if warp is None:
            break
        warps.append(warp)
        straight = unwarp(straight, warp)
    return straight, _Course(skew, tuple(warps))


def _read_upright(
    picture: Picture, info: PageInfo, engine: Engine, settings: Settings, clock: Clock
) -> ReadPage:
    with clock("detect"):
        rules = find_rules(picture, settings.detect)
    with clock("grid"):
        grids = _grids(rules, info.number, settings)
    with clock("read"):
        # Only what lies on the grid's lines is taken out of the crops: any other stroke may be print.
        borders = [rule for found in grids for rule in found.rules]
        cells, lines = read_picture(
            picture, info.number, [g.grid for g in grids], borders, engine, settings.read
        )
    return ReadPage(PageContent(info, _tables(grids, cells, info.number), lines), rules, picture)


def _with_pictures(
    digital: ReadPage, page: Page, engines: Engines, settings: Settings, clock: Clock
) -> ReadPage:
    """Return a digital page with what its pictures say, too: a table may be there as a picture."""
    assert page.picture is not None
    with clock("clean"):
        shown = _only(flatten(page.picture, settings.clean), page.pictures)
    with clock("load"):
        engine = engines.get()
    seen = _read_upright(shown, page.info, engine, settings, clock).content
    content = digital.content
    tables = sorted((*content.tables, *seen.tables), key=lambda t: t.parts[0].box.top)
    return replace(
        digital,
        content=replace(content, tables=tuple(tables), lines=_merged(content.lines, seen.lines)),
    )


def _only(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """Return the picture with everything outside the boxes white."""
    shown = np.full_like(picture.pixels, 255)
    for box in boxes:
        left, top, right, bottom = (
            round(v * picture.scale) for v in (box.left, box.top, box.right, box.bottom)
        )
        rows, columns = slice(max(top, 0), bottom), slice(max(left, 0), right)
        shown[rows, columns] = picture.pixels[rows, columns]
    return Picture(shown, picture.dpi)


def _merged(lines: Sequence[TextLine], more: Sequence[TextLine]) -> tuple[TextLine, ...]:
    return tuple(sorted((*lines, *more), key=lambda ln: ln.box.top if ln.box else 0.0))


def _grids(rules: Iterable[Rule], page: int, settings: Settings) -> tuple[RuledGrid, ...]:
    regions = find_regions(rules, settings.grid)
    grids = (build_grid(region, page, settings.grid) for region in regions)
    return tuple(g for g in grids if g is not None)


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
