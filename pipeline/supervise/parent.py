"""The supervisor's side: starts the child, hands it one document at a time, ends it when it must."""

from __future__ import annotations

import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pipeline import errors
from pipeline.errors import (
    BiaogeError,
    CrashedError,
    DeadlineError,
    InternalError,
    KilledError,
    MemoryLimitError,
    MissingDependencyError,
)
from pipeline.settings import ProcessSettings
from pipeline.supervise.nursery import Nursery
from pipeline.supervise.process import Child, fresh_child
from pipeline.supervise.wire import Failure, Kind, Message, Progress, Request, Step, WireError

LONGEST_POLL = 3600.0  # seconds; poll() takes a 32-bit number of milliseconds
GIGABYTE = 1 << 30


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
        return KilledError(f"{path}: the process reading it was killed, probably for want of memory")
    if status < 0:
        return CrashedError(f"{path}: the process reading it died of {signal.Signals(-status).name}")
    return CrashedError(f"{path}: the process reading it ended with status {status} and no answer")


@dataclass(slots=True)
class _Work:
    """What the child is at: the request, when it must be done, how far it was last."""

    request: Request
    deadline: float
    last: Step | None = None


class Supervisor:
    """Runs tasks in one child process, a fresh one after every crash, timeout or unknown error.

    A task is named `module:function` and called there as `function(path, options, progress)`; it
    returns bytes.  `options` is any value that can be pickled.  One thread only: the child is asked to
    die with the *thread* that started it.  Children come from `nursery`, where one is given (which is the
    caller's to close), else each is an interpreter of its own.
    """

    def __init__(
        self,
        settings: ProcessSettings | None = None,
        *,
        verbose: bool = False,
        nursery: Nursery | None = None,
    ) -> None:
        self._settings = settings or ProcessSettings()
        self._verbose = verbose
        self._nursery = nursery
        self._child: Child | None = None
        self._work: _Work | None = None

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
        child, self._child, self._work = self._child, None, None
        return child.end() if child else None

    def run(self, task: str, path: Path, options: object = None, progress: Progress = _silent) -> bytes:
        """Return what `task` makes of `path`; errors as `take` raises them."""
        self.begin(task, path, options)
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN)
        try:
            while (result := self.take(progress)) is None:
                waiting.poll(min(self.left, LONGEST_POLL) * 1000)
        except BaseException:
            if self._work:  # interrupted: what it is at would be answered to the next question
                self.close()
            raise
        return result

    def begin(self, task: str, path: Path, options: object = None) -> None:
        """Have `task` work on `path` and return at once; `take` gives the result when it is there."""
        if self._child and not self._child.lives():
            self.close()
        self._child = self._child or self._new_child()
        request = Request(task, path, options)
        self._work = _Work(request, time.monotonic() + self._settings.timeout)
        self._child.ask(request)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when there may be something to `take`."""
        return self._busy()[0].answers

    @property
    def left(self) -> float:
        """Seconds until the deadline of what was begun, not below 0."""
        return max(0.0, self._busy()[1].deadline - time.monotonic())

    def take(self, progress: Progress = _silent) -> bytes | None:
        """Return the result of what was begun, None while it is not there; never waits.

        DeadlineError past the time limit, MemoryLimitError past the memory limit, KilledError where a
        signal of another's ended the child, CrashedError where it died otherwise or answered garbage,
        InternalError for an exception that is none of ours; and whatever BiaogeError the task raises.
        """
        child, work = self._busy()
        path, kept = work.request.path, False
        try:
            message = self._listen(child, work, progress)
            if message is None or message.kind is Kind.RESULT:
                kept = True
                self._work = None if message else work
                return message.body if message else None
            failure = Failure.parse(message.body)
            kept = _ours(failure) is not None  # any other error ends the child
            self._work = None
            raise _rebuilt(failure, path, self._settings)
        except WireError as fault:
            raise CrashedError(f"{path}: the process reading it answered garbage") from fault
        finally:
            if not kept:
                self.close()

    def _new_child(self) -> Child:
        limit = self._settings.memory_limit
        born = self._nursery.bear(limit) if self._nursery else None
        return born or fresh_child(limit, verbose=self._verbose)

    def _busy(self) -> tuple[Child, _Work]:
        if self._child is None or self._work is None:
            raise RuntimeError("nothing was begun")
        return self._child, self._work

    def _listen(self, child: Child, work: _Work, progress: Progress) -> Message | None:
        """Return the message that ends the work, None while it goes on."""
        open_still = child.hear()
        while message := child.next_message():
            if message.kind is not Kind.PROGRESS:
                return message
            work.last = Step.parse(message.body)
            progress(work.last.stage, work.last.done, work.last.total)
        path = work.request.path
        if not open_still:
            raise _death(path, self.close() or 0)
        if time.monotonic() >= work.deadline:
            seconds = f"{self._settings.timeout:g} s ({_whereabouts(work.last)})"
            raise DeadlineError(f"{path}: not done after {seconds}")
        return None


def _whereabouts(last: Step | None) -> str:
    if last is None:
        return "it never began"
    return f"in stage {last.stage}, {last.done} of {last.total} done"
