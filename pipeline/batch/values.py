"""The values of a bulk run: inputs, contents, jobs and what became of them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pipeline.errors import BiaogeError


class Kind(StrEnum):
    """Where an input lies."""

    FILE = "file"
    ZIP = "zip"  # a member of a zip archive, or an archive that cannot be opened
    URL = "url"
    PAGES = "pages"  # the pictures directly in a folder, or in a folder of a zip archive


class State(StrEnum):
    """What became of an input or a content; a run goes on until none is pending or suspect."""

    PENDING = "pending"
    SUSPECT = "suspect"  # a worker, or a whole run, died while it was read: to be read again alone
    DONE = "done"
    FAILED = "failed"  # it cannot be read, and the reason is known
    QUARANTINED = "quarantined"  # it ends its workers
    SKIPPED = "skipped"  # found in a folder, of a type and name that is no document's
    ELSEWHERE = "elsewhere"  # belongs to another shard


UNFINISHED = frozenset({State.PENDING, State.SUSPECT})


# Endings of the names of pictures, which alone tell pages from other files in a folder.
PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".webp", ".bmp")


START = 1 << 16  # bytes of a content that tell its shard: more than what all files of one program share


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read: `location` is where, `member` the name inside a zip archive.

    `named` says that the user named it, not that it was found in a folder, an archive or by a pattern.
    `size` is in bytes, `modified` in nanoseconds since 1970; None where that is not known.  `fault` is
    why it cannot be had, known already from listing.
    """

    kind: Kind
    location: str
    member: str | None = None
    named: bool = False
    size: int | None = None
    modified: int | None = None
    fault: BiaogeError | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The whole name as it is shown; what is no text is shown by its bytes."""
        whole = self.location if self.member is None else f"{self.location}!/{self.member}"
        return os.fsencode(whole).decode("utf-8", "backslashreplace")

    @property
    def file(self) -> str:
        """The last part of the name, as reports call it."""
        return self.name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` (from 1) of `of`, told by how contents begin, so that no shard reads all of them."""

    number: int = 1
    of: int = 1

    def has(self, start: bytes) -> bool:
        """Say whether contents that begin with `start` (see `START`) belong here."""
        digest = hashlib.sha256(start[:START]).digest()
        return int.from_bytes(digest[:8]) % self.of == self.number - 1


WHOLE = Shard()


@dataclass(frozen=True, slots=True)
class Fetched:
    """An input as a local file; `borrowed` files belong to the user, the others to the workspace."""

    path: Path
    sha256: str
    borrowed: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A content to read; `attempt` is its number in the ledger.

    `alone`: in a fresh worker.  `exclusive`: with no other document in work beside it.
    """

    attempt: int
    sha256: str
    path: Path
    name: str
    alone: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that came to an end: with an answer that `unpack` takes, or with an error.

    `lost`: its worker went away for a reason that lies elsewhere, such as a machine switched off.
    """

    job: Job
    seconds: float
    answer: bytes | None = None
    error: BiaogeError | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the ledger keeps of a report, so that no report needs to be opened to tell how a run went.

    `number` counts the reports of one content from 1, `pages` are those of the whole content.
    `carried` maps the keys of figures that the next or the previous year repeats to their values.
    """

    sha256: str
    pages: int
    issuer: str | None
    year: int | None
    title: str | None
    review: bool
    reasons: tuple[str, ...]
    failed_checks: tuple[str, ...]
    carried: dict[str, str]
    version: str
    number: int = 1

    @property
    def id(self) -> str:
        """What tells this report from all others."""
        return report_id(self.sha256, self.number)


def report_id(sha256: str, number: int) -> str:
    """Return what tells a report from all others: its content, and behind the first in one its number."""
    return sha256 if number == 1 else f"{sha256}#{number}"
