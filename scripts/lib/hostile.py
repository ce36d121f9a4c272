"""Reads damaged and hostile files, each in the supervised child, and says what became of them."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.errors import BiaogeError, CrashedError, DeadlineError, InternalError
from pipeline.settings import ProcessSettings, Settings
from pipeline.supervise import Progress, Supervisor
from scripts.lib.hostile_files import File, bombs, damaged

TASK = "scripts.lib.hostile:read"
LIMITS = ProcessSettings(timeout=30.0, memory_limit=2 << 30)
WRONG = (CrashedError, DeadlineError, InternalError)
NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


class NetworkError(Exception):
    """The reader reached for the network."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a file: `read` or an error's name, its line, seconds taken, peak memory in MiB."""

    name: str
    what: str
    line: str
    seconds: float
    peak: float
    wrong: bool


def read(path: Path, _: object, progress: Progress) -> bytes:
    """Read a document where any use of the network is an error (in the child)."""
    sys.addaudithook(_no_network)
    from pipeline.extract import extract

    report = extract(path, Settings(), progress)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return json.dumps({"peak": peak, "needed": report.review.needed}).encode()


def _no_network(event: str, _: tuple[Any, ...]) -> None:
    if event in NETWORK:
        raise NetworkError(event)


def endings(files: Iterable[File], limits: ProcessSettings = LIMITS) -> Iterator[Ending]:
    """Yield what becomes of each file."""
    with tempfile.TemporaryDirectory() as folder, Supervisor(limits) as supervisor:
        for file in files:
            path = Path(folder) / file.name
            path.write_bytes(file.content)
            start = time.monotonic()
            try:
                told = json.loads(supervisor.run(TASK, path))
                what, line, wrong, peak = "read", "", False, float(told["peak"])
            except BiaogeError as error:
                what, line, peak = type(error).__name__, error.line(), 0.0
                wrong = isinstance(error, WRONG)
            yield Ending(file.name, what, line, time.monotonic() - start, peak, wrong)
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
    print(dict(Counter(ending.what for ending in found)))
    print(f"slowest {max(e.seconds for e in found):.1f} s, peak {max(e.peak for e in found):.0f} MiB")
    return int(any(ending.wrong for ending in found))
