"""The sheet of paper in a photograph: found against what it lies on, cut out and seen from the front."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import WHITE, reduced
from pipeline.model import POINTS_PER_INCH, Picture
from pipeline.settings import CleanSettings

Quad = NDArray[np.float32]
"""4 x 2: the corners top-left, top-right, bottom-right, bottom-left, in pixels."""
Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
A4_HEIGHT = 842.0  # points


def _at_most(picture: Picture, side: float) -> Pixels:
    """Return the picture's pixels, reduced to at most `side` pixels on the longer side."""
    return reduced(picture.pixels, side / max(picture.width, picture.height))


def _paper_region(small: Pixels, settings: CleanSettings) -> Mask:
    """Return the region (255, else 0) that goes on smoothly from the middle of a picture.

    Print is closed over first.  What the paper lies on differs in tone or in texture at its edge.
    """
    reach = round(settings.sheet_closing * max(small.shape[:2])) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.medianBlur(np.asarray(closed, dtype=np.uint8), 5)
    height, width = smooth.shape[:2]
    mask = np.zeros((height + 2, width + 2), np.uint8)
    step = (settings.sheet_step,) * 3
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (255 << 8)
    cv2.floodFill(smooth.copy(), mask, (width // 2, height // 2), (0, 0, 0), step, step, flags)
    region = mask[1:-1, 1:-1]
    # Where the background happens to have the paper's tone the region runs out in thin tongues.
    neck = np.ones((reach, reach), np.uint8)
    filled = cv2.morphologyEx(region, cv2.MORPH_CLOSE, neck)
    # What paper goes around is on it: a shaded table leaves but thin margins beside it.
    around, _ = cv2.findContours(filled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    solid = cv2.drawContours(np.zeros(filled.shape, np.uint8), around, -1, (255,), cv2.FILLED)
    opened = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return np.asarray(opened, dtype=np.uint8)


def _ordered(corners: Quad) -> Quad:
    """Return four corners as top-left, top-right, bottom-right, bottom-left."""
    total, difference = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    order = [total.argmin(), difference.argmin(), total.argmax(), difference.argmax()]
    return np.asarray(corners[order], dtype=np.float32)


def _four_corners(contour: NDArray[np.int32]) -> Quad | None:
    """Return the quadrilateral that a contour comes nearest to, or None."""
    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, closed=True)
    for share in (0.02, 0.03, 0.04, 0.06, 0.08):
        corners = cv2.approxPolyDP(hull, share * around, closed=True)
        if len(corners) == 4:
            return _ordered(np.asarray(corners[:, 0], dtype=np.float32))
    return None


def _side(
    points: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the line (a, b, c with ax + by = c) through the contour's points along one side."""
    direction = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
    normal = np.array([-direction[1], direction[0]])
    along, off = (points - start) @ direction, np.abs((points - start) @ normal)
    length = float(np.hypot(*(end - start)))
    near = points[(off < 0.03 * length) & (along > 0.08 * length) & (along < 0.92 * length)]
    if len(near) < 8:
        near = np.stack([start, end])
    vx, vy, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.array([-vy, vx, -vy * x + vx * y], dtype=np.float64)


def _refined(contour: NDArray[np.int32], quad: Quad, settings: CleanSettings) -> Quad | None:
    """Return the corners where lines fitted to the four sides meet, None where those are not the sheet's."""
    points = np.asarray(contour[:, 0], dtype=np.float32)
    sides = [_side(points, quad[i], quad[(i + 1) % 4]) for i in range(4)]
    corners = []
    for i in range(4):
        one, two = sides[i - 1], sides[i]
        matrix = np.array([one[:2], two[:2]])
        if abs(np.linalg.det(matrix)) < 0.2:
            return None
        corners.append(np.linalg.solve(matrix, np.array([one[2], two[2]])))
    found = np.asarray(corners, dtype=np.float32)
    # Lines fitted to ragged sides may meet anywhere.
    off = np.abs(found - quad).max()
    return found if off <= settings.sheet_corner * np.ptp(quad, axis=0).max() else None


def find_sheet(picture: Picture, settings: CleanSettings) -> Quad | None:
    """Return the corners of the sheet in pixels, or None where it fills the picture or is not found.

    A scanner sees a sheet from the front, and often shows what lies beyond it at some sides alone: the
    others are the picture's own, and tell nothing of how the sheet lies.
    """
    quad = _seen_sheet(picture, settings)
    return None if quad is None or _is_scanned(quad, picture, settings) else quad


def _seen_sheet(picture: Picture, settings: CleanSettings) -> Quad | None:
    small = _at_most(picture, settings.sheet_side)
    quad = _sheet_of(_paper_region(small, settings), small, picture, settings)
    if quad is not None and not _reaches_border(quad, picture, settings):
        return quad
    if not _lies_on_something(picture, settings):
        return quad
    told = None
    # A scan in uneven light takes long to be told from itself: a glance at it is enough.
    for side in (settings.sheet_glance, settings.sheet_colours):
        small = _at_most(picture, side)
        told = _sheet_of(_coloured_region(small, settings), small, picture, settings)
        if told is None:
            return quad
    return told


def _sheet_of(region: Mask, small: Pixels, picture: Picture, settings: CleanSettings) -> Quad | None:
    """Return the four-cornered sheet that a region of the reduced picture is, in pixels of the whole one."""
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = np.asarray(max(contours, key=cv2.contourArea), dtype=np.int32)
    area = cv2.contourArea(contour)
    share = area / region.size
    quad = _four_corners(contour)
    if quad is None or not settings.least_sheet <= share <= settings.most_sheet:
        return None
    corners = _refined(contour, quad, settings)
    if corners is None or area < settings.sheet_fill * cv2.contourArea(corners):
        return None
    if not _is_brightest(small, region) or _leaves_paper(small, region, settings):
        return None
    return np.asarray(corners / (small.shape[1] / picture.width), dtype=np.float32)


def _reaches_border(quad: Quad, picture: Picture, settings: CleanSettings) -> bool:
    """Tell whether a corner lies at the picture's border: the region may have run out into the desk."""
    return any(end.any() for end in _at_border(quad, picture, settings))


def _at_border(
    quad: Quad, picture: Picture, settings: CleanSettings
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which x and y of corners lie at the picture's left and top border, and at the opposite ones."""
    size = np.array([picture.width, picture.height])
    near = settings.sheet_border * size
    return quad < near, quad > size - near


def _is_scanned(quad: Quad, picture: Picture, settings: CleanSettings) -> bool:
    """Tell whether a sheet is seen from the front: it ends with the picture, its opposite sides as long.

    Where two opposite sides are the picture's, the others tell nothing of each other: one may be a shadow.
    """
    near, far = ((end & np.roll(end, 1, axis=0)).any(axis=0) for end in _at_border(quad, picture, settings))
    lengths = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    even = np.abs(lengths[:2] - lengths[2:]).max() <= settings.sheet_uneven * picture.width
    return bool((near & far).any() or ((near | far).any() and even))


def _lies_on_something(picture: Picture, settings: CleanSettings) -> bool:
    """Tell whether most of the picture's border is somewhat darker or lighter than its middle.

    A scanner's black border needs no second look: nothing of it could be paper.
    """
    small = _at_most(picture, settings.sheet_colours)
    grey = small if small.ndim == 2 else small.mean(axis=2)
    height, width = grey.shape
    middle = np.median(grey[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3])
    rim = grey[_rim(grey.shape, settings)]
    off = np.abs(rim - middle) > settings.sheet_tone
    return bool((off & (rim > middle / 2)).mean() > 1 / 2)


def _coloured_region(small: Pixels, settings: CleanSettings) -> Mask:
    """Return the region (255, else 0) of a picture with its middle's colours and not those of its border.

    Colours are told apart by GrabCut (Rother et al. 2004): a desk of many tones may have the paper's among
    them, but not that alone.
    """
    reach = round(settings.sheet_closing / 2 * max(small.shape[:2])) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    coloured = closed if closed.ndim == 3 else cv2.cvtColor(closed, cv2.COLOR_GRAY2RGB)
    height, width = coloured.shape[:2]
    mask = np.full((height, width), cv2.GC_PR_FGD, np.uint8)
    mask[_rim((height, width), settings)] = cv2.GC_BGD
    mask[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3] = cv2.GC_FGD
    cv2.setRNGSeed(0)  # the same picture gives the same sheet
    desk, sheet = np.zeros((1, 65)), np.zeros((1, 65))
    kinds = np.asarray(coloured, dtype=np.uint8), mask, (0, 0, 0, 0)
    cv2.grabCut(*kinds, desk, sheet, settings.sheet_rounds, cv2.GC_INIT_WITH_MASK)
    paper = np.where((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)
    neck = np.ones((4 * reach + 1, 4 * reach + 1), np.uint8)
    opened = cv2.morphologyEx(paper, cv2.MORPH_OPEN, neck)
    return np.asarray(opened, dtype=np.uint8)


def _rim(shape: tuple[int, ...], settings: CleanSettings) -> NDArray[np.bool_]:
    """Return which pixels lie along a picture's border."""
    depth = max(2, round(settings.sheet_border * min(shape[:2])))
    rim = np.ones(shape[:2], dtype=np.bool_)
    rim[depth:-depth, depth:-depth] = False
    return rim


def _is_brightest(small: Pixels, region: Mask) -> bool:
    """Tell whether the region is brighter than what lies around it.

    What lies on brighter ground is a shaded box on the page, not the page.
    """
    grey = small if small.ndim == 2 else small.mean(axis=2)
    return bool(np.median(grey[region > 0]) > np.median(grey[region == 0]))


def _leaves_paper(small: Pixels, region: Mask, settings: CleanSettings) -> bool:
    """Tell whether much of what lies around the region has its very tone.

    Then the region is a part of the page, which goes on beyond a shaded box as wide as the page.
    """
    tone = np.median(small[region > 0], axis=0)
    off = np.abs(small.astype(np.float32) - tone)
    alike = (off if off.ndim == 2 else off.max(axis=2)) <= settings.sheet_tone
    rim = cv2.dilate(region, np.ones((9, 9), np.uint8)) > 0
    return bool((alike & ~rim).mean() >= settings.sheet_left)


def cut_sheet(picture: Picture, quad: Quad) -> Picture:
    """Return the sheet seen from the front, its corners in the picture's; about as many pixels as it had."""
    top, right, bottom, left = (float(np.hypot(*(quad[(i + 1) % 4] - quad[i]))) for i in range(4))
    width, height = round(max(top, bottom)), round(max(left, right))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    view = cv2.getPerspectiveTransform(quad, target)
    seen = cv2.warpPerspective(
        picture.pixels, view, (width, height), flags=cv2.INTER_CUBIC, borderValue=(WHITE,) * 3
    )
    return Picture(np.asarray(seen, dtype=np.uint8), _sheet_dpi(max(width, height), picture.dpi))


def _sheet_dpi(pixels: int, stated: float) -> float:
    """Return the sheet's resolution: the stated one where it makes it nearly A4, else that of A4.

    What a photograph states speaks of the whole view, if of anything.
    """
    of_a4 = pixels / (A4_HEIGHT / POINTS_PER_INCH)
    return stated if 0.85 <= stated / of_a4 <= 1.15 else of_a4
