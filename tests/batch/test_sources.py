"""What users name is what is read, and what cannot be had is told."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from pipeline.batch.fetch import fetch
from pipeline.batch.sources import find_inputs
from pipeline.batch.values import Input
from pipeline.errors import (
    DamagedFileError,
    InputError,
    MissingFileError,
    NotADocumentError,
    TooLargeError,
    UsageError,
)
from pipeline.settings import BatchSettings, Settings, SourceSettings

TIGHT = Settings(
    source=SourceSettings(max_bytes=1 << 20), batch=BatchSettings(zip_ratio=10, zip_least=1 << 10)
)


def files(*sources: object) -> list[str]:
    return [found.file for found in find_inputs(map(str, sources))]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b/2.pdf", "a/1.PDF", "a/deep/3.png", ".hidden/4.pdf", "a/.DS_Store", "a/notes.json"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "tree"


def test_a_folder_is_all_below_it_in_order(tree: Path) -> None:
    found = list(find_inputs([str(tree)]))
    assert [one.file for one in found] == ["1.PDF", "notes.json", "3.png", "2.pdf"]
    assert [type(one.fault) for one in found] == [type(None), NotADocumentError, type(None), type(None)]
    assert not any(one.named for one in found)
    assert [one.size for one in found] == [7, 12, 12, 7]


def test_a_named_file_is_read_whatever_its_name_says(tree: Path) -> None:
    (found,) = find_inputs([str(tree / "a/notes.json")])
    assert found.named
    assert found.fault is None


def test_patterns_and_lists(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files(f"{tree}/**/*.p*") == ["3.png", "2.pdf"]
    monkeypatch.chdir(tree)
    listed = tmp_path / "list.txt"
    listed.write_text("# a comment\n\nb/2.pdf\na/deep\n", encoding="utf-8-sig")
    assert files(f"@{listed}") == ["2.pdf", "3.png"]
    with pytest.raises(UsageError, match=r"none\.txt: the list cannot be read"):
        files("@none.txt")


def test_a_workspace_among_the_sources_is_left_out(tree: Path) -> None:
    workspace = tree / "a" / "workspace"
    (workspace / "results" / "ab").mkdir(parents=True)
    (workspace / "ledger.sqlite").touch()
    (workspace / "results" / "ab" / "cd.pdf").touch()
    assert "cd.pdf" not in files(tree)


@pytest.mark.parametrize("name", ["nothing.pdf", "nothing/*.pdf", "nothing.zip"])
def test_what_is_not_there_is_an_input_with_its_fault(tmp_path: Path, name: str) -> None:
    (found,) = find_inputs([str(tmp_path / name)])
    assert isinstance(found.fault, MissingFileError)
    assert found.named


def test_a_name_that_is_no_text_is_kept(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xb1\xa8\xb8\xe6.pdf"
    Path(os.fsdecode(path)).write_bytes(b"report")
    (found,) = find_inputs([str(tmp_path)])
    assert found.file == "xb8\\xe6.pdf".rpartition("/")[2] or "\\xb1" in found.name
    assert os.fsencode(found.location) == path
    assert len(fetch(found, tmp_path, TIGHT).sha256) == 64


def test_a_pipe_is_refused_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (found,) = find_inputs([str(tmp_path)])
    with pytest.raises(InputError, match="no regular file"):
        fetch(found, tmp_path, TIGHT)


def packed(path: Path, **members: bytes) -> list[Input]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return list(find_inputs([str(path)]))


def test_zip_archives_are_their_members(tmp_path: Path) -> None:
    found = packed(tmp_path / "a.zip", one__pdf=b"1" * 99, __hidden=b"", inner__zip=b"PK")
    assert [(one.file, one.size) for one in found] == [("one.pdf", 99), ("inner.zip", 2)]
    assert "archive inside an archive" in str(found[1].fault)
    spool = tmp_path / "spool"
    spool.mkdir()
    got = fetch(found[0], spool, TIGHT)
    assert got.path.parent == spool
    assert got.path.suffix == ".pdf"
    assert got.path.read_bytes() == b"1" * 99
    assert not got.borrowed


def test_chinese_names_in_old_archives_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xxxx.pdf", b"content")
    name = "年报".encode("gb18030")
    path.write_bytes(path.read_bytes().replace(b"xxxx", name))
    (found,) = find_inputs([str(path)])
    assert found.file == "年报.pdf"
    assert fetch(found, tmp_path, TIGHT).path.read_bytes() == b"content"


@pytest.mark.parametrize("size", [1 << 16, 1 << 21])
def test_bombs_are_not_unpacked(tmp_path: Path, size: int) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    (found,) = packed(tmp_path / "bomb.zip", bomb__pdf=bytes(size))
    with pytest.raises(TooLargeError):
        fetch(found, spool, TIGHT)
    assert not list(spool.iterdir())


def test_damaged_archives_are_told(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    (found,) = find_inputs([str(tmp_path / "bad.zip")])
    assert isinstance(found.fault, DamagedFileError)
    (member,) = packed(tmp_path / "cut.zip", one__pdf=os.urandom(5_000))
    content = bytearray((tmp_path / "cut.zip").read_bytes())
    content[100:200] = bytes(100)
    (tmp_path / "cut.zip").write_bytes(content)
    with pytest.raises(DamagedFileError):
        fetch(member, tmp_path, TIGHT)


def test_object_stores_by_address(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    for name in ("1.pdf", "deep/2.pdf", "3.txt"):
        store.pipe(f"/archive/{name}", name.encode())
    assert files("memory://archive") == ["1.pdf", "3.txt", "2.pdf"]
    assert files("memory://archive/**/*.pdf") == ["1.pdf", "2.pdf"]
    (one,) = find_inputs(["memory://archive/1.pdf"])
    assert (one.named, one.size) == (True, 5)
    assert fetch(one, tmp_path, TIGHT).path.read_bytes() == b"1.pdf"
    (nothing,) = find_inputs(["memory://archive/none"])
    assert isinstance(nothing.fault, MissingFileError)
    store.rm("/archive/1.pdf")
    with pytest.raises(MissingFileError):
        fetch(one, tmp_path, TIGHT)
