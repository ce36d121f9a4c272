"""Killed, interrupted, out of space: whatever happens to a run, the next one ends where it would have."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.batch.ledger import Ledger
from pipeline.batch.workspace import Workspace
from tests.batch.archive import attempts, good, outcomes, results, run, write

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds until a test gives up on an event


def command(workspace: Path, source: Path) -> list[str]:
    return [sys.executable, "-m", "tests.batch.parent", str(workspace), str(source)]


@contextmanager
def running(workspace: Path, source: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command(workspace, source), cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        yield parent


def children(parent: int) -> list[int]:
    """Return the processes that `parent` and those it started have started, whichever thread did."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # gone meanwhile
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found + [below for child in found for below in children(child)]


def watched(process: int) -> int | None:
    try:
        return os.pidfd_open(process)
    except ProcessLookupError:
        return None


def end(descriptors: list[int]) -> bool:
    """Say whether all the processes behind these end while we have patience."""
    for descriptor in descriptors:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        ended = bool(poll.poll(PATIENCE * 1000))
        os.close(descriptor)
        if not ended:
            return False
    return True


def mixed(folder: Path) -> Path:
    """Thirty documents: good ones, a copy, damaged ones, one that hangs and one that crashes."""
    good(folder, 24)
    return write(folder, d0003y="report 局3 2021 3 0 2", m1="damaged 1", m2="damaged 2", h="hang", z="crash")


def hear(parent: subprocess.Popen[str], lines: int) -> bool:
    """Wait for so many events of the run; False where it ended before."""
    assert parent.stdout
    return all(parent.stdout.readline() for _ in range(lines))


def test_kill_after_kill_the_outcome_is_the_same(tmp_path: Path) -> None:
    source = mixed(tmp_path / "in")
    with running(tmp_path / "quiet", source) as undisturbed:
        assert undisturbed.communicate(timeout=120)
    expected = outcomes(tmp_path / "quiet")
    chance = random.Random(20210428)
    for kill in range(10):
        with running(tmp_path / "ws", source) as parent:
            if hear(parent, chance.randrange(1, 9)):
                found = children(parent.pid)
                descriptors = [one for child in found if (one := watched(child)) is not None]
                os.kill(chance.choice(found) if kill % 2 and found else parent.pid, signal.SIGKILL)
                if kill % 2:
                    hear(parent, chance.randrange(1, 4))
                    parent.kill()
                assert end(descriptors)
    with running(tmp_path / "ws", source) as last:
        last.communicate(timeout=120)
    assert last.returncode == 0
    assert outcomes(tmp_path / "ws") == expected
    assert list(expected.values()).count("quarantined") == 2
    assert results(tmp_path / "ws") == results(tmp_path / "quiet")
    assert not list((tmp_path / "ws").glob("**/.*.tmp"))


def test_a_document_that_takes_the_run_down_stops_nothing(tmp_path: Path) -> None:
    """It hangs, the run is killed; it is met again only after every document that was not beside it.

    Two workers: at most one other document was being read when the run died, and is as suspect as it.
    """
    source = good(tmp_path / "in", 4)
    write(source, a_poison="hang")
    with running(tmp_path / "ws", source) as parent:
        hear(parent, 1)
        parent.kill()
    with Ledger(Workspace(tmp_path / "ws").ledger) as ledger:
        assert ledger.outcomes()
    with running(tmp_path / "ws", source) as again:
        assert again.stdout
        told = [line.split() for line in again.stdout]
    assert again.returncode == 0
    order = [name for what, name in told if what == "started"]
    before = order[: order.index("a_poison.pdf")]
    assert len(set(before)) >= 3
    assert outcomes(tmp_path / "ws") == {f"d000{n}.pdf": "done" for n in range(4)} | {
        "a_poison.pdf": "quarantined"
    }


@pytest.fixture
def gated(tmp_path: Path) -> tuple[Path, Path, Path]:
    """One document that waits at a gate, among others; and where it says that it is there."""
    here, way = tmp_path / "here", tmp_path / "gate"
    os.mkfifo(here)
    os.mkfifo(way)
    source = good(tmp_path / "in", 9)
    return write(source, a_gate=f"gate {here} {way}"), here, way


def test_interrupted_once_it_finishes_what_is_in_work(tmp_path: Path, gated: tuple[Path, Path, Path]) -> None:
    source, here, way = gated
    with running(tmp_path / "ws", source) as parent:
        child = watched(int(here.read_text()))
        parent.send_signal(signal.SIGINT)
        way.write_text("go on")
        assert parent.wait(PATIENCE) == 130
    assert child is not None
    assert end([child])
    assert outcomes(tmp_path / "ws")["a_gate.pdf"] == "failed"  # as it says when the gate is opened
    with Ledger(Workspace(tmp_path / "ws").ledger) as ledger:
        assert ledger.outcomes().keys() <= {"done", "failed", "pending"}


@pytest.mark.parametrize("signals", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)])
def test_interrupted_twice_it_stops_now_and_can_go_on(
    tmp_path: Path, gated: tuple[Path, Path, Path], signals: tuple[signal.Signals, ...]
) -> None:
    source, here, _ = gated
    with running(tmp_path / "ws", source) as parent:
        child = watched(int(here.read_text()))
        for number in signals:
            parent.send_signal(number)
        if len(signals) > 1:  # two at once may arrive as one
            while parent.poll() is None and child is not None and not _ended_soon(child):
                parent.send_signal(signal.SIGINT)
        assert parent.wait(PATIENCE) == 130
    assert child is not None
    assert end([child])
    assert outcomes(tmp_path / "ws")["a_gate.pdf"] == "pending"
    write(source, a_gate="report 局 2021 0 0")
    run(tmp_path / "ws", source)
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}
    assert max(attempts(tmp_path / "ws").values()) <= 2


def _ended_soon(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(200))


def test_a_full_disk_is_told_and_nothing_is_corrupt(tmp_path: Path) -> None:
    """The system refuses to let any file grow beyond 100 kB, as it refuses all growth on a full disk."""
    source = good(tmp_path / "in", 60)

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    full = subprocess.run(
        command(tmp_path / "ws", source),
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=fill,
        timeout=120,
        check=False,
    )
    assert full.returncode == 1
    assert "OutputError" in full.stderr
    run(tmp_path / "ws", source)
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}
    assert len(results(tmp_path / "ws")) == 60


def test_a_full_disk_in_earnest(tmp_path: Path) -> None:
    """The same on a file system of one megabyte, where the system lets us mount one."""
    source = good(tmp_path / "in", 60)
    (tmp_path / "small").mkdir()
    script = 'mount -t tmpfs -o size=1m tmpfs "$0" || exit 77; "$@"; status=$?; df --output=avail "$0"; '
    script += 'cp -a "$0/ws" "$0-kept"; exit $status'
    isolated = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, str(tmp_path / "small")]
    full = subprocess.run(
        [*isolated, *command(tmp_path / "small" / "ws", source)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if full.returncode == 77 or "unshare" in full.stderr:
        pytest.skip("no file system can be mounted here")
    assert full.returncode == 1, full.stderr
    assert "OutputError" in full.stderr
    run(tmp_path / "small-kept", source)
    assert set(outcomes(tmp_path / "small-kept").values()) == {"done"}
    assert len(results(tmp_path / "small-kept")) == 60
