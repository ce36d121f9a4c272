"""Several workers ask one server at once: batches are shared, answers are those of a local engine."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import DeadlineError, DeviceLostError
from pipeline.read.device import Models
from pipeline.read.engine import local_engine, open_engine
from pipeline.read.scan import Engine, Pixels
from pipeline.read.server import Server, Use
from pipeline.read.wire import HEADER, MARK, MOST, Kind, receive
from pipeline.settings import DeviceSettings, ReadSettings, ServerSettings, Settings
from tests.read.models import Tensor, crops, make_models

PATIENCE = 20.0  # seconds until a test gives up on an event
SETTINGS = Settings(device=DeviceSettings(linger=0.02))
PATIENT = Settings(device=DeviceSettings(linger=PATIENCE))  # waits until all who are connected have asked


class OverError(Exception):
    """The test is over."""


class Serving:
    """A server in a thread, with what it tells and what ended it."""

    def __init__(self, address: Path, models: Models, settings: Settings) -> None:
        self._over = threading.Event()
        self._server = Server(address, models, settings)
        self._thread = threading.Thread(target=self._serve)
        self.use = Use()
        self.fault: BaseException | None = None

    def __enter__(self) -> Serving:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.ended()

    def ended(self) -> BaseException | None:
        """Return what ended it, waiting for that."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self.fault

    def _serve(self) -> None:
        try:
            self._server.serve(self._hear)
        except (OverError, OSError, DeadlineError) as fault:
            self.fault = fault

    def _hear(self, use: Use) -> None:
        self.use = use
        if self._over.is_set():
            raise OverError


@pytest.fixture
def address() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own may be too long for a socket's name
        yield Path(folder) / "device"


def engine_at(address: Path, **patience: Any) -> Engine:
    told = ServerSettings(str(address), **patience)
    return open_engine(replace(ReadSettings(), server=told))


class Gate:
    """Holds every batch until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def __call__(self, _: Tensor) -> None:
        assert self._open.wait(PATIENCE)

    def open(self) -> None:
        self._open.set()


def mixed(seed: int) -> list[Pixels]:
    """Return lines of many sizes, grey and in colour."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(40):
        height, width = (int(n) for n in chance.integers((12, 5), (70, 400)))
        found.append(chance.integers(0, 256, (height, width, 3)[: chance.integers(2, 4)], np.uint8))
    return found


def test_a_server_reads_as_a_local_engine(address: Path) -> None:
    local = local_engine(make_models(), SETTINGS.read)
    with Serving(address, make_models(), SETTINGS):
        remote = engine_at(address, request_bytes=50_000)
        assert (remote.name, remote.runtime, remote.models) == ("darkness", "numpy", ())
        assert remote.reader.scan([]) == []
        assert remote.reader.scan(mixed(1)) == local.reader.scan(mixed(1))
        for page in (crops(1, 7, 90)[0], mixed(3)[0]):
            assert remote.finder.find(page) == local.finder.find(page)
            assert remote.finder.find(page)


def test_lines_of_several_documents_share_a_batch_and_keep_apart(address: Path) -> None:
    sizes: list[int] = []
    wanted = {seed: crops(5, seed) for seed in range(4)}
    local = local_engine(make_models(), SETTINGS.read).reader
    models = make_models(lambda batch: sizes.append(len(batch)))
    with Serving(address, models, PATIENT) as serving, ThreadPoolExecutor(4) as workers:
        readers = {seed: engine_at(address).reader for seed in wanted}
        asked = {s: workers.submit(readers[s].scan, lines) for s, lines in wanted.items()}
        found = {seed: each.result(PATIENCE) for seed, each in asked.items()}
    assert found == {seed: local.scan(lines) for seed, lines in wanted.items()}
    assert sum(sizes) == 20
    assert len(sizes) < 4  # 5 each would be 4 batches, had they not been put together
    assert (serving.use.items, serving.use.batches) == (20, len(sizes))
    assert serving.use.busy > 0


def test_pages_of_several_documents_share_a_batch(address: Path) -> None:
    sizes: list[int] = []
    page = np.full((60, 80), 255, np.uint8)
    pages = []
    for n in range(4):
        pages.append(page.copy())
        pages[-1][10 : 20 + n, 30:50] = 0
    models = make_models(lambda batch: sizes.append(len(batch)))
    with Serving(address, models, PATIENT), ThreadPoolExecutor(4) as workers:
        finders = [engine_at(address).finder for _ in pages]
        asked = [workers.submit(finder.find, page) for finder, page in zip(finders, pages, strict=True)]
        found = [each.result(PATIENCE) for each in asked]
    assert found == [(((30.0, 10.0), (49.0, 10.0), (49.0, 19.0 + n), (30.0, 19.0 + n)),) for n in range(4)]
    assert sum(sizes) == 4
    assert len(sizes) < 4


