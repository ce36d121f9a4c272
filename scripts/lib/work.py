"""What a child process does with one document of an evaluation or a bench: extract it and time it."""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.report import Figure, Report
from pipeline.supervise import Progress
from scripts.lib.tuning import from_text

TASK = "scripts.lib.work:extract_timed"
KIB_PER_MIB = 1024


class Timed(BaseModel):
    """A report, the seconds it took in the loaded process, and that process's peak memory so far.

    `read` holds the figures as they were before their confidence was calibrated.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    report: Report
    read: dict[str, Figure]
    seconds: float
    peak_mib: float


def extract_timed(path: Path, options: str, progress: Progress) -> bytes:
    """Extract `path` under the settings in `options`; the task of a supervised child."""
    from pipeline.extract import extract_full
    from pipeline.form import place_figures

    settings = from_text(options)
    start = time.perf_counter()
    found = extract_full(path, settings, progress, keep=False)
    seconds = time.perf_counter() - start
    plain = replace(settings.review, calibrated=False)
    read = place_figures(found.match, found.tables, settings.form, plain)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    timed = Timed(report=found.report, read=read, seconds=seconds, peak_mib=peak)
    return timed.model_dump_json(by_alias=True).encode()
