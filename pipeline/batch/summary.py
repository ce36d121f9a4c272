"""What a workspace holds, counted from the ledger alone."""

from __future__ import annotations

from collections import Counter

from pipeline.batch.ledger import Ledger
from pipeline.batch.values import Facts
from pipeline.batch.years import Issuers, year_checks
from pipeline.emit.archive_summary import Cell, Rule, Summary

UNKNOWN = "?"  # the issuer of a report that does not say it


def summarize(ledger: Ledger, issuers: Issuers) -> Summary:
    """Return the summary of a workspace."""
    documents, review, broken = (
        Counter[tuple[str, int | None]](),
        Counter[tuple[str, int | None]](),
        Counter[tuple[str, int | None]](),
    )
    reasons, rules = Counter[str](), Counter[str]()
    pages = 0
    for account in ledger.read_contents():
        pages += account.reports[0].pages
        for facts in account.reports:
            place = _place(facts, issuers)
            documents[place] += 1
            review[place] += facts.review
            broken[place] += len(facts.failed_checks)
            reasons.update(facts.reasons if facts.review else ())
            rules.update(facts.failed_checks)
    cells = [
        Cell(*place, count, review[place], broken[place])
        for place, count in sorted(documents.items(), key=lambda item: (item[0][0], item[0][1] or 0))
    ]
    years = Counter(found.check.status for found in year_checks(ledger, issuers))
    return Summary(
        outcomes={state.value: count for state, count in sorted(ledger.outcomes().items())},
        documents=sum(documents.values()),
        pages=pages,
        review=sum(review.values()),
        reasons=dict(reasons.most_common()),
        cells=cells,
        rules=[
            Rule(name, count) for name, count in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
        ],
        year_checks=dict(sorted(years.items())),
    )


def _place(facts: Facts, issuers: Issuers) -> tuple[str, int | None]:
    return issuers.canonical(facts.issuer) if facts.issuer else UNKNOWN, facts.year
