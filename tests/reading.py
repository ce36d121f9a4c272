"""The samples read once for all tests of a process: scans take seconds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.extract import Extraction, extract_full

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


@cache
def extraction(name: str, kind: str) -> Extraction:
    """Return what is read of a sample as `digital`, `scan` or `poor`."""
    return extract_full(SAMPLES / name / f"{kind}.pdf")
