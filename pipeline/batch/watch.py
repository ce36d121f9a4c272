"""What a run tells while it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.batch.engine import DeviceUse, Running
from pipeline.batch.values import UNFINISHED, State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far a run is.

    `states` counts inputs; `contents`, `pages` and `review` count what was read, in all runs; `read` and
    `read_pages` in this one, which took `seconds` so far.
    """

    states: Mapping[State, int]
    contents: int
    pages: int
    review: int
    read: int
    read_pages: int
    seconds: float
    running: Sequence[Running]
    device: DeviceUse | None = None

    @property
    def inputs(self) -> int:
        return sum(self.states.values())

    @property
    def finished(self) -> int:
        return sum(count for state, count in self.states.items() if state not in UNFINISHED)

    @property
    def failures(self) -> int:
        return self.states.get(State.FAILED, 0) + self.states.get(State.QUARANTINED, 0)

    @property
    def review_share(self) -> float:
        """Share (0..1) of the documents read that a person should look at."""
        return self.review / self.contents if self.contents else 0.0

    @property
    def pages_per_second(self) -> float:
        pages = self.read_pages + sum(job.pages for job in self.running)
        return pages / self.seconds if self.seconds else 0.0

    @property
    def device_busy_share(self) -> float | None:
        """Share (0..1) of the time in which the device that all workers share computed; None without one."""
        return self.device.busy_share if self.device else None

    @property
    def left(self) -> float | None:
        """Seconds until the end at this run's pace, None while there is no telling."""
        if not self.read:
            return None
        return (self.inputs - self.finished) * self.seconds / self.read


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one input or document: `what`, to whom, and more in words."""

    what: str
    name: str
    sha256: str | None = None
    detail: str = ""
    seconds: float | None = None
    pages: int | None = None


class Watcher(Protocol):
    """Is told how a run goes on; must answer fast and never raise."""

    def event(self, event: Event) -> None:
        """Take notice of `event`."""

    def progress(self, snapshot: Snapshot) -> None:
        """Take notice of how far the run is; called a few times a second at most."""
