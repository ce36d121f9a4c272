"""Real rendering: a browser prints HTML, LibreOffice prints Word files; both are Debian packages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ATTEMPTS = 3
TIMEOUT = 180.0  # seconds; a cold LibreOffice on a busy machine needs near a minute
PACKAGES = {"chromium": "chromium", "soffice": "libreoffice-writer-nogui", "fc-match": "fontconfig"}
FONT_PACKAGES = {
    "AR PL UMing CN": "fonts-arphic-uming",
    "AR PL UKai CN": "fonts-arphic-ukai",
    "Noto Sans CJK SC": "fonts-noto-cjk",
    "Noto Serif CJK SC": "fonts-noto-cjk",
    "WenQuanYi Zen Hei": "fonts-wqy-zenhei",
}


def missing_packages(more: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the Debian packages that printing the samples needs and this machine lacks, sorted.

    `more` are further typefaces and their packages.
    """
    fonts = FONT_PACKAGES | dict(more or {})
    missing = {package for program, package in PACKAGES.items() if shutil.which(program) is None}
    if "fontconfig" not in missing:
        missing |= {package for family, package in fonts.items() if not _has_font(family)}
    return tuple(sorted(missing))


def _has_font(family: str) -> bool:
    done = subprocess.run(
        ["fc-match", "--format=%{family}", family],
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
    )
    return family in done.stdout


def _chromium(folder: Path, *arguments: str) -> None:
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}",
        *arguments,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)


def print_html(html: str) -> bytes:
    """Return `html` printed to PDF by Chromium; subprocess errors where it fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page, out = folder / "page.html", folder / "page.pdf"
        page.write_text(html, encoding="utf-8")
        _chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri())
        return out.read_bytes()


def picture_html(html: str, width: int, height: int) -> bytes:
    """Return a PNG of `html` as Chromium shows it in a window of `width` x `height` pixels."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page, out = folder / "page.html", folder / "page.png"
        page.write_text(html, encoding="utf-8")
        _chromium(folder, f"--window-size={width},{height}", f"--screenshot={out}", page.as_uri())
        return out.read_bytes()


def print_docx(content: bytes) -> bytes:
    """Return a Word file printed to PDF by LibreOffice; subprocess errors where it fails.

    Now and then it crashes on what it prints the next time: hours of work are not lost to that.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(subprocess.CalledProcessError):
            return _print_docx(content)
    return _print_docx(content)


def _print_docx(content: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "page.docx"
        page.write_bytes(content)
        command = [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(page),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
        return page.with_suffix(".pdf").read_bytes()
