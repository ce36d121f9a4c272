"""A second opinion on doubtful crops: the same ink in other views, and the likeliest text over all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.model import CellReading, Reading
from pipeline.read.decode import decode_figure, decode_text, figure_probability, text_probability
from pipeline.read.scan import Engine, LineScan, Pixels
from pipeline.settings import ReadSettings


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """A cell read without certainty: its reading, what that was made from, and other views of its line."""

    reading: CellReading
    scan: LineScan
    views: tuple[Pixels, ...]


def resolve(doubts: Sequence[Doubt], engine: Engine, settings: ReadSettings) -> list[CellReading]:
    """Read every view and return the settled readings, in order.

    A text's confidence is the mean of its probabilities over the views, so that views that disagree lower
    it; what single views made of the cell is kept in `others`.
    """
    scans = iter(engine.reader.scan([view for doubt in doubts for view in doubt.views]))
    return [_settle(d, [d.scan, *(next(scans) for _ in d.views)], engine.name, settings) for d in doubts]


def _settle(doubt: Doubt, scans: Sequence[LineScan], reader: str, settings: ReadSettings) -> CellReading:
    texts = [decode_text(scan, reader) for scan in scans]
    figures = [decode_figure(scan, reader, settings.figure_share) for scan in scans]
    read = [f for f in figures if f is not None]
    text = _likeliest(texts, scans, text_probability)
    figure = _likeliest(read, scans, figure_probability) if 2 * len(read) > len(scans) else None
    chosen = figure or text
    flags = doubt.reading.flags if not text.text else ()
    return replace(
        doubt.reading,
        text=text if text.text else replace(text, confidence=0.0),
        figure=figure,
        others=_unlike(chosen, read if figure else texts),
        flags=flags,
    )


def _likeliest(
    readings: Sequence[Reading],
    scans: Sequence[LineScan],
    probability: Callable[[LineScan, str], float],
) -> Reading:
    """Return the reading whose text is likeliest on average, an empty one last."""
    best: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda r: -r.confidence):
        best.setdefault(reading.text, reading)
    means = {t: sum(probability(scan, t) for scan in scans) / len(scans) for t in best}
    spoken = [t for t in means if t] or list(means)
    text = max(spoken, key=lambda t: means[t])
    return replace(best[text], confidence=means[text])


def _unlike(chosen: Reading, readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings of other texts than the one chosen, the surest of each text."""
    others: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda r: -r.confidence):
        if reading.text not in {chosen.text, ""}:
            others.setdefault(reading.text, reading)
    return tuple(others.values())
