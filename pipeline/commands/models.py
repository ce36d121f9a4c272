"""`biaoge models list|verify|path`."""

from __future__ import annotations

import sys
from argparse import Namespace

from pipeline.commands.table import show_table
from pipeline.errors import ModelError


def run(arguments: Namespace) -> int:
    """List, verify or locate the embedded models; return the exit status."""
    return {"list": _list, "verify": _verify, "path": _path}[arguments.action]()


def _list() -> int:
    from pipeline.read.weights import list_models

    rows = [
        (
            m.name,
            m.role,
            m.version,
            m.licence,
            f"{m.bytes / 1e6:.1f} MB",
            m.sha256,
            f"{m.source.package} {m.source.version}",
        )
        for m in list_models()
    ]
    show_table(("name", "role", "version", "licence", "size", "sha256", "from"), rows)
    return 0


def _verify() -> int:
    """Check every model against the manifest and assemble it in the cache."""
    from pipeline.read.weights import model_folder, verify_models

    statuses = verify_models()
    rows = []
    for status in statuses:
        place = status.fault or str(model_folder(status.entry))
        rows.append((status.entry.name, "bad" if status.fault else "ok", place))
    show_table(("name", "status", "folder or fault"), rows)
    return ModelError.status if any(status.fault for status in statuses) else 0


def _path() -> int:
    from pipeline.read.weights import list_models, model_folder

    for entry in list_models():
        sys.stdout.write(f"{model_folder(entry)}\n")
    return 0
