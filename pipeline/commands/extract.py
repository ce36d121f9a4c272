"""`biaoge extract`: documents in, reports out; the reading itself happens in a supervised child."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.each import run_each
from pipeline.commands.progress import progress_bar
from pipeline.commands.reading import settings_of
from pipeline.commands.say import show_error, show_note
from pipeline.emit.json_list import as_one
from pipeline.errors import BiaogeError, MissingDependencyError, SomeFailedError, UsageError
from pipeline.settings import Settings
from pipeline.supervise import Progress, Supervisor

if TYPE_CHECKING:
    from pipeline.report import Report

TASK = "pipeline.commands.extract:work"
UNPACK = "pipeline.commands.extract:look_inside"
LINES = "jsonl"  # the one format in which several documents go to standard output
DIGEST_LENGTH = 8  # letters; enough to tell the files of one command apart
_NUMBERED = re.compile(r"-\d+(?=-|$)")


@dataclass(frozen=True, slots=True)
class Job:
    """What the child shall do with a document; without a folder it answers with the reports themselves.

    `pages` are the files that are its pages, where it is no file of its own.
    """

    settings: Settings
    formats: tuple[str, ...] = ("json",)
    folder: str | None = None
    stem: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: its reports or the files written; for each why a person should look."""

    reports: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    reasons: tuple[tuple[str, ...], ...] = ()

    @property
    def needs_review(self) -> bool:
        return any(self.reasons)

    def with_more(self, more: Outcome) -> Outcome:
        return Outcome(
            (*self.reports, *more.reports), (*self.written, *more.written), (*self.reasons, *more.reasons)
        )


