"""The ledger: what became of every input and every attempt, in SQLite, true through any kill.

An attempt is committed before its work begins, a result after its file has its name.  One process
writes (see `Workspace.locked`), any number may read meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType

from pipeline.batch.judge import Attempt, End, Sentence, end_of, judge
from pipeline.batch.ledger_rows import (
    Account,
    Waiting,
    account_of,
    facts_values,
    input_values,
    int_of,
    text_of,
    waiting_of,
)
from pipeline.batch.ledger_schema import ABSORB, JOINED, PAGE, SCHEMA, STATE, VERSION
from pipeline.batch.values import Facts, Input, State
from pipeline.errors import BiaogeError, OutputError, WorkspaceError
from pipeline.settings import BatchSettings


class Ledger:
    """The ledger of a workspace."""

    def __init__(self, path: Path, settings: BatchSettings | None = None) -> None:
        self._path = path
        self._settings = settings or BatchSettings()
        with self._faults():
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30.0)
        try:
            with self._faults():
                self._prepare()
        except BiaogeError:
            self._db.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in {0, VERSION}:
            raise WorkspaceError(
                f"{self._path}: made by another version of biaoge (ledger {version});"
                " use that one, or a new folder"
            )
        if not version:
            self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(f"{self._path}: cannot be written ({error}); what is done is kept") from error
        except sqlite3.DatabaseError as error:
            raise WorkspaceError(f"{self._path}: is damaged or no ledger ({error})") from error

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """Do all or nothing of what follows, and wait for the disk once."""
        if self._db.in_transaction:
            yield self._db
            return
        with self._faults():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _rows(self, query: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
        with self._faults():
            return self._db.execute(query, tuple(values)).fetchall()

    # Runs.

    def note(self, key: str, value: str) -> str:
        """Remember `value` under `key` if nothing is there yet; return what is there."""
        with self.together() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (key, value))
        return str(self._rows("SELECT value FROM meta WHERE key = ?", [key])[0][0])

    def begin_run(self, command: str) -> int:
        """Open a run and return its number; what an earlier one left in work is judged."""
        with self.together() as db:
            run = db.execute("INSERT INTO runs (started, command) VALUES (?, ?)", (time.time(), command))
            left = db.execute("SELECT id, sha256 FROM attempts WHERE ended IS NULL").fetchall()
            for attempt, sha256 in left:
                self._close(db, attempt, End.LOST, "the run died")
                self._sentence(db, sha256, "CrashedError", "the run died while it was read")
        assert run.lastrowid is not None
        return run.lastrowid

    def end_run(self, run: int, how: str) -> None:
        with self.together() as db:
            db.execute("UPDATE runs SET ended = ?, how = ? WHERE id = ?", (time.time(), how, run))

    # Inputs.

    def add(self, inputs: Iterable[Input]) -> int:
        """Enter `inputs`, those known already only if they changed; return how many came or changed."""
        with self.together() as db:
            before = db.total_changes
            db.executemany(
                "INSERT INTO inputs (kind, location, member, name, file, named, size, modified,"
                " state, error, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (location, member) DO UPDATE SET"
                " size = excluded.size, modified = excluded.modified, sha256 = NULL,"
                " state = excluded.state, error = excluded.error, detail = excluded.detail"
                " WHERE size IS NOT excluded.size OR modified IS NOT excluded.modified",
                map(input_values, inputs),
            )
            return db.total_changes - before

    def stamps(self) -> dict[tuple[str, str | None], tuple[int | None, int | None]]:
        """Return size and time of every input by its place."""
        return {
            (text_of(location), text_of(member) or None): (
                size if isinstance(size, int) else None,
                modified if isinstance(modified, int) else None,
            )
            for location, member, size, modified in self._rows(
                "SELECT location, member, size, modified FROM inputs"
            )
        }

    def waiting(self) -> Iterator[Waiting]:
        """Yield the inputs to be read in the order in which they came, each content once, no suspects."""
        last = 0
        while rows := self._rows(
            "SELECT i.id, i.kind, i.location, i.member, i.named, i.size, i.modified, i.sha256, 0, 0"
            f" FROM {JOINED} WHERE i.id > ? AND i.state IS NULL"
            " AND (i.sha256 IS NULL OR (c.state = 'pending' AND i.id ="
            " (SELECT MIN(id) FROM inputs WHERE sha256 = i.sha256))) ORDER BY i.id LIMIT ?",
            (last, PAGE),
        ):
            for row in rows:
                yield waiting_of(row)
            last = waiting_of(rows[-1]).id

    def suspects(self) -> list[Waiting]:
        """Return the inputs whose content is suspect, those first that were least often tried."""
        rows = self._rows(
            "SELECT MIN(i.id), i.kind, i.location, i.member, i.named, i.size, i.modified, i.sha256,"
            " c.alone, c.exclusive FROM inputs i JOIN contents c ON c.sha256 = i.sha256"
            " WHERE c.state = 'suspect' GROUP BY i.sha256 ORDER BY c.exclusive, c.alone,"
            " (SELECT COUNT(*) FROM attempts a WHERE a.sha256 = i.sha256 AND a.counts), MIN(i.id)"
        )
        return [waiting_of(row) for row in rows]

    def elsewhere(self, numbers: Sequence[int]) -> None:
        """Record that inputs belong to other shards, and end here."""
        if not numbers:
            return
        with self.together() as db:
            rows = [(State.ELSEWHERE, number) for number in numbers]
            db.executemany("UPDATE inputs SET sha256 = NULL, state = ? WHERE id = ?", rows)

    def fetched(self, number: int, sha256: str) -> State:
        """Record what content input `number` holds; return that content's state."""
        with self.together() as db:
            db.execute("UPDATE inputs SET sha256 = ?, state = NULL WHERE id = ?", (sha256, number))
            db.execute("INSERT OR IGNORE INTO contents (sha256, state) VALUES (?, 'pending')", (sha256,))
            (found,) = db.execute("SELECT state FROM contents WHERE sha256 = ?", (sha256,)).fetchone()
        return State(found)

    def not_fetched(self, number: int, error: BiaogeError) -> None:
        """Record that input `number` could not be had."""
        with self.together() as db:
            db.execute(
                "UPDATE inputs SET sha256 = NULL, state = 'failed', error = ?, detail = ? WHERE id = ?",
                (type(error).__name__, error.line(), number),
            )

    def first_of(self, sha256: str) -> tuple[str, bool]:
        """Return what reports call a content, after its first input; and whether it was found, not named."""
        found = self._rows(
            "SELECT file, (SELECT MAX(named) FROM inputs WHERE sha256 = ?) FROM inputs"
            " WHERE sha256 = ? ORDER BY id LIMIT 1",
            (sha256, sha256),
        )
        file, named = found[0]
        return str(file), not named

    # Contents.

    def begin(self, sha256: str, run: int, *, alone: bool) -> int:
        """Record an attempt at a content, before its work, and return its number."""
        with self.together() as db:
            cursor = db.execute(
                "INSERT INTO attempts (sha256, run, alone, started) VALUES (?, ?, ?, ?)",
                (sha256, run, alone, time.time()),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def done(self, attempt: int, sha256: str, facts: Sequence[Facts], size: int, seconds: float) -> None:
        """Record that a content was read; its result of `size` bytes has its name already."""
        with self.together() as db:
            self._close(db, attempt, End.DONE, None)
            db.execute(
                "UPDATE contents SET state = 'done', alone = 0, exclusive = 0, error = NULL, detail = NULL,"
                " pages = ?, review = ?, reports = ?, seconds = ?, bytes = ? WHERE sha256 = ?",
                (*facts_values(facts), seconds, size, sha256),
            )

    def not_done(
        self, attempt: int, sha256: str, error: BiaogeError, *, lost: bool = False, skip: bool = False
    ) -> State:
        """Record that an attempt met `error`, and return what becomes of its content."""
        how = End.LOST if lost else end_of(error)
        with self.together() as db:
            self._close(db, attempt, how, error.line())
            if how is End.FAILED:
                state = State.SKIPPED if skip else State.FAILED
                self._set(db, sha256, Sentence(state), type(error).__name__, error.line())
                return state
            return self._sentence(db, sha256, type(error).__name__, error.line())

    def stopped(self, attempt: int, sha256: str) -> None:
        """Record that the user ended an attempt: it says nothing about its document."""
        with self.together() as db:
            self._close(db, attempt, End.STOPPED, None)
            self._sentence(db, sha256, None, None)

    def again(self, sha256: str) -> None:
        """Have a content read again, such as one whose result is gone."""
        with self.together() as db:
            self._again(db, "sha256 = ?", (sha256,))

    def retry(self, states: Iterable[State]) -> None:
        """Have everything that ended in one of `states` read again; earlier attempts count no more."""
        with self.together() as db:
            for state in states:
                self._again(db, "state = ?", (state,))
                db.execute(
                    "UPDATE inputs SET state = NULL, error = NULL, detail = NULL WHERE state = ?", (state,)
                )

    def retry_what_was_missing(self) -> None:
        """Have read again what failed for want of a model or a package: that was no fault of a document."""
        with self.together() as db:
            self._again(db, "state = 'failed' AND error IN ('MissingDependencyError', 'ModelError')", ())

    def results(self) -> Iterator[tuple[str, int]]:
        """Yield the content of every result and its file's size in bytes."""
        last = ""
        while rows := self._rows(
            "SELECT sha256, bytes FROM contents WHERE state = 'done' AND sha256 > ? ORDER BY sha256 LIMIT ?",
            (last, PAGE),
        ):
            for sha256, size in rows:
                assert isinstance(size, int)
                yield str(sha256), size
            last = str(rows[-1][0])

    def _again(self, db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> None:
        db.execute(
            f"UPDATE attempts SET counts = 0 WHERE sha256 IN (SELECT sha256 FROM contents WHERE {where})",
            values,
        )
        db.execute(
            "UPDATE contents SET state = 'pending', alone = 0, exclusive = 0, error = NULL, detail = NULL"
            f" WHERE {where}",
            values,
        )

    def _close(self, db: sqlite3.Connection, attempt: int, how: End, detail: str | None) -> None:
        db.execute(
            "UPDATE attempts SET ended = ?, how = ?, detail = ? WHERE id = ?",
            (time.time(), how, detail, attempt),
        )

    def _sentence(self, db: sqlite3.Connection, sha256: str, error: str | None, detail: str | None) -> State:
        rows = db.execute(
            "SELECT how, alone FROM attempts WHERE sha256 = ? AND counts AND ended IS NOT NULL ORDER BY id",
            (sha256,),
        )
        attempts = [Attempt(End(how), bool(alone)) for how, alone in rows]
        found = judge(attempts, self._settings)
        self._set(db, sha256, found, error, detail)
        return found.state

    def _set(
        self,
        db: sqlite3.Connection,
        sha256: str,
        sentence: Sentence,
        error: str | None,
        detail: str | None,
    ) -> None:
        db.execute(
            "UPDATE contents SET state = ?, alone = ?, exclusive = ?, error = ?, detail = ? WHERE sha256 = ?",
            (sentence.state, sentence.alone, sentence.exclusive, error, detail, sha256),
        )

    def absorb(self, other: Path) -> None:
        """Take over what the ledger at `other` knows: of two outcomes of an input, the more final one."""
        with self._faults():
            self._db.execute("ATTACH DATABASE ? AS part", (str(other),))
        try:
            with self.together() as db:
                for statement in ABSORB:
                    db.execute(statement)
        finally:
            self._db.execute("DETACH DATABASE part")

    # What became of everything.

    def outcomes(self) -> dict[State, int]:
        """Return how many inputs are in each state; together they are all inputs."""
        rows = self._rows(f"SELECT {STATE}, COUNT(*) FROM {JOINED} GROUP BY 1")
        return {State(str(state)): int_of(count) for state, count in rows}

    def totals(self) -> tuple[int, int, int]:
        """Return the contents read, their pages, and how many of them need a review."""
        ((contents, pages, review),) = self._rows(
            "SELECT COUNT(*), COALESCE(SUM(pages), 0), COALESCE(SUM(review), 0)"
            " FROM contents WHERE state = 'done'"
        )
        return int_of(contents), int_of(pages), int_of(review)

    def accounts(self, where: str = "1") -> Iterator[Account]:
        """Yield what became of every input, in the order in which they came."""
        last = 0
        while rows := self._rows(
            f"SELECT i.id, i.name, i.file, i.kind, i.size, i.modified, i.sha256, {STATE},"
            " (SELECT f.name FROM inputs f WHERE f.sha256 = i.sha256 ORDER BY f.id LIMIT 1),"
            " COALESCE(i.error, c.error), COALESCE(i.detail, c.detail),"
            " (SELECT COUNT(*) FROM attempts a WHERE a.sha256 = i.sha256),"
            f" c.reports, c.seconds FROM {JOINED} WHERE i.id > ? AND ({where}) ORDER BY i.id LIMIT ?",
            (last, PAGE),
        ):
            for row in rows:
                yield account_of(row)
            last = int_of(rows[-1][0])

    def read_contents(self) -> Iterator[Account]:
        """Yield the account of the first input of every content that was read."""
        return self.accounts(
            "c.state = 'done' AND i.state IS NULL"
            " AND i.id = (SELECT MIN(id) FROM inputs WHERE sha256 = i.sha256)"
        )

    def by_issuer(
        self, canonical: Callable[[str], str]
    ) -> Iterator[tuple[str, int, tuple[str, int], dict[str, Decimal]]]:
        """Yield issuer (by `canonical`), year, content with number, carried figures of reports, in order."""
        with self._faults():
            self._db.create_function("canonical", 1, canonical, deterministic=True)
            rows = self._db.execute(
                "SELECT canonical(json_extract(r.value, '$.issuer')), json_extract(r.value, '$.year'),"
                " sha256, json_extract(r.value, '$.number'), json_extract(r.value, '$.carried')"
                " FROM contents c, json_each(c.reports) r WHERE state = 'done'"
                " AND json_extract(r.value, '$.issuer') IS NOT NULL"
                " AND json_extract(r.value, '$.year') IS NOT NULL"
                " AND EXISTS (SELECT 1 FROM inputs i WHERE i.sha256 = c.sha256) ORDER BY 1, 2, 3, 4"
            )
            for issuer, year, sha256, number, carried in rows:
                figures = {key: Decimal(value) for key, value in json.loads(carried).items()}
                yield issuer, year, (sha256, number), figures
