"""Makes the samples: each seed as a digital PDF, as a clean scan and as a poor scan of it, with its truth."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.lib import degrade, pdf, render, truth
from scripts.lib.document import Document, load
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.screenshot import screenshot
from scripts.lib.seeds import SAMPLES, SEEDS, Seed

SCANNERS = {"scan": degrade.CLEAN, "poor": degrade.POOR}


def printed(document: Document, seed: Seed) -> bytes:
    """Return the report printed to PDF by the seed's engine."""
    if seed.engine == "libreoffice":
        return pdf.tidied(render.print_docx(docx(document, seed.style)))
    picture = ""
    if any(block.kind == "picture" for block in document.blocks):
        picture = "data:image/jpeg;base64," + base64.b64encode(screenshot()).decode()
    return pdf.tidied(render.print_html(html(document, seed.style, picture)))


def scan(content: bytes, scanner: degrade.Scanner, name: str) -> bytes:
    """Return a PDF of page pictures: `content` as `scanner` sees it, each page by its own seed."""
    pictures = [
        degrade.jpeg(degrade.scanned(page, scanner, degrade.generator(name, number)), scanner.quality)
        for number, page in enumerate(pdf.pages(content, scanner.dpi), start=1)
    ]
    return pdf.from_pictures(pictures, scanner.dpi)


def files(seed: Seed) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the seed's folder."""
    document = load(seed)
    content = printed(document, seed)
    yield "truth.json", truth.dump(truth.build(document)).encode()
    yield "digital.pdf", content
    for name, scanner in SCANNERS.items():
        yield f"{name}.pdf", scan(content, scanner, f"{seed.folder}/{name}")


def main(arguments: list[str] | None = None) -> int:
    """Make the samples of the seeds named, or of all; 3 where a Debian package is missing."""
    parser = argparse.ArgumentParser(prog="scripts/samples", description=main.__doc__)
    names = [seed.folder for seed in SEEDS]
    parser.add_argument("seeds", nargs="*", metavar="SEED", help=f"of {', '.join(names)}")
    parser.add_argument("-o", "--out", type=Path, default=SAMPLES, help="default: samples/")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.seeds) - set(names))
    if unknown:
        parser.error(f"no such seed: {', '.join(unknown)}; there are {', '.join(names)}")
    missing = render.missing_packages()
    if missing:
        print(f"missing Debian packages; run: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 3
    for seed in SEEDS:
        if options.seeds and seed.folder not in options.seeds:
            continue
        folder = options.out / seed.folder
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files(seed):
            (folder / name).write_bytes(content)
            print(f"{folder / name}: {len(content) / 1000:.0f} kB")
    return 0
