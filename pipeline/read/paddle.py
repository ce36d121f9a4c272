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

from pipeline.errors import DeviceError, MissingDependencyError, ModelError
from pipeline.read import openvino_model
from pipeline.read.device import Shrunk
from pipeline.read.offline import go_offline
from pipeline.read.peaks import Peaks, peaks_of
from pipeline.read.scan import BLANK, Pixels, Quad
from pipeline.settings import ReadSettings

OPENVINO = "openvino"
ONNXRUNTIME = "onnxruntime"


class PaddleReader:
    """PaddleOCR's text recognizer, up to and including its probabilities; a `LineModel`."""

    def __init__(self, module: Any, settings: ReadSettings) -> None:
        self._predictor = module.paddlex_predictor
        self._settings = settings
        processors = import_module("paddlex.inference.models.text_recognition.processors")
        self._normalizer = processors.OCRReisizeNormImg
        self.alphabet = _ctc_alphabet(self._predictor)

    def prepare(self, items: Sequence[Pixels]) -> NDArray[np.float32]:
        """Return crops of one size (height x width x 3) as a batch for `infer`."""
        height, width = items[0].shape[:2]
        normalize = self._normalizer(rec_image_shape=[3, height, width])
        (batch,) = self._predictor.pre_tfs["ToBatch"](imgs=normalize(imgs=list(items)))
        return np.asarray(batch, np.float32)

    def infer(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return probabilities (crops x steps x classes)."""
        (probabilities,) = self._predictor.runner(x=[batch])
        return np.asarray(probabilities, np.float32)

    def finish(self, output: NDArray[np.float32]) -> list[Peaks]:
        """Return the likely classes of each crop."""
        return peaks_of(output, self._settings.least_probability)


class PaddleFinder:
    """PaddleOCR's text detector; a `PageModel`."""

    def __init__(self, module: Any, settings: ReadSettings) -> None:
        self._predictor = module.paddlex_predictor
        self._settings = settings

    def shrink(self, pixels: Pixels) -> Shrunk:
        """Return a picture (grey or RGB) in the size and colours that the detector takes."""
        colour = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
        side = min(self._settings.finder_side, max(colour.shape[:2]))
        steps = self._predictor.pre_tfs
        sized, (shape,) = steps["Resize"](imgs=[colour], limit_side_len=side, limit_type="max")
        (normal,) = steps["ToCHW"](imgs=steps["Normalize"](imgs=sized))
        return Shrunk(np.asarray(normal, np.float32), shape)

    def prepare(self, items: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return shrunk pictures of one size as a batch for `infer`."""
        (batch,) = self._predictor.pre_tfs["ToBatch"](imgs=list(items))
        return np.asarray(batch, np.float32)

    def infer(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how likely each pixel is to be text (pictures x 1 x height x width)."""
        (likely,) = self._predictor.runner(x=[batch])
        return np.asarray(likely, np.float32)

    def finish(self, output: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return the pictures' likelihoods one by one."""
        return list(output)

    def outline(self, likely: NDArray[np.float32], shrunk: Shrunk) -> tuple[Quad, ...]:
        """Return the lines in one picture's likelihoods; see `PageModel`."""
        chosen = self._predictor
        (polygons,), _ = chosen.post_op(
            [likely[None]],
            [shrunk.shape],
            thresh=chosen.thresh,
            box_thresh=chosen.box_thresh,
            unclip_ratio=chosen.unclip_ratio,
        )
        return tuple(_quad(corners) for corners in polygons)


def open_module(kind: str, name: str, folder: Path | None, settings: ReadSettings) -> Any:
    """Return PaddleOCR's module `kind` (`TextDetection`, `TextRecognition`) for one model.

    `folder` None lets PaddleOCR download its official model `name`.  MissingDependencyError where the
    package, the runtime or the device asked for is not there, ModelError where the model does not load.
    """
    runtime = choose_runtime(folder, settings)
    on_gpu = settings.device.startswith("gpu")
    if on_gpu and runtime == OPENVINO:
        raise DeviceError(f"{settings.device}: OpenVINO reads on processors alone")
    paddleocr = _import_paddleocr(download=folder is None)
    if runtime == OPENVINO:
        _register_openvino()
    try:
        module = getattr(paddleocr, kind)(
            model_name=name,
            model_dir=None if folder is None else str(folder),
            device=settings.device,
            engine=runtime,
            engine_config=_engine_config(runtime, on_gpu=on_gpu),
        )
    except (RuntimeError, ValueError, OSError, KeyError, TypeError) as fault:
        said = _first_line(fault)
        if on_gpu:
            raise DeviceError(f"{name} does not load on {settings.device} by {runtime} ({said})") from fault
        raise ModelError(f"{name} does not load on {runtime} ({said})") from fault
    if on_gpu and runtime == ONNXRUNTIME:
        require_cuda(module.paddlex_predictor.runner.session.get_providers(), settings.device)
    return module


def import_everything() -> None:
    """Import what every model needs, and load none; MissingDependencyError where PaddleOCR is missing."""
    _import_paddleocr(download=False)
    if openvino_model.is_installed():
        _register_openvino()
        import_module("openvino")


def require_cuda(providers: Sequence[str], device: str) -> None:
    """Raise DeviceError unless ONNX Runtime computes on the card: it falls back without a word."""
    if "CUDAExecutionProvider" not in providers:
        raise DeviceError(
            f"ONNX Runtime cannot use {device}: no card, or its driver, CUDA or cuDNN does not load"
        )


def choose_runtime(folder: Path | None, settings: ReadSettings) -> str:
    """Return which runtime carries the model: as set, else the fastest that fits its files and the device."""
    if settings.engine != "auto":
        return settings.engine
    if folder is not None and not (folder / "inference.onnx").is_file():
        return "paddle"
    on_cpu = settings.device == "cpu"
    return OPENVINO if on_cpu and folder is not None and openvino_model.is_installed() else ONNXRUNTIME


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


def _engine_config(runtime: str, *, on_gpu: bool) -> dict[str, Any] | None:
    if runtime != ONNXRUNTIME:
        return None
    # The arena never gives memory back and grows with the largest page seen.
    config: dict[str, Any] = {"enable_cpu_mem_arena": False, "log_severity_level": 3}
    if on_gpu:
        # By default it tries every algorithm for every new shape of a batch; ours have hundreds.
        config["provider_options"] = {"cudnn_conv_algo_search": "HEURISTIC"}
    return config
