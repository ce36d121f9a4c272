"""A picture of a page is made upright, straight and evenly lit: picture in, picture out."""

from pipeline.clean.light import flatten
from pipeline.clean.skew import find_skew
from pipeline.clean.turn import rotate, turn_upright

__all__ = ["find_skew", "flatten", "rotate", "turn_upright"]
