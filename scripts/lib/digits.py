"""Trains the readers of digits on cases of the tuning split, tries them, and writes them for the product."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from pipeline.read import covered, digits
from pipeline.read.network import NONE, Floats, Network, chances_of, network_of
from pipeline.settings import ReadSettings
from scripts.lib import cases, covered_net, covered_views, digit_cells, digit_fonts, digit_net
from scripts.lib.covered_views import Shown
from scripts.lib.descent import Examples, Layers, joined

KINDS = frozenset({"office", "poor", "phone", "fax"})
"""Kinds of cases learned from: digits of the others look like the drawn ones."""

_HELD_OUT = 6  # of so many reports one is tried on, not learned from
_SURE = (0.5, 0.9, 0.98)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a case has to learn from."""

    signs: Examples
    numbers: tuple[Shown, ...]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/digits", description=main.__doc__)
    parser.add_argument(
        "cases", nargs="+", type=Path, help="folders of cases, from scripts/corpus --split tune"
    )
    parser.add_argument("--out", type=Path, default=cases.ROOT / "models", help="the folder to write to")
    parser.add_argument(
        "--only", choices=[digits.FILE, covered.FILE], help="the one network to train, instead of both"
    )
    parser.add_argument(
        "--rounds", type=int, help="times that as many views are shown as there are (12 and 8)"
    )
    parser.add_argument("--drawn", type=int, default=60, help="drawings of every digit in each typeface")
    parser.add_argument("--covered", type=int, default=240_000, help="digits to cover, of cells one in three")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="cases read at once")
    return parser


def _find(case: cases.Case) -> _Found:
    cells = list(digit_cells.known(case))
    return _Found(_examples(digit_cells.signs(cells)), tuple(digit_cells.numbers(cells)))


def _examples(signs: Iterable[tuple[Floats, int]]) -> Examples:
    held = list(signs)
    views = np.array([view for view, _ in held], np.float32).reshape(-1, digits.INPUTS)
    return Examples(views, np.array([kind for _, kind in held], np.int64))


def _tell(chances: Floats, tried: Examples) -> None:
    """Print how often digits that were not learned from are taken for others, and other signs for digits."""
    best, sure = chances.argmax(axis=1), chances.max(axis=1)
    shown = tried.classes != NONE
    print(f"tried on {shown.sum()} digits and {(~shown).sum()} other signs")
    for least in _SURE:
        said = (best != NONE) & (sure >= least)
        wrong = int((said & shown & (best != tried.classes)).sum())
        others = int((said & ~shown).sum())
        share = (said & shown).sum() / max(1, shown.sum())
        print(
            f"from {least}: {share:.2%} of the digits told, {wrong} wrong, {others} others taken for digits"
        )


def _train(
    learned: Examples,
    tried: Examples,
    train: Callable[[Examples], Layers],
    chances: Callable[[Floats, Network], Floats],
    file: Path,
) -> None:
    print(f"{file.name}: {len(learned.classes)} views", flush=True)
    layers = train(learned)
    _tell(chances(tried.views, network_of(layers)), tried)
    np.savez_compressed(file, *(layer.astype(np.float16) for layer in layers))
    print(f"{file}: {file.stat().st_size} bytes")


def _train_digits(learned: Sequence[_Found], tried: Sequence[_Found], args: argparse.Namespace) -> None:
    drawn = _examples(digit_fonts.drawn(args.drawn, args.seed, ReadSettings()))

    def train(examples: Examples) -> Layers:
        return digit_net.train(examples, args.rounds or 12, args.seed, progress=True)

    views = joined([*(found.signs for found in learned), drawn])
    _train(views, joined([found.signs for found in tried]), train, chances_of, args.out / digits.FILE)


def _train_covered(learned: Sequence[_Found], tried: Sequence[_Found], args: argparse.Namespace) -> None:
    cells, kept = ([shown for found in part for shown in found.numbers] for part in (learned, tried))
    shown = covered_views.of_cells(cells, args.covered // 3, args.seed)
    drawn = covered_views.of_drawings(args.covered - args.covered // 3, args.seed)
    others = covered_views.of_cells(kept, args.covered // 50, args.seed + 1)

    def train(examples: Examples) -> Layers:
        return covered_net.train(examples, args.rounds or 8, args.seed, progress=True)

    tested = Examples(others.views / np.float32(255), others.classes)
    _train(joined([shown, drawn]), tested, train, covered.covered_chances, args.out / covered.FILE)


def main(argv: Sequence[str] | None = None) -> int:
    """Train the readers of digits, and say how they do on every sixth report, which they have not seen."""
    args = _parser().parse_args(argv)
    every = [case for case in cases.find(args.cases) if case.kind in KINDS]
    if not every:
        print("scripts/digits: no cases of a kind learned from", file=sys.stderr)
        return 2
    reports = sorted({case.document.parent for case in every})
    with ProcessPoolExecutor(args.jobs) as pool:
        found = list(track(pool.map(_find, every), "Reading", total=len(every)))
    held = [case.document.parent in reports[::_HELD_OUT] for case in every]
    learned, tried = (
        [f for f, out in zip(found, held, strict=True) if out == side] for side in (False, True)
    )
    if args.only != covered.FILE:
        _train_digits(learned, tried, args)
    if args.only != digits.FILE:
        _train_covered(learned, tried, args)
    return 0
