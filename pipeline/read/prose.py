"""Prose: the lines of text outside the tables of a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import cv2
import numpy as np

from pipeline.model import Box, Grid, TextLine, bounding_box
from pipeline.read.decode import decode_text
from pipeline.read.paint import PAPER
from pipeline.read.rows import as_rows_show
from pipeline.read.scan import Engine, LineScan, Pixels, Quad
from pipeline.settings import ReadSettings

_WIDE = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
_NARROW = re.compile(r"(?<=[\u3400-\u9fff）》”])[,:;?!](?![!-~])")


@dataclass(frozen=True, slots=True, eq=False)
class ProseLine:
    """A line of prose on its way to be read: its box in points, its pixels, whether it is much too pale."""

    box: Box
    crop: Pixels
    pale: bool = False


def find_prose(
    grey: Pixels, scale: float, grids: Sequence[Grid], engine: Engine, settings: ReadSettings
) -> list[ProseLine]:
    """Return the lines outside the grids in reading order, pieces of one line joined."""
    tables = table_boxes(grids)
    painted = _without(grey, tables, scale)
    quads = engine.finder.find(painted)
    found = (quad_box(quad).scaled(1 / scale) for quad in quads)
    outside = [box for box in found if all(box.overlap(table) < settings.inside_share for table in tables)]
    kept, told = as_rows_show(join_fragments(outside, settings), painted, scale, settings)
    boxes = sorted((*kept, *told), key=lambda box: (box.top, box.left))
    crops = [
        line_on_paper(painted, box, scale, settings) if box in told else _crop(grey, box, scale, settings)
        for box in boxes
    ]
    depths = [_depth(crop) for crop in crops]
    printed = [_depth(_crop(grey, table, scale, settings)) for table in tables]
    least = settings.pale_share * max((*depths, *printed), default=0.0)
    return [
        ProseLine(box, crop, depth < least) for box, crop, depth in zip(boxes, crops, depths, strict=True)
    ]


def _depth(crop: Pixels) -> float:
    """Return by how many grey levels the ink of a piece of the page is darker than its paper."""
    passed = np.cumsum(cv2.calcHist([crop], [0], None, [256], [0, 256]))
    darkest, usual = np.searchsorted(passed, [0.02 * passed[-1], 0.5 * passed[-1]])
    return float(usual - darkest)


def prose_lines(
    lines: Sequence[ProseLine],
    scans: Sequence[LineScan],
    page: int,
    engine: Engine,
    settings: ReadSettings,
) -> tuple[TextLine, ...]:
    """Decode the lines; those without any text are left out.

    So is what shines through from the back of the sheet: much paler than the page's print, and mirrored, so
    that no reader makes sense of most of it.
    """
    readings = [decode_text(scan, engine.name) for scan in scans]
    pale = [reading for line, reading in zip(lines, readings, strict=True) if line.pale and reading.text]
    ghosts = [reading for reading in pale if float(np.mean(reading.characters)) < settings.legible]
    if 2 * len(ghosts) >= len(pale):
        ghosts = pale
    return tuple(
        TextLine(full_width(reading.text), page, line.box, reading.confidence, reading.reader)
        for line, reading in zip(lines, readings, strict=True)
        if reading.text and not any(reading is ghost for ghost in ghosts)
    )


def full_width(text: str) -> str:
    """Return `text` with the signs that follow a Chinese character as wide as such a character is set.

    A recognizer tells the sign, not how much room it takes: in Chinese it takes a whole character's.
    Brackets are set either way, and stay as read.
    """
    return _NARROW.sub(lambda found: _WIDE[found[0]], text)


def table_boxes(grids: Sequence[Grid]) -> tuple[Box, ...]:
    """Return the box around each grid's cells, in points."""
    around = ([cell.box for cell in grid.cells if cell.box] for grid in grids)
    return tuple(bounding_box(boxes) for boxes in around if boxes)


def quad_box(quad: Quad) -> Box:
    """Return the upright box around a quad, in its units."""
    xs, ys = zip(*quad, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def join_fragments(boxes: Sequence[Box], settings: ReadSettings) -> list[Box]:
    """Join boxes that lie beside each other on one line, and return the lines in reading order."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.center[1]):
        row = next((r for r in rows if _same_row(bounding_box(r), box, settings)), None)
        rows.append([box]) if row is None else row.append(box)
    lines = [line for row in rows for line in _joined(sorted(row), settings)]
    return sorted(lines, key=lambda b: (b.top, b.left))


def _joined(row: Sequence[Box], settings: ReadSettings) -> list[Box]:
    lines = [row[0]]
    for box in row[1:]:
        gap = box.left - lines[-1].right
        if gap <= settings.fragment_gap * min(box.height, lines[-1].height):
            lines[-1] = bounding_box((lines[-1], box))
        else:
            lines.append(box)
    return lines


def _same_row(row: Box, box: Box, settings: ReadSettings) -> bool:
    common = min(row.bottom, box.bottom) - max(row.top, box.top)
    return common >= settings.row_share * max(row.height, box.height)


def _without(grey: Pixels, tables: Sequence[Box], scale: float) -> Pixels:
    """Paint the tables over, so that no line of prose is found to run into one."""
    painted = grey.copy()
    for box in tables:
        left, top, right, bottom = (max(0, round(v * scale)) for v in astuple(box))
        painted[top:bottom, left:right] = PAPER
    return painted


def line_on_paper(grey: Pixels, box: Box, scale: float, settings: ReadSettings) -> Pixels:
    """Return a line alone on its paper: what stands close above and below it is left out.

    Its box may reach over the picture's edge.
    """
    left, top, right, bottom = (max(0, round(v * scale)) for v in astuple(box))
    crop = grey[top:bottom, left:right]
    margin = max(2, round(settings.prose_margin * crop.shape[0]))
    return np.pad(crop, margin, constant_values=int(np.median(crop)))


def _crop(grey: Pixels, box: Box, scale: float, settings: ReadSettings) -> Pixels:
    grown = box.grown(settings.prose_pad * box.height).scaled(scale)
    left, top = max(0, round(grown.left)), max(0, round(grown.top))
    crop = grey[top : round(grown.bottom), left : round(grown.right)]
    return crop if crop.size else np.full((8, 8), PAPER, np.uint8)
