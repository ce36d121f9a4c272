"""What a bulk run has already made of the cases: compared with their truth, and nothing read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial

from pipeline.batch.workspace import Workspace
from pipeline.commands.check import load_reports
from pipeline.errors import InputError
from scripts.lib.cases import Case
from scripts.lib.result import Result
from scripts.lib.runner import line_of, result_of
from scripts.lib.work import Timed


def finished(every: Sequence[Case], workspace: Workspace, say: Callable[[str], None]) -> tuple[Result, ...]:
    """Return what the cases came to in `workspace`, in order; one without a result there is an error.

    Seconds are those of the stages.  Figures come as they were reported, their confidence calibrated; peaks
    of memory are not known.
    """
    workspace.require()
    results = []
    for case in every:
        results.append(result_of(case, case.identity(), partial(_answer, case, workspace)))
        say(line_of(results[-1]))
    return tuple(results)


def _answer(case: Case, workspace: Workspace) -> Timed:
    path = workspace.result(hashlib.sha256(case.document.read_bytes()).hexdigest())
    reports = load_reports(path)
    if len(reports) != 1:
        raise InputError(f"{case.document}: {len(reports)} reports in {path}, where the truth knows of one")
    (report,) = reports
    seconds = sum(report.provenance.seconds.values())
    return Timed(report=report, read=report.figures, seconds=seconds, peak_mib=0.0)
