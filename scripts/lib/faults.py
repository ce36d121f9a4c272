"""A bulk run in which some documents do to their worker what their first line says; the rest are read.

Such documents are no longer easy to come by: what is known to hang or crash readers is refused at once.
"""

from __future__ import annotations

import argparse
import ctypes
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.batch import work
from pipeline.batch.ledger import Ledger
from pipeline.batch.local import LocalEngine
from pipeline.batch.run import Control, Run, Wish
from pipeline.batch.sources import find_inputs
from pipeline.batch.values import State
from pipeline.batch.work import Order
from pipeline.batch.workspace import Workspace
from pipeline.commands.batch import INTERRUPTED, obeying
from pipeline.commands.each import SOME_FAILED
from pipeline.settings import Settings
from pipeline.supervise import Progress

READ = "scripts.lib.faults:read"
MARK = b"%fault "


def read(path: Path, order: Order, progress: Progress) -> bytes:
    """Read a document as the product does, or do what it says (in the child)."""
    with path.open("rb") as file:
        first = file.readline(80)
    if first.startswith(MARK):
        FAULTS[first.removeprefix(MARK).split()[0].decode()]()
    return work.read(path, order, progress)


def fault(what: str, number: int) -> bytes:
    """Return a document that does `what` (crash, hang, hog); `number` tells it from others."""
    return MARK + f"{what} {number}\n".encode()


def crash() -> None:
    """Read address 0."""
    ctypes.string_at(0)


def hang() -> None:
    """Never return, deaf to every signal that can be blocked, as native code is."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        signal.sigwait({signal.SIGUSR2})


def hog() -> None:
    """Take 30 GB of memory."""
    hoard = [bytearray(64 << 20) for _ in range(480)]
    raise AssertionError(f"the limit did not hold: {len(hoard)} pieces")


FAULTS: dict[str, Callable[[], None]] = {made.__name__: made for made in (crash, hang, hog)}


def command(source: Path, workspace: Path, jobs: int, timeout: float) -> list[str]:
    """Return the command that runs over `source`, to be started in the repository's root."""
    options = ["--jobs", str(jobs), "--timeout", str(timeout)]
    return [sys.executable, "-m", "scripts.lib.faults", str(source), str(workspace), *options]


def main() -> int:
    """Run over the archive as `biaoge batch` does, without tables; return its status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=600.0)
    given = parser.parse_args()
    settings, workspace, control = Settings(), Workspace(given.workspace), Control()
    settings = replace(settings, process=replace(settings.process, timeout=given.timeout))
    with workspace.locked():
        workspace.make()
        with Ledger(workspace.ledger, settings.batch) as ledger, obeying(control):
            ledger.add(find_inputs([given.source]))
            wish = Run(workspace, ledger, settings, control=control).go(
                LocalEngine(settings, given.jobs, READ)
            )
            if wish is not Wish.GO_ON:
                return INTERRUPTED
            ended = ledger.outcomes()
            return SOME_FAILED if ended.keys() & {State.FAILED, State.QUARANTINED} else 0


if __name__ == "__main__":
    sys.exit(main())
