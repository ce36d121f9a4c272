"""The ways a report comes to an archive, by kind and severity: what paper and machine do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from scripts.lib.corpus_chance import between, happens, pick
from scripts.lib.corpus_style import Split

Kind: TypeAlias = Literal["digital", "clean", "office", "poor", "phone", "fax"]
Holder: TypeAlias = Literal["pdf", "tiff", "jpeg"]
STANDARD, FINE = (204, 98), (204, 196)  # dots an inch across and down, ITU-T T.4
SMALL_PRINT = 8.0  # points
KINDS: tuple[Kind, ...] = ("digital", "clean", "office", "poor", "phone", "fax")

NUMBERS_CHANCE: Mapping[Kind, float] = {
    "clean": 0.0,
    "office": 0.1,
    "poor": 0.25,
    "phone": 0.1,
    "fax": 0.08,
}
"""How often somebody has written numbers on the page."""

MOST_NUMBERS = 4

SEVERITIES: Mapping[Split, tuple[float, ...]] = {"tune": (0.2, 0.5, 0.8), "report": (0.35, 0.65, 1.0)}


@dataclass(frozen=True, slots=True)
class Damage:
    """What happens to a report; lengths in millimetres, angles in degrees, shares and opacities 0..1.

    `dpi` is across, down.  Ink: `fade` is the share of toner lost where it is thinnest, `worn` the share
    of rules' length that is faint, `specks` are counted per page.  Paper: `paper` and `black` are grey
    levels of bare paper and full toner, `tint` is how much less blue paper is than red, `show` the opacity
    of the back side.  Marks are counted per document.  Machine: `skew` is the greatest turn of a page,
    `turn` the quarter turns (counter-clockwise) of the pages that lie wrongly, `border` the black strip
    beside the sheet, `bend` and `tilt` the curl and the perspective of a photo as shares of the page's
    side, `shade` the light lost in the darkest corner, `quality` that of JPEG.
    """

    kind: Kind
    severity: float
    dpi: tuple[int, int]
    holder: Holder = "pdf"
    colour: bool = False
    bits: bool = False
    fade: float = 0.0
    worn: float = 0.0
    specks: int = 0
    paper: float = 252.0
    black: float = 45.0
    tint: float = 0.0
    show: float = 0.0
    seals: int = 0
    ticks: int = 0
    notes: int = 0
    numbers: int = 0
    holes: int = 0
    staple: bool = False
    skew: float = 0.0
    turn: int = 0
    turned_pages: float = 0.0
    border: float = 0.0
    bend: float = 0.0
    tilt: float = 0.0
    shade: float = 0.0
    blur: float = 0.06
    noise: float = 0.8
    quality: int = 85

    def names(self) -> tuple[str, ...]:
        """Return the damages present, to break results down by."""
        present = {
            "skew_over_1": self.skew > 1,
            "turned": self.turn != 0,
            "faded": self.fade > 0.2,
            "worn_rules": self.worn > 0,
            "specks": self.specks > 50,
            "grey_paper": self.paper < 235,
            "show_through": self.show > 0,
            "seals": self.seals > 0 and self.colour,
            "seals_without_colour": self.seals > 0 and not self.colour,
            "ticks": self.ticks > 0,
            "handwriting": self.notes > 0,
            "handwritten_numbers": self.numbers > 0,
            "holes": self.holes > 0,
            "staple": self.staple,
            "black_border": self.border > 0,
            "curl": self.bend > 0,
            "perspective": self.tilt > 0,
            "shading": self.shade > 0.15,
            "jpeg_below_50": self.quality < 50 and not self.bits,
            "bilevel_300": self.bits and self.dpi == (300, 300),
            "fax_fine": self.bits and self.dpi == FINE,
            "fax_standard": self.bits and self.dpi == STANDARD,
        }
        return tuple(name for name, there in present.items() if there)


def _turn(rng: np.random.Generator, chance: float) -> tuple[int, float]:
    """Return quarter turns and the share of pages that lie so."""
    if not happens(rng, chance):
        return 0, 0.0
    return int(rng.integers(1, 4)), pick(rng, (0.3, 1.0))


def _clean(rng: np.random.Generator, severity: float) -> Damage:
    return Damage(
        kind="clean",
        severity=severity,
        dpi=pick(rng, ((300, 300), (300, 300), (300, 300), (400, 400))),
        colour=happens(rng, 0.25),
        tint=between(rng, 0, 8),
        fade=0.15 * severity,
        specks=int(15 * severity),
        paper=between(rng, 253 - 8 * severity, 254),
        black=between(rng, 20, 60),
        skew=severity,
        holes=pick(rng, (0, 2), (0.9, 0.1)),
        blur=between(rng, 0.05, 0.06 + 0.04 * severity),
        noise=between(rng, 0.4, 0.6 + severity),
        quality=int(between(rng, 92 - 25 * severity, 94)),
    )


def _office(rng: np.random.Generator, severity: float) -> Damage:
    turn, pages = _turn(rng, 0.12)
    return Damage(
        kind="office",
        severity=severity,
        dpi=(200, 200),
        colour=happens(rng, 0.35),
        tint=between(rng, 0, 14),
        fade=between(rng, 0.05, 0.15 + 0.25 * severity),
        worn=0.15 * severity if happens(rng, 0.25) else 0.0,
        specks=int(between(rng, 5, 30 + 130 * severity)),
        paper=between(rng, 250 - 22 * severity, 252),
        black=between(rng, 30, 75),
        show=0.12 * severity if happens(rng, 0.3) else 0.0,
        seals=1 if happens(rng, 0.15) else 0,
        ticks=int(rng.integers(1, 4)) if happens(rng, 0.15) else 0,
        holes=2 if happens(rng, 0.3) else 0,
        staple=happens(rng, 0.3),
        skew=between(rng, 0.2, 2.0 * severity),
        turn=turn,
        turned_pages=pages,
        border=between(rng, 1, 7) if happens(rng, 0.4) else 0.0,
        shade=0.12 * severity,
        blur=between(rng, 0.07, 0.09 + 0.04 * severity),
        noise=between(rng, 0.8, 1.0 + 2 * severity),
        quality=int(between(rng, 85 - 25 * severity, 88)),
    )


def _poor(rng: np.random.Generator, severity: float) -> Damage:
    turn, pages = _turn(rng, 0.15)
    return Damage(
        kind="poor",
        severity=severity,
        dpi=(150, 150),
        colour=happens(rng, 0.6),
        tint=between(rng, 0, 25),
        fade=between(rng, 0.1, 0.2 + 0.35 * severity),
        worn=between(rng, 0.1, 0.15 + 0.25 * severity) if happens(rng, 0.4) else 0.0,
        specks=int(between(rng, 20, 60 + 160 * severity)),
        paper=between(rng, 245 - 45 * severity, 248),
        black=between(rng, 40, 90),
        show=between(rng, 0.05, 0.08 + 0.12 * severity) if happens(rng, 0.35) else 0.0,
        seals=int(rng.integers(1, 4)) if happens(rng, 0.65) else 0,
        ticks=int(rng.integers(1, 6)) if happens(rng, 0.3) else 0,
        notes=int(rng.integers(1, 3)) if happens(rng, 0.25) else 0,
        holes=pick(rng, (0, 2, 3), (0.6, 0.3, 0.1)),
        staple=happens(rng, 0.3),
        skew=between(rng, 0.5, 3.0 * severity),
        turn=turn,
        turned_pages=pages,
        border=between(rng, 1, 10) if happens(rng, 0.4) else 0.0,
        shade=0.2 * severity,
        blur=between(rng, 0.09, 0.11 + 0.05 * severity),
        noise=between(rng, 1, 2 + 3 * severity),
        quality=int(between(rng, 58 - 18 * severity, 60)),
    )


def _phone(rng: np.random.Generator, severity: float) -> Damage:
    turn, pages = _turn(rng, 0.1)
    return Damage(
        kind="phone",
        severity=severity,
        dpi=pick(rng, ((200, 200), (240, 240), (280, 280))),
        holder="jpeg",
        colour=True,
        tint=between(rng, 5, 30),
        fade=between(rng, 0.0, 0.15),
        paper=between(rng, 200, 240),
        black=between(rng, 35, 70),
        show=0.06 if happens(rng, 0.15) else 0.0,
        seals=1 if happens(rng, 0.25) else 0,
        ticks=int(rng.integers(1, 3)) if happens(rng, 0.1) else 0,
        skew=between(rng, 0.3, 5.0 * severity),
        turn=turn,
        turned_pages=pages,
        bend=between(rng, 0.002, 0.022 * severity) if happens(rng, 0.7) else 0.0,
        tilt=between(rng, 0.01, 0.09 * severity),
        shade=between(rng, 0.1, 0.2 + 0.4 * severity),
        blur=between(rng, 0.07, 0.1 + 0.06 * severity),
        noise=between(rng, 1, 2 + 3 * severity),
        quality=int(between(rng, 75 - 20 * severity, 92)),
    )


def _fax(rng: np.random.Generator, severity: float) -> Damage:
    dpi = pick(rng, (STANDARD, FINE, (300, 300)), (0.6, 0.25, 0.15))
    turn, pages = _turn(rng, 0.06)
    return Damage(
        kind="fax",
        severity=severity,
        dpi=dpi,
        holder=pick(rng, ("pdf", "tiff")),
        bits=True,
        fade=between(rng, 0.0, 0.25 * severity),
        worn=0.1 * severity if happens(rng, 0.2) else 0.0,
        specks=int(between(rng, 5, 30 + 120 * severity)),
        seals=1 if happens(rng, 0.1) else 0,
        skew=between(rng, 0.1, 1.5 * severity),
        turn=turn if dpi[0] == dpi[1] else 2 * min(turn, 1),
        turned_pages=pages,
        border=between(rng, 1, 4) if happens(rng, 0.2) else 0.0,
        blur=between(rng, 0.03, 0.06),
        noise=between(rng, 4, 6 + 12 * severity),
    )


MAKERS: Mapping[str, Callable[[np.random.Generator, float], Damage]] = {
    "clean": _clean,
    "office": _office,
    "poor": _poor,
    "phone": _phone,
    "fax": _fax,
}


def damage(rng: np.random.Generator, kind: Kind, split: Split, size: float = 10.0) -> Damage:
    """Return what happens to a report of `kind` whose tables' print is of `size` points.

    Nothing happens to a digital one; small print is faxed in fine mode, or nobody could read it.
    """
    severity = pick(rng, SEVERITIES[split])
    if kind == "digital":
        return Damage("digital", 0.0, (0, 0))
    done = MAKERS[kind](rng, severity)
    if happens(rng, NUMBERS_CHANCE[kind]):
        done = replace(done, numbers=int(rng.integers(1, MOST_NUMBERS + 1)))
    if size <= SMALL_PRINT and done.dpi == STANDARD:
        return replace(done, dpi=FINE)
    return done
