"""Inputs fetched and hashed ahead of the workers, in order, by threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from pipeline.batch.fetch import fetch
from pipeline.batch.ledger_rows import Waiting
from pipeline.batch.values import Fetched
from pipeline.errors import BiaogeError, InternalError
from pipeline.settings import Settings

THREADS = 2  # reading and hashing release the interpreter; a disk has no use for more


class Ahead:
    """Fetches what `waiting` yields, a few inputs ahead; threads never start a process."""

    def __init__(self, spool: Path, settings: Settings) -> None:
        self._spool = spool
        self._settings = settings
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="fetch")
        self._queue: deque[tuple[Waiting, Future[Fetched]]] = deque()
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
        return bool(self._queue) and self._queue[0][1].done()

    @property
    def next_exclusive(self) -> bool:
        """Whether the next input is to be read with nothing beside it."""
        return bool(self._queue) and self._queue[0][0].exclusive

    def fill(self) -> bool:
        """Keep the threads busy; return whether anything is still to come."""
        while len(self._queue) < self._settings.batch.ahead:
            waiting = next(self._source, None)
            if waiting is None:
                break
            future = self._pool.submit(fetch, waiting.input, self._spool, self._settings)
            self._queue.append((waiting, future))
        return bool(self._queue)

    def take(self) -> tuple[Waiting, Fetched | BiaogeError]:
        """Return the next input, which must be ready, as a file or with why there is none."""
        waiting, future = self._queue.popleft()
        fault = future.exception()
        if fault is None:
            return waiting, future.result()
        if isinstance(fault, BiaogeError):
            return waiting, fault
        if isinstance(fault, Exception):  # such as what a store's own package raises
            text = f"{waiting.input.name}: cannot be had: {type(fault).__name__}: {fault}"
            return waiting, InternalError(text)
        raise fault
