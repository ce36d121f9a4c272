"""An input becomes a local file with a known content; nothing here touches the ledger."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from pipeline.batch import archives, remote
from pipeline.batch.values import Fetched, Input, Kind
from pipeline.batch.workspace import FULL, write_fault
from pipeline.errors import InputError, MissingFileError, PermissionDeniedError
from pipeline.settings import Settings


def fetch(given: Input, spool: Path, settings: Settings) -> Fetched:
    """Return `given` as a local file with its SHA-256.

    Files are read where they lie; members of archives and remote objects are copied to `spool`.
    InputError where it cannot be had, OutputError where there is no room for the copy.
    """
    if given.kind is Kind.FILE:
        path = Path(given.location)
        return Fetched(path, _digest(path, given.name), borrowed=True)
    path = spool / f"{secrets.token_hex(8)}{Path(given.file).suffix}"
    try:
        _copy(given, path, settings)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Fetched(path, _digest(path, given.name), borrowed=False)


def _copy(given: Input, path: Path, settings: Settings) -> None:
    try:
        with path.open("xb") as out:
            if given.kind is Kind.ZIP:
                most = settings.source.max_bytes
                archives.copy_member(Path(given.location), given.member, out, settings.batch, most)
            else:
                remote.copy(given.location, out)
    except OSError as error:
        if error.errno in FULL:
            raise write_fault(path, error) from error
        raise _fault(given.name, error) from error


def _digest(path: Path, name: str) -> str:
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise InputError(f"{name}: is no regular file")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _fault(name, error) from error


def _fault(name: str, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return MissingFileError(f"{name}: is no longer there")
    if isinstance(error, PermissionError):
        return PermissionDeniedError(f"{name}: may not be read")
    return InputError(f"{name}: cannot be read ({error.strerror or error})")
