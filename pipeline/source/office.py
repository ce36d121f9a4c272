"""Files of older office programs → today's, by LibreOffice in a process of its own; it may fetch nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from enum import Enum
from pathlib import Path

from pipeline.errors import DamagedFileError, DeadlineError, MissingCalcError, MissingOfficeError
from pipeline.settings import SourceSettings

PROGRAMS = ("soffice", "libreoffice")
SHEETS = ("libsclo.so", "libsclo.dylib", "sclo.dll")  # LibreOffice's part for workbooks

# No macro runs, no link is followed, no picture comes from elsewhere; should one be asked for all the
# same, it is asked of a proxy that is not there.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="{common}/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>""".format(common="/org.openoffice.Office.Common")


class Target(Enum):
    """What a file becomes: the ending of its name, and LibreOffice's name of the format."""

    DOCX = ("docx", "docx:MS Word 2007 XML")
    XLSX = ("xlsx", "xlsx:Calc MS Excel 2007 XML")
    PDF = ("pdf", "pdf:writer_pdf_Export")


def converted(content: bytes, name: str, target: Target, settings: SourceSettings) -> bytes:
    """Return a file in a format of today.

    MissingOfficeError (MissingCalcError) where LibreOffice, or its part for workbooks, is not installed;
    DamagedFileError where it cannot read the file; DeadlineError where it does not end.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if target is Target.XLSX and not (program and _reads_sheets(Path(program))):
        raise MissingCalcError(f"{name}: a workbook of older office programs is read with LibreOffice Calc")
    if program is None:
        raise MissingOfficeError(f"{name}: a file of older office programs is read with LibreOffice")
    suffix, format_name = target.value
    with tempfile.TemporaryDirectory(prefix="biaoge-") as folder:
        source = Path(folder) / "document.bin"
        source.write_bytes(content)
        _convert(program, source, format_name, name, settings)
        made = source.with_suffix(f".{suffix}")
        if not made.is_file():
            raise DamagedFileError(f"{name}: LibreOffice cannot read it")
        return made.read_bytes()


def _reads_sheets(program: Path) -> bool:
    folder = program.resolve().parent
    return any((folder / library).exists() for library in SHEETS)


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


def _convert(program: str, source: Path, format_name: str, name: str, settings: SourceSettings) -> None:
    folder = source.parent
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
        *("--convert-to", format_name, "--outdir", str(folder), str(source)),
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
