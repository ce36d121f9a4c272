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

    def start(self, job: Job) -> None:
        """Start `job` on a free worker and return at once."""

    def wait(self, seconds: float) -> Sequence[Ended]:
        """Return the jobs that ended, after `seconds` at the latest."""

    def stop(self) -> Sequence[Job]:
        """End every worker now and return the jobs they were at."""

    def works(self) -> bool:
        """Say whether a worker can load what reading needs, without any document."""
