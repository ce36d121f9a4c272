"""What an evaluation shows: tables again from its file, on the terminal and inside a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lib.evaluate import BEGIN, END, Evaluation, main, put_between
from scripts.lib.prose_score import ProseScore
from scripts.lib.result import Result
from scripts.lib.score import LoneDigits, Score
from scripts.lib.summary import breakdown, summaries


@pytest.fixture
def summary(tmp_path: Path) -> Path:
    """The file of an evaluation of two documents, one of which could not be read."""
    score = Score(
        figures=200,
        exact=199,
        lone=LoneDigits(true=100, read=100, right=99),
        faults=(),
        structures=(),
        prose=ProseScore(edits=3, characters=400),
    )
    results = (
        Result(name="a", kind="fax", identity="", score=score, figures=200, seconds=3.0, pages=3),
        Result(name="b", kind="fax", identity="", figures=200, error="b: damaged"),
    )
    held = Evaluation(summary=summaries(results), breakdown=breakdown(results), cases=results)
    path = tmp_path / "summary.json"
    path.write_text(held.model_dump_json(), encoding="utf-8")
    return path


def test_tables_are_shown_again_without_reading_anything(
    summary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(summary)]) == 0
    shown = capsys.readouterr().out
    assert "199/400" not in shown
    assert "49.750" in shown  # exact, the document that failed counted as missing
    assert "0.750" in shown  # of the prose


def test_markdown_has_a_row_a_kind_and_its_intervals(
    summary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(summary), "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    header, ruler, row = lines[:3]
    assert header.count("|") == ruler.count("|") == row.count("|")
    assert row.startswith("| fax | 1/2 | 50.0 ")
    assert "–" in row


def test_tables_go_between_the_marks_of_a_document(summary: Path, tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        assert main([str(summary), "--into", str(document)]) == 0
        text = document.read_text(encoding="utf-8")
        assert "old" not in text
        assert text.startswith("before\n")
        assert text.endswith("after\n")
        assert text.count("| fax |") == 2


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(END + BEGIN, encoding="utf-8")
    with pytest.raises(ValueError, match="no <!-- evaluation -->"):
        put_between("table", document)
    assert document.read_text(encoding="utf-8") == END + BEGIN
