"""The report as JSON."""

from __future__ import annotations

import json
from decimal import Decimal

from pipeline.emit.report_json import report_json, schema_json
from pipeline.report import Report
from tests.emit.builder import plausible_report


def test_reads_back_equal() -> None:
    report = plausible_report()
    assert Report.from_json(report_json(report)) == report


def test_values_are_exact_text_and_never_zero_for_blank() -> None:
    report = plausible_report({"proactive.fees.amount": "59237.2449", "proactive.licensing.decisions": ""})
    figures = json.loads(report_json(report))["figures"]
    assert figures["proactive.fees.amount"]["value"] == "59237.2449"
    assert figures["proactive.licensing.decisions"]["value"] is None
    assert figures["proactive.licensing.decisions"]["state"] == "blank"


def test_keys_stand_in_the_order_of_the_contract() -> None:
    text = json.loads(report_json(plausible_report()))
    order = "schema document report sections tables figures checks review provenance"
    assert list(text) == order.split()


def test_a_lone_surrogate_does_not_stop_the_report() -> None:
    report = plausible_report({"proactive.fees.amount": "\ud8351"})
    again = Report.from_json(report_json(report))
    assert again.figures["proactive.fees.amount"].raw == "\ufffd1"
    assert again.figures["proactive.licensing.decisions"].value == Decimal(1584)


def test_schema_names_keys_as_emitted() -> None:
    schema = json.loads(schema_json())
    assert list(schema["properties"]) == list(json.loads(report_json(plausible_report())))
    assert "from" in schema["$defs"]["Period"]["properties"]
    assert {"type": "string"} in schema["$defs"]["Figure"]["properties"]["value"]["anyOf"]
