"""The ledger and the results become tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from pydantic import ValidationError

from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import Account
from pipeline.batch.values import State
from pipeline.batch.workspace import Workspace
from pipeline.batch.years import Issuers, year_checks
from pipeline.emit.archive import (
    CHECKS,
    DOCUMENTS,
    FIGURES,
    REVIEW,
    SHAPES,
    Row,
    archive_checks,
    archive_figures,
    check_row,
)
from pipeline.emit.archive_write import TableWriter, table_file
from pipeline.errors import UsageError, WorkspaceError
from pipeline.report import Report, reports_from_json

TO_LOOK_AT = frozenset({State.FAILED, State.QUARANTINED})


def write_tables(
    workspace: Workspace,
    ledger: Ledger,
    issuers: Issuers,
    wanted: Iterable[tuple[str, str]],
    folder: Path,
) -> list[Path]:
    """Write `wanted` tables, each a name and a format, to `folder`; return the files.

    UsageError for an unknown table, OutputError where one cannot be written; each file is whole or not
    there.  Figures and checks have the reports of a content once, documents and reviews under every input
    that has it.
    """
    with ExitStack() as stack:
        writers: dict[str, list[TableWriter]] = {}
        paths = []
        for name, kind in wanted:
            if name not in SHAPES:
                raise UsageError(f"unknown table {name}; known: {', '.join(SHAPES)}")
            paths.append(folder / f"{name}.{kind}")
            writer = stack.enter_context(table_file(SHAPES[name], paths[-1], kind))
            writers.setdefault(name, []).append(writer)
        _fill(workspace, ledger, issuers, writers)
    return paths


def _fill(
    workspace: Workspace, ledger: Ledger, issuers: Issuers, writers: dict[str, list[TableWriter]]
) -> None:
    def write(name: str, rows: Iterable[Row]) -> None:
        given = list(rows) if name in writers else []
        for writer in writers.get(name, []):
            writer.write(given)

    if {FIGURES.name, CHECKS.name} & writers.keys():
        for account in ledger.read_contents():
            sha256 = str(account.sha256)
            for number, report in enumerate(load_results(workspace, sha256), 1):
                write(FIGURES.name, archive_figures(sha256, report, number))
                write(CHECKS.name, archive_checks(sha256, report, number))
    if CHECKS.name in writers:
        write(CHECKS.name, _year_rows(ledger, issuers))
    for account in ledger.accounts() if {DOCUMENTS.name, REVIEW.name} & writers.keys() else ():
        write(DOCUMENTS.name, document_rows(workspace, account))
        write(REVIEW.name, review_rows(workspace, account))


def load_results(workspace: Workspace, sha256: str) -> tuple[Report, ...]:
    """Return the reports of a content; WorkspaceError where their file is gone or is none."""
    path = workspace.result(sha256)
    try:
        return reports_from_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WorkspaceError(f"{path}: is gone or damaged; run biaoge batch again to make it") from error


def document_rows(workspace: Workspace, account: Account) -> Iterator[Row]:
    """Yield an input's rows in the table of documents: one for each report, one where it has none."""
    for facts in account.reports or (None,):
        about = (facts.issuer, facts.year, facts.title, facts.review) if facts else (None, None, None, None)
        yield (
            *(account.name, account.file, account.kind, account.state.value, account.sha256),
            *((facts.number, len(account.reports)) if facts else (None, None)),
            account.first if account.first != account.name else None,
            *(account.error, account.detail, account.attempts, account.size, account.modified),
            *(facts.pages if facts else None, *about),
            *(facts.reasons if facts else (), facts.failed_checks if facts else ()),
            *(account.seconds, facts.version if facts else None, _result(workspace, account)),
        )


def review_rows(workspace: Workspace, account: Account) -> Iterator[Row]:
    """Yield a row for an input that could not be read, or for each of its reports to be looked at."""
    if account.state in TO_LOOK_AT:
        why = (None, None, (), (), account.detail)
        yield (account.name, account.state.value, *why, account.sha256, None, None)
    for facts in account.reports:
        if facts.review:
            about = (facts.issuer, facts.year, facts.reasons, facts.failed_checks)
            end = (account.detail, account.sha256, facts.number, _result(workspace, account))
            yield (account.name, account.state.value, *about, *end)


def _result(workspace: Workspace, account: Account) -> str | None:
    if not account.reports or account.sha256 is None:
        return None
    return workspace.result(account.sha256).relative_to(workspace.folder).as_posix()


def _year_rows(ledger: Ledger, issuers: Issuers) -> Iterator[Row]:
    for found in year_checks(ledger, issuers):
        name, _ = ledger.first_of(found.sha256)
        about = (found.issuer, found.year, found.check, found.previous)
        yield check_row(found.sha256, name, *about, number=found.number)
