"""Trains the reader of digits on cases of the tuning split, tries it, and writes it for the product."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from rich.progress import track

from pipeline.read.digits import FILE, INPUTS, Floats, chances_of, network_of
from pipeline.settings import ReadSettings
from scripts.lib import cases, digit_cells, digit_fonts
from scripts.lib.digit_cells import NONE
from scripts.lib.digit_net import Examples, Layers, train

KINDS = frozenset({"office", "poor", "phone", "fax"})
"""Kinds of cases learned from: digits of the others look like the drawn ones."""

_HELD_OUT = 6  # of so many reports one is tried on, not learned from
_SURE = (0.5, 0.9, 0.98)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/digits", description=main.__doc__)
    parser.add_argument(
        "cases", nargs="+", type=Path, help="folders of cases, from scripts/corpus --split tune"
    )
    parser.add_argument("--out", type=Path, default=cases.ROOT / "models" / FILE, help="the file to write")
    parser.add_argument(
        "--rounds", type=int, default=12, help="times that as many views are shown as there are"
    )
    parser.add_argument("--drawn", type=int, default=60, help="drawings of every digit in each typeface")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="cases read at once")
    return parser


def _signs(case: cases.Case) -> Examples:
    return _examples(digit_cells.found(case))


def _examples(signs: Iterable[tuple[Floats, int]]) -> Examples:
    held = list(signs)
    views = np.array([view for view, _ in held], np.float32).reshape(-1, INPUTS)
    return Examples(views, np.array([kind for _, kind in held], np.int64))


def _joined(parts: Sequence[Examples]) -> Examples:
    views = np.concatenate([part.views for part in parts])
    return Examples(views, np.concatenate([part.classes for part in parts]))


def _tell(layers: Layers, tried: Examples) -> None:
    """Print how often digits that were not learned from are taken for others, and other signs for digits."""
    chances = chances_of(tried.views, network_of(layers))
    best, sure = chances.argmax(axis=1), chances.max(axis=1)
    digits = tried.classes != NONE
    print(f"tried on {digits.sum()} digits and {(~digits).sum()} other signs")
    for least in _SURE:
        said = (best != NONE) & (sure >= least)
        wrong = int((said & digits & (best != tried.classes)).sum())
        others = int((said & ~digits).sum())
        share = (said & digits).sum() / max(1, digits.sum())
        print(
            f"from {least}: {share:.2%} of the digits told, {wrong} wrong, {others} others taken for digits"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Train the reader of digits, and say how it does on every sixth report, which it has not seen."""
    args = _parser().parse_args(argv)
    every = [case for case in cases.find(args.cases) if case.kind in KINDS]
    if not every:
        print("scripts/digits: no cases of a kind learned from", file=sys.stderr)
        return 2
    reports = sorted({case.document.parent for case in every})
    with ProcessPoolExecutor(args.jobs) as pool:
        found = list(track(pool.map(_signs, every), "Reading", total=len(every)))
    held = [case.document.parent in reports[::_HELD_OUT] for case in every]
    drawn = _examples(digit_fonts.drawn(args.drawn, args.seed, ReadSettings()))
    learned = _joined([*(f for f, out in zip(found, held, strict=True) if not out), drawn])
    layers = train(learned, args.rounds, args.seed, progress=True)
    _tell(layers, _joined([f for f, out in zip(found, held, strict=True) if out]))
    np.savez_compressed(args.out, *(layer.astype(np.float16) for layer in layers))
    print(f"{args.out}: {args.out.stat().st_size} bytes")
    return 0
