"""What was done to a made case: `name.about.json` beside the document `name.pdf`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

SUFFIX = ".about.json"


class About(BaseModel):
    """Kind and severity (0..1) of a case, the damages to its paper or picture, the traits of its print."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    severity: float
    damages: tuple[str, ...]
    traits: tuple[str, ...]
    settings: dict[str, bool | int | float | str | tuple[int, int]]

    def groups(self) -> tuple[str, ...]:
        """Return the names of the groups that results are broken down by."""
        severity = f"severity {self.severity:.2f}"
        return (
            severity,
            *(f"damage {name}" for name in self.damages),
            *(f"print {name}" for name in self.traits),
        )


def dump(about: About) -> str:
    return about.model_dump_json(indent=1) + "\n"


def beside(document: Path) -> About | None:
    """Return what was done to `document`, None where nothing is said of it."""
    path = document.with_suffix(SUFFIX)
    return About.model_validate_json(path.read_bytes()) if path.is_file() else None
