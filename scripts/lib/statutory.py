"""The three statutory tables as an office prints them: cells with spans, labels and figure keys.

Written apart from `pipeline.form` on purpose, so that a fault there cannot hide in the samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

Edition: TypeAlias = Literal["2019-60", "2021-30"]
Kind: TypeAlias = Literal["proactive", "applications", "disputes"]
Role: TypeAlias = Literal["header", "label", "figure"]

APPLICANTS = (
    "natural_person",
    "enterprise",
    "research_institute",
    "welfare_organization",
    "legal_service",
    "other_organization",
    "total",
)
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
DISPUTES = ("reconsideration", "direct_litigation", "litigation_after_reconsideration")
LABEL_COLUMNS = 3
TALL = 8  # rows


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell as printed; `key` names the figure it holds."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    role: Role
    key: str | None = None

    @property
    def tall(self) -> bool:
        """Say whether this is a label so high that an office may print it top to bottom."""
        return self.role == "label" and self.row_span >= TALL

    @property
    def ranged_left(self) -> bool:
        """Say whether an office ranges the text left: numbered labels, but no headers and figures."""
        return self.role == "label" and self.text[:1] in "123456789（(一二四"


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as printed; `widths` are the columns' shares of the whole width."""

    kind: Kind
    edition: Edition
    widths: tuple[float, ...]
    header_rows: int
    cells: tuple[PrintedCell, ...]

    @property
    def rows(self) -> int:
        return max(cell.row + cell.row_span for cell in self.cells)

    @property
    def columns(self) -> int:
        return len(self.widths)

    def in_row(self, row: int) -> tuple[PrintedCell, ...]:
        """Return the cells that begin in `row`, left to right."""
        return tuple(sorted((c for c in self.cells if c.row == row), key=lambda c: c.column))


