"""Workspaces of shards become one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.batch.workspace import Workspace, write_fault
from pipeline.errors import WorkspaceError


def merge(parts: Iterable[Workspace], whole: Workspace, ledger: Ledger) -> None:
    """Take the inputs, outcomes and results of `parts` into `whole`, whose ledger is `ledger`.

    An input ends as in the part that it belongs to; of two parts that both read a content, the first
    counts.  Results are linked where the file system allows it.  WorkspaceError where a part is none or
    lacks a result that its ledger has.
    """
    for part in parts:
        part.require()
        with part.locked(), Ledger(part.ledger) as theirs:
            for sha256, _ in theirs.results():
                _take(part.result(sha256), whole.result(sha256))
        ledger.absorb(part.ledger)


def _take(source: Path, target: Path) -> None:
    if target.is_file():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.tmp")
        aside.unlink(missing_ok=True)
        try:
            os.link(source, aside)
        except FileNotFoundError:
            raise
        except OSError:  # another file system, or one without links
            shutil.copyfile(source, aside)
        aside.replace(target)
    except FileNotFoundError as error:
        raise WorkspaceError(f"{source}: is gone; run that shard again to make it") from error
    except OSError as error:
        raise write_fault(target, error) from error
