"""How far the prose of a report is from the truth: characters to change, add or leave out."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from rapidfuzz.distance import Levenshtein

from pipeline.report import Report
from scripts.lib.truth import Truth

PARAGRAPH = "\n"  # counts as a character: a paragraph wrongly joined or parted is one error


class ProseScore(BaseModel):
    """Edits (Levenshtein) that turn the text read into the true one, and the characters of that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    edits: int
    characters: int

    @property
    def rate(self) -> float:
        """Edits a true character; may be over 1 where more was read than there is."""
        return self.edits / self.characters if self.characters else 0.0


def _told(paragraphs: list[str]) -> str:
    """Return paragraphs as one text without spaces, which justified setting puts in anywhere."""
    return PARAGRAPH.join("".join(paragraph.split()) for paragraph in paragraphs)


def true_text(truth: Truth) -> str:
    """Return the six sections: headings and paragraphs in reading order."""
    return _told([text for section in truth.sections for text in (section.heading, *section.text)])


def read_text(report: Report) -> str:
    """Return what a report has for them; what it gives before the first heading is no part of them."""
    sections = [section for section in report.sections if section.heading]
    return _told([text for section in sections for text in (section.heading, *section.text)])


def prose_score(report: Report, truth: Truth) -> ProseScore | None:
    """Return how the sections compare, None where the truth says nothing of them."""
    true = true_text(truth)
    if not true:
        return None
    return ProseScore(edits=Levenshtein.distance(read_text(report), true), characters=len(true))
