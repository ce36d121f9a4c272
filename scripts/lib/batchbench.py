"""What a bulk run costs beyond the reading, how it scales, what faults cost it, and what it holds in memory.

Every way is timed in turn, forwards and backwards, and a ratio is taken within each turn, so that a busy
machine harms both sides alike; the median of the ratios counts.  Start-up is timed by itself, over an
archive of few documents, and taken off: a run over a real archive lasts days.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pipeline.commands.each import SOME_FAILED
from scripts.lib import faults
from scripts.lib.batchmemory import watch
from scripts.lib.killtest import ROOT
from scripts.lib.mixture import digital_page, scanned_page

# The plain loop that a user would write.
LOOP = """
import sys
from pathlib import Path
from pipeline.emit.report_json import report_json
from pipeline.extract import extract
for path in sorted(Path(sys.argv[1]).iterdir()):
    (Path(sys.argv[2]) / f"{path.stem}.json").write_bytes(report_json(extract(path)))
"""
FEW = 2  # documents over which start-up is timed, one a worker
FAULTY = 100  # documents of which one is faulty
DEADLINE = 20.0  # seconds; what hangs costs its worker so much, twice, which is taken off


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds on the clock, and of processors: the latter tell more on a busy machine."""

    clock: float
    processors: float

    def __sub__(self, other: Times) -> Times:
        return Times(self.clock - other.clock, self.processors - other.processors)

    def __str__(self) -> str:
        return f"{self.clock:.1f} s ({self.processors:.1f} of processors)"


@dataclass(frozen=True, slots=True)
class Archive:
    """Documents of one page each, and a few of them alone."""

    whole: Path
    few: Path
    count: int


def timed(commands: Sequence[Sequence[str]], cores: int) -> Times:
    """Return what `commands` take on so many cores: a single one has them all, several one each, in turn."""
    mine = sorted(os.sched_getaffinity(0))
    began, used = time.monotonic(), _processors()
    running = []
    try:
        for place, command in enumerate(commands):
            os.sched_setaffinity(0, mine[:cores] if len(commands) == 1 else {mine[place % cores]})
            running.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL))
    finally:
        os.sched_setaffinity(0, mine)
    ends = [process.wait() for process in running]
    if set(ends) - {0, SOME_FAILED}:
        raise RuntimeError(f"status {ends}: {' '.join(commands[0])}")
    return Times(time.monotonic() - began, _processors() - used)


