"""What people load into DuckDB, pandas and spreadsheets is what was read."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.batch.ledger import Ledger
from pipeline.batch.merge import merge
from pipeline.batch.summary import summarize
from pipeline.batch.tables import write_tables
from pipeline.batch.values import Shard
from pipeline.batch.workspace import Workspace
from pipeline.batch.years import Issuers, read_aliases
from pipeline.emit.archive import archive_figures, fits
from pipeline.errors import OutputError, UsageError, WorkspaceError
from tests.batch.archive import good, outcomes, results, run, write
from tests.batch.tasks import make_report

EVERY = ("figures", "checks", "documents", "review")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two issuers over three years, one renamed, one that does not carry over what it carried out."""
    write(
        tmp_path / "in",
        a2020="report 卫生局 2020 0 4",
        a2021="report 卫健委 2021 4 1",
        a2022="report 卫健委 2022 1 0",
        b2020="report 教育局 2020 1 7",
        b2021="report 教育局 2021 6 0",
        b2021_copy="report 教育局 2021 6 0",
        bad="damaged",
        evil="crash",
    )
    (tmp_path / "in" / "=formula.pdf").write_text("report =cmd|' 2021 1 0")
    run(tmp_path / "ws", tmp_path / "in")
    return Workspace(tmp_path / "ws")


def export(workspace: Workspace, *kinds: str, aliases: dict[str, str] | None = None) -> Path:
    folder = workspace.folder / "export"
    with Ledger(workspace.ledger) as ledger:
        wanted = [(name, kind) for name in EVERY for kind in kinds]
        write_tables(workspace, ledger, Issuers(aliases), wanted, folder)
    return folder


def test_duckdb_reads_the_parquet_files_as_they_are(workspace: Workspace) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder = export(workspace, "parquet")
    with duckdb.connect() as db:
        outcomes = db.sql(
            f"SELECT outcome, count(*) FROM '{folder}/documents.parquet' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        carried = db.sql(
            f"SELECT d.input, f.value FROM '{folder}/figures.parquet' f JOIN '{folder}/documents.parquet' d"
            " USING (sha256) WHERE f.key = 'applications.carried_in.total' AND f.issuer = '教育局' ORDER BY 1"
        ).fetchall()
        ((total,),) = db.sql(f"SELECT sum(value) FROM '{folder}/figures.parquet'").fetchall()
    assert outcomes == [("done", 7), ("failed", 1), ("quarantined", 1)]
    assert [(Path(name).name, value) for name, value in carried] == [
        ("b2020.pdf", Decimal(1)),
        ("b2021.pdf", Decimal(6)),
        ("b2021_copy.pdf", Decimal(6)),
    ]
    assert total == 4 + 4 + 1 + 1 + 1 + 7 + 6 + 1


def test_pandas_reads_the_parquet_files_as_they_are(workspace: Workspace) -> None:
    pandas = pytest.importorskip("pandas")
    folder = export(workspace, "parquet")
    documents = pandas.read_parquet(folder / "documents.parquet")
    assert len(documents) == 9
    copies = documents[documents["duplicate_of"].notna()]
    assert [Path(name).name for name in copies["input"]] == ["b2021_copy.pdf"]
    figures = pandas.read_parquet(folder / "figures.parquet")
    assert set(figures["state"]) == {"number"}
    assert len(figures) == 2 * 6


def test_year_on_year_follows_an_issuer_through_its_names(workspace: Workspace) -> None:
    duckdb = pytest.importorskip("duckdb")
    query = (
        "SELECT document, status, difference::VARCHAR FROM '{}/checks.parquet'"
        " WHERE id = 'year_on_year.total' ORDER BY document"
    )
    with duckdb.connect() as db:
        plain = db.sql(query.format(export(workspace, "parquet"))).fetchall()
        renamed = db.sql(query.format(export(workspace, "parquet", aliases={"卫生局": "卫健委"}))).fetchall()
    assert plain == [("a2022.pdf", "pass", "0.000000000000"), ("b2021.pdf", "fail", "1.000000000000")]
    assert renamed == [("a2021.pdf", "pass", "0.000000000000"), *plain]


def test_an_alias_table_is_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "aliases.csv"
    path.write_text("name,canonical\n卫生局,卫计委\n\n卫 计委,卫健委\n", encoding="utf-8-sig")
    issuers = Issuers(read_aliases(path))
    assert {issuers.canonical(name) for name in ("卫生 局", "卫计委", "卫健委")} == {"卫健委"}
    assert Issuers({"a": "b", "b": "a"}).canonical("a") in {"a", "b"}
    path.write_text("卫生局\n")
    with pytest.raises(UsageError, match="is not a former name and a name"):
        read_aliases(path)


