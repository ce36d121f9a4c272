"""Times the reading of documents: as a whole process, start-up included, and in a loaded process."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pipeline.errors import BiaogeError
from pipeline.settings import Settings
from pipeline.supervise import Supervisor
from scripts.lib.tuning import to_text, tuned
from scripts.lib.work import TASK, Timed

WIDTH = 140  # columns of the tables where standard output is no terminal
ROOT = Path(__file__).resolve().parents[2]
# What the command does but for its supervising parent, under settings that it has no options for.
TUNED = (
    "import sys; from pathlib import Path; from scripts.lib.work import extract_timed;"
    "extract_timed(Path(sys.argv[1]), sys.argv[2], lambda *_: None)"
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of every run of one document: as a whole process, loaded, and loaded by stage."""

    document: Path
    pages: int
    whole: tuple[float, ...]
    loaded: tuple[float, ...]
    stages: Mapping[str, tuple[float, ...]]
    peak_mib: float


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _command(document: Path, settings: Settings) -> list[str]:
    if settings == Settings():
        return [sys.executable, "-m", "pipeline", "extract", "--quiet", str(document)]
    return [sys.executable, "-c", TUNED, str(document), to_text(settings)]


def _whole(command: Sequence[str]) -> float:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return _seconds(
        lambda: subprocess.run(
            command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
    )


def _loaded(supervisor: Supervisor, document: Path, options: str) -> Timed:
    return Timed.model_validate_json(supervisor.run(TASK, document, options))


def measure(document: Path, sets: Sequence[Settings], runs: int, whole_runs: int) -> list[Timing]:
    """Time `document` under each of `sets`, taking turns, so that a busy spell strikes all of them.

    A loaded process reads it once before the runs that count.  BiaogeError or CalledProcessError where
    it cannot be read.
    """
    options = [to_text(settings) for settings in sets]
    answers: list[list[Timed]] = [[] for _ in sets]
    whole: list[list[float]] = [[] for _ in sets]
    with ExitStack() as stack:
        supervisors = [stack.enter_context(Supervisor(settings.process)) for settings in sets]
        for run in range(runs + 1):
            for kept, supervisor, text in zip(answers, supervisors, options, strict=True):
                answer = _loaded(supervisor, document, text)
                if run:
                    kept.append(answer)
    for _ in range(whole_runs):
        for seconds, settings in zip(whole, sets, strict=True):
            seconds.append(_whole(_command(document, settings)))
    return [_timing(document, timed, seconds) for timed, seconds in zip(answers, whole, strict=True)]


def _timing(document: Path, answers: Sequence[Timed], whole: Sequence[float]) -> Timing:
    stages: defaultdict[str, list[float]] = defaultdict(list)
    for answer in answers:
        for stage, seconds in answer.report.provenance.seconds.items():
            stages[stage].append(seconds)
    return Timing(
        document=document,
        pages=len(answers[0].report.document.pages),
        whole=tuple(whole),
        loaded=tuple(answer.seconds for answer in answers),
        stages={stage: tuple(seconds) for stage, seconds in stages.items()},
        peak_mib=max(answer.peak_mib for answer in answers),
    )


def _both(seconds: Sequence[float], share: int = 1) -> str:
    if not seconds:
        return "-"
    return f"{min(seconds) / share:.2f} / {median(seconds) / share:.2f}"


def timings_table(timings: Sequence[Timing], title: str) -> Table:
    """Return minimum and median of every document."""
    table = Table(
        "document",
        "pages",
        "whole process, s\nmin / median",
        "loaded, s a page\nmin / median",
        "peak MiB",
        title=title,
        box=SIMPLE_HEAD,
    )
    for timing in timings:
        table.add_row(
            str(timing.document),
            str(timing.pages),
            _both(timing.whole),
            _both(timing.loaded, timing.pages),
            f"{timing.peak_mib:.0f}",
        )
    return table


def stages_table(timings: Sequence[Timing]) -> Table:
    """Return the median seconds a page of every stage."""
    stages = list(dict.fromkeys(stage for timing in timings for stage in timing.stages))
    table = Table("s a page, median", *stages, box=SIMPLE_HEAD)
    for timing in timings:
        shares = (median(timing.stages[s]) / timing.pages if s in timing.stages else 0.0 for s in stages)
        table.add_row(str(timing.document), *(f"{share:.3f}" for share in shares))
    return table


def ratios_table(base: Sequence[Timing], other: Sequence[Timing]) -> Table:
    """Return how many times as long the second settings take, by the minima (the least disturbed)."""
    table = Table("second / first, of the minima", "whole process", "loaded", box=SIMPLE_HEAD)
    for one, two in zip(base, other, strict=True):
        whole = f"{min(two.whole) / min(one.whole):.2f}" if one.whole else "-"
        table.add_row(str(one.document), whole, f"{min(two.loaded) / min(one.loaded):.2f}")
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=main.__doc__)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="in the loaded process (default 5)")
    parser.add_argument("--whole-runs", type=int, default=3, help="as whole processes (default 3)")
    parser.add_argument("--set", action="append", default=[], metavar="STAGE.NAME=VALUE", help="a setting")
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="STAGE.NAME=VALUE",
        help="a setting of second settings to time in the same run, and to compare with the first",
    )
    parser.add_argument("--json", type=Path, help="write every single time to this file")
    return parser


def _dump(sets: Mapping[str, Sequence[Timing]]) -> str:
    held = {
        name: [
            {
                "document": str(timing.document),
                "pages": timing.pages,
                "whole": timing.whole,
                "loaded": timing.loaded,
                "stages": timing.stages,
                "peak_mib": timing.peak_mib,
            }
            for timing in timings
        ]
        for name, timings in sets.items()
    }
    return json.dumps(held, ensure_ascii=False, indent=1)


def _show(console: Console, sets: Mapping[str, Sequence[Timing]]) -> None:
    for title, timings in sets.items():
        console.print(timings_table(timings, title), stages_table(timings))
    if len(sets) == 2:
        console.print(ratios_table(*sets.values()))


def main(arguments: list[str] | None = None) -> int:
    """Time documents: whole process and loaded, minimum and median; quote them from a quiet machine."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.runs < 1 or options.whole_runs < 0:
        parser.error("--runs must be at least 1, --whole-runs at least 0")
    changes = [options.set, *([options.against] if options.against else [])]
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    try:
        settings = [tuned(each) for each in changes]
        timings = [
            measure(document, settings, options.runs, options.whole_runs) for document in options.documents
        ]
    except ValueError as error:
        parser.error(str(error))
    except BiaogeError as error:
        print(error.line(), file=sys.stderr)
        return error.status
    sets = {
        " ".join(each) or "defaults": [of_document[index] for of_document in timings]
        for index, each in enumerate(changes)
    }
    _show(console, sets)
    if options.json:
        options.json.write_text(_dump(sets), encoding="utf-8")
    return 0
