"""A plausible report of the 2021 form, laid out on three A4 pages, from figures read by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.report import (
    BoxList,
    Check,
    DocumentRecord,
    Editions,
    Figure,
    ModelRecord,
    PageRecord,
    Provenance,
    ReadingRecord,
    Reason,
    Report,
    ReportRecord,
    Review,
    Rule,
    Section,
    State,
    TableCell,
    TableKind,
    TablePart,
    TableRecord,
)

EXPECTED = Path(__file__).parents[1] / "data" / "expected"
SUIHUA = "001_1244fb917606d24f"
LEFT, TOP, WIDTH = 60.0, 80.0, 475.0

PROACTIVE = (
    ("第二十条第（一）项", (("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),)),
    ("", (("规章", 3), ("行政规范性文件", 3))),
    ("第二十条第（五）项", (("信息内容", "本年处理决定数量"), ("行政许可", 1))),
    ("第二十条第（六）项", (("信息内容", "本年处理决定数量"), ("行政处罚", 1), ("行政强制", 1))),
    ("第二十条第（八）项", (("信息内容", "本年收费金额（单位：万元）"), ("行政事业性收费", 1))),
)
APPLICANTS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
RESULTS = (
    ("（一）予以公开", ()),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ()),
    (
        "（三）不予公开",
        (
            *("1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益"),
            *("5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项"),
        ),
    ),
    (
        "（四）无法提供",
        ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确"),
    ),
    (
        "（五）不予处理",
        (
            *("1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请"),
            "5.要求行政机关确认或重新出具已获取信息",
        ),
    ),
    ("（六）其他处理", ("1.申请人无正当理由逾期不补正", "2.申请人逾期未按收费通知要求缴纳费用", "3.其他")),
    ("（七）总计", ()),
)
OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell before it has a place: offsets, spans, its text or the key of its figure."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    key: str | None = None


def proactive_slots(keys: list[str]) -> list[Slot]:
    rest, slots, row = iter(keys), [], 0
    for title, lines in PROACTIVE:
        if title:
            slots.append(Slot(row, 0, 1, 4, title))
            row += 1
        for label, *cells in lines:
            slots.append(Slot(row, 0, 1, 1, str(label)))
            if isinstance(cells[0], int):
                span = 3 // cells[0]
                slots += [Slot(row, 1 + i * span, 1, span, "", next(rest)) for i in range(cells[0])]
            else:
                span = 3 // len(cells)
                slots += [Slot(row, 1 + i * span, 1, span, str(text)) for i, text in enumerate(cells)]
            row += 1
    return slots


def application_slots(keys: list[str]) -> list[Slot]:
    rest = iter(keys)
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    slots = [Slot(0, 0, 3, 3, note), Slot(0, 3, 1, 7, "申请人情况"), Slot(1, 3, 2, 1, "自然人")]
    slots += [Slot(1, 4, 1, 5, "法人或其他组织"), Slot(1, 9, 2, 1, "总计")]
    slots += [Slot(2, 4 + i, 1, 1, label) for i, label in enumerate(APPLICANTS)]
    labels: list[list[Slot]] = [
        [Slot(3, 0, 1, 3, "一、本年新收政府信息公开申请数量")],
        [Slot(4, 0, 1, 3, "二、上年结转政府信息公开申请数量")],
    ]
    for label, parts in RESULTS:
        for number, part in enumerate(parts or ("",)):
            row = 3 + len(labels)
            line = [Slot(row, 0, 22, 1, "三、本年度办理结果")] if len(labels) == 2 else []
            if number == 0:
                line.append(Slot(row, 1, max(1, len(parts)), 1 if parts else 2, label))
            labels.append([*line, *([Slot(row, 2, 1, 1, part)] if part else [])])
    labels.append([Slot(3 + len(labels), 0, 1, 3, "四、结转下年度继续办理")])
    for row, line in enumerate(labels, 3):
        slots += line
        slots += [Slot(row, column, 1, 1, "", next(rest)) for column in range(3, 10)]
    return slots


def dispute_slots(keys: list[str]) -> list[Slot]:
    slots = [Slot(0, 0, 1, 5, "行政复议"), Slot(0, 5, 1, 10, "行政诉讼")]
    slots += [Slot(1, i, 2, 1, label) for i, label in enumerate(OUTCOMES)]
    slots += [Slot(1, 5, 1, 5, "未经复议直接起诉"), Slot(1, 10, 1, 5, "复议后起诉")]
    slots += [Slot(2, 5 + i, 1, 1, OUTCOMES[i % 5]) for i in range(10)]
    return slots + [Slot(3, i, 1, 1, "", key) for i, key in enumerate(keys)]


def _place(slot: Slot, columns: int, cut: int, height: float, top: float) -> tuple[int, BoxList]:
    """Return where a slot lies; rows from `cut` on stand overleaf, a cell cut in two on its first page."""
    width = WIDTH / columns
    first = cut if slot.row >= cut else 0
    bottom = slot.row + slot.rows if slot.row >= cut else min(slot.row + slot.rows, cut)
    left = LEFT + slot.column * width
    right = left + slot.columns * width
    return int(slot.row >= cut), (
        left,
        top + (slot.row - first) * height,
        right,
        top + (bottom - first) * height,
    )


def lay_table(
    kind: TableKind,
    slots: list[Slot],
    raws: dict[str, str],
    *,
    page: int,
    cut: int = 99,
    height: float,
    top: float = TOP,
) -> TableRecord:
    rows = max(slot.row + slot.rows for slot in slots)
    columns = max(slot.column + slot.columns for slot in slots)
    cells = []
    for slot in sorted(slots, key=lambda s: (s.row, s.column)):
        overleaf, box = _place(slot, columns, cut, height, top)
        text = raws[slot.key] if slot.key else slot.text
        cells.append(
            TableCell(
                row=slot.row,
                column=slot.column,
                row_span=slot.rows,
                column_span=slot.columns,
                text=text,
                page=page + overleaf,
                box=box,
                confidence=0.998,
                reader="ppocr",
            )
        )
    boxes = [(page, (LEFT, top, LEFT + WIDTH, top + min(rows, cut) * height))]
    if cut < rows:
        boxes.append((page + 1, (LEFT, top, LEFT + WIDTH, top + (rows - cut) * height)))
    parts = tuple(TablePart(page=number, box=box) for number, box in boxes)
    return TableRecord(
        kind=kind,
        edition=None if kind == "disputes" else "2021-30",
        parts=parts,
        rows=rows,
        columns=columns,
        cells=tuple(cells),
    )


def plausible_report(changes: dict[str, str] | None = None) -> Report:
    """Return the Suihua report of 2021; `changes` gives other printed texts by figure key."""
    source = json.loads((EXPECTED / f"{SUIHUA}.json").read_text("utf-8"))
    raws = {key: str(figure["raw"]) for key, figure in source["figures"].items()} | (changes or {})
    by_kind = {
        k: [key for key in raws if key.startswith(k)] for k in ("proactive", "applications", "disputes")
    }
    slots = {
        "proactive": proactive_slots(by_kind["proactive"]),
        "applications": application_slots(by_kind["applications"]),
        "disputes": dispute_slots(by_kind["disputes"]),
    }
    tables = (
        lay_table("proactive", slots["proactive"], raws, page=1, height=30.0),
        lay_table("applications", slots["applications"], raws, page=2, cut=19, height=36.0),
        lay_table("disputes", slots["disputes"], raws, page=3, height=25.0, top=460.0),
    )
    cells = {
        slot.key: cell
        for kind, table in zip(slots, tables, strict=True)
        for slot, cell in zip(sorted(slots[kind], key=lambda s: (s.row, s.column)), table.cells, strict=True)
        if slot.key
    }
    figures = {key: _figure(key, raws[key], cells[key]) for key in raws}
    return Report(
        document=DocumentRecord(
            file="绥化 2021.pdf",
            sha256="0" * 64,
            media_type="application/pdf",
            pages=tuple(PageRecord(width=595, height=842, kind="scan", skew=0.4, dpi=300) for _ in range(3)),
        ),
        report=ReportRecord(
            title="2021年政府信息公开工作年度报告",
            issuer=source["issuer"],
            year=source["year"],
            editions=Editions(proactive="2021-30", applications="2021-30"),
        ),
        sections=_sections(),
        tables=tables,
        figures=figures,
        checks=_checks(),
        review=Review(
            needed=True,
            reasons=(Reason(code="check_failed", figures=("applications.granted.total",), pages=(2,)),),
        ),
        provenance=Provenance(
            version="0.1.0",
            engine="openvino",
            models=(ModelRecord(name="PP-OCRv6_small_rec", role="recognizer", sha256="a" * 64),),
            settings={"review.low_confidence": 0.95},
            seconds={"read": 1.25},
        ),
    )


STATES: dict[str, State] = {"": "blank", "/": "dash", "无": "none_word"}


def _number(raw: str) -> Decimal | None:
    try:
        return Decimal(raw)
    except ArithmeticError:
        return None


def _figure(key: str, raw: str, cell: TableCell) -> Figure:
    value = _number(raw)
    unsure = key == "proactive.penalties.decisions"
    flags: tuple[str, ...] = ("check_failed",) if key.startswith("applications.granted.") else ()
    return Figure(
        value=value,
        raw=raw,
        state="number" if value is not None else STATES.get(raw, "text"),
        page=cell.page,
        box=cell.box,
        confidence=0.71 if unsure else 0.998,
        reader="ppocr",
        readings=(ReadingRecord(reader="ppocr@2x", raw="214", confidence=0.6),) if unsure else (),
        flags=("low_confidence", "readers_disagree") if unsure else flags,
    )


def _sections() -> tuple[Section, ...]:
    return (
        Section(number=1, heading="一、总体情况", text=("委机关本级主动公开的政府信息161条。",), page=1),
        Section(number=2, heading="二、主动公开政府信息情况", text=(), page=1),
        Section(number=3, heading="三、收到和处理政府信息公开申请情况", text=(), page=2),
        Section(number=4, heading="四、行政复议、行政诉讼情况", text=(), page=3),
        Section(number=6, heading="六、其他需要报告的事项", text=("无需要说明的其他事项。",), page=3),
    )


def _checks() -> tuple[Check, ...]:
    people = "applications.granted.natural_person"
    total = "applications.granted.total"
    words = Rule(zh="自然人与各类组织之和等于总计", en="natural person + organizations = total")
    balance = Rule(zh="新收 + 结转 = 办理总计 + 结转下年", en="received + carried in = handled + carried out")
    return (
        Check(
            id="balance.total",
            family="balance",
            rule=balance,
            status="pass",
            left=Decimal(2),
            right=Decimal(2),
            difference=Decimal(0),
            figures=("applications.received.total", "applications.handled_total.total"),
        ),
        Check(
            id="applicants.granted",
            family="applicants",
            rule=words,
            status="fail",
            left=Decimal(2),
            right=Decimal(0),
            difference=Decimal(2),
            figures=(people, total),
            verdict="source_error",
            suspects=(total, people),
        ),
        Check(
            id="results.total",
            family="results",
            rule=Rule(zh="各项结果之和等于总计", en="results = total"),
            status="not_assessable",
            figures=(total,),
        ),
    )
