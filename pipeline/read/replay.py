"""Readers that need no model: one that answers from a record, and one that reads nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.errors import ModelError
from pipeline.read.scan import Engine, LineScan, Pixels, Quad

_FORMAT = "biaoge.recording/1"


@dataclass(slots=True)
class Recording:
    """What an engine answered to each picture, by the picture's digest; grows while recording."""

    name: str
    lines: dict[str, LineScan] = field(default_factory=dict)
    quads: dict[str, tuple[Quad, ...]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the recording as text."""
        return json.dumps(
            {
                "format": _FORMAT,
                "name": self.name,
                "lines": {key: scan.steps for key, scan in self.lines.items()},
                "quads": self.quads,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Recording:
        """Return the recording that `to_json` gave; ModelError for any other text."""
        try:
            data = json.loads(text)
            if data["format"] != _FORMAT:
                raise ModelError(f"a recording of {data['format']!r}, not {_FORMAT!r}")
            lines = {key: _scan(steps) for key, steps in data["lines"].items()}
            quads = {key: tuple(_quad(q) for q in found) for key, found in data["quads"].items()}
            return cls(str(data["name"]), lines, quads)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ModelError(f"not a recording ({fault})") from fault


class Recorder:
    """Passes every question on to an engine and keeps the answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.recording = Recording(engine.name)

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """See `Reader`."""
        scans = self._engine.reader.scan(crops)
        self.recording.lines.update(zip(map(digest, crops), scans, strict=True))
        return scans

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """See `LineFinder`."""
        quads = self._engine.finder.find(pixels)
        self.recording.quads[digest(pixels)] = quads
        return quads


class Replay:
    """Answers from a recording; ModelError for a picture that it does not hold."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """See `Reader`."""
        try:
            return [self._recording.lines[digest(crop)] for crop in crops]
        except KeyError as fault:
            raise ModelError(f"the recording holds no line {fault}") from fault

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """See `LineFinder`."""
        try:
            return self._recording.quads[digest(pixels)]
        except KeyError as fault:
            raise ModelError(f"the recording holds no picture {fault}") from fault


class Nothing:
    """Finds no line and reads no character."""

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """See `Reader`."""
        return [LineScan() for _ in crops]

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """See `LineFinder`."""
        del pixels
        return ()


def record(engine: Engine) -> tuple[Engine, Recording]:
    """Return an engine that answers as the one given, and the recording that its use fills."""
    recorder = Recorder(engine)
    return Engine(engine.name, recorder, recorder, engine.runtime, engine.models), recorder.recording


def replay_engine(recording: Recording) -> Engine:
    """Return an engine that answers from a recording."""
    replay = Replay(recording)
    return Engine(recording.name, replay, replay, "replay")


def null_engine() -> Engine:
    """Return an engine that reads nothing: structure alone comes out."""
    nothing = Nothing()
    return Engine("null", nothing, nothing, "null")


def digest(pixels: Pixels) -> str:
    """Return a name for a picture: equal pixels in an equal shape have an equal one."""
    shape = "x".join(map(str, pixels.shape)).encode()
    return hashlib.blake2b(shape + pixels.tobytes(), digest_size=12).hexdigest()


def _scan(steps: Sequence[Sequence[tuple[str, float]]]) -> LineScan:
    return LineScan(tuple(tuple((str(c), float(p)) for c, p in step) for step in steps))


def _quad(corners: Sequence[tuple[float, float]]) -> Quad:
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth
