"""A run over a shared device in a process of its own, to be killed by a test."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.batch.device import SharedEngine
from tests.batch.archive import QUICK, run
from tests.batch.device_tasks import READ, SERVE
from tests.batch.tasks import PROBE

if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], engine=SharedEngine(QUICK, 2, READ, PROBE, SERVE))
