"""Zip files of pages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import EncryptedError, NotADocumentError, TooLargeError
from pipeline.model import Page
from pipeline.settings import SourceSettings
from pipeline.source import MediaType, open_document
from pipeline.source.bundle import natural
from tests.source import papers

SETTINGS = SourceSettings()


def zipped(path: Path, names: dict[str, bytes]) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in names.items():
            package.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def test_pictures_are_the_pages_in_the_order_people_count(tmp_path: Path) -> None:
    widths = {"第10页.png": 500, "第2页.png": 400, "第1页.jpg": 300}
    files = {name: papers.encoded(papers.stripes(width, 600), "PNG") for name, width in widths.items()}
    path = zipped(tmp_path / "x", {**files, "readme.txt": b"no picture", "__MACOSX/._a.png": b"x"})
    document = open_document(path, SETTINGS)
    assert document.media_type is MediaType.ZIP
    pages = [page for page in document.pages if isinstance(page, Page)]
    assert [page.picture.width for page in pages if page.picture] == [300, 400, 500]
    assert [page.info.number for page in pages] == [1, 2, 3]


def test_natural_order() -> None:
    assert sorted(["b2", "a10", "A9", "b10", "b"], key=natural) == ["A9", "a10", "b", "b2", "b10"]


def test_a_zip_without_pictures_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(NotADocumentError, match="zip without pictures"):
        open_document(zipped(tmp_path / "x.zip", {"a.txt": b"x"}), SETTINGS)


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.png": papers.encoded(papers.stripes(300, 300), "PNG")})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of encryption in the directory
    content[6] |= 1
    path.write_bytes(content)
    with pytest.raises(EncryptedError):
        open_document(path, SETTINGS)


def test_files_without_end_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {f"{n}.png": b"" for n in range(200)})
    with pytest.raises(TooLargeError):
        open_document(path, SourceSettings(max_entries=100))
