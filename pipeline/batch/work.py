"""What a worker does with a document: reads it, and answers with facts and the report."""

from __future__ import annotations

import json
import os
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
    from pipeline.emit.report_json import report_json
    from pipeline.extract import extract

    found = extract(path, order.settings, progress)
    if found.provenance.engine:
        progress(ENGINE, 1, 1)
    report = found.model_copy(update={"document": found.document.model_copy(update={"file": order.name})})
    return pack(facts_of(report), report_json(report))


def probe(path: Path, _: Order, progress: Progress) -> bytes:
    """Load what reading needs and read nothing: an installation that cannot do that reads no document."""
    import pipeline.extract

    progress("probe", 1, 1)
    return f"{pipeline.extract.__name__} {path}".encode()


def stay_on(cores: tuple[int, ...]) -> None:
    """Keep this process on its share of the cores, so that engines start no more threads than that."""
    if cores and hasattr(os, "sched_setaffinity") and os.sched_getaffinity(0) != set(cores):
        os.sched_setaffinity(0, cores)


def facts_of(report: Report) -> Facts:
    """Return what the ledger keeps of `report`."""
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
    )


def pack(facts: Facts, report: bytes) -> bytes:
    """Return the facts as one line of JSON, and the report behind it."""
    return json.dumps(asdict(facts)).encode() + b"\n" + report


def unpack(answer: bytes) -> tuple[Facts, bytes]:
    """Return what `pack` was given; ValueError for anything else: a worker is not to be trusted."""
    head, _, report = answer.partition(b"\n")
    if not report:
        raise ValueError("an answer without a report")
    return _facts().validate_json(head, strict=True), report


@cache
def _facts() -> TypeAdapter[Facts]:
    from pydantic import TypeAdapter

    return TypeAdapter(Facts)
