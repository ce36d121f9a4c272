"""Clean prints become scans: skew, sensor noise, and what a copier does to paper, all from a seed.

Pictures are grey `uint8`, height x width, white paper 255.  Every function returns a new picture and
draws from the generator it is given only.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.uint8]
Field: TypeAlias = NDArray[np.float32]

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Scanner:
    """A way to be scanned; noise in grey levels, lengths in millimetres, angles in degrees.

    `skew` is the range of the turn's size; `black` and `paper` are the grey levels of full toner and
    bare paper; `fade` is the share of toner lost where it is thinnest; `specks` are counted per page;
    `shadow` is the width of the dark strip along one edge.
    """

    dpi: int
    quality: int
    skew: tuple[float, float]
    blur: float
    noise: float
    black: float
    paper: float
    fade: float = 0.0
    specks: int = 0
    shadow: float = 0.0


CLEAN = Scanner(dpi=300, quality=60, skew=(0.2, 0.9), blur=0.09, noise=0.7, black=50, paper=250)
POOR = Scanner(
    dpi=200,
    quality=70,
    skew=(0.6, 2.0),
    blur=0.11,
    noise=1.2,
    black=70,
    paper=230,
    fade=0.45,
    specks=110,
    shadow=3.0,
)


def generator(*names: str | int) -> np.random.Generator:
    """Return a generator that depends on `names` alone, the same on every machine."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, names)).encode()))


def turned(picture: Grey, degrees: float) -> Grey:
    """Turn the picture counter-clockwise about its middle; the corners become paper."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    out = cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    return np.asarray(out, np.uint8)


def smooth(shape: tuple[int, int], rng: np.random.Generator, cells: int) -> Field:
    """Return a field of 0..1 that changes slowly, with about `cells` humps across the page."""
    coarse = rng.random((cells + 2, cells + 2)).astype(np.float32)
    field = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(field, 0, 1).astype(np.float32)


def _blurred(picture: Grey, sigma: float) -> Field:
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), sigma), np.float32)


def _toned(light: Field, scanner: Scanner, rng: np.random.Generator) -> Field:
    """Map 0..255 to `black`..`paper`, toner thinner where a slow field says so."""
    toner = 1 - light / 255
    if scanner.fade:
        toner = toner * (1 - scanner.fade * smooth(toner.shape, rng, 4))
    return (scanner.paper - toner * (scanner.paper - scanner.black)).astype(np.float32)


def _specked(light: Field, scanner: Scanner, rng: np.random.Generator) -> Field:
    """Put specks of toner on the paper and holes into the toner, a tenth of a millimetre and more."""
    out = light.copy()
    height, width = out.shape
    for _ in range(scanner.specks):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        radius = int(rng.integers(0, 2))
        grey = float(rng.uniform(30, 170)) if rng.random() < 0.7 else scanner.paper
        cv2.circle(out, (x, y), radius, (grey,), cv2.FILLED)
    return out


def _step(distance: Field) -> Field:
    """Fall from 1 to 0 around distance 0."""
    return np.asarray(0.5 - 0.5 * np.tanh(distance / 2), np.float32)


def _shadowed(light: Field, scanner: Scanner, rng: np.random.Generator) -> Field:
    """Darken one side edge and the top or bottom edge, as an open lid does."""
    if not scanner.shadow:
        return light
    height, width = light.shape
    reach = scanner.shadow / MM_PER_INCH * scanner.dpi
    across, down = (
        np.arange(size, dtype=np.float32) if rng.random() < 0.5 else np.arange(size, 0, -1, np.float32)
        for size in (width, height)
    )
    wave = reach * (0.6 + 0.8 * smooth((height, 1), rng, 3))
    side = _step(np.asarray((across[None, :] - wave) / (0.12 * reach), np.float32))
    edge = _step((down[:, None] - 0.4 * reach) / (0.1 * reach))
    dark = np.maximum(side, edge)
    return np.asarray(light * (1 - dark) + 25 * dark, np.float32)


def _noised(light: Field, sigma: float, rng: np.random.Generator) -> Grey:
    noise = rng.standard_normal(light.shape, dtype=np.float32) * sigma
    return np.clip(light + noise + 0.5, 0, 255).astype(np.uint8)


def scanned(picture: Grey, scanner: Scanner, rng: np.random.Generator) -> Grey:
    """Return a print (grey, at the scanner's dpi) as `scanner` sees it."""
    low, high = scanner.skew
    degrees = float(rng.uniform(low, high) * rng.choice((-1, 1)))
    light = _blurred(turned(picture, degrees), scanner.blur / MM_PER_INCH * scanner.dpi)
    light = _toned(light, scanner, rng)
    light = _specked(light, scanner, rng)
    light = _shadowed(light, scanner, rng)
    return _noised(light, scanner.noise, rng)


def jpeg(picture: Grey, quality: int) -> bytes:
    """Return the picture as JPEG with optimized tables."""
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_OPTIMIZE,
        1,
        cv2.IMWRITE_JPEG_PROGRESSIVE,
        1,
    ]
    _, encoded = cv2.imencode(".jpg", picture, options)
    return encoded.tobytes()
