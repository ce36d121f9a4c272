"""The weights of the reader: the manifest, their checksums, and their assembly for PaddleOCR.

The embedded models lie inside a package that pip installed and that is never imported.  PaddleOCR wants a
folder a model with `inference.onnx` and `inference.yml`; such folders are made once in the cache.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from pipeline.carried import carried_file
from pipeline.errors import MissingDependencyError, ModelError
from pipeline.read.offline import cache_folder, go_offline

Role: TypeAlias = Literal["detector", "recognizer"]

MANIFEST_SCHEMA = "biaoge.models/1"
WEIGHTS_FILE = "inference.onnx"
CONFIG_FILE = "inference.yml"
SUMS_FILE = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a weight file comes from: a path inside an installed package of one exact version."""

    package: str
    version: str
    path: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of the manifest."""

    name: str
    role: Role
    version: str
    licence: str
    sha256: str
    bytes: int
    source: ModelSource


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """What `verify` found of one model: its source file, and the fault or None."""

    entry: ModelEntry
    file: Path | None
    fault: str | None


def list_models(manifest: Path | None = None) -> tuple[ModelEntry, ...]:
    """Return the manifest's models in its order; ModelError where the manifest is damaged."""
    path = manifest or carried_file("manifest.yaml")
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        if data["schema"] != MANIFEST_SCHEMA:
            raise ModelError(f"{path}: schema {data['schema']!r} is not {MANIFEST_SCHEMA!r}")
        return tuple(_entry(item) for item in data["models"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as fault:
        raise ModelError(f"{path}: damaged manifest ({fault})") from fault


def find_model(role: Role) -> ModelEntry:
    """Return the manifest's model of that role; ModelError where there is none."""
    for entry in list_models():
        if entry.role == role:
            return entry
    raise ModelError(f"the manifest names no {role}")


def source_file(entry: ModelEntry) -> Path:
    """Return where the entry's weights lie, without importing their package.

    MissingDependencyError where the package is not installed; ModelError where it is of another version or
    lacks the file.
    """
    source = entry.source
    try:
        installed = importlib.metadata.version(source.package)
    except importlib.metadata.PackageNotFoundError as fault:
        raise MissingDependencyError(
            f"package {source.package} {source.version}, which carries {entry.name}, is not installed"
        ) from fault
    if installed != source.version:
        raise ModelError(
            f"{entry.name} comes from {source.package} {source.version}, but {installed} is installed"
        )
    spec = importlib.util.find_spec(source.package)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(root) / source.path
        if file.is_file():
            return file
    raise ModelError(f"package {source.package} {installed} lacks {source.path}")


def verify_models() -> tuple[ModelStatus, ...]:
    """Return for every model of the manifest whether its source file is the one that is named."""
    return tuple(_status(entry) for entry in list_models())


def model_folder(entry: ModelEntry) -> Path:
    """Return the folder of the assembled model, made first where it is missing or damaged.

    The assembled files are checked by sha256 at each call (some 20 ms).  Files are written aside and
    renamed, so that several processes may do this at once.  ModelError where the source is damaged or the
    cache cannot be written.
    """
    folder = cache_folder() / "models" / f"{entry.name}-{entry.sha256[:12]}"
    if not _is_sound(folder, entry):
        try:
            _assemble(entry, folder)
        except OSError as fault:
            raise ModelError(f"{folder}: cannot store {entry.name} ({fault.strerror})") from fault
    return folder


def _entry(item: Mapping[str, Any]) -> ModelEntry:
    fields = {**item, "source": ModelSource(**item["source"])}
    return ModelEntry(**fields)


def _status(entry: ModelEntry) -> ModelStatus:
    try:
        file = source_file(entry)
        _checked_bytes(entry, file)
    except MissingDependencyError as fault:
        return ModelStatus(entry, None, str(fault))
    return ModelStatus(entry, file, None)


def _checked_bytes(entry: ModelEntry, file: Path) -> bytes:
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ModelError(f"{file} is damaged or not {entry.name}: its sha256 is not the manifest's")
    return content


def _is_sound(folder: Path, entry: ModelEntry) -> bool:
    try:
        lines = (folder / SUMS_FILE).read_bytes().decode("ascii").rstrip("\n").split("\n")
        sums = dict(line.split("  ", 1)[::-1] for line in lines)
        files = {name: (folder / name).read_bytes() for name in (WEIGHTS_FILE, CONFIG_FILE)}
    except (OSError, ValueError):
        return False
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return found == sums and found[WEIGHTS_FILE] == entry.sha256


def _assemble(entry: ModelEntry, folder: Path) -> None:
    weights = _checked_bytes(entry, source_file(entry))
    config = _CONFIGS[entry.role](entry, weights)
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False, width=2**31).encode()
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in ((WEIGHTS_FILE, weights), (CONFIG_FILE, text))
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / WEIGHTS_FILE, weights)
    _write(folder / CONFIG_FILE, text)
    _write(folder / SUMS_FILE, sums.encode())


def _write(target: Path, content: bytes) -> None:
    """Write aside and rename: a reader sees the whole file or none."""
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def _detector_config(entry: ModelEntry, weights: bytes) -> dict[str, Any]:
    del weights
    return {
        "Global": {"model_name": entry.name},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetLabelEncode": None},
                {"DetResizeForTest": {"resize_long": 960}},
                {
                    "NormalizeImage": {
                        "mean": [0.485, 0.456, 0.406],
                        "std": [0.229, 0.224, 0.225],
                        "scale": "1./255.",
                        "order": "hwc",
                    }
                },
                {"ToCHWImage": None},
                {"KeepKeys": {"keep_keys": ["image", "shape", "polys", "ignore_tags"]}},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "max_candidates": 1000,
            "unclip_ratio": 1.5,
        },
    }


def _recognizer_config(entry: ModelEntry, weights: bytes) -> dict[str, Any]:
    return {
        "Global": {"model_name": entry.name},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"MultiLabelEncode": {"gtc_encode": "NRTRLabelEncode"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
                {"KeepKeys": {"keep_keys": ["image", "label_ctc", "label_gtc", "length", "valid_ratio"]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": _alphabet(entry, weights)},
    }


def _alphabet(entry: ModelEntry, weights: bytes) -> str | list[str]:
    """Return the recognizer's characters, in one string where each is one code point.

    PaddleX takes the list or the string; its YAML reader needs half a second for the one, 5 ms for the other.
    """
    go_offline()
    import onnxruntime  # type: ignore[import-untyped]

    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    listed = session.get_modelmeta().custom_metadata_map.get("character", "")
    characters = listed.split("\n")
    if len(characters) < 2:
        raise ModelError(f"{entry.name} carries no alphabet in its metadata")
    return "".join(characters) if all(len(c) == 1 for c in characters) else characters


_CONFIGS: Mapping[Role, Callable[[ModelEntry, bytes], dict[str, Any]]] = {
    "detector": _detector_config,
    "recognizer": _recognizer_config,
}
