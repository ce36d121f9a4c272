"""Files of older office programs: told by what they hold, read by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import struct
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import EncryptedError, MissingCalcError, MissingOfficeError, NotADocumentError
from pipeline.model import PageContent
from pipeline.source import MediaType, media_type, open_document
from pipeline.source.office import Target, converted
from tests.source.compound import compound_file
from tests.source.tiled import SETTINGS, placed

OFFICE = shutil.which("soffice")
CALC = OFFICE is not None and (Path(OFFICE).resolve().parent / "libsclo.so").exists()
TEXT = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0)
LOCKED_TEXT = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100)
BOOK = struct.pack("<HH16xHH", 0x0809, 16, 0x00E1, 2)
LOCKED_BOOK = struct.pack("<HH16xHH", 0x0809, 16, 0x002F, 54)


@pytest.mark.parametrize(
    ("names", "stream", "found"),
    [
        (["CompObj", "WordDocument"], TEXT, MediaType.DOC),
        (["SummaryInformation", "Workbook"], BOOK, MediaType.XLS),
        (["Book"], BOOK, MediaType.XLS),
        (["PowerPoint Document"], TEXT, None),
    ],
)
def test_a_compound_file_is_known_by_what_lies_at_its_root(
    names: list[str], stream: bytes, found: MediaType | None
) -> None:
    assert media_type(compound_file(names, stream)) is found


@pytest.mark.parametrize(
    ("names", "stream"),
    [(["WordDocument"], LOCKED_TEXT), (["Workbook"], LOCKED_BOOK), (["EncryptedPackage"], b"x")],
)
def test_what_takes_a_password_says_so(tmp_path: Path, names: list[str], stream: bytes) -> None:
    path = tmp_path / "locked.doc"
    path.write_bytes(compound_file(names, stream))
    with pytest.raises(EncryptedError, match=r"locked\.doc"):
        open_document(path, SETTINGS)


def test_a_presentation_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "x.ppt"
    path.write_bytes(compound_file(["PowerPoint Document"], b"x"))
    with pytest.raises(NotADocumentError):
        open_document(path, SETTINGS)


@pytest.mark.parametrize("size", [10, 60, 511, 513, 700, 1030, 1500])
def test_a_torn_compound_file_is_not_looked_into(size: int) -> None:
    torn = compound_file(["WordDocument"], TEXT)[:size]
    assert media_type(torn) in (MediaType.DOC, None)


@pytest.mark.parametrize(
    ("target", "error", "advice"),
    [(Target.DOCX, MissingOfficeError, "writer"), (Target.XLSX, MissingCalcError, "calc")],
)
def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, target: Target, error: type[MissingOfficeError], advice: str
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(error, match=r"x\.et") as caught:
        converted(compound_file(["Workbook"], BOOK), "x.et", target, SETTINGS)
    assert f"libreoffice-{advice}-nogui" in caught.value.line()
    assert caught.value.status == 3


def soffice(source: Path, target: str) -> None:
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(source.parent / 'p').as_uri()}", "--headless", "--convert-to",
         target, "--outdir", str(source.parent), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


@pytest.mark.skipif(not CALC, reason="LibreOffice Calc is not installed")
def test_an_older_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "规章", 463.4, "行政许可", "-7"
    sheet.merge_cells("B2:C2")
    source = tmp_path / "x.xlsx"
    book.save(source)
    soffice(source, "xls:MS Excel 97")
    document = open_document(tmp_path / "x.xls", SETTINGS)
    assert document.media_type is MediaType.XLS
    (table,) = (t for step in document.pages if isinstance(step, PageContent) for t in step.tables)
    assert [text for *_, text in placed(table) if text] == ["规章", "463.4", "行政许可", "-7"]
    assert (1, 1, 1, 2, "-7") in placed(table)


FLAT_BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row>
<Cell><Data ss:Type="String">规章</Data></Cell><Cell><Data ss:Type="Number">3</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">行政许可</Data></Cell><Cell><Data ss:Type="Number">0</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
FLAT_TEXT = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>
<w:t>某某局工作报告</w:t></w:r></w:p></w:body></w:wordDocument>"""


@pytest.mark.skipif(not CALC, reason="LibreOffice Calc is not installed")
@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (FLAT_BOOK, MediaType.XLS, ["规章", "3", "行政许可", "0"]),
        (FLAT_TEXT, MediaType.DOC, ["某某局工作报告"]),
    ],
)
def test_files_of_one_piece_of_xml(tmp_path: Path, content: str, kind: MediaType, told: list[str]) -> None:
    path = tmp_path / "x.xls"
    path.write_text(content, "utf-8")
    document = open_document(path, SETTINGS)
    assert document.media_type is kind
    steps = [step for step in document.pages if isinstance(step, PageContent)]
    cells = [text for step in steps for table in step.tables for *_, text in placed(table)]
    assert cells + [line.text for step in steps for line in step.lines] == told


class _Listener(BaseHTTPRequestHandler):
    asked: list[str]
    raw_requestline: bytes

    def parse_request(self) -> bool:
        """Note every request, whatever it wants, and answer none."""
        self.asked.append(str(self.raw_requestline))
        return False

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server on this machine, and what it is asked for."""
    asked: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Listener", (_Listener,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_nothing_is_fetched_by_the_program_that_converts(listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    page = f'<html><body><p>x</p><img src="{address}/a.png"><link rel=stylesheet href="{address}/b.css">'
    made = converted(page.encode(), "x.doc", Target.PDF, SETTINGS)
    assert made.startswith(b"%PDF")
    assert asked == []
