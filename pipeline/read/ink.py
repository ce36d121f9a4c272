"""Ink of a page: what is darker than paper, cell by cell, without rules and without dirt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

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
    """The inside of a cell: its grey pixels, paper brought to white, and its pieces of ink.

    `labels` says for each pixel to which blob it belongs; `origin` is the pixel of the page where the cell
    begins; `share` the share of its pixels that are ink; `largest_speck` the pixels of the largest piece that
    was taken for dirt.
    """

    grey: Pixels
    labels: NDArray[np.int32]
    blobs: tuple[Blob, ...]
    origin: tuple[int, int] = (0, 0)
    share: float = 0.0
    largest_speck: int = 0


def grey_of(picture: Picture) -> Pixels:
    """Return the picture's grey levels."""
    if picture.pixels.ndim == 2:
        return picture.pixels
    return np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def levels_of(grey: Pixels, settings: ReadSettings) -> Levels:
    """Return the page's levels, as shares of the way from its ink to its paper.

    Paper is the commonest light grey; ink the darkest tenth of what stands out from paper at all, so that a
    page with little text gives the same levels as a full one.
    """
    counts = np.bincount(grey.ravel(), minlength=256)
    paper = int(np.argmax(counts[128:])) + 128
    dark = np.cumsum(counts[: max(1, paper - settings.paper_noise)])
    enough = dark[-1] >= settings.least_ink_pixels
    ink = int(np.searchsorted(dark, dark[-1] / 10)) if enough else 0
    return Levels(
        paper, *(round(ink + (paper - ink) * share) for share in (settings.firm_share, settings.faint_share))
    )


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
        return CellInk(np.full((1, 1), PAPER, np.uint8), np.zeros((1, 1), np.int32), (), (left, top))
    inside, own = _dark_on_light(inside, sheet.levels)
    level = (sheet.levels.faint if faint else sheet.levels.firm) + min(0, own - sheet.levels.paper)
    mask = inside < level
    blobs, labels = find_blobs(mask)
    white = np.clip(inside.astype(np.float32) * (PAPER / max(1, own)), 0, PAPER).astype(np.uint8)
    found = CellInk(white, labels, blobs, (left, top), float(mask.mean()))
    kept = tuple(b for b in blobs if not _is_remnant(b, mask.shape, sheet.scale, settings))
    return keep_blobs(found, kept)


def keep_blobs(cell: CellInk, kept: Sequence[Blob]) -> CellInk:
    """Return the cell with all other pieces of ink, and their soft edges, painted over."""
    if len(kept) == len(cell.blobs):
        return cell
    wanted = {b.label for b in kept}
    other = np.isin(cell.labels, [b.label for b in cell.blobs if b.label not in wanted])
    edges = cv2.dilate(other.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    covered = edges & ~np.isin(cell.labels, list(wanted))
    return replace(cell, grey=np.where(covered, PAPER, cell.grey).astype(np.uint8), blobs=tuple(kept))


def find_blobs(mask: Mask) -> tuple[tuple[Blob, ...], NDArray[np.int32]]:
    """Return the connected pieces of a mask, and the mask with each pixel's label (0 is none)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    rows = stats[:count].tolist()
    blobs = tuple(Blob(i, x, y, x + w, y + h, area) for i, (x, y, w, h, area) in enumerate(rows) if i)
    return blobs, np.asarray(labels, dtype=np.int32)


def _span(start: float, end: float, scale: float) -> slice:
    return slice(max(0, math.floor(start * scale)), max(0, math.ceil(end * scale)))


def _dark_on_light(inside: Pixels, levels: Levels) -> tuple[Pixels, int]:
    """Return the cell with dark print, and the level of its own paper."""
    own = int(np.median(inside))
    return (PAPER - inside, PAPER - own) if own < levels.firm else (inside, own)


def _is_remnant(blob: Blob, shape: tuple[int, ...], scale: float, settings: ReadSettings) -> bool:
    """Return whether a blob at a cell's edge is what is left of a rule: flat along that edge."""
    height, width = shape[:2]
    depth = max(1.0, settings.remnant_depth * scale)
    at_side = blob.left == 0 or blob.right == width
    at_end = blob.top == 0 or blob.bottom == height
    flat = blob.height <= depth or (blob.height <= 2 * depth and blob.width >= width * settings.remnant_share)
    thin = blob.width <= depth or (blob.width <= 2 * depth and blob.height >= height * settings.remnant_share)
    return (at_end and flat) or (at_side and thin)
