"""The memory of a bulk run and of its workers while it goes on, and whether it grows."""

from __future__ import annotations

import os
import select
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

from scripts.lib.killtest import ROOT, children

LOOKS = 1.0  # seconds between looks
SETTLED = 0.3  # share of a process's way after which everything is loaded
MEGABYTE = 1e6
PER = 1_000  # documents that growth is given for


@dataclass(slots=True)
class Course:
    """What a process held, in MB, when so many documents were done."""

    done: list[int] = field(default_factory=list)
    held: list[float] = field(default_factory=list)

    def add(self, done: int, held: float) -> None:
        if held:  # else it is gone
            self.done.append(done)
            self.held.append(held)

    def after(self, share: float) -> Course:
        """Return what is left of it after a share of its own way."""
        first = self.done[0] + share * (self.done[-1] - self.done[0]) if self.done else 0.0
        kept = [(d, h) for d, h in zip(self.done, self.held, strict=True) if d >= first]
        return Course([d for d, _ in kept], [h for _, h in kept])

    def line(self) -> str:
        """Return first, last, most and growth, once everything is loaded."""
        late = self.after(SETTLED)
        if len(set(late.done)) < 2:
            return "too short to tell"
        slope = linear_regression(late.done, late.held).slope * PER
        first, last, most = late.held[0], late.held[-1], max(late.held)
        return f"{first:.0f} to {last:.0f} MB, most {most:.0f}, {slope:+.1f} MB per {PER} documents"


def watch(command: Sequence[str], workspace: Path, total: int) -> None:
    """Run `command` over `total` documents and print what it and its children held.

    Workers that were renewed begin a course of their own.
    """
    courses: dict[str, Course] = defaultdict(Course)
    with subprocess.Popen(command, cwd=ROOT) as process:
        poll = select.poll()
        poll.register(os.pidfd_open(process.pid), select.POLLIN)
        shown = 0
        while not poll.poll(LOOKS * 1000):
            done = len(list((workspace / "results").glob("*/*.json")))
            courses["run"].add(done, resident(process.pid))
            workers = children(process.pid)
            for worker in workers:
                courses[f"child {worker}"].add(done, resident(worker))
            if done * 10 // total > shown:
                shown = done * 10 // total
                held = ", ".join(f"{resident(worker):.0f}" for worker in workers)
                print(f"  {done}: run {resident(process.pid):.0f} MB, children {held} MB", flush=True)
    for name, course in courses.items():
        print(f"{name}: {course.line()}")


def resident(process: int) -> float:
    """Return the resident memory of a process in MB, 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