def test_whoever_sends_garbage_is_sent_away_and_nobody_else(address: Path) -> None:
    with Serving(address, make_models(), SETTINGS):
        remote = engine_at(address)
        for sent in (
            b"GET / HTTP/1.1\r\n\r\n",
            HEADER.pack(MARK, Kind.LINES, MOST + 1),
            HEADER.pack(MARK, Kind.LINES, 4) + b"\xff\xff\xff\xff",
            HEADER.pack(MARK, Kind.QUADS, 0),
            HEADER.pack(MARK, Kind.LINES, 19)
            + b"\0\0\0\1"
            + bytes([0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 0])
            + b"abc",
        ):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(PATIENCE)
                line.connect(str(address))
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
                with suppress(ConnectionResetError):
                    assert line.recv(1) == b""
        assert len(remote.reader.scan(crops(3, 1))) == 3


def test_a_worker_that_goes_in_the_midst_of_a_question_holds_up_nobody(address: Path) -> None:
    gate = Gate()
    with Serving(address, make_models(gate), SETTINGS), ThreadPoolExecutor(1) as workers:
        with pytest.raises(DeviceLostError):
            engine_at(address, timeout=0.05).reader.scan(crops(3, 1))  # it waits no longer, and hangs up
        with socket.socket(socket.AF_UNIX) as half:
            half.connect(str(address))
            half.sendall(HEADER.pack(MARK, Kind.LINES, 1000) + b"and no more")
        asked = workers.submit(engine_at(address).reader.scan, crops(3, 2))
        gate.open()
        assert len(asked.result(PATIENCE)) == 3


def test_a_batch_that_takes_too_long_ends_the_server(address: Path) -> None:
    gate = Gate()
    settings = replace(SETTINGS, device=replace(SETTINGS.device, stall=0.3))
    with Serving(address, make_models(gate), settings) as serving, ThreadPoolExecutor(1) as workers:
        asked = workers.submit(engine_at(address).reader.scan, crops(1, 1))
        assert isinstance(serving.ended(), DeadlineError)
        gate.open()
        asked.result(PATIENCE)


def fail(_: Tensor) -> None:
    raise OSError("the card fell off the bus")


def test_a_batch_that_fails_ends_the_server_with_its_reason(address: Path) -> None:
    with Serving(address, make_models(fail), SETTINGS) as serving:
        with pytest.raises(DeviceLostError):
            engine_at(address, timeout=0.5).reader.scan(crops(1, 1))
        assert "fell off the bus" in str(serving.ended())


def test_no_server_is_told_in_time(address: Path) -> None:
    with pytest.raises(DeviceLostError, match="no process reads on the device"):
        engine_at(address, loading=0.1)


@contextmanager
def answering(address: Path, answer: Callable[[socket.socket], object]) -> Iterator[None]:
    """Greet one worker as a server does, then answer its question as the test wants."""
    greeting = b'{"name": "n", "runtime": "r", "entries": [], "alphabet": ["", "0"]}'

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            receive(line)
            line.sendall(HEADER.pack(MARK, Kind.GREETING, len(greeting)) + greeting)
            receive(line)
            answer(line)

    with socket.socket(socket.AF_UNIX) as listener, ExitStack() as stack:
        listener.bind(str(address))
        listener.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        stack.callback(thread.join, PATIENCE)
        yield


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"nonsense and more of it",
        HEADER.pack(MARK, Kind.QUADS, 0),
        HEADER.pack(MARK, Kind.PEAKS, 3) + b"abc",
        HEADER.pack(MARK, Kind.PEAKS, 4) + bytes(4),
        HEADER.pack(MARK, Kind.PEAKS, 20) + b"\0\0\0\1\0\0\0\1\0\0\0\1" + b"\2\0\0\0" + b"\0\0\0\0",
    ],
)
def test_a_server_that_dies_or_answers_nonsense_is_lost(address: Path, sent: bytes) -> None:
    with answering(address, lambda line: line.sendall(sent)), pytest.raises(DeviceLostError):
        engine_at(address).reader.scan(crops(1, 1))


def test_a_server_that_ended_between_two_questions_costs_nothing(address: Path) -> None:
    with answering(address, lambda line: line.sendall(HEADER.pack(MARK, Kind.QUADS, 0))):
        remote = engine_at(address)
        assert remote.finder.find(crops(1, 1)[0]) == ()
    with Serving(address, make_models(), SETTINGS):
        assert len(remote.finder.find(crops(1, 1, 90)[0])) == 1
