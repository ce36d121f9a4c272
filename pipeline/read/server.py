"""The process that reads on a device for all workers: crops and pages of several documents in one batch.

A thread for each worker takes its requests apart and puts answers together, lanes prepare batches and take
outcomes apart, and one batch at a time is on the device.  No request outlives its worker by more than what
was gathered of it, and what a worker can ask for at once is bounded.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from threading import Lock, Thread

import numpy as np

from pipeline.errors import DeadlineError
from pipeline.read.device import Models
from pipeline.read.gather import Gatherer, Item
from pipeline.read.peaks import Peaks
from pipeline.read.scan import Pixels
from pipeline.read.wire import (
    Kind,
    WireError,
    pack_peaks,
    pack_quads,
    receive,
    send,
    unpack_pictures,
)
from pipeline.settings import Settings

PACE = 0.25  # seconds between two looks at how things are
WAITING = 64  # workers that may wait to be let in


@dataclass(frozen=True, slots=True)
class Use:
    """How a device was used so far: seconds that it computed, batches, items in them, and room for items."""

    busy: float = 0.0
    batches: int = 0
    items: int = 0
    room: int = 0


class Device:
    """Lets one batch at a time onto the device, and keeps account."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._began: float | None = None
        self._use = Use()

    @property
    def use(self) -> Use:
        """The account of all batches that are done, and of the time of the one that is not."""
        began, use = self._began, self._use
        running = 0.0 if began is None else time.monotonic() - began
        return Use(use.busy + running, use.batches, use.items, use.room)

    @property
    def held(self) -> float:
        """Seconds that the batch now on the device has been there."""
        began = self._began
        return 0.0 if began is None else time.monotonic() - began

    @contextmanager
    def turn(self, items: int, room: int) -> Iterator[None]:
        """Wait for the device, and count what is done with it."""
        with self._turn:
            self._began = began = time.monotonic()
            try:
                yield
            finally:
                used, self._began = time.monotonic() - began, None
                use = self._use
                self._use = Use(use.busy + used, use.batches + 1, use.items + items, use.room + room)


class Server:
    """Reads with `models` for whoever connects to the socket at `address`."""

    def __init__(self, address: Path, models: Models, settings: Settings) -> None:
        self._models = models
        self._settings = settings
        self._gatherer = Gatherer(settings.device.linger)
        self._device = Device()
        self._fault: BaseException | None = None
        self._listener = listen(address)

    def serve(self, tell: Callable[[Use], None]) -> None:
        """Serve for ever, and `tell` a few times a second how the device is used.

        Raises what computing a batch raised, DeadlineError where it takes too long: the process must end
        then, since nobody knows in what state it left the device.
        """
        for _ in range(self._settings.device.lanes):
            Thread(target=self._lane, daemon=True).start()
        told = -inf
        while self._fault is None:
            with suppress(TimeoutError):
                line, _ = self._listener.accept()
                Thread(target=self._attend, args=(line,), daemon=True).start()
            if time.monotonic() - told >= PACE:
                told = time.monotonic()
                tell(self._device.use)
            if self._device.held > self._settings.device.stall:
                raise DeadlineError(f"one batch took longer than {self._settings.device.stall:g} s")
        raise self._fault

    def _lane(self) -> None:
        try:
            while True:
                self._compute(self._gatherer.take())
        except BaseException as fault:  # noqa: BLE001 - raised by serve() in the main thread
            self._fault = fault

    def _compute(self, items: Sequence[Item]) -> None:
        model = items[0].model
        batch = model.prepare([item.content for item in items])
        with self._device.turn(len(items), items[0].room):
            output = model.infer(batch)
        for item, answer in zip(items, model.finish(output), strict=True):
            item.answer.set_result(answer)

    def _attend(self, line: socket.socket) -> None:
        """Answer one worker until it goes; one that sends garbage is sent away."""
        with line, self._gatherer.asker(), suppress(OSError, EOFError, WireError):
            while (message := receive(line)) is not None:
                kind, body = message
                if kind is Kind.HELLO:
                    send(line, Kind.GREETING, [self._greeting()])
                elif kind is Kind.LINES:
                    send(line, Kind.PEAKS, pack_peaks(self._read(unpack_pictures(body))))
                elif kind is Kind.PAGE:
                    (page,) = unpack_pictures(body)
                    send(line, Kind.QUADS, self._found(page))
                else:
                    raise WireError("no question")

    def _greeting(self) -> bytes:
        models = self._models
        entries = [asdict(entry) for entry in models.entries]
        greeting = {"name": models.name, "runtime": models.runtime, "entries": entries}
        return json.dumps(greeting | {"alphabet": list(models.lines.alphabet)}).encode()

    def _read(self, crops: Sequence[Pixels]) -> list[Peaks]:
        reading = self._settings.read
        if any(crop.shape[0] != reading.line_height or crop.shape[1] not in reading.widths for crop in crops):
            raise WireError("a line of no size that is read")
        width = self._settings.device.gpu_batch_width if self._on_gpu else reading.batch_width
        items = [
            Item(self._models.lines, crop.shape[1:2], max(1, width // crop.shape[1]), coloured(crop))
            for crop in crops
        ]
        return self._gatherer.ask(items)

    def _found(self, page: Pixels) -> list[bytes]:
        pages = self._models.pages
        shrunk = pages.shrink(page)
        item = Item(pages, shrunk.pixels.shape, self._settings.device.pages, shrunk.pixels)
        (likely,) = self._gatherer.ask([item])
        return pack_quads(pages.outline(likely, shrunk))

    @property
    def _on_gpu(self) -> bool:
        return self._settings.read.device.startswith("gpu")


def listen(address: Path) -> socket.socket:
    """Return a socket at `address`, which one that ended may have left behind."""
    address.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))
    listener.listen(WAITING)
    listener.settimeout(PACE)
    return listener


def coloured(crop: Pixels) -> Pixels:
    """Return a crop in three colours."""
    return crop if crop.ndim == 3 else np.repeat(crop[:, :, None], 3, axis=2)
