"""`biaoge schema`: the JSON Schema of a report."""

from __future__ import annotations

import sys
from argparse import Namespace


def run(_: Namespace) -> int:
    """Print the schema on standard output."""
    from pipeline.emit.report_json import schema_json

    sys.stdout.write(f"{schema_json()}\n")
    return 0
