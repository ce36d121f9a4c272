"""What a user relies on: whatever a document does to its reader, the command goes on and says so."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import (
    CrashedError,
    DeadlineError,
    EncryptedError,
    InternalError,
    KilledError,
    MemoryLimitError,
    MissingDependencyError,
)
from pipeline.settings import ProcessSettings
from pipeline.supervise import Nursery, Supervisor
from pipeline.supervise.wire import Failure, Kind, Message, Step, WireError, split

ROOT = Path(__file__).parent.parent
TASKS = "tests.faults.tasks"
DOCUMENT = Path("folder/report.pdf")
PATIENCE = 20.0  # seconds until a test gives up on an event


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    found = Nursery([TASKS])
    yield found
    found.close()


@pytest.fixture(params=["an interpreter of its own", "split off another"])
def supervisor(request: pytest.FixtureRequest, nursery: Nursery) -> Iterator[Supervisor]:
    """A supervisor of each kind of child: whatever a child does, both must bear it alike."""
    forked = request.param == "split off another"
    with Supervisor(ProcessSettings(timeout=60.0), nursery=nursery if forked else None) as found:
        yield found


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def ends(descriptor: int) -> bool:
    """Say whether the process behind a pidfd ends while we have patience."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(PATIENCE * 1000))


def test_a_task_answers_with_bytes_and_the_child_is_kept(supervisor: Supervisor) -> None:
    steps: list[tuple[str, int, int]] = []
    first = supervisor.run(f"{TASKS}:echo", DOCUMENT, "öptions", lambda *step: steps.append(step))
    second = supervisor.run(f"{TASKS}:echo", DOCUMENT, "öptions")
    assert first.decode() == f"report.pdf öptions {supervisor.child}"
    assert second == first
    assert steps == [("echo", 1, 1)]


def test_a_child_that_died_between_documents_costs_nothing(supervisor: Supervisor) -> None:
    supervisor.run(f"{TASKS}:echo", DOCUMENT)
    assert supervisor.child
    descriptor = os.pidfd_open(supervisor.child)
    os.kill(supervisor.child, signal.SIGKILL)
    assert ends(descriptor)
    assert supervisor.run(f"{TASKS}:echo", DOCUMENT).startswith(b"report.pdf")


@pytest.mark.parametrize("forked", [False, True])
@pytest.mark.parametrize("task", ["hang", "hang_with_helper"])
def test_a_hang_ends_at_the_deadline_with_all_it_started(task: str, forked: bool, nursery: Nursery) -> None:
    helpers: list[int] = []

    def watch(stage: str, done: int, total: int) -> None:
        assert running.child
        helpers.append(os.pidfd_open(done if stage == "helper" else running.child))

    with Supervisor(ProcessSettings(timeout=3.0), nursery=nursery if forked else None) as running:
        with pytest.raises(
            DeadlineError, match=r"^folder/report.pdf: not done after 3 s \(in stage render, 2 of 3"
        ):
            running.run(f"{TASKS}:{task}", DOCUMENT, "", watch)
        assert running.child is None
        assert helpers
        assert all(ends(helper) for helper in helpers)
        assert running.run(f"{TASKS}:echo", DOCUMENT)


@pytest.mark.parametrize(
    ("task", "options", "says"),
    [
        ("crash", "", "died of SIGSEGV"),
        ("leave", "", "ended with status 7"),
        ("shut_and_hang", "", "was killed"),
        ("babble", "<?xml version='1.0'?>", "garbage"),
        ("babble", "bgF1\x09\x00\x00\x00\x01x", "garbage"),
        ("babble", "bgF1\x02\x7f\x7f\x7f\x7fx", "garbage"),
        ("babble", "bgF1\x01\x00\x00\x00\x02[]", "garbage"),
        ("babble", "bgF1\x01\x00\x00\x00\x02{-", "garbage"),
        ("babble", "bgF1\x03\x00\x00\x00\x02[]", "garbage"),
    ],
)
def test_a_dead_or_mad_child_is_one_document_s_loss(
    supervisor: Supervisor, task: str, options: str, says: str
) -> None:
    with pytest.raises(CrashedError, match=f"^folder/report.pdf: .*{says}"):
        supervisor.run(f"{TASKS}:{task}", DOCUMENT, options)
    assert supervisor.run(f"{TASKS}:echo", DOCUMENT).startswith(b"report.pdf")


@pytest.mark.parametrize("forked", [False, True])
def test_memory_is_limited(forked: bool, nursery: Nursery) -> None:
    settings = ProcessSettings(timeout=60.0, memory_limit=1 << 30)
    with (
        Supervisor(settings, nursery=nursery if forked else None) as running,
        pytest.raises(MemoryLimitError, match="needs more than 1 GiB"),
    ):
        running.run(f"{TASKS}:devour", DOCUMENT)


def test_errors_of_the_product_arrive_as_they_are(supervisor: Supervisor) -> None:
    with pytest.raises(EncryptedError) as caught:
        supervisor.run(f"{TASKS}:refuse", DOCUMENT)
    assert str(caught.value) == "folder/report.pdf: needs a password"
    assert "in refuse" in caught.value.__notes__[0]
    assert supervisor.child is not None


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (f"{TASKS}:stumble", InternalError),
        (f"{TASKS}:lack", MissingDependencyError),
        (f"{TASKS}:there_is_none", InternalError),
        ("tests.faults.nowhere:task", MissingDependencyError),
    ],
)
def test_other_errors_are_told_in_one_line(
    supervisor: Supervisor, task: str, kind: type[InternalError] | type[MissingDependencyError]
) -> None:
    with pytest.raises(kind) as caught:
        supervisor.run(task, DOCUMENT)
    assert caught.value.line().startswith("folder/report.pdf: ")
    assert "\n" not in caught.value.line()
    assert supervisor.run(f"{TASKS}:echo", DOCUMENT).startswith(b"report.pdf")


