"""Windows metafiles (EMF, WMF), as which Word files hold tables: drawn by LibreOffice, read like scans."""

from __future__ import annotations

import io
import struct
import zipfile

import pymupdf

from pipeline.errors import DamagedFileError
from pipeline.settings import SourceSettings
from pipeline.source.office import Target, converted

EMF_SIGNATURE = b" EMF"  # at 40 (MS-EMF, 2.2.9)
WMF_KEY = b"\xd7\xcd\xc6\x9a"  # of the header that says how large it is (MS-WMF, 2.3.2.3)
HUNDREDTHS = 72.0 / 2540  # points in a hundredth of a millimetre
TWIPS = 20  # in a point
EMU = 12_700  # in a point
RIM = 12.0  # points of white around the picture
WIDEST = 1_500.0  # points of a page of Word

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="emf" ContentType="image/x-emf"/><Default Extension="wmf" ContentType="image/x-wmf"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATION = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>
</Relationships>"""
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:p="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body><w:p><w:pPr><w:spacing
 w:before="0" w:after="0"/></w:pPr><w:r><w:drawing><wp:inline><wp:extent cx="{wide}" cy="{high}"/>
<wp:docPr id="1" name="a"/><a:graphic><a:graphicData
 uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><p:pic><p:nvPicPr><p:cNvPr id="0" name="a"/>
<p:cNvPicPr/></p:nvPicPr><p:blipFill><a:blip r:embed="r1"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>
<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"/>
</p:spPr></p:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p><w:sectPr>
<w:pgSz w:w="{across}" w:h="{down}"/><w:pgMar w:top="{rim}" w:right="{rim}" w:bottom="{rim}" w:left="{rim}"
 w:header="0" w:footer="0" w:gutter="0"/></w:sectPr></w:body></w:document>"""


def metafile_size(content: bytes) -> tuple[float, float] | None:
    """Return width and height in points, None for what is no metafile that says how large it is."""
    try:
        if content[40:44] == EMF_SIGNATURE:
            left, top, right, bottom = struct.unpack_from("<4i", content, 24)
            scale = HUNDREDTHS
        elif content[:4] == WMF_KEY:
            left, top, right, bottom, inch = struct.unpack_from("<4hH", content, 6)
            scale = 72.0 / max(inch, 1)
        else:
            return None
    except struct.error:
        return None
    width, height = abs(right - left) * scale, abs(bottom - top) * scale
    return (width, height) if width > 0 and height > 0 else None


def as_picture(content: bytes, name: str, settings: SourceSettings) -> bytes:
    """Return a metafile as a PNG; errors as `office.converted` raises them."""
    size = metafile_size(content)
    if size is None:
        raise DamagedFileError(f"{name}: damaged picture")
    made = converted(_wrapped(content, size), name, Target.PDF, settings)
    try:
        with pymupdf.open(stream=made, filetype="pdf") as pdf:
            shot = pdf[0].get_pixmap(dpi=round(settings.default_dpi), colorspace=pymupdf.csRGB, alpha=False)
            return bytes(shot.tobytes("png"))
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError) as error:
        raise DamagedFileError(f"{name}: damaged picture") from error


def _wrapped(content: bytes, size: tuple[float, float]) -> bytes:
    """Return a Word file that shows a metafile and nothing else, on a page of its size."""
    scale = min(1.0, WIDEST / max(size))
    width, height = size[0] * scale, size[1] * scale
    file = "a.emf" if content[40:44] == EMF_SIGNATURE else "a.wmf"
    page = _DOCUMENT.format(
        wide=round(width * EMU),
        high=round(height * EMU),
        across=round((width + 3 * RIM) * TWIPS),
        down=round((height + 3 * RIM) * TWIPS),
        rim=round(RIM * TWIPS),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATION.format(kind="officeDocument", target="word/document.xml"))
        package.writestr("word/_rels/document.xml.rels", _RELATION.format(kind="image", target=file))
        package.writestr("word/document.xml", page)
        package.writestr(f"word/{file}", content)
    return out.getvalue()
