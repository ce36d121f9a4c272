"""Documents that are broken, locked or hostile, made by hand: a few hundred bytes each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pymupdf

from scripts.lib.pdf import of_objects

BOMB_DEPTH, BOMB_WIDTH = 8, 12  # 12^8 forms to draw: hours
SLOW_DEPTH, SLOW_PAGES = 4, 200  # within all limits, and minutes to draw


def stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def nested_forms(depth: int, pages: int) -> bytes:
    """Return pages that each show a form 12 times, which shows a form 12 times, and so on."""
    first = 4 + pages
    names = [first + level for level in range(depth)]
    forms = []
    for level in range(depth):
        content = b"/F Do " * BOMB_WIDTH if level < depth - 1 else b"0 0 m 9 9 l S"
        below = b"/Resources << /XObject << /F %d 0 R >> >>" % (names[level] + 1)
        extra = below if level < depth - 1 else b""
        forms.append(stream(b"/Type /XObject /Subtype /Form /BBox [0 0 99 99] " + extra, content))
    page = (
        b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /XObject << /F %d 0 R >> >> >>" % first
    )
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    tree = b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595 842] >>" % (kids, pages)
    drawn = stream(b"", b"/F Do " * BOMB_WIDTH)
    return of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", tree, drawn, *[page] * pages, *forms)


def slow(folder: Path) -> Path:
    """Pages that are within all limits, and take minutes to draw."""
    path = folder / "slow.pdf"
    path.write_bytes(nested_forms(SLOW_DEPTH, SLOW_PAGES))
    return path


def plain(folder: Path, name: str = "plain.pdf") -> Path:
    """One page with a line of text and no table."""
    path = folder / name
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "nothing but a line")
        document.save(path)
    return path


def encrypted(folder: Path) -> Path:
    """A page behind a password."""
    path = folder / "encrypted.pdf"
    with pymupdf.open() as document:
        document.new_page()
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner")
    return path


def truncated(folder: Path) -> Path:
    """The first bytes of a PDF."""
    path = folder / "truncated.pdf"
    path.write_bytes(plain(folder).read_bytes()[:100])
    return path


def without_pages(folder: Path) -> Path:
    path = folder / "no-pages.pdf"
    path.write_bytes(
        of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    )
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.pdf"
    path.touch()
    return path


def not_a_document(folder: Path) -> Path:
    path = folder / "notes.pdf"
    path.write_bytes(b"\x00\x01\x02 these bytes are of no type" * 9)
    return path


def truncated_picture(folder: Path) -> Path:
    """The first bytes of a PNG."""
    path = folder / "picture.png"
    path.write_bytes(pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 400, 400)).tobytes("png")[:60])
    return path


def missing(folder: Path) -> Path:
    return folder / "missing.pdf"


def directory(folder: Path) -> Path:
    path = folder / "folder.pdf"
    path.mkdir()
    return path


UNREADABLE: tuple[Callable[[Path], Path], ...] = (
    not_a_document,
    empty,
    truncated,
    truncated_picture,
    missing,
    directory,
    without_pages,
)
