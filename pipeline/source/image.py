"""Pictures as documents: PNG, JPEG, TIFF of many pages, WebP, BMP. The one seam to Pillow."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import DamagedFileError, InputError, TooLargeError
from pipeline.model import POINTS_PER_INCH, Box, Page, PageInfo, Picture
from pipeline.settings import SourceSettings


class ImagePages:
    """The frames of a picture file, upright by their EXIF orientation."""

    def __init__(self, content: bytes, name: str, settings: SourceSettings) -> None:
        self._name = name
        self._settings = settings
        Image.MAX_IMAGE_PIXELS = None  # our own limit speaks instead, with a clear line
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._image = Image.open(io.BytesIO(content))
                self._count = int(getattr(self._image, "n_frames", 1))
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            raise DamagedFileError(f"{name}: damaged picture ({_words(error)})") from error
        if self._count > settings.max_pages:
            raise TooLargeError(f"{name}: {self._count} pages, more than {settings.max_pages}")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Page]:
        for index in range(self._count):
            yield self._page(index)

    def _page(self, index: int) -> Page:
        picture = to_picture(self._frame(index), self._settings)
        info = PageInfo(
            index + 1,
            picture.width / picture.scale,
            picture.height / picture.scale,
            "image",
            dpi=round(picture.dpi, 1),
        )
        return Page(info, picture=picture)

    def _frame(self, index: int) -> Image.Image:
        where = f"{self._name}: page {index + 1}"
        try:
            self._image.seek(index)
            width, height = self._image.size
            if width * height > self._settings.max_pixels:
                raise TooLargeError(f"{where}: {width} x {height} pixels are too many")
            # Loading everything now makes a truncated file fail here, not come back half grey.
            self._image.load()
            return ImageOps.exif_transpose(self._image)
        except InputError:
            raise
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise DamagedFileError(f"{where}: damaged picture ({_words(error)})") from error


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a picture file's first frame, None where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as image:
                return image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _resolution(image: Image.Image, settings: SourceSettings) -> tuple[float, float]:
    """Return dpi across and down; from the page's likely size where the file says nothing credible.

    72 and 96 are what programs write that do not know: an A4 page is assumed then.
    """
    stated = image.info.get("dpi")
    if stated and all(settings.least_dpi <= float(v) <= settings.greatest_dpi for v in stated):
        return float(stated[0]), float(stated[1])
    guess = max(image.size) / settings.page_inches
    return guess, guess


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture in grey or RGB, transparency laid over white paper."""
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        top = 65535.0 if values.max(initial=0.0) > 255 else 255.0
        return Image.fromarray((values.clip(0, top) / top * 255).astype(np.uint8))
    if image.mode in ("LA", "PA", "RGBA", "P"):
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return image.convert("RGB")


def to_picture(image: Image.Image, settings: SourceSettings) -> Picture:
    """Return a Pillow image as a picture with square pixels and at most `settings.max_dpi`.

    Larger ones than `settings.most_seen` are shrunk to that.  Fax pages have half the resolution down
    the page: the coarser axis is stretched to the finer.
    """
    across, down = _resolution(image, settings)
    inches = image.width / across * image.height / down
    dpi = min(max(across, down), settings.max_dpi, math.sqrt(settings.most_seen / inches))
    size = (
        max(1, round(image.width * dpi / across)),
        max(1, round(image.height * dpi / down)),
    )
    flat = _flat(image)
    if size != flat.size:
        shrinking = size[0] * size[1] < flat.width * flat.height
        flat = flat.resize(size, Image.Resampling.BOX if shrinking else Image.Resampling.BICUBIC)
    return Picture(np.ascontiguousarray(np.asarray(flat, dtype=np.uint8)), dpi)


def turned(content: bytes, turn: int, mirrored: bool, settings: SourceSettings) -> bytes:
    """Return a picture file mirrored left to right where asked, then turned clockwise, as a PNG."""
    image = _opened(content, settings)
    if mirrored:
        image = ImageOps.mirror(image)
    out = io.BytesIO()
    _flat(image).rotate(-turn, expand=True).save(out, "PNG", compress_level=1)
    return out.getvalue()


def compose(
    images: Sequence[tuple[Box, bytes]], size: tuple[float, float], dpi: float, settings: SourceSettings
) -> Picture:
    """Return picture files put on white paper of `size` points, each in its box."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit speaks instead
    scale = dpi / POINTS_PER_INCH
    width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    if width * height > settings.max_pixels:
        raise TooLargeError(f"{width} x {height} pixels are too many")
    paper = Image.new("RGB", (width, height), "white")
    for box, content in images:
        place = box.scaled(scale)
        wide, high = max(1, round(place.width)), max(1, round(place.height))
        if wide * high > settings.max_pixels:
            raise TooLargeError(f"{wide} x {high} pixels are too many")
        frame = _flat(_opened(content, settings)).convert("RGB")
        shrinking = wide * high < frame.width * frame.height
        frame = frame.resize((wide, high), Image.Resampling.BOX if shrinking else Image.Resampling.BICUBIC)
        paper.paste(frame, (round(place.left), round(place.top)))
    return Picture(np.ascontiguousarray(np.asarray(paper, dtype=np.uint8)), dpi)


def _opened(content: bytes, settings: SourceSettings) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content))
        if image.width * image.height > settings.max_pixels:
            raise TooLargeError(f"{image.width} x {image.height} pixels are too many")
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise DamagedFileError(f"damaged picture ({_words(error)})") from error
    return image
