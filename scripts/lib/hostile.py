"""Reads damaged and hostile files, each in the supervised child, and says what became of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.errors import (
    BiaogeError,
    CrashedError,
    DeadlineError,
    InternalError,
    MemoryLimitError,
    MissingDependencyError,
)
from pipeline.report import Report
from pipeline.settings import ProcessSettings, Settings
from pipeline.supervise import Progress, Supervisor
from scripts.lib.hostile_files import File, bombs, damaged

TASK = "scripts.lib.hostile:read"
LIMITS = ProcessSettings(timeout=30.0, memory_limit=4 << 30)  # of addresses; what is held is measured
MOST_HELD = 2048.0  # MiB
WRONG = (CrashedError, DeadlineError, MemoryLimitError, InternalError, MissingDependencyError)
NETWORK = ("socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


class NetworkError(Exception):
    """The reader reached for the network."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a file: `read` or an error's name, its line and exit status, seconds, peak MiB.

    The peak is that of the process that read it, and all it read before.
    """

    name: str
    what: str
    line: str
    status: int
    seconds: float
    peak: float
    wrong: bool


def read(path: Path, _: object, progress: Progress) -> bytes:
    """Read a document where any use of the network is an error (in the child)."""
    _watch()
    from pipeline.extract import extract

    _REACHED.clear()
    try:
        return extract(path, Settings(), progress).to_json().encode()
    finally:
        if _REACHED:  # also where a library swallowed the error
            raise NetworkError(", ".join(_REACHED))


_REACHED: list[str] = []


@cache
def _watch() -> None:
    """Have the child tell of every use of the network, from the first document on.

    One is let pass: to see whether the machine has IPv6, urllib3 binds a socket to itself on import.
    """
    import urllib3.util.connection  # noqa: F401

    sys.addaudithook(_no_network)


def _no_network(event: str, _: tuple[Any, ...]) -> None:
    if event in NETWORK:
        _REACHED.append(event)
        raise NetworkError(event)


def _peak(child: int | None) -> float:
    """Return the greatest memory (MiB) that a process has held, 0 where it is gone."""
    try:
        status = Path(f"/proc/{child}/status").read_text("ascii", "replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if "VmHWM" in line), 0.0)


def endings(files: Iterable[File], limits: ProcessSettings = LIMITS) -> Iterator[Ending]:
    """Yield what becomes of each file."""
    with tempfile.TemporaryDirectory() as folder, Supervisor(limits) as supervisor:
        for file in files:
            path = Path(folder) / file.name
            path.write_bytes(file.content)
            start = time.monotonic()
            try:
                Report.from_json(supervisor.run(TASK, path))
                what, line, status, wrong = "read", "", 0, False
            except BiaogeError as error:
                what, line, status = type(error).__name__, error.line(), error.status
                wrong = isinstance(error, WRONG)
            peak = _peak(supervisor.child)
            wrong = wrong or peak > MOST_HELD
            yield Ending(file.name, what, line, status, time.monotonic() - start, peak, wrong)
            path.unlink()


def main(arguments: list[str] | None = None) -> int:
    """Read bombs and damaged files; 1 where any of them crashed, hung, or met a fault of the program."""
    parser = argparse.ArgumentParser(prog="scripts/hostile", description=main.__doc__)
    parser.add_argument("--count", type=int, default=300, help="damaged files (300)")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args(arguments)
    found = []
    for ending in endings(chain(bombs(), damaged(options.count, options.seed))):
        found.append(ending)
        mark = "WRONG " if ending.wrong else ""
        print(f"{mark}{ending.name}: {ending.what} {ending.line} ({ending.seconds:.1f} s)", flush=True)
    print(dict(Counter(f"{ending.what} ({ending.status})" for ending in found)))
    print(f"slowest {max(e.seconds for e in found):.1f} s, peak {max(e.peak for e in found):.0f} MiB")
    return int(any(ending.wrong for ending in found))
