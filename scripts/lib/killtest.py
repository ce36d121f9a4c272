"""A bulk run killed again and again, and what must be the same in the end as without."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.batch.values import State
from pipeline.batch.workspace import Workspace
from scripts.lib.faults import MARK, command
from scripts.lib.mixture import make_archive

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0  # seconds in which a killed process must be gone


class Bulk:
    """A bulk run over an archive, in a process of its own."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen(self._command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            yield process

    def to_the_end(self) -> tuple[int, float]:
        """Return the exit status and how long it took, in seconds."""
        began = time.monotonic()
        with self.started() as process:
            return process.wait(), time.monotonic() - began


def kill(bulk: Bulk, chance: random.Random, kills: int, longest: float) -> int:
    """Kill the run or one of its workers `kills` times at random moments; return the orphans seen."""
    left, orphans = kills, 0
    while left:
        with bulk.started() as process:
            while left and not _ends(_watched(process.pid), chance.uniform(0.5, longest)):
                workers = children(process.pid)
                left -= 1
                if left % 2 and workers:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    continue
                watched = [_watched(worker) for worker in workers]
                process.kill()
                orphans += sum(not _ends(worker, PATIENCE) for worker in watched)
                break
            if process.poll() is not None and process.returncode >= 0:
                return orphans  # it came to its end before all kills were spent
    return orphans


def children(process: int) -> list[int]:
    """Return the processes that `process` and those it started have started."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # gone meanwhile
        for task in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found + [below for child in found for below in children(child)]


def _watched(process: int) -> int | None:
    try:
        return os.pidfd_open(process)
    except ProcessLookupError:
        return None


def _ends(descriptor: int | None, seconds: float) -> bool:
    """Say whether the process behind `descriptor` ends within `seconds`."""
    if descriptor is None:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    ended = bool(poll.poll(seconds * 1000))
    os.close(descriptor)
    return ended


def outcomes(workspace: Path) -> dict[str, str]:
    with Ledger(Workspace(workspace).ledger) as ledger:
        return {account.file: account.state.value for account in ledger.accounts()}


def results(workspace: Path) -> dict[str, str]:
    """Return every result by its content, without how long it took."""
    found = {}
    for path in (workspace / "results").glob("*/*"):
        report = json.loads(path.read_bytes())
        report["provenance"]["seconds"] = {}
        found[path.name] = json.dumps(report)
    return found


def main() -> int:
    """Run the test; return 0 where everything is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="documents")
    parser.add_argument(
        "--innocent", action="store_true", help="digital documents alone, all of which can be read"
    )
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds a document")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="killtest-") as name:
        folder = Path(name)
        make_archive(folder / "in", given.count, given.seed, innocent=given.innocent)
        quiet = Bulk(command(folder / "in", folder / "quiet", given.jobs, given.timeout))
        status, seconds = quiet.to_the_end()
        print(f"undisturbed: status {status}, {seconds:.0f} s, {_counted(folder / 'quiet')}", flush=True)
        bulk = Bulk(command(folder / "in", folder / "killed", given.jobs, given.timeout))
        orphans = kill(bulk, random.Random(given.seed), given.kills, 1.6 * seconds / given.kills)
        status, _ = bulk.to_the_end()
        print(f"killed {given.kills} times: status {status}, {_counted(folder / 'killed')}")
        return 0 if _judged(folder, orphans, innocent=given.innocent) else 1


def _counted(workspace: Path) -> str:
    counts = Counter(outcomes(workspace).values())
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))


def _judged(folder: Path, orphans: int, *, innocent: bool) -> bool:
    """Say what the two workspaces tell, and whether it is as it must be."""
    quiet, killed = outcomes(folder / "quiet"), outcomes(folder / "killed")
    guilty = {path.name for path in (folder / "in").iterdir() if path.read_bytes().startswith(MARK)}
    accused = {name for name, state in killed.items() if state == State.QUARANTINED}
    same, equal = quiet == killed, results(folder / "quiet") == results(folder / "killed")
    print(f"same outcomes: {same}; same results: {equal}; orphans: {orphans};", end=" ")
    print(f"innocent in quarantine: {len(accused - guilty)}; guilty not there: {len(guilty - accused)}")
    read = not innocent or set(killed.values()) == {State.DONE}
    return same and equal and read and not orphans and accused == guilty
