"""The tools at work on real documents, each in a process of its own; those that are not here are named."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from scripts.lib import truth
from scripts.lib.compare import Comparison, main
from scripts.lib.compare_child import AbsentError, FailedError, PeerProcess, versions
from scripts.lib.compare_peers import PEERS
from scripts.lib.compare_score import score_tables
from scripts.lib.seeds import SAMPLES

SOURCE = SAMPLES / "lingshou-2021"
DIGITAL = SOURCE / "digital.pdf"
PATIENCE = 120.0
HERE = Path(sys.executable)
KNOWN = {peer.name: peer for peer in PEERS}


def process(name: str, tmp_path: Path, timeout: float = PATIENCE) -> PeerProcess:
    return PeerProcess(KNOWN[name], HERE, timeout, tmp_path / "log")


@pytest.mark.parametrize("name", ["camelot", "pymupdf", "pdfplumber"])
def test_a_tool_for_digital_documents_finds_every_figure_of_a_plain_one(name: str, tmp_path: Path) -> None:
    pytest.importorskip(name)
    tool = process(name, tmp_path)
    try:
        found = tool.read(DIGITAL)
    finally:
        tool.close()
    true = truth.read(SOURCE / "truth.json")
    result = score_tables(found.given(), true)
    assert result.right == len(true.figures)
    assert all(structure.exact for structure in result.structures)
    assert found.pages > 1
    assert found.processor > 0


def test_a_damaged_document_is_an_error_and_the_next_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n nothing more")
    tool = process("pymupdf", tmp_path)
    try:
        with pytest.raises(FailedError, match="Error"):
            tool.read(tmp_path / "cut.pdf")
        assert tool.read(DIGITAL).tables
    finally:
        tool.close()


def test_a_document_that_takes_too_long_is_an_error_and_leaves_no_late_answer(tmp_path: Path) -> None:
    tool = process("pymupdf", tmp_path, timeout=0.001)
    try:
        for _ in range(2):
            with pytest.raises(FailedError, match="no answer"):
                tool.read(DIGITAL)
    finally:
        tool.close()


def test_a_tool_that_is_not_installed_cannot_be_asked(tmp_path: Path) -> None:
    lacking = [peer for peer in PEERS if any(versions(HERE)[package] is None for package in peer.packages)]
    if not lacking:
        pytest.skip("every tool is installed here")
    with pytest.raises(AbsentError, match="No module named"):
        process(lacking[-1].name, tmp_path).read(DIGITAL)


def test_there_must_be_an_interpreter(tmp_path: Path) -> None:
    with pytest.raises(AbsentError, match="python"):
        versions(tmp_path / "python")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of cases: a digital sample, and the same file cut short."""
    held = tmp_path / "cases"
    held.mkdir()
    shutil.copy(SOURCE / "truth.json", held)
    (held / "whole.pdf").write_bytes(DIGITAL.read_bytes())
    (held / "cut.pdf").write_bytes(DIGITAL.read_bytes()[:500])
    return held


def compared(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> Comparison:
    out = str(folder.parent / "out")
    main([str(folder), "--out", out, "--python", str(HERE), "--json", *options])
    return Comparison.model_validate_json(capsys.readouterr().out)


def test_the_product_beside_another_tool_and_what_was_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = compared(folder, capsys, "--tools", "biaoge,pymupdf")
    whole = [case for case in first.cases if case.case == "whole.pdf"]
    assert [(case.tool, case.score and case.score.right) for case in whole] == [
        ("biaoge", 200),
        ("pymupdf", 200),
    ]
    assert whole[0].by_key == 200
    own = first.tools[0].of("all")
    assert own is not None
    assert (own.documents, own.failed) == (2, 1)
    assert own.figures is not None
    assert own.figures.share == 0.5  # the figures of the document that failed are not there
    assert [
        case for case in compared(folder, capsys, "--tools", "biaoge,pymupdf").cases if case.score
    ] == whole
    kept = json.loads((folder.parent / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert Comparison.model_validate(kept).tools == first.tools


def test_a_tool_that_cannot_run_is_named_and_the_others_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if versions(HERE)["img2table"] is not None:
        pytest.skip("img2table is installed here")
    found = compared(folder, capsys, "--tools", "pymupdf,img2table-rapidocr")
    absent = {entry.tool: entry.absent for entry in found.tools}
    assert absent["pymupdf"] is None
    assert absent["img2table-rapidocr"]
    assert "download" in str(absent["rapid-present"])


@pytest.mark.parametrize("options", [["--tools", "no-such"], ["--tools", "pymupdf"]])
def test_usage(folder: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(folder), *options])
    assert ended.value.code == 2
    assert "compare" in capsys.readouterr().err


def test_the_tables_as_markdown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            str(folder),
            "--out",
            str(folder.parent / "out"),
            "--python",
            str(HERE),
            "--tools",
            "pymupdf",
            "--markdown",
        ]
    )
    shown = capsys.readouterr().out
    assert "| PyMuPDF `find_tables` |" in shown
    assert "strategy=lines_strict" in shown
