"""Year on year over an archive: the reports of one issuer, found by its name."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.batch.values import report_id
from pipeline.check.years import compare_years
from pipeline.errors import UsageError
from pipeline.report import Check


class Issuers:
    """Names of issuers made one: bureaus are renamed, and print spaces and widths as they like."""

    def __init__(self, aliases: Mapping[str, str] | None = None) -> None:
        self._aliases = {normal_name(old): normal_name(new) for old, new in (aliases or {}).items()}

    def canonical(self, name: str) -> str:
        """Return the name under which `name` is kept: normalized, and by the alias table, step by step."""
        found, seen = normal_name(name), set[str]()
        while found in self._aliases and found not in seen:
            seen.add(found)
            found = self._aliases[found]
        return found


def normal_name(name: str) -> str:
    """Return `name` in compatibility form (NFKC) without spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def read_aliases(path: Path) -> dict[str, str]:
    """Return the alias table in a CSV file of two columns, a former name and the one it is kept under.

    A first line `name,canonical`, empty lines and lines that begin with `#` say nothing; UsageError for
    any other that has not two names.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(row) and not row[0].startswith("#")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            f"{path}: the alias table cannot be read ({error}); save it as CSV in UTF-8"
        ) from error
    for row in rows:
        if len(row) != 2 or not all(map(str.strip, row)):
            raise UsageError(f"{path}: {','.join(row)!r} is not a former name and a name")
    return {old: new for old, new in rows if (old, new) != ("name", "canonical")}


@dataclass(frozen=True, slots=True)
class YearCheck:
    """A check of one report against those of the year before, which `previous` names by their ids."""

    sha256: str
    number: int
    issuer: str
    year: int
    previous: tuple[str, ...]
    check: Check


def year_checks(ledger: Ledger, issuers: Issuers) -> Iterator[YearCheck]:
    """Yield the checks of every report whose issuer has one of the year before in the archive."""
    for issuer, reports in groupby(ledger.by_issuer(issuers.canonical), key=itemgetter(0)):
        by_year: dict[int, list[tuple[tuple[str, int], dict[str, Decimal]]]] = {}
        for _, year, report, figures in reports:
            by_year.setdefault(year, []).append((report, figures))
        for year, found in by_year.items():
            before = by_year.get(year - 1, [])
            previous = tuple(report_id(*report) for report, _ in before)
            for report, carried in found if before else ():
                for check in compare_years([others for _, others in before], carried):
                    yield YearCheck(*report, issuer, year, previous, check)