def test_csv_and_lines_of_json_say_the_same(workspace: Workspace) -> None:
    folder = export(workspace, "csv", "jsonl")
    with (folder / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (folder / "documents.jsonl").read_text().splitlines()]
    assert [row["outcome"] for row in rows] == [line["outcome"] for line in lines]
    assert [row["sha256"] for row in rows] == [line["sha256"] or "" for line in lines]
    assert next(row["issuer"] for row in rows if "formula" in row["input"]) == "'=cmd|'"
    figures = [json.loads(line) for line in (folder / "figures.jsonl").read_text().splitlines()]
    assert {type(figure["value"]) for figure in figures} == {str}


def test_a_workbook_holds_the_same_and_no_formula(workspace: Workspace) -> None:
    from openpyxl import load_workbook

    sheet = load_workbook(export(workspace, "xlsx") / "documents.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 10
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_review_has_what_a_person_should_look_at(workspace: Workspace) -> None:
    with (export(workspace, "csv") / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {Path(row["input"]).name: row for row in csv.DictReader(file)}
    assert rows.keys() == {"=formula.pdf", "a2022.pdf", "b2020.pdf", "bad.pdf", "evil.pdf"}
    assert rows["bad.pdf"]["outcome"] == "failed"
    assert "SIGSEGV" in rows["evil.pdf"]["detail"]
    assert (workspace.folder / rows["a2022.pdf"]["result"]).is_file()


def test_the_summary_counts_what_is_there(workspace: Workspace) -> None:
    from pipeline.emit.archive_summary import summary_html

    with Ledger(workspace.ledger) as ledger:
        summary = summarize(ledger, Issuers({"卫生局": "卫健委"}))
    assert summary.outcomes == {"done": 7, "failed": 1, "quarantined": 1}
    assert (summary.documents, summary.pages, summary.review) == (6, 6, 3)
    assert [(cell.issuer, cell.year) for cell in summary.cells if cell.issuer == "卫健委"] == [
        ("卫健委", 2020),
        ("卫健委", 2021),
        ("卫健委", 2022),
    ]
    assert (summary.year_checks["pass"], summary.year_checks["fail"]) == (2, 1)
    page = summary_html(summary, "<script>alert(1)</script>").decode()
    assert "<script>alert" not in page
    assert page.count("<rect") >= 3 + 3
    assert "教育局" in page


def test_a_number_that_does_not_fit_is_left_out_and_said(tmp_path: Path) -> None:
    report = make_report(b"", "a.pdf", into="9" * 30)
    (row, _) = archive_figures("0" * 64, report)
    assert None in row
    assert ("does_not_fit",) in row
    assert fits(Decimal("9" * 26 + "." + "9" * 12))
    assert not fits(Decimal("0." + "1" * 13))
    assert not fits(Decimal("1E+26"))
    assert not fits(Decimal("NaN"))


def test_what_cannot_be_written_leaves_nothing(workspace: Workspace) -> None:
    with Ledger(workspace.ledger) as ledger:
        with pytest.raises(UsageError, match="unknown format"):
            write_tables(workspace, ledger, Issuers(), [("figures", "doc")], workspace.folder / "x")
        with pytest.raises(UsageError, match="unknown table"):
            write_tables(workspace, ledger, Issuers(), [("figure", "csv")], workspace.folder / "x")
        with pytest.raises(OutputError):
            write_tables(workspace, ledger, Issuers(), [("figures", "csv")], workspace.ledger / "x")
        next((workspace.folder / "results").glob("*/*")).unlink()
        with pytest.raises(WorkspaceError, match="gone or damaged"):
            write_tables(workspace, ledger, Issuers(), [("figures", "csv")], workspace.folder / "x")
    assert not list((workspace.folder / "x").glob("*"))


def test_merged_shards_are_the_whole(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 8)
    write(source, d0003y="report 局3 2021 3 0 2", bad="damaged", evil="crash")
    run(tmp_path / "all", source)
    parts = [Workspace(tmp_path / str(number)) for number in (1, 2, 3)]
    for number, part in enumerate(parts, 1):
        run(part.folder, source, shard=Shard(number, 3))
    whole = Workspace(tmp_path / "whole")
    whole.make()
    with Ledger(whole.ledger) as ledger:
        merge(parts, whole, ledger)
        merge(parts, whole, ledger)  # twice is once
    assert outcomes(whole.folder) == outcomes(tmp_path / "all")
    assert results(whole.folder) == results(tmp_path / "all")
