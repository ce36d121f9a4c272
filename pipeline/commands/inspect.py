"""`biaoge inspect`: every intermediate of a document's pages, drawn."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.progress import progress_bar
from pipeline.commands.reading import settings_of
from pipeline.errors import OutputError, UsageError
from pipeline.model import NO_PAGE
from pipeline.settings import Settings
from pipeline.supervise import Progress, Supervisor

if TYPE_CHECKING:
    from pipeline.emit.inspection import Inspection
    from pipeline.extract import Extraction
    from pipeline.page_reader import ReadPage

TASK = "pipeline.commands.inspect:work"


@dataclass(frozen=True, slots=True)
class Job:
    """What the child shall draw: one page or (None) all, into which folder."""

    settings: Settings
    page: int | None
    folder: Path


def run(arguments: Namespace) -> int:
    """Draw the pages and print the names of the files; return the exit status."""
    settings = settings_of(arguments)
    folder = arguments.output or Path(f"{arguments.file.stem}-inspect")
    job = Job(settings, arguments.page, folder)
    with (
        Supervisor(settings.process, verbose=arguments.debug) as supervisor,
        progress_bar(arguments.file.name, quiet=arguments.quiet) as progress,
    ):
        answer = supervisor.run(TASK, arguments.file, job, progress)
    for name in json.loads(answer):
        sys.stdout.write(f"{name}\n")
    return 0


def work(path: Path, job: Job, progress: Progress) -> bytes:
    """Read `path` and draw its pages (in the child); answer with the names of the files written."""
    from pipeline.emit.write import write_files
    from pipeline.extract import extract_each

    found = extract_each(path, job.settings, progress)
    every = list(
        {p.content.info.number: p for e in found for p in e.pages if p.content.info != NO_PAGE}.values()
    )
    pages = [page for page in every if job.page in (None, page.content.info.number)]
    if not every:
        raise UsageError(f"{path}: has no pages to draw: its text and tables need no reading")
    if not pages:
        raise UsageError(f"{path}: has {len(every)} pages, no page {job.page}")
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {job.folder}: {error.strerror}") from error
    written: list[str] = []
    for done, page in enumerate(pages):
        progress("draw", done, len(pages))
        files = _drawings(_inspection(page, found, job.settings), job)
        written += map(str, write_files(files))
    return json.dumps(written).encode()


def _inspection(page: ReadPage, found: Sequence[Extraction], settings: Settings) -> Inspection:
    """Return what to draw of a page, of whichever reports it has parts."""
    from pipeline.emit.inspection import Inspection
    from pipeline.grid import joints_of

    before = list(accumulate((len(each.tables) for each in found), initial=0))
    figures = {
        (start + place.table, cell): key
        for start, each in zip(before, found, strict=False)
        for key, place in each.match.placements.items()
        for cell in place.cells
    }
    return Inspection(
        info=page.content.info,
        picture=page.picture,
        rules=page.rules,
        joints=joints_of(page.rules, settings.grid),
        tables=tuple(table for each in found for table in each.tables),
        figures=figures,
    )


def _drawings(inspection: Inspection, job: Job) -> Mapping[Path, bytes]:
    from pipeline.emit.inspection import inspect_page_html
    from pipeline.emit.overlay import draw_stages
    from pipeline.emit.pictures import png
    from pipeline.source.font import chinese_font

    name = f"page-{inspection.info.number}"
    stages = draw_stages(inspection, chinese_font()).items()
    return {
        job.folder / f"{name}.html": inspect_page_html(inspection, job.settings.emit),
        **{job.folder / f"{name}-{stage}.png": png(pixels) for stage, pixels in stages},
    }
