"""A task that does what the document's first line says: the supervision is real, the reading is not."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
from decimal import Decimal
from pathlib import Path

from pipeline.batch.work import Order, pack
from pipeline.check import run_checks
from pipeline.errors import DamagedFileError, MissingDependencyError, NotADocumentError
from pipeline.report import (
    DocumentRecord,
    Editions,
    Figure,
    PageRecord,
    Provenance,
    Report,
    ReportRecord,
    Review,
)
from pipeline.supervise import Progress

READ = "tests.batch.tasks:read"
PROBE = "tests.batch.tasks:probe"
PAGE = PageRecord(width=595, height=842, kind="scan")


def read(path: Path, order: Order, progress: Progress) -> bytes:
    """Do as `path` says: `report ISSUER YEAR CARRIED_IN CARRIED_OUT PAGES`, or something bad."""
    content = path.read_bytes()
    word, *rest = content.decode("utf-8", "replace").split()
    if word in BAD:
        return BAD[word](rest)
    report = make_report(content, order.name, *rest)
    for page in range(1, len(report.document.pages) + 1):
        progress("pages", page, len(report.document.pages))
    return pack([report])


def probe(path: Path, order: Order, progress: Progress) -> bytes:
    """Say that all is well."""
    return b"well"


def broken_probe(path: Path, order: Order, progress: Progress) -> bytes:
    """Die, as a broken installation does."""
    ctypes.string_at(0)
    return b""


def make_report(
    content: bytes,
    name: str,
    issuer: str = "?",
    year: str = "0",
    into: str = "0",
    out: str = "0",
    pages: str = "1",
) -> Report:
    """Return a report of two figures; its title tells which process made it."""
    figures = {
        f"applications.{key}.total": Figure(value=Decimal(value), raw=value, state="number", confidence=1.0)
        for key, value in (("carried_in", into), ("carried_out", out))
    }
    return Report(
        document=DocumentRecord(
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            media_type="application/pdf",
            pages=(PAGE,) * int(pages),
        ),
        report=ReportRecord(title=None, issuer=issuer, year=int(year)),
        sections=(),
        tables=(),
        figures=figures,
        checks=run_checks(figures, Editions(applications="2021-30"), int(year)),
        review=Review(needed=into == "1"),
        provenance=Provenance(version="test", seconds={"read": float(os.getpid())}),
    )


def hang(_: list[str]) -> bytes:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        signal.sigwait({signal.SIGUSR2})


def crash(_: list[str]) -> bytes:
    return ctypes.string_at(0)


def killed(_: list[str]) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def once(rest: list[str]) -> bytes:
    """Be killed the first time, as an innocent document is that happens to be in work; then say so."""
    marker = Path(rest[0])
    if marker.exists():
        raise DamagedFileError("read a second time")
    marker.touch()
    return killed(rest)


def devour(_: list[str]) -> bytes:
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))


def garbage(_: list[str]) -> bytes:
    return b'{"sha256": 7}\nnothing'


def damaged(_: list[str]) -> bytes:
    raise DamagedFileError("the file is damaged")


def foreign(_: list[str]) -> bytes:
    raise NotADocumentError("no document")


def lacking(_: list[str]) -> bytes:
    raise MissingDependencyError("a package is missing")


def gate(rest: list[str]) -> bytes:
    """Say that it is here, then wait until someone opens the gate."""
    here, way = rest
    Path(here).write_text(str(os.getpid()))
    Path(way).read_text()
    raise DamagedFileError("the gate was opened")


def swap(rest: list[str]) -> bytes:
    """Answer for another content than was asked for."""
    report = make_report(b"another", "another.pdf")
    return pack([report])


BAD = {
    function.__name__: function
    for function in (hang, crash, killed, once, devour, garbage, damaged, foreign, lacking, gate, swap)
}
