"""The process that runs one tool: documents in on standard input, their tables out, a line of JSON each.

`python -m scripts.lib.compare_worker NAME` with an interpreter that has the tool; the standard library
alone besides.  The first line out says that it is loaded (`{"ready": true}`) or why it cannot be
(`{"missing": …}`).  What tools print goes to standard error.  Without a name it says which versions of the
tools' packages there are.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from scripts.lib.compare_pages import count_pages
from scripts.lib.compare_peers import PEERS, Extract, Peer
from scripts.lib.compare_table import pack


def _loaded(peer: Peer) -> Extract:
    module, _, function = peer.load.partition(":")
    extract: Extract = getattr(import_module(module), function)()
    return extract


def _answer(extract: Extract, path: Path) -> dict[str, Any]:
    """Return the tables of a document and the seconds that took; or the tool's error, whatever it is."""
    start, worked = time.perf_counter(), sum(os.times()[:4])
    try:
        tables = [pack(table) for table in extract(path)]
    except Exception as error:  # noqa: BLE001 - foreign code may raise anything, and the next document is innocent
        return {"error": f"{type(error).__name__}: {error}"}
    seconds, processor = time.perf_counter() - start, sum(os.times()[:4]) - worked
    return {"tables": tables, "pages": count_pages(path), "seconds": seconds, "processor": processor}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def versions() -> dict[str, str | None]:
    """Return the version here of every package that a tool rests on, None where it is not installed."""
    return {package: _version(package) for peer in PEERS for package in peer.packages}


def main(name: str) -> None:
    """Serve the tool `name` until standard input ends."""
    peer = next(peer for peer in PEERS if peer.name == name)
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

        def say(line: dict[str, Any]) -> None:
            print(json.dumps(line, ensure_ascii=False), file=out, flush=True)

        try:
            extract = _loaded(peer)
        except (ImportError, OSError) as error:  # OSError: a program or a library is not there
            say({"missing": f"{type(error).__name__}: {error}"})
            return
        say({"ready": True})
        for line in sys.stdin:
            say(_answer(extract, Path(json.loads(line))))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        print(json.dumps(versions()))
