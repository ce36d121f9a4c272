"""Documents with truth beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.lib import about, truth
from scripts.lib.about import About

SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Case:
    """A document and its truth; `kind` groups cases in the summary, `about` says how it was made."""

    name: str
    kind: str
    document: Path
    truth: Path
    about: About | None = None

    def identity(self) -> str:
        """Return a hash of everything the result depends on but the settings: document, truth, code."""
        held = hashlib.sha256()
        for path in (self.document, self.truth):
            held.update(hashlib.sha256(path.read_bytes()).digest())
        held.update(code_identity().encode())
        return held.hexdigest()


@cache
def code_identity() -> str:
    """Return a hash of the package and of the scripts that score it."""
    held = hashlib.sha256()
    for pattern in ("pipeline/**/*", "models/**/*", "scripts/lib/*"):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                held.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return held.hexdigest()


def _case(document: Path, base: Path) -> Case | None:
    """Return the case of `document`; documents that share a folder's truth differ by their names."""
    beside = truth.beside(document)
    if beside is None:
        return None
    made = about.beside(document)
    kind = document.stem if beside.name == "truth.json" else document.parent.name
    if made is not None:
        kind = made.kind
    return Case(document.relative_to(base).as_posix(), kind, document, beside, made)


def _in_folder(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            case = _case(path, folder)
            if case is not None:
                yield case


def find(paths: Iterable[Path]) -> tuple[Case, ...]:
    """Return the cases of folders and single documents; FileNotFoundError where there are none."""
    found: list[Case] = []
    for given in paths:
        path = given.resolve()
        if path.is_dir():
            cases = list(_in_folder(path))
        else:
            case = _case(path, path.parent.parent)
            cases = [case] if case is not None else []
        if not cases:
            raise FileNotFoundError(f"{given}: no document with its truth beside it")
        found.extend(cases)
    return tuple(found)
