"""A reader and a line finder that ask another process, which reads on a device for several; see `server`."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import DeviceLostError
from pipeline.read.batches import fit
from pipeline.read.peaks import scan_of
from pipeline.read.scan import Engine, LineScan, Pixels, Quad
from pipeline.read.weights import ModelEntry
from pipeline.read.wire import (
    Kind,
    WireError,
    pack_pictures,
    receive,
    send,
    unpack_peaks,
    unpack_quads,
)
from pipeline.settings import ReadSettings, ServerSettings

AGAIN = 0.05  # seconds between two attempts to reach a process that is starting


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the other process says of its models."""

    name: str
    runtime: str
    entries: tuple[ModelEntry, ...]
    alphabet: tuple[str, ...]


def open_remote(settings: ReadSettings, server: ServerSettings) -> Engine:
    """Return the engine behind a socket, once its models are loaded; DeviceLostError where there is none."""
    line = Line(server)
    greeting = line.greet()
    reader = RemoteReader(line, greeting.alphabet, settings, server.request_bytes)
    return Engine(greeting.name, reader, RemoteFinder(line), greeting.runtime, greeting.entries)


class Line:
    """A connection over which one question at a time is asked; made anew where it broke in between."""

    def __init__(self, server: ServerSettings) -> None:
        self._server = server
        self._socket: socket.socket | None = None

    def greet(self) -> Greeting:
        """Return what the other process says of its models, once they are loaded."""
        try:
            return _GREETING.validate_json(bytes(self._asked(Kind.HELLO, [], Kind.GREETING)))
        except ValidationError as error:
            raise DeviceLostError("the process that reads on the device answered garbage") from error

    def ask(self, kind: Kind, parts: Sequence[bytes], wanted: Kind) -> memoryview:
        """Return the body of the answer; DeviceLostError where none comes in time, or nonsense."""
        if self._socket is None or _has_ended(self._socket):
            self.greet()  # one that was started anew answers when its models are loaded
        return self._asked(kind, parts, wanted)

    def _asked(self, kind: Kind, parts: Sequence[bytes], wanted: Kind) -> memoryview:
        line = self._connected() if kind is Kind.HELLO else self._socket
        assert line
        line.settimeout(self._server.loading if kind is Kind.HELLO else self._server.timeout)
        try:
            send(line, kind, parts)
            answer = receive(line)
            if answer is None:
                raise EOFError("the other side is gone")
            if answer[0] is not wanted:
                raise WireError("another answer than was asked for")
        except (OSError, EOFError, WireError) as error:
            self._close()
            raise DeviceLostError(f"the process that reads on the device is lost ({error})") from error
        return answer[1]

    def _connected(self) -> socket.socket:
        self._close()
        deadline = time.monotonic() + self._server.loading
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(self._server.address)
            except OSError as error:
                self._close()
                if time.monotonic() >= deadline:
                    raise DeviceLostError(f"no process reads on the device ({error})") from error
                time.sleep(AGAIN)
            else:
                return self._socket

    def _close(self) -> None:
        line, self._socket = self._socket, None
        if line:
            line.close()


def _has_ended(line: socket.socket) -> bool:
    """Say whether a connection over which nothing was asked has something to tell: that it is at its end."""
    poll = select.poll()
    poll.register(line, select.POLLIN)
    return bool(poll.poll(0))


class RemoteReader:
    """A `Reader` over a connection."""

    def __init__(self, line: Line, alphabet: Sequence[str], settings: ReadSettings, most: int) -> None:
        self._line = line
        self._alphabet = alphabet
        self._settings = settings
        self._most = most

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """Return one scan a crop; see `Reader`."""
        fitted = (grey_if_it_is(fit(crop, self._settings), crop) for crop in crops)
        return [scan for some in portions(fitted, self._most) for scan in self._scan(some)]

    def _scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        body = self._line.ask(Kind.LINES, pack_pictures(crops), Kind.PEAKS)
        try:
            found = unpack_peaks(body, len(self._alphabet))
        except WireError as error:
            raise DeviceLostError(f"the process that reads on the device answered {error}") from error
        if len(found) != len(crops):
            raise DeviceLostError("the process that reads on the device answered for other lines")
        return [scan_of(peaks, self._alphabet) for peaks in found]


class RemoteFinder:
    """A `LineFinder` over a connection."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """Return the corners of every line found; see `LineFinder`."""
        body = self._line.ask(Kind.PAGE, pack_pictures([pixels]), Kind.QUADS)
        try:
            return unpack_quads(body)
        except WireError as error:
            raise DeviceLostError(f"the process that reads on the device answered {error}") from error


def grey_if_it_is(fitted: Pixels, crop: Pixels) -> Pixels:
    """Return one colour of a crop that was grey before it was made to fit: a third of the bytes."""
    return np.ascontiguousarray(fitted[:, :, 0]) if crop.ndim == 2 else fitted


def portions(crops: Iterator[Pixels], most: int) -> Iterator[list[Pixels]]:
    """Yield the crops in lists of `most` bytes, or one crop if that alone has more."""
    some: list[Pixels] = []
    size = 0
    for crop in crops:
        if some and size + crop.nbytes > most:
            yield some
            some, size = [], 0
        some.append(crop)
        size += crop.nbytes
    if some:
        yield some


_GREETING = TypeAdapter(Greeting)
