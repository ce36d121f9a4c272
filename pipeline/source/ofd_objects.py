"""What is painted on an OFD page (GB/T 33190-2016, chapters 8 to 11): text, paths and images, in points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline.errors import TooLargeError
from pipeline.model import Box, Glyph
from pipeline.settings import SourceSettings
from pipeline.source.layer import Span, plain
from pipeline.source.package import local

MM = 72.0 / 25.4  # points
ASCENT = 0.88  # of a character's height above its base line; no report's typeface is far from it
WIDEST_LETTER = 1.0  # of a character's height
WIDEST_DIGIT = 0.62  # of it; what follows at more stands apart
LINE_WIDTH = 0.353  # millimetres, where a path states none
LEVELS = {"Background": 0, "Body": 1, "Foreground": 2}
CLEAR = (1.0, 1.0, 1.0, 1.0, 1.0)  # no colour that is seen; as pale as paper to whoever looks for rules
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Matrix:
    """x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, first: Matrix) -> Matrix:
        """Return the matrix that applies `first`, then this one."""
        e, f = self.at(first.e, first.f)
        return Matrix(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            e,
            f,
        )

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        corners = [self.at(x, y) for x in (left, right) for y in (top, bottom)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """An image on a page: its resource's identifier, its box, its place in painting order.

    The file's picture is mirrored left to right first, where `mirrored`, then turned clockwise by `turn`.
    """

    resource: str
    box: Box
    order: int = 0
    turn: int = 0
    mirrored: bool = False


@dataclass(slots=True)
class Painted:
    """What a page shows: spans of characters, drawings (as `vector.rules_of` takes them), images."""

    spans: list[Span] = field(default_factory=list)
    drawings: list[Mapping[str, Any]] = field(default_factory=list)
    images: list[PlacedImage] = field(default_factory=list)
    objects: int = 0


def floats(text: str | None) -> list[float]:
    """Return the numbers of an attribute, none where any is nonsense."""
    try:
        values = [float(part) for part in (text or "").split()]
    except ValueError:
        return []
    return values if all(abs(value) < 1e6 for value in values) else []


@dataclass(frozen=True, slots=True)
class Painter:
    """Paints objects; `units` are the composite objects of the document."""

    units: Mapping[str, etree._Element]
    settings: SourceSettings

    def paint(self, parent: etree._Element, place: Matrix, out: Painted, depth: int = 0) -> None:
        """Paint all that is in `parent`; TooLargeError for objects without end."""
        if depth > self.settings.max_nesting:
            raise TooLargeError(f"objects within objects, more than {self.settings.max_nesting} deep")
        for element in sorted(parent, key=_level):
            out.objects += 1
            if out.objects > self.settings.max_objects:
                raise TooLargeError(f"more than {self.settings.max_objects} objects on a page")
            name = local(element)
            if element.get("Visible", "true") == "false":
                continue
            if name in ("Layer", "PageBlock", "Content"):
                self.paint(element, place, out, depth + 1)
            elif name == "TextObject":
                out.spans.append(_span(element, _placed(element, place), out.objects))
            elif name == "PathObject":
                out.drawings.extend(_drawing(element, _placed(element, place)))
            elif name == "ImageObject":
                out.images.append(_image(element, place, out.objects))
            elif name == "CompositeObject" and element.get("ResourceID", "") in self.units:
                unit = self.units[element.get("ResourceID", "")]
                self.paint(unit, _placed(element, place), out, depth + 1)


def _placed(element: etree._Element, place: Matrix) -> Matrix:
    """Return the matrix from an object's own coordinates to the page."""
    boundary, own = floats(element.get("Boundary")), floats(element.get("CTM"))
    left, top = boundary[:2] if len(boundary) == 4 else (0.0, 0.0)
    inner = Matrix(*own) if len(own) == 6 else Matrix()
    return place.after(Matrix(e=left, f=top).after(inner))


def _level(element: etree._Element) -> int:
    """Return where a layer lies: below the text, in it, or above; other objects are painted as they come."""
    layer = local(element) == "Layer"
    return LEVELS.get(element.get("Type", "Body"), 1) if layer else 1


def _image(element: etree._Element, place: Matrix, order: int) -> PlacedImage:
    resource, matrix = element.get("ResourceID", ""), _placed(element, place)
    if len(floats(element.get("CTM"))) != 6:  # it fills its boundary
        boundary = floats(element.get("Boundary")) or [0.0, 0.0, 0.0, 0.0]
        width, height = (*boundary, 0.0, 0.0, 0.0, 0.0)[2:4]
        matrix = matrix.after(Matrix(width, 0, 0, height))
    mirrored = matrix.a * matrix.d - matrix.b * matrix.c < 0
    across = (-matrix.a, -matrix.b) if mirrored else (matrix.a, matrix.b)
    return PlacedImage(resource, matrix.box(0, 0, 1, 1), order, quarter(across), mirrored)


def quarter(direction: tuple[float, float]) -> int:
    """Return the clockwise quarter turn (0, 90, 180, 270) that a direction (y down) is nearest to."""
    across, down = direction
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 180
    return 90 if down > 0 else 270


def _span(element: etree._Element, place: Matrix, order: int) -> Span:
    painted = element.get("Stroke") == "true" or element.get("Fill", "true") != "false"
    seen = painted and element.get("Alpha", "255") != "0" and _colour(element, "FillColor") != CLEAR
    return Span(tuple(_glyphs(element, place)), (place.a, place.b), seen, order)


def _glyphs(element: etree._Element, place: Matrix) -> Iterator[Glyph]:
    size = next(iter(floats(element.get("Size"))), 0.0)
    scale = next(iter(floats(element.get("HScale"))), 1.0)
    x = y = 0.0
    for code in element:
        if local(code) != "TextCode" or size <= 0:
            continue
        # Where one says nothing, it begins where the last one began.
        x = start = next(iter(floats(code.get("X"))), x)
        y = top = next(iter(floats(code.get("Y"))), y)
        text = _written(code.text or "")
        across, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
        for index, character in enumerate(text):
            step = across[index] if index < len(across) else None
            width = _width(character, size * scale, step)
            if character.strip():
                box = place.box(start, top - ASCENT * size, start + width, top + (1 - ASCENT) * size)
                yield Glyph(plain(character), box)
            # Without steps characters follow each other, unless the line runs down.
            start += step if step is not None else 0.0 if down else width
            top += down[index] if index < len(down) else 0.0


def _written(text: str) -> str:
    """Return the characters of a code; line breaks and what indents it come from whoever wrote the XML."""
    return text.strip() if "\n" in text else text


def _width(character: str, size: float, step: float | None) -> float:
    """Return a character's width: the step to the next one, if no wider than such a character can be."""
    if unicodedata.east_asian_width(character) in "WFA":
        return size
    widest = WIDEST_LETTER if character.isalpha() else WIDEST_DIGIT
    return step if step is not None and 0 < step <= widest * size else size / 2


def _steps(text: str | None, most: int) -> list[float]:
    """Return the steps from character to character; `g 3 4.2` stands for three of 4.2."""
    steps: list[float] = []
    words = iter((text or "").split())
    for word in words:
        try:
            if word == "g":
                count, step = int(next(words, "0")), float(next(words, "0"))
                steps += [step] * min(max(count, 0), most)
            else:
                steps.append(float(word))
        except ValueError:
            return steps
        if len(steps) >= most:
            break
    return steps


def _colour(element: etree._Element, name: str) -> tuple[float, ...]:
    """Return a colour's parts (0..1), black where none is stated."""
    for child in element:
        if local(child) == name:
            if floats(child.get("Alpha")) == [0.0]:
                return CLEAR
            values = floats(child.get("Value"))
            return tuple(value / 255 for value in values) if values else (0.0,)
    return (0.0,)


def _drawing(element: etree._Element, place: Matrix) -> Iterator[Mapping[str, Any]]:
    """Yield a path as a drawing of straight lines; curves break it."""
    data = next((child.text or "" for child in element if local(child) == "AbbreviatedData"), "")
    lines = [(place.at(*start), place.at(*stop)) for start, stop in _segments(data.split())]
    if not lines:
        return
    kind = "s" if element.get("Stroke", "true") == "true" else ""
    kind += "f" if element.get("Fill", "false") == "true" else ""
    width = next(iter(floats(element.get("LineWidth"))), LINE_WIDTH)
    xs, ys = [p[0] for line in lines for p in line], [p[1] for line in lines for p in line]
    yield {
        "type": kind,
        "color": _colour(element, "StrokeColor"),
        "fill": _colour(element, "FillColor"),
        "width": width * abs(place.a * place.d - place.b * place.c) ** 0.5,
        "items": [("l", start, stop) for start, stop in lines],
        "rect": (min(xs), min(ys), max(xs), max(ys)),
    }


def _segments(words: Sequence[str]) -> Iterator[tuple[Point, Point]]:
    start: Point = (0.0, 0.0)
    here: Point = (0.0, 0.0)
    index = 0
    while index < len(words):
        count = _ARGUMENTS.get(words[index])
        if count is None:
            index += 1
            continue
        values = floats(" ".join(words[index + 1 : index + 1 + count]))
        if words[index] == "C":
            yield here, start
            here = start
        elif len(values) == count:
            there = (values[-2], values[-1])
            if words[index] == "L":
                yield here, there
            elif words[index] in "MS":
                start = there
            here = there
        index += 1 + count
