"""Reads every case, compares it with its truth, and sums up: figures, structure, seconds."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console

from pipeline.batch.workspace import Workspace
from pipeline.errors import WorkspaceError
from pipeline.settings import Settings
from scripts.lib import cases
from scripts.lib.cases import Case
from scripts.lib.failures import draw_failures
from scripts.lib.finished import finished
from scripts.lib.result import Result
from scripts.lib.runner import Runner
from scripts.lib.summary import Summary, breakdown, summaries
from scripts.lib.summary_tables import (
    Sheet,
    faults_table,
    figures_sheet,
    pages_sheet,
    prose_sheet,
    reliability_sheet,
    stages_sheet,
)
from scripts.lib.tuning import tuned

THREADS = "OMP_NUM_THREADS"
SUMMARY = "summary.json"
BEGIN, END = "<!-- evaluation -->", "<!-- end of evaluation -->"
WIDTH = 180  # columns of the tables where standard output is no terminal


class Evaluation(BaseModel):
    """The file beside the table: the summary's rows, those by severity, damage and print, every case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: tuple[Summary, ...]
    breakdown: tuple[Summary, ...]
    cases: tuple[Result, ...]


def _settings(options: argparse.Namespace) -> Settings:
    settings = tuned(options.set)
    return replace(settings, process=replace(settings.process, timeout=options.timeout))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=main.__doc__)
    parser.add_argument(
        "cases",
        nargs="+",
        type=Path,
        help="folders or documents with their truth beside, or one summary.json",
    )
    parser.add_argument("--jobs", type=int, default=1, help="documents read at once (default 1)")
    parser.add_argument("--out", type=Path, default=Path("out/evaluate"), help="where results are kept")
    parser.add_argument(
        "--results", type=Path, metavar="WORKSPACE", help="what biaoge batch made of them; nothing is read"
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON on standard output")
    parser.add_argument("--markdown", action="store_true", help="the tables as Markdown on standard output")
    parser.add_argument("--into", type=Path, metavar="FILE", help="put it there, between the marks")
    parser.add_argument("--set", action="append", default=[], metavar="STAGE.NAME=VALUE", help="a setting")
    parser.add_argument("--breakdown", action="store_true", help="also by severity, damage and print")
    parser.add_argument(
        "--pictures", type=int, default=0, metavar="N", help="draw N inexact figures and grids of each kind"
    )
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds a document may take")
    parser.add_argument("--faults", type=int, default=20, help="inexact figures to show (default 20)")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Evaluate the cases named; 0 also where figures are wrong, 1 for usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if [path.name for path in options.cases] == [SUMMARY]:
        _print(Evaluation.model_validate_json(options.cases[0].read_bytes()), options)
        return 0
    try:
        every = cases.find(options.cases)
        settings = _settings(options)
    except (FileNotFoundError, ValueError) as error:
        parser.error(str(error))
    if options.jobs > 1:  # engines would otherwise take every core, each
        os.environ.setdefault(THREADS, str(max(1, (os.cpu_count() or 1) // options.jobs)))
    try:
        results = _results(every, settings, options)
    except WorkspaceError as error:
        parser.error(str(error))
    found = Evaluation(summary=summaries(results), breakdown=breakdown(results), cases=results)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / SUMMARY).write_text(found.model_dump_json(indent=1), encoding="utf-8")
    _print(found, options)
    if options.pictures:
        page = draw_failures(every, results, settings, options.out, options.pictures, options.jobs, _say)
        _say(f"pictures: {page or 'nothing to draw'}")
    return 0


def _results(every: Sequence[Case], settings: Settings, options: argparse.Namespace) -> tuple[Result, ...]:
    if options.results is not None:
        return finished(every, Workspace(options.results), _say)
    return Runner(settings, options.out, _say).run(every, options.jobs)


def _print(found: Evaluation, options: argparse.Namespace) -> None:
    if options.json:
        print(found.model_dump_json(indent=1))
        return
    sheets = _sheets(found, options)
    if options.markdown or options.into:
        text = "\n\n".join(sheet.as_markdown() for sheet in sheets)
        print(text) if options.into is None else put_between(text, options.into)
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for sheet in sheets:
        console.print(sheet.on_terminal())
    if any(result.score and result.score.faults for result in found.cases):
        console.print(faults_table(found.cases, options.faults))


def put_between(text: str, document: Path) -> None:
    """Put `text` into `document` in place of what stands between its two marks; ValueError without them."""
    held = document.read_text(encoding="utf-8")
    before, begin, rest = held.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document}: no {BEGIN} with {END} behind it")
    document.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def _sheets(found: Evaluation, options: argparse.Namespace) -> list[Sheet]:
    """Return the tables to show: over kinds, then where asked for over parts of them, then details."""
    every = [figures_sheet(found.summary), pages_sheet(found.summary)]
    if options.breakdown and found.breakdown:
        every += [figures_sheet(found.breakdown), pages_sheet(found.breakdown)]
    details = [reliability_sheet(found.summary[-1]), stages_sheet(found.summary)]
    if not (options.markdown or options.into):
        details.append(prose_sheet(found.cases, options.faults))
    return every + [sheet for sheet in details if sheet is not None and sheet.rows]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
