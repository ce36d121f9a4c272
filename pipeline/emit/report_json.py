"""The report as JSON, on many lines or on one, and its JSON Schema."""

from __future__ import annotations

import json

from pydantic_core import PydanticSerializationError

from pipeline.emit.text import encodable
from pipeline.report import Report


def report_json(report: Report) -> bytes:
    """Return `report` as UTF-8 JSON with a final line feed, keys in the contract's order.

    Lone surrogates, which damaged text layers can hold and UTF-8 cannot, become U+FFFD.
    """
    return f"{_text(report, 1)}\n".encode()


def report_line(report: Report) -> bytes:
    """Return `report` as one line of UTF-8 JSON with its line feed, for JSON lines."""
    return f"{_text(report, None)}\n".encode()


def schema_json() -> str:
    """Return the JSON Schema of what `report_json` writes (draft 2020-12, names as emitted)."""
    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    return json.dumps(schema, ensure_ascii=False, indent=1)


def _text(report: Report, indent: int | None) -> str:
    try:
        return report.to_json(indent)
    except PydanticSerializationError:
        plain = report.model_dump(by_alias=True)
        return encodable(json.dumps(plain, ensure_ascii=False, indent=indent))
