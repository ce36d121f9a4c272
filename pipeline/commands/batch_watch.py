"""How a bulk run shows how far it is: a live bar, a line a minute, lines of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipeline.batch.watch import Event, Snapshot, Watcher
from pipeline.batch.workspace import write_fault
from pipeline.commands.say import show_note

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

MINUTE = 60.0  # seconds
BAD = frozenset({"failed", "quarantined", "not_fetched"})


def in_words(snapshot: Snapshot) -> str:
    """Return how far a run is, in one line."""
    parts = [
        f"{snapshot.finished}/{snapshot.inputs} documents",
        f"{snapshot.pages} pages",
        f"{snapshot.pages_per_second:.2f} pages/s",
        f"{duration(snapshot.left)} left",
        f"{snapshot.failures} failed",
        f"{snapshot.review_share:.0%} to review",
    ]
    if snapshot.device_busy_share is not None:
        parts.append(f"device {snapshot.device_busy_share:.0%} busy")
    return ", ".join(parts)


def duration(seconds: float | None) -> str:
    """Return seconds as `3:05` or `52:10:00`, `?` for None."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class EventLog:
    """Every event as a line of JSON in a file of the workspace."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise write_fault(path, error) from error

    def event(self, event: Event) -> None:
        self._write({"time": _now(), **_present(event)})

    def progress(self, snapshot: Snapshot) -> None:
        """Progress is not kept."""

    def close(self) -> None:
        self._file.close()

    def _write(self, fields: dict[str, object]) -> None:
        try:
            self._file.write(json.dumps(fields, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise write_fault(self._path, error) from error


class JsonLines:
    """Every event, and progress once a minute, as lines of JSON on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._pace = _Pace(MINUTE)

    def event(self, event: Event) -> None:
        self._write({"time": _now(), **_present(event)})

    def progress(self, snapshot: Snapshot) -> None:
        if not self._pace.due(done=not snapshot.running):
            return
        fields = asdict(snapshot)
        fields["states"] = {state.value: count for state, count in snapshot.states.items()}
        fields |= {"pages_per_second": snapshot.pages_per_second, "seconds_left": snapshot.left}
        fields["device_busy_share"] = snapshot.device_busy_share
        fields |= {"inputs": snapshot.inputs, "finished": snapshot.finished, "failures": snapshot.failures}
        self._write({"time": _now(), "what": "progress", **fields})

    def _write(self, fields: dict[str, object]) -> None:
        self._stream.write(json.dumps(fields, ensure_ascii=True) + "\n")
        self._stream.flush()


class Lines:
    """A line for what went wrong, and one a minute for how far the run is."""

    def __init__(self) -> None:
        self._pace = _Pace(MINUTE)

    def event(self, event: Event) -> None:
        if event.what in BAD:
            show_note(f"{event.what}: {event.detail}")

    def progress(self, snapshot: Snapshot) -> None:
        if self._pace.due(done=False):
            show_note(in_words(snapshot))


class LiveBar:
    """A bar on a terminal, with what went wrong above it."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def event(self, event: Event) -> None:
        from rich.markup import escape

        if event.what in BAD:
            self._bar.console.print(f"[red]{event.what}[/red] {escape(event.detail)}", highlight=False)

    def progress(self, snapshot: Snapshot) -> None:
        self._bar.update(
            self._task,
            total=snapshot.inputs or None,
            completed=snapshot.finished,
            description=in_words(snapshot),
        )


class _Pace:
    """Says when it is time again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = time.monotonic()

    def due(self, *, done: bool) -> bool:
        now = time.monotonic()
        if now - self._last < self._seconds and not done:
            return False
        self._last = now
        return True


@contextmanager
def shown(*, quiet: bool, as_json: bool) -> Iterator[Sequence[Watcher]]:
    """Yield what shows the run on standard error: JSON, nothing, a bar on a terminal, else lines."""
    if as_json:
        yield [JsonLines(sys.stderr)]
    elif quiet:
        yield []
    elif not sys.stderr.isatty():
        yield [Lines()]
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (BarColumn(24), TextColumn("{task.description}"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield [LiveBar(bar, bar.add_task("", total=None))]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _present(event: Event) -> dict[str, object]:
    return {name: value for name, value in asdict(event).items() if value not in {None, ""}}
