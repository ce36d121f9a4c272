"""Metrics for Prometheus, in a file or at an address.  The only module that imports its library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.values import State
from pipeline.batch.watch import Event, Snapshot
from pipeline.errors import MissingDependencyError, OutputError, UsageError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge

EXTRA = "pip install 'biaoge[metrics]'"


class Metrics:
    """Shows how far a run is: `where` is a file (`run.prom`) or an address (`:9400`, `127.0.0.1:9400`)."""

    def __init__(self, where: str) -> None:
        self._registry = _registry()
        self._inputs = self._gauge("inputs", "inputs by what became of them", "outcome")
        self._values = {
            "documents_read": self._gauge("documents_read", "documents read, in all runs"),
            "pages_read": self._gauge("pages_read", "pages read, in all runs"),
            "pages_per_second": self._gauge("pages_per_second", "pages a second in this run"),
            "review_share": self._gauge("review_share", "share of documents read that need a review"),
            "running": self._gauge("running", "documents in work"),
            "device_busy_share": self._gauge(
                "device_busy_share", "share of the time in which the shared device computed"
            ),
            "device_batch_fill": self._gauge("device_batch_fill", "share of the room in its batches used"),
            "seconds_left": self._gauge("seconds_left", "seconds to the end at this pace"),
        }
        host, colon, port = where.rpartition(":")
        self._file = None if colon and port.isdecimal() else Path(where)
        if self._file is None:
            self._listen(host or "127.0.0.1", int(port))

    def event(self, event: Event) -> None:
        """Events are counted by the ledger."""

    def progress(self, snapshot: Snapshot) -> None:
        for state in State:
            self._inputs.labels(state.value).set(snapshot.states.get(state, 0))
        nothing = float("nan")
        values = {
            "documents_read": snapshot.contents,
            "pages_read": snapshot.pages,
            "pages_per_second": snapshot.pages_per_second,
            "review_share": snapshot.review_share,
            "running": len(snapshot.running),
            "device_busy_share": snapshot.device.busy_share if snapshot.device else nothing,
            "device_batch_fill": snapshot.device.fill if snapshot.device else nothing,
            "seconds_left": snapshot.left if snapshot.left is not None else nothing,
        }
        for name, value in values.items():
            self._values[name].set(value)
        if self._file is not None:
            self._write(self._file)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        from prometheus_client import Gauge

        return Gauge(f"biaoge_{name}", text, labels, registry=self._registry)

    def _listen(self, host: str, port: int) -> None:
        from prometheus_client import start_http_server

        try:
            start_http_server(port, host, self._registry)
        except (OSError, OverflowError) as error:
            raise UsageError(f"--metrics {host}:{port}: {error}") from error

    def _write(self, file: Path) -> None:
        from prometheus_client import write_to_textfile

        try:
            write_to_textfile(str(file), self._registry)  # aside and renamed, as the node exporter wants it
        except OSError as error:
            raise OutputError(f"{file}: cannot be written: {error.strerror}") from error


def _registry() -> CollectorRegistry:
    try:
        from prometheus_client import CollectorRegistry
    except ImportError as error:
        raise MissingDependencyError(f"--metrics needs the package prometheus-client: {EXTRA}") from error
    return CollectorRegistry()
