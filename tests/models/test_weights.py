"""The manifest, the weights that the install brings, and their assembly."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pipeline.errors import MissingDependencyError, ModelError
from pipeline.read import weights
from pipeline.read.offline import CACHE_VARIABLE, cache_folder
from pipeline.read.weights import (
    ModelEntry,
    find_model,
    list_models,
    model_folder,
    source_file,
    verify_models,
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def recognizer() -> ModelEntry:
    return find_model("recognizer")


def test_the_manifest_has_a_detector_and_a_recognizer() -> None:
    assert {entry.role for entry in list_models()} == {"detector", "recognizer"}
    assert all(entry.licence == "Apache-2.0" for entry in list_models())


def test_the_installed_weights_are_those_of_the_manifest() -> None:
    assert [status.fault for status in verify_models()] == [None, None]
    assert all(source_file(entry).stat().st_size == entry.bytes for entry in list_models())


def test_weights_are_found_without_importing_their_package() -> None:
    code = "import sys; from pipeline.read.weights import *; print(source_file(find_model('detector')).name)"
    code += "; assert not {'rapidocr', 'onnxruntime', 'paddlex'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)


def test_an_assembled_model_is_what_paddleocr_wants(recognizer: ModelEntry) -> None:
    folder = model_folder(recognizer)
    config = yaml.safe_load((folder / weights.CONFIG_FILE).read_text("utf-8"))
    characters = config["PostProcess"]["character_dict"]
    assert config["Global"]["model_name"] == recognizer.name
    assert len(characters) == 18_708
    assert set("0123456789.-无元万") <= set(characters)
    assert (folder / weights.WEIGHTS_FILE).stat().st_size == recognizer.bytes


@pytest.mark.parametrize("name", [weights.WEIGHTS_FILE, weights.CONFIG_FILE, weights.SUMS_FILE])
def test_a_damaged_assembled_file_is_noticed_and_made_anew(recognizer: ModelEntry, name: str) -> None:
    file = model_folder(recognizer) / name
    sound = file.read_bytes()
    for damage in (sound[:-1] + bytes([sound[-1] ^ 1]), sound[: len(sound) // 2], b""):
        file.write_bytes(damage)
        assert (model_folder(recognizer) / name).read_bytes() == sound


def test_a_sound_cache_is_not_written_again(recognizer: ModelEntry) -> None:
    file = model_folder(recognizer) / weights.WEIGHTS_FILE
    before = file.stat().st_mtime_ns
    assert (model_folder(recognizer) / weights.WEIGHTS_FILE).stat().st_mtime_ns == before


def test_a_source_that_is_not_the_manifests_is_a_model_error(recognizer: ModelEntry) -> None:
    other = replace(recognizer, sha256="0" * 64)
    with pytest.raises(ModelError, match="damaged or not PP-OCRv6_small_rec"):
        model_folder(other)
    assert not list(cache_folder().rglob("*.onnx"))


def test_another_version_of_the_package_is_a_model_error(recognizer: ModelEntry) -> None:
    other = replace(recognizer, source=replace(recognizer.source, version="1.0"))
    with pytest.raises(ModelError, match=r"rapidocr 1\.0, but"):
        source_file(other)


def test_a_package_that_is_missing_says_so_in_one_line(recognizer: ModelEntry) -> None:
    other = replace(recognizer, source=replace(recognizer.source, package="no-such-package"))
    with pytest.raises(MissingDependencyError) as raised:
        source_file(other)
    assert "\n" not in raised.value.line()
    assert raised.value.status == 3


def test_a_file_that_the_package_lacks_is_a_model_error(recognizer: ModelEntry) -> None:
    other = replace(recognizer, source=replace(recognizer.source, path="models/none.onnx"))
    with pytest.raises(ModelError, match="lacks"):
        source_file(other)


def test_a_cache_that_cannot_be_written_is_a_model_error(
    recognizer: ModelEntry, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache / "file").write_text("", "utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(cache / "file"))
    with pytest.raises(ModelError, match="cannot store"):
        model_folder(recognizer)


def test_several_may_assemble_at_once(recognizer: ModelEntry) -> None:
    code = "from pipeline.read.weights import *; print(model_folder(find_model('recognizer')))"

    def run(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(run, range(3)))) == 1
    folder = model_folder(recognizer)
    assert sorted(p.name for p in folder.iterdir()) == ["SHA256SUMS", "inference.onnx", "inference.yml"]


@pytest.mark.parametrize("text", ["", "[]", "schema: other/1", "schema: biaoge.models/1\nmodels: [{}]"])
def test_a_damaged_manifest_is_a_model_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ModelError):
        list_models(file)
