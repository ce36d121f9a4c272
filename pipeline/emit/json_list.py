"""Texts of JSON objects as one text."""

from __future__ import annotations

from collections.abc import Sequence


def as_one(objects: Sequence[str]) -> str:
    """Return a single object as it is, several as a list, with a final line feed."""
    if len(objects) == 1:
        return objects[0]
    return "[\n" + ",\n".join(text.rstrip("\n") for text in objects) + "\n]\n"
