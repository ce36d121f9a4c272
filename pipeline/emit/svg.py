"""Boxes and text as plain values for SVG, in points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.report import BoxList

_LARGEST, _SMALLEST = 10.0, 5.0  # points; text in drawn cells
_LEADING = 1.2  # height of a line, em
_CROP_MARGIN, _CROP_HEIGHT = 4.0, 50.0  # points; the pictures of doubtful figures


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def view(self) -> str:
        """Return an SVG viewBox of 3:1 about the rectangle's middle, where a figure is printed."""
        height = min(self.height + 2 * _CROP_MARGIN, _CROP_HEIGHT)
        x, y = self.x + self.width / 2, self.y + self.height / 2
        return f"{x - 1.5 * height:.1f} {y - height / 2:.1f} {3 * height:.1f} {height:.1f}"


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of text about its middle, `x`, on its base line, `y`; `size` in points."""

    text: str
    x: float
    y: float
    size: float


def shape(box: BoxList) -> Shape:
    """Return a report's box as a rectangle, to a hundredth of a point."""
    left, top, right, bottom = box
    return Shape(round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2))


def _advance(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.55


def _wrapped(text: str, ems: float) -> Iterator[str]:
    for line in text.splitlines():
        taken, used = "", 0.0
        for character in line:
            if taken and used + _advance(character) > ems:
                yield taken
                taken, used = "", 0.0
            taken, used = taken + character, used + _advance(character)
        yield taken


def text_rows(text: str, at: Shape) -> tuple[TextRow, ...]:
    """Return `text` wrapped into `at`, in the largest size that fits; the smallest may stand out below."""
    if not text.strip():
        return ()
    size = _LARGEST
    lines = list(_wrapped(text, at.width / size))
    while size > _SMALLEST and len(lines) * size * _LEADING > at.height:
        size -= 0.5
        lines = list(_wrapped(text, at.width / size))
    middle = at.y + at.height / 2 - len(lines) * size * _LEADING / 2
    base = [middle + (n + 0.8) * size * _LEADING for n in range(len(lines))]
    x = at.x + at.width / 2
    return tuple(TextRow(line, round(x, 2), round(y, 2), size) for line, y in zip(lines, base, strict=True))
