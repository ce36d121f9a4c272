"""The way of a document: every stage, in order. The one module that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from pipeline import report
from pipeline.assemble import assemble
from pipeline.check import flag_figures, run_checks
from pipeline.form import FormMatch, lay_out, match_form, place_figures, same_label
from pipeline.grid import stitch
from pipeline.model import NO_PAGE, Finding, Page, PageContent, Picture, Table
from pipeline.narrative import caption_tables, read_narrative
from pipeline.page_reader import Clock, Engines, ReadPage, read_page
from pipeline.settings import Settings
from pipeline.source import Document, open_document

DEFAULTS = Settings()

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """A report with all that led to it, for people who want to look."""

    report: report.Report
    pages: tuple[ReadPage, ...]
    tables: tuple[Table, ...]
    match: FormMatch

    @property
    def pictures(self) -> Mapping[int, Picture]:
        """The upright pictures of the pages that have one, by page number."""
        return {p.content.info.number: p.picture for p in self.pages if p.picture is not None}


def extract(
    path: str | Path, settings: Settings = DEFAULTS, progress: Progress | None = None
) -> report.Report:
    """Return the report that the document at `path` holds, in the normalized schema.

    Raises an error of `pipeline.errors` where the document cannot be read or a model is missing.
    """
    return extract_full(path, settings, progress, keep=False).report


def extract_full(
    path: str | Path,
    settings: Settings = DEFAULTS,
    progress: Progress | None = None,
    *,
    keep: bool = True,
) -> Extraction:
    """Return the report of a document together with every intermediate; with `keep`, the pictures too."""
    clock, engines = Clock(), Engines(settings)
    with clock("open"):
        document = open_document(Path(path), settings.source)
    source = (
        read_page(page, Path(path), engines, settings, clock, keep=keep) for page in _timed(document, clock)
    )
    pages = _counted(source, len(document.pages), progress or (lambda *_: None))
    contents = [lay_out(page.content, settings.form) for page in pages]
    with clock("stitch"):
        tables = stitch(contents, same_label, settings.grid)
    with clock("narrative"):
        tables = caption_tables(contents, tables, settings.narrative)
        narrative = read_narrative(contents, tables, settings.narrative)
    with clock("form"):
        match = match_form(tables, settings.form, narrative.year)
        figures = place_figures(match, tables, settings.form, settings.review)
    with clock("check"):
        editions = report.Editions(
            proactive=match.found["proactive"], applications=match.found["applications"]
        )
        checks = run_checks(figures, editions, narrative.year)
        figures = flag_figures(figures, checks)
    result = assemble(
        document=_document(document, pages),
        tables=tables,
        kinds=[t.kind for t in match.tables],
        editions=[t.edition for t in match.tables],
        report_editions=editions,
        figures=figures,
        checks=checks,
        narrative=narrative,
        findings=_findings(pages),
        provenance=_provenance(engines, settings, clock),
        settings=settings.review,
        figure_cells=_figure_cells(match, figures),
    )
    return Extraction(result, pages, tables, match)


def _timed(document: Document, clock: Clock) -> Iterator[Page | PageContent]:
    """Yield the document's pages, the time that each takes to come told to the clock."""
    source = iter(document.pages)
    while True:
        with clock("source"):
            page = next(source, None)
        if page is None:
            return
        yield page


def _counted(source: Iterator[ReadPage], total: int, progress: Progress) -> tuple[ReadPage, ...]:
    read: list[ReadPage] = []
    progress("pages", 0, total)
    for page in source:
        read.append(page)
        progress("pages", len(read), total)
    return tuple(read)


def _document(document: Document, pages: tuple[ReadPage, ...]) -> report.DocumentRecord:
    infos = [page.content.info for page in pages if page.content.info != NO_PAGE]
    return report.DocumentRecord(
        file=document.file,
        sha256=document.sha256,
        media_type=document.media_type.value,
        pages=tuple(
            report.PageRecord(
                width=round(i.width, 2),
                height=round(i.height, 2),
                kind=i.kind,
                rotation=i.rotation,
                skew=i.skew,
                dpi=i.dpi,
            )
            for i in infos
        ),
    )


def _findings(pages: tuple[ReadPage, ...]) -> tuple[Finding, ...]:
    return tuple(finding for page in pages for finding in page.content.findings)


def _figure_cells(
    match: FormMatch, figures: Mapping[str, report.Figure]
) -> dict[tuple[int, int], report.Figure]:
    """Return which cell shows which figure, for figures that have a cell to themselves."""
    return {
        (placement.table, placement.cells[0]): figures[key]
        for key, placement in match.placements.items()
        if len(placement.cells) == 1 and not placement.shared and key in figures
    }


def _provenance(engines: Engines, settings: Settings, clock: Clock) -> report.Provenance:
    from pipeline import __version__

    engine = engines.used
    return report.Provenance(
        version=__version__,
        engine=engine.runtime if engine else None,
        models=tuple(
            report.ModelRecord(name=m.name, role=m.role, sha256=m.sha256)
            for m in (engine.models if engine else ())
        ),
        settings=changed_settings(settings),
        seconds={stage: round(seconds, 3) for stage, seconds in clock.seconds.items()},
    )


def changed_settings(settings: Settings) -> dict[str, str | int | float | bool | None]:
    """Return the settings that differ from the defaults, as `stage.name`."""
    changed: dict[str, str | int | float | bool | None] = {}
    for stage in fields(Settings):
        mine, default = getattr(settings, stage.name), getattr(Settings(), stage.name)
        if not is_dataclass(mine):
            continue
        for item in fields(mine):
            value = getattr(mine, item.name)
            if value != getattr(default, item.name):
                plain = isinstance(value, str | int | float | bool | None)
                changed[f"{stage.name}.{item.name}"] = value if plain else str(value)
    return changed