def test_what_native_code_prints_stays_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    with Supervisor() as silent, Supervisor(verbose=True) as verbose:
        assert silent.run(f"{TASKS}:chatter", DOCUMENT) == b"quiet"
        assert capfd.readouterr() == ("", "")
        assert verbose.run(f"{TASKS}:chatter", DOCUMENT) == b"quiet"
        assert capfd.readouterr() == ("", "noise\nnoise\n")


def test_an_interrupt_leaves_no_child(supervisor: Supervisor) -> None:
    children: list[int] = []

    def interrupt(stage: str, done: int, total: int) -> None:
        assert supervisor.child
        children.append(os.pidfd_open(supervisor.child))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        supervisor.run(f"{TASKS}:hang", DOCUMENT, "", interrupt)
    assert supervisor.child is None
    assert ends(children[0])


@pytest.mark.parametrize("kind", ["fresh", "forked"])
@pytest.mark.parametrize("killer", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_killed_parent_leaves_no_orphan(killer: signal.Signals, kind: str) -> None:
    command = [sys.executable, "-m", "tests.faults.parent", f"{TASKS}:hang", kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        started = {child, parent_of(child)} - {parent.pid}
        assert len(started) == (2 if kind == "forked" else 1)
        descriptors = [os.pidfd_open(process) for process in started]
        parent.send_signal(killer)
        assert all(map(ends, descriptors))
    assert parent.returncode == -killer


def test_children_of_a_nursery_are_its_own_and_their_crashes_too(nursery: Nursery) -> None:
    with (
        Supervisor(ProcessSettings(timeout=60.0), nursery=nursery) as one,
        Supervisor(ProcessSettings(timeout=60.0), nursery=nursery) as other,
    ):
        kept = other.run(f"{TASKS}:echo", DOCUMENT)
        assert one.run(f"{TASKS}:echo", DOCUMENT) != kept
        assert one.child
        assert other.child
        nurse = parent_of(one.child)
        assert nurse == parent_of(other.child) != os.getpid()
        for task in ("crash", "leave", "shut_and_hang"):
            with pytest.raises(CrashedError):
                one.run(f"{TASKS}:{task}", DOCUMENT)
        assert one.run(f"{TASKS}:echo", DOCUMENT) != kept
        assert parent_of(one.child) == nurse
        assert other.run(f"{TASKS}:echo", DOCUMENT) == kept


def test_a_nurse_that_is_killed_takes_her_children_along_and_is_replaced(nursery: Nursery) -> None:
    with Supervisor(ProcessSettings(timeout=60.0), nursery=nursery) as running:
        nurses = []

        def kill(stage: str, done: int, total: int) -> None:
            assert running.child
            nurses.append(parent_of(running.child))
            os.kill(nurses[0], signal.SIGKILL)

        with pytest.raises(KilledError):
            running.run(f"{TASKS}:hang", DOCUMENT, "", kill)
        assert running.run(f"{TASKS}:echo", DOCUMENT)
        assert running.child
        assert parent_of(running.child) not in {nurses[0], os.getpid()}


@pytest.mark.parametrize("module", ["tests.faults.threads", "tests.faults.deadly"])
def test_where_there_can_be_no_nurse_children_are_interpreters(module: str) -> None:
    nursery = Nursery([module])
    with Supervisor(ProcessSettings(timeout=60.0), nursery=nursery) as running:
        assert running.run(f"{TASKS}:echo", DOCUMENT)
        assert running.child
        assert parent_of(running.child) == os.getpid()
    nursery.close()


def test_what_is_learnt_later_is_there_in_the_next_child(nursery: Nursery) -> None:
    with Supervisor(ProcessSettings(timeout=60.0), nursery=nursery) as running:
        assert running.run(f"{TASKS}:knows", DOCUMENT, "wave") == b"no"
        nursery.learn(["wave", "tests.faults.nowhere"])
        with pytest.raises(CrashedError):
            running.run(f"{TASKS}:crash", DOCUMENT)
        assert running.run(f"{TASKS}:knows", DOCUMENT, "wave") == b"yes"
        assert running.child
        assert parent_of(running.child) != os.getpid()


def test_a_module_that_is_missing_is_told_by_who_needs_it() -> None:
    nursery = Nursery(["tests.faults.nowhere"])
    with Supervisor(ProcessSettings(timeout=60.0), nursery=nursery) as running:
        with pytest.raises(MissingDependencyError):
            running.run("tests.faults.nowhere:task", DOCUMENT)
        assert running.run(f"{TASKS}:echo", DOCUMENT)
    nursery.close()


def test_a_file_beside_the_documents_is_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, supervisor: Supervisor
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    assert supervisor.run(f"{TASKS}:echo", DOCUMENT).startswith(b"report.pdf")


def test_messages_are_taken_apart_wherever_the_pipe_cuts_them() -> None:
    sent = [Message(Kind.PROGRESS, Step("read", 1, 2).encode()), Message(Kind.RESULT, b"\x00" * 300)]
    stream = b"".join(message.encode() for message in sent)
    buffer, taken = bytearray(), []
    for byte in stream:
        buffer.append(byte)
        if message := split(buffer):
            taken.append(message)
    assert taken == sent
    assert not buffer


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(WireError):
        split(bytearray(b"bgX"))
    with pytest.raises(WireError):
        Failure.parse(b'["a", "b"]')
    with pytest.raises(WireError):
        Step.parse(b'["read", "1", 2]')
