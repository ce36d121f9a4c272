"""Documents that do bad things to a shared device: the processes are real, the models small."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.batch.device import Place, serve_models
from pipeline.batch.work import Order
from pipeline.errors import ModelError
from pipeline.read.engine import local_engine, open_engine
from pipeline.read.scan import Engine, Pixels
from pipeline.read.wire import HEADER, MARK, Kind
from pipeline.settings import ReadSettings
from pipeline.supervise import Progress
from tests.batch import tasks
from tests.read.models import Tensor, crops, make_models

READ = "tests.batch.device_tasks:read"
SERVE = "tests.batch.device_tasks:serve"
SERVE_NOTHING = "tests.batch.device_tasks:serve_nothing"
SERVE_DYING = "tests.batch.device_tasks:serve_dying"
CRASH, HANG, FAIL = 13, 14, 15  # the grey of a line that does so to the device


def read(path: Path, order: Order, progress: Progress) -> bytes:
    """Have lines read by the device, bad ones where the document's first word says so, and report."""
    content = path.read_bytes()
    word, *rest = content.decode().split()
    engine = _engine(order.settings.read)
    lines = crops(12, len(content))
    if word in {"crash_device", "hang_device", "fail_device"}:
        lines.append(_grey({"c": CRASH, "h": HANG, "f": FAIL}[word[0]]))
    if word == "crash_device_once" and not Path(rest[0]).exists():
        Path(rest[0]).touch()
        lines.append(_grey(CRASH))
    if word == "half":
        _hang_up(order.settings.read)
    if engine.reader.scan(lines) != _local().reader.scan(lines):
        raise ValueError("another line's answer")
    return tasks.read(path, order, progress)


def serve(_: Path, place: Place, progress: Progress) -> bytes:
    return serve_models(make_models(_obey), place, progress)


def serve_nothing(_: Path, place: Place, progress: Progress) -> bytes:
    raise ModelError("no model is there")


def serve_dying(_: Path, place: Place, progress: Progress) -> bytes:
    return ctypes.string_at(0)


@cache
def _engine(settings: ReadSettings) -> Engine:
    return open_engine(settings)


@cache
def _local() -> Engine:
    return local_engine(make_models(), ReadSettings())


def _grey(value: int) -> Pixels:
    return np.full((48, 48), value, np.uint8)


def _hang_up(settings: ReadSettings) -> None:
    """Die in the midst of a question."""
    assert settings.server
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(settings.server.address)
        line.sendall(HEADER.pack(MARK, Kind.LINES, 1000) + b"and no more")
        os.kill(os.getpid(), signal.SIGKILL)


def _obey(batch: Tensor) -> None:
    """Do what the lines want: all pixels of one grey is what no other line has."""
    if (batch == CRASH).all((1, 2, 3)).any():
        ctypes.string_at(0)
    if (batch == HANG).all((1, 2, 3)).any():
        tasks.hang([])
    if (batch == FAIL).all((1, 2, 3)).any():
        raise RuntimeError("the card fell off the bus")
