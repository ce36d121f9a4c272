"""A parent to be killed by a test: runs the task named in its arguments, tells its child's id."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.supervise import Nursery, Supervisor

if __name__ == "__main__":
    task, kind = sys.argv[1:]
    with Supervisor(nursery=Nursery(["json"]) if kind == "forked" else None) as supervisor:

        def tell(stage: str, done: int, total: int) -> None:
            sys.stdout.write(f"{supervisor.child}\n")
            sys.stdout.flush()

        supervisor.run(task, Path("x.pdf"), "", tell)
