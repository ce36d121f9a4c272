"""The child's side: takes requests from standard input, answers over the descriptor it was given.

Standard output and standard input belong to nobody here: what native libraries print goes to
standard error, which the parent discards unless it is debugging.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from pipeline.errors import BiaogeError
from pipeline.supervise.wire import Failure, Kind, Message, Progress, Request, Step

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def die_with(parent: int) -> None:
    """End this process when `parent` ends, however that happens (Linux; elsewhere at the next request)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)


def limit_memory(limit: int) -> None:
    """Let allocations fail beyond `limit` bytes of private memory; 0 is as much as there is.

    RLIMIT_DATA, not RLIMIT_AS: inference engines reserve address space that they never touch.
    """
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = limit or most
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


def find_task(name: str) -> Callable[[Path, Any, Progress], bytes]:
    module, _, function = name.partition(":")
    found = getattr(import_module(module), function)
    if not callable(found):
        raise TypeError(f"{name} is not a function")
    return found  # type: ignore[no-any-return]


def send(channel: BinaryIO, kind: Kind, body: bytes) -> None:
    channel.write(Message(kind, body).encode())
    channel.flush()


def send_failure(channel: BinaryIO, error: BaseException, trace: TracebackType | None) -> None:
    lines = traceback.format_exception(type(error), error, trace)
    send(channel, Kind.ERROR, Failure(type(error).__name__, str(error), "".join(lines)).encode())


def serve(requests: BufferedReader, channel: BinaryIO) -> None:
    """Answer one request after the other until the parent closes its end.

    An error that is ours is an answer.  Any other ends the process (see `main`): what it left behind
    in native libraries is unknown, so the next document gets a fresh child.
    """

    def progress(stage: str, done: int, total: int) -> None:
        send(channel, Kind.PROGRESS, Step(stage, done, total).encode())

    while requests.peek(1):
        request: Request = pickle.load(requests)
        try:
            result = find_task(request.task)(request.path, request.options, progress)
        except BiaogeError as error:
            send_failure(channel, error, error.__traceback__)
        else:
            send(channel, Kind.RESULT, result)


def serve_on(asked: int, answers: int, limit: int) -> None:
    """Answer over the descriptor `answers` what comes in on `asked`, in `limit` bytes of memory."""
    limit_memory(limit)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash is an answer like others, no 400 MB on a disk
    requests, channel = os.fdopen(asked, "rb"), os.fdopen(answers, "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr  # which hands on every line at once

    def report(_: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        limit_memory(0)  # what is left of the limit may not do for the message
        send_failure(channel, error, trace)
        os._exit(1)

    sys.excepthook = report
    serve(requests, channel)


def main(arguments: list[str]) -> None:
    """Run the child; `arguments` are the parent's id, the answers' descriptor, the limit in bytes."""
    parent, answers, limit = (int(argument) for argument in arguments)
    die_with(parent)
    serve_on(os.dup(0), answers, limit)
