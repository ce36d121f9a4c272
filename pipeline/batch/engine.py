"""What a run needs of whatever reads its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from pipeline.batch.values import Ended, Job


@dataclass(frozen=True, slots=True)
class Running:
    """A job in work and the pages it has done, as far as is known."""

    name: str
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """How a device that all workers share was used: `busy` of `seconds`, items in batches that had `room`.

    `ends` counts the processes that ended without being asked to, `fault` is why the last of them did.
    """

    seconds: float = 0.0
    busy: float = 0.0
    batches: int = 0
    items: int = 0
    room: int = 0
    ends: int = 0
    fault: str = ""

    def __add__(self, other: DeviceUse) -> DeviceUse:
        return DeviceUse(
            self.seconds + other.seconds,
            self.busy + other.busy,
            self.batches + other.batches,
            self.items + other.items,
            self.room + other.room,
            self.ends + other.ends,
            other.fault or self.fault,
        )

    @property
    def busy_share(self) -> float:
        """Share (0..1) of the time in which the device computed."""
        return min(1.0, self.busy / self.seconds) if self.seconds else 0.0

    @property
    def fill(self) -> float:
        """Share (0..1) of the room in batches that was used."""
        return self.items / self.room if self.room else 0.0

    def line(self) -> str:
        """Return it in words."""
        ends = f", ended {self.ends} times; at last: {self.fault}" if self.ends else ""
        return f"device busy {self.busy_share:.0%}, {self.batches} batches {self.fill:.0%} full{ends}"


class Engine(Protocol):
    """Reads one document a worker; a document ends as an `Ended`, whatever it does to its worker."""

    def __enter__(self) -> Engine:
        """Start what is needed once a run."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every worker."""

    @property
    def free(self) -> int:
        """How many jobs can be started now."""

    @property
    def running(self) -> Sequence[Running]:
        """The jobs in work."""

    @property
    def device(self) -> DeviceUse | None:
        """How the device that all workers share was used; None where each reads by itself."""

    def start(self, job: Job) -> None:
        """Start `job` on a free worker and return at once."""

    def wait(self, seconds: float) -> Sequence[Ended]:
        """Return the jobs that ended, after `seconds` at the latest."""

    def stop(self) -> Sequence[Job]:
        """End every worker now and return the jobs they were at."""

    def works(self) -> bool:
        """Say whether a worker can load what reading needs, without any document."""
