"""The rule book: `rules.toml` as typed values."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pipeline.report import EditionName

TOTAL = "total"
OUTCOMES = ("upheld", "corrected", "other", "pending")
BEFORE_RESULTS = ("received", "carried_in")
AFTER_RESULTS = ("handled_total", "carried_out")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Entry):
    """How the words of a rule call a row, a column or a group."""

    zh: str
    en: str


class Edition(_Entry):
    """What sets one edition of the form apart from another; `last_year` is None for the current one."""

    first_year: int
    last_year: int | None = None
    results: tuple[str, ...]
    proactive: tuple[str, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """Keys of all rows of the applications table, from top to bottom."""
        return (*BEFORE_RESULTS, *self.results, *AFTER_RESULTS)

    def fits(self, year: int) -> bool:
        """Return whether the form of this edition was the one in force for `year`."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


class Book(_Entry):
    """All names and editions the rules speak of."""

    applicants: Annotated[dict[str, Name], Field(min_length=1)]
    rows: dict[str, Name]
    disputes: dict[str, Name]
    documents: dict[str, Name]
    editions: dict[EditionName, Edition]

    @property
    def columns(self) -> dict[str, Name]:
        """The applicant columns with their total, from left to right."""
        return {**self.applicants, TOTAL: Name(zh="总计", en="total")}

    def proactive_keys(self, edition: EditionName) -> tuple[str, ...]:
        return tuple(f"proactive.{key}" for key in self.editions[edition].proactive)

    def applications_keys(self, edition: EditionName) -> tuple[str, ...]:
        rows = self.editions[edition].rows
        return tuple(f"applications.{row}.{column}" for row in rows for column in self.columns)

    def disputes_keys(self) -> tuple[str, ...]:
        ends = (*OUTCOMES, TOTAL)
        return tuple(f"disputes.{group}.{end}" for group in self.disputes for end in ends)


@cache
def rule_book() -> Book:
    """Return the rule book that comes with the package."""
    text = files("pipeline.check").joinpath("rules.toml").read_text(encoding="utf-8")
    return Book.model_validate(tomllib.loads(text))
