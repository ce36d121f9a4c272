"""The messages between a supervisor and its child: a mark, a kind, a length, then the bytes.

The child reads hostile documents, so nothing that it sends is ever executed: its answers are JSON or
plain bytes.  What the parent asks is a pickle, which only the child opens.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]

MARK = b"bgF1"
HEADER = struct.Struct("!4sBI")
MAX_BYTES = 1 << 30  # a result larger than this is garbage, not a report


class Kind(IntEnum):
    PROGRESS = 1
    RESULT = 2
    ERROR = 3


class WireError(ValueError):
    """Bytes that are no message."""


@dataclass(frozen=True, slots=True)
class Message:
    kind: Kind
    body: bytes

    def encode(self) -> bytes:
        return HEADER.pack(MARK, self.kind, len(self.body)) + self.body


@dataclass(frozen=True, slots=True)
class Request:
    """One piece of work: `task` is `module:function`, `options` whatever that function takes (picklable)."""

    task: str
    path: Path
    options: object


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work is: `done` of `total` in `stage`."""

    stage: str
    done: int
    total: int

    def encode(self) -> bytes:
        return json.dumps([self.stage, self.done, self.total]).encode()

    @classmethod
    def parse(cls, body: bytes) -> Step:
        match _json(body):
            case [str(stage), int(done), int(total)]:
                return cls(stage, done, total)
        raise WireError("a progress message that says nothing")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the child: the name of its class, its text, and the traceback for `--debug`."""

    name: str
    text: str
    trace: str

    def encode(self) -> bytes:
        return json.dumps([self.name, self.text, self.trace]).encode()

    @classmethod
    def parse(cls, body: bytes) -> Failure:
        match _json(body):
            case [str(name), str(text), str(trace)]:
                return cls(name, text, trace)
        raise WireError("an error message that says nothing")


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as error:
        raise WireError("a message that is not JSON") from error


def split(buffer: bytearray) -> Message | None:
    """Take the first whole message off `buffer`; None while it is incomplete, WireError for garbage."""
    if not MARK.startswith(bytes(buffer[: len(MARK)])):
        raise WireError("bytes that belong to no message")
    if len(buffer) < HEADER.size:
        return None
    _, kind, length = HEADER.unpack_from(buffer)
    if kind not in set(Kind) or length > MAX_BYTES:
        raise WireError("a header that makes no sense")
    if len(buffer) < HEADER.size + length:
        return None
    body = bytes(buffer[HEADER.size : HEADER.size + length])
    del buffer[: HEADER.size + length]
    return Message(Kind(kind), body)
