"""The five seed reports: how each text is cleaned, and how its office laid the report out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from scripts.lib.prose import Cleaning

Engine: TypeAlias = Literal["chromium", "libreoffice"]
Line: TypeAlias = Literal["solid", "dotted", "dashed"]
Ruling: TypeAlias = Literal["full", "no_outer", "no_verticals", "three_lines", "no_rules"]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

SONG = "AR PL UMing CN"
KAI = "AR PL UKai CN"
HEI = "Noto Sans CJK SC"
ZEN_HEI = "WenQuanYi Zen Hei"
SERIF = "Noto Serif CJK SC"


@dataclass(frozen=True, slots=True)
class Style:
    """How an office prints a report; sizes in points, margins (top, right, bottom, left) in millimetres.

    `gaps` are extra points of space above the three tables: they decide where a page cuts them.
    `latin` is the typeface of digits, where it is not that of the text; `width` the tables' share of the
    text's width; `frame` the weight of a table's outer rules; `line` how rules are drawn.  `closed` draws
    rules on both sides of a page's cut, which a browser leaves out, and lets no page cut through a row;
    `vertical` prints labels of many rows top to bottom; `breaks` are labels and their broken lines.
    `ruling` says which rules are drawn; `three_lines` are those above and below the header and at the foot.
    """

    body: str
    heading: str
    title: str
    table: str
    body_size: float = 12.0
    leading: float = 1.6
    title_size: float = 20.0
    table_size: float = 10.0
    padding: float = 2.0
    rule: float = 0.75
    margins: tuple[float, float, float, float] = (25.0, 24.0, 22.0, 24.0)
    shade: str | None = None
    page_numbers: bool = True
    header_repeats: bool = False
    even: bool = False
    gaps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    latin: str = ""
    landscape: bool = False
    width: float = 1.0
    frame: float | None = None
    line: Line = "solid"
    closed: bool = False
    vertical: bool = False
    bold_headers: bool = False
    breaks: tuple[tuple[str, str], ...] = ()
    ruling: Ruling = "full"

    def broken(self, text: str) -> str:
        """Return a label with its line breaks."""
        for label, lines in self.breaks:
            text = text.replace(label, lines)
        return text


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed: files of its text and figures, the folder of its samples, cleaning, style, engine."""

    stem: str
    folder: str
    engine: Engine
    cleaning: Cleaning
    style: Style
    relabel: dict[str, str] = field(default_factory=dict)
    reprint: dict[str, str] = field(default_factory=dict)
    note: str = ""


CHENGKOU = Seed(
    stem="000_d3db69baec5aea83",
    folder="chengkou-2020",
    engine="chromium",
    cleaning=Cleaning(
        drop=("大中小", "浏览器版本过低", "渝公网安备"),
    ),
    style=Style(body=SONG, heading=ZEN_HEI, title=ZEN_HEI, table=SONG, title_size=18.0, body_size=12.0),
    relabel={"（": "(", "）": ")"},
)
SUIHUA = Seed(
    stem="001_1244fb917606d24f",
    folder="suihua-2021",
    engine="libreoffice",
    cleaning=Cleaning(
        title_lines=2,
        respell=((r"\[bookmark: _GoBack\]", ""), (r"^2、 主动公开", "二、主动公开"), (r"。 +", "。")),
    ),
    style=Style(body=SONG, heading=HEI, title=HEI, table=SONG, header_repeats=True, padding=3.2),
)
JINXIANG = Seed(
    stem="002_666e9dc88e2a2bfc",
    folder="jinxiang-2023",
    engine="chromium",
    cleaning=Cleaning(
        skip=((r"^索引号", r"^\(四\)"),),
        respell=(
            (r"^\s*- +(?=\(|2023)", ""),
            (r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f]|2023 )", ""),
            (r"(?<=2023) +", ""),
        ),
    ),
    style=Style(body=KAI, heading=HEI, title=SERIF, table=KAI, shade="#d9d9d9", even=True, title_size=18.0),
    relabel={"1.": "1. "},
)
LINGSHOU = Seed(
    stem="003_a61b02e58989a28b",
    folder="lingshou-2021",
    engine="libreoffice",
    cleaning=Cleaning(title_lines=2, respell=((r"^总体情况$", "一、总体情况"),)),
    style=Style(body=KAI, heading=ZEN_HEI, title=ZEN_HEI, table=ZEN_HEI, even=True),
    relabel={"行政规范性文件": "规范性文件"},
)
WENZHOU = Seed(
    stem="004_9d21c23fe3a15276",
    folder="wenzhou-2020",
    engine="chromium",
    cleaning=Cleaning(title_lines=2, respell=((r"\[bookmark: _GoBack\]", ""),)),
    style=Style(body=SERIF, heading=HEI, title=SERIF, table=HEI, even=True, padding=1.4),
    reprint={"disputes.reconsideration.upheld": "0 "},
)

SEEDS = (CHENGKOU, SUIHUA, JINXIANG, LINGSHOU, WENZHOU)
