"""Several files in one command: the others go on when one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.commands.say import show_error
from pipeline.errors import BiaogeError, MissingDependencyError

REVIEW_NEEDED = 4
SOME_FAILED = 5


def run_each(files: Sequence[Path], action: Callable[[Path], bool], *, debug: bool, strict: bool) -> int:
    """Do `action` to every file and return the exit status; True from it says that review is needed.

    What is missing for one file is missing for all: that error ends the command.
    """
    failures: list[int] = []
    review = False
    for file in files:
        try:
            review |= action(file)
        except MissingDependencyError:
            raise
        except BiaogeError as error:
            show_error(error, debug=debug)
            failures.append(error.status)
    if failures:
        return failures[0] if len(files) == 1 else SOME_FAILED
    return REVIEW_NEEDED if review and strict else 0
