"""The form's tables as different offices draw them: labels respelt, other widths, stray blank rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.lib import statutory
from scripts.lib.corpus_chance import between, happens, pick
from scripts.lib.statutory import Edition, PrintedCell, PrintedTable

SPELLINGS = (
    {"（": "(", "）": ")"},
    {"1.": "1. ", "2.": "2. ", "3.": "3. "},
    {"1.": "1、", "2.": "2、", "3.": "3、", "4.": "4、", "5.": "5、", "6.": "6、", "7.": "7、", "8.": "8、"},
    {"总计": "总 计"},
    {"自然人": "自 然 人", "信息内容": "信 息 内 容"},
    {"其他法律行政法规禁止公开": "其他法律行政止公开"},
    {"行政规范性文件": "规范性文件"},
    {"补正后申请内容仍不明确": "补正后申请内容任不明确"},
    {"危及“三安全一稳定”": "危及\u0022三安全一稳定\u0022"},
    {"（本列数据的勾稽关系为：": "（本列数据的钩稽关系为："},
    {"上一年项目数量": "上一年项目数", "本年增/减": "本年增／减"},
)


def relabelling(rng: np.random.Generator) -> dict[str, str]:
    """Return how an office respells labels: mostly not at all."""
    out: dict[str, str] = {}
    for spelling in SPELLINGS:
        if happens(rng, 0.1):
            out |= spelling
    return out


def _label_widths(rng: np.random.Generator, table: PrintedTable) -> PrintedTable:
    first, second, third = between(rng, 0.04, 0.08), between(rng, 0.09, 0.14), between(rng, 0.2, 0.31)
    rest = (1 - first - second - third) / 7
    return replace(table, widths=(first, second, third, *(rest,) * 7))


def _with_blank_row(table: PrintedTable) -> PrintedTable:
    """Return the table with an empty row of its own at the foot, as left by a word processor."""
    row = table.rows
    blank = tuple(PrintedCell(row, column, 1, 1, "", "label") for column in range(table.columns))
    return replace(table, cells=(*table.cells, *blank))


def tables(rng: np.random.Generator, proactive: Edition, applications: Edition) -> tuple[PrintedTable, ...]:
    """Return the three tables, figures not yet filled in."""
    drawn = [
        statutory.proactive(proactive, even=happens(rng, 0.5)),
        _label_widths(rng, statutory.applications(applications)),
        statutory.disputes(applications),
    ]
    if happens(rng, 0.05):
        which = pick(rng, (1, 2))
        drawn[which] = _with_blank_row(drawn[which])
    return tuple(drawn)
