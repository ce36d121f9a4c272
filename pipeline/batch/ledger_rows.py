"""Rows of the ledger as values, and values as rows.

Places are stored as bytes: names of files need not be text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pipeline.batch.values import Facts, Input, Kind, State
from pipeline.errors import NotADocumentError


@dataclass(frozen=True, slots=True)
class Waiting:
    """An input whose content is to be read; `sha256` is None while it was never fetched."""

    id: int
    input: Input
    sha256: str | None
    alone: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What became of an input; `first` is the name under which the same content came first."""

    name: str
    file: str
    kind: str
    size: int | None
    modified: int | None
    sha256: str | None
    state: State
    first: str | None
    error: str | None
    detail: str | None
    attempts: int
    reports: tuple[Facts, ...]
    seconds: float | None


def int_of(value: object) -> int:
    assert isinstance(value, int)
    return value


def input_values(given: Input) -> tuple[object, ...]:
    fault = given.fault
    return (
        *(given.kind, _bytes(given.location), _bytes(given.member or ""), given.name, given.file),
        *(given.named, given.size, given.modified),
        *((_faulty(given), type(fault).__name__, fault.line()) if fault else (None, None, None)),
    )


def _faulty(given: Input) -> State:
    found = isinstance(given.fault, NotADocumentError) and not given.named
    return State.SKIPPED if found else State.FAILED


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def text_of(value: object) -> str:
    assert isinstance(value, bytes)
    return value.decode("utf-8", "surrogateescape")


def waiting_of(row: tuple[object, ...]) -> Waiting:
    number, kind, location, member, named, size, modified, sha256, alone, exclusive = row
    found = Input(
        Kind(str(kind)),
        text_of(location),
        text_of(member) or None,
        bool(named),
        size if isinstance(size, int) else None,
        modified if isinstance(modified, int) else None,
    )
    known = str(sha256) if sha256 is not None else None
    return Waiting(int_of(number), found, known, bool(alone), bool(exclusive))


def facts_values(facts: Sequence[Facts]) -> tuple[int, bool, str]:
    """Return the pages of a content, whether a report in it needs a review, and its reports as JSON."""
    reports = json.dumps([asdict(each) for each in facts], ensure_ascii=False)
    return facts[0].pages, any(each.review for each in facts), reports


def account_of(row: tuple[object, ...]) -> Account:
    (_, name, file, kind, size, modified, sha256, state, first, error, detail, attempts, reports, seconds) = (
        row
    )
    return Account(
        str(name),
        str(file),
        str(kind),
        size if isinstance(size, int) else None,
        modified if isinstance(modified, int) else None,
        str(sha256) if sha256 is not None else None,
        State(str(state)),
        str(first) if first is not None else None,
        str(error) if error is not None else None,
        str(detail) if detail is not None else None,
        int_of(attempts),
        _reports(str(reports)) if reports is not None and state == State.DONE else (),
        seconds if isinstance(seconds, float) else None,
    )


def _reports(text: str) -> tuple[Facts, ...]:
    texts = ("reasons", "failed_checks")
    return tuple(
        Facts(**{**each, **{name: tuple(each[name]) for name in texts}}) for each in json.loads(text)
    )
