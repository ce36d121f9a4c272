"""A second reader for digits alone: each sign of a cell by its own shape, whatever stands beside it.

A recognizer of lines reads a lone digit worst of all, and is as sure of a 7 that a fax has thickened taken
for a 1 as of any other text.  This one sees every sign for itself, at one size, and knows nothing but digits
and what is none.  Its weights are trained by `scripts/digits` on cells whose truth is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import cv2
import numpy as np

from pipeline.model import CellReading, Reading
from pipeline.read.in_place import in_place_of
from pipeline.read.ink import Blob, CellInk
from pipeline.read.lines import Band, band_of
from pipeline.read.network import CLASSES, NONE, Floats, chances_of, load_network
from pipeline.read.paint import PAPER
from pipeline.read.scan import Pixels
from pipeline.read.separators import without_outer_specks
from pipeline.settings import ReadSettings

READER = "digits"
FILE = "digits.npz"
HEIGHT, WIDTH = 28, 24
_LINE = 22
"""Pixels of a view, and of the line's height in it."""

INPUTS = HEIGHT * WIDTH + 1
"""Numbers in a view."""

_FAINTEST = 0.2  # darkness of the darkest pixel below which a view is not brought to full contrast
_HIGHEST = 2.0  # em; higher lines are all alike


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A sign of a line: the pieces of ink that stand one above another, and their bounds."""

    pieces: tuple[Blob, ...]
    bounds: Band


def signs_of(band: Band, settings: ReadSettings) -> tuple[Sign, ...]:
    """Return the signs of a line from the left, each as high as a digit may be; lower ones are left out."""
    groups: list[list[Blob]] = []
    for blob in sorted(band.blobs, key=lambda b: (b.left, -b.area)):
        if groups and _stands_in(blob, groups[-1]):
            groups[-1].append(blob)
        else:
            groups.append([blob])
    signs = [Sign(tuple(group), band_of(group)) for group in groups]
    tallest = max((sign.bounds.height for sign in signs), default=0)
    return tuple(s for s in signs if s.bounds.height >= settings.digit_height * tallest)


def _stands_in(blob: Blob, group: Sequence[Blob]) -> bool:
    left, right = min(b.left for b in group), max(b.right for b in group)
    return 2 * (min(right, blob.right) - max(left, blob.left)) >= min(right - left, blob.width)


def views_of(ink: CellInk, signs: Sequence[Sign], em: float) -> list[Floats]:
    """Return a line's signs as the network sees them: pixels (0 paper, 1 ink), its height in `em` last.

    All are brought to one size, that of the line; what stands beside a sign is painted over.
    """
    top = min((sign.bounds.top for sign in signs), default=0)
    bottom = max((sign.bounds.bottom for sign in signs), default=0)
    return [_view(ink, sign, top, bottom, em) for sign in signs]


def _view(ink: CellInk, sign: Sign, top: int, bottom: int, em: float) -> Floats:
    bounds = sign.bounds
    left, above = max(0, bounds.left - 2), max(0, bounds.top - 2)
    window = slice(above, bounds.bottom + 2), slice(left, bounds.right + 2)
    labels = ink.labels[window]
    own = np.isin(labels, [piece.label for piece in sign.pieces])
    other = cv2.dilate(((labels > 0) & ~own).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    grey: Pixels = np.where(other & ~own, np.uint8(PAPER), ink.grey[window])
    scale = _LINE / max(1, bottom - top)
    if scale < 1:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.5 / scale), dtype=np.uint8)
    across = WIDTH / 2 - scale * ((bounds.left + bounds.right) / 2 - left)
    down = (HEIGHT - _LINE) / 2 - scale * (top - above)
    place = np.array([[scale, 0, across], [0, scale, down]])
    seen = cv2.warpAffine(grey, place, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=(PAPER,))
    dark = (PAPER - seen.astype(np.float32)) / PAPER
    dark /= max(_FAINTEST, float(dark.max()))
    return np.append(dark.ravel(), np.float32(min(_HIGHEST, (bottom - top) / em)))


def read_digits(lines: Sequence[tuple[CellInk, Band, float]], settings: ReadSettings) -> list[Reading | None]:
    """Return what the signs of each line say, None where one of them is likelier no digit or several in one.

    A line is its cell's ink, its band and the usual height of text in pixels.  The confidence is the product
    of its digits' probabilities, so it is none that they are all that is printed.
    """
    signs = [_all_signs(band, em, settings) for _, band, em in lines]
    seen = (views_of(ink, own, em) for (ink, _, em), own in zip(lines, signs, strict=True))
    views = [view for line in seen for view in line]
    if not views:
        return [None] * len(lines)
    chances = iter(chances_of(np.stack(views), load_network(FILE)))
    return [_reading([next(chances) for _ in own]) for own in signs]


def _all_signs(band: Band, em: float, settings: ReadSettings) -> tuple[Sign, ...]:
    """Return a line's signs but for specks outside of them; none where it has a point or a minus.

    None either where digits run together: of 721 in one piece the middle, a 2, would be seen.
    """
    own = without_outer_specks(band, em, settings, large=True)
    signs = signs_of(own, settings)
    if any(sign.bounds.width > settings.widest_digit * sign.bounds.height for sign in signs):
        return ()
    return signs if sum(len(sign.pieces) for sign in signs) == len(own.blobs) else ()


def _reading(chances: Sequence[Floats]) -> Reading | None:
    best = [int(chance.argmax()) for chance in chances]
    if not best or NONE in best:
        return None
    sure = tuple(float(chance[i]) for chance, i in zip(chances, best, strict=True))
    return Reading("".join(CLASSES[i] for i in best), prod(sure), READER, sure)


def beside_digits(reading: CellReading, digits: Reading, settings: ReadSettings) -> CellReading:
    """Return a reading with that of the digits beside it, or in its place where it is none of a figure.

    Or of one of as many digits that it is less sure of: that is a 7 which a fax has thickened.  What is there
    besides digits was not read, and a stroke leans as a worn 7 does: such a figure is never sure.  A lone 1
    where no 1 was read is any upright scrap.
    """
    figure = reading.figure
    if figure is not None and figure.text == digits.text:
        sure = max(figure.confidence, settings.placed_confidence)  # two readers, of which one was in doubt
        return replace(reading, figure=replace(figure, confidence=sure))
    if figure is not None and figure.text.isdigit():
        surer = len(digits.text) == len(figure.text) and digits.confidence > figure.confidence
        if not surer or digits.text == "1":
            return replace(reading, others=(*reading.others, digits))
    if digits.text == "1":
        return reading
    return in_place_of(reading, digits, settings)
