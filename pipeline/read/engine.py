"""Opening an engine by the settings, at once or behind other work."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.read.device import LocalFinder, LocalReader, Models
from pipeline.read.scan import Engine
from pipeline.read.weights import ModelEntry, Role, find_model, model_folder
from pipeline.settings import ReadSettings

NAME = "ppocr"
EMBEDDED = "embedded"
OFFICIAL = "paddleocr:"
OFFICIAL_SIZES = {"PP-OCRv6": ("tiny", "small", "medium"), "PP-OCRv5": ("mobile", "server")}
_MODEL_NAME = re.compile(r"^\s+model_name:\s*['\"]?([\w.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Model:
    """A model to load: its name, its folder (None: PaddleOCR downloads it), its line in the manifest."""

    name: str
    folder: Path | None
    entry: ModelEntry | None = None


def open_models(settings: ReadSettings) -> Models:
    """Load both models; takes some seconds.

    With embedded models or a local folder no connection is opened.  MissingDependencyError or ModelError
    where a package, a model or the device asked for is missing, damaged or does not load: nothing falls
    back to another device.
    """
    from pipeline.read import paddle

    detector, recognizer = choose_model("detector", settings), choose_model("recognizer", settings)
    finder = paddle.open_module("TextDetection", detector.name, detector.folder, settings)
    reader = paddle.open_module("TextRecognition", recognizer.name, recognizer.folder, settings)
    return Models(
        name=NAME,
        lines=paddle.PaddleReader(reader, settings),
        pages=paddle.PaddleFinder(finder, settings),
        runtime=paddle.choose_runtime(recognizer.folder, settings),
        entries=tuple(m.entry for m in (detector, recognizer) if m.entry),
    )


def open_engine(settings: ReadSettings) -> Engine:
    """Return the engine by the settings: its models loaded here, or those of another process.

    Errors as `open_models`; DeviceLostError where the other process does not answer.
    """
    if settings.server is not None:
        from pipeline.read.remote import open_remote

        return open_remote(settings, settings.server)
    return local_engine(open_models(settings), settings)


def local_engine(models: Models, settings: ReadSettings) -> Engine:
    """Return the engine that reads with models of this process."""
    reader, finder = LocalReader(models.lines, settings), LocalFinder(models.pages)
    return Engine(models.name, reader, finder, models.runtime, models.entries)


def try_engine(_: Path, settings: ReadSettings, progress: Callable[[str, int, int], None]) -> bytes:
    """Open the engine and say by which runtime it reads (in a supervised child); errors as `open_engine`."""
    progress("engine", 0, 1)
    return open_engine(settings).runtime.encode()


def choose_model(role: Role, settings: ReadSettings) -> Model:
    """Return the model that the settings name for a role; ModelError where there is none."""
    chosen = settings.models
    if chosen == EMBEDDED:
        entry = find_model(role)
        return Model(entry.name, model_folder(entry), entry)
    suffix = "det" if role == "detector" else "rec"
    if chosen.startswith(OFFICIAL):
        return Model(f"{_official_name(chosen.removeprefix(OFFICIAL))}_{suffix}", None)
    return _local_model(Path(chosen), f"_{suffix}", role)


class EngineLoader:
    """Loads an engine in a background thread, from the moment the loader is made."""

    def __init__(
        self, settings: ReadSettings, opener: Callable[[ReadSettings], Engine] = open_engine
    ) -> None:
        self._settings = settings
        self._opener = opener
        self._engine: Engine | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._load, name="engine-loader", daemon=True)
        self._thread.start()

    def get(self) -> Engine:
        """Return the engine, waiting for it; raises what opening it raised."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        if self._engine is None:
            raise ModelError("the reader was not loaded")
        return self._engine

    def _load(self) -> None:
        try:
            self._engine = self._opener(self._settings)
        except BaseException as fault:  # noqa: BLE001 - handed to the thread that asks, by get()
            self._fault = fault


def _official_name(size: str) -> str:
    """Return the newest generation of PaddleOCR's models that has this size."""
    for generation, sizes in OFFICIAL_SIZES.items():
        if size in sizes:
            return f"{generation}_{size}"
    known = ", ".join(s for sizes in OFFICIAL_SIZES.values() for s in sizes)
    raise ModelError(f"PaddleOCR has no models of size {size!r} (known: {known})")


def _local_model(root: Path, suffix: str, role: Role) -> Model:
    if not root.is_dir():
        raise ModelError(f"{root}: no such folder of models")
    for config in sorted(root.glob("*/inference.yml")):
        name = _configured_name(config)
        if name.endswith(suffix):
            return Model(name, config.parent)
    raise ModelError(f"{root}: no subfolder holds a {role} (inference.yml whose model_name ends in {suffix})")


def _configured_name(config: Path) -> str:
    """Return `Global.model_name`; by its line alone, since the alphabet further down takes half a second."""
    try:
        found = _MODEL_NAME.search(config.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise ModelError(f"{config}: cannot be read") from fault
    if found is None:
        raise ModelError(f"{config}: names no model")
    return found[1]
