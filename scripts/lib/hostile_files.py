"""Files that are damaged at random, and files made by hand to break whoever reads them."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from PIL import Image

from scripts.lib import pdf
from scripts.lib.document import load
from scripts.lib.docx import docx
from scripts.lib.layout import html
from scripts.lib.seeds import SAMPLES, SEEDS, WENZHOU

GIBIBYTE = 1 << 30
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><d>&j;</d>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
EXTENSIONS = ("pdf", "docx", "html", "ofd", "xlsx", "txt", "png", "doc", "mht", "")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


def sound() -> dict[str, bytes]:
    """Return a sound file of each type, by its extension; small, so that hundreds can be read."""
    report = load(WENZHOU)
    page = Image.fromarray(next(pdf.pages((SAMPLES / WENZHOU.folder / "digital.pdf").read_bytes(), 100)))
    pictures = {}
    for kind in ("png", "jpeg", "tiff", "webp", "bmp"):
        target = io.BytesIO()
        page.save(target, kind)
        pictures[kind] = target.getvalue()
    markup = html(report, WENZHOU.style).replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    saved = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    saved += b"Content-Type: text/html; charset=gb2312\r\n\r\n" + markup + b"\r\n--x--\r\n"
    return {
        "txt": (SAMPLES / "seeds" / f"{SEEDS[0].stem}.txt").read_bytes(),
        "html": markup,
        "mht": saved,
        "docx": docx(report, WENZHOU.style),
        "pdf": (SAMPLES / WENZHOU.folder / "digital.pdf").read_bytes(),
        **pictures,
    }


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
    "sheet.xlsx": _sheet,
}
