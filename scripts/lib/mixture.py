"""An archive as archives are: digital reports, scans, copies, broken files, and some that hang readers."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pymupdf

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DEPTH, WIDTH = 8, 12  # a form shown 12 times, which shows a form 12 times, 8 deep: hours to draw
SHARES = {"digital": 45, "scan": 15, "copy": 20, "truncated": 7, "noise": 5, "encrypted": 5, "bomb": 3}


def make_archive(folder: Path, count: int, seed: int = 1) -> None:
    """Write `count` documents to `folder`, the same ones for the same seed."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    kinds = list(SHARES)
    made: list[Path] = []
    for number in range(count):
        kind = chance.choices(kinds, list(SHARES.values()))[0] if made else "digital"
        path = folder / f"{number:05}-{kind}.pdf"
        if kind == "copy":
            path.write_bytes(chance.choice(made).read_bytes())
        else:
            path.write_bytes(MAKERS[kind](number, chance))
            made.append(path)


def _page(name: str, number: int, chance: random.Random) -> bytes:
    """One page of a sample, marked with `number` so that no two are alike."""
    source = chance.choice(sorted(SAMPLES.glob(f"*/{name}.pdf")))
    with pymupdf.open(source) as document:
        document.select([chance.randrange(document.page_count)])
        document.set_metadata({"title": str(number)})
        content: bytes = document.tobytes(garbage=3, deflate=True, no_new_id=True)
    return content


def digital_page(number: int, chance: random.Random) -> bytes:
    """Return one page of a sample with its text layer."""
    return _page("digital", number, chance)


def scanned_page(number: int, chance: random.Random) -> bytes:
    """Return one scanned page of a sample."""
    return _page(chance.choice(("scan", "poor")), number, chance)


def _truncated(number: int, chance: random.Random) -> bytes:
    content = digital_page(number, chance)
    return content[: chance.randrange(20, 200)] + str(number).encode()


def _noise(_: int, chance: random.Random) -> bytes:
    return b"\x00\x01" + chance.randbytes(2_000)


def _encrypted(number: int, chance: random.Random) -> bytes:
    with pymupdf.open(stream=digital_page(number, chance), filetype="pdf") as document:
        content: bytes = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="p", owner_pw="o")
    return content


def _bomb(number: int, _: random.Random) -> bytes:
    """A page that takes hours to draw."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.draw_line((0, 0), (9, 9))
        for _level in range(DEPTH):
            with pymupdf.open(stream=document.tobytes(), filetype="pdf") as inner:
                page = document.new_page()
                for _time in range(WIDTH):
                    page.show_pdf_page(page.rect, inner, 0)
            document.delete_page(0)
        document.set_metadata({"title": str(number)})
        content: bytes = document.tobytes()
    return content


MAKERS: dict[str, Callable[[int, random.Random], bytes]] = {
    "digital": digital_page,
    "scan": scanned_page,
    "truncated": _truncated,
    "noise": _noise,
    "encrypted": _encrypted,
    "bomb": _bomb,
}
