"""Ink of a page: what is darker than paper, cell by cell, without rules and without dirt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Box, Picture, Rule
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

PAPER = 255
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """Grey levels of a page: its paper, and below which a pixel is ink (`firm`) or may be (`faint`)."""

    paper: int
    firm: int
    faint: int


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page's grey pixels with its rules painted over, its levels, and its pixels in a point."""

    grey: Pixels
    levels: Levels
    scale: float


@dataclass(frozen=True, slots=True)
class Blob:
    """A connected piece of ink, in pixels of its cell; `right` and `bottom` are exclusive."""

    label: int
    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def extent(self) -> int:
        return max(self.width, self.height)


@dataclass(frozen=True, slots=True, eq=False)
class CellInk:
    """The inside of a cell: grey pixels (paper is white wherever no text is), and its pieces of ink.

    `origin` is the pixel of the page where it begins; `share` the share of its pixels that are ink.
    """

    grey: Pixels
    blobs: tuple[Blob, ...]
    origin: tuple[int, int]
    share: float


def grey_of(picture: Picture) -> Pixels:
    """Return the picture's grey levels."""
    if picture.pixels.ndim == 2:
        return picture.pixels
    return np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def levels_of(grey: Pixels, settings: ReadSettings) -> Levels:
    """Return the page's levels: paper is its commonest light grey, ink is parted from it by Otsu's method.

    Otsu's level is taken over the pixels that stand out from paper at all, so that a page with little text
    gives the same level as a full one.
    """
    counts = np.bincount(grey.ravel(), minlength=256)
    paper = int(np.argmax(counts[128:])) + 128
    dark = grey[grey < paper - settings.paper_noise]
    if dark.size < settings.least_ink_pixels:
        middle = paper // 2
    else:
        middle = int(cv2.threshold(dark.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
    firm = min(max(middle, paper // 3), paper - settings.paper_noise)
    return Levels(paper, firm, round(firm + (paper - firm) * settings.faint_share))


def make_sheet(picture: Picture, rules: Sequence[Rule], settings: ReadSettings) -> Sheet:
    """Return the picture in grey, every rule painted over `rule_margin` points wider than it is."""
    grey, scale = grey_of(picture), picture.scale
    painted = grey.copy()
    margin = settings.rule_margin
    for rule in rules:
        half = rule.thickness / 2 + margin
        across = _span(rule.position - half, rule.position + half, scale)
        along = _span(rule.start - margin, rule.end + margin, scale)
        painted[(across, along) if rule.axis == "horizontal" else (along, across)] = PAPER
    return Sheet(painted, levels_of(grey, settings), scale)


def cell_ink(sheet: Sheet, box: Box, settings: ReadSettings, *, faint: bool = False) -> CellInk:
    """Return the ink inside a cell's box (points), parted from the paper at the firm or the faint level.

    A shaded cell is judged against its own paper; white print on a dark cell is turned dark on light.
    """
    left, top, right, bottom = (max(0, round(v * sheet.scale)) for v in astuple(box))
    inside = sheet.grey[top:bottom, left:right]
    if inside.size == 0:
        return CellInk(np.full((1, 1), PAPER, np.uint8), (), (left, top), 0.0)
    inside, shift = _on_own_paper(inside, sheet.levels)
    mask = inside < (sheet.levels.faint if faint else sheet.levels.firm) + shift
    blobs, labels = find_blobs(mask)
    kept = tuple(b for b in blobs if not _is_remnant(b, mask.shape, sheet.scale, settings))
    return CellInk(_only(inside, labels, kept), kept, (left, top), float(mask.mean()))


def find_blobs(mask: Mask) -> tuple[tuple[Blob, ...], NDArray[np.int32]]:
    """Return the connected pieces of a mask, and the mask with each pixel's label (0 is none)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    rows = stats[:count].tolist()
    blobs = tuple(Blob(i, x, y, x + w, y + h, area) for i, (x, y, w, h, area) in enumerate(rows) if i)
    return blobs, np.asarray(labels, dtype=np.int32)


def _span(start: float, end: float, scale: float) -> slice:
    return slice(max(0, math.floor(start * scale)), max(0, math.ceil(end * scale)))


def _on_own_paper(inside: Pixels, levels: Levels) -> tuple[Pixels, int]:
    """Return the cell dark on light, and by how much its paper differs from the page's."""
    own = int(np.median(inside))
    if own < levels.firm:
        inside = PAPER - inside
        own = PAPER - own
    return inside, min(0, own - levels.paper)


def _is_remnant(blob: Blob, shape: tuple[int, ...], scale: float, settings: ReadSettings) -> bool:
    """Return whether a blob at a cell's edge is what is left of a rule: flat along that edge."""
    height, width = shape[:2]
    depth = max(1.0, settings.remnant_depth * scale)
    at_side = blob.left == 0 or blob.right == width
    at_end = blob.top == 0 or blob.bottom == height
    flat = blob.height <= depth or (blob.height <= 2 * depth and blob.width >= width * settings.remnant_share)
    thin = blob.width <= depth or (blob.width <= 2 * depth and blob.height >= height * settings.remnant_share)
    return (at_end and flat) or (at_side and thin)


def _only(inside: Pixels, labels: NDArray[np.int32], kept: Sequence[Blob]) -> Pixels:
    """Return the pixels of the pieces kept, with their soft edges, on white."""
    wanted = np.isin(labels, [b.label for b in kept]).astype(np.uint8)
    near = cv2.dilate(wanted, np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(near, inside, np.uint8(PAPER)).astype(np.uint8)
