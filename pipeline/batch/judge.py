"""What becomes of a document whose worker, or whose whole run, died."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.batch.values import State
from pipeline.errors import BiaogeError, CrashedError, DeadlineError, KilledError, MemoryLimitError
from pipeline.settings import BatchSettings


class End(StrEnum):
    """How an attempt at a document ended."""

    DONE = "done"
    FAILED = "failed"
    CRASHED = "crashed"  # the worker died of what it read, hung, or wanted too much memory
    KILLED = "killed"  # something else ended the worker: the system for want of memory, or a person
    LOST = "lost"  # the whole run, or the machine it was read on, ended without a word
    STOPPED = "stopped"  # the user stopped the run


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a document, and whether it was made alone."""

    end: End
    alone: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """What to do next with a document: `alone` in a fresh worker, `exclusive`ly with nothing beside it."""

    state: State
    alone: bool = False
    exclusive: bool = False


def end_of(error: BiaogeError) -> End:
    """Return how an attempt ended that met `error`."""
    if isinstance(error, KilledError):
        return End.KILLED
    return End.CRASHED if isinstance(error, CrashedError | DeadlineError | MemoryLimitError) else End.FAILED


def judge(attempts: Sequence[Attempt], settings: BatchSettings) -> Sentence:
    """Return what becomes of a document after `attempts` (oldest first), none of which read it.

    A worker that crashes twice, the second time with this document alone, is the document's doing.  A
    worker killed from without, and a run that died, may be anybody's: that takes several times, each
    with the machine to itself.  After one death of a run it is read again as any other, but last.
    """
    tried = [attempt for attempt in attempts if attempt.end is not End.STOPPED]
    if not tried:
        return Sentence(State.PENDING)
    last, ends = tried[-1], [attempt.end for attempt in tried]
    alone = [attempt.end for attempt in tried if attempt.alone]
    guilty = (
        (last.end is End.CRASHED and last.alone)
        or alone.count(End.KILLED) >= settings.kills_alone
        or alone.count(End.LOST) >= settings.deaths_of_runs_alone
    )
    if guilty:
        return Sentence(State.QUARANTINED)
    exclusive = last.end is End.KILLED or ends.count(End.LOST) > 1
    return Sentence(State.SUSPECT, alone=exclusive or End.CRASHED in ends, exclusive=exclusive)
