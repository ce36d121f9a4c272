"""A report as a Word file for LibreOffice to print, in the least WordprocessingML (ECMA-376)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from scripts.lib.document import Document
from scripts.lib.prose import Block
from scripts.lib.seeds import Ruling, Style
from scripts.lib.statutory import PrintedCell, PrintedTable

TWIPS_PER_MM = 1440 / 25.4
TWIPS_PER_POINT = 20
A4 = (11906, 16838)  # twips
SIDES: Mapping[Ruling, tuple[str, ...]] = {
    "full": ("top", "left", "bottom", "right", "insideH", "insideV"),
    "no_outer": ("insideH", "insideV"),
    "no_verticals": ("top", "bottom", "insideH"),
    "three_lines": ("top", "bottom"),
    "no_rules": (),
}
LINES = {"solid": "single", "dotted": "dotted", "dashed": "dashed"}
EPOCH = (1980, 1, 1, 0, 0, 0)

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

CONTENT_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}.document.main+xml"/>
<Override PartName="/word/footer1.xml" ContentType="{MAIN_TYPE}.footer+xml"/>
</Types>"""

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

ROOT_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="{PACKAGE}">
<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>
</Relationships>"""

DOCUMENT_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="{PACKAGE}">
<Relationship Id="r1" Type="{RELATIONS}/footer" Target="footer1.xml"/>
</Relationships>"""


def _run(text: str, font: str, size: float, latin: str = "", bold: bool = False) -> str:
    narrow = latin or font
    fonts = f'<w:rFonts w:ascii="{narrow}" w:hAnsi="{narrow}" w:eastAsia="{font}" w:cs="{font}"/>'
    weight = "<w:b/>" if bold else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f'<w:r><w:rPr>{fonts}{weight}<w:sz w:val="{round(2 * size)}"/></w:rPr>{lines}</w:r>'


def _paragraph(
    run: str,
    *,
    align: str = "both",
    indent: float = 0.0,
    line: float = 1.0,
    keep: bool = False,
) -> str:
    """Return a paragraph; `indent` in points, `line` in lines, `keep` with the next one on a page."""
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:p><w:pPr>{kept}<w:spacing w:before="0" w:after="0"'
        f' w:line="{round(240 * line)}" w:lineRule="auto"/>'
        f'<w:ind w:firstLine="{round(indent * TWIPS_PER_POINT)}"/><w:jc w:val="{align}"/></w:pPr>{run}</w:p>'
    )


def _gap(points: float) -> str:
    height = round(points * TWIPS_PER_POINT)
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{height}" w:lineRule="exact"/>'
    return f"<w:p><w:pPr>{spacing}</w:pPr></w:p>"


def _cell(cell: PrintedCell, width: int, merge: str, style: Style, ruled: bool) -> str:
    """Return a cell; `merge` is empty, `restart` (a span begins) or `continue` (it goes on).

    `ruled` draws a rule below it.
    """
    rule = _border("bottom", LINES[style.line], style.rule)
    below = f"<w:tcBorders>{rule}</w:tcBorders>" if ruled else ""
    down = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    align = "left" if cell.ranged_left else "center"
    shaded = style.shade and cell.role == "header"
    shade = f'<w:shd w:val="clear" w:fill="{(style.shade or "").lstrip("#")}"/>' if shaded else ""
    turned = '<w:textDirection w:val="tbRlV"/>' if style.vertical and cell.tall else ""
    text = "" if merge == "continue" else cell.text
    text = style.broken(text) if cell.key is None else text
    run = _run(text, style.table, style.table_size, style.latin, style.bold_headers and cell.role == "header")
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{cell.column_span}"/>'
        f'{down}{below}{shade}{turned}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(run, align=align)}</w:tc>"
    )


def _merge(cell: PrintedCell, row: int) -> str:
    if cell.row_span == 1:
        return ""
    return "restart" if cell.row == row else "continue"


