"""Runs the tools over the cases, keeps what each gave, and scores it.

What a tool gave is kept while document, tool, settings, versions and the code that runs it are what they
were; it is scored anew each time, so that a change of the score asks no tool again.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from scripts.lib import truth
from scripts.lib.cases import ROOT, Case
from scripts.lib.compare_child import AbsentError, FailedError, PeerProcess
from scripts.lib.compare_found import Found
from scripts.lib.compare_own import OWN, OwnProcess
from scripts.lib.compare_peers import Peer
from scripts.lib.compare_score import PeerScore, score_tables
from scripts.lib.score import score

OWN_CODE = ("pipeline/**/*.*", "models/*", "scripts/lib/compare_own.py", "scripts/lib/compare_found.py")
SHARED_CODE = tuple(f"scripts/lib/compare_{name}.py" for name in ("worker", "pages", "table", "reader"))


class Reader(Protocol):
    """A tool that is running."""

    def read(self, path: Path) -> Found: ...

    def close(self) -> None: ...


class PeerResult(BaseModel):
    """What a case came to with a tool: a score, or the error that left it without one.

    `figures` and `tables` count those of the truth; `by_key` the figures that have their exact value under
    their key, which only the product gives.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: str
    case: str
    kind: str
    figures: int
    tables: int
    pages: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    score: PeerScore | None = None
    by_key: int | None = None
    error: str | None = None


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: str
    found: Found


def _code(patterns: Sequence[str]) -> bytes:
    held = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                held.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return held.digest()


def _module(peer: Peer) -> str:
    """Return the file of the module that runs `peer`."""
    return peer.load.partition(":")[0].replace(".", "/") + ".py"


class Tool:
    """A tool over many cases: the readers of its threads, and what was kept of earlier runs."""

    def __init__(
        self, peer: Peer, versions: dict[str, str | None], start: Callable[[], Reader], out: Path
    ) -> None:
        self.peer = peer
        self.versions = {package: versions.get(package) for package in peer.packages}
        code = _code(OWN_CODE if peer is OWN else (*SHARED_CODE, _module(peer)))
        self._what = f"{peer.load} {peer.settings} {sorted(self.versions.items())}".encode() + code
        self._start = start
        self._out = out / "found" / peer.name
        self._mine = threading.local()
        self._all: list[Reader] = []

    def run(self, every: Sequence[Case], jobs: int, say: Callable[[str], None]) -> tuple[PeerResult, ...]:
        """Return the results in the order of the cases; AbsentError where the tool cannot run here."""
        lacking = [package for package, version in self.versions.items() if version is None]
        if lacking:
            raise AbsentError(f"not installed: {', '.join(lacking)}")

        def one(case: Case) -> PeerResult:
            result = self._result(case)
            say(_line(result))
            return result

        with ThreadPoolExecutor(jobs) as pool:
            try:
                return tuple(pool.map(one, every))
            finally:
                pool.shutdown(cancel_futures=True)
                for reader in self._all:
                    reader.close()

    def _reader(self) -> Reader:
        if not hasattr(self._mine, "reader"):
            self._mine.reader = self._start()
            self._all.append(self._mine.reader)
        reader: Reader = self._mine.reader
        return reader

    def _found(self, case: Case) -> Found:
        identity = hashlib.sha256(case.document.read_bytes() + self._what).hexdigest()
        place = hashlib.sha256(str(case.document).encode()).hexdigest()[:8]  # folders may hold equal names
        path = self._out / f"{case.document.parent.name}__{case.document.name}.{place}.json"
        try:
            kept = _Kept.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            kept = None
        if kept is not None and kept.identity == identity:
            return kept.found
        found = self._reader().read(case.document)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text(
            _Kept(identity=identity, found=found).model_dump_json(by_alias=True), encoding="utf-8"
        )
        half.replace(path)
        return found

    def _result(self, case: Case) -> PeerResult:
        true = truth.read(case.truth)
        blank = PeerResult(
            tool=self.peer.name,
            case=case.name,
            kind=case.kind,
            figures=len(true.figures),
            tables=len(true.tables),
        )
        try:
            found = self._found(case)
        except FailedError as error:
            return blank.model_copy(update={"error": str(error)})
        known = score_tables(found.given(), true)
        return blank.model_copy(
            update={
                "pages": found.pages,
                "seconds": found.seconds,
                "processor": found.processor,
                "score": known,
                "by_key": score(found.report, true).exact if found.report else None,
            }
        )


def _line(result: PeerResult) -> str:
    where = f"{result.tool}: {result.case}"
    if result.score is None:
        return f"{where}: {result.error}"
    exact = sum(structure.exact for structure in result.score.structures)
    return (
        f"{where}: {result.score.right}/{result.figures} figures, {exact}/{result.tables} grids,"
        f" {result.processor:.1f} s"
    )


def own(versions: dict[str, str | None], timeout: float, out: Path) -> Tool:
    """Return the product itself as a tool."""
    return Tool(OWN, versions, lambda: OwnProcess(timeout), out)


def peer(tool: Peer, versions: dict[str, str | None], python: Path, timeout: float, out: Path) -> Tool:
    """Return a tool that runs in the environment of `python`."""
    return Tool(
        tool, versions, lambda: PeerProcess(tool, python, timeout, out / "logs" / f"{tool.name}.log"), out
    )
