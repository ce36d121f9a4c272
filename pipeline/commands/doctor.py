"""`biaoge doctor`: what is wrong with this installation."""

from __future__ import annotations

from argparse import Namespace

from pipeline.commands.progress import progress_bar
from pipeline.commands.table import show_table
from pipeline.doctor import Diagnosis, examine
from pipeline.errors import MissingDependencyError


def run(arguments: Namespace) -> int:
    """Show every diagnosis; return the exit status."""
    found: list[Diagnosis] = []
    with progress_bar("doctor", quiet=arguments.quiet) as progress:
        for diagnosis in examine():
            found.append(diagnosis)
            progress(diagnosis.subject, len(found), 0)
    rows = [(one.condition, one.subject, one.found, one.remedy) for one in found]
    show_table(("condition", "subject", "found", "what to do"), rows)
    return MissingDependencyError.status if any(one.condition == "bad" for one in found) else 0
