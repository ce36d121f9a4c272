"""The product itself among the tools compared."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pipeline import __version__
from pipeline.errors import BiaogeError
from pipeline.settings import ProcessSettings
from pipeline.supervise import Progress, Supervisor
from scripts.lib.compare_child import FailedError
from scripts.lib.compare_found import Found, report_tables
from scripts.lib.compare_peers import Peer

TASK = "scripts.lib.compare_own:extract_measured"
OWN = Peer("biaoge", "biaoge", "defaults", ("biaoge",), "")


def processor_seconds() -> float:
    """Return the processor time of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def extract_measured(path: Path, _options: object, progress: Progress) -> bytes:
    """Extract `path` with the default settings; the task of a supervised child."""
    from pipeline.extract import extract

    start, worked = time.perf_counter(), processor_seconds()
    report = extract(path, progress=progress)
    found = Found(
        tables=report_tables(report),
        pages=len(report.document.pages),
        seconds=time.perf_counter() - start,
        processor=processor_seconds() - worked,
        report=report,
    )
    return found.model_dump_json(by_alias=True).encode()


class OwnProcess:
    """The product in a supervised process; a document may take `timeout` seconds."""

    def __init__(self, timeout: float) -> None:
        self._supervisor = Supervisor(ProcessSettings(timeout=timeout))

    def read(self, path: Path) -> Found:
        """Return what the product makes of `path`; FailedError where it gives an error."""
        try:
            return Found.model_validate_json(self._supervisor.run(TASK, path))
        except BiaogeError as error:
            raise FailedError(error.line()) from error

    def close(self) -> None:
        self._supervisor.close()


def versions() -> dict[str, str | None]:
    return {"biaoge": __version__}
