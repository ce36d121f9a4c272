"""What holds for every test: signals as a terminal leaves them, and the same examples each time."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

# The examples are drawn anew by `--hypothesis-profile=default`.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def heeded_signals() -> None:
    """Heed what `nohup` and a shell's `&` have us ignore: the processes that tests interrupt inherit it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
