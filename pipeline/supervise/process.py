"""A child process and its two pipes, however it was started."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Protocol

from pipeline.supervise.wire import Message, Request, split

READ_SIZE = 1 << 16  # bytes, what a pipe holds

# A child looks for modules where we do and nowhere else: with `-m`, a file json.py lying beside the
# documents would be imported.
BOOT = (
    "import sys; sys.path[:] = sys.argv.pop().split('\\n');"
    "from pipeline.supervise.{} import main; main(sys.argv[1:])"
)


def python(module: str, *arguments: object) -> list[str]:
    """Return the command that runs `main` of a module of this package in a fresh interpreter."""
    path = "\n".join(entry or str(Path.cwd()) for entry in sys.path)
    return [sys.executable, "-P", "-c", BOOT.format(module), *map(str, arguments), path]


class Handle(Protocol):
    """A process that somebody started for us."""

    @property
    def pid(self) -> int:
        """Its id, which is also that of its group; nobody else's until `wait` has returned."""

    def lives(self) -> bool:
        """Say whether it has not ended."""

    def wait(self) -> int:
        """Return the status it ended with (negative: the signal it died of)."""


class Fresh:
    """A process that is our own child."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def lives(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        return self._process.wait()


class Child:
    """A running child: what it is asked goes into `requests`, what it says comes out of `answers`."""

    def __init__(self, handle: Handle, requests: IO[bytes], answers: int) -> None:
        self._handle = handle
        self._requests = requests
        self._answers = answers
        self._buffer = bytearray()

    @property
    def pid(self) -> int:
        return self._handle.pid

    def lives(self) -> bool:
        return self._handle.lives()

    def ask(self, request: Request) -> None:
        """Send `request`; that the child is gone shows when its answer is read."""
        with contextlib.suppress(BrokenPipeError):
            pickle.dump(request, self._requests)
            self._requests.flush()

    @property
    def answers(self) -> int:
        """The descriptor to wait on for what the child says."""
        return self._answers

    def hear(self) -> bool:
        """Take in what the child has said, without waiting; False when its end is closed."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        if not poll.poll(0):
            return True
        data = os.read(self._answers, READ_SIZE)
        self._buffer += data
        return bool(data)

    def next_message(self) -> Message | None:
        """Return the next whole message heard, None where there is none yet."""
        return split(self._buffer)

    def end(self) -> int:
        """Kill the child and all it started; return its status (negative: the signal it died of).

        A child that is dying already keeps the status it dies with, so there is no need to wait first.
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        status = self._handle.wait()
        os.close(self._answers)
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        return status


def fresh_child(memory_limit: int, *, verbose: bool) -> Child:
    """Start a child that is an interpreter of its own; OSError where the system starts no more."""
    answers, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            python("child", os.getpid(), theirs, memory_limit),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if verbose else subprocess.DEVNULL,
            pass_fds=[theirs],
            start_new_session=True,  # a group of its own to kill; the terminal's Ctrl-C is ours alone
        )
    except BaseException:
        os.close(answers)
        raise
    finally:
        os.close(theirs)
    assert process.stdin
    return Child(Fresh(process), process.stdin, answers)
