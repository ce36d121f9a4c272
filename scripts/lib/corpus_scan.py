"""A sheet on a scanner or in a fax: light, skew, borders, quarter turns, two levels of grey."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.lib.corpus_chance import between, happens, pick, signed
from scripts.lib.corpus_kinds import Damage
from scripts.lib.corpus_layers import Colour, Picture, Sheet, lit, smooth_field

LID = 22.0  # grey level of an open lid
SLANT = 6.0  # millimetres that a black border may be wider at one end
LOST_LINE = 0.0015  # share of a fax's lines that the telephone line spoils


def toned(picture: Picture, damage: Damage) -> Picture:
    """Return the print with its paper's and ink's grey levels, in colour where the machine sees it."""
    levels = np.arange(256, dtype=np.float32) / 255
    grey = damage.black + levels * (damage.paper - damage.black)
    if not damage.colour:
        return np.asarray(cv2.LUT(picture, grey.astype(np.uint8)), np.uint8)
    off = (-damage.tint, -0.25 * damage.tint, 0.0)
    table = np.stack([np.clip(grey + levels * part, 0, 255) for part in off], axis=-1).astype(np.uint8)
    return np.asarray(cv2.LUT(cv2.merge([picture] * 3), table[None]), np.uint8)


def showing(picture: Picture, back: Picture, opacity: float) -> Picture:
    """Return the page with its back side (mirrored, blurred) shining through; both grey prints."""
    if opacity <= 0:
        return picture
    fitted = cv2.resize(back[:, ::-1], picture.shape[1::-1], interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(fitted, (0, 0), 2.0)
    ink = (255 - soft).astype(np.float32) * opacity
    return np.asarray(np.clip(picture - ink, 0, 255), np.uint8)


def _flat(picture: Picture, level: float) -> Colour:
    return (level,) * 3 if picture.ndim == 3 else (level, 0.0, 0.0)


def skewed(picture: Picture, damage: Damage, rng: np.random.Generator) -> Picture:
    """Return the page turned by up to `damage.skew` degrees, as it lay on the glass."""
    degrees = signed(rng, 0.35 * damage.skew, damage.skew)
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    shift = (between(rng, -0.008, 0.008) * width, between(rng, -0.008, 0.008) * height)
    matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + shift])
    around = LID if damage.border and happens(rng, 0.5) else damage.paper
    out = cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_flat(picture, around),
    )
    return np.asarray(out, np.uint8)


def bordered(picture: Picture, sheet: Sheet, width: float, rng: np.random.Generator) -> Picture:
    """Return the page with a black strip of about `width` millimetres along one or two edges."""
    if width <= 0:
        return picture
    out = picture.copy()
    level = (between(rng, 5, 45),) * 3
    ends = [sheet.pixels(width + between(rng, 0, SLANT) - SLANT / 2) for _ in range(4)]
    strips = {
        "left": [(0, 0), (ends[0], 0), (ends[1], sheet.height), (0, sheet.height)],
        "right": [
            (sheet.width, 0),
            (sheet.width - ends[0], 0),
            (sheet.width - ends[1], sheet.height),
            (sheet.width, sheet.height),
        ],
        "top": [(0, 0), (sheet.width, 0), (sheet.width, ends[2]), (0, ends[3])],
    }
    for side in {pick(rng, ("left", "right")): None, pick(rng, ("top", "left")): None}:
        cv2.fillPoly(out, [np.asarray(strips[side], np.int32)], level, cv2.LINE_AA)
    return out


def shaded(picture: Picture, share: float, rng: np.random.Generator) -> Picture:
    """Return the page with up to `share` of its light lost, slowly changing over the page."""
    if share <= 0.01:
        return picture
    return lit(picture, 1 - share * smooth_field(rng, picture.shape[0], picture.shape[1], 2))


def turned(picture: Picture, quarters: int) -> Picture:
    """Return the page turned counter-clockwise by so many quarters."""
    return np.ascontiguousarray(np.rot90(picture, quarters))


def _spread(picture: Picture) -> Picture:
    """Return the page with ink spread by half a pixel, as toner does: hairlines outlive two levels."""
    wider = cv2.erode(picture, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    return np.asarray(np.minimum(picture, cv2.addWeighted(picture, 0.5, wider, 0.5, 0)), np.uint8)


def two_levels(picture: Picture, damage: Damage, rng: np.random.Generator) -> Picture:
    """Return the page in black and white (0 and 255) at the damage's own resolution down the page."""
    across, down = damage.dpi
    picture = _spread(picture)
    if across != down:
        height = round(picture.shape[0] * down / across)
        picture = np.asarray(
            cv2.resize(picture, (picture.shape[1], height), interpolation=cv2.INTER_AREA), np.uint8
        )
    threshold = between(rng, 170, 210)
    out = np.where(picture < threshold, 0, 255).astype(np.uint8)
    if across != 300:
        for row in np.flatnonzero(rng.random(out.shape[0]) < LOST_LINE):
            out[row] = out[max(0, row - 1)]
    return out
