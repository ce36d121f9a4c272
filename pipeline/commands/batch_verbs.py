"""`biaoge batch status|export|merge`: what to do with workspaces that are there."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.batch import issuers_of
from pipeline.commands.table import show_table
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.batch.workspace import Workspace


def status(arguments: Namespace) -> int:
    """Show how far the workspace is, also while a run is in it."""
    from pipeline.batch.ledger import Ledger

    with Ledger(_one(arguments).ledger) as ledger:
        outcomes, (contents, pages, review) = ledger.outcomes(), ledger.totals()
    rows = [(state.value, str(count)) for state, count in sorted(outcomes.items())]
    rows += [("inputs", str(sum(outcomes.values()))), ("documents read", str(contents))]
    rows += [("pages read", str(pages)), ("to be reviewed", str(review))]
    show_table(("what", "count"), rows)
    return 0


def export(arguments: Namespace) -> int:
    """Write the tables of a workspace in other formats, or anew."""
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.tables import write_tables

    workspace = _one(arguments)
    folder = workspace.folder if arguments.output is None else arguments.output
    wanted = [(table, kind) for table in _names(arguments.tables) for kind in _names(arguments.formats)]
    with Ledger(workspace.ledger) as ledger:
        for path in write_tables(workspace, ledger, issuers_of(arguments), wanted, folder):
            sys.stdout.write(f"{path}\n")
    return 0


def merge(arguments: Namespace) -> int:
    """Join the workspaces of shards into one."""
    from pipeline.batch import merge as merging
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.workspace import Workspace
    from pipeline.commands.batch import end_of_run, write_everything

    parts = [Workspace(Path(name)).require() for name in arguments.sources[1:]]
    if not parts or arguments.output is None:
        raise UsageError("give the workspaces to merge, and -o DIR for the one they become")
    whole = Workspace(arguments.output)
    with whole.locked():
        whole.make()
        with Ledger(whole.ledger) as ledger:
            merging.merge(parts, whole, ledger)
            write_everything(whole, ledger, issuers_of(arguments))
            return end_of_run(ledger, arguments)


def _one(arguments: Namespace) -> Workspace:
    from pipeline.batch.workspace import Workspace

    verb, *names = arguments.sources
    if len(names) != 1:
        raise UsageError(f"give one workspace: biaoge batch {verb} DIR")
    return Workspace(Path(names[0])).require()


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",")))
