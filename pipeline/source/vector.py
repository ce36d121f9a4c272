"""A PDF's drawings become rules: strokes, thin filled boxes, the sides of stroked boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.model import Rule
from pipeline.settings import SourceSettings

Drawing = Mapping[str, Any]  # as MuPDF's device gives it
STRAIGHT = 0.5  # points by which a line may stray from its axis
PALE = 0.95  # a colour this light in every part is paper


def _pale(color: Sequence[float] | None) -> bool:
    return color is None or min(color, default=1.0) >= PALE


def _line(x0: float, y0: float, x1: float, y1: float, width: float) -> Iterator[Rule]:
    if abs(y1 - y0) <= STRAIGHT < abs(x1 - x0):
        yield Rule("horizontal", (y0 + y1) / 2, min(x0, x1), max(x0, x1), width)
    elif abs(x1 - x0) <= STRAIGHT < abs(y1 - y0):
        yield Rule("vertical", (x0 + x1) / 2, min(y0, y1), max(y0, y1), width)


def _sides(box: Sequence[float], width: float) -> Iterator[Rule]:
    left, top, right, bottom = box
    yield from _line(left, top, right, top, width)
    yield from _line(left, bottom, right, bottom, width)
    yield from _line(left, top, left, bottom, width)
    yield from _line(right, top, right, bottom, width)


def _thin(box: Sequence[float], settings: SourceSettings) -> Iterator[Rule]:
    """Yield the rule that a thin filled box is; a larger box is shading."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if height <= settings.thin and width > height:
        yield Rule("horizontal", (top + bottom) / 2, left, right, height)
    elif width <= settings.thin and height > width:
        yield Rule("vertical", (left + right) / 2, top, bottom, width)


def _quad_box(quad: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in quad], [p[1] for p in quad]
    return min(xs), min(ys), max(xs), max(ys)


def _stroked(drawing: Drawing) -> Iterator[Rule]:
    width = float(drawing.get("width") or 0.0)
    for item in drawing["items"]:
        if item[0] == "l":
            (x0, y0), (x1, y1) = item[1], item[2]
            yield from _line(x0, y0, x1, y1, width)
        elif item[0] == "re":
            yield from _sides(item[1], width)
        elif item[0] == "qu":
            yield from _sides(_quad_box(item[1]), width)


def _filled(drawing: Drawing, settings: SourceSettings) -> Iterator[Rule]:
    items = drawing["items"]
    for item in items:
        if item[0] == "re":
            yield from _thin(item[1], settings)
        elif item[0] == "qu":
            yield from _thin(_quad_box(item[1]), settings)
    if items and all(item[0] == "l" for item in items):  # a polygon: LibreOffice draws rules so
        yield from _thin(drawing["rect"], settings)


def rules_of(drawings: Sequence[Drawing], settings: SourceSettings) -> tuple[Rule, ...]:
    """Return the rules among a page's drawings, in points; none where the page is one big drawing."""
    found: list[Rule] = []
    for drawing in drawings:
        kind = drawing["type"]
        if "s" in kind and not _pale(drawing.get("color")) and drawing.get("stroke_opacity", 1) > 0:
            found.extend(_stroked(drawing))
        if "f" in kind and not _pale(drawing.get("fill")) and drawing.get("fill_opacity", 1) > 0:
            found.extend(_filled(drawing, settings))
        if len(found) > settings.max_rules:
            return ()
    return tuple(found)
