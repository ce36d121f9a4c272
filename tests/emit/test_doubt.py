"""What a person should look at first."""

from __future__ import annotations

from pipeline.emit.doubt import cells_of_figures, doubts, printed_labels
from pipeline.report import Report
from tests.emit.builder import plausible_report


def labels(report: Report, key: str) -> tuple[str, str]:
    places = cells_of_figures(report)
    table, index = places[key]
    figures = frozenset(cell for at, cell in places.values() if at == table)
    return printed_labels(report.tables[table], index, figures)


def test_every_figure_finds_its_cell() -> None:
    report = plausible_report()
    places = cells_of_figures(report)
    assert list(places) == list(report.figures)
    assert len(set(places.values())) == len(places)
    for key, (table, index) in places.items():
        assert report.tables[table].cells[index].text == report.figures[key].raw


def test_blank_is_no_doubt_but_text_and_missing_are() -> None:
    changes = {"proactive.fees.amount": "", "proactive.licensing.decisions": "若干"}
    report = plausible_report(changes)
    gone = report.figures["proactive.regulations.made"].model_copy(
        update={"state": "missing", "value": None, "raw": None, "page": None, "box": None, "confidence": 0.0}
    )
    report = report.model_copy(update={"figures": report.figures | {"proactive.regulations.made": gone}})
    found = doubts(report, 0.95)
    assert "proactive.fees.amount" not in found.reasons
    assert found.reasons["proactive.licensing.decisions"] == ("not_a_number",)
    assert found.reasons["proactive.regulations.made"] == ("missing",)


def test_a_suspect_of_a_failed_check_is_a_fault() -> None:
    found = doubts(plausible_report(), 0.95)
    assert found.level("applications.granted.natural_person") == "fault"
    assert found.level("proactive.penalties.decisions") == "doubt"
    assert found.level("applications.granted.enterprise") == "part"
    assert found.level("proactive.licensing.decisions") == "sure"


def test_a_failed_check_without_suspects_is_about_all_its_figures() -> None:
    report = plausible_report()
    checks = tuple(check.model_copy(update={"suspects": ()}) for check in report.checks)
    found = doubts(report.model_copy(update={"checks": checks}), 0.95)
    assert found.level("applications.granted.natural_person") == "fault"
    assert found.level("applications.granted.total") == "fault"
    assert found.level("applications.granted.enterprise") == "part"


def test_low_confidence_is_what_the_setting_says() -> None:
    assert len(doubts(plausible_report(), 0.999).reasons) == 200


def test_labels_are_those_printed_beside_and_above() -> None:
    report = plausible_report()
    assert labels(report, "applications.denied.state_secret.enterprise") == (
        "（三）不予公开 / 1.属于国家秘密",
        "法人或其他组织 / 商业企业",
    )
    assert labels(report, "proactive.fees.amount")[0] == "行政事业性收费"
    assert labels(report, "disputes.direct_litigation.other") == ("", "未经复议直接起诉 / 其他结果")
