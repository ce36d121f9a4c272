"""Web pages saved with their pictures in one file (MHTML, RFC 2557)."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import urljoin

from pipeline.errors import DamagedFileError, TooLargeError
from pipeline.settings import SourceSettings
from pipeline.source.flow import Item
from pipeline.source.web import markup_items


def mhtml_items(content: bytes, name: str, settings: SourceSettings) -> Iterator[Item]:
    """Yield what a saved page says; its pictures come from the same file."""
    if content.lower().count(b"boundary=") > settings.max_nesting:  # before they are opened within each other
        raise TooLargeError(f"{name}: more than {settings.max_nesting} parts that hold parts")
    message = BytesParser(policy=policy.default).parsebytes(content)
    pages: list[EmailMessage] = []
    held: dict[str, bytes] = {}
    for part in message.walk():
        if not isinstance(part, EmailMessage) or part.is_multipart():
            continue
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            pages.append(part)
        elif part.get_content_maintype() == "image":
            held |= dict.fromkeys(_addresses(part), _bytes(part))
    if not pages:
        raise DamagedFileError(f"{name}: a saved page without a page in it")
    base = str(pages[0].get("Content-Location", ""))

    def fetch(address: str) -> bytes | None:
        return held.get(address) or held.get(urljoin(base, address))

    yield from markup_items(_bytes(pages[0]), name, fetch, settings, pages[0].get_content_charset())


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _addresses(part: EmailMessage) -> Iterator[str]:
    """Yield what a page may call a picture: its location, or cid: and its identifier."""
    if location := part.get("Content-Location"):
        yield str(location).strip()
    if identifier := part.get("Content-ID"):
        yield "cid:" + str(identifier).strip().strip("<>")
