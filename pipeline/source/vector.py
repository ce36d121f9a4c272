"""A PDF's drawings become rules: strokes, thin filled boxes, the sides of stroked boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.model import Axis, Box, Rule
from pipeline.settings import SourceSettings

Drawing = Mapping[str, Any]  # as MuPDF's device gives it
Point = Sequence[float]  # x, y
PAINTED = ("s", "f", "fs")
STRAIGHT = 0.5  # points by which a line may stray from its axis
PALE = 0.95  # a colour this light in every part is paper
UPRIGHT = 0.5  # share of its box that a bar along an axis fills at least: its ends may be mitred


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
    """Yield the rule that a thin filled box, or a thicker bar of a frame, is; a larger box is shading."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    across, along = sorted((width, height))
    if across == along or across > (settings.thick if along >= settings.bar * across else settings.thin):
        return
    if width > height:
        yield Rule("horizontal", (top + bottom) / 2, left, right, height)
    else:
        yield Rule("vertical", (left + right) / 2, top, bottom, width)


def _corners(items: Sequence[Sequence[Any]]) -> list[list[Point]]:
    """Return the corners of the closed polygons that lines make, each polygon's in order."""
    polygons: list[list[Point]] = []
    end = None
    for _, start, stop in items:
        if start != end:
            polygons.append([])
        polygons[-1].append(start)
        end = stop
    return polygons


def _around(quad: Sequence[Point]) -> tuple[Point, ...]:
    """Return the corners of a quadrilateral in order; MuPDF gives them as it does those of a text line."""
    upper_left, upper_right, lower_left, lower_right = quad
    return upper_left, upper_right, lower_right, lower_left


def _is_upright(corners: Sequence[Point]) -> bool:
    """Tell a bar along an axis from a leaning one: a slash, in print that is drawn as shapes."""
    left, top, right, bottom = _box_of(corners)
    around = zip(corners, (*corners[1:], corners[0]), strict=True)
    area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in around)) / 2
    return area >= UPRIGHT * (right - left) * (bottom - top)


def _dots(drawing: Drawing, settings: SourceSettings) -> Iterator[Box]:
    """Yield the small boxes as high as wide among filled ones."""
    for item in drawing["items"]:
        if item[0] == "re":
            box = Box(*item[1])
            if 0 < max(box.width, box.height) <= min(settings.thin, 1.5 * min(box.width, box.height)):
                yield box


def _dotted(dots: Iterable[Box], settings: SourceSettings) -> Iterator[Rule]:
    """Yield the rules that rows and columns of dots make: browsers paint each dot by itself."""
    every = list(dict.fromkeys(dots))
    for axis in ("horizontal", "vertical"):
        lying = axis == "horizontal"
        placed = sorted(
            (round(y if lying else x, 1), x if lying else y, max(dot.width, dot.height))
            for dot in every
            for x, y in (dot.center,)
        )
        run: list[tuple[float, float, float]] = []
        for dot in [*placed, (np.inf, np.inf, 0.0)]:
            if run and (dot[0] - run[-1][0] > STRAIGHT or not 0 <= dot[1] - run[-1][1] <= settings.dot_step):
                yield from _row_of_dots(axis, run, settings)
                run = []
            run.append(dot)


def _row_of_dots(
    axis: Axis, run: Sequence[tuple[float, float, float]], settings: SourceSettings
) -> Iterator[Rule]:
    if len(run) >= settings.least_dots:
        size = run[0][2]
        middle = sum(position for position, _, _ in run) / len(run)
        yield Rule(axis, middle, run[0][1] - size / 2, run[-1][1] + size / 2, size)


def _box_of(corners: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
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
            yield from _sides(_box_of(item[1]), width)


def _filled(drawing: Drawing, settings: SourceSettings) -> Iterator[Rule]:
    items = drawing["items"]
    for item in items:
        if item[0] == "re":
            yield from _thin(item[1], settings)
        elif item[0] == "qu" and _is_upright(_around(item[1])):
            yield from _thin(_box_of(item[1]), settings)
    # Polygons: LibreOffice draws rules so.
    if items and all(item[0] == "l" for item in items) and all(map(_is_upright, _corners(items))):
        yield from _thin(drawing["rect"], settings)


def is_path(drawing: Drawing) -> bool:
    """Tell what is painted from what says where painting shows."""
    return drawing["type"] in PAINTED


def _windowed(drawings: Iterable[Drawing]) -> Iterator[tuple[Drawing, Box]]:
    """Yield what is painted with the window in which it shows: browsers paint whole tables on each page."""
    windows = [(-1, Box(-np.inf, -np.inf, np.inf, np.inf))]
    for drawing in drawings:
        level = drawing.get("level", 0)
        while windows[-1][0] >= level:
            windows.pop()
        if drawing["type"] == "clip":
            window = windows[-1][1].intersection(Box(*drawing["scissor"]))
            windows.append((level, window or Box(0.0, 0.0, 0.0, 0.0)))
        elif is_path(drawing):
            yield drawing, windows[-1][1]


def _within(rules: Iterable[Rule], window: Box) -> Iterator[Rule]:
    """Yield the parts of rules that show in a window; half of one along its edge does."""
    for rule in rules:
        lying = rule.axis == "horizontal"
        down, right = (window.top, window.bottom), (window.left, window.right)
        across, along = (down, right) if lying else (right, down)
        start, end = max(rule.start, along[0]), min(rule.end, along[1])
        if across[0] - STRAIGHT <= rule.position <= across[1] + STRAIGHT and start < end:
            yield replace(rule, start=start, end=end)


def rules_of(drawings: Sequence[Drawing], settings: SourceSettings) -> tuple[Rule, ...]:
    """Return the rules among a page's drawings, in points; none where the page is one big drawing."""
    found: list[Rule] = []
    dots: list[Box] = []
    for drawing, window in _windowed(drawings):
        kind = drawing["type"]
        if "s" in kind and not _pale(drawing.get("color")) and drawing.get("stroke_opacity", 1) > 0:
            found.extend(_within(_stroked(drawing), window))
        if "f" in kind and not _pale(drawing.get("fill")) and drawing.get("fill_opacity", 1) > 0:
            found.extend(_within(_filled(drawing, settings), window))
            dots.extend(dot for dot in _dots(drawing, settings) if dot.intersection(window))
        if len(found) > settings.max_rules:
            return ()
    return (*found, *_dotted(dots, settings))
