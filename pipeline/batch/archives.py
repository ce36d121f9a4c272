"""Zip archives: their members listed and copied out, with an eye on bombs."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from pipeline.batch.values import PICTURES, Input, Kind
from pipeline.errors import (
    BiaogeError,
    DamagedFileError,
    EncryptedError,
    InputError,
    MissingFileError,
    TooLargeError,
)
from pipeline.settings import BatchSettings

ENCRYPTED = 0x1  # bit of a member's flags (APPNOTE 4.4.4)
CHUNK = 1 << 20  # bytes
SUFFIX = ".zip"


def members(path: Path, *, named: bool, as_pages: bool = False) -> Iterator[Input]:
    """Yield the files in the archive at `path`; one input with its fault where it cannot be opened.

    With `as_pages` the pictures of each folder in it are one input.
    """
    from pipeline.source.bundle import is_hidden, member_name

    location = str(path)
    try:
        modified = path.stat().st_mtime_ns
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        yield Input(Kind.ZIP, location, None, named, fault=_opening(path, error))
        return
    pages: dict[str, int] = {}
    for info in infos:
        name = member_name(info)
        if is_hidden(name):
            continue
        if as_pages and name.lower().endswith(PICTURES):
            folder = folder_of(name)
            pages[folder] = pages.get(folder, 0) + info.file_size
        else:
            yield Input(Kind.ZIP, location, name, False, info.file_size, modified, _nested(path, name))
    for folder, size in pages.items():
        yield Input(Kind.PAGES, location, folder, False, size, modified)


def folder_of(name: str) -> str:
    """Return the folder of a member with a slash behind it, `./` for the archive's own."""
    return f"{name.rpartition('/')[0] or '.'}/"


def page_members(path: Path, folder: str) -> list[str]:
    """Return the names of the pictures directly in a folder of the archive at `path`."""
    from pipeline.source.bundle import is_hidden, member_name

    try:
        with zipfile.ZipFile(path) as archive:
            names = [member_name(info) for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise DamagedFileError(f"{path}!/{folder}: {error}") from error
    return [n for n in names if n.lower().endswith(PICTURES) and folder_of(n) == folder and not is_hidden(n)]


def copy_member(path: Path, member: str | None, out: BinaryIO, settings: BatchSettings, most: int) -> None:
    """Write a member's bytes to `out`; TooLargeError beyond `most` bytes or for a bomb."""
    with _opened(path, member) as (info, packed):
        limit = min(most, max(settings.zip_least, info.compress_size * settings.zip_ratio))
        _copy(packed, out, limit, f"{path}!/{member}")


def member_start(path: Path, member: str | None, size: int) -> bytes:
    """Return the first `size` bytes of a member."""
    with _opened(path, member) as (_, packed):
        return packed.read(size)


@contextmanager
def _opened(path: Path, member: str | None) -> Iterator[tuple[zipfile.ZipInfo, IO[bytes]]]:
    """Yield a member's entry and what unpacks it; faults of the archive are ours."""
    from pipeline.source.bundle import member_name

    try:
        with zipfile.ZipFile(path) as archive:
            info = next((info for info in archive.infolist() if member_name(info) == member), None)
            if info is None:
                raise MissingFileError(f"{path}!/{member}: no such file in the archive")
            if info.flag_bits & ENCRYPTED:
                raise EncryptedError(f"{path}!/{member}: the archive needs a password")
            with archive.open(info) as packed:
                yield info, packed
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DamagedFileError(f"{path}!/{member}: {error}") from error


def _copy(packed: IO[bytes], out: BinaryIO, limit: int, name: str) -> None:
    size = 0
    while data := packed.read(CHUNK):
        size += len(data)
        if size > limit:
            raise TooLargeError(f"{name}: unpacks to more than {limit} bytes")
        out.write(data)


def _opening(path: Path, error: Exception) -> BiaogeError:
    if isinstance(error, FileNotFoundError):
        return MissingFileError(f"{path}: no such file")
    if isinstance(error, OSError):
        return InputError(f"{path}: cannot be read ({error.strerror or error})")
    return DamagedFileError(f"{path}: is no zip archive, or a damaged one ({error})")


def _nested(path: Path, name: str) -> BiaogeError | None:
    if name.lower().endswith(SUFFIX):
        return InputError(f"{path}!/{name}: an archive inside an archive is not opened; unpack it first")
    return None
