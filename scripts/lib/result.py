"""What became of one case."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from scripts.lib.score import Score


class Result(BaseModel):
    """What a case came to: a score, or the error that left it without one.

    `identity` says of what (document, truth, settings, code); `groups` are what else results are broken
    down by; `figures` and `tables` count those of the truth; `seconds` are of the loaded process, `stages`
    by stage; `peak_mib` is the process's peak.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    identity: str
    groups: tuple[str, ...] = ()
    pages: int = 0
    seconds: float = 0.0
    peak_mib: float = 0.0
    stages: dict[str, float] = {}
    score: Score | None = None
    figures: int = 0
    tables: int = 0
    error: str | None = None
