"""The command as a user meets it: what is on standard output, what is on standard error, which status."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.commands.extract import output_stems
from pipeline.report import Report
from tests.faults import documents

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "pipeline"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PATIENCE = 60.0  # seconds until a test gives up
WITHOUT_ROOT_S_RIGHTS = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def biaoge(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=PATIENCE,
        check=False,
    )


def the_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line on standard error, which says what went wrong and what to do."""
    assert done.stdout == ""
    assert done.stderr.startswith("biaoge: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("biaoge: ").rstrip("\n")


def test_version_needs_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pipeline", "--version"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"biaoge {__version__}\n"
    imported = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines()}
    assert "pipeline.cli" in imported
    assert not imported & {"numpy", "pydantic", "rich", "cv2", "pymupdf", "paddleocr", "yaml"}


def test_help_tells_the_exit_statuses() -> None:
    done = biaoge("--help")
    assert done.returncode == 0
    assert "130 interrupted" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "COMMAND"),
        (("frobnicate",), "frobnicate"),
        (("extract",), "FILE"),
        (("extract", "a.pdf", "--frobnicate"), "--frobnicate"),
        (("extract", "a.pdf", "b.pdf"), "add -o DIR"),
        (("extract", "a.pdf", "--format", "csv"), "add -o DIR"),
        (("extract", "a.pdf", "-o", "x", "--format", "json,docx"), "docx"),
        (("extract", "a.pdf", "--timeout", "0"), "above 0"),
        (("extract", "a.pdf", "--timeout", "soon"), "above 0"),
        (("extract", "a.pdf", "--device", "tpu"), "tpu"),
        (("extract", "a.pdf", "--device", "cpu:"), "cpu"),
        (("inspect", "a.pdf", "--page", "0"), "first page is 1"),
        (("models", "steal"), "steal"),
    ],
)
def test_usage_errors_are_one_line_and_status_1(arguments: tuple[str, ...], says: str) -> None:
    done = biaoge(*arguments)
    assert done.returncode == 1
    assert says in the_line(done)


@pytest.mark.parametrize("make", documents.UNREADABLE, ids=lambda make: make.__name__)
def test_an_unreadable_file_is_one_line_and_status_2(make: Callable[[Path], Path], tmp_path: Path) -> None:
    file = make(tmp_path)
    done = biaoge("extract", file)
    assert done.returncode == 2
    what, _, advice = the_line(done).partition("; ")
    assert file.name in what
    assert advice


def test_a_file_that_may_not_be_read_is_status_2(tmp_path: Path) -> None:
    file = documents.plain(tmp_path)
    file.chmod(0)
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may read everything, and there is no setpriv to take that away")
    prefix = WITHOUT_ROOT_S_RIGHTS if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *COMMAND, "extract", str(file)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "plain.pdf: may not be read; check its permissions" in the_line(done)


def test_an_encrypted_file_is_status_8(tmp_path: Path) -> None:
    done = biaoge("extract", documents.encrypted(tmp_path))
    assert done.returncode == 8
    assert "encrypted.pdf: is encrypted; remove the password" in the_line(done)


def test_a_file_s_name_cannot_break_the_line(tmp_path: Path) -> None:
    done = biaoge("extract", tmp_path / "two\nlines\x1b[31m.pdf")
    assert done.returncode == 2
    assert "\x1b" not in the_line(done)


def test_a_traceback_is_shown_for_debugging_alone(tmp_path: Path) -> None:
    done = biaoge("extract", documents.missing(tmp_path), "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("biaoge: ")


def test_a_slow_document_ends_at_the_deadline(tmp_path: Path) -> None:
    done = biaoge("extract", documents.slow(tmp_path), "--timeout", "3")
    assert done.returncode == 2
    assert "slow.pdf: not done after 3 s" in the_line(done)


def test_a_missing_model_is_status_3() -> None:
    done = biaoge("models", "path", BIAOGE_CACHE="/dev/null/nowhere")
    assert done.returncode == 3
    assert "biaoge models verify" in the_line(done)


def child_of(parent: subprocess.Popen[bytes]) -> int:
    """Return a pidfd of the first child that `parent` starts."""
    listing = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if children := listing.read_text().split():
            return os.pidfd_open(int(children[0]))
    raise TimeoutError("no child was started")


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9), (signal.SIGTERM, -15)]
)
def test_an_ended_command_leaves_no_child(sent: signal.Signals, status: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "extract", str(documents.slow(tmp_path))], env=ENVIRONMENT, stderr=subprocess.PIPE
    ) as running:
        child = child_of(running)
        running.send_signal(sent)
        poll = select.poll()
        poll.register(child, select.POLLIN)
        assert poll.poll(PATIENCE * 1000)
        _, said = running.communicate(timeout=PATIENCE)
    assert running.returncode == status
    assert said == (b"biaoge: interrupted\n" if sent is signal.SIGINT else b"")


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*COMMAND, "extract", str(documents.slow(tmp_path)), "--timeout", "3"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 4096):
                shown += data
        except OSError:  # how the other side's closing shows on a terminal
            pass
        stdout, _ = running.communicate(timeout=PATIENCE)
    assert b"\x1b[" in shown
    assert shown.count(b"slow.pdf") > 1
    assert stdout == b""


def test_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "schema"], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "schema"], env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"biaoge: standard output: No space left")
    assert done.stderr.count(b"\n") == 1


