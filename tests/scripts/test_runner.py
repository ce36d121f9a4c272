"""An evaluation over real documents: kept results, and documents that cannot be read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.batch.workspace import Workspace
from pipeline.commands.each import SOME_FAILED
from pipeline.errors import WorkspaceError
from pipeline.settings import Settings
from scripts.lib import cases
from scripts.lib.finished import finished
from scripts.lib.result import Result
from scripts.lib.runner import Runner
from scripts.lib.seeds import SAMPLES
from scripts.lib.summary import summaries
from scripts.lib.tuning import from_text, to_text, tuned

SOURCE = SAMPLES / "lingshou-2021"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of cases: a digital sample, and the same file cut short."""
    held = tmp_path / "cases"
    held.mkdir()
    shutil.copy(SOURCE / "truth.json", held)
    content = (SOURCE / "digital.pdf").read_bytes()
    (held / "whole.pdf").write_bytes(content)
    (held / "cut.pdf").write_bytes(content[:500])
    return held


def evaluated(folder: Path, settings: Settings | None = None) -> dict[str, Result]:
    every = cases.find([folder])
    runner = Runner(settings or Settings(), folder.parent / "out", lambda _: None)
    return {result.name: result for result in runner.run(every, jobs=2)}


def test_results_are_kept_until_something_they_rest_on_changes(folder: Path) -> None:
    first = evaluated(folder)
    assert evaluated(folder) == first  # seconds and all: nothing was read again
    other = evaluated(folder, tuned(["review.low_confidence=0.5"]))
    assert other["whole.pdf"].identity != first["whole.pdf"].identity


def test_a_damaged_document_loses_its_figures_and_no_others(folder: Path) -> None:
    results = evaluated(folder)
    assert results["cut.pdf"].score is None
    assert results["cut.pdf"].error
    assert results["whole.pdf"].score is not None
    total = summaries(list(results.values()))[-1]
    assert (total.errors, total.documents) == (1, 2)
    assert total.missing >= results["cut.pdf"].figures == 200


def test_what_a_bulk_run_made_of_the_cases_is_scored_without_reading_them_again(folder: Path) -> None:
    workspace = folder.parent / "workspace"
    command = [sys.executable, "-m", "pipeline", "batch", str(folder), "-o", str(workspace), "--quiet"]
    assert subprocess.run(command, check=False).returncode == SOME_FAILED  # one is cut short
    every = cases.find([folder])
    found = {result.name: result for result in finished(every, Workspace(workspace), lambda _: None)}
    read = evaluated(folder)
    for name in ("whole.pdf", "cut.pdf"):
        assert (found[name].score is None) == (read[name].score is None)
    assert found["cut.pdf"].error
    whole, again = found["whole.pdf"].score, read["whole.pdf"].score
    assert whole is not None
    assert again is not None
    assert (whole.exact, whole.structures, whole.faults) == (again.exact, again.structures, again.faults)


def test_no_workspace_is_said(folder: Path) -> None:
    with pytest.raises(WorkspaceError, match="is no workspace"):
        finished(cases.find([folder]), Workspace(folder), lambda _: None)


def test_documents_without_truth_are_no_cases(tmp_path: Path) -> None:
    shutil.copy(SOURCE / "digital.pdf", tmp_path)
    with pytest.raises(FileNotFoundError, match="no document with its truth"):
        cases.find([tmp_path])


def test_kinds_are_file_names_under_a_common_truth_and_folders_otherwise(tmp_path: Path) -> None:
    held = tmp_path / "office"
    held.mkdir()
    shutil.copy(SOURCE / "digital.pdf", held / "1.pdf")
    shutil.copy(SOURCE / "truth.json", held / "1.truth.json")
    assert [case.kind for case in cases.find([tmp_path])] == ["office"]
    assert {case.kind for case in cases.find([SAMPLES])} == {"digital", "scan", "poor"}


def test_settings_by_name() -> None:
    settings = tuned(["read.engine=onnxruntime", "review.low_confidence=0.5", "read.widths=48,96"])
    assert settings.read.engine == "onnxruntime"
    assert settings.review.low_confidence == 0.5
    assert settings.read.widths == (48, 96)
    assert from_text(to_text(settings)) == settings


@pytest.mark.parametrize("change", ["read.no_such=1", "engine=x", "read.line_height=tall", "read.engine"])
def test_settings_that_do_not_exist(change: str) -> None:
    with pytest.raises(ValueError, match=r"no setting|validation error"):
        tuned([change])
