"""Bulk runs over yearbooks, and over folders whose pictures are the pages of one report."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch.fetch import fetch
from pipeline.batch.ledger import Ledger
from pipeline.batch.sources import find_inputs
from pipeline.batch.summary import summarize
from pipeline.batch.values import Input, Kind, report_id
from pipeline.batch.workspace import Workspace
from pipeline.batch.years import Issuers
from pipeline.cli import main
from pipeline.errors import InputError, MissingFileError
from pipeline.report import reports_from_json
from pipeline.settings import Settings
from pipeline.source import open_document
from tests.batch.archive import good, outcomes, run
from tests.source import papers
from tests.yearbooks import as_text

SUIHUA, LINGSHOU = "suihua-2021", "lingshou-2021"


def rows(path: Path) -> list[dict[str, Any]]:
    parquet = pytest.importorskip("pyarrow.parquet")
    found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a yearbook, a copy of it, a single report and a broken file, read."""
    home = tmp_path_factory.mktemp("several")
    source = home / "in"
    source.mkdir()
    (source / "a-yearbook.txt").write_bytes(as_text((SUIHUA, LINGSHOU)))
    (source / "b-copy.txt").write_bytes(as_text((SUIHUA, LINGSHOU)))
    (source / "c-single.txt").write_bytes(as_text([LINGSHOU]))
    (source / "d-broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    assert main(["batch", str(source), "-o", str(home / "ws"), "--jobs", "1", "--quiet"]) == 5
    return home / "ws"


def test_every_report_has_a_row_and_every_input_an_outcome(workspace: Path) -> None:
    documents = rows(workspace / "documents.parquet")
    assert [(d["document"], d["report"], d["reports"], d["issuer"]) for d in documents] == [
        ("a-yearbook.txt", 1, 2, "绥化市卫生健康委员会"),
        ("a-yearbook.txt", 2, 2, "灵寿县卫生健康局"),
        ("b-copy.txt", 1, 2, "绥化市卫生健康委员会"),
        ("b-copy.txt", 2, 2, "灵寿县卫生健康局"),
        ("c-single.txt", 1, 1, "灵寿县卫生健康局"),
        ("d-broken.pdf", None, None, None),
    ]
    inputs = [d["outcome"] for d in documents if d["report"] in (1, None)]
    with Ledger(Workspace(workspace).ledger) as ledger:
        counted = ledger.outcomes()
    assert sum(counted.values()) == len(inputs) == 4
    assert {state.value: count for state, count in counted.items()} == {"done": 3, "failed": 1}


def test_figures_and_checks_are_told_apart_by_content_and_number(workspace: Path) -> None:
    documents = rows(workspace / "documents.parquet")
    figures = rows(workspace / "figures.parquet")
    keys = [(f["sha256"], f["report"], f["key"]) for f in figures]
    assert len(set(keys)) == len(keys) == 3 * 200
    assert {(f["sha256"], f["report"], f["issuer"]) for f in figures} == {
        (d["sha256"], d["report"], d["issuer"]) for d in documents if d["report"]
    }
    failed = {(c["report"], c["id"]) for c in rows(workspace / "checks.parquet") if c["status"] == "fail"}
    assert failed == {(1, "results.total"), (1, "applicants.granted")}


def test_a_result_holds_the_reports_in_order(workspace: Path) -> None:
    for document in rows(workspace / "documents.parquet"):
        if document["report"]:
            reports = reports_from_json((workspace / document["result"]).read_bytes())
            assert len(reports) == document["reports"]
            assert reports[document["report"] - 1].report.issuer == document["issuer"]
            assert reports[0].document.sha256 == document["sha256"]


def test_review_names_the_report(workspace: Path) -> None:
    with (workspace / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [(Path(row["input"]).name, row["outcome"], row["report"]) for row in csv.DictReader(file)]
    assert found == [
        ("a-yearbook.txt", "done", "1"),
        ("b-copy.txt", "done", "1"),
        ("d-broken.pdf", "failed", ""),
    ]


def test_the_summary_counts_reports_and_years_go_on_in_yearbooks(workspace: Path) -> None:
    with Ledger(Workspace(workspace).ledger) as ledger:
        summary = summarize(ledger, Issuers())
        totals = ledger.totals()
    assert (summary.documents, summary.review) == (3, 1)
    assert [(cell.issuer, cell.documents) for cell in summary.cells] == [
        ("灵寿县卫生健康局", 2),
        ("绥化市卫生健康委员会", 1),
    ]
    assert totals == (2, 0, 1)
    assert report_id("ab", 1) == "ab"
    assert report_id("ab", 2) == "ab#2"


def pictures(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        content = papers.encoded(papers.stripes(300 + number, 600), "PNG")
        (folder / name).write_bytes(content)
    return folder


def packed(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder))
    return path


def found(*sources: Path) -> list[Input]:
    return list(find_inputs(map(str, sources), as_pages=True))


def test_folders_of_pictures_are_documents_in_folders_and_archives(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in", "p1.png", "p2.png", "p10.png")
    pictures(source / "deep", "1.PNG", ".hidden.png")
    (source / "deep" / "report.txt").write_bytes(as_text([SUIHUA]))
    archive = packed(tmp_path / "in.zip", source)
    here, zipped = found(source), found(archive)
    assert [(i.kind, i.file) for i in here] == [
        (Kind.PAGES, "in"),
        (Kind.PAGES, "deep"),
        (Kind.FILE, "report.txt"),
    ]
    assert {(i.kind, i.member) for i in zipped} == {
        (Kind.PAGES, "./"),
        (Kind.PAGES, "deep/"),
        (Kind.ZIP, "deep/report.txt"),
    }
    spool = tmp_path / "spool"
    spool.mkdir()
    contents = {fetch(i, spool, Settings()).sha256 for i in here}
    assert contents == {fetch(i, spool, Settings()).sha256 for i in zipped}
    assert open_document([source], Settings().source).sha256 in contents
    whole = fetch(here[0], spool, Settings())
    assert not whole.borrowed
    assert len(open_document(whole.path, Settings().source).pages) == 3


def test_pictures_by_themselves_are_refused_where_they_are_pages(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in", "p1.png", "p2.png")
    for sources in ([source / "p1.png"], [source / "*.png"]):
        assert all(isinstance(each.fault, InputError) for each in found(*sources))
    assert all(each.fault is None for each in find_inputs([str(source / "p1.png")]))
    (folder,) = found(source)
    for picture in source.iterdir():
        picture.unlink()
    with pytest.raises(MissingFileError, match="no longer there"):
        fetch(folder, tmp_path, Settings())


def test_a_run_reads_each_folder_once_and_again_when_a_page_changes(tmp_path: Path) -> None:
    source = pictures(tmp_path / "in" / "one", "p1.png", "p2.png").parent
    pictures(source / "same", "p1.png", "p2.png")
    (first, second) = found(source)
    assert (first.size, first.location) == (second.size, str(source / "one"))
    before = first
    (source / "one" / "p3.png").write_bytes(papers.encoded(papers.stripes(320, 600), "PNG"))
    (after, _) = found(source)
    assert (after.size, after.modified) != (before.size, before.modified)


def test_one_workspace_has_one_sense_of_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, workspace = good(tmp_path / "in", 1), tmp_path / "ws"
    run(workspace, source)
    assert set(outcomes(workspace).values()) == {"done"}
    assert main(["batch", str(source), "-o", str(workspace), "--quiet", "--no-tables"]) == 0
    assert main(["batch", str(source), "-o", str(workspace), "--as-pages"]) == 1
    assert "in this workspace pictures are documents" in capsys.readouterr().err
    assert main(["batch", "-o", str(workspace), "--quiet", "--no-tables"]) == 0


@pytest.mark.engine
def test_a_folder_of_pages_ends_as_one_report(tmp_path: Path) -> None:
    pictures(tmp_path / "in" / "a", "p1.png", "p2.png")
    pictures(tmp_path / "in" / "b", "p1.png", "p2.png")
    arguments = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "ws"), "--as-pages", "--jobs", "1"]
    assert main([*arguments, "--quiet"]) == 0
    one, other = rows(tmp_path / "ws" / "documents.parquet")
    assert (one["document"], one["kind"], one["pages"]) == ("a", "pages", 2)
    assert (other["sha256"], other["duplicate_of"]) == (one["sha256"], one["input"])
    report = json.loads((tmp_path / "ws" / one["result"]).read_bytes())
    assert report["document"]["file"] == "a"
