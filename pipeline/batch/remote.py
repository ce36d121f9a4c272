"""Object stores and other places with an address, by fsspec.  The only module that imports it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.batch.values import Input, Kind
from pipeline.errors import InputError, MissingDependencyError, MissingFileError, PermissionDeniedError

SIGN = "://"
WILD = frozenset("*?[")
EXTRA = "pip install 'biaoge[remote]', and the package for that store (s3fs, gcsfs, ossfs, adlfs)"


def is_remote(source: str) -> bool:
    return SIGN in source


def find(url: str) -> Iterator[Input]:
    """Yield the files at `url`: one object, all below a prefix, or those that a pattern meets."""
    system, path = _open(url)
    try:
        if WILD & set(path):
            found, named = system.glob(path, detail=True), False
        elif system.isfile(path):
            found, named = {path: system.info(path)}, True
        else:
            found, named = system.find(path, detail=True), False
    except OSError as error:
        yield Input(Kind.URL, url, named=True, fault=_fault(url, error))
        return
    if not found:
        yield Input(Kind.URL, url, named=True, fault=MissingFileError(f"{url}: nothing there"))
    for name in sorted(found):
        if found[name].get("type") != "directory":
            yield Input(
                Kind.URL,
                system.unstrip_protocol(name),
                named=named,
                size=found[name].get("size"),
                modified=_modified(found[name]),
            )


def copy(url: str, out: BinaryIO) -> None:
    """Write the object at `url` to `out`."""
    system, path = _open(url)
    try:
        with system.open(path, "rb") as file:
            shutil.copyfileobj(file, out)
    except OSError as error:
        raise _fault(url, error) from error


def start(url: str, size: int) -> bytes:
    """Return the first `size` bytes of the object at `url`."""
    system, path = _open(url)
    try:
        return bytes(system.cat_file(path, start=0, end=size))
    except OSError as error:
        raise _fault(url, error) from error


def _open(url: str) -> tuple[Any, str]:
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise MissingDependencyError(f"{url}: {error}; {EXTRA}") from error
    except ValueError as error:
        raise InputError(f"{url}: {error}") from error
    return system, path


def _modified(about: dict[str, Any]) -> int | None:
    for key in ("mtime", "LastModified", "last_modified", "updated", "created"):
        value = about.get(key)
        if isinstance(value, datetime):
            return int(value.timestamp() * 1e9)
        if isinstance(value, float | int):
            return int(value * 1e9)
    return None


def _fault(url: str, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return MissingFileError(f"{url}: no such object")
    if isinstance(error, PermissionError):
        return PermissionDeniedError(f"{url}: may not be read")
    return InputError(f"{url}: cannot be read ({Path(url).name}: {error})")
