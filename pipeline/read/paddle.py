"""PaddleOCR: its detection and recognition modules, and its runtimes.  The only module that imports it.

Its pre-processing and inference are used as they are.  The recognizer's post-processing is ours: this
package needs the probabilities that PaddleOCR throws away, and crops in batches of equal width where
PaddleOCR pads each one to at least 320 pixels.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MissingDependencyError, ModelError
from pipeline.read import openvino_model
from pipeline.read.batches import Batch, make_batches
from pipeline.read.offline import go_offline
from pipeline.read.scan import BLANK, LineScan, Pixels, Quad
from pipeline.settings import ReadSettings

OPENVINO = "openvino"
ONNXRUNTIME = "onnxruntime"


class PaddleReader:
    """PaddleOCR's text recognizer, up to and including its probabilities."""

    def __init__(self, module: Any, settings: ReadSettings) -> None:
        self._predictor = module.paddlex_predictor
        self._settings = settings
        processors = import_module("paddlex.inference.models.text_recognition.processors")
        self._normalizer = processors.OCRReisizeNormImg
        self._alphabet = _ctc_alphabet(self._predictor)

    def scan(self, crops: Sequence[Pixels]) -> list[LineScan]:
        """Return one scan a crop; see `Reader`."""
        scans = [LineScan()] * len(crops)
        for batch in make_batches(crops, self._settings):
            for index, scan in zip(batch.indexes, self._scan_batch(batch), strict=True):
                scans[index] = scan
        return scans

    def _scan_batch(self, batch: Batch) -> list[LineScan]:
        height, width = batch.crops[0].shape[:2]
        normalize = self._normalizer(rec_image_shape=[3, height, width])
        inputs = self._predictor.pre_tfs["ToBatch"](imgs=normalize(imgs=list(batch.crops)))
        (probabilities,) = self._predictor.runner(x=inputs)
        return scans_of(probabilities, self._alphabet, self._settings.least_probability)


class PaddleFinder:
    """PaddleOCR's text detector."""

    def __init__(self, module: Any, settings: ReadSettings) -> None:
        self._module = module
        self._settings = settings

    def find(self, pixels: Pixels) -> tuple[Quad, ...]:
        """Return the corners of every line found; see `LineFinder`."""
        colour = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
        side = min(self._settings.finder_side, max(colour.shape[:2]))
        (found,) = self._module.predict(
            np.ascontiguousarray(colour[:, :, ::-1]), limit_side_len=side, limit_type="max"
        )
        return tuple(_quad(corners) for corners in found["dt_polys"])


def open_module(kind: str, name: str, folder: Path | None, settings: ReadSettings) -> Any:
    """Return PaddleOCR's module `kind` (`TextDetection`, `TextRecognition`) for one model.

    `folder` None lets PaddleOCR download its official model `name`.  MissingDependencyError where the
    package or the runtime asked for is not installed, ModelError where the model does not load.
    """
    paddleocr = _import_paddleocr(download=folder is None)
    runtime = choose_runtime(folder, settings)
    if runtime == OPENVINO:
        _register_openvino()
    try:
        return getattr(paddleocr, kind)(
            model_name=name,
            model_dir=None if folder is None else str(folder),
            device=settings.device,
            engine=runtime,
            engine_config=_ENGINE_CONFIGS.get(runtime),
        )
    except (RuntimeError, ValueError, OSError, KeyError, TypeError) as fault:
        raise ModelError(f"{name} does not load on {runtime} ({_first_line(fault)})") from fault


def choose_runtime(folder: Path | None, settings: ReadSettings) -> str:
    """Return which runtime carries the model: as set, else the fastest that fits its files and the device."""
    if settings.engine != "auto":
        return settings.engine
    if folder is not None and not (folder / "inference.onnx").is_file():
        return "paddle"
    on_cpu = settings.device == "cpu"
    return OPENVINO if on_cpu and folder is not None and openvino_model.is_installed() else ONNXRUNTIME


