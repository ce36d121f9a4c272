"""Pictures of what an evaluation found wrong, with a page that lists them by kind and cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from pipeline.errors import BiaogeError
from pipeline.settings import Settings
from pipeline.supervise import Supervisor
from scripts.lib.cases import Case
from scripts.lib.failure_pictures import DRAWN, TASK, Drawn, Wanted
from scripts.lib.result import Result
from scripts.lib.score import Fault
from scripts.lib.statutory import Kind
from scripts.lib.tuning import to_text

FOLDER = "pictures"
CELLS_A_DOCUMENT = 6  # so that one document lost does not hide the others
TEMPLATE = Path(__file__).with_name("failures.html")


@dataclass(frozen=True, slots=True)
class _Job:
    case: Case
    wanted: Wanted


def chosen(results: Sequence[Result], most: int) -> dict[int, tuple[tuple[Fault, ...], tuple[Kind, ...]]]:
    """Return which faults and which tables to draw, by the result's place: `most` of each a kind of case.

    Silent faults come first; figures not found have no cell to show.
    """
    faults = [(i, f) for i, r in enumerate(results) if r.score for f in r.score.faults if f.page is not None]
    faults.sort(key=lambda pair: not pair[1].silent)
    tables = [
        (i, s.kind) for i, r in enumerate(results) if r.score for s in r.score.structures if not s.exact
    ]
    kept_faults: defaultdict[int, list[Fault]] = defaultdict(list)
    kept_tables: defaultdict[int, list[Kind]] = defaultdict(list)
    cells, grids = Counter[str](), Counter[str]()
    for i, fault in faults:
        if cells[results[i].kind] < most and len(kept_faults[i]) < CELLS_A_DOCUMENT:
            kept_faults[i].append(fault)
            cells[results[i].kind] += 1
    for i, kind in tables:
        if grids[results[i].kind] < most:
            kept_tables[i].append(kind)
            grids[results[i].kind] += 1
    places = sorted(i for i in {*kept_faults, *kept_tables} if kept_faults[i] or kept_tables[i])
    return {i: (tuple(kept_faults[i]), tuple(kept_tables[i])) for i in places}


def draw_failures(
    every: Sequence[Case],
    results: Sequence[Result],
    settings: Settings,
    out: Path,
    most: int,
    jobs: int,
    say: Callable[[str], None],
) -> Path | None:
    """Draw up to `most` cells and tables of each kind of case; return the page that lists them, if there are.

    Documents are read again for it; those without a picture (a text layer alone) show nothing.
    """
    folder = out / FOLDER
    wanted = [
        _Job(every[i], _wanted(every[i], faults, tables, settings, folder))
        for i, (faults, tables) in chosen(results, most).items()
    ]
    with ThreadPoolExecutor(jobs) as pool:
        parts = list(
            pool.map(lambda share: _drawn(share, settings, say), (wanted[i::jobs] for i in range(jobs)))
        )
    kinds: defaultdict[str, defaultdict[str, list[Drawn]]] = defaultdict(lambda: defaultdict(list))
    for case, drawn in sorted((pair for part in parts for pair in part), key=lambda pair: pair[0].name):
        for one in drawn:
            kinds[case.kind][one.cause].append(one)
    return _listed(kinds, folder) if kinds else None


def _wanted(
    case: Case, faults: tuple[Fault, ...], tables: tuple[Kind, ...], settings: Settings, folder: Path
) -> Wanted:
    stem = case.name.replace("/", "_").rpartition(".")[0]
    return Wanted(case.truth, faults, tables, to_text(settings), folder / case.kind, stem)


def _drawn(
    jobs: Iterable[_Job], settings: Settings, say: Callable[[str], None]
) -> list[tuple[Case, tuple[Drawn, ...]]]:
    """Draw one after the other in a supervised child; a document that fails is passed over, and said."""
    found: list[tuple[Case, tuple[Drawn, ...]]] = []
    with Supervisor(settings.process) as supervisor:
        for job in jobs:
            try:
                drawn = DRAWN.validate_json(supervisor.run(TASK, job.case.document, job.wanted))
            except BiaogeError as error:
                say(error.line())
            else:
                say(f"{job.case.name}: {len(drawn)} pictures")
                found.append((job.case, drawn))
    return found


def _listed(kinds: dict[str, defaultdict[str, list[Drawn]]], folder: Path) -> Path:
    page = Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    ordered = {kind: dict(sorted(causes.items())) for kind, causes in sorted(kinds.items())}
    path = folder / "index.html"
    path.write_text(page.render(kinds=ordered), encoding="utf-8")
    return path