@dataclass(frozen=True, slots=True)
class Inside:
    """What a file holds: itself alone, or documents, each as whether it is of pages, and its files."""

    whole: bool
    documents: tuple[tuple[bool, tuple[str, ...]], ...]
    faults: tuple[str, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InsideJob:
    """Where the child shall put the documents of a zip file."""

    settings: Settings
    folder: str


class _Reader:
    """Has documents read by the supervised child, and shows what comes of it."""

    def __init__(self, arguments: Namespace, settings: Settings, supervisor: Supervisor) -> None:
        self._arguments = arguments
        self._supervisor = supervisor
        self._settings = settings
        self._folder = None if arguments.output is None else str(arguments.output)

    def pages(self, files: Sequence[Path]) -> bool:
        """Read the files as the pages of one document; return whether a review is needed."""
        first = files[0].absolute()
        stem = first.name if first.is_dir() else first.stem
        outcome = self._read(files[0], stem, tuple(map(str, files)))
        self._show(files[0], outcome)
        return outcome.needs_review

    def file(self, file: Path, stem: str) -> bool:
        """Read a file, or all documents in it; return whether a review is needed."""
        scratch = _scratch()
        try:
            answer = self._supervisor.run(UNPACK, file, InsideJob(self._settings, str(scratch)))
            inside = Inside(**json.loads(answer))
            if inside.whole:
                outcome = self._read(file, stem)
                self._show(file, outcome)
                return outcome.needs_review
            return self._several(file, stem, inside)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _several(self, file: Path, stem: str, inside: Inside) -> bool:
        """Read the documents in a zip; SomeFailedError after the others where one cannot be read."""
        outcome, failed = Outcome(), len(inside.faults)
        for fault in inside.faults:
            show_note(fault)
        for number, (is_pages, paths) in enumerate(inside.documents, 1):
            path = Path(paths[0])
            try:
                own = f"{stem}-{number}-{path.stem}"
                outcome = outcome.with_more(self._read(path, own, tuple(paths) if is_pages else ()))
            except MissingDependencyError:
                raise
            except BiaogeError as error:
                show_error(type(error)(f"{file.name}!/{error}"), debug=self._arguments.debug)
                failed += 1
        if inside.skipped and not self._arguments.quiet:
            show_note(f"{file}: no documents, left out: {', '.join(inside.skipped)}")
        self._show(file, outcome)
        if failed:
            count = len(inside.documents) + len(inside.faults)
            raise SomeFailedError(f"{file}: {failed} of {count} documents in it could not be read")
        return outcome.needs_review

    def _read(self, path: Path, stem: str, pages: tuple[str, ...] = ()) -> Outcome:
        job = Job(self._settings, self._arguments.format, self._folder, stem, pages)
        with progress_bar(path.name, quiet=self._arguments.quiet) as progress:
            answer = self._supervisor.run(TASK, path, job, progress)
        found = json.loads(answer)
        reasons = tuple(map(tuple, found["reasons"]))
        return Outcome(tuple(found["reports"]), tuple(found["written"]), reasons)

    def _show(self, file: Path, outcome: Outcome) -> None:
        if outcome.reports:
            together = "".join if LINES in self._arguments.format else as_one
            sys.stdout.write(together(outcome.reports))
        for name in outcome.written:
            sys.stdout.write(f"{name}\n")
        for number, reasons in enumerate(outcome.reasons, 1):
            which = f", report {number}" if len(outcome.reasons) > 1 else ""
            if reasons and not self._arguments.quiet:
                show_note(f"{file}{which}: review needed: {', '.join(reasons)}")


def run(arguments: Namespace) -> int:
    """Read every file of the command line; return the exit status."""
    _refuse_nonsense(arguments)
    files: list[Path] = arguments.files
    stems = output_stems(files)
    settings = settings_of(arguments)
    with Supervisor(settings.process, verbose=arguments.debug) as supervisor:
        reader = _Reader(arguments, settings, supervisor)

        def read(file: Path) -> bool:
            return reader.pages(files) if arguments.as_pages else reader.file(file, stems[file])

        documents = files[:1] if arguments.as_pages else files
        return run_each(documents, read, debug=arguments.debug, strict=arguments.strict)


def work(path: Path, job: Job, progress: Progress) -> bytes:
    """Read `path`, or the pages that `job` names, as it says (in the child)."""
    from pipeline.emit.report_json import report_json, report_line
    from pipeline.emit.write import Shown, write_outputs
    from pipeline.extract import extract_each

    source = tuple(map(Path, job.pages)) or path
    found = extract_each(source, job.settings, progress, keep="html" in job.formats)
    texts: tuple[str, ...] = ()
    written: list[Path] = []
    if job.folder is None:
        emit = report_line if LINES in job.formats else report_json
        texts = tuple(emit(each.report).decode() for each in found)
    else:
        shown = [Shown(e.report, e.pictures, e.numbers if len(found) > 1 else None) for e in found]
        written = write_outputs(shown, job.formats, Path(job.folder), job.stem, settings=job.settings)
    outcome = Outcome(texts, tuple(map(str, written)), tuple(_reasons(each.report) for each in found))
    return json.dumps(asdict(outcome)).encode()


def look_inside(path: Path, job: InsideJob, _: Progress) -> bytes:
    """Say which documents the file at `path` holds (in the child), those of a zip put below `job.folder`."""
    from pipeline.source import Unpacked, may_be_zip, unpack

    found = unpack(path, Path(job.folder), job.settings.source) if may_be_zip(path) else Unpacked((path,))
    documents = tuple(
        (False, (str(each),)) if isinstance(each, Path) else (True, tuple(map(str, each)))
        for each in found.documents
    )
    whole = found.documents == (path,)
    inside = Inside(whole, documents, tuple(fault.line() for fault in found.faults), found.skipped)
    return json.dumps(asdict(inside)).encode()


def _scratch() -> Path:
    """Return a name for a folder that is not there, made by whoever needs it."""
    try:
        home = Path(tempfile.gettempdir())
    except FileNotFoundError:  # no folder can be written: a file that needs none is read all the same
        home = Path.cwd()
    return home / f"biaoge-{secrets.token_hex(8)}"


def output_stems(files: Iterable[Path]) -> dict[Path, str]:
    """Return a name for the outputs of each file, no two the same.

    Files of one name get their folder's before it, and where that does not tell them apart, the start of
    a digest of their path behind it; it goes before a name that another file's reports would be numbered
    with.  Upper and lower case count as one: some file systems say so.
    """
    stems = {file: file.stem for file in files}
    for longer in (_with_folder, _with_digest):
        counts = Counter(stem.casefold() for stem in stems.values())
        stems = {f: stem if counts[stem.casefold()] == 1 else longer(f) for f, stem in stems.items()}
    taken = frozenset(stem.casefold() for stem in stems.values())
    return {f: _digest_before(f, stem) if _is_numbered(stem, taken) else stem for f, stem in stems.items()}


def _is_numbered(stem: str, taken: Collection[str]) -> bool:
    """Return whether a name is one that the second report of another file, or so, would get."""
    return any(stem[: found.start()].casefold() in taken for found in _NUMBERED.finditer(stem))


def _digest_before(file: Path, stem: str) -> str:
    return f"{_digest(file)}-{stem}"


def _with_folder(file: Path) -> str:
    return f"{file.absolute().parent.name}-{file.stem}"


def _with_digest(file: Path) -> str:
    return f"{file.stem}-{_digest(file)}"


def _digest(file: Path) -> str:
    return sha256(os.fsencode(file.absolute())).hexdigest()[:DIGEST_LENGTH]


def _refuse_nonsense(arguments: Namespace) -> None:
    if arguments.output is not None:
        return
    if arguments.format not in {("json",), (LINES,)}:
        raise UsageError("standard output takes JSON alone: add -o DIR for other formats")
    if len(arguments.files) > 1 and LINES not in arguments.format and not arguments.as_pages:
        raise UsageError("several files need a folder for their reports: add -o DIR, or --format jsonl")


def _reasons(report: Report) -> tuple[str, ...]:
    """Return the codes of `review.reasons`, each once; some code for a review without reasons."""
    if not report.review.needed:
        return ()
    return tuple(dict.fromkeys(reason.code for reason in report.review.reasons)) or ("unspecified",)
