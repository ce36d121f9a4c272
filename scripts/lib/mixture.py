"""An archive as archives are: digital reports, scans, copies, broken files, and some that end readers."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pymupdf

from scripts.lib.faults import fault

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SHARES = {"digital": 45, "scan": 15, "copy": 20, "truncated": 7, "noise": 5, "encrypted": 5}
FAULTS = {"crash": 1, "hang": 1, "hog": 1}
INNOCENT = {"digital": 1}


def make_archive(folder: Path, count: int, seed: int = 1, *, innocent: bool = False) -> None:
    """Write `count` documents to `folder`, the same ones for the same seed; `innocent`: all can be read."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    shares = INNOCENT if innocent else SHARES | FAULTS
    kinds = list(shares)
    made: list[Path] = []
    for number in range(count):
        kind = chance.choices(kinds, list(shares.values()))[0] if made else "digital"
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


def _faulty(kind: str) -> Callable[[int, random.Random], bytes]:
    return lambda number, _: fault(kind, number)


MAKERS: dict[str, Callable[[int, random.Random], bytes]] = {
    "digital": digital_page,
    "scan": scanned_page,
    "truncated": _truncated,
    "noise": _noise,
    "encrypted": _encrypted,
    **{kind: _faulty(kind) for kind in FAULTS},
}
