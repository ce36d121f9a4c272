"""Year on year: what one year's report carries out, the next year's carries in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline import report
from pipeline.check.book import rule_book
from pipeline.check.sums import number_of

FAMILY = "year_on_year"
CARRIED_OUT = "applications.carried_out"
CARRIED_IN = "applications.carried_in"


def carried_figures(figures: Mapping[str, report.Figure]) -> dict[str, Decimal]:
    """Return the numbers among the figures that another year's report repeats, by key."""
    keys = (f"{row}.{column}" for row in (CARRIED_IN, CARRIED_OUT) for column in rule_book().columns)
    found = {key: number_of(figures.get(key)) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def compare_years(
    previous: Sequence[Mapping[str, Decimal]], current: Mapping[str, Decimal]
) -> tuple[report.Check, ...]:
    """Return, for every applicant column, whether last year's carried_out is this year's carried_in.

    `previous` holds the carried figures of all documents of the year before: where they contradict each
    other, or either side has no number, the column cannot be assessed.  `figures` of a check are last
    year's key and this year's.
    """
    checks = []
    for column, name in rule_book().columns.items():
        out, into = f"{CARRIED_OUT}.{column}", f"{CARRIED_IN}.{column}"
        left, right = _agreed([document.get(out) for document in previous]), current.get(into)
        known = left is not None and right is not None
        difference = left - right if left is not None and right is not None else None
        checks.append(
            report.Check(
                id=f"{FAMILY}.{column}",
                family=FAMILY,
                rule=report.Rule(
                    zh=f"{name.zh}：上一年度结转下年度继续办理等于本年度上年结转",
                    en=f"{name.en}: what last year carried out is what this year carries in",
                ),
                status=("fail" if difference else "pass") if known else "not_assessable",
                left=left if known else None,
                right=right if known else None,
                difference=difference,
                figures=(out, into),
                verdict="undetermined" if difference else None,
            )
        )
    return tuple(checks)


def _agreed(values: Sequence[Decimal | None]) -> Decimal | None:
    return values[0] if values and all(value == values[0] for value in values) else None
