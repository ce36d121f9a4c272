"""The tool's process seen from this side: started when needed, ended when it overruns its time or dies."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from scripts.lib.compare_found import Found
from scripts.lib.compare_peers import Peer

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("-m", "scripts.lib.compare_worker")
STARTING = 300.0  # seconds that loading a tool may take: models, on a busy machine


class FailedError(Exception):
    """The tool did not read the document; the text says why."""


class AbsentError(Exception):
    """The tool cannot run here at all; the text says why."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Error(_Said):
    error: str


class _Missing(_Said):
    missing: str


class _Ready(_Said):
    ready: bool


_ANSWER: TypeAdapter[Found | _Error] = TypeAdapter(Found | _Error)
_GREETING: TypeAdapter[_Ready | _Missing] = TypeAdapter(_Ready | _Missing)
_VERSIONS: TypeAdapter[dict[str, str | None]] = TypeAdapter(dict[str, str | None])


def versions(python: Path) -> dict[str, str | None]:
    """Return the version of every package of a tool in the environment of `python`, None where it lacks it.

    AbsentError where there is no such interpreter.
    """
    try:
        said = subprocess.run([python, *WORKER], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise AbsentError(f"{python}: {error}") from error
    return _VERSIONS.validate_json(said)


class PeerProcess:
    """One tool in a process of `python`; a document may take `timeout` seconds.

    What the tool prints goes to the file `log`.
    """

    def __init__(self, peer: Peer, python: Path, timeout: float, log: Path) -> None:
        self._peer = peer
        self._python = python
        self._timeout = timeout
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: TemporaryDirectory[str] | None = None

    def read(self, path: Path) -> Found:
        """Return what the tool makes of `path`.

        FailedError where it raises, dies or overruns its time, AbsentError where it cannot even be loaded.
        """
        process = self._process or self._started()
        if process.stdin is not None:
            with suppress(BrokenPipeError):  # then there will be no answer either
                process.stdin.write(json.dumps(str(path)).encode() + b"\n")
                process.stdin.flush()
        try:
            answer = _ANSWER.validate_json(self._line(process, self._timeout))
        except ValidationError as error:
            raise FailedError("what it answered is no table") from error
        if isinstance(answer, _Error):
            raise FailedError(answer.error)
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._scratch = TemporaryDirectory()  # tools leave files behind, all the more when they are ended
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [self._python, *WORKER, self._peer.name],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"TMPDIR": self._scratch.name},
                start_new_session=True,  # so that what it starts can be ended with it
            )
        self._process = process
        try:
            greeting = _GREETING.validate_json(self._line(process, STARTING))
        except (FailedError, ValidationError) as error:
            self.close()
            raise AbsentError(str(error)) from error
        if isinstance(greeting, _Missing):
            self.close()
            raise AbsentError(greeting.missing)
        return process

    def _line(self, process: subprocess.Popen[bytes], patience: float) -> bytes:
        """Return what the process says next; FailedError, and the process ended, if nothing in time."""
        if process.stdout is None:
            raise FailedError("nothing to listen to")
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            ready = bool(waiting.select(patience))
        line = process.stdout.readline() if ready else b""
        if not line.endswith(b"\n"):
            self.close()
            raise FailedError("its process died" if ready else f"no answer within {patience:g} s")
        return line

    def close(self) -> None:
        """End the process and whatever it started."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            scratch.cleanup()
