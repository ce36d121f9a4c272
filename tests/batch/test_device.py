"""One process reads for all workers: whatever becomes of it or of them, every document is read."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from pipeline.batch.device import SharedEngine
from pipeline.batch.engine import DeviceUse
from pipeline.batch.local import LocalEngine
from pipeline.cli import main
from pipeline.errors import MissingDependencyError, ModelError
from pipeline.settings import DeviceSettings, Settings
from scripts.lib.mixture import SAMPLES, scanned_page
from tests.batch.archive import Listener, attempts, good, limits, outcomes, results, run, write
from tests.batch.device_tasks import READ, SERVE, SERVE_DYING, SERVE_NOTHING
from tests.batch.tasks import PROBE
from tests.batch.test_kills import ROOT, children, end, watched

QUICK = replace(limits(deaths_of_runs_alone=1), device=DeviceSettings(stall=1.0, starts=2))
SAYS = {"crash_device": "SIGSEGV", "hang_device": "longer than 1 s", "fail_device": "fell off the bus"}


def shared(settings: Settings = QUICK, jobs: int = 2, serve: str = SERVE) -> SharedEngine:
    return SharedEngine(settings, jobs, READ, PROBE, serve)


@pytest.mark.parametrize("jobs", [1, 3])
def test_documents_are_read_and_the_device_s_use_is_told(tmp_path: Path, jobs: int) -> None:
    pytest.importorskip("prometheus_client")
    from pipeline.batch.metrics import Metrics

    listener, metrics = Listener(), Metrics(str(tmp_path / "run.prom"))
    run(tmp_path / "ws", good(tmp_path / "in", 8), engine=shared(jobs=jobs), watchers=[listener, metrics])
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}
    assert set(attempts(tmp_path / "ws").values()) == {1}
    last = listener.snapshots[-1]
    assert last.device
    assert last.device_busy_share is not None
    (told,) = [event.detail for event in listener.events if event.what == "device"]
    assert told == last.device.line()
    shown = dict(
        line.split(" ") for line in (tmp_path / "run.prom").read_text().splitlines() if line[0] != "#"
    )
    assert float(shown["biaoge_device_busy_share"]) == last.device_busy_share


@pytest.mark.parametrize("bad", ["crash_device", "hang_device", "fail_device"])
def test_a_document_that_ends_the_device_s_process_harms_nobody(tmp_path: Path, bad: str) -> None:
    source = write(good(tmp_path / "in", 5), d0001x=bad)
    listener = Listener()
    run(tmp_path / "ws", source, engine=shared(), settings=QUICK, watchers=[listener])
    found = outcomes(tmp_path / "ws")
    assert found.pop("d0001x.pdf") == "quarantined"
    assert set(found.values()) == {"done"}
    device = listener.snapshots[-1].device
    assert device
    assert device.ends >= 2
    assert SAYS[bad] in device.line()


def test_a_process_that_is_killed_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    once = {f"e{n}": f"crash_device_once {tmp_path / str(n)}" for n in range(3)}
    source = write(good(tmp_path / "in", 9), **once)
    listener = Listener()
    run(tmp_path / "ws", source, jobs=3, engine=shared(jobs=3), settings=QUICK, watchers=[listener])
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}
    device = listener.snapshots[-1].device
    assert device
    assert 1 <= device.ends <= 3  # two may be in one batch


def test_workers_that_die_leave_the_device_s_process_alone(tmp_path: Path) -> None:
    source = write(good(tmp_path / "in", 6), a="crash", d0002x=f"once {tmp_path / 'marker'}", h="half")
    listener = Listener()
    run(tmp_path / "ws", source, engine=shared(), settings=QUICK, watchers=[listener])
    found = outcomes(tmp_path / "ws")
    assert {found.pop(name) for name in ("a.pdf", "h.pdf")} == {"quarantined"}
    assert found.pop("d0002x.pdf") == "failed"  # as it says when it is read the second time
    assert set(found.values()) == {"done"}
    device = listener.snapshots[-1].device
    assert device
    assert device.ends == 0


@pytest.mark.parametrize(
    ("serve", "kind", "says"),
    [(SERVE_NOTHING, ModelError, "no model"), (SERVE_DYING, MissingDependencyError, "ended 2 times")],
)
def test_models_that_do_not_load_end_the_run_and_accuse_nobody(
    tmp_path: Path, serve: str, kind: type[MissingDependencyError], says: str
) -> None:
    source = good(tmp_path / "in", 3)
    with pytest.raises(kind, match=says):
        run(tmp_path / "ws", source, engine=shared(serve=serve))
    assert set(outcomes(tmp_path / "ws").values()) == {"pending"}
    run(tmp_path / "ws", engine=shared())
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}


def descendants(process: int) -> list[int]:
    found = children(process)
    return found + [deeper for child in found for deeper in descendants(child)]


def test_a_killed_run_leaves_no_process(tmp_path: Path) -> None:
    here, way = tmp_path / "here", tmp_path / "gate"
    os.mkfifo(here)
    os.mkfifo(way)
    source = write(tmp_path / "in", a=f"gate {here} {way}", b=f"gate {here} {way}")
    command = [sys.executable, "-m", "tests.batch.device_parent", str(tmp_path / "ws"), str(source)]
    with subprocess.Popen(command, cwd=ROOT) as parent:
        here.read_text()  # a worker has been answered by the device's process, and waits
        found = descendants(parent.pid)
        descriptors = [one for child in found if (one := watched(child)) is not None]
        parent.kill()
    assert len(descriptors) >= 3  # two workers and what reads for them, at least
    assert end(descriptors)


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tempfile.mkdtemp(prefix="b")  # short: a socket's name is limited
    monkeypatch.setattr(tempfile, "tempdir", folder)
    run(tmp_path / "ws", good(tmp_path / "in", 1), engine=shared())
    assert list(Path(folder).iterdir()) == []
    Path(folder).rmdir()


def test_shares_are_of_what_there_is() -> None:
    use = DeviceUse(seconds=10.0, busy=2.5, batches=4, items=30, room=40)
    assert (use.busy_share, use.fill, use.line()) == (0.25, 0.75, "device busy 25%, 4 batches 75% full")
    assert (DeviceUse().busy_share, DeviceUse().fill) == (0.0, 0.0)
    assert use + DeviceUse(busy=1.0, ends=1, fault="?") == DeviceUse(10.0, 3.5, 4, 30, 40, 1, "?")


@pytest.mark.engine
def test_two_documents_at_once_are_read_as_each_alone(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for sample in ("lingshou-2021", "suihua-2021"):
        with pymupdf.open(SAMPLES / sample / "scan.pdf") as document:
            document.select([1])
            document.save(tmp_path / "in" / f"{sample}.pdf")
    listener = Listener()
    patient = limits(timeout=200.0)
    run(tmp_path / "alone", tmp_path / "in", engine=LocalEngine(patient, 1))
    run(tmp_path / "shared", tmp_path / "in", engine=SharedEngine(patient, 2), watchers=[listener])
    assert len(listener.names("done")) == 2, listener.events
    found = results(tmp_path / "shared")
    assert found == results(tmp_path / "alone")
    assert all('"state": "number"' in report for report in found.values())
    device = listener.snapshots[-1].device
    assert device
    assert device.items > device.batches > 0


@pytest.mark.engine
@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="there is a card")
def test_no_card_is_no_error_where_the_processor_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_bytes(scanned_page(0, random.Random(1)))
    command = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "ws"), "--device", "gpu,cpu", "-j", "1"]
    assert main(command) == 0
    assert "reading on cpu instead, as --device gpu,cpu allows" in capsys.readouterr().err
    (report,) = (tmp_path / "ws" / "results").glob("*/*.json")
    provenance = json.loads(report.read_bytes())["provenance"]
    assert provenance["settings"]["read.instead_of"] == "gpu"
    assert provenance["engine"]


@pytest.mark.engine
@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="there is a card")
def test_no_card_is_an_error_and_never_the_processor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_bytes(scanned_page(0, random.Random(1)))
    command = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "ws"), "--device", "gpu", "--jobs", "1"]
    assert main(command) == 3
    told = capsys.readouterr().err
    assert "does not load on gpu" in told or "cannot use gpu" in told
    assert "biaoge doctor" in told
    assert outcomes(tmp_path / "ws") == {"a.pdf": "pending"}
