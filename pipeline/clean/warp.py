"""Perspective and curl are undone from the page's own rules, which were straight in print.

A rule's points are known to lie on a straight, axis-parallel line, at a place that is not known.  Two
smooth fields, polynomials of low degree, say how far the page must be moved down (from the horizontal
rules) and to the right (from the vertical ones) to make all of them so; fitted by least squares with
Huber's weights, so that a stroke taken for a rule by mistake does not bend the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import WHITE
from pipeline.model import Picture, Trace
from pipeline.settings import CleanSettings

Floats = NDArray[np.float64]
_TERMS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """Coefficients of the two fields over coordinates from -1 to 1, and the page's size in points.

    `seen` is where rules tell of the page (left, top, right, bottom, from -1 to 1): beyond it the fields
    go on as they are at its border, for polynomials run wild where nothing holds them.
    """

    down: Floats
    right: Floats
    width: float
    height: float
    seen: tuple[float, float, float, float]

    def moves(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return how far the points (x, y), in points of the page, are moved right and down."""
        left, top, right, bottom = self.seen
        u = np.clip(x / self.width * 2 - 1, left, right)
        v = np.clip(y / self.height * 2 - 1, top, bottom)
        return _terms(v, u) @ self.right, _terms(u, v) @ self.down


def _terms(along: Floats, across: Floats) -> Floats:
    """Return the polynomial's terms; each has a power of `along`, so that the middle line stays put."""
    return np.stack(
        [
            along,
            along**2,
            along**3,
            along * across,
            along**2 * across,
            along**3 * across,
            along * across**2,
            along**2 * across**2,
        ],
        axis=1,
    )


def _field(traces: Sequence[Trace], along_size: float, across_size: float, settings: CleanSettings) -> Floats:
    """Return the field's coefficients (points) that make every trace straight and level."""
    along = np.concatenate([t.along for t in traces]) / along_size * 2 - 1
    across = np.concatenate([t.across for t in traces])
    owner = np.repeat(np.arange(len(traces)), [len(t.along) for t in traces])
    terms = _terms(along, across / across_size * 2 - 1)
    counts = np.bincount(owner)

    def centred(values: Floats) -> Floats:
        # The line a rule lies on is unknown: only deviations from the rule's own mean tell.
        means = np.stack([np.bincount(owner, column) / counts for column in values.T], axis=1)
        return np.asarray(values - means[owner], dtype=np.float64)

    design, target = centred(terms), -centred(across[:, None])[:, 0]
    weights = np.ones(len(target))
    damping = np.eye(terms.shape[1]) * settings.warp_damping * len(target)
    for _ in range(settings.warp_rounds):
        weighted = design * weights[:, None]
        solution = np.linalg.solve(design.T @ weighted + damping, weighted.T @ target)
        error = np.abs(design @ solution - target)
        weights = np.minimum(1.0, settings.warp_outlier / np.maximum(error, 1e-9))
    return np.asarray(solution, dtype=np.float64)


def bend_of(traces: Sequence[Trace]) -> float:
    """Return how far (points) nine in ten of the rules' points stay from straight and level."""
    strays = [np.abs(t.across - np.median(t.across)) for t in traces]
    return float(np.quantile(np.concatenate(strays), 0.9)) if strays else 0.0


def _seen(traces: Sequence[Trace], width: float, height: float) -> tuple[float, float, float, float]:
    flat = [(t.along, t.across) if t.axis == "horizontal" else (t.across, t.along) for t in traces]
    x = np.concatenate([p[0] for p in flat]) / width * 2 - 1
    y = np.concatenate([p[1] for p in flat]) / height * 2 - 1
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def fit_warp(traces: Sequence[Trace], picture: Picture, settings: CleanSettings) -> Warp | None:
    """Return the warp that makes the traced rules straight, or None where they are, or are too few to tell.

    `traces` are in points of `picture`.
    """
    across = [t for t in traces if t.axis == "horizontal"]
    down = [t for t in traces if t.axis == "vertical"]
    if max(len(across), len(down)) < settings.warp_rules or bend_of(traces) < settings.least_bend:
        return None
    width, height = picture.width / picture.scale, picture.height / picture.scale
    still = np.zeros(_TERMS)
    return Warp(
        _field(across, width, height, settings) if len(across) >= settings.warp_rules else still,
        _field(down, height, width, settings) if len(down) >= settings.warp_rules else still,
        width,
        height,
        _seen(traces, width, height),
    )


def unwarp(picture: Picture, warp: Warp) -> Picture:
    """Return the picture with the fields' moves made, of the same size."""
    columns, rows = np.meshgrid(
        np.arange(picture.width, dtype=np.float32), np.arange(picture.height, dtype=np.float32)
    )
    step = max(1, round(picture.scale * 4))  # the fields are smooth: a point every four will do
    x, y = columns[::step, ::step], rows[::step, ::step]
    from_x, from_y = x.copy(), y.copy()
    for _ in range(3):  # where did the pixel that ends at (x, y) come from: a fixed point
        places = [np.asarray(m.ravel() / picture.scale, dtype=np.float64) for m in (from_x, from_y)]
        right, down = warp.moves(*places)
        from_x = x - (right * picture.scale).reshape(x.shape).astype(np.float32)
        from_y = y - (down * picture.scale).reshape(y.shape).astype(np.float32)
    size = (picture.width, picture.height)
    # The coarse field's last sample may fall short of the page's edge: stretch it by its own pitch.
    stretch = np.array([[step, 0, 0], [0, step, 0]], dtype=np.float32)
    maps = [
        cv2.warpAffine(m - base, stretch, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for m, base in ((from_x, x), (from_y, y))
    ]
    moved = cv2.remap(
        picture.pixels,
        np.asarray(columns + maps[0], dtype=np.float32),
        np.asarray(rows + maps[1], dtype=np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(WHITE,) * 3,
    )
    return Picture(np.asarray(moved, dtype=np.uint8), picture.dpi)