@dataclass(frozen=True, slots=True)
class Item:
    """An item of 第二十条: its heading, column labels, and rows as (label, keys)."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def _keys(row: str, fields: str) -> tuple[str, ...]:
    return tuple(f"proactive.{row}.{name}" for name in fields.split())


_2019_CHANGE = ("上一年项目数量", "本年增/减", "处理决定数量")
_2019_FIELDS = "items_previous items_change decisions"

PROACTIVE: Mapping[Edition, tuple[Item, ...]] = {
    "2019-60": (
        Item(
            "第二十条第（一）项",
            ("本年新制作数量", "本年新公开数量", "对外公开总数量"),
            (
                ("规章", _keys("regulations", "made published total_public")),
                ("规范性文件", _keys("normative_documents", "made published total_public")),
            ),
        ),
        Item(
            "第二十条第（五）项",
            _2019_CHANGE,
            (
                ("行政许可", _keys("licensing", _2019_FIELDS)),
                ("其他对外管理服务事项", _keys("other_services", _2019_FIELDS)),
            ),
        ),
        Item(
            "第二十条第（六）项",
            _2019_CHANGE,
            (
                ("行政处罚", _keys("penalties", _2019_FIELDS)),
                ("行政强制", _keys("coercive_measures", _2019_FIELDS)),
            ),
        ),
        Item(
            "第二十条第（八）项",
            ("上一年项目数量", "本年增/减"),
            (("行政事业性收费", _keys("fees", "items_previous items_change")),),
        ),
        Item(
            "第二十条第（九）项",
            ("采购项目数量", "采购总金额"),
            (("政府集中采购", _keys("procurement", "items amount")),),
        ),
    ),
    "2021-30": (
        Item(
            "第二十条第（一）项",
            ("本年制发件数", "本年废止件数", "现行有效件数"),
            (
                ("规章", _keys("regulations", "made repealed in_force")),
                ("行政规范性文件", _keys("normative_documents", "made repealed in_force")),
            ),
        ),
        Item(
            "第二十条第（五）项",
            ("本年处理决定数量",),
            (("行政许可", _keys("licensing", "decisions")),),
        ),
        Item(
            "第二十条第（六）项",
            ("本年处理决定数量",),
            (
                ("行政处罚", _keys("penalties", "decisions")),
                ("行政强制", _keys("coercive_measures", "decisions")),
            ),
        ),
        Item(
            "第二十条第（八）项",
            ("本年收费金额（单位：万元）",),
            (("行政事业性收费", _keys("fees", "amount")),),
        ),
    ),
}

Branch: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]

_DENIED: Branch = (
    "（三）不予公开",
    (
        ("1.属于国家秘密", "denied.state_secret"),
        ("2.其他法律行政法规禁止公开", "denied.prohibited_by_law"),
        ("3.危及“三安全一稳定”", "denied.three_securities_one_stability"),
        ("4.保护第三方合法权益", "denied.third_party_rights"),
        ("5.属于三类内部事务信息", "denied.internal_affairs"),
        ("6.属于四类过程性信息", "denied.process_information"),
        ("7.属于行政执法案卷", "denied.enforcement_files"),
        ("8.属于行政查询事项", "denied.administrative_queries"),
    ),
)
_UNABLE: Branch = (
    "（四）无法提供",
    (
        ("1.本机关不掌握相关政府信息", "unable.not_held"),
        ("2.没有现成信息需要另行制作", "unable.needs_creation"),
        ("3.补正后申请内容仍不明确", "unable.still_unclear"),
    ),
)
_REJECTED: Branch = (
    "（五）不予处理",
    (
        ("1.信访举报投诉类申请", "rejected.petition"),
        ("2.重复申请", "rejected.duplicate"),
        ("3.要求提供公开出版物", "rejected.published_material"),
        ("4.无正当理由大量反复申请", "rejected.excessive"),
        ("5.要求行政机关确认或重新出具已获取信息", "rejected.reconfirmation"),
    ),
)
_OTHER: Mapping[Edition, Branch] = {
    "2019-60": ("（六）其他处理", (("", "other"),)),
    "2021-30": (
        "（六）其他处理",
        (
            (
                "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
                "other.not_corrected",
            ),
            (
                "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
                "other.fee_unpaid",
            ),
            ("3.其他", "other.remaining"),
        ),
    ),
}


def _results(edition: Edition) -> tuple[Branch, ...]:
    partially = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    return (
        ("（一）予以公开", (("", "granted"),)),
        (partially, (("", "partially_granted"),)),
        _DENIED,
        _UNABLE,
        _REJECTED,
        _OTHER[edition],
        ("（七）总计", (("", "handled_total"),)),
    )


def _values(row: int, name: str) -> Iterator[PrintedCell]:
    for offset, who in enumerate(APPLICANTS):
        key = f"applications.{name}.{who}"
        yield PrintedCell(row, LABEL_COLUMNS + offset, 1, 1, "", "figure", key)


def _applications_header() -> Iterator[PrintedCell]:
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    yield PrintedCell(0, 0, 3, LABEL_COLUMNS, note, "header")
    yield PrintedCell(0, 3, 1, 7, "申请人情况", "header")
    yield PrintedCell(1, 3, 2, 1, "自然人", "header")
    yield PrintedCell(1, 4, 1, 5, "法人或其他组织", "header")
    yield PrintedCell(1, 9, 2, 1, "总计", "header")
    names = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    for offset, name in enumerate(names):
        yield PrintedCell(2, 4 + offset, 1, 1, name, "header")


def _top_row(row: int, label: str, name: str) -> Iterator[PrintedCell]:
    yield PrintedCell(row, 0, 1, LABEL_COLUMNS, label, "label")
    yield from _values(row, name)


def _branch(row: int, branch: Branch) -> Iterator[PrintedCell]:
    label, leaves = branch
    alone = leaves[0][0] == ""
    yield PrintedCell(row, 1, len(leaves), 2 if alone else 1, label, "label")
    for offset, (text, name) in enumerate(leaves):
        if not alone:
            yield PrintedCell(row + offset, 2, 1, 1, text, "label")
        yield from _values(row + offset, name)


def _applications_body(edition: Edition) -> Iterator[PrintedCell]:
    yield from _top_row(3, "一、本年新收政府信息公开申请数量", "received")
    yield from _top_row(4, "二、上年结转政府信息公开申请数量", "carried_in")
    row = 5
    for branch in _results(edition):
        yield from _branch(row, branch)
        row += len(branch[1])
    yield PrintedCell(5, 0, row - 5, 1, "三、本年度办理结果", "label")
    yield from _top_row(row, "四、结转下年度继续办理", "carried_out")


def applications(edition: Edition) -> PrintedTable:
    """Return the table of section 3: 26 or 28 rows, 10 columns, 3 header rows."""
    cells = (*_applications_header(), *_applications_body(edition))
    widths = (0.07, 0.12, 0.27, *(0.54 / 7,) * 7)
    return PrintedTable("applications", edition, widths, 3, cells)


def _disputes_cells() -> Iterator[PrintedCell]:
    yield PrintedCell(0, 0, 1, 5, "行政复议", "header")
    yield PrintedCell(0, 5, 1, 10, "行政诉讼", "header")
    yield PrintedCell(1, 5, 1, 5, "未经复议直接起诉", "header")
    yield PrintedCell(1, 10, 1, 5, "复议后起诉", "header")
    for group, name in enumerate(DISPUTES):
        for offset, (label, outcome) in enumerate(zip(OUTCOME_LABELS, OUTCOMES, strict=True)):
            column = 5 * group + offset
            row, span = (1, 2) if group == 0 else (2, 1)
            yield PrintedCell(row, column, span, 1, label, "header")
            yield PrintedCell(3, column, 1, 1, "", "figure", f"disputes.{name}.{outcome}")


def disputes(edition: Edition) -> PrintedTable:
    """Return the table of section 4: 4 rows, 15 columns, 3 header rows."""
    return PrintedTable("disputes", edition, (1 / 15,) * 15, 3, tuple(_disputes_cells()))


def _edges(count: int, slots: int, even: bool) -> list[Fraction]:
    if even:
        return [Fraction(k, count) for k in range(count + 1)]
    return [*(Fraction(k, slots) for k in range(count)), Fraction(1)]


def _proactive_rows(item: Item) -> Iterator[tuple[Role, tuple[str, ...], tuple[str | None, ...]]]:
    names = ("信息内容", *item.columns)
    yield "header", names, (None,) * len(names)
    for label, keys in item.rows:
        yield "figure", (label, *("",) * len(keys)), (None, *keys)


def _proactive_item(row: int, item: Item, columns: list[Fraction], even: bool) -> Iterator[PrintedCell]:
    yield PrintedCell(row, 0, 1, len(columns) - 1, item.heading, "header")
    edges = [columns.index(edge) for edge in _edges(len(item.columns) + 1, 4, even)]
    for offset, (role, texts, keys) in enumerate(_proactive_rows(item), start=1):
        for (left, right), text, key in zip(pairwise(edges), texts, keys, strict=True):
            kind: Role = "label" if role == "figure" and key is None else role
            yield PrintedCell(row + offset, left, 1, right - left, text, kind, key)


def proactive(edition: Edition, even: bool = False) -> PrintedTable:
    """Return the table of section 2: 18 or 14 rows.

    Items with fewer than four columns let the last cell span the rest, or, with `even`, divide the
    whole width by themselves, as many offices draw it: then their rules do not meet the others'.
    """
    items = PROACTIVE[edition]
    columns = sorted({edge for item in items for edge in _edges(len(item.columns) + 1, 4, even)})
    cells: list[PrintedCell] = []
    row = 0
    for item in items:
        cells.extend(_proactive_item(row, item, columns, even))
        row += 2 + len(item.rows)
    widths = tuple(float(right - left) for left, right in pairwise(columns))
    return PrintedTable("proactive", edition, widths, 0, tuple(cells))


def fill(table: PrintedTable, figures: Mapping[str, str], relabel: Mapping[str, str]) -> PrintedTable:
    """Return `table` with `figures` (key to printed text) in their cells and labels respelt.

    KeyError where a figure of the form has no text.
    """

    def printed(cell: PrintedCell) -> PrintedCell:
        if cell.key is not None:
            return replace(cell, text=figures[cell.key])
        text = cell.text
        for old, new in relabel.items():
            text = text.replace(old, new)
        return replace(cell, text=text)

    return replace(table, cells=tuple(printed(cell) for cell in table.cells))
