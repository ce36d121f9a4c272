"""The course of long rules: how a page is turned, and how it is bent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.detect.dashes import with_whole_dashes
from pipeline.detect.ink import at_most, dark_mask
from pipeline.detect.piece import Piece, core_of, find_pieces
from pipeline.model import Axis, Picture, Trace
from pipeline.settings import DetectSettings


def _trace(piece: Piece, axis: Axis, scale: float, settings: DetectSettings) -> Trace:
    """Return a piece's course: its centre, the median over every step, in points."""
    step = max(1, round(settings.trace_step * scale))
    whole = piece.length // step * step
    thin, middle, _ = core_of(piece)
    centre = np.interp(np.arange(whole), thin, middle).reshape(-1, step)
    along = piece.left + np.arange(whole, dtype=np.float64).reshape(-1, step).mean(axis=1)
    return Trace(axis, (along + 0.5) / scale, (np.median(centre, axis=1) + 0.5) / scale)


def find_traces(picture: Picture, settings: DetectSettings) -> tuple[Trace, ...]:
    """Return the course of every longer rule of a grey, evenly lit picture, in points."""
    small = at_most(picture, settings.trace_dpi)
    mask = with_whole_dashes(dark_mask(small, settings), small.scale, settings)
    across, down = find_pieces(mask, settings.traced, small.scale, settings)
    least = settings.traced * small.scale
    traces = [_trace(p, "horizontal", small.scale, settings) for p in across if p.length >= least]
    traces += [_trace(p, "vertical", small.scale, settings) for p in down if p.length >= least]
    return tuple(traces)


def of_tables(traces: Sequence[Trace], settings: DetectSettings) -> tuple[Trace, ...]:
    """Return the traces that are a table's rules, and no edge of the paper.

    Several of the other axis cross such a rule; or, in a table without these, it is long and begins and ends
    where several of its own axis do.  Where no rule is whole enough for that, pieces that run beside others
    on the levels of rows are.
    """

    def is_rule(trace: Trace) -> bool:
        if sum(_cross(trace, other) for other in traces) >= settings.least_crossings:
            return True
        alike = sum(_ends_alike(trace, other, settings.alike_ends) for other in traces)
        return alike >= settings.alike_rules and bool(np.ptp(trace.along) >= settings.telling)

    whole = tuple(filter(is_rule, traces))
    return whole or _with_fellows(traces, settings)


def _with_fellows(traces: Sequence[Trace], settings: DetectSettings) -> tuple[Trace, ...]:
    """Return the traces beside which others as level run on several levels, each a row from the next."""
    tilts = [_tilt(trace)[0] for trace in traces]
    places = [float(np.median(trace.across)) for trace in traces]

    def has_fellows(trace: Trace, tilt: float) -> bool:
        beside = (
            place
            for other, place, slope in zip(traces, places, tilts, strict=True)
            if other.axis == trace.axis and abs(slope - tilt) <= settings.fellow_tilt
            if _beside(trace, other)
        )
        return _rows(beside, settings) > settings.fellow_rules  # its own level is one of them

    return tuple(trace for trace, tilt in zip(traces, tilts, strict=True) if has_fellows(trace, tilt))


def _rows(places: Iterable[float], settings: DetectSettings) -> int:
    """Return on how many levels places lie, each a row from the one before."""
    beside = sorted(places)
    levels = beside[:1]
    for place in beside:
        if place - levels[-1] >= settings.fellow_gap:
            levels.append(place)
    return len(levels)


def _beside(first: Trace, second: Trace) -> bool:
    """Return whether two traces of one axis have half of the shorter one's length in common."""
    common = min(first.along.max(), second.along.max()) - max(first.along.min(), second.along.min())
    return bool(common >= min(np.ptp(first.along), np.ptp(second.along)) / 2)


def _ends_alike(first: Trace, second: Trace, tolerance: float) -> bool:
    """Return whether two traces of one axis begin and end at one place of it."""
    off = (first.along.min() - second.along.min(), first.along.max() - second.along.max())
    return first.axis == second.axis and bool(max(map(abs, off)) <= tolerance)


def _cross(first: Trace, second: Trace) -> bool:
    if first.axis == second.axis:
        return False
    one, two = float(np.median(first.across)), float(np.median(second.across))
    return bool(
        second.along.min() <= one <= second.along.max() and first.along.min() <= two <= first.along.max()
    )


def _tilt(trace: Trace) -> tuple[float, float]:
    """Return by how much a rule rises counter-clockwise (a tangent), and its length in points."""
    slope = float(np.polyfit(trace.along, trace.across, 1)[0])
    return -slope if trace.axis == "horizontal" else slope, float(np.ptp(trace.along))


def slope_of(traces: Sequence[Trace], settings: DetectSettings) -> float:
    """Return the turn in degrees counter-clockwise that long rules have (0.0 without any).

    The median over rules, weighted by length.
    """
    tilts = [_tilt(t) for t in traces if np.ptp(t.along) >= settings.telling]
    if sum(length for _, length in tilts) < 2 * settings.telling:
        return 0.0
    slopes, weights = np.array(sorted(tilts)).T
    middle = int(np.searchsorted(np.cumsum(weights), weights.sum() / 2))
    return float(np.degrees(np.arctan(slopes[middle])))


def levelled(traces: Sequence[Trace], degrees: float) -> tuple[Trace, ...]:
    """Return the traces as they run once the page is turned clockwise by a small angle in degrees."""
    tangent = float(np.tan(np.radians(degrees)))
    return tuple(
        replace(t, across=t.across + t.along * (tangent if t.axis == "horizontal" else -tangent))
        for t in traces
    )
