"""The command as a user meets it, over the samples."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from pipeline.batch.values import Shard
from pipeline.cli import main
from pipeline.commands.batch import parse_shard, parse_since, parse_states
from pipeline.errors import UsageError
from tests.batch.archive import good, run
from tests.faults import documents

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    out = capsys.readouterr().out
    return dict(line.split("\t", 1) for line in out.splitlines() if "\t" in line)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Digital documents, a copy, and some that cannot be read."""
    folder = tmp_path_factory.mktemp("archive")
    for place in ("lingshou-2021", "suihua-2021"):
        content = (SAMPLES / place / "digital.pdf").read_bytes()
        (folder / f"{place}.pdf").write_bytes(content)
    (folder / "z-copy.pdf").write_bytes((SAMPLES / "suihua-2021" / "digital.pdf").read_bytes())
    documents.encrypted(folder)
    documents.truncated(folder)
    documents.plain(folder).unlink()
    return folder


def test_an_archive_with_failures_ends_with_the_list(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "ws"
    assert main(["batch", str(archive), "-o", str(workspace), "--jobs", "2"]) == 5
    told = capsys.readouterr().err
    assert "biaoge: 5 inputs: 3 done, 2 failed" in told
    assert "failed: " in told
    assert "encrypted.pdf" in told
    names = {path.name for path in workspace.iterdir()}
    assert {"figures.parquet", "checks.parquet", "documents.parquet", "review.csv"} <= names
    assert {"summary.html", "summary.json", "ledger.sqlite", "logs", "results"} <= names
    assert main(["batch", "-o", str(workspace), "--quiet"]) == 5
    capsys.readouterr()
    assert main(["batch", "status", str(workspace)]) == 0
    status = lines(capsys)
    assert (status["done"], status["failed"], status["inputs"], status["documents read"]) == (
        "3",
        "2",
        "5",
        "2",
    )
    assert main(["batch", "export", str(workspace), "--tables", "documents", "-o", str(tmp_path)]) == 0
    with (tmp_path / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        errors = {Path(row["input"]).name: row["error"] for row in csv.DictReader(file)}
    assert (errors["encrypted.pdf"], errors["suihua-2021.pdf"]) == ("EncryptedError", "")
    assert main(["summary", str(workspace), "--html", str(tmp_path / "s.html")]) == 0
    assert "绥化" in capsys.readouterr().out
    assert "<svg" in (tmp_path / "s.html").read_text()


def test_a_dry_run_writes_nothing(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["batch", str(archive), "none.pdf", "-o", str(tmp_path / "ws"), "--dry-run"]
    assert main(command) == 0
    found = lines(capsys)
    assert (found["new or changed"], found["known"], found["faulty"]) == ("5", "0", "1")
    assert not (tmp_path / "ws").exists()


def test_shards_merge_by_the_command(archive: Path, tmp_path: Path) -> None:
    for shard in ("1/2", "2/2"):
        folder = tmp_path / shard[0]
        main(["batch", str(archive), "-o", str(folder), "--shard", shard, "--no-tables", "--quiet"])
    parts = [str(tmp_path / "1"), str(tmp_path / "2")]
    assert main(["batch", "merge", *parts, "-o", str(tmp_path / "all")]) == 5
    summary = json.loads((tmp_path / "all" / "summary.json").read_text())
    assert summary["outcomes"] == {"done": 3, "failed": 2}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["samples"], "needs a workspace"),
        (["samples", "-o", "ws", "--shard", "3/2"], "no shard"),
        (["samples", "-o", "ws", "--since", "yesterday"], "no time"),
        (["samples", "-o", "ws", "--retry", "all"], "nothing to retry"),
        (["samples", "-o", "ws", "--address", "auto"], "is of --engine ray"),
        (["samples", "-o", "ws", "--engine", "ray", "--device-server"], "is of --engine local"),
        (["status"], "give one workspace"),
        (["export", "a", "b"], "give one workspace"),
        (["merge", "-o", "ws"], "give the workspaces"),
    ],
)
def test_nonsense_is_refused(
    arguments: list[str],
    says: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["batch", *arguments]) == 1
    assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_workspace_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["batch", "status"], ["batch", "export"], ["summary"]):
        assert main([*command, str(tmp_path)]) == 2
        assert "is no workspace" in capsys.readouterr().err


def test_a_workspace_is_of_one_shard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    command = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "ws"), "--quiet"]
    assert main(command) == 0
    assert main([*command, "--shard", "1/2"]) == 1
    assert "made with shard 1/1, not 1/2" in capsys.readouterr().err


def test_since_leaves_out_what_is_older(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = good(tmp_path / "in", 3)
    os.utime(source / "d0000.pdf", (0, 0))
    main(["batch", str(source), "-o", str(tmp_path / "ws"), "--dry-run", "--since", "2d"])
    assert lines(capsys)["new or changed"] == "2"
    assert parse_since("1970-01-02T00:00+00:00") == 86_400 * 10**9
    assert parse_shard("2/8") == Shard(2, 8)
    assert len(parse_states("failed, quarantined")) == 2
    with pytest.raises(UsageError):
        parse_since("")


def test_json_logs_and_a_metrics_file(archive: Path, tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client")
    command = [sys.executable, "-m", "pipeline", "batch", str(archive), "-o", str(tmp_path / "ws")]
    options = ["--json-logs", "--metrics", str(tmp_path / "run.prom"), "--jobs", "1"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [line["what"] for line in told].count("done") == 2
    assert told[-1]["what"] == "progress"
    assert told[-1]["states"] == {"done": 3, "failed": 2}
    text = (tmp_path / "run.prom").read_text()
    assert 'biaoge_inputs{outcome="done"} 3.0' in text
    assert "biaoge_documents_read 2.0" in text
    (log,) = (tmp_path / "ws" / "logs").iterdir()
    assert {json.loads(line)["what"] for line in log.read_text().splitlines()} == {
        "started",
        "done",
        "failed",
    }


def test_metrics_at_an_address(tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client")
    from socket import socket

    from pipeline.batch.metrics import Metrics

    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run(tmp_path / "ws", good(tmp_path / "in", 3), watchers=[Metrics(f":{port}")])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b'biaoge_inputs{outcome="done"} 3.0' in answer.read()
