"""A lone stroke in a cell: a dash or a slash, told by its shape.

A recognizer sees a line of text scaled to one height and takes a lone dash for 一 and a lone slash for 1: a
number where the print says that there is none.  The slant of the stroke cannot be mistaken so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.read.ink import Blob, CellInk
from pipeline.read.lines import band_of, in_middle, is_bare, is_sign
from pipeline.read.separators import may_be_minus
from pipeline.settings import ReadSettings

Stroke: TypeAlias = Literal["dash", "slash"]


def lone_stroke(
    labels: NDArray[np.int32], blobs: Sequence[Blob], em: float, settings: ReadSettings
) -> Stroke | None:
    """Return what a cell's only sign is where it is one stroke that lies flat or leans, else None.

    Specks beside it do not count.  A dash is known by its bounds.  A slash is straight and thin, by the
    scatter of its pixels across their main axis against that along it, and leans to the right, farther than
    an upright stroke of any slanted typeface.
    """
    every = [b for b in blobs if is_sign(b, em, settings)]
    # Beside anything larger, what is as small as a hyphen is a speck that lies flat.
    signs = [b for b in every if b.extent >= settings.sign * em] or every
    if len(signs) != 1:
        return None
    (blob,) = signs
    if blob.height <= settings.dash_height * em and blob.width >= settings.flatness * blob.height:
        return "dash"
    return "slash" if _leans(labels, blob, settings) else None


def slashes_alike(cells: Sequence[CellInk], em: float, settings: ReadSettings) -> tuple[Blob | None, ...]:
    """Return for each of a table's cells its slash where only the others tell that it is one.

    In a table that has several, also faint ones, a stroke in the middle of a cell that is too faint to be
    sure of, or one that leans as they do though dirt has grown onto it, is one more.
    """
    sure = [lone_stroke(cell.labels, cell.blobs, em, settings) == "slash" for cell in cells]
    faint = [_faint_slash(cell, em, settings) for cell in cells]
    if sum(sure) + sum(blob is not None for blob in faint) < settings.hyphens_alike:
        return (None,) * len(cells)
    return tuple(
        None if known else pale or _dirty_slash(cell, em, settings)
        for cell, known, pale in zip(cells, sure, faint, strict=True)
    )


def _dirty_slash(cell: CellInk, em: float, settings: ReadSettings) -> Blob | None:
    """Return the one sign in the middle if it leans, with no digit beside it and no minus before it."""
    signs = [b for b in cell.blobs if is_sign(b, em, settings)]
    inner = [b for b in signs if in_middle(b, cell, em, settings)]
    if len(inner) != 1 or not may_be_slash(cell.labels, inner, em, settings):
        return None
    (stroke,) = inner
    digits = [
        b
        for b in signs
        if b is not stroke
        and (2 * b.height > stroke.height or may_be_minus(b, band_of((stroke,)), settings.flatness, settings))
        and max(b.left - stroke.right, stroke.left - b.right) <= em / 2
    ]
    return None if digits else stroke


def _faint_slash(cell: CellInk, em: float, settings: ReadSettings) -> Blob | None:
    if not is_bare(cell, em, settings):
        return None
    inner = [b for b in cell.faint if b.extent >= settings.sign * em and in_middle(b, cell, em, settings)]
    leans = len(inner) == 1 and lone_stroke(cell.labels, inner, em, settings) == "slash"
    return inner[0] if leans else None


def may_be_slash(labels: NDArray[np.int32], blobs: Sequence[Blob], em: float, settings: ReadSettings) -> bool:
    """Return whether a sign leans in its middle as slashes do, whatever touches it at its ends.

    A speck or a shadow grown onto a slash spoils its shape; a 1 has its flag and its foot at the ends, and
    stands upright between them.
    """
    return any(_leans_within(labels, b, settings) for b in blobs if b.extent >= settings.sign * em)


def _leans_within(labels: NDArray[np.int32], blob: Blob, settings: ReadSettings) -> bool:
    rows, columns = np.nonzero(labels[blob.top : blob.bottom, blob.left : blob.right] == blob.label)
    inner = (rows >= 0.2 * blob.height) & (rows < 0.8 * blob.height)
    levels = np.unique(rows[inner])
    if len(levels) < settings.least_levels:
        return False
    middles = [columns[rows == level].mean() for level in levels]
    slope = float(np.polyfit(levels, middles, 1)[0])
    return settings.slash_angles[0] <= math.degrees(math.atan2(1.0, -slope)) <= settings.upright


def _leans(labels: NDArray[np.int32], blob: Blob, settings: ReadSettings) -> bool:
    rows, columns = np.nonzero(labels[blob.top : blob.bottom, blob.left : blob.right] == blob.label)
    points = np.stack([columns, -rows]).astype(np.float64)
    points -= points.mean(axis=1, keepdims=True)
    spread, axes = np.linalg.eigh(points @ points.T)
    if spread[0] > settings.stout_slash**2 * spread[1]:
        return False
    if spread[0] > settings.slash_thickness**2 * spread[1] and not _is_even(axes.T @ points, settings):
        return False
    angle = math.degrees(math.atan2(axes[1, 1], axes[0, 1])) % 180
    return settings.slash_angles[0] <= angle <= settings.slash_angles[1]


def _is_even(points: NDArray[np.float64], settings: ReadSettings) -> bool:
    """Return whether a stroke is as wide at its ends as in its middle: a 7 is not, nor is a 1 with a flag.

    `points` are its pixels' places across it and along it.
    """
    across, along = points
    ends = np.quantile(along, (0, 1 / 3, 2 / 3, 1))
    widths = [np.ptp(across[(along >= low) & (along <= high)]) for low, high in pairwise(ends)]
    return bool(max(widths) <= settings.slash_evenness * min(widths))