def _processors() -> float:
    """Return the seconds of processors that ended children have used, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bulk(source: Path, workspace: Path, jobs: int) -> list[str]:
    command = [sys.executable, "-m", "pipeline", "batch", str(source), "-o", str(workspace)]
    return [*command, "-j", str(jobs), "--quiet", "--no-tables"]


def loop(source: Path, results: Path) -> list[str]:
    results.mkdir()
    return [sys.executable, "-c", LOOP, str(source), str(results)]


def fill(folder: Path, kind: str, count: int) -> Archive:
    """Write `count` documents of one page each, no two alike, and links to the first of them."""
    whole, few = folder / "in", folder / "few"
    whole.mkdir(parents=True)
    few.mkdir()
    chance = random.Random(kind)
    make = scanned_page if kind == "scan" else digital_page
    for number in range(count):
        path = whole / f"{number:05}.pdf"
        path.write_bytes(make(number, chance))
        if number < FEW:
            (few / path.name).hardlink_to(path)
    return Archive(whole, few, count)


Way = Callable[[Path, Path], Times]
"""Times one way of reading the documents in a folder, with another folder, not there yet, to write to."""


def turns(
    folder: Path, archive: Archive, ways: dict[str, Way], rounds: int
) -> tuple[dict[str, list[Times]], dict[str, list[Times]]]:
    """Return, by way, what each turn took over the whole archive without start-up; and start-up."""
    steady: dict[str, list[Times]] = {name: [] for name in ways}
    start: dict[str, list[Times]] = {name: [] for name in ways}
    for turn in range(rounds):
        order = list(ways) if turn % 2 == 0 else list(reversed(ways))
        for name in order:
            few = ways[name](archive.few, folder / f"few-{name}{turn}")
            whole = ways[name](archive.whole, folder / f"{name}{turn}")
            steady[name].append(whole - few)
            start[name].append(few)
            print(f"  {name}: {whole}, of which {few} for start-up and {FEW} documents", flush=True)
    return steady, start


def ratios(above: Sequence[Times], below: Sequence[Times]) -> Times:
    """Return the median, over turns, of what one way takes in shares of another."""
    pairs = list(zip(above, below, strict=True))
    return Times(
        median(a.clock / b.clock for a, b in pairs), median(a.processors / b.processors for a, b in pairs)
    )


def overhead(folder: Path, archive: Archive, rounds: int) -> None:
    """Print what one worker takes beyond a plain loop, both on the same one core, engines of one thread."""
    ways: dict[str, Way] = {
        "loop": lambda source, target: timed([loop(source, target)], 1),
        "batch": lambda source, target: timed([bulk(source, target, 1)], 1),
    }
    steady, start = turns(folder, archive, ways, rounds)
    found = ratios(steady["batch"], steady["loop"])
    print(f"overhead: clock {found.clock - 1:+.1%}, processors {found.processors - 1:+.1%} (start-up apart)")
    begin = median(b.clock - a.clock for a, b in zip(start["loop"], start["batch"], strict=True))
    print(f"start-up: {begin:+.1f} s")


def scaling(folder: Path, archive: Archive, rounds: int) -> None:
    """Print how much faster two workers on two cores are than one on one, each with engines of one thread.

    Two plain loops, side by side, tell what the machine has to give.
    """
    halves = [folder / "half0", folder / "half1"]
    for half in halves:
        half.mkdir()
    for number, path in enumerate(sorted(archive.whole.iterdir())):
        (halves[number % 2] / path.name).hardlink_to(path)

    def one_loop(source: Path, target: Path) -> Times:
        return timed([loop(source, target)], 1)

    def two_loops(source: Path, target: Path) -> Times:
        parts = halves if source == archive.whole else [source, source]
        return timed([loop(part, target.with_name(f"{target.name}-{n}")) for n, part in enumerate(parts)], 2)

    ways: dict[str, Way] = {
        "one": lambda source, target: timed([bulk(source, target, 1)], 1),
        "two": lambda source, target: timed([bulk(source, target, 2)], 2),
        "loop": one_loop,
        "loops": two_loops,
    }
    steady, start = turns(folder, archive, ways, rounds)
    workers, machine = ratios(steady["one"], steady["two"]), ratios(steady["loop"], steady["loops"])
    print(f"two workers: {workers.clock:.2f} times as fast as one (start-up apart)")
    print(f"two plain loops: {machine.clock:.2f} times as fast as one: what this machine has to give")
    with_start = median(
        (a.clock + b.clock) / (c.clock + d.clock)
        for a, b, c, d in zip(steady["one"], start["one"], steady["two"], start["two"], strict=True)
    )
    print(f"with start-up, over {archive.count} documents: {with_start:.2f}")


def faulty(folder: Path, archive: Archive, rounds: int) -> None:
    """Print the throughput with one faulty document in a hundred, in shares of that without.

    Two in four hang: an even number, so that no worker idles while another sits out its deadline.
    """
    bad = folder / "bad"
    bad.mkdir()
    for number, path in enumerate(sorted(archive.whole.iterdir())):
        (bad / path.name).hardlink_to(path)
        if number % FAULTY == FAULTY // 3:
            what = "hang" if number // FAULTY % 4 >= 2 else "crash"
            (bad / f"{path.stem}-{what}.pdf").write_bytes(faults.fault(what, number))
    jobs = 2

    def read(source: Path, target: Path) -> Times:
        return timed([faults.command(source, target, jobs, DEADLINE)], jobs)

    def read_bad(source: Path, target: Path) -> Times:
        found = read(bad if source == archive.whole else source, target)
        return Times(found.clock - hung(target / "ledger.sqlite") / jobs, found.processors)

    steady, _ = turns(folder, archive, {"sound": read, "faulty": read_bad}, rounds)
    found = ratios(steady["sound"], steady["faulty"])
    print(f"throughput with faults: {found.clock:.1%} by the clock, deadlines aside,", end=" ")
    print(f"{found.processors:.1%} by processors, of that without")


def hung(ledger: Path) -> float:
    """Return the seconds for which workers sat before documents that hung."""
    with sqlite3.connect(ledger) as db:
        rows = db.execute("SELECT ended - started FROM attempts WHERE how = 'crashed'").fetchall()
    return float(sum(seconds for (seconds,) in rows if seconds >= DEADLINE))


def memory(folder: Path, archive: Archive, jobs: int) -> None:
    """Print the memory of the run and of its workers on the way, and how it grows."""
    watch(bulk(archive.whole, folder / "memory", jobs), folder / "memory", archive.count)


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["overhead", "scaling", "faults", "memory"])
    parser.add_argument("--kind", choices=["digital", "scan"], default="scan")
    parser.add_argument("--documents", type=int, default=40, help="of one page each (40)")
    parser.add_argument("--rounds", type=int, default=3, help="turns (3)")
    parser.add_argument("--jobs", type=int, default=2, help="workers, for memory (2)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batchbench-") as name:
        folder = Path(name)
        archive = fill(folder, given.kind, given.documents)
        if given.what == "memory":
            memory(folder, archive, given.jobs)
        else:
            ways = {"overhead": overhead, "scaling": scaling, "faults": faulty}
            ways[given.what](folder, archive, given.rounds)
    return 0