def scans_of(probabilities: NDArray[np.float32], alphabet: Sequence[str], least: float) -> list[LineScan]:
    """Turn probabilities (lines x steps x classes) into scans, leaving out those below `least`."""
    lines, length, classes = probabilities.shape
    flat = probabilities.reshape(-1)
    found = np.flatnonzero(flat >= least)
    steps: list[list[tuple[str, float]]] = [[] for _ in range(lines * length)]
    for place, chance in zip(found.tolist(), flat[found].tolist(), strict=True):
        step, symbol = divmod(place, classes)
        steps[step].append((alphabet[symbol], chance))
    ranked = [tuple(sorted(step, key=lambda item: -item[1])) for step in steps]
    return [LineScan(tuple(ranked[start : start + length])) for start in range(0, lines * length, length)]


def _ctc_alphabet(predictor: Any) -> list[str]:
    """Return the classes in order: PaddleOCR puts the CTC blank first and a space last."""
    listed = list(predictor.config["PostProcess"]["character_dict"])
    return [BLANK, *listed, " "]


def _quad(corners: NDArray[Any]) -> Quad:
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth


def _import_paddleocr(download: bool) -> Any:
    """Import PaddleOCR so that it opens no connection, writes nothing at home and logs nothing of its own."""
    go_offline()
    if download:
        del os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"]
    os.environ.setdefault("PADDLE_PDX_EAGER_INIT", "False")  # its training half, half a second
    try:
        paddleocr = import_module("paddleocr")
    except ImportError as fault:
        raise MissingDependencyError(f"PaddleOCR does not import ({_first_line(fault)})") from fault
    for name in ("paddlex", "paddleocr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return paddleocr


def _register_openvino() -> None:
    """Add OpenVINO to PaddleX's registries and to PaddleOCR's list of engines, once."""
    supported = import_module("paddleocr._common_args").SUPPORTED_INFERENCE_ENGINE_LIST
    if OPENVINO in supported:
        return
    runner_base = import_module("paddlex.inference.models.runners").InferenceRunner
    engine_base = import_module("paddlex.inference.models.engines").RunnerEngine

    class OpenVinoRunner(runner_base):  # type: ignore[misc,valid-type]
        def __init__(self, folder: Path) -> None:
            super().__init__()
            self._model = openvino_model.OpenVinoModel(folder / "inference.onnx")

        def __call__(self, x: Any = None, **kwargs: Any) -> list[NDArray[np.float32]]:
            del kwargs
            (batch,) = x
            return [self._model(batch)]

        def close(self) -> None:
            del self._model

    class OpenVinoEngine(engine_base):  # type: ignore[misc,valid-type]
        entities = OPENVINO

        @property
        def name(self) -> str:
            return OPENVINO

        def get_supported_model_formats(self) -> tuple[str, ...]:
            return ("onnx",)

        def get_default_runner_builder(self) -> Any:
            return lambda *, model_dir, **_: OpenVinoRunner(model_dir)

        def validate_runner(self, runner: Any) -> None:
            if not isinstance(runner, OpenVinoRunner):
                raise TypeError(f"not an OpenVINO runner: {type(runner).__name__}")

    register = import_module("paddlex.inference.models.bindings").register_predictor_binding_map
    detection = import_module("paddlex.inference.models.text_detection")
    recognition = import_module("paddlex.inference.models.text_recognition")
    register(detection.TextDetPredictor, {OPENVINO: detection.MODELS})
    register(recognition.TextRecPredictor, {OPENVINO: recognition.MODELS})
    supported.append(OPENVINO)


def _first_line(fault: BaseException) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0]


_ENGINE_CONFIGS: dict[str, dict[str, Any]] = {
    # The arena never gives memory back and grows with the largest page seen.
    ONNXRUNTIME: {"enable_cpu_mem_arena": False, "log_severity_level": 3},
}
