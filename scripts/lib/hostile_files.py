"""Files that are damaged at random, and files made by hand to break whoever reads them."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import openpyxl
from PIL import Image

from pipeline.settings import SourceSettings
from pipeline.source import open_document
from scripts.lib import pdf
from scripts.lib.document import load
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.ofd import Sheet, ofd_file, sheet_of
from scripts.lib.seeds import SAMPLES, SEEDS, WENZHOU

GIBIBYTE = 1 << 30
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><d>&j;</d>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
EXTENSIONS = ("pdf", "docx", "html", "ofd", "xlsx", "txt", "png", "doc", "xls", "mht", "zip", "")
PRINT = SAMPLES / WENZHOU.folder / "digital.pdf"
RTF_ROW = "\\trowd\\cellx2000\\cellx4000\\intbl {}\\cell {}\\cell\\row\n"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


def sound() -> dict[str, bytes]:
    """Return a sound file of each type, by its extension; small, so that hundreds can be read."""
    report = load(WENZHOU)
    page = Image.fromarray(next(pdf.pages(PRINT.read_bytes(), 100)))
    pictures = {}
    for kind in ("png", "jpeg", "tiff", "webp", "bmp"):
        target = io.BytesIO()
        page.save(target, kind)
        pictures[kind] = target.getvalue()
    markup = html(report, WENZHOU.style).replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    saved = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    saved += b"Content-Type: text/html; charset=gb2312\r\n\r\n" + markup + b"\r\n--x--\r\n"
    text = (SAMPLES / "seeds" / f"{SEEDS[0].stem}.txt").read_bytes()
    sheets = [sheet_of(each) for each in open_document(PRINT, SourceSettings()).pages]
    return {
        "txt": text,
        "rtf": _rtf(),
        "xlsx": _workbook(),
        "ofd": ofd_file(sheets),
        "zip": _zip({"1.png": pictures["png"], "2.jpg": pictures["jpeg"]}),
        "html": markup,
        "mht": saved,
        "docx": docx(report, WENZHOU.style),
        "pdf": PRINT.read_bytes(),
        **pictures,
    }


def _rtf() -> bytes:
    title = "".join(f"\\u{ord(c)}?" for c in "某某局政府信息公开工作年度报告")
    rows = RTF_ROW.format("A", "0") * 8
    return ("{\\rtf1\\ansi\\ansicpg936 " + title + "\\par\n" + rows + "}").encode()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["某某局2020年政府信息公开工作年度报告"])
    for table in load(WENZHOU).tables:
        sheet.append([])
        top = sheet.max_row + 1
        for cell in table.cells:
            sheet.cell(top + cell.row, 1 + cell.column, cell.text)
            if cell.row_span > 1 or cell.column_span > 1:
                sheet.merge_cells(
                    start_row=top + cell.row,
                    end_row=top + cell.row + cell.row_span - 1,
                    start_column=1 + cell.column,
                    end_column=cell.column + cell.column_span,
                )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def damaged(count: int, seed: int = 5) -> Iterator[File]:
    """Yield `count` files: cut short, with bits flipped or stretches zeroed, of another name or encoding."""
    chance = random.Random(seed)
    bases = sorted(sound().items())
    for number in range(count):
        kind, content = bases[number % len(bases)]
        how = chance.choice(("cut", "flip", "zero", "extension", "twice", "encoding"))
        name = f"{number:03}-{how}.{chance.choice(EXTENSIONS) if how == 'extension' else kind}"
        yield File(name, _spoiled(content, how, chance))


def _spoiled(content: bytes, how: str, chance: random.Random) -> bytes:
    data = bytearray(content)
    if how == "cut":
        return bytes(data[: chance.randrange(len(data))])
    if how == "flip":
        for _ in range(chance.choice((1, 10, 200))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "zero":
        start = chance.randrange(len(data))
        data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    elif how == "twice":
        return content[: len(content) // 2] + content
    elif how == "encoding":
        return content.decode("utf-8", "replace").encode(
            chance.choice(("gb18030", "utf-16", "big5")), "replace"
        )
    return bytes(data)


def bombs(names: Collection[str] | None = None) -> Iterator[File]:
    """Yield files made to take all time or all memory there is; those of `names`, or all."""
    for name, make in BOMBS.items():
        if names is None or name in names:
            yield File(name, make())


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def _sheet() -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    cells = '<row><c r="A1" t="str"><v>a</v></c><c r="XFD1048576" t="str"><v>b</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    sheets = '<sheets><sheet name="a" r:id="r"/></sheets>'
    related = '<Relationships><Relationship Id="r" Target="worksheets/a.xml"/></Relationships>'
    sheet = f"<worksheet {space}><sheetData>{cells}</sheetData>{merged}</worksheet>"
    return _zip(
        {
            "xl/workbook.xml": f"<workbook {space} {links}>{sheets}</workbook>".encode(),
            "xl/_rels/workbook.xml.rels": related.encode(),
            "xl/worksheets/a.xml": sheet.encode(),
        }
    )


def _flate(piece: bytes, size: int) -> bytes:
    """Return `piece` repeated to `size` bytes, packed, without ever holding all of it."""
    packer = zlib.compressobj(9)
    block = piece * ((1 << 20) // len(piece))
    packed = [packer.compress(block) for _ in range(size // len(block))]
    return b"".join([*packed, packer.flush()])


def _stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def _one_page(content: bytes, dictionary: bytes, form: bytes = b"null", size: int = 842) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 %d %d] >>" % (size, size)
    return pdf.of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, _stream(dictionary, content), form
    )


def _nested_forms() -> bytes:
    """Return a page that shows a form 12 times, which shows a form 12 times, and so on, 8 deep."""
    forms = [
        _stream(
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>"
            % (6 + k),
            b"/F Do " * 12 if k < 7 else b"0 0 m 9 9 l S",
        )
        for k in range(8)
    ]
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>"
    return pdf.of_objects(
        b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, _stream(b"", b"/F Do " * 12), *forms
    )


def _itself() -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    return _one_page(b"/F Do ", b"", _stream(form, b"/F Do "))


def _nested_glyphs() -> bytes:
    """Return a page whose letter is drawn by 12 letters, each drawn by 12 letters, and so on, 8 deep."""
    fonts = []
    for level in range(8):
        first = 5 + 2 * level
        glyph = b"BT /F 9 Tf (" + b"a" * 12 + b") Tj ET" if level < 7 else b"0 0 m 9 9 l S"
        below = b"/Resources << /Font << /F %d 0 R >> >>" % (first + 2) if level < 7 else b""
        fonts.append(
            b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 "
            b"/LastChar 97 /Widths [1] /Encoding << /Differences [97 /a] >> /CharProcs << /a %d 0 R >> %s >>"
            % (first + 1, below)
        )
        fonts.append(_stream(b"", b"1 0 d0 " + glyph))
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>"
    shown = _stream(b"", b"BT /F 9 Tf (" + b"a" * 12 + b") Tj ET")
    return pdf.of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, shown, *fonts)


def _nested_patterns() -> bytes:
    """Return a page filled with a pattern that is filled with a pattern, 8 deep, each of a thousand tiles."""
    tiles = []
    for level in range(8):
        below = b"/Resources << /Pattern << /P %d 0 R >> >>" % (6 + level) if level < 7 else b""
        drawn = b"/Pattern cs /P scn 0 0 900 900 re f" if level < 7 else b"0 0 m 9 9 l S"
        tiles.append(
            _stream(
                b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 900 900] /XStep 1 "
                b"/YStep 1 " + below,
                drawn,
            )
        )
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Pattern << /P 5 0 R >> >> >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>"
    shown = _stream(b"", b"/Pattern cs /P scn 0 0 595 842 re f")
    return pdf.of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, shown, *tiles)


def _page_loop() -> bytes:
    """Return a tree of pages that holds itself."""
    tree = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 /MediaBox [0 0 595 842] >>"
    return pdf.of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", tree)


def _vast_picture() -> bytes:
    """Return a page that shows a picture of 60,000 x 60,000 pixels."""
    picture = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
    form = _stream(picture + b"/ColorSpace /DeviceGray /Filter /FlateDecode", _flate(bytes(1024), 1 << 26))
    return _one_page(b"595 0 0 842 0 0 cm /F Do", b"", form)


def _png(width: int, height: int) -> bytes:
    """Return a PNG that says it is of that size, and packs one row of it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", _flate(bytes(1024), 1 << 24))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def _tiff_loop() -> bytes:
    """Return a TIFF whose second page comes before its first, for ever."""
    entries = [(256, 3, 1, 300), (257, 3, 1, 300), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, 300), (279, 4, 1, 90_000)]
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        b"II*\0"
        + struct.pack("<I", 8 + 90_000)
        + bytes(90_000)
        + struct.pack("<H", len(entries))
        + table
        + struct.pack("<I", 8 + 90_000)
    )


