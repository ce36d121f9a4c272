"""Zip files and folders whose pictures are the pages of one report, in the natural order of their names."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from os.path import commonpath
from pathlib import Path

from pipeline.errors import InputError, NotADocumentError, TooLargeError
from pipeline.model import Finding
from pipeline.settings import SourceSettings
from pipeline.source.flow import UNREADABLE, Image, Item
from pipeline.source.image import picture_size
from pipeline.source.kind import PICTURES, MediaType, load, media_type
from pipeline.source.package import Package

HEAD = 16  # bytes that tell a picture
NOT_A_PAGE = "not_a_page"  # a document among pictures that are pages
LONGEST_NAME = 200  # characters of a name in messages
EPOCH = (1980, 1, 1, 0, 0, 0)  # the least time that a zip can state: its bytes shall tell its pages alone
UTF8 = 0x800  # bit of a member's flags (APPNOTE 4.4.4)
_NUMBER = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key by which names sort as people count: 2 before 10."""
    parts = _NUMBER.split(name.casefold())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))


def is_hidden(name: str) -> bool:
    """Say whether a path is one that systems hide, such as `.DS_Store` or what macOS adds to archives."""
    parts = name.replace("\\", "/").split("/")
    dotted = (part for part in parts if part not in (".", ".."))
    return any(part.startswith(".") for part in dotted) or parts[0] == "__MACOSX"


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; where it is not marked as UTF-8 it is tried as that, then as GB 18030."""
    if info.flag_bits & UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")  # as which zipfile has read it
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def zip_items(content: bytes, name: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield the pictures in a zip, and a finding for each document among them; zips within it are not opened.

    NotADocumentError where there is no picture.
    """
    package = Package(content, name, settings)
    found = False
    for info in sorted(package.infos, key=lambda each: natural(member_name(each))):
        shown = member_name(info)
        if info.is_dir() or is_hidden(shown) or posixpath.basename(shown).startswith("__"):
            continue
        if media_type(package.member(info, HEAD)) in PICTURES:
            found = True
            yield from _page(package.member(info), shown[:LONGEST_NAME], settings)
        elif media_type(package.member(info), settings) is not None:
            yield Finding(NOT_A_PAGE, detail=shown[:LONGEST_NAME])
    if not found:
        raise NotADocumentError(
            f"{name}: a zip without pictures of pages; unpack it and name the files in it"
        )


def _page(content: bytes, name: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield a page, and a finding for a picture so small that it is left out as a logo would be."""
    size = picture_size(content)
    small = size and (size[0] < settings.least_picture[0] or size[1] < settings.least_picture[1])
    yield Finding(UNREADABLE, detail=f"{name}: too small for a page") if small else Image(content, name)


def pages_archive(paths: Sequence[Path], settings: SourceSettings) -> bytes:
    """Return a zip of the pictures that `paths` name, folders standing for what lies directly in them.

    InputError where one cannot be read, NotADocumentError where one that is named is no picture, or there
    is none; documents in a folder come along, to be told of.
    """
    files = sorted(_files(paths, settings), key=lambda each: natural(each.as_posix()))
    root = commonpath([file.parent for file in files]) if files else ""
    held = ((file.relative_to(root).as_posix(), load(file, settings)[0]) for file in files)
    return packed(held, pages_name(paths), settings)


def packed(pages: Iterable[tuple[str, bytes]], name: str, settings: SourceSettings) -> bytes:
    """Return a zip of `pages`, names and contents, in their order: the same for the same pages.

    `name` is what errors call them: NotADocumentError where none is a picture, TooLargeError beyond the
    limit on what a package unpacks to.
    """
    out, size, pictures = io.BytesIO(), 0, 0
    with zipfile.ZipFile(out, "w") as archive:
        for page, content in pages:
            size, pictures = size + len(content), pictures + (media_type(content[:HEAD]) in PICTURES)
            if size > settings.max_expanded:
                raise TooLargeError(f"{name}: its pages have more than {settings.max_expanded} bytes")
            archive.writestr(zipfile.ZipInfo(page, EPOCH), content)
    if not pictures:
        raise NotADocumentError(f"{name}: no pictures there that could be pages")
    return out.getvalue()


def pages_name(paths: Sequence[Path]) -> str:
    """Return what a document of pages is called: after its folder, or its first page."""
    return min(paths, key=lambda each: natural(each.as_posix())).absolute().name


def _files(paths: Iterable[Path], settings: SourceSettings) -> Iterator[Path]:
    for path in map(Path.absolute, paths):
        if path.is_dir():
            yield from (each for each in _inside(path) if _is_document(each, settings))
        elif load(path, settings)[1] not in PICTURES:
            raise NotADocumentError(f"{path.name}: is no picture, so it cannot be a page")
        else:
            yield path


def _inside(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if not is_hidden(each.name) and each.is_file()]
    except OSError as error:
        raise InputError(f"{folder.name}: cannot be listed ({error.strerror or error})") from error


def _is_document(path: Path, settings: SourceSettings) -> bool:
    """Return whether a file in a folder of pages is a page or a document; what systems leave is none."""
    try:
        return load(path, settings)[1] is not MediaType.ZIP
    except NotADocumentError:
        return False
