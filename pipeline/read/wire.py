"""The messages between a worker and the process that reads on a device for all of them.

A mark, a kind, a length, then plain numbers: nothing that either side says is ever executed.  A worker
reads hostile documents, so what it sends is checked before it is believed, and so is what it gets.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum
from math import prod

import numpy as np
from numpy.typing import NDArray

from pipeline.read.peaks import Peaks
from pipeline.read.scan import Pixels, Quad

MARK = b"bgD1"
HEADER = struct.Struct("!4sBI")
MOST = 1 << 28  # bytes; the largest page that is read, in colour, is smaller
COUNT = struct.Struct("!I")
SHAPE = np.dtype(">u4")
QUAD = (4, 2)


class Kind(IntEnum):
    HELLO = 1  # nothing; answered by a greeting
    GREETING = 2  # JSON: what the models are
    LINES = 3  # crops; answered by peaks
    PEAKS = 4
    PAGE = 5  # one picture; answered by quads
    QUADS = 6


class WireError(ValueError):
    """Bytes that are no message, or none that fits."""


def send(line: socket.socket, kind: Kind, parts: Iterable[bytes]) -> None:
    """Send one message whose body is `parts` in a row; OSError where the other side is gone."""
    body = list(parts)
    line.sendall(HEADER.pack(MARK, kind, sum(map(len, body))))
    for part in body:
        line.sendall(part)


def receive(line: socket.socket) -> tuple[Kind, memoryview] | None:
    """Return the next message, None at the end; EOFError in the midst of one, WireError for garbage."""
    head = _read(line, HEADER.size, may_end=True)
    if head is None:
        return None
    mark, kind, length = HEADER.unpack(head)
    if mark != MARK or kind not in set(Kind) or length > MOST:
        raise WireError("a header that makes no sense")
    body = _read(line, length)
    assert body is not None
    return Kind(kind), body


def _read(line: socket.socket, size: int, *, may_end: bool = False) -> memoryview | None:
    buffer, got = memoryview(bytearray(size)), 0
    while got < size:
        count = line.recv_into(buffer[got:])
        if not count:
            if may_end and not got:
                return None
            raise EOFError("the other side is gone")
        got += count
    return buffer


def pack_pictures(pictures: Sequence[Pixels]) -> list[bytes]:
    """Return the body of LINES and PAGE: how many, the shape of each (height, width, colours), pixels."""
    shapes = np.array([[*p.shape[:2], p.shape[2] if p.ndim == 3 else 0] for p in pictures], SHAPE)
    return [COUNT.pack(len(pictures)), shapes.tobytes(), *(p.tobytes() for p in pictures)]


def unpack_pictures(body: memoryview) -> list[Pixels]:
    """Return what `pack_pictures` was given; WireError for anything else."""
    (count,), rest = COUNT.unpack(_cut(body, 0, COUNT.size)), COUNT.size
    size = count * 3 * SHAPE.itemsize
    shapes = np.frombuffer(_cut(body, rest, size), SHAPE).reshape(count, 3).tolist()
    rest += size
    pictures = []
    for height, width, colours in shapes:
        shape = (height, width, colours) if colours else (height, width)
        if colours not in {0, 3} or not height or not width:
            raise WireError("a picture of no shape")
        pixels = np.frombuffer(_cut(body, rest, prod(shape)), np.uint8)
        pictures.append(pixels.reshape(shape))
        rest += pixels.size
    _end(body, rest)
    return pictures


def pack_peaks(found: Sequence[Peaks]) -> list[bytes]:
    """Return the body of PEAKS: how many lines, steps and peaks of each, then all places, all chances."""
    sizes = np.array([[peaks.steps, peaks.places.size] for peaks in found], SHAPE)
    places = (np.asarray(peaks.places, "<i4").tobytes() for peaks in found)
    chances = (np.asarray(peaks.chances, "<f4").tobytes() for peaks in found)
    return [COUNT.pack(len(found)), sizes.tobytes(), *places, *chances]


def unpack_peaks(body: memoryview, classes: int) -> list[Peaks]:
    """Return what `pack_peaks` was given; WireError for anything else, and for classes that there are not."""
    (count,), rest = COUNT.unpack(_cut(body, 0, COUNT.size)), COUNT.size
    sizes = np.frombuffer(_cut(body, rest, count * 8), SHAPE).reshape(count, 2).astype(np.int64)
    rest += count * 8
    total = int(sizes[:, 1].sum())
    places = np.frombuffer(_cut(body, rest, total * 4), "<i4")
    chances = np.frombuffer(_cut(body, rest + total * 4, total * 4), "<f4")
    _end(body, rest + total * 8)
    starts = [0, *np.cumsum(sizes[:, 1]).tolist()]
    found = []
    for (steps, _), start, end in zip(sizes.tolist(), starts[:-1], starts[1:], strict=True):
        mine = places[start:end]
        if mine.size and not (mine.min() >= 0 and mine.max() < steps * classes):
            raise WireError("a peak outside its line")
        found.append(Peaks(steps, mine, chances[start:end]))
    return found


def pack_quads(quads: Sequence[Quad]) -> list[bytes]:
    """Return the body of QUADS: eight numbers each."""
    return [np.array(quads, "<f8").tobytes()]


def unpack_quads(body: memoryview) -> tuple[Quad, ...]:
    """Return what `pack_quads` was given; WireError for anything else."""
    if len(body) % (prod(QUAD) * 8):
        raise WireError("half a quad")
    return tuple(_quad(corners) for corners in np.frombuffer(body, "<f8").reshape(-1, *QUAD))


def _quad(corners: NDArray[np.float64]) -> Quad:
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth


def _cut(body: memoryview, start: int, size: int) -> memoryview:
    if start + size > len(body):
        raise WireError("a message that is cut short")
    return body[start : start + size]


def _end(body: memoryview, end: int) -> None:
    if end != len(body):
        raise WireError("a message with something behind it")
