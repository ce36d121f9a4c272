"""Rules of addition: what stands left equals (or reaches) what stands right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal, TypeAlias

from pipeline import report
from pipeline.check.book import OUTCOMES, TOTAL, Book, Edition

Figures: TypeAlias = Mapping[str, report.Figure]

# Ample for sums of printed figures, so that no digit is ever rounded away.
PRECISION = 60


@dataclass(frozen=True, slots=True)
class Law:
    """`sum(left) relation sum(right)` over figure keys."""

    id: str
    family: str
    rule: report.Rule
    left: tuple[str, ...]
    right: tuple[str, ...]
    relation: Literal["=", ">="] = "="


def balance_laws(book: Book) -> Iterator[Law]:
    """Yield the rule the form prints in its own header, for each applicant column."""
    for column, name in book.columns.items():
        yield Law(
            f"balance.{column}",
            "balance",
            report.Rule(
                zh=f"{name.zh}：第一项加第二项之和，等于第三项加第四项之和",
                en=f"{name.en}: received and carried in equal handled in total and carried out",
            ),
            (f"applications.received.{column}", f"applications.carried_in.{column}"),
            (f"applications.handled_total.{column}", f"applications.carried_out.{column}"),
        )


def results_laws(book: Book, edition: Edition) -> Iterator[Law]:
    """Yield, for each applicant column: the result rows add up to （七）总计."""
    for column, name in book.columns.items():
        yield Law(
            f"results.{column}",
            "results",
            report.Rule(
                zh=f"{name.zh}：各项办理结果之和等于（七）总计",
                en=f"{name.en}: the results add up to handled in total",
            ),
            tuple(f"applications.{row}.{column}" for row in edition.results),
            (f"applications.handled_total.{column}",),
        )


def applicants_laws(book: Book, edition: Edition) -> Iterator[Law]:
    """Yield, for each row: natural persons and the five kinds of organizations add up to the total."""
    for row in edition.rows:
        name = book.rows[row]
        yield Law(
            f"applicants.{row}",
            "applicants",
            report.Rule(
                zh=f"{name.zh}：自然人与各类法人或其他组织之和等于总计",
                en=f"{name.en}: natural persons and organizations add up to the total",
            ),
            tuple(f"applications.{row}.{column}" for column in book.applicants),
            (f"applications.{row}.{TOTAL}",),
        )


def disputes_laws(book: Book) -> Iterator[Law]:
    """Yield, for each group of the disputes table: the four outcomes add up to the total."""
    for group, name in book.disputes.items():
        yield Law(
            f"disputes.{group}",
            "disputes",
            report.Rule(
                zh=f"{name.zh}：结果维持、结果纠正、其他结果、尚未审结之和等于总计",
                en=f"{name.en}: upheld, corrected, other and pending add up to the total",
            ),
            tuple(f"disputes.{group}.{outcome}" for outcome in OUTCOMES),
            (f"disputes.{group}.{TOTAL}",),
        )


def total_public_laws(book: Book, edition: Edition) -> Iterator[Law]:
    """Yield, where the edition has both: what is public in all is no less than what was published now."""
    for kind, name in book.documents.items():
        if f"{kind}.total_public" in edition.proactive:
            yield Law(
                f"sanity.total_public.{kind}",
                "sanity",
                report.Rule(
                    zh=f"{name.zh}：对外公开总数量不少于本年新公开数量",
                    en=f"{name.en}: public in total is no less than published this year",
                ),
                (f"proactive.{kind}.total_public",),
                (f"proactive.{kind}.published",),
                ">=",
            )


def assess(law: Law, figures: Figures) -> report.Check:
    """Return the check of one law, exact; not assessable where any operand is not a number.

    A blank, a dash or 无 is no number: it is not taken for 0, so a row with one of them is not judged.
    """
    left, right = _total(law.left, figures), _total(law.right, figures)
    difference = _difference(left, right)
    if left is None or right is None or difference is None:
        return _check(law, "not_assessable", None, None, None)
    holds = difference == 0 if law.relation == "=" else difference >= 0
    return _check(law, "pass" if holds else "fail", left, right, difference)


def _check(
    law: Law,
    status: report.CheckStatus,
    left: Decimal | None,
    right: Decimal | None,
    difference: Decimal | None,
) -> report.Check:
    return report.Check(
        id=law.id,
        family=law.family,
        rule=law.rule,
        status=status,
        left=left,
        right=right,
        difference=difference,
        figures=(*law.left, *law.right),
    )


def _total(keys: tuple[str, ...], figures: Figures) -> Decimal | None:
    total = Decimal(0)
    with localcontext(prec=PRECISION):
        for key in keys:
            value = number_of(figures.get(key))
            if value is None:
                return None
            total += value
    return total


def _difference(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    with localcontext(prec=PRECISION):
        return left - right


def number_of(figure: report.Figure | None) -> Decimal | None:
    """Return the figure's value where it is a number, else None."""
    return figure.value if figure is not None and figure.state == "number" else None
