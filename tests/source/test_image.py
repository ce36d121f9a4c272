"""Picture files become pages: upright, square-pixelled, whole."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import (
    DamagedFileError,
    EmptyFileError,
    InputError,
    MissingFileError,
    NotADocumentError,
    TooLargeError,
)
from pipeline.model import Page
from pipeline.settings import SourceSettings
from pipeline.source import open_document
from tests.source import papers

SETTINGS = SourceSettings()
PAPER = papers.stripes(827, 1169)


def pages(path: Path, settings: SourceSettings = SETTINGS) -> list[Page]:
    return [page for page in open_document(path, settings).pages if isinstance(page, Page)]


def grey(page: Page) -> NDArray[np.int64]:
    assert page.picture is not None
    pixels = page.picture.pixels
    return (pixels if pixels.ndim == 2 else pixels[..., 0]).astype(np.int64)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
    ],
)
def test_every_type_is_known_by_its_content(tmp_path: Path, kind: str, media_type: str) -> None:
    path = tmp_path / "paper.dat"
    path.write_bytes(papers.encoded(PAPER, kind))
    document = open_document(path, SETTINGS)
    assert document.media_type == media_type
    (page,) = document.pages
    assert isinstance(page, Page)
    assert abs(grey(page) - PAPER.astype(int)).mean() < 4


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 1), (8, 3)])
def test_a_phone_picture_is_upright_by_its_own_word(tmp_path: Path, orientation: int, turns: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "phone.jpg"
    path.write_bytes(
        papers.encoded(np.ascontiguousarray(np.rot90(PAPER, turns)), "JPEG", exif=exif, quality=95)
    )
    (page,) = pages(path)
    assert grey(page).shape == PAPER.shape
    assert abs(grey(page) - PAPER.astype(int)).mean() < 4


def test_every_page_of_a_tiff_comes_in_order(tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((400, 300), level, dtype=np.uint8)) for level in (10, 120, 240)]
    path = tmp_path / "pages.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    found = pages(path)
    assert [p.info.number for p in found] == [1, 2, 3]
    assert [int(p.picture.pixels[0, 0]) for p in found if p.picture] == [10, 120, 240]


def test_a_fax_gets_square_pixels(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    Image.fromarray(papers.stripes(1728, 1146) > 128).save(path, dpi=(204, 98), compression="group4")
    (page,) = pages(path)
    assert page.picture is not None
    assert page.picture.dpi == pytest.approx(204, abs=1)
    assert page.picture.height == pytest.approx(1146 * 204 / 98, rel=0.01)
    assert page.info.height / page.info.width == pytest.approx((1146 / 98) / (1728 / 204), rel=0.01)


def test_a_stated_resolution_counts_and_a_default_does_not(tmp_path: Path) -> None:
    stated, unstated = tmp_path / "stated.png", tmp_path / "unstated.png"
    Image.fromarray(PAPER).save(stated, dpi=(150, 150))
    Image.fromarray(PAPER).save(unstated, dpi=(72, 72))
    assert pages(stated)[0].info.dpi == pytest.approx(150, abs=0.5)
    assert pages(unstated)[0].info.dpi == pytest.approx(100, abs=0.5)


def test_transparency_lies_on_white_paper(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (200, 300), (0, 0, 0, 0)).save(path)
    (page,) = pages(path)
    assert page.picture is not None
    assert page.picture.pixels.min() == 255


def test_sixteen_bits_keep_their_greys(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(PAPER.astype(np.uint16) * 257).save(path)
    (page,) = pages(path)
    assert page.picture is not None
    assert abs(page.picture.pixels.astype(int) - PAPER.astype(int)).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP"])
def test_a_truncated_picture_is_damaged_not_half_grey(tmp_path: Path, kind: str) -> None:
    content = papers.encoded(PAPER, kind)
    path = tmp_path / "torn"
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DamagedFileError, match="torn"):
        pages(path)


def test_too_many_pixels_say_so(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (3000, 3000)).save(path)
    with pytest.raises(TooLargeError, match="3000 x 3000"):
        pages(path, SourceSettings(max_pixels=1_000_000))


def test_a_picture_finer_than_need_be_is_shrunk(tmp_path: Path) -> None:
    path = tmp_path / "fine.png"
    Image.new("1", (3000, 2000)).save(path)
    (page,) = pages(path, SourceSettings(most_seen=1_000_000))
    assert page.picture is not None
    assert page.picture.pixels.size == pytest.approx(1_000_000, rel=0.01)
    assert page.picture.width / page.picture.height == pytest.approx(1.5, rel=0.01)


def test_what_is_no_document_says_so(tmp_path: Path) -> None:
    empty, words, folder = tmp_path / "empty.pdf", tmp_path / "words.pdf", tmp_path / "folder"
    empty.touch()
    words.write_text("hello")
    folder.mkdir()
    with pytest.raises(EmptyFileError):
        open_document(empty, SETTINGS)
    with pytest.raises(NotADocumentError):
        open_document(words, SETTINGS)
    with pytest.raises(InputError, match="folder"):
        open_document(folder, SETTINGS)
    with pytest.raises(MissingFileError):
        open_document(tmp_path / "none.pdf", SETTINGS)


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.pdf"
    target = io.BytesIO()
    Image.fromarray(PAPER).save(target, "PNG")
    path.write_bytes(target.getvalue())
    assert open_document(path, SETTINGS).media_type == "image/png"
