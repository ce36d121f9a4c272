"""Zip packages (Word, Excel, OFD, zips of pages) and the XML in them, within limits; nothing is fetched."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from lxml import etree

from pipeline.errors import DamagedFileError, EncryptedError, TooLargeError
from pipeline.settings import SourceSettings

ENTRY = b"PK\x01\x02"  # opens each entry of a zip's directory
CHUNK = 1 << 20
ENCRYPTED = 0x1


class Package:
    """A zip whose parts are read one by one; what all of them unpack to is limited, not what they claim."""

    def __init__(self, content: bytes, name: str, settings: SourceSettings) -> None:
        self._name = name
        self._settings = settings
        self._left = settings.max_expanded
        if content.count(ENTRY) > settings.max_entries:  # before a directory of them is built
            raise TooLargeError(f"{name}: more than {settings.max_entries} files in it")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DamagedFileError(f"{name}: damaged package") from error
        self._names = {info.filename.replace("\\", "/").lower(): info for info in self._zip.infolist()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in the order of the directory."""
        return tuple(info.filename for info in self._zip.infolist())

    @property
    def infos(self) -> tuple[zipfile.ZipInfo, ...]:
        """What the directory says of each part, in its order."""
        return tuple(self._zip.infolist())

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def starts_with(self, part: str, size: int) -> bytes:
        """Return the first `size` bytes of a part, of which no more is unpacked."""
        return self._unpacked(part, size)

    def read(self, part: str, most: int | None = None) -> bytes:
        """Return a part's bytes; TooLargeError where there are more than `most`.

        Names are told apart without regard to case, as Word does.
        """
        content = self._unpacked(part, None if most is None else most + 1)
        if most is not None and len(content) > most:
            raise TooLargeError(f"{self._name}: {part} has more than {most} bytes")
        return content

    def member(self, info: zipfile.ZipInfo, most: int | None = None) -> bytes:
        """Return the bytes, `most` of them, of one of `infos`, whatever others have its name."""
        return self._content(info, most)

    def _unpacked(self, part: str, most: int | None) -> bytes:
        info = self._names.get(part.lower())
        if info is None:
            raise DamagedFileError(f"{self._name}: lacks its part {part}")
        return self._content(info, most)

    def _content(self, info: zipfile.ZipInfo, most: int | None) -> bytes:
        part = info.filename
        if info.flag_bits & ENCRYPTED:
            raise EncryptedError(f"{self._name}: is encrypted")
        pieces = io.BytesIO()
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(CHUNK if most is None else min(CHUNK, most - pieces.tell())):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise TooLargeError(
                            f"{self._name}: unpacks to more than {self._settings.max_expanded}"
                        )
                    pieces.write(piece)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise DamagedFileError(f"{self._name}: damaged part {part}") from error
        return pieces.getvalue()

    def xml(self, part: str) -> etree._Element:
        """Return the root of a part that is XML."""
        return parse_xml(self.read(part, self._settings.max_text), f"{self._name}: {part}", self._settings)


def parse_xml(content: bytes, name: str, settings: SourceSettings) -> etree._Element:
    """Return the root of an XML text; none with a document type, whose entities could grow without end."""
    if len(content) > settings.max_text:
        raise TooLargeError(f"{name}: {len(content)} bytes of XML, more than {settings.max_text}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(f"{name}: damaged XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFileError(f"{name}: declares entities of its own, which no report needs")
    return root


def resolved(base: str, target: str) -> str:
    """Return the part that `target` names, as written in part `base`: from the root or from its folder."""
    folder = posixpath.dirname(base)
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined)


def located(package: Package, base: str, target: str) -> str | None:
    """Return the part that `target` names in part `base`, None where there is no such part."""
    place = resolved(base, target.strip())
    return place if target.strip() and place in package else None


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute by its name without a namespace, None where it is not set."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def number(text: str | None, default: int = 0) -> int:
    """Return a whole number that an attribute says, `default` for none or nonsense."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default
