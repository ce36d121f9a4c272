"""Settings given by name on a command line of these scripts: `stage.name=value`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from pipeline.settings import Settings

_SETTINGS: TypeAdapter[Settings] = TypeAdapter(Settings)


def tuned(changes: Iterable[str]) -> Settings:
    """Return the default settings with `changes`; ValueError for a name or value that does not exist."""
    held: dict[str, Any] = asdict(Settings())
    for change in changes:
        path, equals, value = change.partition("=")
        stage, _, name = path.partition(".")
        if not equals or name not in held.get(stage, {}):
            raise ValueError(f"no setting {change!r}; write it as read.engine=onnxruntime")
        held[stage][name] = value.split(",") if isinstance(held[stage][name], tuple) else value
    return _SETTINGS.validate_python(held)


def to_text(settings: Settings) -> str:
    """Return `settings` as JSON, for a child process."""
    return _SETTINGS.dump_json(settings).decode()


def from_text(text: str) -> Settings:
    """Return the settings that `to_text` wrote."""
    return _SETTINGS.validate_json(text)
