"""The run itself: inputs in order to workers, results and outcomes into the workspace."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from pipeline.batch.ahead import Ahead
from pipeline.batch.engine import DeviceUse, Engine, Running
from pipeline.batch.judge import End, end_of
from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import Waiting
from pipeline.batch.values import PICTURES, WHOLE, Ended, Facts, Fetched, Job, Shard, State
from pipeline.batch.watch import Event, Snapshot, Watcher
from pipeline.batch.work import unpack
from pipeline.batch.workspace import Workspace, write_fault
from pipeline.emit.write import write_files
from pipeline.errors import (
    BiaogeError,
    ChangedError,
    MissingDependencyError,
    NotADocumentError,
    OutputError,
)
from pipeline.settings import Settings

TICK = 0.5  # seconds between looks at what the user wants
EAGER = 0.02  # seconds, while a worker waits for a file to be fetched
TELLING = 0.25  # seconds between snapshots
COUNTING = 50  # times its own duration that counting all outcomes may be apart: 2 % of the time
PAPERS = (".pdf", ".ofd", ".docx", ".doc", ".wps", ".htm", ".html", ".mht", ".mhtml")
DOCUMENT_SUFFIXES = frozenset((*PICTURES, *PAPERS))


class Wish(IntEnum):
    """What the user wants of a run."""

    GO_ON = 0
    FINISH = 1  # what is in work, and no more
    STOP = 2


class Control:
    """The user's wish; signal handlers may set it at any time."""

    def __init__(self) -> None:
        self.wish = Wish.GO_ON

    def interrupt(self) -> Wish:
        """Finish at the first call, stop at the second; return the wish."""
        self.wish = Wish.FINISH if self.wish is Wish.GO_ON else Wish.STOP
        return self.wish

    def stop(self) -> None:
        self.wish = Wish.STOP


@dataclass(slots=True)
class _Tally:
    """What this run has done."""

    began: float = field(default_factory=time.monotonic)
    read: int = 0
    pages: int = 0
    deaths: int = 0  # of workers in a row
    trials: int = 0  # of the installation, without a document
    missing: int = 0  # packages or models in a row
    states: dict[State, int] = field(default_factory=dict)
    totals: tuple[int, int, int] = (0, 0, 0)
    counted: float = 0.0
    counting: float = 0.0  # seconds that it took
    told: float = 0.0
    device: DeviceUse | None = None


