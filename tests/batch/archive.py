"""Small archives to run over, and a run with the test's own task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.batch.engine import Engine
from pipeline.batch.ledger import Ledger
from pipeline.batch.local import LocalEngine
from pipeline.batch.run import Control, Run, Wish
from pipeline.batch.sources import find_inputs
from pipeline.batch.values import WHOLE, Shard, State
from pipeline.batch.watch import Event, Snapshot, Watcher
from pipeline.batch.workspace import Workspace
from pipeline.settings import BatchSettings, ProcessSettings, Settings
from tests.batch.tasks import PROBE, READ

QUICK = Settings(process=ProcessSettings(timeout=20.0))


def limits(timeout: float = 20.0, memory: int = 8 << 30, **batch: int) -> Settings:
    return Settings(
        process=ProcessSettings(timeout=timeout, memory_limit=memory), batch=BatchSettings(**batch)
    )


def write(folder: Path, **documents: str) -> Path:
    """Write one PDF a name, whose content says what reading it does."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        (folder / f"{name}.pdf").write_text(content)
    return folder


def good(folder: Path, count: int) -> Path:
    """Write `count` documents that read well, no two alike."""
    return write(folder, **{f"d{n:04}": f"report 局{n} 2021 {n} 0 2" for n in range(count)})


class Listener:
    """Keeps what a run tells."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.snapshots: list[Snapshot] = []

    def event(self, event: Event) -> None:
        self.events.append(event)

    def progress(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)

    def names(self, what: str) -> list[str]:
        return [Path(event.name).name for event in self.events if event.what == what]


def run(
    folder: Path,
    *sources: object,
    jobs: int = 2,
    settings: Settings = QUICK,
    engine: Engine | None = None,
    retry: Sequence[State] = (),
    shard: Shard = WHOLE,
    control: Control | None = None,
    watchers: Sequence[Watcher] = (),
    probe: str = PROBE,
) -> Wish:
    """Run over `sources` into the workspace at `folder` with the test's own task."""
    workspace = Workspace(folder)
    with workspace.locked():
        workspace.make()
        with Ledger(workspace.ledger, settings.batch) as ledger:
            ledger.add(find_inputs(map(str, sources)))
            ledger.retry(retry)
            given = Run(workspace, ledger, settings, shard=shard, control=control, watchers=watchers)
            return given.go(engine or LocalEngine(settings, jobs, READ, probe))


def outcomes(folder: Path) -> dict[str, str]:
    """Return what became of every input, by its file's name."""
    with Ledger(Workspace(folder).ledger) as ledger:
        return {account.file: account.state.value for account in ledger.accounts()}


def attempts(folder: Path) -> dict[str, int]:
    with Ledger(Workspace(folder).ledger) as ledger:
        return {account.file: account.attempts for account in ledger.accounts()}


def results(folder: Path) -> dict[str, str]:
    """Return every result by its path, but for how long it took."""
    found = {}
    for path in sorted((folder / "results").glob("*/*")):
        report = json.loads(path.read_bytes())
        report["provenance"]["seconds"] = {}
        found[path.name] = json.dumps(report, sort_keys=True)
    return found


def with_batch(settings: Settings, **batch: int) -> Settings:
    return replace(settings, batch=replace(settings.batch, **batch))
