"""What shines through from the back of the sheet: rules and print many times paler than the page's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import Mask, odd, turned
from pipeline.model import Picture, Rule
from pipeline.settings import DetectSettings


def without_pale(
    rules: Sequence[Rule], picture: Picture, printed: float, settings: DetectSettings
) -> tuple[Rule, ...]:
    """Return the rules of a grey picture but for what of them is hardly darker than what is beside it.

    Print that fades within a page keeps a third of its darkness where it is seen at all; what shines through
    paper has a tenth.  The usual depth is that of the darker rules, by their length, and `printed` at least:
    all rules of a page that print shines through may be those of its back.
    """
    if not rules:
        return ()
    lying, upright = picture.pixels, turned(picture.pixels)
    courses = [
        _course(r, lying if r.axis == "horizontal" else upright, picture.scale, settings) for r in rules
    ]
    # A dotted one has ink along a third of it.
    depths = np.array([float(np.quantile(c, settings.inked_share)) if len(c) else 0.0 for c in courses])
    order = np.argsort(depths)
    passed = np.cumsum(np.array([r.length for r in rules])[order])
    ruled = depths[order][int(np.searchsorted(passed, settings.dark_share * passed[-1]))]
    dark = max(float(ruled), printed)
    return tuple(
        part
        for rule, course, depth in zip(rules, courses, depths, strict=True)
        if depth >= settings.pale * dark
        for part in _dark_parts(rule, course, picture.scale, settings)
    )


def depths_of(picture: Picture, mask: Mask, pieces: NDArray[Any]) -> NDArray[np.uint8]:
    """Return by how many grey levels the darkest pixel of each piece of ink is below the paper.

    `pieces` has the number of the piece that every pixel of `mask` belongs to, 0 where there is no ink.
    """
    inked = mask > 0
    grey = picture.pixels[inked].astype(np.int16)
    result = np.zeros(int(pieces.max()) + 1, np.uint8)
    below = np.clip(int(np.median(picture.pixels)) - grey, 0, 255).astype(np.uint8)
    np.maximum.at(result, pieces[inked], below)
    return result


def print_depths(picture: Picture, mask: Mask, settings: DetectSettings) -> tuple[float, bool]:
    """Return the depth, in grey levels, of a page's darker print, and whether print shines through it.

    `mask` is 255 where the picture has ink.  The depth is 0 where there is no print.
    """
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    extent = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) / picture.scale
    signs = (extent >= settings.least_stroke) & (extent <= settings.largest_mark)
    depths = depths_of(picture, mask, pieces)[signs]
    if not len(depths):
        return 0.0, False
    usual = float(np.quantile(depths, settings.dark_print))
    return usual, float((depths < settings.pale * usual).mean()) >= settings.pale_print


def _course(rule: Rule, grey: NDArray[np.uint8], scale: float, settings: DetectSettings) -> NDArray[np.int16]:
    """Return by how many grey levels a rule, lying in `grey`, is darker than its flanks, column by column."""
    middle, reach = round(rule.position * scale - 0.5), round((rule.thickness / 2 + settings.flank) * scale)
    along = slice(max(0, round(rule.start * scale)), max(1, round(rule.end * scale)))
    rows = np.clip(np.arange(middle - reach, middle + reach + 1), 0, grey.shape[0] - 1)
    band = grey[rows, along].astype(np.int16)
    return np.asarray(band.max(axis=0) - band.min(axis=0), dtype=np.int16)


def _dark_parts(
    rule: Rule, course: NDArray[np.int16], scale: float, settings: DetectSettings
) -> Iterator[Rule]:
    """Yield a rule without long pale stretches: it ends there, and what shines through goes on.

    Its own ends may be shorter where they are as pale as that is on any page.
    """
    stretch, short = settings.traced * scale, settings.stroke * scale
    if len(course) < 3 * stretch:
        yield rule
        return
    usual = cv2.blur(course[None].astype(np.float32), (odd(settings.stroke, scale), 1))[0]
    deep = float(np.quantile(usual, settings.dark_share))
    dark = np.flatnonzero(usual >= settings.pale * deep)
    seen = np.flatnonzero(usual >= settings.pale_part * deep)
    # Pale ends of its own: nothing where they are short.
    before, after = (int(end) if end > short else 0 for end in (dark[0], len(course) - 1 - dark[-1]))
    for part in np.split(seen, np.flatnonzero(np.diff(seen) > stretch) + 1):
        first, left = int(part[0]), len(course) - 1 - int(part[-1])
        start = rule.start + (first if first > stretch else before) / scale
        end = rule.end - (left if left > stretch else after) / scale
        yield replace(rule, start=start, end=end)