def _row(table: PrintedTable, row: int, widths: list[int], style: Style) -> str:
    here = sorted((c for c in table.cells if c.row <= row < c.row + c.row_span), key=lambda c: c.column)
    whole = "<w:cantSplit/>" if style.closed else ""
    again = "<w:tblHeader/>" if style.header_repeats and row < table.header_rows else ""
    head = f"<w:trPr>{whole}{again}</w:trPr>" if whole or again else ""
    ruled = style.ruling == "three_lines" and row + 1 == table.header_rows
    cells = (
        _cell(
            cell, sum(widths[cell.column : cell.column + cell.column_span]), _merge(cell, row), style, ruled
        )
        for cell in here
    )
    return f"<w:tr>{head}{''.join(cells)}</w:tr>"


def _border(side: str, line: str, points: float) -> str:
    return f'<w:{side} w:val="{line}" w:sz="{round(8 * points)}" w:color="000000"/>'


def _borders(style: Style) -> str:
    inner = (LINES[style.line], style.rule)
    outer = inner if style.frame is None else (LINES["solid"], style.frame)
    drawn = dict.fromkeys(("top", "left", "bottom", "right"), outer) | dict.fromkeys(
        ("insideH", "insideV"), inner
    )
    lines = "".join(_border(side, *drawn[side]) for side in SIDES[style.ruling])
    return f"<w:tblBorders>{lines}</w:tblBorders>"


def _paper(style: Style) -> tuple[int, int]:
    """Return width and height in twips."""
    return (A4[1], A4[0]) if style.landscape else A4


def _table(table: PrintedTable, gap: float, style: Style) -> Iterator[str]:
    whole = _paper(style)[0] - (style.margins[1] + style.margins[3]) * TWIPS_PER_MM
    widths = [round(width * style.width * whole) for width in table.widths]
    padding = round(style.padding * TWIPS_PER_POINT)
    sides = "".join(
        f'<w:{side} w:w="{60 if side in ("left", "right") else padding}" w:type="dxa"/>'
        for side in ("top", "left", "bottom", "right")
    )
    if gap:
        yield _gap(gap)
    yield f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
    yield f'{_borders(style)}<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>'
    yield "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths) + "</w:tblGrid>"
    yield from (_row(table, row, widths, style) for row in range(table.rows))
    yield "</w:tbl>" + _gap(style.body_size)


def _prose(block: Block, style: Style) -> str:
    font = style.heading if block.kind == "heading" else style.body
    run = _run(block.text, font, style.body_size, style.latin)
    if block.kind == "caption":
        return _paragraph(run, align="center", keep=True)
    keep = block.kind in ("heading", "subheading")
    return _paragraph(run, indent=2 * style.body_size, line=style.leading / 1.3, keep=keep)


def _body(document: Document, style: Style) -> Iterator[str]:
    for line in document.title:
        yield _paragraph(_run(line, style.title, style.title_size), align="center", line=1.2)
    yield _gap(style.body_size)
    tables = iter(zip(document.tables, style.gaps, strict=True))
    for block in document.blocks:
        if block.kind == "table":
            yield from _table(*next(tables), style)
        else:
            yield _prose(block, style)


def _section(style: Style) -> str:
    top, right, bottom, left = (round(side * TWIPS_PER_MM) for side in style.margins)
    width, height = _paper(style)
    turn = ' w:orient="landscape"' if style.landscape else ""
    footer = '<w:footerReference w:type="default" r:id="r1"/>' if style.page_numbers else ""
    return (
        f'<w:sectPr>{footer}<w:pgSz w:w="{width}" w:h="{height}"{turn}/><w:pgMar w:top="{top}"'
        f' w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="700"'
        f' w:footer="{bottom // 2}" w:gutter="0"/></w:sectPr>'
    )


def _footer(style: Style) -> str:
    dash, size = _run("- ", style.body, 10.5), 10.5
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    paragraph = _paragraph(dash + field + _run(" -", style.body, size), align="center")
    return f'<?xml version="1.0" encoding="UTF-8"?><w:ftr xmlns:w="{NAMESPACE}">{paragraph}</w:ftr>'


def docx(document: Document, style: Style) -> bytes:
    """Return `document` as a Word file; ValueError where it holds a picture."""
    if any(block.kind == "picture" for block in document.blocks):
        raise ValueError("pictures are laid out by the browser only")
    body = "".join(_body(document, style)) + _section(style)
    main = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONS}">'
        f"<w:body>{body}</w:body></w:document>"
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "word/document.xml": main,
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
        "word/footer1.xml": _footer(style),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, EPOCH), text)
    return held.getvalue()
