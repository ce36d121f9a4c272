"""A picture of a page is made upright, straight and evenly lit: picture in, picture out."""

from pipeline.clean.light import Flat, flatten
from pipeline.clean.sheet import cut_sheet, find_sheet
from pipeline.clean.skew import find_skew
from pipeline.clean.turn import rotate, turn_upright
from pipeline.clean.warp import Warp, bend_of, fit_warp, unwarp

__all__ = [
    "Flat",
    "Warp",
    "bend_of",
    "cut_sheet",
    "find_sheet",
    "find_skew",
    "fit_warp",
    "flatten",
    "rotate",
    "turn_upright",
    "unwarp",
]
