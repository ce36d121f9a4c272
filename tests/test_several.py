"""Files with several reports, several files of one: what the command and the interface make of them."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pymupdf
import pytest

import pipeline
from pipeline.cli import main
from pipeline.commands.extract import output_stems
from pipeline.errors import NotADocumentError, SeveralReportsError
from pipeline.model import Page, PageContent
from pipeline.report import Report, reports_from_json
from pipeline.settings import SourceSettings
from pipeline.source import MediaType, media_type, open_document, unpacked
from tests.source import papers
from tests.yearbooks import SAMPLES, as_docx, as_html, as_pdf, as_text, sample

SUIHUA, LINGSHOU, WENZHOU = "suihua-2021", "lingshou-2021", "wenzhou-2020"
ISSUERS = ["绥化市卫生健康委员会", "灵寿县卫生健康局"]
SETTINGS = SourceSettings()


@pytest.fixture
def yearbook(tmp_path: Path) -> Path:
    path = tmp_path / "yearbook.txt"
    path.write_bytes(as_text((SUIHUA, LINGSHOU)))
    return path


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def issuers(text: str) -> list[str | None]:
    return [report.report.issuer for report in reports_from_json(text)]


def blank(width: int = 400) -> bytes:
    return papers.encoded(papers.stripes(width, 600), "PNG")


def test_several_reports_are_a_list_and_one_is_an_object(
    yearbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(yearbook), "--quiet"]) == 0
    several = capsys.readouterr().out
    assert issuers(several) == ISSUERS
    assert type(json.loads(several)) is list
    single = tmp_path / "single.txt"
    single.write_bytes(as_text([SUIHUA]))
    assert main(["extract", str(single), "--quiet"]) == 0
    alone = capsys.readouterr().out
    assert type(json.loads(alone)) is dict
    assert set(json.loads(alone)) == set(json.loads(several)[0])


def test_lines_of_json_take_any_number_of_files(yearbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = yearbook.with_name("other.txt")
    other.write_bytes(as_text([WENZHOU]))
    assert main(["extract", str(yearbook), str(other), "--format", "jsonl", "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [Report.from_json(line).report.issuer for line in lines] == [*ISSUERS, "温州市卫生健康委员会"]


def test_every_format_has_each_report(
    yearbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    formats = ("json", "csv", "xlsx", "html", "md", "parquet", "jsonl")
    assert main(["extract", str(yearbook), "-o", str(out), "--format", ",".join(formats), "--quiet"]) == 0
    names = {f"yearbook-{number}.{name}" for number in (1, 2) for name in formats if name != "jsonl"}
    assert {path.name for path in out.iterdir()} == names | {"yearbook.jsonl"}
    assert capsys.readouterr().out.count("\n") == len(names) + 1
    for number, issuer in enumerate(ISSUERS, 1):
        assert issuers((out / f"yearbook-{number}.json").read_text("utf-8")) == [issuer]
        for name in ("html", "md"):
            assert issuer in (out / f"yearbook-{number}.{name}").read_text("utf-8")
        with (out / f"yearbook-{number}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert {row["issuer"] for row in csv.DictReader(file)} == {issuer}
    lines = (out / "yearbook.jsonl").read_text("utf-8").splitlines()
    assert [Report.from_json(line).report.issuer for line in lines] == ISSUERS


def test_a_page_of_html_shows_the_pages_of_its_report(tmp_path: Path) -> None:
    path = tmp_path / "yearbook.pdf"
    path.write_bytes(as_pdf((SUIHUA, LINGSHOU)))
    assert main(["extract", str(path), "-o", str(tmp_path), "--format", "html,json", "--quiet"]) == 0
    held = [(tmp_path / f"yearbook-{number}.html").read_text("utf-8") for number in (1, 2)]
    (whole,) = reports_from_json((tmp_path / "yearbook-2.json").read_bytes())
    assert len(whole.document.pages) == 6
    shown = [[n for n in range(1, 7) if f'id="page-{n}"' in text] for text in held]
    assert shown == [[1, 2, 3], [4, 5, 6]]


def test_a_review_is_told_for_the_report_that_needs_it(
    yearbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(yearbook), "--strict"]) == 4
    told = capsys.readouterr().err
    assert "yearbook.txt, report 1: review needed: check_failed" in told
    assert "report 2" not in told


def test_the_list_can_be_checked(yearbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["extract", str(yearbook), "--quiet"])
    held = tmp_path / "reports.json"
    held.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check", str(held), "--strict"]) == 4
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[1] for row in rows if row[3] == "fail"] == ["results.total", "applicants.granted"]
    assert sum(row[1] == "balance.total" for row in rows) == 2


def test_a_page_is_drawn_with_the_tables_of_its_own_report(tmp_path: Path) -> None:
    path = tmp_path / "yearbook.pdf"
    path.write_bytes(as_pdf((SUIHUA, LINGSHOU)))
    assert main(["inspect", str(path), "--page", "4", "-o", str(tmp_path / "drawn"), "--quiet"]) == 0
    drawn = (tmp_path / "drawn" / "page-4.html").read_text("utf-8")
    assert "proactive.licensing.decisions" in drawn


def test_a_file_cannot_take_the_name_of_another_s_second_report() -> None:
    files = [Path(name) for name in ("a.pdf", "a-2.pdf", "b-2.pdf", "c-1.pdf")]
    stems = output_stems(files)
    assert [stems[files[k]] for k in (0, 2, 3)] == ["a", "b-2", "c-1"]
    assert stems[files[1]].endswith("-a-2")
    assert stems[files[1]] != "a-2"


def test_the_interface_gives_one_or_all(yearbook: Path) -> None:
    assert [report.report.issuer for report in pipeline.extract_all(yearbook)] == ISSUERS
    with pytest.raises(SeveralReportsError, match=r"yearbook\.txt: holds several reports") as error:
        pipeline.extract(yearbook)
    assert "extract_all" in error.value.line()
    single = SAMPLES / SUIHUA / "digital.pdf"
    (report,) = pipeline.extract_all(single)
    assert report.figures == pipeline.extract(single).figures


def archive(tmp_path: Path, **more: bytes) -> Path:
    files = {
        "2.pdf": (SAMPLES / LINGSHOU / "digital.pdf").read_bytes(),
        "10/web.html": as_html((WENZHOU, SUIHUA)),
        "Thumbs.db": b"\x00\x01",
        **more,
    }
    return zipped(tmp_path / "archive.zip", files)


def test_a_zip_of_documents_gives_the_reports_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = archive(tmp_path)
    assert main(["extract", str(path)]) == 0
    out, err = capsys.readouterr()
    reports = reports_from_json(out)
    assert [report.document.file for report in reports] == ["2.pdf", "web.html", "web.html"]
    assert [report.report.issuer for report in reports] == [ISSUERS[1], "温州市卫生健康委员会", ISSUERS[0]]
    assert "no documents, left out: archive.zip!/Thumbs.db" in err
    assert main(["extract", str(path), "-o", str(tmp_path / "out"), "--quiet"]) == 0
    names = {"archive-1-2.json", "archive-2-web-1.json", "archive-2-web-2.json"}
    assert {each.name for each in (tmp_path / "out").iterdir()} == names


def test_what_cannot_be_read_in_a_zip_harms_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = zipped(tmp_path / "inner.zip", {"1.txt": b"x"}).read_bytes()
    path = archive(tmp_path, **{"1.pdf": b"%PDF-1.7 and no more", "inner.zip": inner})
    assert main(["extract", str(path), "--quiet"]) == 5
    out, err = capsys.readouterr()
    assert len(reports_from_json(out)) == 3
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [
        "archive.zip!/inner.zip",
        "archive.zip!/1.pdf",
        str(path),
    ]
    assert "2 of 4 documents in it could not be read" in err
    found = pipeline.extract_all(path)
    assert [next(found).document.file for _ in range(3)] == ["2.pdf", "web.html", "web.html"]
    with pytest.raises(pipeline.BiaogeError, match=r"inner\.zip"):
        next(found)


def test_names_in_a_zip_lead_nowhere_else(tmp_path: Path) -> None:
    content = (SAMPLES / LINGSHOU / "digital.pdf").read_bytes()
    names = ["../../out.pdf", "/etc/out.pdf", "..\\out.pdf", "a/../out.pdf", f"{'长' * 200}.pdf"]
    path = zipped(tmp_path / "x.zip", dict.fromkeys(names, content))
    with unpacked(path, SETTINGS) as held:
        files = [each for each in held.documents if isinstance(each, Path)]
        assert len(set(files)) == len(files) == 5
        (root,) = {each.parents[len(each.parts) - 4] for each in files}
        assert all(each.read_bytes() == content for each in files)
        assert root.name.startswith("biaoge-")
        assert not list(tmp_path.parent.glob("out.pdf"))
    assert not root.exists()


def test_pictures_in_a_zip_are_the_pages_of_their_folder(tmp_path: Path) -> None:
    report = as_html([SUIHUA])
    files = {"web/page.html": report, "web/img/logo.png": blank(300)}
    files |= {f"scan/{n}.png": blank(300 + n) for n in (2, 10, 1)} | {"scan/notes.txt": as_text([WENZHOU])}
    path = zipped(tmp_path / "x.zip", files)
    with zipfile.ZipFile(path, "a") as more, pytest.warns(UserWarning, match="Duplicate name"):
        more.writestr("scan/2.png", blank(303))
    with unpacked(path, SETTINGS) as held:
        names = [each.name for each in held.documents if isinstance(each, Path)]
        (pages,) = [each for each in held.documents if not isinstance(each, Path)]
        document = open_document(pages, SETTINGS)
        pages_read = [page for page in document.pages if isinstance(page, Page)]
    widths = [page.picture.width for page in pages_read if page.picture]
    assert names == ["notes.txt", "page.html"]
    assert document.file == "scan"
    assert widths == [301, 302, 303, 310]


def test_a_package_of_another_program_is_no_archive_of_documents(tmp_path: Path) -> None:
    text = f'<?xml version="1.0"?><office:text><text:p>{papers.PROSE}</text:p></office:text>'.encode()
    path = zipped(tmp_path / "x.odt", {"mimetype": b"application/x", "content.xml": text})
    with pytest.raises(NotADocumentError, match=r"x\.odt: a zip without pictures"):
        list(pipeline.extract_all(path))


def test_documents_are_told_from_archives_of_them(tmp_path: Path) -> None:
    word = as_docx([SUIHUA])
    assert media_type(word) is MediaType.DOCX
    path = zipped(tmp_path / "x.zip", {"word/document.docx": word})  # stored, not packed
    assert media_type(path.read_bytes()) is MediaType.ZIP
    assert [report.document.file for report in pipeline.extract_all(path)] == ["document.docx"]


def pages_in(folder: Path) -> list[Path]:
    """Write pages whose names count further than nine; return them as a shell would list them."""
    folder.mkdir()
    for number in (1, 2, 10):
        (folder / f"p{number}.png").write_bytes(blank(300 + number))
    return sorted(folder.iterdir())


def test_pages_are_in_the_order_people_count_and_one_document(tmp_path: Path) -> None:
    files = pages_in(tmp_path / "scan")
    assert [file.name for file in files] == ["p1.png", "p10.png", "p2.png"]
    by_name, by_folder = open_document(files, SETTINGS), open_document([tmp_path / "scan"], SETTINGS)
    assert by_name.sha256 == by_folder.sha256
    assert (by_name.file, by_folder.file) == ("p1.png", "scan")
    for document in (by_name, by_folder):
        pages = list(document.pages)
        assert [page.info.number for page in pages] == [1, 2, 3]
        assert [round(page.info.width / page.info.height, 2) for page in pages] == [0.5, 0.5, 0.52]


def test_what_is_no_page_is_said(tmp_path: Path) -> None:
    pages_in(tmp_path / "scan")
    (tmp_path / "scan" / "Thumbs.db").write_bytes(b"\x00\x01")
    (tmp_path / "scan" / "report.pdf").write_bytes((SAMPLES / LINGSHOU / "digital.pdf").read_bytes())
    (tmp_path / "scan" / "p3.png").write_bytes(papers.encoded(papers.stripes(60, 60), "PNG"))
    findings = [f for page in open_document([tmp_path / "scan"], SETTINGS).pages
                for f in getattr(page, "findings", ())]  # fmt: skip
    assert [(f.code, f.detail) for f in findings] == [
        ("picture_not_read", "p3.png: too small for a page"),
        ("not_a_page", "report.pdf"),
    ]
    with pytest.raises(NotADocumentError, match=r"report\.pdf: is no picture"):
        open_document([tmp_path / "scan" / "report.pdf"], SETTINGS)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotADocumentError, match="empty: no pictures there"):
        open_document([tmp_path / "empty"], SETTINGS)
    (tmp_path / "scan" / "p4.png").write_bytes(blank()[:200])
    (cut,) = open_document([tmp_path / "scan" / "p4.png"], SETTINGS).pages
    assert isinstance(cut, PageContent)
    assert [finding.code for finding in cut.findings] == ["picture_not_read"]


def test_a_folder_says_how_it_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages_in(tmp_path / "scan")
    assert main(["extract", str(tmp_path / "scan")]) == 2
    assert "add --as-pages" in capsys.readouterr().err


@pytest.mark.engine
def test_pages_of_a_scan_make_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf = sample(WENZHOU, "scan")
    for number, page in ((2, pdf[0]), (10, pdf[1]), (11, pdf[2])):
        page.get_pixmap(dpi=150, colorspace=pymupdf.csGRAY).save(tmp_path / f"p{number}.jpg")
    names = sorted(str(path) for path in tmp_path.glob("*.jpg"))
    assert main(["extract", "--as-pages", *reversed(names), "--quiet"]) == 0
    (report,) = reports_from_json(capsys.readouterr().out)
    wanted = pipeline.extract(SAMPLES / WENZHOU / "digital.pdf")
    assert (report.report.title, report.report.year) == (wanted.report.title, wanted.report.year)
    assert [page.kind for page in report.document.pages] == ["image"] * 3
    assert {k: f.value for k, f in report.figures.items()} == {k: f.value for k, f in wanted.figures.items()}
    assert [section.page for section in report.sections] == [section.page for section in wanted.sections]
