"""A sheet on a desk before a phone: perspective, curl, uneven light, the desk around it."""

from __future__ import annotations

from math import cos, pi, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.lib.corpus_chance import between, happens, pick, signed
from scripts.lib.corpus_kinds import Damage
from scripts.lib.corpus_layers import Colour, Cover, Picture, lit, smooth_field

ROOM = 0.05  # of the page's side, between the page and the picture's edge
DESKS: tuple[Colour, ...] = ((60, 85, 120), (70, 70, 72), (150, 175, 190), (35, 35, 40), (110, 140, 160))
GRAIN = 18.0  # levels between a desk's light and dark streaks


def _corners(height: int, width: int, damage: Damage, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return where the page's corners (from the upper left, clockwise) come to lie in the picture."""
    points = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    points += rng.uniform(-1, 1, (4, 2)) * damage.tilt * np.asarray([width, height]) * 0.5
    shrink = damage.tilt * between(rng, 0.3, 1.0) * width * 0.5  # the far edge is shorter
    far = pick(rng, (0, 2))
    points[far, 0] += shrink if far == 0 else -shrink
    points[far + 1, 0] += -shrink if far == 0 else shrink
    angle = radians(signed(rng, 0.2 * damage.skew, damage.skew))
    turn = np.asarray([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    middle = np.asarray([width / 2, height / 2])
    return np.asarray((points - middle) @ turn.T + middle, np.float32)


def _framed(corners: NDArray[np.float32]) -> tuple[NDArray[np.float32], int, int]:
    """Return the corners moved into a picture with some desk around, and its height and width."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = ROOM * (high - low)
    width, height = (int(side) for side in high - low + 2 * room)
    return np.asarray(corners - low + room, np.float32), height, width


def _curl(x: Cover, width: int, height: int, bend: float, inward: bool) -> tuple[Cover, Cover]:
    """Return by how many pixels the page's print is shifted down, and how light it is, at each `x`."""
    along = np.clip(x / width, 0, 1)
    wave = np.sin(pi * along**0.8) if inward else np.cos(0.5 * pi * along) ** 2
    slope = np.gradient(wave, axis=1) * width
    light = 1 - np.clip(slope * bend * 1.6, -0.05, 0.35)
    return np.asarray(wave * bend * height, np.float32), np.asarray(light, np.float32)


def _with_desk(seen: Picture, inside: NDArray[np.bool_], rng: np.random.Generator) -> Picture:
    """Return the picture with a desk wherever the page is not."""
    height, width = inside.shape
    streaks = cv2.resize(
        rng.standard_normal((height // 8 + 1, 4)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_LINEAR,
    )
    base = np.asarray(pick(rng, DESKS), np.float32)
    out = seen.copy()
    out[~inside] = np.clip(base + GRAIN * streaks[~inside][:, None], 0, 255).astype(np.uint8)
    return out


def _light(height: int, width: int, share: float, rng: np.random.Generator) -> Cover:
    """Return the light over the picture: a slope, a slow unevenness, at times the phone's own shadow."""
    rows, columns = np.mgrid[0:64, 0:64].astype(np.float32) / 63
    angle = between(rng, 0, 2 * pi)
    slope = 0.5 + 0.5 * ((columns - 0.5) * cos(angle) + (rows - 0.5) * sin(angle))
    field = 0.65 * slope + 0.35 * smooth_field(rng, 64, 64, 2)
    if happens(rng, 0.4):
        edge = (columns - between(rng, 0.3, 0.8)) * cos(angle) + (rows - between(rng, 0.3, 0.8)) * sin(angle)
        field = np.clip(field - 0.35 / (1 + np.exp(edge * between(rng, 12, 40))), 0, 1)
    small = (1 - share * (1 - field)).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def photographed(picture: Picture, damage: Damage, rng: np.random.Generator) -> Picture:
    """Return the page (colour) as a phone sees it from above, in a picture of its own size."""
    page_height, page_width = picture.shape[:2]
    corners, height, width = _framed(_corners(page_height, page_width, damage, rng))
    flat = np.asarray([(0, 0), (page_width, 0), (page_width, page_height), (0, page_height)], np.float32)
    back = cv2.getPerspectiveTransform(corners, flat)
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :]
    depth = back[2, 0] * columns + back[2, 1] * rows + back[2, 2]
    x = np.asarray((back[0, 0] * columns + back[0, 1] * rows + back[0, 2]) / depth, np.float32)
    y = np.asarray((back[1, 0] * columns + back[1, 1] * rows + back[1, 2]) / depth, np.float32)
    light = _light(height, width, damage.shade, rng)
    if damage.bend:
        down, curled = _curl(
            x, page_width, page_height, signed(rng, damage.bend, damage.bend), happens(rng, 0.5)
        )
        y, light = y + down, light * curled
    seen = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = (x >= 0) & (x < page_width) & (y >= 0) & (y < page_height)
    return lit(_with_desk(np.asarray(seen, np.uint8), inside, rng), np.clip(light, 0, 1))
