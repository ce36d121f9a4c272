"""The engine, opened once for all tests that read real pictures."""

from __future__ import annotations

import pytest

from pipeline.read.engine import open_engine
from pipeline.read.scan import Engine
from pipeline.settings import ReadSettings


@pytest.fixture(scope="session")
def engine() -> Engine:
    return open_engine(ReadSettings())
