"""What the user names becomes inputs: files, folders, patterns, lists, zip archives, addresses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from glob import glob
from pathlib import Path

from pipeline.batch import archives, remote
from pipeline.batch.values import Input, Kind
from pipeline.errors import InputError, MissingFileError, NotADocumentError, UsageError

LIST = "@"  # before the name of a list: one source a line
OWN = "ledger.sqlite"  # a folder with such a file is a workspace, whose results are no documents
# Files beside documents that are data, programs or notes to themselves by their name.
NO_DOCUMENTS = frozenset(
    (
        *(".json", ".jsonl", ".csv", ".tsv", ".parquet", ".sqlite", ".db", ".xml", ".yaml", ".yml", ".toml"),
        *(
            ".ini",
            ".log",
            ".md",
            ".py",
            ".js",
            ".css",
            ".exe",
            ".dll",
            ".lnk",
            ".tmp",
            ".part",
            ".md5",
            ".sha256",
        ),
    )
)


def find_inputs(sources: Iterable[str]) -> Iterator[Input]:
    """Yield the inputs that `sources` name, in order; what cannot be had is an input with its fault.

    A folder stands for all files below it that are not hidden, a `.zip` for its members, `@FILE` for the
    sources it lists (`@-`: standard input), a name with `*`, `?` or `[` for what it meets (`**`: at any
    depth), a name with `://` for what fsspec finds there.
    """
    for source in sources:
        if source.startswith(LIST):
            yield from find_inputs(_lines(source[1:]))
        elif remote.is_remote(source):
            yield from remote.find(source)
        else:
            yield from _local(source)


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise UsageError(f"{name}: the list cannot be read ({error.strerror})") from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _local(source: str) -> Iterator[Input]:
    path = Path(source)
    if path.is_dir():
        yield from _below(path.absolute())
    elif remote.WILD & set(source) and not path.exists():
        matched = sorted(glob(source, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matched:
            yield Input(Kind.FILE, str(path.absolute()), named=True, fault=_nothing(source))
        for name in matched:
            if not Path(name).is_dir():
                yield from _file(Path(name).absolute(), named=False)
    else:
        yield from _file(path.absolute(), named=True)


def _nothing(source: str) -> MissingFileError:
    return MissingFileError(f"{source}: no file has such a name")


def _file(path: Path, *, named: bool) -> Iterator[Input]:
    if path.suffix.lower() == archives.SUFFIX:
        yield from archives.members(path, named=named)
        return
    try:
        status = path.stat()
    except FileNotFoundError:
        yield Input(Kind.FILE, str(path), named=named, fault=_nothing(str(path)))
        return
    except OSError as error:
        fault = InputError(f"{path}: cannot be read ({error.strerror})")
        yield Input(Kind.FILE, str(path), named=named, fault=fault)
        return
    yield Input(Kind.FILE, str(path), None, named, status.st_size, status.st_mtime_ns)


def _below(folder: Path) -> Iterator[Input]:
    """Yield the files below `folder`, sorted; links to folders are not followed."""
    failed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=failed.append):
        if OWN in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield from map(_skip_data, _file(Path(root) / name, named=False))
    for error in failed:
        fault = InputError(f"{error.filename}: cannot be listed ({error.strerror})")
        yield Input(Kind.FILE, str(error.filename), named=True, fault=fault)


def _skip_data(found: Input) -> Input:
    """Return `found`, marked where its name says that it is no document."""
    if found.fault is None and Path(found.file).suffix.lower() in NO_DOCUMENTS:
        return replace(found, fault=NotADocumentError(f"{found.name}: is no document by its name"))
    return found
