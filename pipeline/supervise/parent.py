"""The supervisor's side: starts the child, hands it one document at a time, ends it when it must."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from pipeline import errors
from pipeline.errors import (
    BiaogeError,
    CrashedError,
    DeadlineError,
    InternalError,
    MemoryLimitError,
    MissingDependencyError,
)
from pipeline.settings import ProcessSettings
from pipeline.supervise.wire import Failure, Kind, Message, Progress, Request, Step, WireError, split

READ_SIZE = 1 << 16  # bytes, what a pipe holds
LONGEST_POLL = 3600.0  # seconds; poll() takes a 32-bit number of milliseconds
GIGABYTE = 1 << 30

# The child looks for modules where we do and nowhere else: with `-m`, a file json.py lying beside the
# documents would be imported.
BOOT = (
    "import sys; sys.path[:] = sys.argv.pop().split('\\n');"
    "from pipeline.supervise.child import main; main(sys.argv[1:])"
)


class _Child:
    """A running child and its two pipes."""

    def __init__(self, memory_limit: int, verbose: bool) -> None:
        path = "\n".join(entry or str(Path.cwd()) for entry in sys.path)
        self._buffer = bytearray()
        self._answers, theirs = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", BOOT, str(os.getpid()), str(theirs), str(memory_limit), path],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=None if verbose else subprocess.DEVNULL,
                pass_fds=[theirs],
                start_new_session=True,  # a group of its own to kill; the terminal's Ctrl-C is ours alone
            )
        except BaseException:
            os.close(self._answers)
            raise
        finally:
            os.close(theirs)

    @property
    def pid(self) -> int:
        return self._process.pid

    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Request) -> None:
        """Send `request`; that the child is gone shows when its answer is read."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()

    def next_message(self, deadline: float) -> Message | None:
        """Return the next message, None when the child's end is closed; TimeoutError past `deadline`."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        while (message := split(self._buffer)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if poll.poll(min(left, LONGEST_POLL) * 1000):
                data = os.read(self._answers, READ_SIZE)
                if not data:
                    return None
                self._buffer += data
        return message

    def end(self) -> int:
        """Kill the child and all it started; return its status (negative: the signal it died of).

        A child that is dying already keeps the status it dies with, so there is no need to wait first.
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        status = self._process.wait()
        os.close(self._answers)
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        return status


def _silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def _ours(failure: Failure) -> type[BiaogeError] | None:
    """Return the product's own error class of that name, if there is one."""
    known = getattr(errors, failure.name, None)
    return known if isinstance(known, type) and issubclass(known, BiaogeError) else None


def _rebuilt(failure: Failure, path: Path, settings: ProcessSettings) -> BiaogeError:
    """Return the child's error as one of ours, with its traceback as a note."""
    error: BiaogeError
    if ours := _ours(failure):
        error = ours(failure.text)
    elif failure.name == "MemoryError":
        error = MemoryLimitError(
            f"{path}: needs more than {settings.memory_limit / GIGABYTE:g} GiB of memory"
        )
    elif failure.name in {"ImportError", "ModuleNotFoundError"}:
        error = MissingDependencyError(f"{path}: {failure.text}")
    else:
        error = InternalError(f"{path}: internal error: {failure.name}: {failure.text}")
    error.add_note(failure.trace)
    return error


def _death(path: Path, status: int) -> CrashedError:
    if status == -signal.SIGKILL:
        return CrashedError(f"{path}: the process reading it was killed, probably for want of memory")
    if status < 0:
        return CrashedError(f"{path}: the process reading it died of {signal.Signals(-status).name}")
    return CrashedError(f"{path}: the process reading it ended with status {status} and no answer")


class Supervisor:
    """Runs tasks in one child process, a fresh one after every crash, timeout or unknown error.

    A task is named `module:function` and called there as `function(path, options, progress)`; it
    returns bytes.  `options` is any value that can be pickled.  One thread only: the child is asked to
    die with the *thread* that started it.
    """

    def __init__(self, settings: ProcessSettings | None = None, *, verbose: bool = False) -> None:
        self._settings = settings or ProcessSettings()
        self._verbose = verbose
        self._child: _Child | None = None

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def child(self) -> int | None:
        """The child's process id, None while there is no child."""
        return self._child.pid if self._child else None

    def close(self) -> int | None:
        """End the child, if there is one; return the status it ended with."""
        child, self._child = self._child, None
        return child.end() if child else None

    def run(self, task: str, path: Path, options: object = None, progress: Progress = _silent) -> bytes:
        """Return what `task` makes of `path`.

        DeadlineError past the time limit, MemoryLimitError past the memory limit, CrashedError where
        the child died or answered garbage, InternalError for an exception that is none of ours; and
        whatever BiaogeError the task raises.
        """
        if self._child and not self._child.lives():
            self.close()
        self._child = self._child or _Child(self._settings.memory_limit, self._verbose)
        settled = False
        try:
            message = self._converse(self._child, Request(task, path, options), progress)
            if message.kind is Kind.RESULT:
                settled = True
                return message.body
            failure = Failure.parse(message.body)
            settled = _ours(failure) is not None  # any other error ends the child
            raise _rebuilt(failure, path, self._settings)
        except WireError as fault:
            raise CrashedError(f"{path}: the process reading it answered garbage") from fault
        finally:
            if not settled:
                self.close()

    def _converse(self, child: _Child, request: Request, progress: Progress) -> Message:
        deadline = time.monotonic() + self._settings.timeout
        path, last = request.path, None
        child.ask(request)
        while True:
            try:
                message = child.next_message(deadline)
            except TimeoutError:
                raise DeadlineError(
                    f"{path}: not done after {self._settings.timeout:g} s ({_whereabouts(last)})"
                ) from None
            if message is None:
                raise _death(path, self.close() or 0)
            if message.kind is not Kind.PROGRESS:
                return message
            last = Step.parse(message.body)
            progress(last.stage, last.done, last.total)


def _whereabouts(last: Step | None) -> str:
    if last is None:
        return "it never began"
    return f"in stage {last.stage}, {last.done} of {last.total} done"