class Run:
    """One run over a workspace that the caller has locked."""

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        settings: Settings,
        *,
        shard: Shard = WHOLE,
        control: Control | None = None,
        watchers: Sequence[Watcher] = (),
    ) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._settings = settings
        self._shard = shard
        self._control = control or Control()
        self._watchers = watchers
        self._tally = _Tally()
        self._in_work: dict[str, tuple[Job, Fetched]] = {}
        self._exclusive = False
        self._number = 0

    def go(self, engine: Engine, command: str = "") -> Wish:
        """Read everything that is to be read; return what the user wished at the end.

        OutputError where results cannot be written, MissingDependencyError where no document can be
        read for want of something: what is done is kept, and the next run goes on.
        """
        self._number = self._ledger.begin_run(command)
        self._ledger.retry_what_was_missing()
        self._forget_lost_results()
        how = "failed"
        try:
            with engine, Ahead(self._workspace.spool, self._settings, self._shard) as ahead:
                try:
                    self._all(engine, ahead)
                finally:
                    self._stop(engine)
            how = self._control.wish.name.lower()
        finally:
            self._close(how)
        return self._control.wish

    def _close(self, how: str) -> None:
        self._count(now=True)
        self._tell((), now=True)
        if self._tally.device is not None:
            self._event(Event("device", "", detail=self._tally.device.line()))
        self._ledger.end_run(self._number, how)

    @property
    def _going(self) -> bool:
        return self._control.wish is Wish.GO_ON

    def _all(self, engine: Engine, ahead: Ahead) -> None:
        """Go through what waits, then through what is suspect, until nothing is left."""
        while self._going:
            any_waiting = self._each(engine, ahead, self._ledger.waiting())
            any_suspect = self._each(engine, ahead, iter(self._ledger.suspects()))
            if not (any_waiting or any_suspect):
                return

    def _each(self, engine: Engine, ahead: Ahead, source: Iterator[Waiting]) -> bool:
        """Read all that `source` yields; return whether it was anything."""
        ahead.follow(source)
        anything = False
        while True:
            more = self._going and ahead.fill()
            self._ledger.elsewhere(ahead.elsewhere())
            if (not more and not self._in_work) or self._control.wish is Wish.STOP:
                return anything
            anything |= self._start_all(engine, ahead)
            starving = more and engine.free and not ahead.ready
            ended = engine.wait(EAGER if starving else TICK)
            anything |= self._start_all(engine, ahead)  # first, so that no worker waits for the disk
            for one in ended:
                self._settle(one, engine)
            self._tally.device = engine.device
            self._tell(engine.running)

    def _start_all(self, engine: Engine, ahead: Ahead) -> bool:
        """Give every free worker something to do; return whether any input was taken."""
        taken = False
        while self._going and engine.free and not self._exclusive and self._next(engine, ahead):
            taken = True
            ahead.fill()
        return taken

    def _next(self, engine: Engine, ahead: Ahead) -> bool:
        """Take the next input if it is there and may be started; return whether it was taken."""
        if not ahead.ready or (ahead.next_exclusive and self._in_work):
            return False
        waiting, fetched = ahead.take()
        if isinstance(fetched, BiaogeError):
            self._not_fetched(waiting, fetched)
            return True
        with self._ledger.together():
            attempt = self._attempt(waiting, fetched)
        if attempt is not None:
            self._start(engine, attempt, waiting, fetched)
        elif not fetched.borrowed:
            fetched.path.unlink(missing_ok=True)
        return True

    def _not_fetched(self, waiting: Waiting, error: BiaogeError) -> None:
        if isinstance(error, OutputError | MissingDependencyError):  # no room, or no package for that store
            raise error
        self._ledger.not_fetched(waiting.id, error)
        self._event(Event("not_fetched", waiting.input.name, detail=error.line()))

    def _attempt(self, waiting: Waiting, fetched: Fetched) -> int | None:
        """Record what the input holds, and an attempt if that is to be read now; return its number."""
        sha256 = fetched.sha256
        state = self._ledger.fetched(waiting.id, sha256)
        again = state is State.SUSPECT and sha256 == waiting.sha256
        if sha256 in self._in_work or not (state is State.PENDING or again):
            return None
        return self._ledger.begin(sha256, self._number, alone=waiting.alone)

    def _start(self, engine: Engine, attempt: int, waiting: Waiting, fetched: Fetched) -> None:
        sha256 = fetched.sha256
        name, _ = self._ledger.first_of(sha256)
        job = Job(attempt, sha256, fetched.path, name, waiting.alone, waiting.exclusive)
        self._in_work[sha256] = job, fetched
        self._exclusive = waiting.exclusive
        engine.start(job)
        self._event(Event("started", waiting.input.name, sha256))

    def _settle(self, ended: Ended, engine: Engine) -> None:
        """Record how a job ended, its result first."""
        error = ended.error
        if ended.answer is not None:
            error = self._keep(ended, ended.answer)
        if error is not None:
            self._fault(ended, error)
        _, fetched = self._in_work.pop(ended.job.sha256)
        self._exclusive = False
        if not fetched.borrowed:
            fetched.path.unlink(missing_ok=True)
        self._doubt(engine, error)

    def _keep(self, ended: Ended, answer: bytes) -> BiaogeError | None:
        """Write the result and record it; return why it is none."""
        job = ended.job
        facts, report = unpack(answer)
        if any(each.sha256 != job.sha256 for each in facts):
            return ChangedError(f"{job.name}: changed while it was read")
        self._write(self._workspace.result(job.sha256), report)
        self._ledger.done(job.attempt, job.sha256, facts, len(report), ended.seconds)
        self._tally.read += 1
        self._tally.pages += facts[0].pages
        self._event(_done(job, facts, ended.seconds))
        return None

    def _write(self, path: Path, report: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_fault(path, error) from error
        try:
            write_files({path: report})
        except OutputError as error:
            cause = error.__cause__
            raise (write_fault(path, cause) if isinstance(cause, OSError) else error) from error

    def _fault(self, ended: Ended, error: BiaogeError) -> None:
        job = ended.job
        _, found = self._ledger.first_of(job.sha256)
        no_document = Path(job.name).suffix.lower() not in DOCUMENT_SUFFIXES
        skip = found and no_document and isinstance(error, NotADocumentError)
        state = self._ledger.not_done(job.attempt, job.sha256, error, lost=ended.lost, skip=skip)
        self._event(Event(state.value, job.name, job.sha256, error.line(), round(ended.seconds, 3)))

    def _doubt(self, engine: Engine, error: BiaogeError | None) -> None:
        """After many deaths in a row, ask whether it is the installation's fault, not the documents'.

        Each time it is not, twice as many must follow: in the end an archive's bad documents come in a row.
        """
        tally, limit = self._tally, self._settings.batch.doubt_installation
        tally.missing = tally.missing + 1 if isinstance(error, MissingDependencyError) else 0
        died = error is not None and end_of(error) is not End.FAILED
        tally.deaths = tally.deaths + 1 if died else 0
        if tally.missing >= limit and error is not None:
            raise MissingDependencyError(f"{limit} documents in a row could not be read: {error}")
        deaths = tally.deaths
        if deaths >= limit << tally.trials and engine.free:
            tally.deaths, tally.trials = 0, tally.trials + 1
            if not engine.works():
                raise MissingDependencyError(
                    f"{deaths} workers died in a row, and so does one without a document"
                )

    def _stop(self, engine: Engine) -> None:
        """End what is still in work; that says nothing about the documents."""
        engine.stop()
        for job, _ in self._in_work.values():
            with contextlib.suppress(OutputError):  # on a full disk the next run finds out
                self._ledger.stopped(job.attempt, job.sha256)
            self._event(Event("stopped", job.name, job.sha256))
        self._in_work.clear()

    def _forget_lost_results(self) -> None:
        """Have read again whose result is gone or is not whole."""
        for sha256, size in self._ledger.results():
            path = self._workspace.result(sha256)
            if not path.is_file() or path.stat().st_size != size:
                self._ledger.again(sha256)

    def _event(self, event: Event) -> None:
        for watcher in self._watchers:
            watcher.event(event)

    def _tell(self, running: Sequence[Running], *, now: bool = False) -> None:
        tally = self._tally
        if not now and time.monotonic() - tally.told < TELLING:
            return
        self._count()
        tally.told = time.monotonic()
        snapshot = Snapshot(
            tally.states,
            *tally.totals,
            tally.read,
            tally.pages,
            time.monotonic() - tally.began,
            running,
            tally.device,
        )
        for watcher in self._watchers:
            watcher.progress(snapshot)

    def _count(self, *, now: bool = False) -> None:
        tally, start = self._tally, time.monotonic()
        if not now and start - tally.counted < max(TICK, COUNTING * tally.counting):
            return
        tally.states, tally.totals = self._ledger.outcomes(), self._ledger.totals()
        tally.counted = time.monotonic()
        tally.counting = tally.counted - start


def _done(job: Job, facts: Sequence[Facts], seconds: float) -> Event:
    detail = " ".join(dict.fromkeys(reason for each in facts if each.review for reason in each.reasons))
    return Event("done", job.name, job.sha256, detail, round(seconds, 3), facts[0].pages)
