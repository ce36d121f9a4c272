"""Workers on the machines of a Ray cluster: Core actors, each over a supervised child of its own.

The only module that imports Ray.  The ledger stays with the run: Ray retries nothing and restarts
nothing.  Documents travel as bytes, so that nodes need no view of the archive, and results travel back,
so that only the run writes: work may be done twice where a node dies, a result is written once.
"""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from pipeline.batch.engine import DeviceUse, Running
from pipeline.batch.local import Worker, worker_limit
from pipeline.batch.values import Ended, Job
from pipeline.batch.work import LOADED, PROBE, TASK
from pipeline.errors import BiaogeError, CrashedError, InputError, MissingDependencyError
from pipeline.settings import Settings
from pipeline.supervise import Nursery

EXTRA = "pip install 'biaoge[ray]'"
ROOM = 120.0  # seconds that a cluster may have no worker for us; autoscalers take about one to start a node
MARGIN = 60.0  # seconds beyond its deadline after which a worker that says nothing is given up


class Reader:
    """One worker on a node of the cluster; its child dies with it."""

    def __init__(self, settings: Settings, task: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="biaoge-")
        self._core = _claim_core()
        cores = () if self._core is None else (self._core[0],)
        self._worker = Worker(settings, task, cores, Nursery(LOADED))

    def ready(self) -> bool:
        """Say that the actor is there."""
        return True

    def read(self, job: Job, content: bytes) -> Ended:
        """Read `content` and return how it ended."""
        path = Path(self._folder.name) / f"{job.sha256}{job.path.suffix}"
        path.write_bytes(content)
        try:
            self._worker.start(replace(job, path=path))
            while (ended := self._worker.take()) is None:
                self._worker.rest()
        finally:
            path.unlink()
        return replace(ended, job=job)

    def works(self, probe: str) -> bool:
        """Say whether a worker here can load what reading needs."""
        return self._worker.works(probe)


@dataclass(slots=True, eq=False)
class _Actor:
    handle: Any
    waits: Any  # what it was asked last
    asked: float
    job: Job | None = None
    ready: bool = False


class RayEngine:
    """`jobs` actors, by default one a core of the cluster or one a GPU, each declaring what it needs."""

    device: DeviceUse | None = None

    def __init__(
        self,
        settings: Settings,
        jobs: int | None = None,
        address: str | None = None,
        task: str = TASK,
        probe: str = PROBE,
    ) -> None:
        self._settings = settings
        self._jobs = jobs
        self._address = address
        self._task = task
        self._probe = probe
        self._actors: list[_Actor] = []
        self._mine = False
        self._room = 0.0
        self._make: Callable[[], Any] = lambda: None

    def __enter__(self) -> RayEngine:
        ray = _ray()
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would tell its makers of every run
        if not ray.is_initialized():
            ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
            self._mine = True
        gpu = self._settings.read.device.startswith("gpu")
        there = ray.cluster_resources().get("GPU" if gpu else "CPU", 0)
        self._jobs = self._jobs or max(1, int(there))
        cards = min(1.0, there / self._jobs) if gpu else 0
        limit = worker_limit(self._settings, 1)
        settings = replace(self._settings, process=replace(self._settings.process, memory_limit=limit))
        self._make = lambda: (
            ray.remote(Reader)
            .options(num_cpus=1, num_gpus=cards, max_restarts=0, max_task_retries=0)
            .remote(settings, self._task)
        )
        self._actors = [self._new() for _ in range(self._jobs)]
        self._room = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._mine:
            _ray().shutdown()

    @property
    def free(self) -> int:
        return sum(actor.ready and actor.job is None for actor in self._actors)

    @property
    def running(self) -> Sequence[Running]:
        now = time.monotonic()
        return [Running(actor.job.name, 0, now - actor.asked) for actor in self._actors if actor.job]

    def start(self, job: Job) -> None:
        actor = next(actor for actor in self._actors if actor.ready and actor.job is None)
        actor.job, actor.asked = job, time.monotonic()
        actor.waits = actor.handle.read.remote(job, job.path.read_bytes())

    def wait(self, seconds: float) -> Sequence[Ended]:
        """Return the jobs that ended; MissingDependencyError where the cluster has no room for long."""
        ray = _ray()
        waited = [actor.waits for actor in self._actors if actor.waits is not None]
        done = set(ray.wait(waited, num_returns=1, timeout=seconds)[0]) if waited else set()
        ended = [self._heard(actor) for actor in list(self._actors) if actor.waits in done]
        ended += [self._overdue(actor) for actor in list(self._actors) if self._is_overdue(actor)]
        if any(actor.ready for actor in self._actors):
            self._room = time.monotonic()
        elif time.monotonic() - self._room > ROOM:
            raise MissingDependencyError(f"the Ray cluster had no room for a worker in {ROOM:g} s")
        return [one for one in ended if one is not None]

    def stop(self) -> Sequence[Job]:
        left = [actor.job for actor in self._actors if actor.job]
        for actor in self._actors:
            _end(actor)
        self._actors = []
        return left

    def works(self) -> bool:
        ray = _ray()
        actor = next((actor for actor in self._actors if actor.ready and actor.job is None), None)
        try:
            return actor is not None and bool(ray.get(actor.handle.works.remote(self._probe)))
        except ray.exceptions.RayError:
            return False

    def _new(self) -> _Actor:
        handle = self._make()
        return _Actor(handle, handle.ready.remote(), time.monotonic())

    def _heard(self, actor: _Actor) -> Ended | None:
        """Take what the actor answered: that it is ready, how its job ended, or that it is gone."""
        ray = _ray()
        answer, actor.waits = actor.waits, None
        seconds = time.monotonic() - actor.asked
        try:
            found = ray.get(answer)
        except ray.exceptions.RayActorError:
            return self._lost(actor, seconds)
        except ray.exceptions.RayError as error:
            return self._failed(actor, InputError(f"{actor.job and actor.job.name}: {error}"), seconds)
        actor.ready = True
        if not isinstance(found, Ended):
            return None
        actor.job = None
        return found

    def _lost(self, actor: _Actor, seconds: float) -> Ended | None:
        """Replace an actor that is gone; its document is innocent."""
        self._actors[self._actors.index(actor)] = self._new()
        if actor.job is None:
            return None
        error = CrashedError(f"{actor.job.name}: the machine reading it went away")
        return Ended(actor.job, seconds, error=error, lost=True)

    def _failed(self, actor: _Actor, error: BiaogeError, seconds: float) -> Ended | None:
        job, actor.job = actor.job, None
        return Ended(job, seconds, error=error) if job else None

    def _is_overdue(self, actor: _Actor) -> bool:
        late = time.monotonic() - actor.asked > self._settings.process.timeout + MARGIN
        return actor.job is not None and late

    def _overdue(self, actor: _Actor) -> Ended | None:
        _end(actor)
        return self._lost(actor, time.monotonic() - actor.asked)


def _claim_core() -> tuple[int, BinaryIO] | None:
    """Return a core of this node that no other reader has, with the lock that says so until we end.

    Ray counts cores and keeps nobody to them: engines would start as many threads as the node has cores,
    in every reader.  None where all are taken.
    """
    folder = Path(tempfile.gettempdir()) / f"biaoge-cores-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for core in sorted(os.sched_getaffinity(0)):
        file = (folder / str(core)).open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            return core, file
    return None


def _end(actor: _Actor) -> None:
    end: Any = _ray().kill
    end(actor.handle)


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise MissingDependencyError(f"--engine ray needs the package ray: {EXTRA}") from error
    return ray
