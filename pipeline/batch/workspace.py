"""The folder of a bulk run: where things lie, and that only one run writes there."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OutputError, WorkspaceError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace in `folder`.

    `ledger.sqlite` says what became of every input; `results/ab/abcd….json` holds a report by the
    SHA-256 of what was read; `spool/` has copies of what lies in archives and object stores, only while
    they are read; `logs/` one file a run; the tables lie beside them.
    """

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    def result(self, sha256: str) -> Path:
        """Return where the report of a content lies."""
        return self.folder / "results" / sha256[:2] / f"{sha256}.json"

    def exists(self) -> bool:
        return self.ledger.is_file()

    def require(self) -> Workspace:
        """Return this workspace; WorkspaceError where there is none."""
        if not self.exists():
            raise WorkspaceError(f"{self.folder}: is no workspace; make one with: biaoge batch SOURCE -o DIR")
        return self

    def make(self) -> None:
        """Make the folders and clear away what a killed run left half done."""
        try:
            for folder in (self.spool, self.logs, self.folder / "results"):
                folder.mkdir(parents=True, exist_ok=True)
            for left in self.spool.iterdir():
                left.unlink()
            for half in self.folder.glob("results/*/.*.tmp"):
                half.unlink()
        except OSError as error:
            raise write_fault(self.folder, error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace; WorkspaceError where another run holds it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self.lock.open("a+")
        except OSError as error:
            raise write_fault(self.folder, error) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise WorkspaceError(
                    f"{self.folder}: in use by {holder}; wait for it, or give another folder"
                ) from error
            file.truncate(0)
            with contextlib.suppress(OSError):  # on a full disk it still locks
                file.write(f"process {os.getpid()} on {os.uname().nodename}")
                file.flush()
            yield

    def free(self) -> int:
        """Return the bytes free where the workspace lies."""
        return shutil.disk_usage(self.folder).free


def write_fault(path: Path, error: OSError) -> OutputError:
    """Return the error for what could not be written at `path`."""
    if error.errno in FULL:
        return OutputError(
            f"{path}: no space left; what is done is kept, free some and run the same command again"
        )
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
