"""Ink of a page: what is darker than paper, cell by cell, without rules and without dirt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Box, Picture, Rule
from pipeline.read.paint import PAPER, painted_over
from pipeline.read.scan import Pixels
from pipeline.settings import ReadSettings

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page made ready: what all its cells are judged by.

    `grey` has its rules painted over: `lying` (the horizontal ones) and `standing` say where; `soft` is
    the same with its noise smoothed; `paper` is the grey of paper, and what is darker by `contrast` may be
    ink; `scale` is pixels in a point.
    """

    grey: Pixels
    soft: Pixels
    lying: Mask
    standing: Mask
    paper: int
    contrast: float
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
    begins; `share` the share of its pixels that are ink.  `largest_speck` and `largest_faint` are the extents
    of the largest piece taken for dirt, and for noise of the paper; `faint` are the latter, and `whole` the
    pixels with nothing painted over; `crossing` are the labels of what reaches a side of the cell, `beside`
    of what reaches its left or right one; `level` is where its row's print stands, in pixels from its top,
    None for its middle.
    """

    grey: Pixels
    labels: NDArray[np.int32]
    blobs: tuple[Blob, ...]
    origin: tuple[int, int] = (0, 0)
    share: float = 0.0
    largest_speck: int = 0
    largest_faint: int = 0
    faint: tuple[Blob, ...] = ()
    whole: Pixels | None = None
    crossing: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    level: float | None = None


def grey_of(picture: Picture) -> Pixels:
    """Return the picture's grey levels."""
    if picture.pixels.ndim == 2:
        return picture.pixels
    return np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def make_sheet(picture: Picture, rules: Sequence[Rule], settings: ReadSettings) -> Sheet:
    """Return the page with every rule painted over.

    Ink is whatever stands out from paper, by a fixed least contrast and by the page's own noise: print fades
    within a page, so no level between "its" ink and its paper would do.
    """
    scale = picture.scale
    painted = painted_over(grey_of(picture), rules, scale, settings)
    soft, paper, noise = _softened(painted.grey, scale, settings)
    contrast = max(settings.least_contrast, settings.noise_contrast * noise)
    return Sheet(painted.grey, soft, painted.lying, painted.standing, paper, contrast, scale)


def cell_ink(sheet: Sheet, box: Box, settings: ReadSettings) -> CellInk:
    """Return the ink inside a cell's box (points), without what is left of rules along its edges.

    A shaded cell is judged against its own paper; white print on a dark cell is turned dark on light.
    """
    left, top, right, bottom = (max(0, round(v * sheet.scale)) for v in astuple(box))
    window = slice(top, bottom), slice(left, right)
    inside, soft = sheet.grey[window], sheet.soft[window]
    if inside.size == 0:
        return CellInk(np.full((1, 1), PAPER, np.uint8), np.zeros((1, 1), np.int32), (), (left, top))
    lying, standing = sheet.lying[window], sheet.standing[window]
    own = int(np.median(soft))
    if own < sheet.paper / 2:
        inside, soft, own = PAPER - inside, PAPER - soft, PAPER - own
        inside, soft = (np.where(lying | standing, np.uint8(PAPER), part) for part in (inside, soft))
    mask = soft < own - sheet.contrast
    blobs, labels = find_blobs(mask)
    sides = _sides(labels, lying, standing)
    pieces = [b for b in blobs if not _is_remnant(b, sides, mask.shape, sheet.scale, settings)]
    peaks = _darkest(soft, labels, len(blobs))
    kept = [b for b in pieces if own - peaks[b.label] >= settings.peak_contrast * sheet.contrast]
    unsure = [b for b in blobs if b not in kept and (b in pieces or _is_aside(b, sides, settings))]
    faint = max((b.extent for b in unsure), default=0)
    white = np.clip(inside.astype(np.float32) * (PAPER / max(1, own)), 0, PAPER).astype(np.uint8)
    found = CellInk(
        white,
        labels,
        blobs,
        (left, top),
        float(mask.mean()),
        largest_faint=faint,
        faint=tuple(b for b in unsure if b in pieces),
        whole=white,
        crossing=sides.top | sides.bottom | sides.left | sides.right,
        beside=sides.left | sides.right,
    )
    return keep_blobs(found, kept)


def with_faint(cell: CellInk, shown: Sequence[Blob]) -> CellInk:
    """Return the cell with some of its faint pieces, and their soft edges, as they were."""
    if cell.whole is None or not shown:
        return cell
    mask = np.isin(cell.labels, [b.label for b in shown]).astype(np.uint8)
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
    return replace(cell, grey=np.where(near, cell.whole, cell.grey).astype(np.uint8))


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


def _softened(grey: Pixels, scale: float, settings: ReadSettings) -> tuple[Pixels, int, float]:
    """Return the picture, smoothed where it is noisy, its paper's level and the noise left on it.

    A dash is one thin stroke, which any blur would take: it is kept by a blur along the line of text.
    """
    noise = _noise(grey, scale, settings)
    if noise <= settings.quiet:
        return grey, _paper(grey), noise
    soft = cv2.GaussianBlur(grey, (0, 0), settings.smoothing * scale)
    along = cv2.blur(grey, (max(3, round(settings.dash_length * scale)), 1))
    darker = np.asarray(cv2.min(soft, along), dtype=np.uint8)
    return darker, _paper(darker), _noise(darker, scale, settings)


