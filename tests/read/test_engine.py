"""Opening an engine: offline, quietly, by the settings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import DeviceError, ModelError
from pipeline.read.decode import decode_text
from pipeline.read.engine import EngineLoader, choose_model, open_engine
from pipeline.read.paddle import require_cuda
from pipeline.read.replay import null_engine
from pipeline.read.scan import Engine
from pipeline.read.weights import find_model, model_folder
from pipeline.settings import ReadSettings
from tests.read.sheet import picture

SETTINGS = ReadSettings()

OFFLINE = """
import os, sys, traceback

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        traceback.print_stack()
        os._exit(9)  # an exception could be swallowed by whoever calls

sys.addaudithook(refuse)
from pipeline.read.cells import read_picture
from pipeline.read.engine import open_engine
from pipeline.read.weights import find_model, model_folder
from pipeline.settings import ReadSettings
from tests.read.sheet import GRID, RULES, picture

settings = ReadSettings(engine=sys.argv[1])
(cells,), lines = read_picture(picture("hei.png"), 1, [GRID], RULES, open_engine(settings), settings)
print("".join(cell.figure.text for cell in cells[:7]))
"""


@pytest.mark.engine
@pytest.mark.parametrize("runtime", ["auto", "onnxruntime"])
def test_reading_opens_no_connection_and_leaves_nothing_at_home(tmp_path: Path, runtime: str) -> None:
    """Runtimes that call home from native code, unseen by hooks, keep an identity in the home folder."""
    home = tmp_path / "home"
    home.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", OFFLINE, runtime],
        cwd=Path(__file__).parents[2],
        env={"BIAOGE_CACHE": str(tmp_path / "cache"), "HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "0123456\n"
    assert list(home.rglob("*")) == []


@pytest.mark.engine
def test_both_runtimes_read_alike(engine: Engine) -> None:
    other = open_engine(replace(SETTINGS, engine="onnxruntime"))
    assert other.runtime == "onnxruntime"
    shown = picture("song.png").pixels
    crops = [shown[250:290, x : x + 40] for x in (83 + round((i + 0.5) * 152.8) - 20 for i in range(7))]
    texts = ["".join(decode_text(s, "r").text for s in e.reader.scan(crops)) for e in (engine, other)]
    assert texts == ["0123456"] * 2


@pytest.mark.engine
def test_the_engine_names_its_models(engine: Engine) -> None:
    assert [m.role for m in engine.models] == ["detector", "recognizer"]
    assert all(len(m.sha256) == 64 for m in engine.models)


@pytest.mark.engine
def test_a_runtime_that_does_not_exist_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="does not load"):
        open_engine(replace(SETTINGS, engine="abacus"))


@pytest.mark.parametrize("device", ["gpu", "gpu:1"])
def test_no_engine_reads_on_the_processor_where_a_card_was_asked_for(device: str) -> None:
    with pytest.raises(DeviceError, match="on processors alone"):
        open_engine(replace(SETTINGS, engine="openvino", device=device))
    with pytest.raises(DeviceError, match=f"cannot use {device}: no card"):
        require_cuda(["CPUExecutionProvider"], device)
    require_cuda(["CUDAExecutionProvider", "CPUExecutionProvider"], device)


@pytest.mark.engine
@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="there is a card")
@pytest.mark.parametrize("engine", ["auto", "onnxruntime", "paddle"])
def test_a_card_that_is_not_there_is_told(engine: str) -> None:
    with pytest.raises(DeviceError, match="does not load on gpu") as caught:
        open_engine(replace(SETTINGS, engine=engine, device="gpu"))
    assert "--device cpu" in caught.value.line()


def test_a_folder_that_is_not_there_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        choose_model("detector", replace(SETTINGS, models=str(tmp_path / "none")))


def test_a_folder_without_the_role_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no subfolder holds a recognizer"):
        choose_model("recognizer", replace(SETTINGS, models=str(tmp_path)))


def test_local_models_are_known_by_their_configuration(tmp_path: Path) -> None:
    for folder, name in (("a", "PP-OCRv6_medium_det"), ("b", "PP-OCRv6_medium_rec")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "inference.yml").write_text(f"Global:\n  model_name: {name}\n", "utf-8")
    settings = replace(SETTINGS, models=str(tmp_path))
    model = choose_model("recognizer", settings)
    assert (model.name, model.folder, model.entry) == ("PP-OCRv6_medium_rec", tmp_path / "b", None)


@pytest.mark.parametrize(
    ("size", "name"), [("medium", "PP-OCRv6_medium_det"), ("server", "PP-OCRv5_server_det")]
)
def test_official_models_are_left_to_paddleocr(size: str, name: str) -> None:
    model = choose_model("detector", replace(SETTINGS, models=f"paddleocr:{size}"))
    assert (model.name, model.folder) == (name, None)


def test_a_size_that_paddleocr_has_not_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="known: tiny, small, medium"):
        choose_model("detector", replace(SETTINGS, models="paddleocr:giant"))


@pytest.mark.engine
def test_a_folder_of_models_is_read_from(engine: Engine) -> None:
    folder = model_folder(find_model("recognizer")).parent
    model_folder(find_model("detector"))
    local = open_engine(replace(SETTINGS, models=str(folder)))
    crop = picture("song.png").pixels[250:290, 139:179]
    assert local.reader.scan([crop]) == engine.reader.scan([crop])
    assert local.models == ()


def test_a_loader_gives_the_engine_or_what_went_wrong() -> None:
    null = null_engine()
    assert EngineLoader(SETTINGS, lambda _: null).get() is null

    def fail(_: ReadSettings) -> Engine:
        raise ModelError("broken")

    loader = EngineLoader(SETTINGS, fail)
    for _ in range(2):
        with pytest.raises(ModelError, match="broken"):
            loader.get()
