"""What shines through from the back of the sheet: rules many times paler than the page's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.detect.ink import turned
from pipeline.model import Picture, Rule
from pipeline.settings import DetectSettings


def without_pale(rules: Sequence[Rule], picture: Picture, settings: DetectSettings) -> tuple[Rule, ...]:
    """Return the rules of a grey picture but for those that are hardly darker than what is beside them.

    Print that fades within a page keeps a third of its darkness where it is seen at all; what shines through
    paper has a tenth.  The usual depth is that of the darker rules, by their length.
    """
    if not rules:
        return ()
    lying, upright = picture.pixels, turned(picture.pixels)
    depths = np.array(
        [_depth(r, lying if r.axis == "horizontal" else upright, picture.scale, settings) for r in rules]
    )
    order = np.argsort(depths)
    passed = np.cumsum(np.array([r.length for r in rules])[order])
    dark = depths[order][int(np.searchsorted(passed, settings.dark_share * passed[-1]))]
    return tuple(r for r, depth in zip(rules, depths, strict=True) if depth >= settings.pale * dark)


def _depth(rule: Rule, grey: NDArray[np.uint8], scale: float, settings: DetectSettings) -> float:
    """Return by how many grey levels a rule, lying in `grey`, is darker than its flanks where it has ink.

    A dotted one has ink along a third of it.
    """
    middle, reach = round(rule.position * scale - 0.5), round((rule.thickness / 2 + settings.flank) * scale)
    along = slice(max(0, round(rule.start * scale)), max(1, round(rule.end * scale)))
    rows = np.clip(np.arange(middle - reach, middle + reach + 1), 0, grey.shape[0] - 1)
    band = grey[rows, along].astype(np.int16)
    return float(np.quantile(band.max(axis=0) - band.min(axis=0), settings.inked_share)) if band.size else 0.0
