"""The nurse's side: imports what it is told, then splits off children for as long as its parent lives."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from pipeline.errors import BiaogeError
from pipeline.supervise.child import die_with, serve_on
from pipeline.supervise.nursery import ANSWER, BEAR, COMMAND, LEARN, NO_CHILD

THREADS = Path("/proc/self/task")
LONGEST = 1 << 16  # bytes of a command with its names


def bear(line: socket.socket, requests: int, answers: int, limit: int) -> int:
    """Return the id of a new child, 0 where there can be none; in the child, never return."""
    if len(list(THREADS.iterdir())) > 1:  # they would be missing in a child, with what they had locked
        return NO_CHILD
    nurse = os.getpid()
    try:
        child = os.fork()
    except OSError:
        return NO_CHILD
    if child:
        return child
    line.close()
    os.setsid()
    die_with(nurse)
    serve_on(requests, answers, limit)
    os._exit(0)


def attend(line: socket.socket) -> None:
    """Do what is asked until the other end is closed."""
    while True:
        asked, descriptors, _, _ = socket.recv_fds(line, LONGEST, 2)
        if not asked:
            return
        word, number = COMMAND.unpack_from(asked)
        if word == BEAR:
            requests, answers = descriptors
            answer = bear(line, requests, answers, number)
            for descriptor in descriptors:
                os.close(descriptor)
        elif word == LEARN:
            answer = load(asked[COMMAND.size :].decode().split(","))
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        line.send(ANSWER.pack(answer))


def load(names: Sequence[str]) -> int:
    """Import modules; of `module:function` call the function, too.  Return how many of them are there.

    One that cannot be loaded is left to whoever needs it, who will say so.
    """
    loaded = 0
    for name in names:
        module, _, function = name.partition(":")
        with contextlib.suppress(ImportError, BiaogeError):
            found = import_module(module)
            if function:
                getattr(found, function)()
            loaded += 1
    gc.freeze()  # a collection in a child would touch, and so copy, all that it shares with us
    return loaded


def main(arguments: list[str]) -> None:
    """Run the nurse; `arguments` are the parent's id, the line's descriptor, what to load."""
    parent, descriptor, names = arguments
    die_with(int(parent))
    load(names.split(","))
    attend(socket.socket(fileno=int(descriptor)))
