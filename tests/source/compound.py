"""OLE compound files made by hand: a header, a table of sectors, a directory, one stream."""

from __future__ import annotations

import struct

SECTOR = 512
END, FREE, TABLE, NO_ENTRY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIII", text, len(text), kind, 1, NO_ENTRY, right, child, start, size, 0)


def compound_file(names: list[str], stream: bytes) -> bytes:
    """Return a file whose root holds streams of these names, all of them `stream`."""
    body = stream.ljust(-(-max(len(stream), 1) // SECTOR) * SECTOR, b"\0")
    count = len(body) // SECTOR
    directory = [_entry("Root Entry", 5, 1, NO_ENTRY, END, 0)]
    for number, name in enumerate(names, 1):
        following = number + 1 if number < len(names) else NO_ENTRY
        directory.append(_entry(name, 2, NO_ENTRY, following, 2, len(stream)))
    entries = b"".join(directory).ljust(SECTOR, b"\0")
    chain = [TABLE, END, *range(3, 2 + count), END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    return header.ljust(SECTOR, b"\xff") + table + entries + body
