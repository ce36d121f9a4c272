"""Workers on this machine: supervised children, all watched by one thread."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from pipeline.batch.engine import DeviceUse, Running
from pipeline.batch.values import Ended, Job
from pipeline.batch.work import ENGINE, LOADED, LOADED_FOR_PICTURES, PROBE, TASK, Order, unpack
from pipeline.errors import BiaogeError, CrashedError, DeviceLostError
from pipeline.settings import BatchSettings, Settings
from pipeline.supervise import Nursery, Supervisor

PAGES = "pages"  # the stage whose steps are pages
LONGEST_REST = 60.0  # seconds
STATM = "/proc/{}/statm"  # memory of a process in pages of the system (proc(5))


class Worker:
    """A supervisor and what it is at; its child is renewed after so many pages or so much memory."""

    def __init__(self, settings: Settings, task: str, cores: tuple[int, ...], nursery: Nursery) -> None:
        self._settings = settings
        self._task = task
        self._cores = cores
        self._supervisor = Supervisor(settings.process, nursery=nursery)
        self._nursery = nursery
        self._reads_pictures = False  # a child before the next one needed an engine
        self._pages = 0  # that the child has read before
        self._now = 0  # of the job in work
        self._began = 0.0
        self.job: Job | None = None

    def fileno(self) -> int:
        return self._supervisor.fileno()

    @property
    def left(self) -> float:
        return self._supervisor.left

    @property
    def running(self) -> Running:
        assert self.job
        return Running(self.job.name, self._now, time.monotonic() - self._began)

    def start(self, job: Job) -> None:
        if job.alone or self._worn():
            self.close()
        if self._reads_pictures and not self._supervisor.child:
            self._nursery.learn(LOADED_FOR_PICTURES)
        self.job, self._now, self._began = job, 0, time.monotonic()
        order = Order(self._settings, job.name, self._cores)
        self._supervisor.begin(self._task, job.path, order)

    def take(self) -> Ended | None:
        """Return how the job ended, None while it goes on."""
        assert self.job
        answer: bytes | None = None
        error: BiaogeError | None = None
        lost = False
        try:
            answer = self._supervisor.take(self._step)
            if answer is not None:
                unpack(answer)
        except DeviceLostError as met:
            self._supervisor.close()  # what it knows of the device is of a process that is gone
            error, lost = DeviceLostError(f"{self.job.name}: {met}"), True
        except BiaogeError as met:
            error = met
        except ValueError:
            self._supervisor.close()  # whatever took hold of it shall not read the next document
            answer, error = None, CrashedError(f"{self.job.name}: the process reading it answered garbage")
        if answer is None and error is None:
            return None
        job, self.job = self.job, None
        self._pages = self._pages + self._now if self._supervisor.child else 0
        return Ended(job, time.monotonic() - self._began, answer, error, lost)

    def rest(self) -> None:
        """Wait until there may be something to take."""
        poll = select.poll()
        poll.register(self, select.POLLIN)
        poll.poll(min(self.left, LONGEST_REST) * 1000)

    def close(self) -> None:
        self._supervisor.close()
        self.job, self._pages = None, 0

    def works(self, task: str) -> bool:
        """Say whether `task` ends well in an interpreter of its own that reads no document."""
        self.close()
        with Supervisor(self._settings.process) as fresh:
            try:
                fresh.run(task, Path(os.devnull), Order(self._settings, "", self._cores))
            except BiaogeError:
                return False
        return True

    def _step(self, stage: str, done: int, _: int) -> None:
        if stage == PAGES:
            self._now = done
        if stage == ENGINE:
            self._reads_pictures = True

    def _worn(self) -> bool:
        limits: BatchSettings = self._settings.batch
        return self._pages >= limits.renew_pages or memory_of(self._supervisor.child) >= limits.renew_memory


class LocalEngine:
    """`jobs` workers, each on its share of this machine's cores.

    One thread only: children die with the thread that started them.
    """

    device: DeviceUse | None = None

    def __init__(self, settings: Settings, jobs: int, task: str = TASK, probe: str = PROBE) -> None:
        settings = replace(
            settings, process=replace(settings.process, memory_limit=worker_limit(settings, jobs))
        )
        self._nursery = Nursery(LOADED)
        self._workers = [Worker(settings, task, share, self._nursery) for share in core_shares(jobs)]
        self._probe = probe

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def free(self) -> int:
        return sum(worker.job is None for worker in self._workers)

    @property
    def running(self) -> Sequence[Running]:
        return [worker.running for worker in self._busy()]

    def start(self, job: Job) -> None:
        next(worker for worker in self._workers if worker.job is None).start(job)

    def wait(self, seconds: float) -> Sequence[Ended]:
        busy = self._busy()
        poll = select.poll()
        for worker in busy:
            poll.register(worker, select.POLLIN)
        soonest = min([seconds, *(worker.left for worker in busy)])
        spoke = {descriptor for descriptor, _ in poll.poll(soonest * 1000)}
        ready = [worker for worker in busy if worker.fileno() in spoke or not worker.left]
        return [ended for worker in ready if (ended := worker.take())]

    def stop(self) -> Sequence[Job]:
        left = [worker.job for worker in self._busy() if worker.job]
        for worker in self._workers:
            worker.close()
        self._nursery.close()
        return left

    def works(self) -> bool:
        return any(worker.works(self._probe) for worker in self._workers if worker.job is None)

    def _busy(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.job is not None]


def core_shares(jobs: int) -> list[tuple[int, ...]]:
    """Return the cores of each of `jobs` workers: all for one, else shares that are as equal as can be."""
    if jobs == 1 or not hasattr(os, "sched_getaffinity"):
        return [()] * jobs
    cores = sorted(os.sched_getaffinity(0))
    return [tuple(cores[worker % len(cores) :: jobs]) for worker in range(jobs)]


def likely_jobs(settings: BatchSettings) -> int:
    """Return how many workers this machine feeds: one a core, if there is memory for them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, machine_memory() // settings.worker_memory))


def worker_limit(settings: Settings, jobs: int) -> int:
    """Return the memory limit of a worker in bytes: all together leave the machine room to breathe."""
    limit = settings.process.memory_limit
    if not limit:
        return 0
    share = int(machine_memory() * settings.batch.memory_share) // jobs
    return min(limit, max(share, settings.batch.worker_memory))


def machine_memory() -> int:
    """Return this machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def memory_of(process: int | None) -> int:
    """Return the bytes of memory that a process holds, 0 where that cannot be known."""
    try:
        text = Path(STATM.format(process)).read_text() if process else "0 0"
    except OSError:
        return 0
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE")
