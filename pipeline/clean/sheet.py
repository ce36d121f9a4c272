"""The sheet of paper in a photograph: found against what it lies on, cut out and seen from the front."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.clean.paper import WHITE
from pipeline.model import POINTS_PER_INCH, Picture
from pipeline.settings import CleanSettings

Quad = NDArray[np.float32]
"""4 x 2: the corners top-left, top-right, bottom-right, bottom-left, in pixels."""
A4_HEIGHT = 842.0  # points


def _paper_region(picture: Picture, settings: CleanSettings) -> tuple[NDArray[np.uint8], float]:
    """Return the region (255, else 0) that goes on smoothly from the middle of the picture, and its scale.

    Print is closed over first.  What the paper lies on differs in tone or in texture at its edge.
    """
    factor = min(1.0, settings.sheet_side / max(picture.width, picture.height))
    small = cv2.resize(picture.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
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
    return np.asarray(opened, dtype=np.uint8), factor


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
    """Return the corners of the sheet in pixels, or None where it fills the picture or is not found."""
    region, factor = _paper_region(picture, settings)
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
    if not _is_brightest(picture, region) or _leaves_paper(picture, region, settings):
        return None
    return np.asarray(corners / factor, dtype=np.float32)


def _is_brightest(picture: Picture, region: NDArray[np.uint8]) -> bool:
    """Tell whether the region is brighter than what lies around it.

    What lies on brighter ground is a shaded box on the page, not the page.
    """
    small = cv2.resize(picture.pixels, (region.shape[1], region.shape[0]), interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else small.mean(axis=2)
    return bool(np.median(grey[region > 0]) > np.median(grey[region == 0]))


def _leaves_paper(picture: Picture, region: NDArray[np.uint8], settings: CleanSettings) -> bool:
    """Tell whether much of what lies around the region has its very tone.

    Then the region is a part of the page, which goes on beyond a shaded box as wide as the page.
    """
    small = cv2.resize(picture.pixels, (region.shape[1], region.shape[0]), interpolation=cv2.INTER_AREA)
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
