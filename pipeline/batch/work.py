"""What a worker does with a document: reads it, and answers with facts and its reports."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.values import Facts
from pipeline.settings import Settings
from pipeline.supervise import Progress

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from pipeline.report import Report

TASK = "pipeline.batch.work:read"
PROBE = "pipeline.batch.work:probe"
# What every document needs, and the first one would have to load.
LOADED = (
    "pipeline.batch.work",
    "pipeline.extract",
    "pipeline.emit.json_list",
    "pipeline.emit.report_json",
    "pipeline.check.years",
    "numpy.ma",
    "pipeline.form.edition:editions",
)

ENGINE = "engine"  # the stage that says that a document's pictures were read
# What reading pictures needs besides.
LOADED_FOR_PICTURES = ("pipeline.read.offline:go_offline", "pipeline.read.paddle:import_everything")


@dataclass(frozen=True, slots=True)
class Order:
    """How a document shall be read: what its report calls it, and on which cores (none: on any)."""

    settings: Settings
    name: str
    cores: tuple[int, ...] = ()


def read(path: Path, order: Order, progress: Progress) -> bytes:
    """Read the document at `path` (in the child) and return `pack`'s bytes."""
    stay_on(order.cores)
    from pipeline.extract import extract_each

    found = [each.report for each in extract_each(path, order.settings, progress, keep=False)]
    if found[0].provenance.engine:
        progress(ENGINE, 1, 1)
    document = found[0].document.model_copy(update={"file": order.name})
    return pack([report.model_copy(update={"document": document}) for report in found])


def probe(path: Path, _: Order, progress: Progress) -> bytes:
    """Load what reading needs and read nothing: an installation that cannot do that reads no document."""
    import pipeline.extract

    progress("probe", 1, 1)
    return f"{pipeline.extract.__name__} {path}".encode()


def stay_on(cores: tuple[int, ...]) -> None:
    """Keep this process on its share of the cores, so that engines start no more threads than that."""
    if cores and hasattr(os, "sched_setaffinity") and os.sched_getaffinity(0) != set(cores):
        os.sched_setaffinity(0, cores)


def facts_of(report: Report, number: int = 1) -> Facts:
    """Return what the ledger keeps of `report`, the one of that `number` in its document."""
    from pipeline.check.years import carried_figures

    about = report.report
    return Facts(
        sha256=report.document.sha256,
        pages=len(report.document.pages),
        issuer=about.issuer,
        year=about.year,
        title=about.title,
        review=report.review.needed,
        reasons=tuple(dict.fromkeys(reason.code for reason in report.review.reasons)),
        failed_checks=tuple(check.id for check in report.checks if check.status == "fail"),
        carried={key: format(value, "f") for key, value in carried_figures(report.figures).items()},
        version=report.provenance.version,
        number=number,
    )


def pack(reports: Sequence[Report]) -> bytes:
    """Return the facts on a document's reports as one line of JSON, and the reports as JSON behind it."""
    from pipeline.emit.json_list import as_one
    from pipeline.emit.report_json import report_json

    facts = [asdict(facts_of(report, number)) for number, report in enumerate(reports, 1)]
    return json.dumps(facts).encode() + b"\n" + as_one([report_json(r).decode() for r in reports]).encode()


def unpack(answer: bytes) -> tuple[tuple[Facts, ...], bytes]:
    """Return what `pack` made: facts, one at least, and reports; ValueError for anything else.

    A worker is not to be trusted.
    """
    head, _, reports = answer.partition(b"\n")
    facts = _facts().validate_json(head, strict=True)
    if not reports or not facts:
        raise ValueError("an answer without a report")
    return facts, reports


@cache
def _facts() -> TypeAdapter[tuple[Facts, ...]]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[Facts, ...])
