"""Reads every case, compares it with its truth, and sums up: figures, structure, seconds."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console

from pipeline.settings import Settings
from scripts.lib import cases
from scripts.lib.result import Result
from scripts.lib.runner import Runner
from scripts.lib.summary import Summary, breakdown, faults_table, stages_table, summaries, summary_table
from scripts.lib.tuning import tuned

THREADS = "OMP_NUM_THREADS"
WIDTH = 140  # columns of the table where standard output is no terminal


def _settings(options: argparse.Namespace) -> Settings:
    settings = tuned(options.set)
    return replace(settings, process=replace(settings.process, timeout=options.timeout))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=main.__doc__)
    parser.add_argument("cases", nargs="+", type=Path, help="folders or documents with their truth beside")
    parser.add_argument("--jobs", type=int, default=1, help="documents read at once (default 1)")
    parser.add_argument("--out", type=Path, default=Path("out/evaluate"), help="where results are kept")
    parser.add_argument("--json", action="store_true", help="the summary as JSON on standard output")
    parser.add_argument("--set", action="append", default=[], metavar="STAGE.NAME=VALUE", help="a setting")
    parser.add_argument("--breakdown", action="store_true", help="also by severity, damage and print")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds a document may take")
    parser.add_argument("--faults", type=int, default=20, help="inexact figures to show (default 20)")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Evaluate the cases named; 0 also where figures are wrong, 1 for usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        every = cases.find(options.cases)
        settings = _settings(options)
    except (FileNotFoundError, ValueError) as error:
        parser.error(str(error))
    if options.jobs > 1:  # engines would otherwise take every core, each
        os.environ.setdefault(THREADS, str(max(1, (os.cpu_count() or 1) // options.jobs)))
    results = Runner(settings, options.out, _say).run(every, options.jobs)
    rows, parts = summaries(results), breakdown(results)
    whole = Evaluation(summary=rows, breakdown=parts, cases=results).model_dump_json(indent=1)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "summary.json").write_text(whole, encoding="utf-8")
    if options.json:
        print(whole)
    else:
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        console.print(summary_table(rows))
        if options.breakdown and parts:
            console.print(summary_table(parts))
        if any(row.stages for row in rows):
            console.print(stages_table(rows))
        if any(result.score and result.score.faults for result in results):
            console.print(faults_table(results, options.faults))
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class Evaluation(BaseModel):
    """The file beside the table: the summary's rows, those by severity, damage and print, every case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: tuple[Summary, ...]
    breakdown: tuple[Summary, ...]
    cases: tuple[Result, ...]
