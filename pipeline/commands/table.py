"""Tables on standard output: drawn on a terminal, tab-separated in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

COLOURS = {"pass": "green", "ok": "green", "fail": "red", "bad": "red", "warning": "yellow"}


def show_table(headers: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Print `rows` under `headers`."""
    if sys.stdout.isatty():
        _draw(headers, rows, title)
        return
    for row in (headers, *rows):
        sys.stdout.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")


def _draw(headers: Sequence[str], rows: Iterable[Sequence[str]], title: str | None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title)
    for header in headers:
        table.add_column(header)
    for row in rows:
        table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    Console().print(table)
