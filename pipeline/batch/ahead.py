"""Inputs fetched and hashed ahead of the workers, in order, by threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from pipeline.batch.fetch import fetch_own
from pipeline.batch.ledger_rows import Waiting
from pipeline.batch.values import WHOLE, Fetched, Shard
from pipeline.errors import BiaogeError, InternalError
from pipeline.settings import Settings

DEEPEST = 256  # inputs looked at ahead where most of them are another shard's
THREADS = 2  # reading and hashing release the interpreter; a disk has no use for more


class Ahead:
    """Fetches what `waiting` yields, a few inputs ahead; threads never start a process."""

    def __init__(self, spool: Path, settings: Settings, shard: Shard = WHOLE) -> None:
        self._spool = spool
        self._settings = settings
        self._shard = shard
        self._depth = min(settings.batch.ahead * shard.of, DEEPEST)
        self._elsewhere: list[int] = []
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="fetch")
        self._queue: deque[tuple[Waiting, Future[Fetched | None]]] = deque()
        self._source: Iterator[Waiting] = iter(())

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def follow(self, source: Iterator[Waiting]) -> None:
        """Fetch from `source` from now on."""
        self._source = source

    @property
    def ready(self) -> bool:
        """Whether the next input is there."""
        return bool(self._queue) and self._queue[0][1].done() and not _is_elsewhere(self._queue[0][1])

    @property
    def next_exclusive(self) -> bool:
        """Whether the next input is to be read with nothing beside it."""
        return bool(self._queue) and self._queue[0][0].exclusive

    def fill(self) -> bool:
        """Keep the threads busy, past what other shards have; return whether anything is still to come."""
        while True:
            self._pass_over()
            waiting = next(self._source, None) if len(self._queue) < self._depth else None
            if waiting is None:
                return bool(self._queue)
            future = self._pool.submit(fetch_own, waiting.input, self._spool, self._settings, self._shard)
            self._queue.append((waiting, future))

    def elsewhere(self) -> list[int]:
        """Return the numbers of the inputs that were passed over since the last call."""
        found, self._elsewhere = self._elsewhere, []
        return found

    def _pass_over(self) -> None:
        """Drop what belongs to other shards, wherever it stands in the queue."""
        if self._shard.of == 1:
            return
        kept = deque[tuple[Waiting, Future[Fetched | None]]]()
        for waiting, future in self._queue:
            if _is_elsewhere(future):
                self._elsewhere.append(waiting.id)
            else:
                kept.append((waiting, future))
        self._queue = kept

    def take(self) -> tuple[Waiting, Fetched | BiaogeError]:
        """Return the next input, which must be ready, as a file or with why there is none."""
        waiting, future = self._queue.popleft()
        fault = future.exception()
        if isinstance(fault, BiaogeError):
            return waiting, fault
        if isinstance(fault, Exception):  # such as what a store's own package raises
            text = f"{waiting.input.name}: cannot be had: {type(fault).__name__}: {fault}"
            return waiting, InternalError(text)
        found = future.result()
        assert found, "what belongs elsewhere is passed over"
        return waiting, found


def _is_elsewhere(future: Future[Fetched | None]) -> bool:
    return future.done() and future.exception() is None and future.result() is None
