"""What a child process does with one document of an evaluation or a bench: extract it and time it."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.report import Report
from pipeline.supervise import Progress
from scripts.lib.tuning import from_text

TASK = "scripts.lib.work:extract_timed"
KIB_PER_MIB = 1024


class Timed(BaseModel):
    """A report, the seconds it took in the loaded process, and that process's peak memory so far."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    report: Report
    seconds: float
    peak_mib: float


def extract_timed(path: Path, options: str, progress: Progress) -> bytes:
    """Extract `path` under the settings in `options`; the task of a supervised child."""
    from pipeline.extract import extract

    settings = from_text(options)
    start = time.perf_counter()
    report = extract(path, settings, progress)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    return Timed(report=report, seconds=seconds, peak_mib=peak).model_dump_json(by_alias=True).encode()
