"""Errors that reach a user: each class carries its exit status and its advice (what to do next)."""

from __future__ import annotations

from typing import ClassVar


class BiaogeError(Exception):
    """Base of all errors of this package; `str()` is one line that names the file and the fault."""

    status: ClassVar[int] = 2
    advice: ClassVar[str] = ""

    def line(self) -> str:
        """Return the one line shown to the user: the fault, then the advice."""
        text = " ".join(str(self).split())
        return f"{text}; {self.advice}" if self.advice else text


class UsageError(BiaogeError):
    """The command line asks for something that does not exist."""

    status = 1


class InputError(BiaogeError):
    """The document cannot be read."""

    status = 2


class MissingFileError(InputError):
    """There is no such file."""

    advice = "check the path"


class PermissionDeniedError(InputError):
    """The file exists and may not be read."""

    advice = "check its permissions"


class NotADocumentError(InputError):
    """The content is of no supported type."""

    advice = (
        "supported: PDF, OFD, PNG, JPEG, TIFF, WebP, BMP, DOCX, DOC, WPS, RTF, XLSX, XLS, ET, HTML, MHTML,"
        " plain text, zip files of pictures or of these"
    )


class EmptyFileError(InputError):
    """The file has no bytes, or the document no pages."""

    advice = "get the file again from its source"


class DamagedFileError(InputError):
    """The content is truncated or damaged beyond reading."""

    advice = "get the file again from its source, or print it to a new PDF"


class SeveralReportsError(InputError):
    """The document holds several reports, and one was asked for."""

    advice = "read them all: pipeline.extract_all, or biaoge extract"


class SomeFailedError(InputError):
    """Some documents of an archive cannot be read; the others are."""

    status = 5


class TooLargeError(InputError):
    """The document exceeds a limit on pages, pixels or bytes."""

    advice = "split it, or raise the limit"


class DeadlineError(InputError):
    """Reading took longer than allowed, and was ended."""

    advice = "raise --timeout, or print the file to a new PDF"


class MemoryLimitError(InputError):
    """Reading used more memory than allowed, and was ended."""

    advice = "split it, or print the file to a new PDF"


class CrashedError(InputError):
    """The process that read the document died."""

    advice = "print the file to a new PDF and try again"


class KilledError(CrashedError):
    """The process that read the document was killed by a signal that nobody can refuse.

    Whether the document is to blame is not known: the system kills for want of memory, and so do people.
    """


class DeviceLostError(CrashedError):
    """The process that reads on the device for all workers went away with the document's pages in work.

    Whether one of them is to blame is not known.
    """


class ChangedError(InputError):
    """The file was another one when it was read than when it was looked at."""

    advice = "run again when nobody writes to it"


class InternalError(InputError):
    """A fault of this program, met while reading the document."""

    advice = "run again with --debug and report it"


class EncryptedError(BiaogeError):
    """The document needs a password."""

    status = 8
    advice = "remove the password first, e.g. with qpdf --decrypt"


class MissingDependencyError(BiaogeError):
    """A model or a package is missing or damaged."""

    status = 3
    advice = "run: biaoge doctor"


class ModelError(MissingDependencyError):
    """A model's file is missing or is not the one the manifest names."""

    advice = "run: biaoge models verify"


class DeviceError(MissingDependencyError):
    """The device that was asked for cannot be read on; nothing falls back to another."""

    advice = "run: biaoge doctor; or read with --device cpu"


class MissingOfficeError(InputError):
    """A document of older office programs, and LibreOffice, which reads them, is not installed."""

    status = 3
    advice = "install LibreOffice (apt-get install libreoffice-writer-nogui), or save the file as .docx"


class MissingCalcError(MissingOfficeError):
    """A workbook of older office programs, and LibreOffice's part that reads them is not installed."""

    advice = "install LibreOffice Calc (apt-get install libreoffice-calc-nogui), or save the file as .xlsx"


class OutputError(BiaogeError):
    """A result could not be written."""

    status = 2
    advice = "check free space and permissions of the output folder"


class WorkspaceError(BiaogeError):
    """The workspace of a bulk run cannot be used."""

    status = 2


class GridError(ValueError):
    """A tiling with a hole, an overlap or a cell out of bounds; a programming fault, never shown as is."""
