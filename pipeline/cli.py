"""The command `biaoge`: parse, run, exit status; the work of each subcommand is in `commands/`.

Nothing heavy is imported here: `biaoge --version` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from pipeline import __version__
from pipeline.commands.say import show_error
from pipeline.errors import BiaogeError, OutputError, UsageError

INTERRUPTED = 130
MODELS = "embedded (the default), paddleocr:server and the like (downloaded), or a folder of models"
FORMATS = ("json", "csv", "xlsx", "html", "md", "parquet", "jsonl")
STATUSES = """exit status:
  0 done   1 usage   2 bad or unreadable input   3 a model or dependency is missing
  4 done, but review is needed (with --strict only)   5 some documents of several failed
  8 encrypted   130 interrupted"""


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would print its usage and leave with status 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see: {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (by default the process's own) and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    sys.excepthook = _trace if debug else _one_line
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8", errors="surrogateescape"
        )  # whatever the locale, also for names
    try:
        status = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough
        return _leave(0)
    except KeyboardInterrupt:
        sys.stderr.write("biaoge: interrupted\n")
        return INTERRUPTED
    except BiaogeError as error:
        show_error(error, debug=debug)
        return error.status
    except OSError as error:  # files are opened elsewhere: only printing is left to fail here
        show_error(OutputError(f"standard output: {error.strerror}"), debug=debug)
        return _leave(OutputError.status)
    return status


def _run(given: list[str]) -> int:
    try:
        parsed = _parser().parse_args(given)
    except SystemExit:  # --help or --version has answered
        return 0
    status: int = import_module(parsed.module).run(parsed)
    return status


def _leave(status: int) -> int:
    """Return `status` with standard output turned away, so that the interpreter does not flush it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _one_line(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    text = " ".join(str(error).split())
    sys.stderr.write(
        f"biaoge: internal error: {kind.__name__}: {text}; run again with --debug and report it\n"
    )


def _trace(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.__excepthook__(kind, error, trace)


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in FORMATS:
            raise argparse.ArgumentTypeError(f"no format {name!r}; there are {','.join(FORMATS)}")
    return names


def _device(text: str) -> str:
    device, comma, other = text.partition(",")
    name, _, number = device.partition(":")
    if comma and (name, other) != ("gpu", "cpu"):
        raise argparse.ArgumentTypeError(f"no devices {text!r}; gpu,cpu is a GPU or else the processor")
    if name not in {"cpu", "gpu"} or (":" in device and not (name == "gpu" and number.isdecimal())):
        raise argparse.ArgumentTypeError(f"no device {text!r}; there are cpu, gpu, gpu:0 and so on")
    return text


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _page(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a page number (the first page is 1)")
    return int(text)


def _parser() -> _Parser:
    parser = _Parser(
        prog="biaoge",
        description="Exact, checked, traceable figures out of information-disclosure reports.",
        epilog=STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"biaoge {__version__}")
    every = _Parser(add_help=False)
    every.add_argument(
        "--debug", action="store_true", help="tracebacks, and what libraries print, on standard error"
    )
    every.add_argument("--quiet", action="store_true", help="no progress and no notes; errors only")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_extract(commands, every)
    _add_batch(commands, every)
    _add_summary(commands, every)
    _add_check(commands, every)
    _add_inspect(commands, every)
    _add_plain(commands, every)
    return parser


_Commands = argparse._SubParsersAction  # argparse gives this type no public name


def _add(commands: _Commands[_Parser], every: _Parser, name: str, text: str) -> _Parser:
    added = commands.add_parser(name, help=text, description=f"{text}.", parents=[every], allow_abbrev=False)
    added.set_defaults(module=f"pipeline.commands.{name}")
    return added


def _add_reading(command: _Parser) -> None:
    command.add_argument("--timeout", type=_positive, metavar="SECONDS", help="time limit a document (600)")
    command.add_argument("--models", metavar="NAME|DIR", help=MODELS)
    command.add_argument(
        "--device",
        type=_device,
        metavar="cpu|gpu|gpu,cpu",
        help="where to read: cpu, gpu, gpu:1, or gpu,cpu: a GPU or else cpu (cpu)",
    )


def _add_extract(commands: _Commands[_Parser], every: _Parser) -> None:
    extract = _add(commands, every, "extract", "Read documents and write their reports")
    extract.add_argument("files", nargs="+", type=Path, metavar="FILE")
    extract.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="folder for the reports (standard output)"
    )
    extract.add_argument(
        "--format", type=_formats, default=("json",), metavar="NAMES", help=f"of {','.join(FORMATS)} (json)"
    )
    extract.add_argument(
        "--as-pages",
        action="store_true",
        help="the files, or those in a folder, are the pages of one document",
    )
    extract.add_argument("--strict", action="store_true", help="status 4 where a person should look")
    _add_reading(extract)


def _add_batch(commands: _Commands[_Parser], every: _Parser) -> None:
    batch = _add(commands, every, "batch", "Read whole archives into a workspace; or: status, export, merge")
    add = batch.add_argument
    add("sources", nargs="*", metavar="SOURCE", help="folder, file, pattern, zip archive, @list, address")
    add("-o", "--output", type=Path, metavar="DIR", help="the workspace; for export: where to write")
    add("-j", "--jobs", type=_page, metavar="N", help="documents read at a time (one a core)")
    add("--retry", metavar="OUTCOMES", help="try again what ended so: failed,quarantined,skipped,done")
    add("--as-pages", action="store_true", help="the pictures in a folder are the pages of one document")
    add("--since", metavar="TIME", help="only files changed since: 2026-11-01, 36h, 7d")
    add("--dry-run", action="store_true", help="say what would be read, and read nothing")
    add("--shard", metavar="I/N", help="read only part I of N, told by content; see: batch merge")
    add("--memory", type=_positive, metavar="GB", help="memory limit a worker (8)")
    add(
        "--device-server",
        action="store_true",
        help="one process reads for all workers (on a GPU it always does)",
    )
    add("--engine", choices=["local", "ray"], default="local", help="where workers run (local)")
    add("--address", metavar="ADDRESS", help="of a Ray cluster (one of its own, on this machine)")
    add(
        "--aliases", type=Path, metavar="CSV", help="former names of issuers: two columns, name and name kept"
    )
    add("--json-logs", action="store_true", help="events and progress as lines of JSON on standard error")
    add("--metrics", metavar="FILE|:PORT", help="metrics for Prometheus, in a file or at an address")
    add("--no-tables", action="store_true", help="write no tables at the end; see: batch export")
    add("--tables", default="figures,checks,documents", metavar="NAMES", help="what to export")
    add(
        "--format",
        dest="formats",
        default="csv",
        metavar="NAMES",
        help="export: csv,parquet,jsonl,xlsx (csv)",
    )
    add("--strict", action="store_true", help="status 4 where a person should look")
    _add_reading(batch)


def _add_summary(commands: _Commands[_Parser], every: _Parser) -> None:
    summary = _add(
        commands, every, "summary", "Show what a workspace holds: coverage, reviews, failed checks"
    )
    summary.add_argument("workspace", type=Path, metavar="WORKSPACE")
    summary.add_argument("--html", type=Path, metavar="FILE", help="also as a page with plots")
    summary.add_argument("--aliases", type=Path, metavar="CSV", help="former names of issuers")


def _add_check(commands: _Commands[_Parser], every: _Parser) -> None:
    check = _add(commands, every, "check", "Compute the checks of report files again and show them")
    check.add_argument("files", nargs="+", type=Path, metavar="REPORT.json")
    check.add_argument("--strict", action="store_true", help="status 4 where a check fails")


def _add_inspect(commands: _Commands[_Parser], every: _Parser) -> None:
    inspect = _add(commands, every, "inspect", "Draw every intermediate of a document's pages")
    inspect.add_argument("file", type=Path, metavar="FILE")
    inspect.add_argument("--page", type=_page, metavar="N", help="this page alone")
    inspect.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="folder for the drawings (FILE's name)"
    )
    _add_reading(inspect)


def _add_plain(commands: _Commands[_Parser], every: _Parser) -> None:
    _add(commands, every, "schema", "Print the JSON Schema of a report")
    models = _add(commands, every, "models", "Show, verify or find the models")
    models.add_argument("action", choices=["list", "verify", "path"])
    _add(commands, every, "doctor", "Say what is wrong with this installation, and what to do")
