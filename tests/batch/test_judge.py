"""Who is to blame when a worker, or a whole run, dies."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.batch.judge import Attempt, End, Sentence, judge
from pipeline.batch.values import State
from pipeline.settings import BatchSettings

LIMITS = BatchSettings(kills_alone=2, deaths_of_runs_alone=3)
AMONG_OTHERS, ALONE = False, True


def sentence(*attempts: tuple[End, bool]) -> Sentence:
    return judge([Attempt(*attempt) for attempt in attempts], LIMITS)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([(End.CRASHED, AMONG_OTHERS)], Sentence(State.SUSPECT, alone=True)),
        ([(End.CRASHED, AMONG_OTHERS), (End.CRASHED, ALONE)], Sentence(State.QUARANTINED)),
        ([(End.KILLED, AMONG_OTHERS)], Sentence(State.SUSPECT, alone=True, exclusive=True)),
        (
            [(End.KILLED, AMONG_OTHERS), (End.KILLED, ALONE)],
            Sentence(State.SUSPECT, alone=True, exclusive=True),
        ),
        ([(End.KILLED, AMONG_OTHERS)] + [(End.KILLED, ALONE)] * 2, Sentence(State.QUARANTINED)),
        ([(End.LOST, AMONG_OTHERS)], Sentence(State.SUSPECT)),
        ([(End.LOST, AMONG_OTHERS)] * 2, Sentence(State.SUSPECT, alone=True, exclusive=True)),
        ([(End.LOST, AMONG_OTHERS)] * 9, Sentence(State.SUSPECT, alone=True, exclusive=True)),
        ([(End.LOST, AMONG_OTHERS)] * 2 + [(End.LOST, ALONE)] * 3, Sentence(State.QUARANTINED)),
        ([(End.STOPPED, AMONG_OTHERS)], Sentence(State.PENDING)),
        ([(End.CRASHED, AMONG_OTHERS), (End.STOPPED, ALONE)], Sentence(State.SUSPECT, alone=True)),
    ],
)
def test_blame_takes_what_cannot_be_another_s_doing(
    attempts: Sequence[tuple[End, bool]], expected: Sentence
) -> None:
    assert sentence(*attempts) == expected
