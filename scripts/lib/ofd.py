"""OFD files made from pages of glyphs, rules and pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from xml.sax.saxutils import escape

from pipeline.model import Box, Glyph, Page, PageContent, Rule

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be written: size in points, what stands on it, objects as XML besides."""

    size: tuple[float, float]
    glyphs: Sequence[Glyph] = ()
    rules: Sequence[Rule] = ()
    images: Sequence[tuple[Box, bytes]] = ()
    more: str = ""


def sheet_of(page: Page | PageContent) -> Sheet:
    assert isinstance(page, Page)
    return Sheet((page.info.width, page.info.height), page.glyphs, page.rules)


def _place(box: Box) -> str:
    return " ".join(f"{value * MM:.4f}" for value in (box.left, box.top, box.width, box.height))


def _text(glyphs: Sequence[Glyph]) -> str:
    """Return a run of glyphs of one level: steps between them, the base line at 0.88 of the height."""
    box = glyphs[0].box
    height = box.height
    steps = [b.box.left - a.box.left for a, b in pairwise(glyphs)]
    across = " ".join(f"{step * MM:.4f}" for step in steps)
    text = escape("".join(glyph.text for glyph in glyphs))
    return (
        f'<ofd:TextObject ID="1" Boundary="{_place(box)}" Size="{height * MM:.4f}"><ofd:TextCode X="0" '
        f'Y="{0.88 * height * MM:.4f}" DeltaX="{across}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def _rule(rule: Rule) -> str:
    length = f"{rule.length * MM:.4f}"
    end = f"{length} 0" if rule.axis == "horizontal" else f"0 {length}"
    left, top = (rule.start, rule.position) if rule.axis == "horizontal" else (rule.position, rule.start)
    return (
        f'<ofd:PathObject ID="2" Boundary="{left * MM:.4f} {top * MM:.4f} 300 300" LineWidth="0.25">'
        f"<ofd:AbbreviatedData>M 0 0 L {end}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _image(box: Box, number: int) -> str:
    size = f"{box.width * MM:.4f} 0 0 {box.height * MM:.4f} 0 0"
    return f'<ofd:ImageObject ID="3" Boundary="{_place(box)}" CTM="{size}" ResourceID="{number}"/>'


def _content(sheet: Sheet, first: int) -> str:
    runs = [list(run) for _, run in groupby(sheet.glyphs, key=lambda g: (g.box.top, g.box.height))]
    body = "".join(_text(run) for run in runs) + "".join(map(_rule, sheet.rules))
    body += "".join(_image(box, first + k) for k, (box, _) in enumerate(sheet.images)) + sheet.more
    area = f"0 0 {sheet.size[0] * MM:.4f} {sheet.size[1] * MM:.4f}"
    return (
        f"<ofd:Page {NAMESPACE}><ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="9">{body}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def ofd_file(sheets: Sequence[Sheet], resources: str = "") -> bytes:
    """Return an OFD file of these pages; `resources` is XML of its public resources."""
    out = io.BytesIO()
    pages, media, number = "", "", 100
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
            "</ofd:OFD>",
        )
        for index, sheet in enumerate(sheets):
            pages += f'<ofd:Page ID="{index}" BaseLoc="Pages/Page_{index}/Content.xml"/>'
            package.writestr(f"Doc_0/Pages/Page_{index}/Content.xml", _content(sheet, number))
            for _, content in sheet.images:
                file = f"<ofd:MediaFile>{number}.bin</ofd:MediaFile>"
                media += f'<ofd:MultiMedia ID="{number}">{file}</ofd:MultiMedia>'
                package.writestr(f"Doc_0/Res/{number}.bin", content)
                number += 1
        package.writestr(
            "Doc_0/PublicRes.xml",
            f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias>{resources}'
            "</ofd:Res>",
        )
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            f"</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
        )
    return out.getvalue()
