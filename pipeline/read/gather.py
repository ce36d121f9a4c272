"""Items of several askers gathered into batches of one shape."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from pipeline.read.device import Model


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """Something for `model` to compute, with others of its shape, `room` of them at most."""

    model: Model[Any, Any]
    shape: tuple[int, ...]
    room: int
    content: Any
    answer: Future[Any] = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> Hashable:
        """What items of one batch have in common."""
        return id(self.model), self.shape


class Gatherer:
    """Takes what several threads ask for and hands it out in batches, the longest waiting first.

    A batch is handed out when it is full, when its first item has waited for `linger` seconds, or when
    nobody is left who could add to it.  What is held is bounded by the askers: each waits for its answers.
    """

    def __init__(self, linger: float) -> None:
        self._linger = linger
        self._changed = Condition()
        self._waiting: dict[Hashable, list[Item]] = {}
        self._askers = 0
        self._asking = 0

    @contextmanager
    def asker(self) -> Iterator[None]:
        """Count an asker for as long as it is there."""
        with self._changed:
            self._askers += 1
        try:
            yield
        finally:
            with self._changed:
                self._askers -= 1
                self._changed.notify_all()

    def ask(self, items: Sequence[Item]) -> list[Any]:
        """Return the answers to `items`, waiting for them; raises what computing them raised."""
        with self._changed:
            self._asking += 1
            for item in items:
                self._waiting.setdefault(item.key, []).append(item)
            self._changed.notify_all()
        try:
            return [item.answer.result() for item in items]
        finally:
            with self._changed:
                self._asking -= 1

    def take(self) -> list[Item]:
        """Return the next batch, waiting for one."""
        with self._changed:
            while True:
                key, patience = self._next()
                if key is not None and patience <= 0:
                    return self._taken(key)
                self._changed.wait(None if key is None else patience)

    def _next(self) -> tuple[Hashable | None, float]:
        """Return the key of the batch that comes next, and for how long it should wait for more."""
        if not self._waiting:
            return None, 0.0
        oldest = min(self._waiting.values(), key=lambda items: items[0].since)[0]
        patience = oldest.since + self._linger - time.monotonic()
        if patience <= 0 or self._asking >= self._askers:
            return oldest.key, 0.0
        full = (items[0].key for items in self._waiting.values() if len(items) >= items[0].room)
        key = next(full, None)
        return (oldest.key, patience) if key is None else (key, 0.0)

    def _taken(self, key: Hashable) -> list[Item]:
        items = self._waiting.pop(key)
        room = items[0].room
        if items[room:]:
            self._waiting[key] = items[room:]
        return items[:room]
