"""Lines on standard error: errors and notes, each one line whatever a file is called."""

from __future__ import annotations

import sys
import traceback

from pipeline.errors import BiaogeError


def show_error(error: BiaogeError, *, debug: bool) -> None:
    """Print `error` in one line, with its traceback before it for debugging."""
    if debug:
        traceback.print_exception(error)
    show_note(error.line())


def show_note(text: str) -> None:
    """Print `text` in one line; what a terminal would obey is shown as a mark."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))
    sys.stderr.write(f"biaoge: {line}\n")
