"""A page's ink, looked at once for its rules, for its print and for what is worn of its rules."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.detect.dashes import with_whole_dashes
from pipeline.detect.ink import Mask, at_most, dark_mask, shading_of
from pipeline.detect.pale import print_depths
from pipeline.model import Picture
from pipeline.settings import DetectSettings


@dataclass(frozen=True, slots=True, eq=False)
class PageInk:
    """A grey picture no finer than rules need it, 255 where it has ink, the same with dashed rules whole.

    `shaded` is 255 in areas that are dense with ink; `depth` is by how many grey levels print is darker than
    its paper, `shines` whether much of what is seen is print on the back of the sheet.
    """

    picture: Picture
    mask: Mask
    ruled: Mask
    shaded: Mask
    depth: float
    shines: bool


def find_ink(picture: Picture, settings: DetectSettings) -> PageInk:
    """Return the ink of a grey, evenly lit, upright picture."""
    small = at_most(picture, settings.rule_dpi)
    mask = dark_mask(small, settings)
    ruled = with_whole_dashes(mask, small.scale, settings)
    depth, shines = print_depths(small, mask, settings)
    return PageInk(small, mask, ruled, shading_of(mask, small.scale, settings), depth, shines)
