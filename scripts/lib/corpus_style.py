"""Random layouts; the tuning and the reporting split have no typeface in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from scripts.lib.corpus_chance import between, happens, pick
from scripts.lib.seeds import HEI, KAI, SERIF, SONG, ZEN_HEI, Engine, Line, Ruling, Style

Split: TypeAlias = Literal["tune", "report"]


@dataclass(frozen=True, slots=True)
class Typefaces:
    """What a split prints with: Chinese typefaces, and those of digits (empty: that of the text)."""

    chinese: tuple[str, ...]
    latin: tuple[str, ...]


TYPEFACES = {
    "tune": Typefaces((SONG, KAI, HEI), ("", "Liberation Serif", "DejaVu Sans")),
    "report": Typefaces((SERIF, ZEN_HEI, "Droid Sans Fallback"), ("", "Nimbus Roman", "Liberation Sans")),
}
FONT_PACKAGES = {
    "Liberation Serif": "fonts-liberation",
    "DejaVu Sans": "fonts-dejavu-core",
    "Nimbus Roman": "fonts-urw-base35",
    "Droid Sans Fallback": "fonts-droid-fallback",
}
RULES = (0.25, 0.5, 0.5, 0.75, 0.75, 1.0, 1.5, 2.0)  # points
RULINGS: tuple[Ruling, ...] = ("full", "no_outer", "no_verticals", "three_lines", "no_rules")
OFTEN = (0.95, 0.02, 0.015, 0.01, 0.005)
SHADES = ("#e7e6e6", "#d9d9d9", "#dbe5f1", "#bfbfbf")
BREAKS = (
    ("商业企业", "商业\n企业"),
    ("科研机构", "科研\n机构"),
    ("社会公益组织", "社会\n公益\n组织"),
    ("法律服务机构", "法律\n服务\n机构"),
    ("结果维持", "结果\n维持"),
    ("结果纠正", "结果\n纠正"),
    ("其他结果", "其他\n结果"),
    ("尚未审结", "尚未\n审结"),
)


def engine(rng: np.random.Generator) -> Engine:
    """Return who prints the report."""
    return pick(rng, ("chromium", "libreoffice"))


def _line(rng: np.random.Generator) -> Line:
    return pick(rng, ("solid", "dotted", "dashed"), (0.93, 0.04, 0.03))


def _plain(rng: np.random.Generator, split: Split, *, brief: bool) -> Style:
    """Return typefaces, sizes and spaces; `brief` reports are printed small, for one page or two."""
    faces = TYPEFACES[split]
    body, table = pick(rng, faces.chinese), pick(rng, faces.chinese)
    landscape = not brief and happens(rng, 0.12)
    side = between(rng, 16, 30)
    return Style(
        body=body,
        heading=pick(rng, faces.chinese),
        title=pick(rng, faces.chinese),
        table=table,
        body_size=9.0 if brief else pick(rng, (10.5, 12.0, 14.0, 16.0)),
        leading=1.25 if brief else between(rng, 1.4, 1.9),
        title_size=13.0 if brief else pick(rng, (16.0, 18.0, 22.0)),
        table_size=7.0 if brief else pick(rng, (8.0, 9.0, 10.0, 10.5, 12.0)),
        padding=0.3 if brief else between(rng, 0.5, 5.0),
        rule=pick(rng, RULES),
        margins=(14, 16, 12, 16) if brief else (between(rng, 18, 35), side, between(rng, 18, 30), side),
        latin=pick(rng, faces.latin),
        landscape=landscape,
        width=pick(rng, (1.0, between(rng, 0.88, 0.98), between(rng, 1.03, 1.12)), (0.6, 0.2, 0.2)),
    )


def _heights(rng: np.random.Generator, *, brief: bool) -> tuple[float, float, float]:
    """Return spaces above the tables: they bring the pages' cuts to any row."""
    if brief:
        return (0.0, 0.0, 0.0)
    one, two, three = (between(rng, 0, 160) if happens(rng, 0.4) else 0.0 for _ in range(3))
    return (one, two, three)


def style(rng: np.random.Generator, split: Split, *, brief: bool) -> Style:
    """Return how a report is laid out."""
    plain = _plain(rng, split, brief=brief)
    framed = happens(rng, 0.15)
    parts = {name: getattr(plain, name) for name in Style.__slots__}
    return Style(
        **parts
        | {
            "frame": max(1.5, 2 * plain.rule) if framed else None,
            "line": "solid" if framed else _line(rng),
            "shade": pick(rng, SHADES) if happens(rng, 0.2) else None,
            "page_numbers": happens(rng, 0.8),
            "header_repeats": happens(rng, 0.25),
            "closed": not framed and happens(rng, 0.5),
            "vertical": happens(rng, 0.3),
            "bold_headers": happens(rng, 0.2),
            "breaks": BREAKS if happens(rng, 0.3) else (),
            "gaps": _heights(rng, brief=brief),
        }
    )


def ruled(rng: np.random.Generator, chosen: Style) -> Style:
    """Return the layout with the rules that an office leaves out, if it does; those left are plain."""
    return with_ruling(chosen, pick(rng, RULINGS, OFTEN))


def with_ruling(chosen: Style, ruling: Ruling) -> Style:
    """Return the layout with other rules; frames and rules at a page's cut are for full ones alone."""
    if ruling == "full":
        return chosen
    return replace(chosen, ruling=ruling, frame=None, closed=False)


def traits(chosen: Style, printer: Engine) -> tuple[str, ...]:
    """Return what is unusual about a layout, by name, to break results down by."""
    drawn = {
        printer: True,
        "landscape": chosen.landscape,
        "thin_rules": chosen.rule <= 0.5,
        "thick_rules": chosen.rule >= 1.5,
        f"{chosen.line}_rules": chosen.line != "solid",
        "framed": chosen.frame is not None,
        "shaded": chosen.shade is not None,
        "header_repeats": chosen.header_repeats,
        "closed_cuts": chosen.closed,
        "vertical_labels": chosen.vertical,
        "broken_labels": bool(chosen.breaks),
        "narrow_tables": chosen.width < 1,
        "wide_tables": chosen.width > 1,
        "small_print": chosen.table_size <= 8,
        chosen.ruling: chosen.ruling != "full",
    }
    return tuple(name for name, there in drawn.items() if there)
