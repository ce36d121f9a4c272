"""`biaoge summary`: what a workspace holds, as a table and as an HTML page."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from pipeline.commands.batch import issuers_of
from pipeline.commands.table import show_table

if TYPE_CHECKING:
    from pipeline.emit.archive_summary import Summary


def run(arguments: Namespace) -> int:
    """Show the summary of a workspace; return the exit status."""
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.summary import summarize
    from pipeline.batch.workspace import Workspace

    workspace = Workspace(arguments.workspace).require()
    with Ledger(workspace.ledger) as ledger:
        summary = summarize(ledger, issuers_of(arguments))
    _show(summary)
    if arguments.html is not None:
        from pipeline.emit.archive_summary import summary_html
        from pipeline.emit.write import write_files

        write_files({arguments.html: summary_html(summary, workspace.folder.resolve().name)})
        sys.stdout.write(f"{arguments.html}\n")
    return 0


def _show(summary: Summary) -> None:
    share = summary.review / summary.documents if summary.documents else 0.0
    totals = [(name, str(count)) for name, count in summary.outcomes.items()]
    totals += [("documents", str(summary.documents)), ("pages", str(summary.pages))]
    totals += [("to be reviewed", f"{summary.review} ({share:.1%})")]
    show_table(("what", "count"), totals, title="totals")
    coverage = [
        (cell.issuer, str(cell.year or "?"), *map(str, (cell.documents, cell.review, cell.failed_checks)))
        for cell in summary.cells
    ]
    show_table(("issuer", "year", "documents", "to be reviewed", "failed checks"), coverage, title="coverage")
    rules = [(rule.id, str(rule.documents)) for rule in summary.rules]
    rules += [(f"year_on_year: {status}", str(count)) for status, count in summary.year_checks.items()]
    show_table(("rule", "reports that break it"), rules, title="checks")
