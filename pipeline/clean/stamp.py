"""Seals on pictures without colour: found by their shape, taken off by how dark their ink is.

A round seal's outline is thicker than any stroke of print: a closing that fills print leaves it.  Circles
are voted for by gradients (Hough transform); one that has ink nearly all along, and little beside it, is a
seal's.

Inks add up in optical density.  Along the outline the seal's density changes slowly and print comes and
goes: the median over a stretch of it is the seal's alone, and is subtracted.  So is the star, which is
thicker than print, too.  Letters within the outline are as thin as print and no fainter than faded print:
they stay, and what is read there says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import pi

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import WHITE, reduced
from pipeline.model import POINTS_PER_INCH, Picture
from pipeline.settings import CleanSettings

Floats = NDArray[np.float64]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ring:
    """The middle of a round seal's outline, in points."""

    x: float
    y: float
    radius: float

    @property
    def length(self) -> float:
        return 2 * pi * self.radius

    def points(self, offset: Floats, along: Floats) -> tuple[Floats, Floats]:
        """Return x and y of places `offset` points outside the outline, `along` it from its start."""
        angle = along / self.radius
        return self.x + (self.radius + offset) * np.cos(angle), self.y + (self.radius + offset) * np.sin(
            angle
        )

    def places(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return offset and place along the outline of points: the inverse of `points`."""
        angle = np.arctan2(y - self.y, x - self.x) % (2 * pi)
        return np.hypot(x - self.x, y - self.y) - self.radius, angle * self.radius


def find_stamps(picture: Picture, settings: CleanSettings) -> tuple[Ring, ...]:
    """Return the seals on a grey, evenly lit picture, told by their outlines: the round ones."""
    small = reduced(picture.pixels, settings.stamp_dpi / picture.dpi)
    scale = small.shape[1] / (picture.width / picture.scale)
    thick = _thick(small, scale, settings)
    found = (_centred(thick, ring, scale, settings) for ring in _rings(thick, scale, settings))
    return tuple(_apart([ring for ring in found if _is_outline(thick, ring, scale, settings)]))


def _disc(points: float, scale: float) -> Mask:
    side = max(3, round(points * scale) | 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def _thick(pixels: Mask, scale: float, settings: CleanSettings) -> Mask:
    """Return 255 where ink is thicker than strokes of print."""
    closed = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, _disc(settings.print_stroke, scale))
    return (np.asarray(closed) < settings.stamp_level).astype(np.uint8) * np.uint8(WHITE)


def _rings(thick: Mask, scale: float, settings: CleanSettings) -> Iterator[Ring]:
    factor = settings.seal_dpi / POINTS_PER_INCH / scale
    soft = cv2.GaussianBlur(reduced(thick, factor), (0, 0), 1.0)
    unit = min(scale, scale * factor)
    least, most = (round(radius * unit) for radius in settings.stamp_radius)
    found = cv2.HoughCircles(
        soft,
        cv2.HOUGH_GRADIENT_ALT,
        settings.stamp_accumulator,
        least,
        param1=settings.stamp_gradient,
        param2=settings.stamp_roundness,
        minRadius=least,
        maxRadius=most,
    )
    for row in () if found is None else np.asarray(found).reshape(-1, np.asarray(found).shape[-1]):
        x, y, radius = (float(v) for v in row[:3])
        yield Ring((x + 0.5) / unit, (y + 0.5) / unit, radius / unit)


def _band(pixels: Mask, stamp: Ring, offsets: Floats, scale: float, step: float) -> Mask:
    """Return what is along a seal's outline: a row for each offset, a column every `step` points."""
    along = np.arange(0, stamp.length, step)
    x, y = stamp.points(offsets[:, None] + 0 * along, along + 0 * offsets[:, None])
    across, down = ((np.asarray(v) * scale - 0.5).astype(np.float32) for v in (x, y))
    seen = cv2.remap(pixels, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, dtype=np.uint8)


def _covered(thick: Mask, stamp: Ring, scale: float) -> float:
    """Return the share of a circle along which thick ink lies within half a point."""
    near = _band(thick, stamp, np.linspace(-0.5, 0.5, 3), scale, 1.0) > WHITE // 2
    return float(near.mean(axis=1).mean())


def _centred(thick: Mask, stamp: Ring, scale: float, settings: CleanSettings) -> Ring:
    """Return the circle moved to the middle of the outline: votes are coarse, and for one of its edges."""
    offsets = np.linspace(-settings.stamp_flank, settings.stamp_flank, 21)
    cover = (_band(thick, stamp, offsets, scale, 1.0) > WHITE // 2).mean(axis=1)
    best = replace(stamp, radius=stamp.radius + float(offsets[cover >= 0.9 * cover.max()].mean()))
    score = _covered(thick, best, scale)
    for step in settings.stamp_steps:
        moved = True
        while moved and score > settings.stamp_hopeless:
            tried = [(_covered(thick, ring, scale), ring) for ring in _moved(best, step)]
            value, ring = max(tried, key=lambda pair: pair[0])
            moved = value > score
            best, score = (ring, value) if moved else (best, score)
    return best


def _moved(stamp: Ring, step: float) -> Iterator[Ring]:
    for sign in (-step, step):
        yield replace(stamp, x=stamp.x + sign)
        yield replace(stamp, y=stamp.y + sign)
        yield replace(stamp, radius=stamp.radius + sign)


def _is_outline(thick: Mask, stamp: Ring, scale: float, settings: CleanSettings) -> bool:
    """Tell whether thick ink lies nearly all along an outline, and little of it on either side."""
    line, flank = settings.stamp_line, settings.stamp_flank
    inside, outside = (
        _band(thick, stamp, sign * np.linspace(flank, flank + line, 4), scale, 1.0) > WHITE // 2
        for sign in (-1.0, 1.0)
    )
    beside = max(float(inside.mean()), float(outside.mean()))
    return _covered(thick, stamp, scale) >= settings.stamp_cover and beside <= settings.stamp_beside


def _apart(stamps: Sequence[Ring]) -> Iterator[Ring]:
    """Yield the seals without those within a larger one: a seal may have two outlines."""
    kept: list[Ring] = []
    for stamp in sorted(stamps, key=lambda s: -s.radius):
        if all(np.hypot(stamp.x - k.x, stamp.y - k.y) > k.radius / 2 for k in kept):
            kept.append(stamp)
            yield stamp


def without_stamps(picture: Picture, stamps: Sequence[Ring], settings: CleanSettings) -> Picture:
    """Return the grey, evenly lit picture with the outlines and the stars of seals taken off the print."""
    pixels = picture.pixels.copy()
    for stamp in stamps:
        _lift_star(pixels, stamp, picture.scale, settings)
        _lift_outline(pixels, stamp, picture.scale, settings)
    return Picture(pixels, picture.dpi)


def stamp_mask(picture: Picture, stamps: Sequence[Ring], settings: CleanSettings) -> Picture:
    """Return 255 where a seal lies, what its outline encloses included, else 0."""
    mask = np.zeros(picture.pixels.shape[:2], dtype=np.uint8)
    for stamp in stamps:
        window, x, y = _around(mask, stamp, stamp.radius + settings.stamp_flank, picture.scale)
        offset, _ = stamp.places(x, y)
        mask[window][offset <= settings.stamp_line] = WHITE
    return Picture(mask, picture.dpi)


def _around(
    pixels: Mask, stamp: Ring, reach: float, scale: float
) -> tuple[tuple[slice, slice], Floats, Floats]:
    """Return the part of a picture around a seal, and x and y of its pixels in points."""
    left, right = (max(0, round((stamp.x + s * reach) * scale)) for s in (-1, 1))
    top, bottom = (max(0, round((stamp.y + s * reach) * scale)) for s in (-1, 1))
    bottom, right = min(bottom, pixels.shape[0]), min(right, pixels.shape[1])
    y, x = np.mgrid[top:bottom, left:right]
    return (slice(top, bottom), slice(left, right)), (x + 0.5) / scale, (y + 0.5) / scale


def _density(pixels: Mask) -> Floats:
    return np.asarray(-np.log((pixels.astype(np.float64) + 1) / (WHITE + 1)))


def _lift(pixels: Mask, window: tuple[slice, slice], seal: Floats) -> None:
    """Take the density `seal` off a part of the picture."""
    print_ = np.clip(_density(pixels[window]) - seal, 0.0, None)
    pixels[window] = np.clip(np.exp(-print_) * (WHITE + 1) - 1, 0, WHITE).astype(np.uint8)


def _lift_outline(pixels: Mask, stamp: Ring, scale: float, settings: CleanSettings) -> None:
    step = 1 / scale
    offsets = np.arange(-settings.stamp_flank, settings.stamp_flank + step, step, dtype=np.float64)
    seen = _density(_band(pixels, stamp, offsets, scale, step))
    reach = max(1, round(settings.stamp_stretch / 2 * scale))
    around = np.pad(seen, ((0, 0), (reach, reach)), mode="wrap")
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1, axis=1)[..., ::2]
    usual = np.quantile(windows, settings.stamp_quantile, axis=-1)
    # What was blurred or has two levels alone ends a pixel further out in places.
    usual = np.asarray(cv2.dilate(usual, np.ones((3, 1), np.uint8)))
    window, x, y = _around(pixels, stamp, stamp.radius + settings.stamp_flank, scale)
    offset, along = stamp.places(x, y)
    places = ((offset + settings.stamp_flank) / step, along / step)
    seal = cv2.remap(
        usual.astype(np.float32),
        places[1].astype(np.float32),
        places[0].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    near = np.abs(offset) <= settings.stamp_flank
    inked = np.where(near & (seal > settings.seal_excess), seal + settings.seal_excess, 0.0)
    _lift(pixels, window, np.asarray(inked, dtype=np.float64))


def _lift_star(pixels: Mask, stamp: Ring, scale: float, settings: CleanSettings) -> None:
    """Take off what is thicker than print in the middle of a round seal."""
    window, x, y = _around(pixels, stamp, stamp.radius, scale)
    closed = cv2.morphologyEx(pixels[window], cv2.MORPH_CLOSE, _disc(settings.print_stroke, scale))
    offset, _ = stamp.places(x, y)
    star = (offset + stamp.radius <= settings.stamp_star * stamp.radius) & (closed < settings.stamp_level)
    _lift(pixels, window, np.where(star, _density(np.asarray(closed, dtype=np.uint8)), 0.0))