def test_the_schema_describes_reports() -> None:
    schema = json.loads(biaoge("schema", PYTHONIOENCODING="ascii").stdout)
    assert list(schema["properties"])[:3] == ["schema", "document", "report"]


def test_one_document_goes_to_standard_output(tmp_path: Path) -> None:
    file = documents.plain(tmp_path)
    done = biaoge("extract", file, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert Report.from_json(done.stdout).document.file == "plain.pdf"


def test_strict_is_status_4_where_a_person_should_look(tmp_path: Path) -> None:
    file = documents.plain(tmp_path)
    done = biaoge("extract", file, "--strict")
    assert done.returncode == 4
    assert Report.from_json(done.stdout).review.needed
    assert "plain.pdf: review needed: " in done.stderr


def test_of_several_documents_the_good_ones_are_done(tmp_path: Path) -> None:
    good = [documents.plain(tmp_path, "a.pdf"), documents.plain(tmp_path, "b.pdf")]
    output = tmp_path / "out"
    bad = [documents.slow(tmp_path), documents.missing(tmp_path)]
    done = biaoge("extract", good[0], *bad, good[1], "-o", output, "--timeout", "5", "--quiet")
    assert done.returncode == 5
    assert done.stdout.splitlines() == [str(output / "a.json"), str(output / "b.json")]
    assert [Path(line.split(": ")[1]).name for line in done.stderr.splitlines()] == [
        "slow.pdf",
        "missing.pdf",
    ]
    assert {path.name for path in output.iterdir()} == {"a.json", "b.json"}


def test_every_format_is_written(tmp_path: Path) -> None:
    output = tmp_path / "out"
    formats = "json,csv,xlsx,html,md,parquet"
    done = biaoge("extract", documents.plain(tmp_path), "-o", output, "--format", formats, "--quiet")
    assert done.returncode == 0
    assert {path.name for path in output.iterdir()} == {f"plain.{name}" for name in formats.split(",")}
    assert sorted(done.stdout.splitlines()) == sorted(str(path) for path in output.iterdir())


def test_an_output_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    file = documents.plain(tmp_path)
    done = biaoge("extract", file, "-o", file)
    assert done.returncode == 2
    assert "plain.pdf" in the_line(done)


def test_documents_of_one_name_do_not_overwrite_each_other() -> None:
    files = [
        Path(name) for name in ("a/scan.pdf", "b/Scan.PDF", "b/other.pdf", "c/x.pdf", "c/X.png", "a/scan.pdf")
    ]
    stems = output_stems(files)
    assert [stems[file] for file in files[:3]] == ["a-scan", "b-Scan", "other"]
    assert stems[files[3]].startswith("x-")
    assert len({stem.casefold() for stem in stems.values()}) == 5


def test_inspect_draws_every_intermediate(tmp_path: Path) -> None:
    done = biaoge("inspect", documents.plain(tmp_path), "-o", tmp_path / "drawn")
    assert (done.returncode, done.stderr) == (0, "")
    written = {Path(line).name for line in done.stdout.splitlines()}
    assert written == {path.name for path in (tmp_path / "drawn").iterdir()}
    assert {"page-1.html", "page-1-rules.png", "page-1-cells.png", "page-1-form.png"} <= written


def test_inspect_refuses_a_page_that_is_not_there(tmp_path: Path) -> None:
    done = biaoge("inspect", documents.plain(tmp_path), "--page", "2")
    assert done.returncode == 1
    assert "plain.pdf: has 1 pages, no page 2" in the_line(done)


def test_a_file_name_of_any_bytes_is_read(tmp_path: Path) -> None:
    file = documents.plain(tmp_path).rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.pdf"))
    done = biaoge("extract", file, "-o", tmp_path / "out", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert [str(path) for path in (tmp_path / "out").iterdir()] == done.stdout.splitlines()


def test_check_shows_the_checks_of_a_report(tmp_path: Path) -> None:
    biaoge("extract", documents.plain(tmp_path), "-o", tmp_path)
    done = biaoge("check", tmp_path / "plain.json")
    assert done.returncode == 0
    header, *rows = (line.split("\t") for line in done.stdout.splitlines())
    assert header[:4] == ["file", "check", "family", "status"]
    assert {"balance", "results", "applicants", "disputes"} <= {row[2] for row in rows}
    assert all(row[0] == "plain.json" for row in rows)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"schema": "biaoge.report/2"}', "not json", "\udcff"])
def test_check_refuses_what_is_no_report(content: str, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(content, errors="surrogateescape")
    done = biaoge("check", file)
    assert done.returncode == 2
    assert "report.json: is no report" in the_line(done)


def test_models_are_listed_and_verified() -> None:
    listed = biaoge("models", "list")
    verified = biaoge("models", "verify")
    paths = biaoge("models", "path")
    assert (listed.returncode, verified.returncode, paths.returncode) == (0, 0, 0)
    assert [line.split("\t")[0] for line in listed.stdout.splitlines()[1:]] == [
        line.split("\t")[0] for line in verified.stdout.splitlines()[1:]
    ]
    assert all((Path(line) / "inference.onnx").is_file() for line in paths.stdout.splitlines())


def test_the_package_offers_its_interface_without_cost() -> None:
    code = (
        "import pipeline, sys; assert 'numpy' not in sys.modules; import pipeline.extract;"
        "assert callable(pipeline.extract); assert pipeline.__all__ == sorted(pipeline.__all__);"
        "assert all(getattr(pipeline, name) for name in pipeline.__all__); print(pipeline.Settings())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
