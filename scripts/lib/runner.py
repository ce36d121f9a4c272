"""Reads cases in supervised children and keeps each one's result.

A document that hangs or crashes costs itself alone, and an interrupted run goes on where it stopped.
A kept result counts only while document, truth, settings and code are what they were.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import BiaogeError
from pipeline.settings import Settings
from pipeline.supervise import Supervisor
from scripts.lib import truth
from scripts.lib.cases import Case
from scripts.lib.result import Result
from scripts.lib.score import score
from scripts.lib.tuning import to_text
from scripts.lib.work import TASK, Timed

KEPT = "cases"
RENEWED = 10  # documents a child reads before it is replaced: engines grow, and peaks should be comparable


def _identity(case: Case, settings: Settings) -> str:
    return hashlib.sha256((case.identity() + to_text(settings)).encode()).hexdigest()


def _kept_at(case: Case, folder: Path) -> Path:
    place = hashlib.sha256(str(case.document).encode()).hexdigest()[:8]  # folders may hold equal names
    return folder / KEPT / f"{case.name.replace('/', '__')}.{place}.json"


def _kept(case: Case, folder: Path, identity: str) -> Result | None:
    """Return the result kept of an earlier run, None where there is none or it is of something else."""
    path = _kept_at(case, folder)
    if not path.is_file():
        return None
    try:
        result = Result.model_validate_json(path.read_bytes())
    except ValidationError:
        return None
    return result if result.identity == identity else None


def _keep(result: Result, case: Case, folder: Path) -> None:
    path = _kept_at(case, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(result.model_dump_json(indent=1), encoding="utf-8")
    half.replace(path)


def result_of(case: Case, identity: str, answer: Callable[[], Timed]) -> Result:
    """Return what a case comes to, by the `answer` to it or by the error that there is instead."""
    true = truth.read(case.truth)
    known = Result(
        name=case.name,
        kind=case.kind,
        identity=identity,
        groups=case.about.groups() if case.about else (),
        figures=len(true.figures),
        tables=len(true.tables),
    )
    try:
        found = answer()
    except BiaogeError as error:
        return known.model_copy(update={"error": error.line()})
    return known.model_copy(
        update={
            "pages": len(found.report.document.pages),
            "seconds": found.seconds,
            "peak_mib": found.peak_mib,
            "stages": found.report.provenance.seconds,
            "score": score(found.report, true, found.read),
        }
    )


class Runner:
    """Reads cases on `jobs` threads, each with a supervised child of its own."""

    def __init__(self, settings: Settings, folder: Path, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._folder = folder
        self._say = say
        self._mine = threading.local()
        self._all: list[Supervisor] = []

    def run(self, every: Sequence[Case], jobs: int) -> tuple[Result, ...]:
        """Return the results in the order of the cases."""
        with ThreadPoolExecutor(jobs) as pool:
            try:
                return tuple(pool.map(self._one, every))
            finally:
                pool.shutdown(cancel_futures=True)
                for supervisor in self._all:
                    supervisor.close()

    def _one(self, case: Case) -> Result:
        identity = _identity(case, self._settings)
        result = _kept(case, self._folder, identity)
        if result is None:
            result = result_of(case, identity, lambda: self._read(case))
            if result.score is not None:  # what failed is tried again the next time
                _keep(result, case, self._folder)
        self._say(line_of(result))
        return result

    def _read(self, case: Case) -> Timed:
        answer = self._supervisor().run(TASK, case.document, to_text(self._settings))
        return Timed.model_validate_json(answer)

    def _supervisor(self) -> Supervisor:
        if not hasattr(self._mine, "supervisor"):
            self._mine.supervisor = Supervisor(self._settings.process)
            self._all.append(self._mine.supervisor)
            self._mine.documents = 0
        supervisor: Supervisor = self._mine.supervisor
        self._mine.documents += 1
        if self._mine.documents > RENEWED:
            self._mine.documents = 1
            supervisor.close()  # the next document gets a fresh child
        return supervisor


def line_of(result: Result) -> str:
    """Return a line on what a case came to."""
    if result.score is None:
        return f"{result.name}: {result.error}"
    found = result.score
    exact_grids = sum(structure.exact for structure in found.structures)
    return (
        f"{result.name}: {found.exact}/{found.figures} exact, {found.silent} silent,"
        f" {exact_grids}/{len(found.structures)} grids, {result.seconds:.1f} s"
    )
