"""An input becomes a local file with a known content; nothing here touches the ledger."""

from __future__ import annotations

import hashlib
import secrets
from io import BytesIO
from pathlib import Path

from pipeline.batch import archives, remote
from pipeline.batch.values import PICTURES, START, Fetched, Input, Kind, Shard
from pipeline.batch.workspace import FULL, write_fault
from pipeline.errors import InputError, MissingFileError, PermissionDeniedError
from pipeline.settings import Settings


def fetch_own(given: Input, spool: Path, settings: Settings, shard: Shard) -> Fetched | None:
    """Return what `fetch` returns, None where its start tells that it is another shard's."""
    if shard.of > 1 and not shard.has(_start(given, settings)):
        return None
    return fetch(given, spool, settings)


def fetch(given: Input, spool: Path, settings: Settings) -> Fetched:
    """Return `given` as a local file with its SHA-256.

    Files are read where they lie; members of archives and remote objects are copied to `spool`, pictures
    that are pages put together there.
    InputError where it cannot be had, OutputError where there is no room for the copy.
    """
    if given.kind is Kind.FILE:
        path = Path(given.location)
        return Fetched(path, _digest(path, given.name), borrowed=True)
    suffix = archives.SUFFIX if given.kind is Kind.PAGES else Path(given.file).suffix
    path = spool / f"{secrets.token_hex(8)}{suffix}"
    try:
        _copy(given, path, settings)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Fetched(path, _digest(path, given.name), borrowed=False)


def _start(given: Input, settings: Settings) -> bytes:
    """Return how a content begins, of one that lies elsewhere without having all of it."""
    if given.kind is Kind.URL:
        return remote.start(given.location, START)
    if given.kind is Kind.PAGES:
        return _pages(given, settings)
    path = Path(given.location)
    try:
        if given.kind is Kind.ZIP:
            return archives.member_start(path, given.member, START)
        with _regular(path, given.name).open("rb") as file:
            return file.read(START)
    except OSError as error:
        raise _fault(given.name, error) from error


def _copy(given: Input, path: Path, settings: Settings) -> None:
    try:
        with path.open("xb") as out:
            if given.kind is Kind.ZIP:
                most = settings.source.max_bytes
                archives.copy_member(Path(given.location), given.member, out, settings.batch, most)
            elif given.kind is Kind.PAGES:
                out.write(_pages(given, settings))
            else:
                remote.copy(given.location, out)
    except OSError as error:
        if error.errno in FULL:
            raise write_fault(path, error) from error
        raise _fault(given.name, error) from error


def _pages(given: Input, settings: Settings) -> bytes:
    """Return the pictures of a folder, or of one in an archive, as the zip that holds nothing but them."""
    from pipeline.source.bundle import is_hidden, natural, packed, pages_archive

    place = Path(given.location)
    if given.member is None:
        pictures = [each for each in place.iterdir() if each.suffix.lower() in PICTURES]
        pictures = [each for each in pictures if not is_hidden(each.name)]
        if not pictures:
            raise MissingFileError(f"{given.name}: its pictures are no longer there")
        return pages_archive(pictures, settings.source)
    names = sorted(archives.page_members(place, given.member), key=natural)
    held = ((name.rpartition("/")[2], _member(place, name, settings)) for name in names)
    return packed(held, given.name, settings.source)


def _member(archive: Path, name: str, settings: Settings) -> bytes:
    out = BytesIO()
    archives.copy_member(archive, name, out, settings.batch, settings.source.max_bytes)
    return out.getvalue()


def _digest(path: Path, name: str) -> str:
    try:
        with _regular(path, name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _fault(name, error) from error


def _regular(path: Path, name: str) -> Path:
    if path.exists() and not path.is_file():  # opening a pipe would wait for ever
        raise InputError(f"{name}: is no regular file")
    return path


def _fault(name: str, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return MissingFileError(f"{name}: is no longer there")
    if isinstance(error, PermissionError):
        return PermissionDeniedError(f"{name}: may not be read")
    return InputError(f"{name}: cannot be read ({error.strerror or error})")
