"""What an OLE compound file holds (MS-CFB): a Word text, a workbook, or something locked away."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Holds: TypeAlias = Literal["text", "workbook", "other", "unknown"]

ENTRY = 128  # bytes of an entry of the directory
NONE = 0xFFFFFFFA  # and above: no sector, no entry
MOST_ENTRIES = 4_096  # of one directory; Word files have some twenty
LOCKED_TEXT = 0x0100  # of the flags at 10 in a Word text (MS-DOC, FibBase.fEncrypted)
FILE_PASS = 0x002F  # the record of a workbook that says so (MS-XLS, 2.4.117)


@dataclass(frozen=True, slots=True)
class Compound:
    """What a compound file holds, and whether it takes a password to read it."""

    holds: Holds
    locked: bool = False


def compound(content: bytes) -> Compound:
    """Return what the root of a compound file holds; `unknown` for damage that hides it."""
    try:
        streams = dict(_root_streams(content))
    except (struct.error, IndexError, ValueError):
        return Compound("unknown")
    if "EncryptedPackage" in streams:
        return Compound("other", locked=True)
    if "WordDocument" in streams:
        flags = _unpacked("<H", content, streams["WordDocument"] + 10)
        return Compound("text", bool(flags & LOCKED_TEXT))
    for name in ("Workbook", "Book"):
        if name in streams:
            return Compound("workbook", _is_locked_workbook(content, streams[name]))
    return Compound("other" if streams else "unknown")


def _unpacked(form: str, content: bytes, place: int) -> int:
    """Return the number at `place`, 0 beyond the end."""
    size = struct.calcsize(form)
    return int(struct.unpack(form, content[place : place + size].ljust(size, b"\0"))[0])


def _is_locked_workbook(content: bytes, start: int) -> bool:
    first = _unpacked("<H", content, start + 2)  # the length of the first record, which opens the book
    return _unpacked("<H", content, start + 4 + first) == FILE_PASS


def _root_streams(content: bytes) -> Iterator[tuple[str, int]]:
    """Yield the names of what lies at the root, with where in the file it begins."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError("no compound file")
    entries = b"".join(_sectors(content, struct.unpack_from("<I", content, 48)[0], size))
    waiting, seen = [struct.unpack_from("<I", entries, 76)[0]], set[int]()
    while waiting:
        index = waiting.pop()
        if index >= NONE or index in seen or (index + 1) * ENTRY > len(entries):
            continue
        seen.add(index)
        entry = entries[index * ENTRY : (index + 1) * ENTRY]
        length, left, right, start = struct.unpack("<64xH2xII40xI8x", entry)
        waiting += (left, right)
        yield entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), (start + 1) * size


def _sectors(content: bytes, first: int, size: int) -> Iterator[bytes]:
    """Yield the sectors of the directory, as far as its chain goes."""
    sector, seen = first, set[int]()
    while sector < NONE and sector not in seen and len(seen) * size < MOST_ENTRIES * ENTRY:
        seen.add(sector)
        yield content[(sector + 1) * size : (sector + 2) * size]
        table = struct.unpack_from("<I", content, 76 + 4 * (sector // (size // 4)))[0]
        sector = struct.unpack_from("<I", content, (table + 1) * size + 4 * (sector % (size // 4)))[0]
