"""Zip files that hold documents, not pages: unpacked to where each can be read by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeAlias
from zipfile import ZipInfo

from pipeline.errors import InputError, OutputError
from pipeline.settings import SourceSettings
from pipeline.source.bundle import is_hidden, member_name, natural, pages_name
from pipeline.source.kind import PICTURES, MediaType, load, media_type
from pipeline.source.package import Package

Source: TypeAlias = str | Path | Sequence[str | Path]
"""A document; or several pictures, or folders of them, that are the pages of one."""

ZIP = b"PK"
XML = b"<?xml"
BOM = b"\xef\xbb\xbf"
WEB = frozenset((MediaType.HTML, MediaType.MHTML))
LONGEST_PART = 200  # bytes of a file's name; most file systems take 255
_UNSAFE = re.compile(r'[\x00-\x1f<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a source holds: documents to be read, why others cannot be, and the names of what is none."""

    documents: tuple[Path | tuple[Path, ...], ...]
    faults: tuple[InputError, ...] = ()
    skipped: tuple[str, ...] = ()


def first_path(source: Source) -> Path:
    """Return the path by which a source is called."""
    if isinstance(source, str | Path):
        return Path(source)
    return Path(min(map(str, source), key=natural))


def name_of(source: Source) -> str:
    """Return what reports call a source."""
    return (
        Path(source).name if isinstance(source, str | Path) else pages_name([Path(each) for each in source])
    )


@contextmanager
def unpacked(source: Source, settings: SourceSettings) -> Iterator[Unpacked]:
    """Yield the documents that a source holds: itself, or those in a zip, unpacked as long as this lasts.

    A file that cannot be read is yielded as it is; a zip that cannot be raises its error.
    """
    if not isinstance(source, str | Path):
        yield Unpacked((tuple(map(Path, source)),))
        return
    path = Path(source)
    if not may_be_zip(path):
        yield Unpacked((path,))
        return
    with TemporaryDirectory(prefix="biaoge-") as folder:
        yield unpack(path, Path(folder), settings)


def may_be_zip(path: Path) -> bool:
    """Return whether a file begins as zip files do; False for what cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(ZIP)) == ZIP
    except OSError:
        return False


def unpack(path: Path, folder: Path, settings: SourceSettings) -> Unpacked:
    """Return the documents in the file at `path`, those in a zip put below `folder`.

    Whatever is no zip of documents is a document itself.  In one, the pictures of a folder are the pages
    of a document of their own, but for those below a web page, which shows them.
    """
    content, kind = load(path, settings)
    if kind is not MediaType.ZIP:
        return Unpacked((path,))
    package = Package(content, path.name, settings)
    infos = [info for info in package.infos if not info.is_dir() and not is_hidden(member_name(info))]
    members = [_member(info, package, settings) for info in infos]
    kinds = {member.kind for member in members}
    papers = kinds - PICTURES - {None, MediaType.ZIP}
    if not papers or (kinds & PICTURES and papers == {MediaType.TEXT}):
        return Unpacked((path,))
    return _written(path.name, sorted(members, key=lambda each: natural(each.name)), folder)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in a zip."""

    name: str
    content: bytes
    kind: MediaType | None

    @property
    def folder(self) -> PurePosixPath:
        return PurePosixPath(self.name).parent


def _member(info: ZipInfo, package: Package, settings: SourceSettings) -> _Member:
    content = package.member(info)
    kind = media_type(content, settings)
    if kind is MediaType.TEXT and content.lstrip(BOM).startswith(XML):
        kind = None  # a part of a package of another program, not a document in an archive
    return _Member(member_name(info).replace("\\", "/"), content, kind)


def _written(archive: str, members: Sequence[_Member], folder: Path) -> Unpacked:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # documents may be anything but public
    webs = {member.folder for member in members if member.kind in WEB}
    documents: list[Path] = []
    pages: dict[PurePosixPath, Path] = {}
    faults, skipped = [], []
    for number, member in enumerate(members):
        name = f"{archive}!/{member.name}"
        if member.kind is None:
            skipped.append(name)
        elif member.kind is MediaType.ZIP:
            faults.append(InputError(f"{name}: an archive inside an archive is not opened; unpack it first"))
        elif member.kind not in PICTURES:
            documents.append(_put(folder / "files", member.name, member.content, number))
        elif webs & {member.folder, *member.folder.parents}:
            _put(folder / "files", member.name, member.content, number)
        else:
            called = _safe(member.folder.name.strip(".") or archive)
            home = pages.setdefault(member.folder, folder / str(number) / called)
            _put(home, PurePosixPath(member.name).name, member.content, number)
    return Unpacked((*documents, *((home,) for home in pages.values())), tuple(faults), tuple(skipped))


def _put(folder: Path, name: str, content: bytes, number: int) -> Path:
    """Write a member below `folder` and return where; no name leads out of it, and none is taken twice."""
    parts = [_safe(part) for part in name.split("/") if part not in ("", ".", "..")]
    path = folder.joinpath(*parts)
    if path.exists():
        path = path.with_name(f"{path.stem}~{number}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def _safe(part: str) -> str:
    clean = _UNSAFE.sub("_", part)
    raw = os.fsencode(clean)
    if len(raw) <= LONGEST_PART:
        return clean
    suffix = os.fsencode(Path(clean).suffix)[:20]
    return (raw[: LONGEST_PART - len(suffix)] + suffix).decode("utf-8", "ignore")