def _messages() -> bytes:
    """Return a saved page whose parts are saved pages, 5,000 deep."""
    head = b"MIME-Version: 1.0\r\n"
    parts = (b"Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000))
    return head + b"".join(parts) + b"Content-Type: text/html\r\n\r\n<p>x</p>"


def _composites() -> bytes:
    """Return an OFD page that shows an object 12 times, which shows an object 12 times, 8 deep."""

    def uses(number: int) -> str:
        return f'<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="{number}"/>' * 12

    tag = "ofd:CompositeGraphicUnit"
    units = "".join(f'<{tag} ID="{n}"><ofd:Content>{uses(n + 1)}</ofd:Content></{tag}>' for n in range(8))
    return ofd_file([Sheet((595.0, 842.0), more=uses(0))], units)


def _deep_word() -> bytes:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inner = "<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000
    return _zip(
        {"word/document.xml": f'<w:document xmlns:w="{name}"><w:body>{inner}</w:body></w:document>'.encode()}
    )


def _rows_of_word() -> bytes:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999"/></w:tcPr><w:p/></w:tc>'
    inner = f"<w:tbl>{f'<w:tr>{cell}</w:tr>' * 100_000}</w:tbl>"
    return _zip(
        {"word/document.xml": f'<w:document xmlns:w="{name}"><w:body>{inner}</w:body></w:document>'.encode()}
    )


def _paths(size: int) -> bytes:
    return _one_page(_flate(b"0 0 m 9 9 l S\n", size), b"/Filter /FlateDecode")


def _markup(text: str) -> bytes:
    return f"<meta charset=utf-8><p>公开报告{text}".encode()


def _tabs() -> bytes:
    return ("规章制度总体情况公开" + "\t0" * 400_000 + "\n" + "\t0\n" * 400_000).encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    "nested-forms.pdf": _nested_forms,
    "long-stream.pdf": lambda: _paths(GIBIBYTE),
    "paths.pdf": lambda: _paths(2_000_000 * 14),
    "itself.pdf": _itself,
    "glyphs.pdf": _nested_glyphs,
    "patterns.pdf": _nested_patterns,
    "page-loop.pdf": _page_loop,
    "vast-picture.pdf": _vast_picture,
    "vast.png": lambda: _png(60_000, 60_000),
    "short.png": lambda: _png(6_000, 6_000),
    "loop.tiff": _tiff_loop,
    "nested.mht": _messages,
    "composites.ofd": _composites,
    "deep.docx": _deep_word,
    "rows.docx": _rows_of_word,
    "entries.ofd": lambda: _zip({"OFD.xml": b"<OFD/>", **{f"{n}.xml": b"" for n in range(300_000)}}),
    "zip-in-zip.zip": lambda: _zip({"a.zip": _zip({"a.png": bytes(1 << 20)})}),
    "vast-page.pdf": lambda: _one_page(b"0 0 m 9 9 l S", b"", size=14_400),
    "entities.docx": lambda: _zip({"word/document.xml": ENTITIES.encode()}),
    "outside.docx": lambda: _zip({"word/document.xml": OUTSIDE.encode()}),
    "entities.ofd": lambda: _zip({"OFD.xml": ENTITIES.encode()}),
    "zeros.docx": lambda: _zip({"word/document.xml": bytes(GIBIBYTE // 2)}),
    "zeros.zip": lambda: _zip({"page.png": bytes(GIBIBYTE // 2)}),
    "entries.zip": lambda: _zip({f"{n}.png": b"" for n in range(300_000)}),
    "spans.html": lambda: _markup("<table>" + "<tr><td rowspan=65000 colspan=1000>0" * 3000),
    "deep.html": lambda: _markup("<div>" * 300_000),
    "tables.html": lambda: _markup("<table><tr><td>" * 20_000),
    "remote.html": lambda: _markup('<img src="http://127.0.0.1:9/x.png">'),
    "tabs.txt": _tabs,
    "headings.txt": lambda: "一、总体情况\n二、主动公开政府信息情况\n".encode() * 50_000,
    "prose.txt": lambda: "2020年1月1日至12月31日，本机关收到政府信息公开申请0件。\n".encode() * 250_000,
    "one-line.txt": lambda: "政府信息公开 2020年1月1日至 ".encode() * 500_000,
    "paragraphs.html": lambda: _markup("<p>表1 政府信息公开<table><tr><td>一<td>0</table>" * 20_000),
    "sheet.xlsx": _sheet,
}
