"""What a bulk run costs beyond the reading, how it scales, and what it holds in memory."""

from __future__ import annotations

import argparse
import os
import random
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.lib.killtest import ROOT, children
from scripts.lib.mixture import digital_page, scanned_page

LOOP = """
import sys
from pathlib import Path
from typing import NamedTuple
from pipeline.emit.report_json import report_json
from pipeline.extract import extract
for path in sorted(Path(sys.argv[1]).iterdir()):
    (Path(sys.argv[2]) / f"{path.stem}.json").write_bytes(report_json(extract(path)))
"""
LOOKS = 1.0  # seconds between looks at memory


class Times(NamedTuple):
    """Seconds on the clock, and of processors: the latter tell more on a busy machine."""

    clock: float
    processors: float


def timed(command: Sequence[str], cores: int | None = None) -> Times:
    """Return what `command` takes, on so many cores."""
    mine = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, mine[:cores])
    began, used = time.monotonic(), _processors()
    try:
        subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    finally:
        os.sched_setaffinity(0, mine)
    return Times(time.monotonic() - began, _processors() - used)


def _processors() -> float:
    """Return the seconds of processors that ended children have used, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bulk(source: Path, workspace: Path, jobs: int) -> list[str]:
    command = [sys.executable, "-m", "pipeline", "batch", str(source), "-o", str(workspace)]
    return [*command, "-j", str(jobs), "--quiet", "--no-tables"]


def fill(folder: Path, kind: str, count: int) -> Path:
    """Write `count` documents of one page each, no two alike."""
    folder.mkdir()
    chance = random.Random(kind)
    for number in range(count):
        make = scanned_page if kind == "scan" else digital_page
        (folder / f"{number:05}.pdf").write_bytes(make(number, chance))
    return folder


def overhead(folder: Path, source: Path, rounds: int) -> None:
    """Print what one worker takes beyond a plain loop, both on one core, turn by turn."""
    loops, bulks = [], []
    for turn in range(rounds):
        (folder / f"loop{turn}").mkdir()
        loop = [sys.executable, "-c", LOOP, str(source), str(folder / f"loop{turn}")]
        loops.append(timed(loop, 1))
        bulks.append(timed(bulk(source, folder / f"bulk{turn}", 1), 1))
        print(f"  loop {_shown(loops[-1])}, batch with one worker {_shown(bulks[-1])}", flush=True)
    clock = min(t.clock for t in bulks) / min(t.clock for t in loops) - 1
    processors = min(t.processors for t in bulks) / min(t.processors for t in loops) - 1
    print(f"overhead: clock {clock:+.1%}, processors {processors:+.1%} (best of {rounds}, with start-up)")


def scaling(folder: Path, source: Path, rounds: int) -> None:
    """Print how much faster two workers on two cores are than one on one."""
    ones, twos = [], []
    for turn in range(rounds):
        ones.append(timed(bulk(source, folder / f"one{turn}", 1), 1))
        twos.append(timed(bulk(source, folder / f"two{turn}", 2), 2))
        print(f"  one worker {_shown(ones[-1])}, two {_shown(twos[-1])}", flush=True)
    ratio = min(t.clock for t in ones) / min(t.clock for t in twos)
    print(f"scaling: {ratio:.2f}x (best of {rounds}, with start-up)")


def _shown(times: Times) -> str:
    return f"{times.clock:.1f} s ({times.processors:.1f} s of processors)"


def memory(folder: Path, source: Path, jobs: int) -> None:
    """Print the memory of the run and of its workers, a line for each tenth of the way."""
    total = len(list(source.iterdir()))
    with subprocess.Popen(bulk(source, folder / "memory", jobs), cwd=ROOT) as process:
        poll = select.poll()
        poll.register(os.pidfd_open(process.pid), select.POLLIN)
        shown = -1
        while not poll.poll(LOOKS * 1000):
            done = len(list((folder / "memory" / "results").glob("*/*.json")))
            if done * 10 // total > shown:
                shown = done * 10 // total
                held = ", ".join(f"{resident(worker):.0f}" for worker in children(process.pid))
                print(
                    f"  {done} documents: run {resident(process.pid):.0f} MB, workers {held} MB", flush=True
                )


def resident(process: int) -> float:
    """Return the resident memory of a process in MB, 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["overhead", "scaling", "memory"])
    parser.add_argument("--kind", choices=["digital", "scan"], default="scan")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batchbench-") as name:
        folder = Path(name)
        source = fill(folder / "in", given.kind, given.documents)
        if given.what == "memory":
            memory(folder, source, given.jobs)
        else:
            {"overhead": overhead, "scaling": scaling}[given.what](folder, source, given.rounds)
    return 0
