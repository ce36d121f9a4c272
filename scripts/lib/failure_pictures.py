"""Draws what went wrong with a document: cells whose figures are not exact, pages whose grids are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.extract import Extraction, extract_full
from pipeline.model import Box, Picture
from pipeline.report import TableRecord
from pipeline.supervise import Progress
from scripts.lib import truth
from scripts.lib.score import Fault
from scripts.lib.statutory import Kind
from scripts.lib.truth import Truth
from scripts.lib.tuning import from_text

TASK = "scripts.lib.failure_pictures:draw"
AROUND = (40.0, 16.0)  # points of the page shown beside, and above and below, a cell
CELL_DPI = 200.0
PAGE_DPI = 90.0
RIGHT, WRONG, SEEN = (0, 140, 0), (220, 0, 0), (0, 90, 220)  # RGB of cells, and of rules
PAPER = 96  # grey levels by which a page is made paler under what is drawn on it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to draw of a document: figures, tables of the form, and where to (files begin with `stem`)."""

    truth: Path
    faults: tuple[Fault, ...]
    tables: tuple[Kind, ...]
    settings: str
    folder: Path
    stem: str


class Drawn(BaseModel):
    """A picture: its file's name, why it was drawn, and what it shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    cause: str
    caption: str


DRAWN: TypeAdapter[tuple[Drawn, ...]] = TypeAdapter(tuple[Drawn, ...])


def draw(path: Path, wanted: Wanted, progress: Progress) -> bytes:
    """Read the document at `path` again and draw; the task of a supervised child."""
    read = extract_full(path, from_text(wanted.settings), progress)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    drawn = [*_cells(read, wanted), *_pages(read, wanted)]
    return DRAWN.dump_json(tuple(drawn))


def _cells(read: Extraction, wanted: Wanted) -> Iterator[Drawn]:
    for fault in wanted.faults:
        figure = read.report.figures.get(fault.key)
        page = read.pictures.get(figure.page) if figure and figure.page else None
        if figure is None or figure.box is None or page is None:
            continue
        true, seen = fault.expected or "", fault.raw or ""
        name = _file_name(f"{wanted.stem}_{fault.key}_true-{true or 'blank'}_read-{seen or 'blank'}.png")
        _save(cell_picture(page, Box(*figure.box)), wanted.folder / name)
        cause = f"{'silently ' if fault.silent else ''}{fault.outcome}"
        flags = f" [{' '.join(fault.flags)}]" if fault.flags else ""
        read_as = f"read “{seen}” ({fault.state}, {fault.confidence:.4f})"
        caption = f"{wanted.stem} {fault.key}: true “{true}”, {read_as}{flags}"
        yield Drawn(file=name, cause=cause, caption=caption)


def _pages(read: Extraction, wanted: Wanted) -> Iterator[Drawn]:
    true = truth.read(wanted.truth) if wanted.tables else None
    for kind in wanted.tables:
        assert true is not None
        found = [table for table in read.report.tables if table.kind == kind]
        on = {part.page for table in found for part in table.parts} or set(read.pictures)
        spans = true_spans(true, kind)
        for page in sorted(on & set(read.pictures)):
            name = _file_name(f"{wanted.stem}_{kind}_page-{page}.png")
            _save(page_picture(read, page, found, spans), wanted.folder / name)
            caption = f"{wanted.stem} {kind}, page {page}: {_differences(true, kind, found)}"
            yield Drawn(file=name, cause=f"grid of {kind}", caption=caption)


Spans = frozenset[tuple[int, int, int, int]]


def true_spans(true: Truth, kind: Kind) -> Spans:
    """Return row, column, row span and column span of each cell of the true table."""
    cells = (cell for table in true.tables if table.kind == kind for cell in table.cells)
    return frozenset((c.row, c.column, c.row_span, c.column_span) for c in cells)


def found_spans(table: TableRecord) -> Spans:
    """Return the same of a table found."""
    return frozenset((c.row, c.column, c.row_span, c.column_span) for c in table.cells)


def _differences(true: Truth, kind: Kind, found: list[TableRecord]) -> str:
    size = next(f"{t.rows} x {t.columns}" for t in true.tables if t.kind == kind)
    if not found:
        return f"true {size}, not found"
    spans = true_spans(true, kind)
    seen = [f"{t.rows} x {t.columns}, {len(found_spans(t) - spans)} cells of their own" for t in found]
    return f"true {size}, found {'; '.join(seen)}"


def cell_picture(page: Picture, box: Box) -> NDArray[np.uint8]:
    """Return the page (RGB) around a cell in points, the cell framed, at a size that a person can read."""
    wide, high = AROUND
    shown = Box(box.left - wide, box.top - high, box.right + wide, box.bottom + high).scaled(page.scale)
    left, top = max(0, round(shown.left)), max(0, round(shown.top))
    bottom, right = max(top + 1, round(shown.bottom)), max(left + 1, round(shown.right))
    crop = _colour(page.pixels[top:bottom, left:right])
    factor = max(1.0, CELL_DPI / page.dpi)
    crop = np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
    frame = box.scaled(page.scale)
    first = (round((frame.left - left) * factor) - 2, round((frame.top - top) * factor) - 2)
    last = (round((frame.right - left) * factor) + 2, round((frame.bottom - top) * factor) + 2)
    cv2.rectangle(crop, first, last, WRONG, 1)
    return crop


def page_picture(read: Extraction, number: int, found: list[TableRecord], spans: Spans) -> NDArray[np.uint8]:
    """Return a page (RGB), paler, with rules seen and cells found, red where the truth has no such cell."""
    page = read.pictures[number]
    factor = PAGE_DPI / page.dpi
    small = cv2.resize(_colour(page.pixels), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    out = np.maximum(np.asarray(small, np.uint8), PAPER)
    scale = page.scale * factor
    rules = next(p.rules for p in read.pages if p.content.info.number == number)
    for rule in rules:
        ends = [(rule.start, rule.position), (rule.end, rule.position)]
        if rule.axis == "vertical":
            ends = [(y, x) for x, y in ends]
        first, last = ((round(x * scale), round(y * scale)) for x, y in ends)
        cv2.line(out, first, last, SEEN, 1)
    for table in found:
        for cell in table.cells:
            if cell.page == number and cell.box is not None:
                is_true = (cell.row, cell.column, cell.row_span, cell.column_span) in spans
                _outline(out, Box(*cell.box).scaled(scale), RIGHT if is_true else WRONG)
    return out


def _outline(picture: NDArray[np.uint8], box: Box, colour: tuple[int, int, int]) -> None:
    first, last = (round(box.left) + 2, round(box.top) + 2), (round(box.right) - 2, round(box.bottom) - 2)
    cv2.rectangle(picture, first, last, colour, 1)


def _colour(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pixels.copy() if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def _file_name(text: str) -> str:
    """Return `text` as a file's name: what is neither letter nor digit but `.`, `-` becomes `_`."""
    return re.sub(r"[^\w.-]+", "_", text)[-200:]


def _save(pixels: NDArray[np.uint8], path: Path) -> None:
    ok, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    assert ok
    path.write_bytes(data.tobytes())
