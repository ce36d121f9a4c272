"""Workers on this machine that share a device: one process has the models and reads for all of them.

It is supervised like any worker.  Where it ends, it is replaced, and what was in work is read again; where
it cannot even load its models, the installation is at fault and the run ends.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.batch.engine import DeviceUse, Running
from pipeline.batch.local import LocalEngine
from pipeline.batch.values import Ended, Job
from pipeline.batch.work import PROBE, TASK
from pipeline.errors import BiaogeError, DeadlineError, MissingDependencyError
from pipeline.settings import ProcessSettings, ServerSettings, Settings
from pipeline.supervise import Progress, Supervisor

if TYPE_CHECKING:
    from pipeline.read.device import Models
    from pipeline.read.server import Use

SERVE = "pipeline.batch.device:serve"
LOOK = 0.5  # seconds between two looks at whether the process lives
SILENCE = 2.0  # times the longest that a batch may take: the process itself should have ended by then
BUSY, BATCHES, FILL = "busy", "batches", "fill"


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how to serve."""

    settings: Settings
    address: Path


def serve(_: Path, place: Place, progress: Progress) -> bytes:
    """Load the models and read for whoever asks (in the child), for ever."""
    from pipeline.read.engine import open_models

    return serve_models(open_models(place.settings.read), place, progress)


def serve_models(models: Models, place: Place, progress: Progress) -> bytes:
    """Read with `models` for ever, and tell how the device is used; raises what ends it."""
    from pipeline.read.server import Server

    def tell(use: Use) -> None:
        progress(BUSY, round(use.busy * 1000), 0)
        progress(BATCHES, use.batches, 0)
        progress(FILL, use.items, use.room)

    Server(place.address, models, place.settings).serve(tell)
    return b""


class DeviceServer:
    """The process that has the models; everything about it is done in one thread, which it dies with."""

    def __init__(self, settings: Settings, task: str = SERVE) -> None:
        self._settings = settings
        self._task = task
        self._folder = tempfile.TemporaryDirectory(prefix="biaoge-")
        # Whoever has a card's driver in memory maps far more than it uses.
        limit = 0 if settings.read.device.startswith("gpu") else settings.process.memory_limit
        self._supervisor = Supervisor(ProcessSettings(timeout=inf, memory_limit=limit))
        self._before = self._now = DeviceUse()  # of the processes that ended, and of the one that lives
        self._first = self._heard = 0.0
        self._ready = False
        self._failures = 0

    @property
    def address(self) -> Path:
        """Where workers find it, now or as soon as its models are loaded."""
        return Path(self._folder.name) / "device"

    @property
    def process(self) -> int | None:
        """The process's id, None while there is none."""
        return self._supervisor.child

    @property
    def use(self) -> DeviceUse:
        """How the device was used, from when it was first ready."""
        return replace(
            self._before + self._now, seconds=time.monotonic() - self._first if self._first else 0.0
        )

    def start(self) -> None:
        """Start the process and return at once."""
        self._ready, self._heard = False, time.monotonic()
        place = Place(self._settings, self.address)
        self._supervisor.begin(self._task, Path(self._settings.read.device), place)

    def attend(self) -> None:
        """Hear how it is and replace it where it ended; to be called all the time.

        MissingDependencyError where it cannot load its models.
        """
        try:
            self._supervisor.take(self._hear)
            self._check_silence()
        except BiaogeError as error:
            self._supervisor.close()
            self._mourn(error)
            self.start()

    def close(self) -> None:
        """End the process and forget where it was."""
        self._supervisor.close()
        self._folder.cleanup()

    def _hear(self, what: str, count: int, of: int) -> None:
        self._heard = time.monotonic()
        self._first = self._first or self._heard
        self._ready, self._failures = True, 0
        if what == BUSY:
            self._now = replace(self._now, busy=count / 1000)
        elif what == BATCHES:
            self._now = replace(self._now, batches=count)
        elif what == FILL:
            self._now = replace(self._now, items=count, room=of)

    def _check_silence(self) -> None:
        device = self._settings.device
        patience = SILENCE * device.stall if self._ready else device.loading
        if time.monotonic() - self._heard > patience:
            raise DeadlineError(f"the process that reads on the device said nothing for {patience:g} s")

    def _mourn(self, error: BiaogeError) -> None:
        """Keep account of a process that ended."""
        self._before = self._before + self._now + DeviceUse(ends=1, fault=str(error))
        self._now = DeviceUse()
        self._failures += not self._ready
        if isinstance(error, MissingDependencyError):
            raise error
        if self._failures >= self._settings.device.starts:
            device = self._settings.read.device
            raise MissingDependencyError(
                f"what reads on {device} ended {self._failures} times before it began; at last: {error}"
            ) from error


class SharedEngine:
    """`jobs` workers of this machine that do the host's work, and one process that reads for them."""

    def __init__(
        self, settings: Settings, jobs: int, task: str = TASK, probe: str = PROBE, serve: str = SERVE
    ) -> None:
        self._server = DeviceServer(settings, serve)
        told = ServerSettings(str(self._server.address), loading=settings.device.loading)
        self._workers = LocalEngine(
            replace(settings, read=replace(settings.read, server=told)), jobs, task, probe
        )

    def __enter__(self) -> SharedEngine:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._server.close()

    @property
    def free(self) -> int:
        return self._workers.free

    @property
    def running(self) -> Sequence[Running]:
        return self._workers.running

    @property
    def device(self) -> DeviceUse:
        return self._server.use

    def start(self, job: Job) -> None:
        self._workers.start(job)

    def wait(self, seconds: float) -> Sequence[Ended]:
        """Return the jobs that ended; MissingDependencyError where the models cannot be loaded."""
        self._server.attend()
        return self._workers.wait(min(seconds, LOOK))

    def stop(self) -> Sequence[Job]:
        return self._workers.stop()

    def works(self) -> bool:
        return self._workers.works()
