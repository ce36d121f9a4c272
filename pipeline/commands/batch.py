"""`biaoge batch`: whole archives in, one workspace out; see `pipeline.batch`."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.commands.batch_watch import EventLog, shown
from pipeline.commands.each import REVIEW_NEEDED, SOME_FAILED
from pipeline.commands.reading import OR_ELSE, settings_of
from pipeline.commands.say import show_note
from pipeline.errors import UsageError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.batch.engine import Engine
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.run import Control
    from pipeline.batch.values import Input, Shard, State
    from pipeline.batch.watch import Watcher
    from pipeline.batch.workspace import Workspace
    from pipeline.batch.years import Issuers

VERBS = ("status", "export", "merge")
INTERRUPTED = 130
SHOWN = 50  # failures named on standard error; review.csv has them all
UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}  # seconds
GIGABYTE = 1 << 30
TABLES = (("figures", "parquet"), ("checks", "parquet"), ("documents", "parquet"), ("review", "csv"))


def run(arguments: Namespace) -> int:
    """Read an archive, or do one of the verbs; return the exit status."""
    if arguments.sources[:1] and arguments.sources[0] in VERBS:
        from pipeline.commands import batch_verbs

        verb: Callable[[Namespace], int] = getattr(batch_verbs, arguments.sources[0])
        return verb(arguments)
    if arguments.output is None:
        raise UsageError("a bulk run needs a workspace: add -o DIR")
    from pipeline.batch.sources import find_inputs

    since = parse_since(arguments.since) if arguments.since else None
    inputs = _recent(find_inputs(arguments.sources, as_pages=arguments.as_pages), since)
    return _dry_run(arguments, inputs) if arguments.dry_run else _run(arguments, inputs)


def _run(arguments: Namespace, inputs: Iterator[Input]) -> int:
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.run import Control, Run, Wish
    from pipeline.batch.workspace import Workspace

    workspace, settings, control = Workspace(arguments.output), _settings(arguments), Control()
    shard, issuers = parse_shard(arguments.shard), issuers_of(arguments)
    retry, engine = parse_states(arguments.retry), engine_of(arguments, settings)
    if not arguments.sources:
        workspace.require()
    with workspace.locked():
        workspace.make()
        with Ledger(workspace.ledger, settings.batch) as ledger:
            _refuse_mixtures(ledger, settings, shard)
            if arguments.sources:
                _note_pages(ledger, as_pages=arguments.as_pages)
            ledger.add(inputs)
            ledger.retry(retry)
            with watching(arguments, workspace) as watchers, obeying(control):
                batch = Run(workspace, ledger, settings, shard=shard, control=control, watchers=watchers)
                wish = batch.go(engine, " ".join(sys.argv))
            if wish is not Wish.GO_ON:
                show_note("interrupted; what is done is kept, the same command goes on from there")
                return INTERRUPTED
            if not arguments.no_tables:
                write_everything(workspace, ledger, issuers)
            return end_of_run(ledger, arguments)


def _dry_run(arguments: Namespace, inputs: Iterator[Input]) -> int:
    """Say what a run would find; nothing is written."""
    from pipeline.batch.dry import look

    found = look(arguments.output, inputs)
    for name, count in (("new or changed", found.fresh), ("known", found.known), ("faulty", found.faulty)):
        sys.stdout.write(f"{name}\t{count}\n")
    sys.stdout.write(f"bytes to read\t{found.size}\n")
    return 0


def _settings(arguments: Namespace) -> Settings:
    settings = settings_of(arguments)
    if arguments.memory is not None:
        limit = int(arguments.memory * GIGABYTE)
    elif shares_device(arguments, settings):
        limit = Settings().process.memory_limit  # drivers are in another process's memory
    else:
        return settings
    return replace(settings, process=replace(settings.process, memory_limit=limit))


def shares_device(arguments: Namespace, settings: Settings) -> bool:
    """Say whether one process reads for all workers of this machine: always on a card."""
    on_card = settings.read.device.startswith("gpu")
    return arguments.engine == "local" and (on_card or arguments.device_server)


def engine_of(arguments: Namespace, settings: Settings) -> Engine:
    """Return what reads the documents: workers on this machine, or Ray's."""
    from pipeline.batch.local import LocalEngine, likely_jobs

    if arguments.engine == "ray":
        if arguments.device_server:
            raise UsageError("--device-server is of --engine local")
        from pipeline.batch.ray_engine import RayEngine

        if arguments.device and OR_ELSE in arguments.device:
            raise UsageError("this machine cannot tell what nodes have: give one --device with --engine ray")
        return RayEngine(settings, arguments.jobs, arguments.address)
    if arguments.address is not None:
        raise UsageError("--address is of --engine ray")
    jobs = arguments.jobs or likely_jobs(settings.batch)
    if shares_device(arguments, settings):
        from pipeline.batch.device import SharedEngine

        return SharedEngine(settings, jobs)
    return LocalEngine(settings, jobs)


def _refuse_mixtures(ledger: Ledger, settings: Settings, shard: Shard) -> None:
    """Keep one workspace to one set of models and one shard, so that its results can be compared."""
    for what, wanted in (("models", settings.read.models), ("shard", f"{shard.number}/{shard.of}")):
        had = ledger.note(what, wanted)
        if had != wanted:
            raise UsageError(f"this workspace was made with {what} {had}, not {wanted}; give another folder")


