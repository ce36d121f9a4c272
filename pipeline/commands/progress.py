"""Progress on standard error, and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.supervise import Progress


def _silent(stage: str, done: int, total: int) -> None:
    """Show nothing."""


@contextmanager
def progress_bar(title: str, *, quiet: bool) -> Iterator[Progress]:
    """Yield the function that moves a bar named `title`; it is gone when the work is done."""
    if quiet or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(title), total=None)

        def move(stage: str, done: int, total: int) -> None:
            bar.update(
                task, description=f"{escape(title)}  {escape(stage)}", completed=done, total=total or None
            )

        yield move
