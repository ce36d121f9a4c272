"""Settings, one small frozen dataclass a stage; every threshold has a name, a unit and a reason.

Lengths are points, or shares of the height of a line of text (`em`), never bare pixels, so that a
threshold means the same at every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How a file becomes pages."""

    max_bytes: int = 2 * 1024**3
    max_pages: int = 2_000
    max_pixels: int = 60_000_000  # a page of 600 dpi A4 has 35 million
    max_dpi: float = 400.0  # finer scans add time, not legibility
    default_dpi: float = 200.0  # for pages that must be seen and hold no picture of their own


@dataclass(frozen=True, slots=True)
class CleanSettings:
    """How a picture is made upright."""

    max_skew: float = 15.0  # degrees


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """How rules and tables are found."""


@dataclass(frozen=True, slots=True)
class GridSettings:
    """How rules become cells."""


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How text is read."""

    engine: str = "auto"  # auto, openvino, onnxruntime, paddle
    device: str = "cpu"  # cpu, gpu, gpu:0 ...
    models: str = "embedded"  # embedded, or a folder with PaddleOCR's own models


@dataclass(frozen=True, slots=True)
class FormSettings:
    """How a table is matched to the statutory form."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """When a person should look."""

    low_confidence: float = 0.95  # a figure read with less is flagged


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them together, one field a stage."""

    source: SourceSettings = field(default_factory=SourceSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    grid: GridSettings = field(default_factory=GridSettings)
    read: ReadSettings = field(default_factory=ReadSettings)
    form: FormSettings = field(default_factory=FormSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
