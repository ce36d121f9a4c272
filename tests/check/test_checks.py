"""The rules of the form: consistent tables pass, any single slip is caught by the rules that name it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import report
from pipeline.check import flag_figures, run_checks
from pipeline.check.book import rule_book

EXPECTED = sorted((Path(__file__).parents[1] / "data" / "expected").glob("*.json"))
SUMS = ("balance", "results", "applicants", "disputes")
OLD: report.EditionName = "2019-60"
NEW: report.EditionName = "2021-30"


def number(value: int | str | Decimal) -> report.Figure:
    return report.Figure(value=Decimal(value), raw=str(value), state="number", confidence=1.0)


def empty(state: report.State) -> report.Figure:
    return report.Figure(state=state, confidence=1.0)


def both(edition: report.EditionName) -> report.Editions:
    return report.Editions(proactive=edition, applications=edition)


def seed(path: Path) -> tuple[dict[str, report.Figure], report.Editions, int]:
    truth = json.loads(path.read_text(encoding="utf-8"))
    figures = {key: number(cell["value"]) for key, cell in truth["figures"].items()}
    return figures, both(truth["edition"]), truth["year"]


def failed(checks: tuple[report.Check, ...]) -> list[str]:
    return [check.id for check in checks if check.status == "fail"]


@st.composite
def consistent(draw: st.DrawFn) -> tuple[dict[str, report.Figure], report.Editions]:
    """Draw a report in which every rule holds."""
    edition = draw(st.sampled_from((OLD, NEW)))
    book = rule_book()
    counts = st.integers(0, 10**7)
    values: dict[str, int] = {key: draw(counts) for key in book.proactive_keys(edition)}
    for kind in book.documents:
        published = values.get(f"proactive.{kind}.published", 0)
        values |= {f"proactive.{kind}.total_public": published + 1} if edition == OLD else {}
    results = book.editions[edition].results
    for column in book.applicants:
        rows = {row: draw(counts) for row in (*results, "carried_out")}
        rows["handled_total"] = sum(rows[row] for row in results)
        every = rows["handled_total"] + rows["carried_out"]
        rows["carried_in"] = draw(st.integers(0, every))
        rows["received"] = every - rows["carried_in"]
        values |= {f"applications.{row}.{column}": value for row, value in rows.items()}
    for row in book.editions[edition].rows:
        total = sum(values[f"applications.{row}.{column}"] for column in book.applicants)
        values[f"applications.{row}.total"] = total
    for group in book.disputes:
        outcomes = {end: draw(counts) for end in ("upheld", "corrected", "other", "pending")}
        outcomes["total"] = sum(outcomes.values())
        values |= {f"disputes.{group}.{end}": value for end, value in outcomes.items()}
    return {key: number(value) for key, value in values.items()}, both(edition)


@given(consistent())
@settings(max_examples=25, deadline=None)
def test_a_consistent_report_fails_nothing(drawn: tuple[dict[str, report.Figure], report.Editions]) -> None:
    figures, editions = drawn
    assert failed(run_checks(figures, editions, None)) == []


@given(consistent(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_single_slip_is_caught_by_just_the_sums_that_name_it(
    drawn: tuple[dict[str, report.Figure], report.Editions], data: st.DataObject
) -> None:
    figures, editions = drawn
    summed = [key for key in figures if not key.startswith("proactive.")]
    key = data.draw(st.sampled_from(summed))
    was = figures[key].value
    assert was is not None
    slip = data.draw(st.integers(0, 10**7).filter(lambda value: value != was))
    checks = run_checks({**figures, key: number(slip)}, editions, None)
    naming = [check.id for check in checks if check.family in SUMS and key in check.figures]
    assert naming
    assert failed(checks) == naming
    for check in checks:
        if check.status == "fail":
            assert check.difference is not None
            assert abs(check.difference) == abs(slip - was)


@given(consistent(), st.data(), st.sampled_from(("blank", "dash", "none_word", "text", "missing")))
@settings(max_examples=40, deadline=None)
def test_what_is_no_number_is_never_taken_for_zero(
    drawn: tuple[dict[str, report.Figure], report.Editions], data: st.DataObject, state: report.State
) -> None:
    figures, editions = drawn
    key = data.draw(st.sampled_from(sorted(figures)))
    for check in run_checks({**figures, key: empty(state)}, editions, None):
        if key in check.figures and check.family in SUMS:
            assert check.status == "not_assessable"
            assert (check.left, check.right, check.difference) == (None, None, None)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem[:3])
def test_rules_name_exactly_the_figures_of_the_form(path: Path) -> None:
    figures, editions, year = seed(path)
    checks = run_checks(figures, editions, year)
    complete = [check for check in checks if check.id.startswith("sanity.complete.")]
    assert sorted(key for check in complete for key in check.figures) == sorted(figures)
    counts = {family: sum(check.family == family for check in checks) for family in SUMS}
    rows = 23 if editions.applications == OLD else 25
    assert counts == {"balance": 7, "results": 7, "applicants": rows, "disputes": 3}
    assert len({check.id for check in checks}) == len(checks)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem[:3])
def test_of_the_real_reports_only_one_is_printed_wrong(path: Path) -> None:
    figures, editions, year = seed(path)
    checks = run_checks(figures, editions, year)
    wrong = ["results.total", "applicants.granted"] if path.stem.startswith("001") else []
    assert failed(checks) == wrong
    by_id = {check.id: check for check in checks}
    if wrong:
        assert (by_id["applicants.granted"].left, by_id["applicants.granted"].right) == (
            Decimal(2),
            Decimal(0),
        )
        assert (by_id["results.total"].left, by_id["results.total"].right) == (Decimal(0), Decimal(2))
        assert by_id["applicants.granted"].difference == 2
        assert by_id["applicants.granted"].verdict is None


def test_only_figures_of_failed_checks_are_flagged() -> None:
    figures, editions, year = seed(EXPECTED[1])
    checks = run_checks(figures, editions, year)
    flagged = flag_figures(figures, checks)
    doubted = {key for key, figure in flagged.items() if "check_failed" in figure.flags}
    assert doubted == {key for c in checks if c.status == "fail" for key in c.figures}
    assert "applications.granted.natural_person" in doubted
    assert "applications.received.natural_person" not in doubted
    assert {key: figure.value for key, figure in flagged.items()} == {
        key: figure.value for key, figure in figures.items()
    }
    assert flag_figures(flagged, checks) == flagged


@pytest.mark.parametrize(
    ("edition", "year", "status"),
    [
        (OLD, 2019, "pass"),
        (OLD, 2020, "pass"),
        (OLD, 2024, "fail"),
        (NEW, 2020, "fail"),
        (NEW, 2021, "pass"),
        (NEW, 2040, "pass"),
        (NEW, None, "not_assessable"),
        (None, 2021, "not_assessable"),
    ],
)
def test_an_edition_out_of_its_years_is_noted_and_doubts_no_figure(
    edition: report.EditionName | None, year: int | None, status: str
) -> None:
    figures = {key: number(0) for key in rule_book().applications_keys(edition or NEW)}
    checks = run_checks(figures, report.Editions(applications=edition), year)
    check = next(check for check in checks if check.id == "sanity.edition.applications")
    assert check.status == status
    assert check.figures == ()


def test_an_edition_of_which_little_was_found_is_not_vouched_for() -> None:
    figures = {"applications.received.total": number(1)}
    checks = run_checks(figures, report.Editions(applications=NEW), 2023)
    check = next(check for check in checks if check.id == "sanity.edition.applications")
    assert check.status == "not_assessable"


@pytest.mark.parametrize(
    ("key", "value", "identity"),
    [
        ("proactive.licensing.decisions", "12.5", "sanity.counts"),
        ("proactive.licensing.items_previous", "-3", "sanity.counts"),
        ("proactive.licensing.items_change", "1.5", "sanity.changes"),
        ("proactive.procurement.amount", "-0.01", "sanity.amounts"),
    ],
)
def test_a_number_of_the_wrong_kind_is_named(key: str, value: str, identity: str) -> None:
    figures, editions, year = seed(EXPECTED[0])
    checks = run_checks({**figures, key: number(value)}, editions, year)
    assert failed(checks) == [identity]
    assert next(check.figures for check in checks if check.id == identity) == (key,)


@pytest.mark.parametrize(
    ("key", "value"),
    [("proactive.licensing.items_change", "-7"), ("proactive.procurement.amount", "59237.2449")],
)
def test_changes_may_be_negative_and_amounts_broken(key: str, value: str) -> None:
    figures, editions, year = seed(EXPECTED[0])
    assert failed(run_checks({**figures, key: number(value)}, editions, year)) == []


def test_more_published_this_year_than_public_in_all_is_caught() -> None:
    figures, editions, year = seed(EXPECTED[4])
    figures |= {"proactive.normative_documents.published": number(6)}
    checks = run_checks(figures, editions, year)
    assert failed(checks) == ["sanity.total_public.normative_documents"]
    assert next(c.difference for c in checks if c.status == "fail") == -1


def test_a_figure_not_found_fails_completeness_and_no_sum() -> None:
    figures, editions, year = seed(EXPECTED[0])
    key = "applications.unable.not_held.enterprise"
    checks = run_checks({**figures, key: empty("missing")}, editions, year)
    assert failed(checks) == ["sanity.complete.applications"]
    check = next(check for check in checks if check.status == "fail")
    assert (check.figures, check.difference) == ((key,), Decimal(-1))


def test_an_all_blank_table_is_complete_and_not_assessable() -> None:
    figures, editions, year = seed(EXPECTED[0])
    blank = {
        key: empty("blank") if key.startswith("applications.") else figure for key, figure in figures.items()
    }
    checks = run_checks(blank, editions, year)
    assert failed(checks) == []
    statuses = {c.status for c in checks if c.family in ("balance", "results", "applicants")}
    assert statuses == {"not_assessable"}


def test_the_edition_of_a_table_not_found_follows_from_the_keys() -> None:
    figures, _, year = seed(EXPECTED[4])
    lost = {key: empty("missing") for key in figures}
    checks = run_checks(lost, report.Editions(), year)
    assert {key for check in checks for key in check.figures} == set(figures)


def test_mixed_editions_are_judged_table_by_table() -> None:
    old, _, _ = seed(EXPECTED[4])
    new, _, _ = seed(EXPECTED[1])
    mixed = {key: figure for key, figure in new.items() if key.startswith("proactive.")}
    mixed |= {key: figure for key, figure in old.items() if not key.startswith("proactive.")}
    checks = run_checks(mixed, report.Editions(proactive=NEW, applications=OLD), 2024)
    assert failed(checks) == ["sanity.edition.applications"]
    assert not any(check.id.startswith("sanity.total_public") for check in checks)


def test_sums_are_exact_beyond_float_and_default_precision() -> None:
    huge = "100000000000000000000000000000000000000.1"
    columns = ("natural_person", "enterprise", "research_institute")
    rest = ("welfare_organization", "legal_service", "other_organization")
    figures = {f"applications.granted.{column}": number(huge) for column in columns}
    figures |= {f"applications.granted.{column}": number(0) for column in rest}
    figures["applications.granted.total"] = number("300000000000000000000000000000000000000.3")
    checks = run_checks(figures, both(NEW), 2021)
    granted = next(check for check in checks if check.id == "applicants.granted")
    assert (granted.status, granted.difference) == ("pass", Decimal(0))
