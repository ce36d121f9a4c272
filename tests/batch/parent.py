"""A run in a process of its own, to be killed by a test: tells every event in a line."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.batch.run import Control
from pipeline.batch.watch import Event
from pipeline.commands import batch
from tests.batch.archive import Listener, limits, run


class Teller(Listener):
    def event(self, event: Event) -> None:
        sys.stdout.write(f"{event.what} {Path(event.name).name}\n")
        sys.stdout.flush()


def told(workspace: str, source: str) -> int:
    """Run over `source` with two workers; 130 where it was interrupted."""
    control = Control()
    with batch.obeying(control):
        wish = run(
            Path(workspace), source, settings=limits(timeout=3.0), control=control, watchers=[Teller()]
        )
    return 130 if wish else 0


if __name__ == "__main__":
    sys.exit(told(*sys.argv[1:]))
