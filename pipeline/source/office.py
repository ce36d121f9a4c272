"""Older office files (.doc, .wps, .rtf) → .docx, by LibreOffice in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from pipeline.errors import DamagedFileError, DeadlineError, MissingOfficeError
from pipeline.settings import SourceSettings

PROGRAMS = ("soffice", "libreoffice")


def as_docx(content: bytes, name: str, settings: SourceSettings) -> bytes:
    """Return an older Word file as .docx; MissingOfficeError where LibreOffice is not installed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise MissingOfficeError(f"{name}: a file of older office programs is read with LibreOffice")
    with tempfile.TemporaryDirectory(prefix="biaoge-") as folder:
        source = Path(folder) / "document.doc"
        source.write_bytes(content)
        _convert(program, source, name, settings)
        made = source.with_suffix(".docx")
        if not made.is_file():
            raise DamagedFileError(f"{name}: LibreOffice cannot read it")
        return made.read_bytes()


# Runs a command, and kills its group when the pipe on standard input closes: whoever is killed while
# LibreOffice works takes it along.
_GUARD = """
exec 3<&0 </dev/null
(cat <&3 >/dev/null; kill -KILL 0) &
"$0" "$@" 3<&-
status=$?
kill $!
exit $status
"""


def _convert(program: str, source: Path, name: str, settings: SourceSettings) -> None:
    folder = source.parent
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source)),
    ]
    # A session of its own: what LibreOffice starts ends with it.
    with subprocess.Popen(
        ["sh", "-c", _GUARD, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(settings.office_timeout)
        except subprocess.TimeoutExpired as error:
            raise DeadlineError(f"{name}: LibreOffice took over {settings.office_timeout:.0f} s") from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
