"""`biaoge check`: the checks of report files computed again and shown as a table."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.each import run_each
from pipeline.commands.table import show_table
from pipeline.errors import InputError, MissingFileError

if TYPE_CHECKING:
    from pipeline.report import Check, ExactDecimal, Report

HEADERS = ("file", "check", "family", "status", "left", "right", "difference", "rule")


def run(arguments: Namespace) -> int:
    """Show the checks of every report; return the exit status."""
    from pipeline.check import run_checks

    def check(file: Path) -> bool:
        failed = False
        reports = load_reports(file)
        for number, report in enumerate(reports, 1):
            checks = run_checks(report.figures, report.report.editions, report.report.year)
            title = file.name if len(reports) == 1 else f"{file.name}, report {number}"
            show_table(HEADERS, _rows(file.name, checks), title=title)
            failed |= any(check.status == "fail" for check in checks)
        return failed

    return run_each(arguments.files, check, debug=arguments.debug, strict=arguments.strict)


def load_reports(file: Path) -> tuple[Report, ...]:
    """Return the report in `file`, or those in its list; InputError where it cannot be read or has none."""
    from pydantic import ValidationError

    from pipeline.report import reports_from_json

    try:
        return reports_from_json(file.read_bytes())
    except FileNotFoundError as error:
        raise MissingFileError(f"{file}: no such file") from error
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); give a report's JSON file") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the file"
        raise InputError(
            f"{file}: is no report of schema biaoge.report/1 ({where}: {fault['msg']}); "
            "make one with: biaoge extract"
        ) from error


def _rows(name: str, checks: Iterable[Check]) -> Iterable[tuple[str, ...]]:
    for check in checks:
        sides = (_text(check.left), _text(check.right), _text(check.difference))
        yield (name, check.id, check.family, check.status, *sides, check.rule.zh)


def _text(value: ExactDecimal | None) -> str:
    return "" if value is None else format(value, "f")
