"""A parent to be killed by a test: runs the task named in its argument, tells its child's id."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.supervise import Supervisor

if __name__ == "__main__":
    with Supervisor() as supervisor:

        def tell(stage: str, done: int, total: int) -> None:
            sys.stdout.write(f"{supervisor.child}\n")
            sys.stdout.flush()

        supervisor.run(sys.argv[1], Path("x.pdf"), "", tell)
