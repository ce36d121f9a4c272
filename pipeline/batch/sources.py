"""What the user names becomes inputs: files, folders, patterns, lists, zip archives, addresses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from glob import glob
from pathlib import Path

from pipeline.batch import archives, remote
from pipeline.batch.values import PICTURES, Input, Kind
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


def find_inputs(sources: Iterable[str], *, as_pages: bool = False) -> Iterator[Input]:
    """Yield the inputs that `sources` name, in order; what cannot be had is an input with its fault.

    A folder stands for all files below it that are not hidden, a `.zip` for its members, `@FILE` for the
    sources it lists (`@-`: standard input), a name with `*`, `?` or `[` for what it meets (`**`: at any
    depth), a name with `://` for what fsspec finds there.  With `as_pages` the pictures directly in a
    folder, also of an archive, are one input, and one that is named or found otherwise has a fault.
    """
    for source in sources:
        if source.startswith(LIST):
            yield from find_inputs(_lines(source[1:]), as_pages=as_pages)
        elif remote.is_remote(source):
            yield from map(_lone, remote.find(source)) if as_pages else remote.find(source)
        else:
            yield from _local(source, as_pages=as_pages)


def _lone(found: Input) -> Input:
    """Return `found`, with a fault where it is a picture: of how many pages its report is, nobody knows."""
    if found.fault is None and found.kind is not Kind.PAGES and found.name.lower().endswith(PICTURES):
        text = f"{found.name}: with --as-pages pictures are found in folders here and in zip archives"
        return replace(found, fault=InputError(f"{text}; name the folder that it lies in"))
    return found


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise UsageError(f"{name}: the list cannot be read ({error.strerror})") from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _local(source: str, *, as_pages: bool) -> Iterator[Input]:
    path = Path(source)
    if path.is_dir():
        yield from _below(path.absolute(), as_pages=as_pages)
    elif remote.WILD & set(source) and not path.exists():
        matched = sorted(glob(source, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matched:
            yield Input(Kind.FILE, str(path.absolute()), named=True, fault=_nothing(source))
        for name in matched:
            if not Path(name).is_dir():
                yield from _alone(Path(name).absolute(), named=False, as_pages=as_pages)
    else:
        yield from _alone(path.absolute(), named=True, as_pages=as_pages)


def _alone(path: Path, *, named: bool, as_pages: bool) -> Iterator[Input]:
    """Yield a file that was not found in a folder, or the members of an archive."""
    found = _file(path, named=named, as_pages=as_pages)
    return map(_lone, found) if as_pages else found


def _nothing(source: str) -> MissingFileError:
    return MissingFileError(f"{source}: no file has such a name")


def _file(path: Path, *, named: bool, as_pages: bool) -> Iterator[Input]:
    if path.suffix.lower() == archives.SUFFIX:
        yield from archives.members(path, named=named, as_pages=as_pages)
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


def _below(folder: Path, *, as_pages: bool) -> Iterator[Input]:
    """Yield the files below `folder`, sorted; links to folders are not followed."""
    failed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=failed.append):
        if OWN in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = [Path(root) / name for name in sorted(files) if not name.startswith(".")]
        pages = [path for path in shown if as_pages and path.suffix.lower() in PICTURES]
        if pages:
            yield _pages(Path(root), pages)
        for path in shown:
            if path not in pages:
                yield from map(_skip_data, _file(path, named=False, as_pages=as_pages))
    for error in failed:
        fault = InputError(f"{error.filename}: cannot be listed ({error.strerror})")
        yield Input(Kind.FILE, str(error.filename), named=True, fault=fault)


def _pages(folder: Path, pictures: Sequence[Path]) -> Input:
    """Return the pictures in a folder as one input."""
    try:
        found = [picture.stat() for picture in pictures]
    except OSError as error:
        fault = InputError(f"{folder}: cannot be read ({error.strerror})")
        return Input(Kind.PAGES, str(folder), fault=fault)
    size, modified = sum(s.st_size for s in found), max(s.st_mtime_ns for s in found)
    return Input(Kind.PAGES, str(folder), None, False, size, modified)


def _skip_data(found: Input) -> Input:
    """Return `found`, marked where its name says that it is no document."""
    if found.fault is None and Path(found.file).suffix.lower() in NO_DOCUMENTS:
        return replace(found, fault=NotADocumentError(f"{found.name}: is no document by its name"))
    return found
