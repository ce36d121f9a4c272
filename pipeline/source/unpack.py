"""Zip files that hold documents, not pages: unpacked to where each can be read by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeAlias

from pipeline.errors import InputError, OutputError
from pipeline.settings import SourceSettings
from pipeline.source.bundle import is_hidden, member_name, natural, pages_name
from pipeline.source.kind import PICTURES, MediaType, load, media_type
from pipeline.source.package import Package

Source: TypeAlias = str | Path | Sequence[str | Path]
"""A document; or several pictures, or folders of them, that are the pages of one."""

ZIP = b"PK"
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
    held = {info.filename: package.read(info.filename) for info in infos}
    kinds = {name: media_type(held[name], settings) for name in held}
    pictures = [name for name in held if kinds[name] in PICTURES]
    papers = set(kinds.values()) - PICTURES - {None, MediaType.ZIP}
    if not papers or (pictures and papers == {MediaType.TEXT}):
        return Unpacked((path,))
    names = {info.filename: member_name(info) for info in infos}
    return _written(path.name, held, kinds, names, folder)


def _written(
    archive: str,
    held: Mapping[str, bytes],
    kinds: Mapping[str, MediaType | None],
    names: Mapping[str, str],
    folder: Path,
) -> Unpacked:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # documents may be anything but public
    roots = {_folder(names[member]) for member in held if kinds[member] in WEB}
    documents: list[Path] = []
    groups: dict[PurePosixPath, list[Path]] = {}
    faults, skipped = [], []
    for number, member in enumerate(sorted(held, key=lambda each: natural(names[each]))):
        name, kind, above = names[member], kinds[member], _folder(names[member])
        if kind is None:
            skipped.append(f"{archive}!/{name}")
        elif kind is MediaType.ZIP:
            text = f"{archive}!/{name}: an archive inside an archive is not opened; unpack it first"
            faults.append(InputError(text))
        elif kind not in PICTURES:
            documents.append(_put(folder / "files", name, held[member], number))
        elif roots & {above, *above.parents}:
            _put(folder / "files", name, held[member], number)
        else:
            own = folder / f"pages{number}" if above not in groups else groups[above][0].parent.parent
            called = f"{above.name or archive}/{PurePosixPath(name.replace(chr(92), '/')).name}"
            groups.setdefault(above, []).append(_put(own, called, held[member], number))
    pages = ((pictures[0].parent,) for pictures in groups.values())
    return Unpacked((*documents, *pages), tuple(faults), tuple(skipped))


def _folder(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/")).parent


def _put(folder: Path, name: str, content: bytes, number: int) -> Path:
    """Write a member below `folder` and return where; no name leads out of it, and none is taken twice."""
    parts = [_safe(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    path = folder.joinpath(*parts)
    if path.exists():
        path = folder.joinpath(str(number), *parts)
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
