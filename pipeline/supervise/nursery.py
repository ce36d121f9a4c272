"""Children that need not load everything anew: split off a process that has, and that reads nothing.

A fresh interpreter takes most of a second of a core until it has imported what reading needs, as long as
it takes to read several digital documents.  The nurse is one such interpreter, started by us before
anything else, without threads, never shown a document; it forks, which takes some milliseconds.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import subprocess
from collections.abc import Sequence

from pipeline.supervise.process import Child, python

COMMAND = struct.Struct("!cq")  # what to do, with which number
ANSWER = struct.Struct("!q")
BEAR, REAP = b"b", b"r"  # a child with so many bytes of memory; the end of the child of that id
LEARN = b"l"  # to load more; so many names follow
PATIENCE = 120.0  # seconds for an answer; the first waits for all imports, from a cold disk
NO_CHILD = 0  # the answer where the system starts no more processes, or threads forbid to fork
# The nurse must have no threads of its own; OpenBLAS and Arrow's jemalloc start some when imported.
QUIET = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


class _Nurse:
    """One such process and the line to it; everything it started dies with it."""

    def __init__(self, modules: Sequence[str], verbose: bool) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(PATIENCE)
        self.learnt: tuple[str, ...] = ()
        self.answered = self.lost = False
        with theirs:
            try:
                self._process = subprocess.Popen(
                    python("nurse", os.getpid(), theirs.fileno(), ",".join(modules)),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=None if verbose else subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    env=os.environ | QUIET,
                )
            except BaseException:
                self._line.close()
                raise

    def ask(
        self, word: bytes, number: int, descriptors: Sequence[int] = (), names: Sequence[str] = ()
    ) -> int | None:
        """Return the answer, None where the nurse is gone, does not answer, or is busy beyond patience."""
        try:
            socket.send_fds(self._line, [COMMAND.pack(word, number), ",".join(names).encode()], descriptors)
            answer = self._line.recv(ANSWER.size)
        except OSError:
            answer = b""
        self.answered, self.lost = self.answered or bool(answer), not answer
        return int(ANSWER.unpack(answer)[0]) if answer else None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._line.close()


class _Born:
    """A process that the nurse started; the system keeps its id until the nurse has taken its status."""

    def __init__(self, nurse: _Nurse, pid: int) -> None:
        self._nurse = nurse
        self._pid = pid
        self._descriptor = os.pidfd_open(pid)

    @property
    def pid(self) -> int:
        return self._pid

    def lives(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return not poll.poll(0)

    def wait(self) -> int:
        os.close(self._descriptor)
        status = self._nurse.ask(REAP, self._pid)
        return -signal.SIGKILL if status is None else status  # a nurse that is gone took it along


class Nursery:
    """Starts children that have `modules` imported; one thread only, which everything dies with.

    Of `module:function` the function is called as well: it takes nothing and remembers what it returns.
    """

    def __init__(self, modules: Sequence[str], *, verbose: bool = False) -> None:
        self._modules = modules
        self._more: tuple[str, ...] = ()
        self._verbose = verbose
        self._nurse: _Nurse | None = None
        self._useless = not hasattr(os, "pidfd_open")

    def bear(self, memory_limit: int) -> Child | None:
        """Return a new child, None where that cannot be: then it takes a fresh interpreter.

        A nurse that something else has killed is replaced, one that never answers is not: what it
        imports may kill it, and a fresh child tells what that is.
        """
        if self._useless:
            return None
        self._forget_lost()
        nurse = self._nurse = self._nurse or _Nurse(self._modules, self._verbose)
        if nurse.learnt != self._more:
            nurse.ask(LEARN, len(self._more), names=self._more)
            nurse.learnt = self._more
        child = _child_of(nurse, memory_limit)
        self._forget_lost()
        return child

    def learn(self, modules: Sequence[str]) -> None:
        """Have `modules` loaded as well, before the next child: what not every run needs and takes long."""
        self._more = tuple(modules)

    def _forget_lost(self) -> None:
        if self._nurse and self._nurse.lost:
            self._useless = not self._nurse.answered
            self.close()

    def close(self) -> None:
        """End the nurse, and with it every child that is left."""
        nurse, self._nurse = self._nurse, None
        if nurse:
            nurse.end()


def _child_of(nurse: _Nurse, memory_limit: int) -> Child | None:
    answers, their_answers = os.pipe()
    their_requests, requests = os.pipe()
    try:
        pid = nurse.ask(BEAR, memory_limit, [their_requests, their_answers])
        if pid:
            return Child(_Born(nurse, pid), os.fdopen(requests, "wb"), answers)
    except ProcessLookupError:  # the nurse was killed meanwhile, and the child with her
        nurse.lost = True
    finally:
        os.close(their_requests)
        os.close(their_answers)
    os.close(requests)
    os.close(answers)
    return None
