"""The report as Markdown for reading: sections with their tables, then the checks.

Text of the document is escaped, so that it is neither Markdown nor HTML.  Tables are HTML inside the
Markdown, since Markdown's own cannot span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from pipeline.emit.tables_html import table_html
from pipeline.emit.text import visible
from pipeline.emit.words import phrase
from pipeline.report import Check, Report, Section, TableRecord

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~=:@$])")
_SECTION_OF = {"proactive": 2, "applications": 3, "disputes": 4}


def plain(text: str) -> str:
    """Return `text` on one line so that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\1", escape(" ".join(visible(text).split()), quote=False))


def _head(report: Report) -> Iterator[str]:
    about = report.report
    yield f"# {plain(about.title or report.document.file)}"
    facts = [about.issuer, about.year and str(about.year), report.document.file]
    yield " · ".join(plain(fact) for fact in facts if fact)
    if report.review.needed:
        reasons = ", ".join(plain(phrase(reason.code)) for reason in report.review.reasons)
        yield f"> 需要复核 Review needed: {reasons}"


def _table(number: int, table: TableRecord) -> Iterator[str]:
    pages = ", ".join(str(part.page) for part in table.parts)
    name = plain(table.caption or phrase(table.kind))
    yield f"**{number}. {name}**" + (f" (第 {pages} 页)" if pages else "")
    yield table_html(table)


def _section(section: Section) -> Iterator[str]:
    yield f"## {plain(section.heading)}"
    yield from (plain(paragraph) for paragraph in section.text if paragraph.strip())


def _check(check: Check) -> str:
    verdict = phrase(check.verdict) if check.verdict else ""
    sides = (check.left, check.right, check.difference)
    numbers = ["" if side is None else format(side, "f") for side in sides]
    cells = (check.id, f"{check.rule.zh} {check.rule.en}", phrase(check.status), *numbers, verdict)
    return f"| {' | '.join(map(plain, cells))} |"


def _checks(checks: Iterable[Check]) -> Iterator[str]:
    lines = [_check(check) for check in checks]
    if lines:
        yield "## 核对 Checks"
        head = "| 编号 id | 规则 rule | 结果 status | 左 left | 右 right | 差 difference | 判定 verdict |"
        yield "\n".join([head, "|---|---|---|---:|---:|---:|---|", *lines])


def _blocks(report: Report) -> Iterator[str]:
    yield from _head(report)
    numbers = {section.number for section in report.sections}
    homes = [_SECTION_OF.get(table.kind) for table in report.tables]
    for section in report.sections:
        yield from _section(section)
        for number, (table, home) in enumerate(zip(report.tables, homes, strict=True), 1):
            if home is not None and home == section.number:
                yield from _table(number, table)
    for number, (table, home) in enumerate(zip(report.tables, homes, strict=True), 1):
        if home is None or home not in numbers:
            yield from _table(number, table)
    yield from _checks(report.checks)


def report_markdown(report: Report) -> bytes:
    """Return `report` as UTF-8 Markdown (CommonMark with GitHub's tables)."""
    return ("\n\n".join(_blocks(report)) + "\n").encode()
