"""The report as JSON, and its JSON Schema."""

from __future__ import annotations

import json

from pydantic_core import PydanticSerializationError

from pipeline.emit.text import encodable
from pipeline.report import Report


def report_json(report: Report) -> bytes:
    """Return `report` as UTF-8 JSON with a final line feed, keys in the contract's order.

    Lone surrogates, which damaged text layers can hold and UTF-8 cannot, become U+FFFD.
    """
    try:
        text = report.to_json()
    except PydanticSerializationError:
        plain = report.model_dump(by_alias=True)
        text = encodable(json.dumps(plain, ensure_ascii=False, indent=1))
    return f"{text}\n".encode()


def schema_json() -> str:
    """Return the JSON Schema of what `report_json` writes (draft 2020-12, names as emitted)."""
    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    return json.dumps(schema, ensure_ascii=False, indent=1)
