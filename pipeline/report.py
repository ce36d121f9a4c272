"""The emitted schema `biaoge.report/1`: pydantic models, frozen, unknown keys forbidden, keys in order."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter

EditionName: TypeAlias = Literal["2019-60", "2021-30"]
TableKind: TypeAlias = Literal["proactive", "applications", "disputes", "other"]
State: TypeAlias = Literal["number", "blank", "dash", "none_word", "text", "missing"]
SchemaName: TypeAlias = Literal["biaoge.report/1"]
CheckStatus: TypeAlias = Literal["pass", "fail", "not_assessable"]
Verdict: TypeAlias = Literal["source_error", "reading_error", "undetermined"]


def _plain(value: Decimal) -> str:
    return format(value, "f")


ExactDecimal: TypeAlias = Annotated[Decimal, PlainSerializer(_plain, return_type=str)]
BoxList: TypeAlias = tuple[float, float, float, float]
Probability: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class PageRecord(_Model):
    """A page: upright size in points, what it is, and the turns (degrees, counter-clockwise) found."""

    width: float
    height: float
    kind: Literal["text", "scan", "image", "mixed", "blank"]
    rotation: int = 0
    skew: float = 0.0
    dpi: float | None = None


class DocumentRecord(_Model):
    """The file that was read."""

    file: str
    sha256: str
    media_type: str
    pages: tuple[PageRecord, ...]


class Period(_Model):
    """The days the figures cover, ISO dates."""

    from_: Annotated[str | None, Field(alias="from")] = None
    to: str | None = None


class Editions(_Model):
    """The edition of the form each table follows, null where the table was not found."""

    proactive: EditionName | None = None
    applications: EditionName | None = None


class Evidence(_Model):
    """Where a statement about the report was read."""

    page: int | None = None
    box: BoxList | None = None
    raw: str


class ReportRecord(_Model):
    """What the report says of itself; what is not found is null."""

    title: str | None = None
    issuer: str | None = None
    year: int | None = None
    period: Period = Period()
    editions: Editions = Editions()
    evidence: dict[str, Evidence] = Field(default_factory=dict)


class Section(_Model):
    """A section of the report: its number (1..6), heading, paragraphs (tables left out), first page."""

    number: int | None
    heading: str
    text: tuple[str, ...]
    page: int | None = None


class TablePart(_Model):
    page: int
    box: BoxList


class TableCell(_Model):
    """A cell of an emitted table; `row` and `column` count from 0."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int | None = None
    box: BoxList | None = None
    confidence: Probability
    reader: str


class TableRecord(_Model):
    """A table found, of the form or not."""

    kind: TableKind
    edition: EditionName | None = None
    caption: str | None = None
    parts: tuple[TablePart, ...] = ()
    rows: int
    columns: int
    cells: tuple[TableCell, ...]


class ReadingRecord(_Model):
    reader: str
    raw: str
    confidence: Probability


class Figure(_Model):
    """A figure of the form: `value` only where `state` is `number`; amounts in 万元."""

    value: ExactDecimal | None = None
    raw: str | None = None
    state: State
    page: int | None = None
    box: BoxList | None = None
    confidence: Probability
    reader: str | None = None
    readings: tuple[ReadingRecord, ...] = ()
    flags: tuple[str, ...] = ()


class Rule(_Model):
    """A rule of arithmetic in words."""

    zh: str
    en: str


class Check(_Model):
    """One application of a rule; `left`, `right`, `difference` are null where it cannot be assessed."""

    id: str
    family: str
    rule: Rule
    status: CheckStatus
    left: ExactDecimal | None = None
    right: ExactDecimal | None = None
    difference: ExactDecimal | None = None
    figures: tuple[str, ...] = ()
    verdict: Verdict | None = None
    suspects: tuple[str, ...] = ()
    suggested: dict[str, str] | None = None


class Reason(_Model):
    """Why a person should look: a code, and the figure keys or pages it speaks of."""

    code: str
    figures: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    detail: str = ""


class Review(_Model):
    needed: bool
    reasons: tuple[Reason, ...] = ()


class ModelRecord(_Model):
    name: str
    role: str
    sha256: str


class Provenance(_Model):
    """How the report was made; nothing here enters its identity."""

    version: str
    engine: str | None = None
    models: tuple[ModelRecord, ...] = ()
    settings: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)


class Report(_Model):
    """One document in the normalized schema."""

    schema_: Annotated[SchemaName, Field(alias="schema")] = "biaoge.report/1"
    document: DocumentRecord
    report: ReportRecord
    sections: tuple[Section, ...]
    tables: tuple[TableRecord, ...]
    figures: dict[str, Figure]
    checks: tuple[Check, ...]
    review: Review
    provenance: Provenance

    def to_json(self, indent: int | None = 1) -> str:
        """Return the report as UTF-8 JSON text, keys in the contract's order."""
        return self.model_dump_json(by_alias=True, indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Report:
        """Return the report that `text` holds; pydantic's ValidationError where it breaks the schema."""
        return cls.model_validate_json(text)


_LIST: TypeAdapter[tuple[Report, ...]] = TypeAdapter(tuple[Report, ...])


def reports_from_json(text: str | bytes) -> tuple[Report, ...]:
    """Return the report that `text` holds, or all those in its list; ValidationError where it has another."""
    if isinstance(text, str):
        text = text.encode()
    if not text.lstrip().startswith(b"["):
        return (Report.from_json(text),)
    return _LIST.validate_json(text)
