"""A report as HTML for a browser to print, laid out as an office lays it out on A4."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from scripts.lib.document import Document
from scripts.lib.prose import Block
from scripts.lib.seeds import Style
from scripts.lib.statutory import PrintedCell, PrintedTable

CSS = """
@page {{ size: A4{turn}; margin: {margins}; {number} }}
html {{ font-family: {latin}"{body}"; font-size: {body_size}pt; line-height: {leading}; }}
body {{ margin: 0; orphans: 1; widows: 1; }}
h1 {{ font: {title_size}pt/1.5 "{title}"; text-align: center; margin: 0 0 {body_size}pt; }}
h2 {{ font: {body_size}pt/{leading} "{heading}"; margin: 0; text-indent: 2em; break-after: avoid; }}
h3 {{ font: inherit; margin: 0; text-indent: 2em; break-after: avoid; }}
p {{ margin: 0; text-indent: 2em; text-align: justify; overflow-wrap: anywhere; }}
p.caption {{ text-indent: 0; text-align: center; font-size: {caption_size}pt; break-after: avoid; }}
p.picture {{ text-indent: 0; text-align: center; }}
p.picture img {{ width: 88%; border: 0.5pt solid #888; }}
table {{ border-collapse: collapse; table-layout: fixed; width: 100%; margin: 0 0 {body_size}pt;
  font: {table_size}pt/1.25 {latin}"{table}"; }}
td {{ border: {rule}pt {line} #000; padding: {padding}pt 3pt; text-align: center; vertical-align: middle;
  overflow-wrap: anywhere; text-indent: 0; white-space: pre-wrap; }}
td.left {{ text-align: left; }}
tr.shade td {{ background: {shade}; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
"""

CLOSED = """
tr {{ break-inside: avoid; }}
table {{ border-collapse: separate; border-spacing: 0; border: {rule}pt {line} #000;
  border-width: {rule}pt 0 0 {rule}pt; box-decoration-break: clone; -webkit-box-decoration-break: clone; }}
td {{ border-width: 0 {rule}pt {rule}pt 0; box-decoration-break: clone;
  -webkit-box-decoration-break: clone; }}
"""
FRAME = "table {{ border: {frame}pt solid #000; }}\n"
RULINGS = {
    "full": "",
    "no_outer": "table {{ border-style: hidden; }}\n",
    "no_verticals": "td {{ border-left: none; border-right: none; }}\n",
    "three_lines": "td {{ border: none; }}\ntd.above {{ border-top: {rule}pt {line} #000; }}\n"
    "td.under {{ border-bottom: {rule}pt {line} #000; }}\n",
    "no_rules": "td {{ border: none; }}\n",
}
BOLD = "td.header { font-weight: bold; }\n"
VERTICAL = "td.tall span { writing-mode: vertical-rl; }\n"

PAGE_NUMBER = '@bottom-center {{ content: "- " counter(page) " -"; font: 10.5pt "{body}"; }}'


def _overhang(style: Style) -> float:
    """Return by how many millimetres tables are wider than the text, on each side.

    A browser cuts off what goes past the page's margins, so these are made narrower for it.
    """
    paper = 297.0 if style.landscape else 210.0
    return max(0.0, (style.width - 1) / 2 * (paper - style.margins[1] - style.margins[3]))


def _margins(style: Style) -> str:
    top, right, bottom, left = style.margins
    over = _overhang(style)
    return " ".join(f"{side:.2f}mm" for side in (top, right - over, bottom, left - over))


def _css(style: Style) -> str:
    css = CSS.format(
        turn=" landscape" if style.landscape else "",
        latin=f'"{style.latin}", ' if style.latin else "",
        line=style.line,
        margins=_margins(style),
        number=PAGE_NUMBER.format(body=style.body) if style.page_numbers else "",
        body=style.body,
        body_size=style.body_size,
        caption_size=style.body_size - 2,
        leading=style.leading,
        title=style.title,
        title_size=style.title_size,
        heading=style.heading,
        table=style.table,
        table_size=style.table_size,
        rule=style.rule,
        padding=style.padding,
        shade=style.shade or "none",
    )
    return css + _extras(style)


def _extras(style: Style) -> str:
    """Return the rules of the less usual ways to print."""
    out = CLOSED.format(rule=style.rule, line=style.line) if style.closed else ""
    out += RULINGS[style.ruling].format(rule=style.rule, line=style.line)
    if style.frame is not None:
        out += FRAME.format(frame=style.frame)
    if style.width < 1:
        out += f"table {{ width: {100 * style.width}%; margin-left: {50 * (1 - style.width)}%; }}\n"
    if style.width > 1:
        over = _overhang(style)
        out += f"body > :not(table) {{ margin-left: {over}mm; margin-right: {over}mm; }}\n"
    out += BOLD if style.bold_headers else ""
    return out + (VERTICAL if style.vertical else "")


def _class(cell: PrintedCell, style: Style) -> str:
    """Return the class of a cell that is not printed as most are."""
    if style.vertical and cell.tall:
        return "tall"
    if style.bold_headers and cell.role == "header":
        return "header"
    return "left" if cell.ranged_left else ""


def _edges(table: PrintedTable, cell: PrintedCell, style: Style) -> str:
    """Return the classes of a cell that stands on one of a table's three lines."""
    if style.ruling != "three_lines":
        return ""
    stop = cell.row + cell.row_span
    above = ["above"] if cell.row == 0 else []
    return " ".join([*above, *(["under"] if stop in (table.header_rows, table.rows) else [])])


def _cell(cell: PrintedCell, style: Style, edges: str = "", empty: str = "") -> str:
    spans = ""
    if cell.row_span > 1:
        spans += f' rowspan="{cell.row_span}"'
    if cell.column_span > 1:
        spans += f' colspan="{cell.column_span}"'
    name = _class(cell, style)
    text = escape(style.broken(cell.text) if cell.key is None else cell.text)
    if name == "tall":
        text = f"<span>{text}</span>"
    text = text or empty
    classes = " ".join(part for part in (name, edges) if part)
    attribute = f' class="{classes}"' if classes else ""
    return f"<td{spans}{attribute}>{text}</td>"


def _row(table: PrintedTable, row: int, style: Style) -> str:
    cells = table.in_row(row)
    shaded = style.shade and all(cell.role == "header" for cell in cells)
    open_tag = '<tr class="shade">' if shaded else "<tr>"
    # As high as a line, as word processors keep it: a browser closes a row in which nothing stands.
    empty = "" if any(cell.text for cell in cells) else "<br>"
    printed = (_cell(cell, style, _edges(table, cell, style), empty) for cell in cells)
    return open_tag + "".join(printed) + "</tr>"


def _table(table: PrintedTable, gap: float, style: Style) -> Iterator[str]:
    yield f'<table style="margin-top: {gap}pt"><colgroup>'
    yield from (f'<col style="width: {100 * width:.4f}%">' for width in table.widths)
    yield "</colgroup>"
    head = table.header_rows if style.header_repeats else 0
    if head:
        yield "<thead>" + "".join(_row(table, row, style) for row in range(head)) + "</thead>"
    yield "<tbody>" + "\n".join(_row(table, row, style) for row in range(head, table.rows)) + "</tbody>"
    yield "</table>"


def _prose(block: Block) -> str:
    tag = {"heading": "h2", "subheading": "h3", "caption": 'p class="caption"'}.get(block.kind, "p")
    return f"<{tag}>{escape(block.text)}</{tag.split()[0]}>"


def html(document: Document, style: Style, picture: str = "") -> str:
    """Return `document` as one self-contained page of HTML; `picture` is the address of its picture."""
    out = [f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>{_css(style)}</style>']
    out.append("<h1>" + "<br>".join(map(escape, document.title)) + "</h1>")
    tables = iter(zip(document.tables, style.gaps, strict=True))
    for block in document.blocks:
        if block.kind == "table":
            out.extend(_table(*next(tables), style))
        elif block.kind == "picture":
            out.append(f'<p class="picture"><img src="{picture}" alt=""></p>')
        else:
            out.append(_prose(block))
    return "\n".join(out)
