"""Digits under a seal or a pen: what stands where a number's digits must, whatever lies over it.

Ink that touches a digit makes one piece with it, and a recognizer of lines takes the whole for a character.
Where the digits of a table stand is known (see `place`).  This network sees one such place and a little
around it, and says which digit stands there, or none.  `scripts/digits` trains it, on digits that strokes
were drawn over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import cv2
import numpy as np

from pipeline.model import Reading
from pipeline.read.network import CLASSES, NONE, Floats, Network, chances_of, load_network, rectified
from pipeline.read.paint import PAPER
from pipeline.read.place import Place, Seat
from pipeline.settings import ReadSettings

READER = "covered"
FILE = "covered.npz"

SIDE = 28
"""Pixels of a view's sides."""

_DIGIT = 18  # of them, a digit's height
_FAINTEST = 0.2  # darkness of the darkest pixel below which a view is not brought to full contrast

CONVOLUTIONS = ((5, 2), (3, 2))
"""Side and step of the window of each layer before those that are fully joined."""

_BEYOND = (0.7, 0.85, 1.0, 1.15)
"""Advances from a number's first and last digit at which no other may stand; nor may one between two."""


def read_covered(seat: Seat, place: Place, settings: ReadSettings) -> Reading | None:
    """Return the longest number that surely stands at its place in a cell, None where there is none.

    Nothing but digits is told.  The confidence is the product of their probabilities.
    """
    slots = list(_slots(seat, place, settings))
    if not slots:
        return None
    chances = iter(covered_chances(np.concatenate(slots), load_network(FILE)))
    found = None
    for digits, views in enumerate(slots, start=1):
        told = _number([next(chances) for _ in views], digits, settings)
        found = told or found  # the middle of 126 is a 2: the longest comes last
    return found


def _slots(seat: Seat, place: Place, settings: ReadSettings) -> Iterator[Floats]:
    """Yield, for 1, 2 and more digits as there is room for, the views of their places.

    Then follow views of where no other may stand.
    """
    dark = softened(((PAPER - seat.whole.astype(np.float32)) / PAPER).astype(np.float32), place.height)
    for digits, _ in enumerate(place.boxes(seat.size, settings.placed_digits), start=1):
        own, down = place.middles(seat.size, digits)
        others = [x for off in _BEYOND for x in (own[0] - off * place.advance, own[-1] + off * place.advance)]
        others += [x + place.advance / 2 for x in own[:-1]]
        yield np.stack([view_of(dark, across, down, place.height) for across in (*own, *others)])


def softened(dark: Floats, height: float) -> Floats:
    """Return a picture's darkness, 0 to 1, as views of it need it: height is that of its digits in pixels."""
    scale = _DIGIT / height
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.4 / scale), dtype=np.float32) if scale < 1 else dark


def view_of(soft: Floats, across: float, down: float, height: float) -> Floats:
    """Return what the network sees around a place of a softened picture: SIDE x SIDE, 0 paper, 1 ink.

    The place and the height of the digits are in the picture's pixels.
    """
    scale = _DIGIT / height
    move = np.array([[scale, 0, SIDE / 2 - scale * across], [0, scale, SIDE / 2 - scale * down]])
    seen = cv2.warpAffine(soft, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    return np.clip(seen / max(_FAINTEST, float(seen.max())), 0, 1).astype(np.float32)


def _number(chances: Sequence[Floats], digits: int, settings: ReadSettings) -> Reading | None:
    own, others = chances[:digits], chances[digits:]
    best = [int(chance.argmax()) for chance in own]
    sure = tuple(float(chance[i]) for chance, i in zip(own, best, strict=True))
    more = max(float(chance[:NONE].max()) for chance in others)
    if NONE in best or more > settings.digits_beyond:
        return None
    text = "".join(CLASSES[i] for i in best)
    # Any upright stroke looks like a lone 1; other digits vouch for one in line with them.
    least = settings.digits_sure if text == "1" else settings.placed_least
    return Reading(text, prod(sure), READER, sure) if min(sure) >= least else None


def covered_chances(views: Floats, network: Network) -> Floats:
    """Return the probabilities of each view's classes; `views` is n x SIDE x SIDE."""
    held = views[..., np.newaxis]
    for (side, step), (weights, bias) in zip(CONVOLUTIONS, network, strict=False):
        held = rectified(windows(held, side, step), weights, bias)
    return chances_of(held.reshape(len(held), -1), network[len(CONVOLUTIONS) :])


def windows(held: Floats, side: int, step: int) -> Floats:
    """Return the windows of n x height x width x channels, each one's values in a row; white around it."""
    edge = side // 2
    wide = np.pad(held, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    starts = [(i, j) for i in range(side) for j in range(side)]
    down, across = held.shape[1:3]
    return np.concatenate([wide[:, i : i + down : step, j : j + across : step] for i, j in starts], axis=-1)
