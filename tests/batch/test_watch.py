"""How far a run is, as people see it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.batch.engine import Running
from pipeline.batch.values import State
from pipeline.batch.watch import Snapshot
from pipeline.commands.batch_watch import Lines, duration, in_words
from tests.batch.archive import good, run, write

ROOT = Path(__file__).parents[2]


def test_pace_and_time_left_are_this_run_s() -> None:
    states = {State.DONE: 60, State.FAILED: 10, State.QUARANTINED: 5, State.PENDING: 20, State.SUSPECT: 5}
    snapshot = Snapshot(states, 60, 180, 15, 40, 90, 45.0, [Running("a.pdf", 9, 3.0)])
    assert (snapshot.inputs, snapshot.finished, snapshot.failures) == (100, 75, 15)
    assert snapshot.pages_per_second == pytest.approx(99 / 45)
    assert snapshot.left == pytest.approx(25 * 45 / 40)
    assert in_words(snapshot) == (
        "75/100 documents, 180 pages, 2.20 pages/s, 0:28 left, 15 failed, 25% to review"
    )


def test_nothing_read_tells_no_time() -> None:
    snapshot = Snapshot({State.PENDING: 3}, 0, 0, 0, 0, 0, 0.0, [])
    assert "? left, 0 failed, 0% to review" in in_words(snapshot)
    assert [duration(seconds) for seconds in (7.4, 61, 3_600 * 30)] == ["0:07", "1:01", "30:00:00"]


def test_what_goes_wrong_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path / "ws", write(good(tmp_path / "in", 2), bad="damaged"), watchers=[Lines()])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("biaoge: failed: ")


def test_a_terminal_shows_a_bar(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "batch", str(tmp_path / "in"), "-o", str(tmp_path / "ws")]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, cwd=ROOT, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = bytearray()
        while data := _read(ours):
            shown += data
    os.close(ours)
    assert process.returncode == 5
    assert b"1/1 documents" in shown
    assert "━".encode() in shown
    assert b"1 inputs: 1 failed" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other end is closed
        return b""
