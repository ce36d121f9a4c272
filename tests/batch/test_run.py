"""A run reads everything once, and nothing that a document does harms its neighbours."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from pipeline.batch.ledger import Ledger
from pipeline.batch.run import Control, Wish
from pipeline.batch.values import START, Shard, State
from pipeline.batch.watch import Event
from pipeline.batch.workspace import Workspace
from pipeline.errors import MissingDependencyError, OutputError, WorkspaceError
from tests.batch.archive import Listener, attempts, good, limits, outcomes, results, run, write


def test_every_input_is_accounted_for(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 5)
    shutil.copy(source / "d0001.pdf", source / "e-copy.pdf")
    with zipfile.ZipFile(source / "more.zip", "w") as archive:
        archive.writestr("zipped.pdf", "report 局 2020 0 0 3")
    write(source, f1="damaged", f2="garbage", f3="swap")
    (source / "thumbs.xyz").write_text("foreign")
    (source / "scan.pdf").write_text("foreign too")
    listener = Listener()
    assert run(tmp_path / "ws", source, source / "gone.pdf", watchers=[listener]) is Wish.GO_ON
    expected = {f"d000{n}.pdf": "done" for n in range(5)} | {"e-copy.pdf": "done", "zipped.pdf": "done"}
    expected |= {"f1.pdf": "failed", "f2.pdf": "quarantined", "f3.pdf": "failed"}
    expected |= {"thumbs.xyz": "skipped", "scan.pdf": "failed", "gone.pdf": "failed"}
    assert outcomes(tmp_path / "ws") == expected
    assert len(results(tmp_path / "ws")) == 6
    assert listener.names("done").count("e-copy.pdf") + listener.names("done").count("d0001.pdf") == 1
    last = listener.snapshots[-1]
    assert last.inputs == last.finished == 13
    assert (last.contents, last.pages, last.review, last.failures) == (6, 13, 1, 5)
    assert not list((tmp_path / "ws" / "spool").iterdir())


def test_a_second_run_does_only_what_is_new(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 3)
    run(tmp_path / "ws", source)
    before = results(tmp_path / "ws")
    write(source, new="report 局 2022 0 0")
    listener = Listener()
    run(tmp_path / "ws", source, watchers=[listener])
    assert listener.names("started") == ["new.pdf"]
    assert before.items() <= results(tmp_path / "ws").items()


def test_a_changed_file_is_another_content(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 2)
    run(tmp_path / "ws", source)
    write(source, d0000="report 新 2021 5 5")
    run(tmp_path / "ws", source)
    with Ledger(Workspace(tmp_path / "ws").ledger) as ledger:
        issuers = [facts.issuer for account in ledger.accounts() for facts in account.reports]
    assert issuers == ["新", "局1"]


def test_lost_and_cut_results_are_made_again(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 3)
    run(tmp_path / "ws", source)
    before = results(tmp_path / "ws")
    first, second, _ = sorted((tmp_path / "ws" / "results").glob("*/*.json"))
    first.unlink()
    second.write_bytes(second.read_bytes()[:10])
    listener = Listener()
    run(tmp_path / "ws", watchers=[listener])
    assert len(listener.names("started")) == 2
    assert results(tmp_path / "ws") == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_documents_that_end_their_workers_are_quarantined_and_harm_nobody(tmp_path: Path, jobs: int) -> None:
    source = good(tmp_path / "in", 6)
    write(source, a_crash="crash", d0002x="hang", d0003x="killed", z_memory="devour")
    settings = limits(timeout=2.0, memory=1 << 30, worker_memory=1 << 30)
    run(tmp_path / "ws", source, jobs=jobs, settings=settings)
    bad = {"a_crash.pdf", "d0002x.pdf", "d0003x.pdf", "z_memory.pdf"}
    found = outcomes(tmp_path / "ws")
    assert {name for name, outcome in found.items() if outcome == "quarantined"} == bad
    assert {name for name, outcome in found.items() if outcome == "done"} == found.keys() - bad
    tried = attempts(tmp_path / "ws")
    assert {name: tried[name] for name in sorted(bad)} == {
        "a_crash.pdf": 2,
        "d0002x.pdf": 2,
        "d0003x.pdf": 3,
        "z_memory.pdf": 2,
    }
    assert all(tried[name] == 1 for name in found.keys() - bad)


def test_a_document_killed_by_another_s_fault_is_read_in_the_end(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 3)
    write(source, innocent=f"once {tmp_path / 'marker'}")
    run(tmp_path / "ws", source)
    assert outcomes(tmp_path / "ws")["innocent.pdf"] == "failed"  # what `once` says the second time
    assert attempts(tmp_path / "ws")["innocent.pdf"] == 2


def test_quarantine_holds_until_it_is_lifted(tmp_path: Path) -> None:
    source = write(tmp_path / "in", bad="crash", worse="damaged")
    listener = Listener()
    run(tmp_path / "ws", source)
    run(tmp_path / "ws", source, watchers=[listener])
    assert not listener.names("started")
    run(tmp_path / "ws", source, watchers=[listener], retry=[State.QUARANTINED])
    assert listener.names("started") == ["bad.pdf", "bad.pdf"]
    run(tmp_path / "ws", source, watchers=[listener], retry=[State.FAILED])
    assert listener.names("started")[2:] == ["worse.pdf"]


def test_a_source_that_vanishes_is_told(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 30)

    class Remove(Listener):
        def event(self, event: Event) -> None:
            super().event(event)
            (source / "d0029.pdf").unlink(missing_ok=True)

    run(tmp_path / "ws", source, watchers=[Remove()])
    found = outcomes(tmp_path / "ws")
    assert found.pop("d0029.pdf") == "failed"
    assert set(found.values()) == {"done"}


def test_workers_are_renewed_after_so_many_pages(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 9)  # two pages each
    run(tmp_path / "ws", source, jobs=1, settings=limits(renew_pages=6))
    with Ledger(Workspace(tmp_path / "ws").ledger) as ledger:
        shas = [str(account.sha256) for account in ledger.read_contents()]
    workers = [
        (tmp_path / "ws" / "results" / sha[:2] / f"{sha}.json")
        .read_text()
        .split('"read": ')[1]
        .split("\n")[0]
        for sha in shas
    ]
    assert [workers.count(worker) for worker in dict.fromkeys(workers)] == [3, 3, 3]


def test_workers_are_renewed_when_they_hold_too_much(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 3)
    run(tmp_path / "ws", source, jobs=1, settings=limits(renew_memory=1))
    text = " ".join(path.read_text() for path in (tmp_path / "ws" / "results").glob("*/*"))
    assert len({part.split("\n")[0] for part in text.split('"read": ')[1:]}) == 3


def test_shards_share_the_work_and_nothing_else(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 12)
    parts = [tmp_path / "1", tmp_path / "2", tmp_path / "3"]
    for number, part in enumerate(parts, 1):
        run(part, source, shard=Shard(number, 3))
    names = [name for part in parts for name, outcome in outcomes(part).items() if outcome == "done"]
    assert sorted(names) == sorted(path.name for path in source.iterdir())
    assert all(len(outcomes(part)) == 12 for part in parts)


def test_a_shard_reads_no_more_than_the_start_of_what_is_another_s(tmp_path: Path) -> None:
    """A member of an archive is damaged beyond its start: only the shard that it belongs to notices."""
    content = "report 局 2021 0 0".ljust(3 * START)
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("whole.pdf", content)
        archive.writestr("cut.pdf", content.replace("局", "厅"))
    raw = path.read_bytes()
    place = raw.index("厅".encode()) + 2 * START
    path.write_bytes(raw[:place] + b"#" + raw[place + 1 :])
    found = []
    for number in (1, 2, 3):
        run(tmp_path / str(number), path, shard=Shard(number, 3))
        found.append(outcomes(tmp_path / str(number)))
    for name, outcome in (("whole.pdf", "done"), ("cut.pdf", "failed")):
        assert sorted(each[name] for each in found) == sorted([outcome, "elsewhere", "elsewhere"])


def test_copies_fall_to_one_shard_wherever_they_lie(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 8)
    with zipfile.ZipFile(source / "copies.zip", "w") as archive:
        for number in range(8):
            archive.write(source / f"d000{number}.pdf", f"copy{number}.pdf")
    for number in (1, 2, 3):
        run(tmp_path / str(number), source, f"file://{source}/d0000.pdf", shard=Shard(number, 3))
        found = outcomes(tmp_path / str(number))
        assert {found[f"d000{n}.pdf"] == found[f"copy{n}.pdf"] for n in range(8)} == {True}
        assert len(results(tmp_path / str(number))) == list(found.values()).count("done") / 2


def test_what_is_missing_for_all_ends_the_run_and_blames_no_document(tmp_path: Path) -> None:
    source = write(tmp_path / "in", **{f"d{n}": f"lacking {n}" for n in range(9)})
    with pytest.raises(MissingDependencyError, match="4 documents in a row"):
        run(tmp_path / "ws", source, settings=limits(doubt_installation=4))
    write(source, **{f"d{n}": f"report 局 2021 {n} 0" for n in range(9)})
    run(tmp_path / "ws", source)
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}


def test_a_broken_installation_is_told_from_bad_documents(tmp_path: Path) -> None:
    source = write(tmp_path / "in", **{f"d{n}": f"crash {n}" for n in range(5)})
    settings = limits(doubt_installation=4)
    with pytest.raises(MissingDependencyError, match="so does one without a document"):
        run(tmp_path / "broken", source, settings=settings, probe="tests.batch.tasks:broken_probe")
    run(tmp_path / "sound", source, settings=settings)
    assert set(outcomes(tmp_path / "sound").values()) == {"quarantined"}


def test_one_run_at_a_time(tmp_path: Path) -> None:
    source = good(tmp_path / "in", 1)
    with (
        Workspace(tmp_path / "ws").locked(),
        pytest.raises(WorkspaceError, match=r"in use by process \d+ on"),
    ):
        run(tmp_path / "ws", source)
    assert run(tmp_path / "ws", source) is Wish.GO_ON


def test_a_ledger_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "ledger.sqlite").write_text("not a database, but long enough to be looked at" * 99)
    with pytest.raises(WorkspaceError, match="damaged or no ledger"):
        run(tmp_path / "ws", good(tmp_path / "in", 1))


def test_a_ledger_of_another_version_is_refused(tmp_path: Path) -> None:
    run(tmp_path / "ws", good(tmp_path / "in", 1))
    with sqlite3.connect(tmp_path / "ws" / "ledger.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="another version"):
        run(tmp_path / "ws")


def test_a_workspace_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        run(tmp_path / "file" / "ws", good(tmp_path / "in", 1))


def test_an_interrupt_finishes_what_is_in_work(tmp_path: Path) -> None:
    control = Control()

    class Interrupt(Listener):
        def event(self, event: Event) -> None:
            super().event(event)
            if control.wish is Wish.GO_ON and len(self.names("started")) == 2:
                control.interrupt()

    listener = Interrupt()
    assert (
        run(tmp_path / "ws", good(tmp_path / "in", 20), control=control, watchers=[listener]) is Wish.FINISH
    )
    assert sorted(listener.names("started")) == sorted(listener.names("done"))
    assert 2 <= len(listener.names("done")) < 20
    assert run(tmp_path / "ws") is Wish.GO_ON
    assert set(outcomes(tmp_path / "ws").values()) == {"done"}
    assert set(attempts(tmp_path / "ws").values()) == {1}
