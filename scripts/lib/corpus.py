"""Makes cases: folders of one report each, as every kind of file, with the truth and what was done to it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import get_args

import cv2

from scripts.lib import corpus_report, render, truth
from scripts.lib.about import About, dump
from scripts.lib.corpus_damage import damaged
from scripts.lib.corpus_kinds import KINDS, Damage, Kind, damage
from scripts.lib.corpus_report import MadeReport
from scripts.lib.corpus_style import FONT_PACKAGES, Split
from scripts.lib.degrade import generator

FILES = {".jpg": ("picture_file",), ".tif": ("tiff",)}


@dataclass(frozen=True, slots=True)
class Job:
    """One report of a split, by number, and the kinds to make of it."""

    out: Path
    split: Split
    seed: int
    number: int
    kinds: tuple[Kind, ...]

    @property
    def name(self) -> str:
        return f"{self.split}-{self.seed}-{self.number:04d}"


def _about(report: MadeReport, done: Damage, job: Job, suffix: str) -> About:
    settings = {
        name: value for name, value in asdict(done).items() if value and name not in ("kind", "severity")
    }
    return About(
        kind=done.kind,
        severity=done.severity,
        damages=(*done.names(), *FILES.get(suffix, ())),
        traits=report.traits,
        settings=settings | {"split": job.split, "seed": job.seed, "number": job.number},
    )


def make(job: Job) -> tuple[Path, ...]:
    """Make one report and its files: truth first, then each kind with what was done to it beside.

    Nothing where the print lacks a table: what is not on paper cannot be read.  subprocess errors where a
    printing program fails.
    """
    cv2.setNumThreads(1)
    report = corpus_report.make(generator(job.split, job.seed, job.number), job.split)
    folder = job.out / job.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "truth.json").write_text(truth.dump(truth.build(report.document)), encoding="utf-8")
    printed = report.printed()
    if not corpus_report.is_whole(report.document, printed):
        shutil.rmtree(folder)
        return ()
    made: list[Path] = []
    for kind in job.kinds:
        seed = f"{job.name}/{kind}"
        done = damage(generator(seed), kind, job.split, report.style.table_size)
        held = damaged(printed, done, report.document.figures.issuer, seed)
        path = folder / f"{kind}{held.suffix}"
        path.write_bytes(held.content)
        (folder / f"{kind}.about.json").write_text(
            dump(_about(report, done, job, held.suffix)), encoding="utf-8"
        )
        made.append(path)
    return tuple(made)


def _kinds(text: str) -> tuple[Kind, ...]:
    asked = text.split(",")
    unknown = sorted(set(asked) - set(KINDS))
    if unknown:
        raise argparse.ArgumentTypeError(f"no such kind: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/corpus", description=main.__doc__)
    parser.add_argument("out", type=Path, help="the folder to fill")
    parser.add_argument("--split", choices=get_args(Split), required=True)
    parser.add_argument("--kind", type=_kinds, default=KINDS, metavar="KIND,…", help=",".join(KINDS))
    parser.add_argument("--count", type=int, default=20, help="reports, each of every kind (default 20)")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other reports (default 0)")
    parser.add_argument("--jobs", type=int, default=1, help="reports made at once (default 1)")
    return parser


def _run(jobs: Sequence[Job], workers: int) -> None:
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(make, job): job for job in jobs}
        for done in as_completed(running):
            names = " ".join(path.name for path in done.result()) or "left out, its print lacks a table"
            print(f"{running[done].name}: {names}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Make cases for scripts/evaluate; the same split, seed and number give the same case. 3: see there."""
    options = _parser().parse_args(arguments)
    missing = render.missing_packages(FONT_PACKAGES)
    if missing:
        print(f"missing Debian packages; run: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 3
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    jobs = [
        Job(options.out, options.split, options.seed, number, options.kind) for number in range(options.count)
    ]
    _run(jobs, options.jobs)
    return 0
