"""A printed report becomes the file that reaches the archive, page by page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from scripts.lib import corpus_camera, corpus_hand, corpus_ink, corpus_marks, corpus_scan, pdf
from scripts.lib.corpus_chance import happens
from scripts.lib.corpus_kinds import Damage
from scripts.lib.corpus_layers import Picture, blurred, noised, sheet
from scripts.lib.degrade import generator, jpeg

A4_WIDTH = 595.0  # points: a phone's document maker fits photos to the page


@dataclass(frozen=True, slots=True)
class Marks:
    """On which pages (from 0) each of the document's marks falls."""

    seals: tuple[int, ...]
    ticks: tuple[int, ...]
    notes: tuple[int, ...]
    numbers: tuple[int, ...]


def _marks(damage: Damage, pages: int, rng: np.random.Generator) -> Marks:
    def places(count: int) -> tuple[int, ...]:
        return tuple(int(page) for page in rng.integers(pages, size=count))

    return Marks(places(damage.seals), places(damage.ticks), places(damage.notes), places(damage.numbers))


def _inked(prints: Sequence[Picture], number: int, damage: Damage, rng: np.random.Generator) -> Picture:
    """Return the page's ink and what shines through, grey."""
    size = sheet(prints[number], damage.dpi[0])
    ink = corpus_ink.worn(prints[number], size, damage.worn, rng)
    ink = corpus_ink.specked(corpus_ink.faded(ink, damage.fade, rng), size, damage.specks, rng)
    return corpus_scan.showing(ink, prints[(number + 1) % len(prints)], damage.show)


def _marked(
    page: Picture, number: int, marks: Marks, damage: Damage, issuer: str, rng: np.random.Generator
) -> Picture:
    size = sheet(page, damage.dpi[0])
    for _ in range(marks.seals.count(number)):
        page = corpus_marks.sealed(page, size, issuer, rng)
    for _ in range(marks.ticks.count(number)):
        page = corpus_marks.ticked(page, size, rng)
    for _ in range(marks.notes.count(number)):
        page = corpus_marks.scribbled(page, size, rng)
    for _ in range(marks.numbers.count(number)):
        page = corpus_hand.numbered(page, size, rng)
    if damage.holes:
        page = corpus_marks.punched(page, size, damage.holes, rng)
    return corpus_marks.stapled(page, size, rng) if damage.staple else page


def _seen(page: Picture, damage: Damage, rng: np.random.Generator) -> Picture:
    """Return the sheet as the machine sees it, before noise."""
    size = sheet(page, damage.dpi[0])
    if damage.tilt:
        page = corpus_camera.photographed(page, damage, rng)
    else:
        page = corpus_scan.shaded(corpus_scan.skewed(page, damage, rng), damage.shade, rng)
        page = corpus_scan.bordered(page, size, damage.border, rng)
    return blurred(page, size.pixels(damage.blur))


def _page(
    prints: Sequence[Picture],
    number: int,
    marks: Marks,
    damage: Damage,
    issuer: str,
    rng: np.random.Generator,
) -> Picture:
    page = corpus_scan.toned(_inked(prints, number, damage, rng), damage)
    page = _marked(page, number, marks, damage, issuer, rng)
    page = noised(_seen(page, damage, rng), damage.noise, rng)
    if damage.turn and happens(rng, damage.turned_pages):
        page = corpus_scan.turned(page, damage.turn)
    return corpus_scan.two_levels(page, damage, rng) if damage.bits else page


def _png(page: Picture) -> bytes:
    """Return a black and white page as PNG of one bit a pixel."""
    held = io.BytesIO()
    Image.fromarray(page).convert("1", dither=Image.Dither.NONE).save(held, "PNG")
    return held.getvalue()


def _tiff(pages: Sequence[Picture], dpi: tuple[int, int]) -> bytes:
    """Return black and white pages as fax machines keep them: TIFF of many pages, group 4."""
    first, *rest = (Image.fromarray(page).convert("1", dither=Image.Dither.NONE) for page in pages)
    held = io.BytesIO()
    first.save(held, "TIFF", compression="group4", dpi=dpi, save_all=True, append_images=rest)
    return held.getvalue()


def _jpeg(page: Picture, damage: Damage) -> bytes:
    if page.ndim == 2:
        return jpeg(page, damage.quality)
    _, encoded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, damage.quality])
    return encoded.tobytes()


@dataclass(frozen=True, slots=True)
class Held:
    """A file's suffix and content."""

    suffix: str
    content: bytes


def _held(pages: Sequence[Picture], damage: Damage) -> Held:
    if damage.bits and damage.holder == "tiff":
        return Held(".tif", _tiff(pages, damage.dpi))
    if damage.bits:
        return Held(".pdf", pdf.from_pictures([_png(page) for page in pages], damage.dpi))
    pictures = [_jpeg(page, damage) for page in pages]
    if damage.holder == "jpeg" and len(pictures) == 1:
        return Held(".jpg", pictures[0])
    dpi = damage.dpi[0] if not damage.tilt else 72 * min(pages[0].shape[:2]) / A4_WIDTH
    return Held(".pdf", pdf.from_pictures(pictures, dpi))


def damaged(content: bytes, damage: Damage, issuer: str, seed: str) -> Held:
    """Return the printed report (PDF) as it comes to the archive; a digital one as it is.

    Photos of one page are picture files, those of more pages a PDF of them.
    """
    if damage.kind == "digital":
        return Held(".pdf", content)
    prints = tuple(pdf.pages(content, damage.dpi[0]))
    marks = _marks(damage, len(prints), generator(seed, "marks"))
    pages = [
        _page(prints, number, marks, damage, issuer, generator(seed, number)) for number in range(len(prints))
    ]
    return _held(pages, damage)