def _note_pages(ledger: Ledger, *, as_pages: bool) -> None:
    """Keep one workspace to one sense of pictures: else a page would count beside the document it is of."""
    wanted = "pages" if as_pages else "documents"
    had = ledger.note("pictures", wanted)
    if had != wanted:
        raise UsageError(f"in this workspace pictures are {had}; give another folder, or the same --as-pages")


@contextmanager
def watching(arguments: Namespace, workspace: Workspace) -> Iterator[list[Watcher]]:
    """Yield what is told how the run goes on: its log, what the user sees, metrics."""
    with ExitStack() as stack:
        name = datetime.now().astimezone().strftime("run-%Y%m%d-%H%M%S.jsonl")
        log = EventLog(workspace.logs / name)
        stack.callback(log.close)
        watchers: list[Watcher] = [log]
        watchers += stack.enter_context(shown(quiet=arguments.quiet, as_json=arguments.json_logs))
        if arguments.metrics:
            from pipeline.batch.metrics import Metrics

            watchers.append(Metrics(arguments.metrics))
        yield watchers


@contextmanager
def obeying(control: Control) -> Iterator[None]:
    """Let Ctrl-C finish what is in work, a second one stop at once, and SIGTERM stop at once."""

    def interrupt(*_: object) -> None:
        if control.interrupt().name == "FINISH":
            show_note("finishing what is in work; again to stop now")

    def stop(*_: object) -> None:
        control.stop()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def write_everything(workspace: Workspace, ledger: Ledger, issuers: Issuers) -> None:
    """Write the tables and the summary of a workspace into its folder."""
    from pipeline.batch.summary import summarize
    from pipeline.batch.tables import write_tables
    from pipeline.emit.archive_summary import summary_html, summary_json
    from pipeline.emit.write import write_files

    write_tables(workspace, ledger, issuers, TABLES, workspace.folder)
    summary, name = summarize(ledger, issuers), workspace.folder.resolve().name
    html, text = summary_html(summary, name), summary_json(summary)
    write_files({workspace.folder / "summary.html": html, workspace.folder / "summary.json": text})


def end_of_run(ledger: Ledger, arguments: Namespace) -> int:
    """Say what became of everything; return the exit status."""
    from pipeline.batch.values import State

    outcomes = ledger.outcomes()
    if not arguments.quiet:
        counts = ", ".join(f"{count} {state.value}" for state, count in sorted(outcomes.items()))
        show_note(f"{sum(outcomes.values())} inputs: {counts or 'none'}")
    bad = outcomes.get(State.FAILED, 0) + outcomes.get(State.QUARANTINED, 0)
    if bad:
        _name_failures(ledger, bad)
        return SOME_FAILED
    _, _, review = ledger.totals()
    return REVIEW_NEEDED if review and arguments.strict else 0


def _name_failures(ledger: Ledger, count: int) -> None:
    where = "COALESCE(i.state, c.state) IN ('failed', 'quarantined')"
    for account, _ in zip(ledger.accounts(where), range(SHOWN), strict=False):
        show_note(f"{account.state.value}: {account.name}: {account.detail}")
    if count > SHOWN:
        show_note(f"… and {count - SHOWN} more; review.csv in the workspace has them all")


def issuers_of(arguments: Namespace) -> Issuers:
    """Return how issuers' names are made one, by the alias table that the user gives."""
    from pipeline.batch.years import Issuers, read_aliases

    return Issuers(read_aliases(arguments.aliases) if arguments.aliases else None)


def parse_shard(text: str | None) -> Shard:
    """Return the shard that `2/8` names; UsageError for what names none."""
    from pipeline.batch.values import Shard

    if text is None:
        return Shard()
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise UsageError(f"{text!r} is no shard; the second of eight is 2/8")
    return Shard(int(number), int(of))


def parse_states(text: str | None) -> list[State]:
    """Return the outcomes that `failed,quarantined` names; UsageError for what cannot be tried again."""
    from pipeline.batch.values import State

    again = {state.value: state for state in (State.FAILED, State.QUARANTINED, State.SKIPPED, State.DONE)}
    names = [name.strip() for name in text.split(",")] if text else []
    for name in names:
        if name not in again:
            raise UsageError(f"nothing to retry is called {name!r}; there are {', '.join(again)}")
    return [again[name] for name in names]


def parse_since(text: str) -> int:
    """Return the nanoseconds since 1970 that `2026-11-01`, `2026-11-01T08:00` or `36h` (ago) names."""
    number, unit = text[:-1], text[-1:]
    try:
        if unit in UNITS and number.isdecimal():
            moment = datetime.now().astimezone() - timedelta(seconds=int(number) * UNITS[unit])
        else:
            moment = datetime.fromisoformat(text).astimezone()
        return int(moment.timestamp() * 1e9)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no time; write 2026-11-01, 2026-11-01T08:00, 36h or 7d") from error


def _recent(inputs: Iterator[Input], since: int | None) -> Iterator[Input]:
    """Yield the inputs that changed since then; those whose time is not known count as changed."""
    for found in inputs:
        if since is None or found.modified is None or found.modified >= since:
            yield found
