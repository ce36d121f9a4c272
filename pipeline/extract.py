"""The way of a document: every stage, in order. The one module that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from pipeline import report
from pipeline.assemble import assemble
from pipeline.check import flag_figures, run_checks
from pipeline.divide import Portion, divide, second_set
from pipeline.errors import BiaogeError, MissingDependencyError, SeveralReportsError
from pipeline.form import (
    CALIBRATION,
    FormMatch,
    calibration_sha256,
    is_whole,
    lay_out,
    match_form,
    place_figures,
    same_label,
    same_table,
)
from pipeline.grid import stitch, with_titles
from pipeline.model import NO_PAGE, Finding, Page, PageContent, Picture, Table
from pipeline.narrative import Narrative, caption_tables, read_narrative
from pipeline.page_reader import Clock, Engines, ReadPage, read_page
from pipeline.read import covered, digits
from pipeline.read.network import network_sha256
from pipeline.read.scan import Engine
from pipeline.settings import Settings
from pipeline.source import Document, Source, first_path, name_of, open_document, unpacked

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

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its pages in the document, some of which may be those of other reports, too."""
        return tuple(p.content.info.number for p in self.pages if p.content.info != NO_PAGE)


def extract(source: Source, settings: Settings = DEFAULTS, progress: Progress | None = None) -> report.Report:
    """Return the one report that `source` holds, in the normalized schema.

    `source` is a document, or several pictures (or folders of them) that are the pages of one.  Raises
    an error of `pipeline.errors` where it cannot be read or a model is missing, and SeveralReportsError
    where it holds more than one report: `extract_all` gives those.
    """
    found = extract_all(source, settings, progress)
    first = next(found)
    if next(found, None) is not None:
        raise SeveralReportsError(f"{name_of(source)}: holds several reports")
    return first


def extract_all(
    source: Source, settings: Settings = DEFAULTS, progress: Progress | None = None
) -> Iterator[report.Report]:
    """Yield every report that `source` holds, in order; one at least, or an error as of `extract`.

    A zip file of documents gives the reports of each; where some of them cannot be read, the others come
    first, then the first error is raised.
    """
    fault: BiaogeError | None
    with unpacked(source, settings.source) as held:
        fault = next(iter(held.faults), None)
        for each in held.documents:
            try:
                found = extract_each(each, settings, progress, keep=False)
            except MissingDependencyError:
                raise
            except BiaogeError as error:
                fault = fault or error
            else:
                yield from (one.report for one in found)
    if fault is not None:
        raise fault


def extract_full(
    source: Source, settings: Settings = DEFAULTS, progress: Progress | None = None, *, keep: bool = True
) -> Extraction:
    """Return the one report of a document with every intermediate; with `keep`, the pictures too.

    SeveralReportsError where it holds more than one.
    """
    found = extract_each(source, settings, progress, keep=keep)
    if len(found) > 1:
        raise SeveralReportsError(f"{name_of(source)}: holds {len(found)} reports")
    return found[0]


def extract_each(
    source: Source, settings: Settings = DEFAULTS, progress: Progress | None = None, *, keep: bool = True
) -> tuple[Extraction, ...]:
    """Return the reports of one document in order, with every intermediate; with `keep`, the pictures too.

    Each names the whole document and all its pages, so that page numbers mean the same in all of them.
    """
    clock, engines = Clock(), Engines(settings)
    path = first_path(source)
    with clock("open"):
        document = open_document(source, settings.source)
    read = (read_page(page, path, engines, settings, clock, keep=keep) for page in _timed(document, clock))
    pages = _counted(read, len(document.pages), progress or (lambda *_: None))
    laid = [lay_out(page.content, settings.form) for page in pages]
    contents = with_titles(laid, same_table, settings.grid)
    with clock("divide"):
        portions = divide(contents, settings)
    record = _document(document, pages)
    return tuple(
        _extraction(portion, pages[portion.span.start : portion.span.stop], record, engines, settings, clock)
        for portion in portions
    )


def _extraction(
    portion: Portion,
    pages: tuple[ReadPage, ...],
    document: report.DocumentRecord,
    engines: Engines,
    settings: Settings,
    clock: Clock,
) -> Extraction:
    """Return the report that one portion of a document holds."""
    contents = portion.contents
    with clock("stitch"):
        tables = stitch(contents, same_label, settings.grid, same_table, is_whole)
    with clock("narrative"):
        tables = caption_tables(contents, tables, settings.narrative)
        narrative = read_narrative(contents, tables, settings.narrative)
    if portion.front:
        tables, narrative = _with_front(portion.front, tables, narrative, settings)
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
        document=document,
        tables=tables,
        kinds=[t.kind for t in match.tables],
        editions=[t.edition for t in match.tables],
        report_editions=editions,
        figures=figures,
        checks=checks,
        narrative=narrative,
        findings=(*_findings(pages), *portion.findings, *second_set(tables, match, settings)),
        provenance=_provenance(engines, settings, clock),
        settings=settings.review,
        figure_cells=_figure_cells(match, figures),
    )
    return Extraction(result, pages, tables, match)


def _with_front(
    front: tuple[PageContent, ...], tables: tuple[Table, ...], narrative: Narrative, settings: Settings
) -> tuple[tuple[Table, ...], Narrative]:
    """Return the first report's tables and prose with those that stand before it, which are nobody's."""
    before = stitch(front, same_label, settings.grid, same_table, is_whole)
    told = read_narrative(front, before, settings.narrative)
    lines = told.evidence["title"].raw.split("\n") if told.title else []
    text = (*lines, *(t for s in told.sections for t in (s.heading, *s.text) if t))
    page = next((c.info.number for c in front if c.info != NO_PAGE), None)
    section = report.Section(number=None, heading="", text=text, page=page)
    return (*before, *tables), replace(narrative, sections=(section, *narrative.sections))


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
        models=_models(engine, settings) if engine else (),
        settings=changed_settings(settings),
        seconds={stage: round(seconds, 3) for stage, seconds in clock.seconds.items()},
    )


def _models(engine: Engine, settings: Settings) -> tuple[report.ModelRecord, ...]:
    """Return what read the pictures, the readers of digits, and the calibration of their confidences."""
    found = [report.ModelRecord(name=m.name, role=m.role, sha256=m.sha256) for m in engine.models]
    for file in (digits.FILE, covered.FILE):
        found.append(report.ModelRecord(name=file, role="digits", sha256=network_sha256(file)))
    if settings.review.calibrated:
        found.append(report.ModelRecord(name=CALIBRATION, role="calibration", sha256=calibration_sha256()))
    return tuple(found)


def changed_settings(settings: Settings) -> dict[str, str | int | float | bool | None]:
    """Return the settings that differ from the defaults, as `stage.name`."""
    changed: dict[str, str | int | float | bool | None] = {}
    for stage in fields(Settings):
        mine, default = getattr(settings, stage.name), getattr(Settings(), stage.name)
        if not is_dataclass(mine):
            continue
        for item in fields(mine):
            value = getattr(mine, item.name)
            if item.compare and value != getattr(default, item.name):
                plain = isinstance(value, str | int | float | bool | None)
                changed[f"{stage.name}.{item.name}"] = value if plain else str(value)
    return changed
