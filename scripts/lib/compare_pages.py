"""Documents brought to what a tool takes: a PDF, or pictures of the pages; in the tools' own environment."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

DPI = 200  # what img2table renders at, and what the models of the others were trained near
POINTS_PER_INCH = 72


def _square(frame: Any) -> Any:
    """Return a picture whose pixels are as high as wide: a fax has twice as many across as down."""
    across, down = frame.info.get("dpi", (DPI, DPI))
    size = round(frame.width * DPI / across), round(frame.height * DPI / down)
    grey = frame.convert("L") if frame.mode == "1" else frame.convert("RGB")
    return grey if size == grey.size else grey.resize(size)


def pdf_of(path: Path) -> Path:
    """Return `path` where it is a PDF, else its pictures as one, in the folder for temporary files."""
    if path.suffix.lower() == ".pdf":
        return path
    images = import_module("PIL.Image")
    sequences = import_module("PIL.ImageSequence")
    with images.open(path) as opened:
        frames = [_square(frame) for frame in sequences.Iterator(opened)]
    held = io.BytesIO()
    frames[0].save(held, "PDF", resolution=DPI, save_all=True, append_images=frames[1:])
    made = Path(tempfile.gettempdir()) / f"{path.stem}.pdf"
    made.write_bytes(held.getvalue())
    return made


def pages_of(path: Path) -> Iterator[Any]:
    """Return the pages of a document as pictures of DPI, arrays of height x width x 3 (BGR)."""
    library = import_module("pypdfium2")
    with library.PdfDocument(pdf_of(path)) as document:
        for page in document:
            yield page.render(scale=DPI / POINTS_PER_INCH, draw_annots=True).to_numpy()[:, :, :3]


def count_pages(path: Path) -> int:
    library = import_module("pypdfium2")
    with library.PdfDocument(pdf_of(path)) as document:
        return len(document)
