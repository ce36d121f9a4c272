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
from pipeline.report import Report

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
    there.  Figures and checks have one set of rows a content, documents one row an input.
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
            report = load_result(workspace, sha256)
            write(FIGURES.name, archive_figures(sha256, report))
            write(CHECKS.name, archive_checks(sha256, report))
    if CHECKS.name in writers:
        write(CHECKS.name, _year_rows(ledger, issuers))
    for account in ledger.accounts() if {DOCUMENTS.name, REVIEW.name} & writers.keys() else ():
        write(DOCUMENTS.name, [document_row(workspace, account)])
        write(REVIEW.name, review_rows(workspace, account))


def load_result(workspace: Workspace, sha256: str) -> Report:
    """Return the report of a content; WorkspaceError where its file is gone or is none."""
    path = workspace.result(sha256)
    try:
        return Report.from_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WorkspaceError(f"{path}: is gone or damaged; run biaoge batch again to make it") from error


def document_row(workspace: Workspace, account: Account) -> Row:
    """Return an input's row in the table of documents."""
    facts = account.facts
    about = (facts.issuer, facts.year, facts.title, facts.review) if facts else (None, None, None, None)
    return (
        *(account.name, account.file, account.kind, account.state.value, account.sha256),
        account.first if account.first != account.name else None,
        *(account.error, account.detail, account.attempts, account.size, account.modified),
        *(facts.pages if facts else None, *about),
        *(facts.reasons if facts else (), facts.failed_checks if facts else ()),
        *(account.seconds, facts.version if facts else None, _result(workspace, account)),
    )


def review_rows(workspace: Workspace, account: Account) -> Iterator[Row]:
    """Yield the row of an input that a person should look at, none for another."""
    facts = account.facts
    if account.state not in TO_LOOK_AT and not (facts and facts.review):
        return
    about = (facts.issuer, facts.year) if facts else (None, None)
    why = (facts.reasons, facts.failed_checks) if facts else ((), ())
    end = (account.detail, account.sha256, _result(workspace, account))
    yield (account.name, account.state.value, *about, *why, *end)


def _result(workspace: Workspace, account: Account) -> str | None:
    if account.facts is None or account.sha256 is None:
        return None
    return workspace.result(account.sha256).relative_to(workspace.folder).as_posix()


def _year_rows(ledger: Ledger, issuers: Issuers) -> Iterator[Row]:
    for found in year_checks(ledger, issuers):
        name, _ = ledger.first_of(found.sha256)
        yield check_row(found.sha256, name, found.issuer, found.year, found.check, found.previous)
