"""A second opinion on doubtful crops: the same ink in other views, and the likeliest text over all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.model import CellReading, Reading
from pipeline.read.decode import decode_figure, decode_text, figure_probability, text_probability
from pipeline.read.scan import Engine, LineScan, Pixels
from pipeline.read.separators import has_stray
from pipeline.settings import ReadSettings


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """A cell read without certainty: its reading, what that was made from, and other views of its line.

    `bare` says that the views leave out specks beside the text, so that they stand against the first scan.
    """

    reading: CellReading
    scan: LineScan
    views: tuple[Pixels, ...]
    bare: bool = False


def resolve(doubts: Sequence[Doubt], engine: Engine, settings: ReadSettings) -> list[CellReading]:
    """Read every view and return the settled readings, in order.

    A text's confidence is the mean of its probabilities over the views, so that views that disagree lower
    it; what single views made of the cell is kept in `others`.
    """
    scans = iter(engine.reader.scan([view for doubt in doubts for view in doubt.views]))
    seen = [[next(scans) for _ in doubt.views] for doubt in doubts]
    return [
        _without_specks(doubt, views, engine.name, settings)
        if doubt.bare
        else _settle(doubt, [doubt.scan, *views], engine.name, settings)
        for doubt, views in zip(doubts, seen, strict=True)
    ]


def _without_specks(
    doubt: Doubt, scans: Sequence[LineScan], reader: str, settings: ReadSettings
) -> CellReading:
    """Take the reading without specks where it is a figure; what was read with them stays beside it.

    Whether a speck is dirt or the rest of a sign cannot be known: the confidence is capped.
    """
    settled = _settle(replace(doubt, bare=False), scans, reader, settings)
    figure = settled.figure
    if figure is None or has_stray(figure.text):
        return _settle(doubt, [doubt.scan, *scans], reader, settings)
    first = doubt.reading.figure or doubt.reading.text
    cap = settings.corrected_confidence if first.text != figure.text else 1.0
    figure = replace(figure, confidence=min(cap, figure.confidence))
    return replace(settled, figure=figure, others=_unlike(figure, [first, *settled.others]))


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
