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
    least_dpi: float = 97.0  # a lower resolution in a picture file (72, 96) is a default, not a fact
    greatest_dpi: float = 2_400.0  # so is a higher one
    page_inches: float = 11.69  # long side of A4, the page assumed where no resolution is stated
    cover_share: float = 0.7  # a picture over this share of a page makes it a scan
    picture_share: float = 0.05  # a smaller picture on a page is a seal or a logo, not read
    garbage_share: float = 0.1  # share of characters no text has (private use, control) in a bad layer
    foreign_share: float = 0.6  # share of Latin letters above which a layer is not a Chinese text
    foreign_least: int = 40  # characters; shorter layers are not judged by their letters
    thin: float = 3.0  # points; a filled box this thin is a rule
    max_rules: int = 20_000  # vector rules of a page; more are a drawing, not tables


@dataclass(frozen=True, slots=True)
class CleanSettings:
    """How a picture is made upright."""

    max_skew: float = 15.0  # degrees
    skew_steps: tuple[float, ...] = (0.5, 0.1, 0.02)  # degrees; each searched around the last's best
    skew_dpi: float = 100.0  # the search needs no finer picture
    skew_points: int = 60_000  # pixels of ink that are enough for a profile
    skew_min_points: int = 300  # fewer are a blank page
    ink_level: int = 160  # grey below this is ink once the light is flattened (paper is 255)
    red_excess: int = 36  # red channel above the others by this is red ink, not grey print
    paper_dpi: float = 50.0  # resolution at which the paper's tone is estimated
    paper_reach: float = 20.0  # points; wider than any stroke of text
    darkest_paper: int = 40  # grey; darker areas are not paper and are not lifted


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """How rules and tables are found."""

    window: float = 12.0  # points; a rule is darker than the mean of a square of this side
    contrast: int = 12  # grey levels by which it is darker
    bridge: float = 2.0  # points; a break this short in a stroke is closed
    stroke: float = 13.0  # points; shorter strokes are text
    thickest: float = 6.0  # points; thicker ones are filled areas
    long: float = 60.0  # points; a stroke this long has a trustworthy slope
    offset: float = 1.6  # points across the axis by which pieces of one rule may differ
    break_length: float = 9.0  # points along the axis that may lie between pieces of one rule
    max_strokes: int = 20_000  # more are noise


@dataclass(frozen=True, slots=True)
class GridSettings:
    """How rules become cells."""

    snap: float = 2.5  # points; rules closer than this are one line (double borders, residual slant)
    reach: float = 4.0  # points; a rule that ends this near another still meets it
    gap: float = 8.0  # points; a break in a rule that is bridged when rules are grouped
    edge_cover: float = 0.6  # share of an edge that rules must cover for it to part two cells
    sure_cover: float = 0.75  # below this share of any side a cell says that a rule was inferred
    min_rules: int = 4  # rules a network needs to be looked at as a table
    min_cells: int = 2  # a single cell is a frame around text, not a table
    align: float = 4.0  # points; column lines of two pieces of a table agree within this
    margin: float = 0.065  # share of the page's height at top and bottom that holds no body text
    header_rows: int = 6  # the most rows a repeated header may have


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How text is read."""

    engine: str = "auto"  # auto, openvino, onnxruntime, paddle
    device: str = "cpu"  # cpu, gpu, gpu:0 ...
    models: str = "embedded"  # or a folder with PaddleOCR's own models, or paddleocr:medium (downloads)
    line_height: int = 48  # pixels; what the recognizer was trained on
    widths: tuple[int, ...] = (48, 96, 160, 240, 320, 480, 640, 960, 1280, 1920, 2560, 3200)  # pixels
    batch_width: int = 3_072  # pixels of line in a batch: 64 lone digits, 9 labels, 2 lines of prose
    least_probability: float = 1e-3  # a class less likely than this at a step is not carried along
    finder_side: int = 1_504  # pixels of the longer side in which lines of prose are looked for


@dataclass(frozen=True, slots=True)
class FormSettings:
    """How a table is matched to the statutory form."""


@dataclass(frozen=True, slots=True)
class EmitSettings:
    """How results are drawn."""

    picture_dpi: float = 120.0  # enough to read 9-point Chinese on a screen
    jpeg_quality: int = 60  # grey text on paper; below 50 strokes begin to ring
    picture_bytes: int = 24 * 1024**2  # pictures of one HTML page together; more and browsers stall


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """When a person should look."""

    low_confidence: float = 0.95  # a figure read with less is flagged


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the process that reads a document is held in check."""

    timeout: float = 600.0  # seconds a document; the slowest honest ones, of 100 pages, take a third
    memory_limit: int = 8 * 1024**3  # bytes of private memory, 0 for none; a page needs under a fifth


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them together, one field a stage."""

    source: SourceSettings = field(default_factory=SourceSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    detect: DetectSettings = field(default_factory=DetectSettings)
    grid: GridSettings = field(default_factory=GridSettings)
    read: ReadSettings = field(default_factory=ReadSettings)
    form: FormSettings = field(default_factory=FormSettings)
    emit: EmitSettings = field(default_factory=EmitSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    process: ProcessSettings = field(default_factory=ProcessSettings)
