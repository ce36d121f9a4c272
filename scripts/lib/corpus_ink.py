"""What a printer and a copier do to ink: thin toner, worn rules, specks."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.lib.corpus_layers import Picture, Sheet, smooth_field

RULE_LENGTH = 9.0  # millimetres; a straight run of ink that long is a rule
WORN_WAVE = 6.0  # millimetres between one faint stretch of a rule and the next
LEFT = 0.22  # share of the ink that a worn stretch keeps


def faded(picture: Picture, share: float, rng: np.random.Generator) -> Picture:
    """Return the print with up to `share` of its toner missing, where a slow field says so."""
    if share <= 0.01:
        return picture
    keep = 256 - 256 * share * smooth_field(rng, picture.shape[0], picture.shape[1], 4)
    ink = (255 - picture).astype(np.uint16) * keep.astype(np.uint16) >> 8
    return np.asarray(255 - ink, np.uint8)


def _runs(picture: Picture, length: int, across: bool) -> Picture:
    """Return where ink runs straight on for `length` pixels: 255 there, 0 elsewhere."""
    dark = np.asarray(picture < 160, np.uint8) * 255
    kernel = np.ones((1, length) if across else (length, 1), np.uint8)
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.uint8)


def worn(picture: Picture, sheet: Sheet, share: float, rng: np.random.Generator) -> Picture:
    """Return the print with `share` of its rules' length faint or gone; print beside rules stays."""
    if share <= 0:
        return picture
    length = int(sheet.pixels(RULE_LENGTH))
    rules = np.maximum(_runs(picture, length, True), _runs(picture, length, False))
    wide = cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0
    humps = int(max(sheet.height, sheet.width) / sheet.pixels(WORN_WAVE))
    field = smooth_field(rng, sheet.height, sheet.width, humps)
    gone = wide & (field < np.quantile(field[::16, ::16], share))
    out = picture.copy()
    out[gone] = 255 - ((255 - picture[gone]) * LEFT).astype(np.uint8)
    return out


def specked(picture: Picture, sheet: Sheet, count: int, rng: np.random.Generator) -> Picture:
    """Return the print with specks of toner on the paper and holes in the ink, most of them tiny."""
    out = picture.copy()
    white = (255,) * 3
    for _ in range(count):
        x, y = int(rng.integers(sheet.width)), int(rng.integers(sheet.height))
        radius = sheet.pixels(float(rng.exponential(0.06)) + 0.02)
        level = float(rng.uniform(20, 170))
        colour = (level,) * 3 if rng.random() < 0.75 else white
        centre = (int(16 * x), int(16 * y))
        cv2.circle(out, centre, max(6, int(16 * radius)), colour, cv2.FILLED, cv2.LINE_AA, shift=4)
    return out
