"""Reads every case with the product and with the tools that one would pick instead, and compares them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console

from scripts.lib import cases, compare_child, compare_own, compare_run
from scripts.lib.cases import Case
from scripts.lib.compare_child import AbsentError
from scripts.lib.compare_peers import NOT_RUN, PEERS, NotRun
from scripts.lib.compare_run import PeerResult, Tool
from scripts.lib.compare_summary import Entry, sheets, summaries, tools_sheet

THREADS = "OMP_NUM_THREADS"
WIDTH = 160  # columns of the tables where standard output is no terminal
NAMES = (compare_own.OWN.name, *(peer.name for peer in PEERS))


class Comparison(BaseModel):
    """The file beside the tables: every tool with its sums, and what each case came to with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tools: tuple[Entry, ...]
    cases: tuple[PeerResult, ...]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/compare", description=main.__doc__)
    parser.add_argument("cases", nargs="+", type=Path, help="folders or documents with their truth beside")
    parser.add_argument("--python", type=Path, help="an interpreter with scripts/compare-requirements.txt")
    parser.add_argument("--tools", default=",".join(NAMES), metavar="NAME,…", help=", ".join(NAMES))
    parser.add_argument("--kinds", metavar="KIND,…", help="only these kinds of cases")
    parser.add_argument("--jobs", type=int, default=1, help="documents read at once (default 1)")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds a document may take")
    parser.add_argument("--out", type=Path, default=Path("out/compare"), help="where results are kept")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything as JSON on standard output")
    form.add_argument("--markdown", action="store_true", help="the tables as Markdown, for the documents")
    return parser


def _tools(options: argparse.Namespace) -> list[Tool]:
    """Return the tools asked for; ValueError for an unknown one, AbsentError without their interpreter."""
    asked = options.tools.split(",")
    if unknown := set(asked) - set(NAMES):
        raise ValueError(f"no tool {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    peers = [peer for peer in PEERS if peer.name in asked]
    tools = []
    if compare_own.OWN.name in asked:
        tools.append(compare_run.own(compare_own.versions(), options.timeout, options.out))
    if peers and options.python is None:
        raise ValueError("--python is needed; see docs/comparison.md for an environment with the tools")
    versions = compare_child.versions(options.python) if peers else {}
    tools += [compare_run.peer(one, versions, options.python, options.timeout, options.out) for one in peers]
    return tools


def _entry(tool: Tool, results: Sequence[PeerResult], absent: str | None) -> Entry:
    return Entry(
        tool=tool.peer.name,
        label=tool.peer.label,
        settings=tool.peer.settings,
        versions=tool.versions,
        absent=absent,
        summaries=summaries(tool.peer.name, results) if results else (),
    )


def _unrun(one: NotRun) -> Entry:
    versions: dict[str, str | None] = dict(one.versions)
    return Entry(tool=one.name, label=one.label, settings="", versions=versions, absent=one.why)


def _compared(tools: Sequence[Tool], every: Sequence[Case], jobs: int) -> Comparison:
    entries: list[Entry] = []
    found: list[PeerResult] = []
    for tool in tools:
        results: tuple[PeerResult, ...] = ()
        absent = None
        try:
            results = tool.run(every, jobs, _say)
        except AbsentError as error:
            absent = str(error)
            _say(f"{tool.peer.name}: not run: {absent}")
        entries.append(_entry(tool, results, absent))
        found.extend(results)
    return Comparison(tools=(*entries, *map(_unrun, NOT_RUN)), cases=tuple(found))


def _show(comparison: Comparison, markdown: bool) -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for title, sheet in sheets(comparison.tools).items():
        if markdown:
            print(f"**{title}**\n\n{sheet.as_markdown()}\n")
        else:
            console.print(title, sheet.on_terminal())
    tools = tools_sheet(comparison.tools)
    if markdown:
        print(tools.as_markdown())
    else:
        console.print(tools.on_terminal())


def main(arguments: list[str] | None = None) -> int:
    """Compare the product with other tools on the cases named; 1 for usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    options.out = options.out.resolve()
    os.environ.setdefault(THREADS, "1")  # engines would otherwise take every core, and not all of them tell
    try:
        tools = _tools(options)
        every = cases.find(options.cases)
    except (FileNotFoundError, ValueError, AbsentError) as error:
        parser.error(str(error))
    if options.kinds:
        every = tuple(case for case in every if case.kind in options.kinds.split(","))
    comparison = _compared(tools, every, options.jobs)
    whole = comparison.model_dump_json(indent=1)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "comparison.json").write_text(whole, encoding="utf-8")
    if options.json:
        print(whole)
    else:
        _show(comparison, options.markdown)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
