"""Files appear whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.emit.write import FORMATS, Shown, write_files, write_outputs
from pipeline.errors import OutputError, UsageError
from pipeline.report import Report
from tests.emit.builder import plausible_report

ROOT = Path(__file__).parents[2]
FULL = """
import resource
import sys
from pathlib import Path
from pipeline.emit.write import write_files
from pipeline.errors import OutputError
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_files({folder / "small": b"new", folder / "large": bytes(100_000)})
except OutputError as error:
    sys.exit(error.line())
"""


def test_every_format_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "results"
    paths = write_outputs([Shown(plausible_report(), {})], list(FORMATS), folder, "绥化 2021")
    assert sorted(paths) == sorted(folder.iterdir())
    assert [path.name for path in paths] == [f"绥化 2021{f.suffix}" for f in FORMATS.values()]
    assert Report.from_json(paths[0].read_bytes()) == plausible_report()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"old")
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert "large" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small"]
    assert (tmp_path / "small").read_bytes() == b"old"


def test_a_folder_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="taken"):
        write_outputs([Shown(plausible_report(), {})], ["json"], tmp_path / "taken", "report")


def test_a_target_that_cannot_be_replaced_leaves_no_litter(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OutputError, match=r"report\.json"):
        write_outputs([Shown(plausible_report(), {})], ["json"], tmp_path, "report")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_nothing_is_written_when_one_format_cannot_be_made(tmp_path: Path) -> None:
    report = plausible_report({"proactive.fees.amount": "9" * 40})
    with pytest.raises(OutputError, match="Parquet"):
        write_outputs([Shown(report, {})], ["json", "parquet"], tmp_path, "report")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("formats", [["pdf"], ["json", "docx"], []])
def test_unknown_formats_are_usage_errors(tmp_path: Path, formats: list[str]) -> None:
    with pytest.raises(UsageError, match="known: json, csv"):
        write_outputs([Shown(plausible_report(), {})], formats, tmp_path, "report")
    assert list(tmp_path.iterdir()) == []


def test_a_stem_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_outputs([Shown(plausible_report(), {})], ["json"], tmp_path, "../report")


def test_files_have_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    (path,) = write_files({tmp_path / "report": b""})
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