def _paper(grey: Pixels) -> int:
    """Return the commonest light grey."""
    return int(np.argmax(np.bincount(grey.ravel(), minlength=256)[128:])) + 128


def _noise(grey: Pixels, scale: float, settings: ReadSettings) -> float:
    """Return one standard deviation (grey levels) on the dark side of the paper around each pixel.

    Paper is what most of a small tile is: shaded cells are no noise.
    """
    side = max(1, round(settings.noise_tile * scale))
    rows, columns = (length // side for length in grey.shape)
    whole = grey[: rows * side, : columns * side].reshape(rows, side, columns, side)
    tiles = whole.transpose(0, 2, 1, 3).reshape(-1, side * side)[:, ::3].astype(np.int16)
    if tiles.size == 0:
        return 0.0
    paper = np.median(tiles, axis=1, keepdims=True).astype(np.int16)
    darker = (paper - tiles)[(paper >= 128) & (tiles >= 128)]
    shares = np.cumsum(np.bincount(np.maximum(darker, 0), minlength=1)) / max(1, darker.size)
    # Levels are whole numbers: what lies between two of them tells little noise from less.
    return float(np.interp(0.84, shares, np.arange(len(shares)) + 0.5))


def _darkest(soft: Pixels, labels: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Return the darkest level under each label."""
    peaks = np.full(count + 1, PAPER, dtype=np.int32)
    np.minimum.at(peaks, labels[labels > 0], soft[labels > 0])
    return peaks


@dataclass(frozen=True, slots=True)
class _Sides:
    """Labels of what reaches each side of a cell, or the rule painted over there."""

    top: frozenset[int]
    bottom: frozenset[int]
    left: frozenset[int]
    right: frozenset[int]


def _sides(labels: NDArray[np.int32], lying: Mask, standing: Mask) -> _Sides:
    above, beside = (np.pad(mask, 1, constant_values=True) for mask in (lying, standing))
    towards = (above[:-2, 1:-1], above[2:, 1:-1], beside[1:-1, :-2], beside[1:-1, 2:])
    return _Sides(*(frozenset(labels[side].tolist()) for side in towards))


def _is_remnant(
    blob: Blob, sides: _Sides, shape: tuple[int, ...], scale: float, settings: ReadSettings
) -> bool:
    """Return whether a piece of ink is what is left of a rule: flat or long, along the side that it reaches.

    What stands upon a side is that only where it is short, or goes through from side to side: a 1 in a low
    row reaches the rule above or below it.
    """
    if _is_margin(blob, sides, settings):
        return True
    tall = blob.height / shape[0] >= blob.width / shape[1]
    along = (sides.left | sides.right) if tall else (sides.top | sides.bottom)
    upon = (sides.top | sides.bottom) if tall else (sides.left | sides.right)
    if blob.label not in along | upon:
        return False
    across, length = sorted((blob.height / shape[0], blob.width / shape[1]))
    if not tall and blob.label in sides.left & sides.right and _is_at_edge(blob, shape, scale, settings):
        return True
    thin, long = min(blob.height, blob.width), length >= settings.remnant_share
    flat = thin <= max(1.0, settings.remnant_depth * scale)
    if blob.label not in along and long:
        return flat and _is_between(blob, sides)
    return flat or (thin <= settings.remnant_lean * scale and long and across < length)


def _is_margin(blob: Blob, sides: _Sides, settings: ReadSettings) -> bool:
    """Return whether a piece fills one side of a cell: the dark around a sheet that ends within its table."""
    label = blob.label
    through = label in sides.top and label in sides.bottom
    if not through or (label in sides.left) == (label in sides.right):
        return False
    return blob.area >= settings.margin_share * blob.width * blob.height


def _is_aside(blob: Blob, sides: _Sides, settings: ReadSettings) -> bool:
    """Return whether a piece that is no print may hide some: one through the cell, or along a side."""
    return _is_between(blob, sides) or _is_margin(blob, sides, settings)


def _is_at_edge(blob: Blob, shape: tuple[int, ...], scale: float, settings: ReadSettings) -> bool:
    """Return whether a piece that goes from side to side lies above or below all print: as no sign does."""
    near = settings.remnant_edge * shape[0]
    return blob.height <= settings.remnant_lean * scale and (
        blob.bottom <= near or blob.top >= shape[0] - near
    )


def _is_between(blob: Blob, sides: _Sides) -> bool:
    """Return whether a piece goes through the cell, from side to side, along neither of the others."""
    upright = blob.label in sides.top & sides.bottom and blob.label not in sides.left | sides.right
    return upright or (blob.label in sides.left & sides.right and blob.label not in sides.top | sides.bottom)
