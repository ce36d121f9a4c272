"""Places of digits with something over them: drawn, and out of cells whose truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.read.covered import softened, view_of
from pipeline.read.network import CLASSES, NONE, Floats
from pipeline.read.place import Place
from scripts.lib.clutter import covered
from scripts.lib.descent import Examples
from scripts.lib.digit_fonts import CHINESE, FAMILIES, font_file

_SIZE = 72  # pixels of a typeface, as numbers are drawn first
_CLEAN = 0.25  # of the views that nothing lies over
_ON_DIGIT = 0.8  # of the views of numbers that have a digit in their middle
_ON, _OFF = 0.2, 0.38  # advances from a digit's middle where it is seen, and where it is not
_WIDE = 2.2  # digits' heights that the picture around a place is wide
_HEIGHTS = (9, 30)  # pixels
_LENGTHS = (1, 1, 1, 2, 2, 3, 4)
_OTHERS = "-/—无一"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A number on a picture, or the place of one where there is none: `text` is empty then.

    `dark` is the picture's darkness, 0 to 1; the middle of the first digit, the digits' height and their
    advance are in its pixels.
    """

    dark: Floats
    text: str
    across: float
    down: float
    height: float
    advance: float

    def chosen(self, rng: np.random.Generator) -> tuple[float, int | None]:
        """Return a place along the number, and the class of what stands there; None where it is half one."""
        if self.text and rng.random() < _ON_DIGIT:
            across = self.across + int(rng.integers(len(self.text))) * self.advance
        else:
            across = self.across + rng.uniform(-1.5, 1.5) * self.advance
        steps = (across - self.across) / self.advance
        nearest = min(max(round(steps), 0), max(0, len(self.text) - 1))
        off = abs(steps - nearest)
        if not self.text or off > _OFF:
            return across, NONE
        sign = self.text[nearest]
        return across, (CLASSES.index(sign) if sign in CLASSES else NONE) if off < _ON else None


def shown_in(whole: Floats, place: Place, text: str) -> Shown:
    """Return a cell, of which the darkness is given, as a number on a picture."""
    height, width = whole.shape
    across, down = place.middles((height, width), max(1, len(text)))
    return Shown(whole, text, across[0], down, place.height, place.advance)


def of_drawings(count: int, seed: int) -> Examples:
    """Return so many views of numbers drawn in typefaces that no case of the reporting split has."""
    rng = np.random.default_rng(seed)
    return _examples(islice(_drawn(rng), count))


def of_cells(cells: Sequence[Shown], count: int, seed: int) -> Examples:
    """Return so many views of cells, the rarer a number the more often."""
    rng = np.random.default_rng(seed)
    return _examples(islice(_seen(cells, rng), count))


def _examples(found: Iterator[tuple[Floats, int]]) -> Examples:
    held = [(np.round(255 * view).astype(np.uint8), kind) for view, kind in found]
    return Examples(np.array([view for view, _ in held]), np.array([kind for _, kind in held], np.int64))


def _drawn(rng: np.random.Generator) -> Iterator[tuple[Floats, int]]:
    while True:
        shown = _drawing(rng)
        height = float(rng.uniform(*_HEIGHTS))
        scale, side = height / shown.height, int(_WIDE * height) + 4
        large = cv2.GaussianBlur(shown.dark, (0, 0), 0.35 / scale) if scale <= 0.7 else shown.dark
        for _ in range(3):
            across, kind = shown.chosen(rng)
            if kind is None:
                continue
            x, y = side / 2 + rng.normal(0, 0.06, 2) * height
            tall = scale * rng.uniform(0.95, 1.05)
            move = np.array([[scale, 0, x - scale * across], [0, tall, y - tall * shown.down]])
            dark = cv2.warpAffine(large, move, (side, side)) * rng.uniform(0.5, 1)
            if rng.random() >= _CLEAN:
                dark = covered(dark.astype(np.float32), height, rng)
            soft = softened(_worn(dark.astype(np.float32), rng), height)
            yield view_of(soft, side / 2, side / 2, height), kind


def _seen(cells: Sequence[Shown], rng: np.random.Generator) -> Iterator[tuple[Floats, int]]:
    counts = Counter(cell.text for cell in cells)
    rarities = np.array([1 / np.sqrt(counts[cell.text]) for cell in cells])
    chances = rarities / rarities.sum()
    while True:
        cell = cells[int(rng.choice(len(cells), p=chances))]
        across, kind = cell.chosen(rng)
        edge = int(_WIDE * cell.height / 2) + 2
        x, y = (round(v + rng.normal(0, 0.05) * cell.height) + edge for v in (across, cell.down))
        dark = np.pad(cell.dark, 2 * edge)[max(0, y) : y + 2 * edge, max(0, x) : x + 2 * edge]
        if kind is None or dark.shape != (2 * edge, 2 * edge):
            continue
        if rng.random() >= _CLEAN:
            dark = covered(dark, cell.height, rng)
        if rng.random() < 0.3:
            dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), rng.uniform(0.3, 0.7)), dtype=np.float32)
        yield view_of(softened(dark, cell.height), edge, edge, cell.height), kind


def _drawing(rng: np.random.Generator) -> Shown:
    family = FAMILIES[int(rng.integers(len(FAMILIES)))]
    chance = rng.random()
    text = "".join(rng.choice(list(CLASSES), int(rng.choice(_LENGTHS))))
    if chance < 0.12:
        text = ""
    elif chance < 0.16 and family in CHINESE:
        text = str(rng.choice(list(_OTHERS)))
    font = _font(family, str(rng.choice(["regular", "bold"])))
    canvas = Image.new("L", (_SIZE * (len(text) + 4), 4 * _SIZE))
    draw = ImageDraw.Draw(canvas)
    _, top, _, bottom = draw.textbbox((0, _SIZE), "0", font=font)
    advance = font.getlength("0")
    for i, sign in enumerate(text):
        draw.text((2 * _SIZE + i * advance, _SIZE), sign, 255, font)
    dark = np.asarray(canvas, dtype=np.float32) / np.float32(255)
    return Shown(dark, text, 2 * _SIZE + advance / 2, (top + bottom) / 2, bottom - top, advance)


@cache
def _font(family: str, weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(family, weight)), _SIZE)


def _worn(dark: Floats, rng: np.random.Generator) -> Floats:
    """Return a picture as it comes out of a copier and JPEG, off a fax, or with noise."""
    kind, side = rng.random(), dark.shape[0]
    if kind < 0.5:
        soft = cv2.GaussianBlur(dark, (0, 0), rng.uniform(0.3, 0.9)) * rng.uniform(0.5, 1)
        noisy = 255 - 255 * soft + rng.normal(0, rng.uniform(0, 6), dark.shape)
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 90))]
        _, packed = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), quality)
        return 1 - np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.float32) / np.float32(255)
    if kind < 0.7:
        rows = max(2, int(side * rng.uniform(0.4, 1)))
        coarse = cv2.resize(dark, (side, rows), interpolation=cv2.INTER_AREA) > rng.uniform(0.25, 0.6)
        whole = cv2.resize(coarse.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
        return np.asarray(whole, dtype=np.float32)
    return np.clip(dark + rng.normal(0, rng.uniform(0, 0.05), dark.shape), 0, 1).astype(np.float32)
