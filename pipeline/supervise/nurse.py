"""The nurse's side: imports what it is told, then splits off children for as long as its parent lives."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import sys
from importlib import import_module
from pathlib import Path

from pipeline.supervise.child import die_with, serve_on
from pipeline.supervise.nursery import ANSWER, BEAR, COMMAND, NO_CHILD

THREADS = Path("/proc/self/task")


def bear(line: socket.socket, requests: int, answers: int, limit: int) -> int:
    """Return the id of a new child, 0 where the system starts no more; in the child, never return."""
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
        asked, descriptors, _, _ = socket.recv_fds(line, COMMAND.size, 2)
        if not asked:
            return
        word, number = COMMAND.unpack(asked)
        if word == BEAR:
            requests, answers = descriptors
            answer = bear(line, requests, answers, number)
            for descriptor in descriptors:
                os.close(descriptor)
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        line.send(ANSWER.pack(answer))


def load(name: str) -> None:
    """Import the module `name`; of `module:function`, call the function too: it remembers what it returns."""
    module, _, function = name.partition(":")
    loaded = import_module(module)
    if function:
        getattr(loaded, function)()


def main(arguments: list[str]) -> None:
    """Run the nurse; `arguments` are the parent's id, the line's descriptor, what to load."""
    parent, descriptor, modules = arguments
    die_with(int(parent))
    for name in filter(None, modules.split(",")):
        with contextlib.suppress(ImportError):  # who needs it will say so
            load(name)
    gc.freeze()  # a collection in a child would touch, and so copy, all that it shares with us
    if len(list(THREADS.iterdir())) > 1:  # they would be missing in a child, with what they had locked
        sys.exit("there are threads")
    attend(socket.socket(fileno=int(descriptor)))
