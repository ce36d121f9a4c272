"""A picture made straight: the sheet cut out of it, light, skew, perspective and curl undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.clean import (
    Flat,
    Warp,
    bend_of,
    cut_sheet,
    find_sheet,
    find_skew,
    fit_warp,
    flatten,
    rotate,
    unwarp,
)
from pipeline.detect import find_traces, levelled, of_tables, slope_of
from pipeline.model import Picture, Trace
from pipeline.settings import Settings

LEAST_TURN = 0.01  # degrees; turning by less moves nothing by half a pixel


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What was done to a picture to make it straight: turned clockwise by `skew` degrees, then unbent."""

    skew: float
    warps: tuple[Warp, ...] = ()

    def applied(self, picture: Picture) -> Picture:
        straight = rotate(picture, self.skew)
        for warp in self.warps:
            straight = unwarp(straight, warp)
        return straight

    def applied_to_mask(self, mask: Picture) -> Picture:
        """Return a mask (ink 255) moved like the picture; what comes in from outside is empty."""
        moved = self.applied(Picture(255 - mask.pixels, mask.dpi))
        return Picture(255 - moved.pixels, mask.dpi)


def sheet_of(picture: Picture, settings: Settings) -> Picture:
    """Return the sheet of paper in a picture that shows more than it, else the picture."""
    corners = find_sheet(picture, settings.clean)
    return picture if corners is None else cut_sheet(picture, corners)


def straightened(picture: Picture, settings: Settings) -> tuple[Flat, Course]:
    """Return the picture evenly lit, without skew, perspective and curl, and what was done to it."""
    lit = flatten(picture, settings.clean)
    straight, course = _course(lit.picture, settings)
    return Flat(straight, course.applied_to_mask(lit.seal) if lit.seal else None), course


def _course(flat: Picture, settings: Settings) -> tuple[Picture, Course]:
    skew = find_skew(flat, settings.clean)
    straight = rotate(flat, skew)
    traces = _inner_traces(straight, settings)
    # Rules tell their slope far more exactly than lines of text do.
    rest = slope_of(traces, settings.detect)
    if abs(rest) >= LEAST_TURN:
        skew += rest
        straight, traces = rotate(flat, skew), levelled(traces, rest)
    if bend_of(of_tables(traces, settings.detect)) < settings.clean.least_bend:
        return straight, Course(skew)
    return _unbent(straight, skew, settings)


def _inner_traces(picture: Picture, settings: Settings) -> tuple[Trace, ...]:
    """Return the traces of rules but for those along the sides: edges of the sheet, or the scanner's own."""
    rim = settings.clean.skew_rim

    def is_inner(trace: Trace) -> bool:
        side = picture.height if trace.axis == "horizontal" else picture.width
        return rim <= float(np.median(trace.across)) * picture.scale / side <= 1 - rim

    return tuple(trace for trace in find_traces(picture, settings.detect) if is_inner(trace))


def _unbent(straight: Picture, skew: float, settings: Settings) -> tuple[Picture, Course]:
    warps: list[Warp] = []
    for _ in range(settings.clean.warp_passes):
        traces = of_tables(_inner_traces(straight, settings), settings.detect)
        warp = fit_warp(traces, straight, settings.clean)
        if warp is None:
            break
        warps.append(warp)
        straight = unwarp(straight, warp)
    return straight, Course(skew, tuple(warps))
