"""`biaoge extract`: documents in, reports out; the reading itself happens in a supervised child."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.each import run_each
from pipeline.commands.progress import progress_bar
from pipeline.commands.reading import settings_of
from pipeline.commands.say import show_note
from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.supervise import Progress, Supervisor

if TYPE_CHECKING:
    from pipeline.report import Report

TASK = "pipeline.commands.extract:work"
DIGEST_LENGTH = 8  # letters; enough to tell the files of one command apart


@dataclass(frozen=True, slots=True)
class Job:
    """What the child shall do with a document; without a folder it answers with the report itself."""

    settings: Settings
    formats: tuple[str, ...] = ("json",)
    folder: str | None = None
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: the report's JSON or the files written, and why a person should look."""

    report: str | None
    written: tuple[str, ...]
    reasons: tuple[str, ...]


def run(arguments: Namespace) -> int:
    """Read every file of the command line; return the exit status."""
    _refuse_nonsense(arguments)
    stems = output_stems(arguments.files)
    settings = settings_of(arguments)
    folder = None if arguments.output is None else str(arguments.output)
    with Supervisor(settings.process, verbose=arguments.debug) as supervisor:

        def read(file: Path) -> bool:
            job = Job(settings, arguments.format, folder, stems[file])
            with progress_bar(file.name, quiet=arguments.quiet) as progress:
                answer = supervisor.run(TASK, file, job, progress)
            outcome = Outcome(**json.loads(answer))
            _show(file, outcome, quiet=arguments.quiet)
            return bool(outcome.reasons)

        return run_each(arguments.files, read, debug=arguments.debug, strict=arguments.strict)


def work(path: Path, job: Job, progress: Progress) -> bytes:
    """Read `path` as `job` says (in the child)."""
    from pipeline.emit.report_json import report_json
    from pipeline.emit.write import write_outputs
    from pipeline.extract import extract_full

    found = extract_full(path, job.settings, progress, keep="html" in job.formats)
    text, written = None, []
    if job.folder is None:
        text = report_json(found.report).decode()
    else:
        written = write_outputs(
            found.report, job.formats, Path(job.folder), job.stem, found.pictures, settings=job.settings
        )
    outcome = Outcome(text, tuple(map(str, written)), _reasons(found.report))
    return json.dumps(asdict(outcome)).encode()


def output_stems(files: Iterable[Path]) -> dict[Path, str]:
    """Return a name for the outputs of each file, no two the same.

    Files of one name get their folder's before it, and where that does not tell them apart, the start of
    a digest of their path behind it.  Upper and lower case count as one: some file systems say so.
    """
    stems = {file: file.stem for file in files}
    for longer in (_with_folder, _with_digest):
        counts = Counter(stem.casefold() for stem in stems.values())
        stems = {f: stem if counts[stem.casefold()] == 1 else longer(f) for f, stem in stems.items()}
    return stems


def _with_folder(file: Path) -> str:
    return f"{file.absolute().parent.name}-{file.stem}"


def _with_digest(file: Path) -> str:
    digest = sha256(os.fsencode(file.absolute())).hexdigest()
    return f"{file.stem}-{digest[:DIGEST_LENGTH]}"


def _refuse_nonsense(arguments: Namespace) -> None:
    if arguments.output is not None:
        return
    if len(arguments.files) > 1:
        raise UsageError("several files need a folder for their reports: add -o DIR")
    if arguments.format != ("json",):
        raise UsageError("standard output takes JSON alone: add -o DIR for other formats")


def _reasons(report: Report) -> tuple[str, ...]:
    """Return the codes of `review.reasons`, each once; some code for a review without reasons."""
    if not report.review.needed:
        return ()
    return tuple(dict.fromkeys(reason.code for reason in report.review.reasons)) or ("unspecified",)


def _show(file: Path, outcome: Outcome, *, quiet: bool) -> None:
    if outcome.report is not None:
        sys.stdout.write(outcome.report)
    for name in outcome.written:
        sys.stdout.write(f"{name}\n")
    if outcome.reasons and not quiet:
        show_note(f"{file}: review needed: {', '.join(outcome.reasons)}")
