"""Files that come with the product: the manifest of models, and what we trained and fitted ourselves."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ModelError


def carried_file(name: str) -> Path:
    """Return a file, in the installed package or in a checkout's `models`; ModelError where it is missing."""
    package = Path(__file__).resolve().parent
    for candidate in (package / "models_data" / name, package.parent / "models" / name):
        if candidate.is_file():
            return candidate
    raise ModelError(f"no {name} beside {package}")
