"""Intervals of shares: against published values, and what clusters do to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.lib.interval import design_effect, interval, wilson


def test_wilson_gives_the_published_interval() -> None:
    """Newcombe (Statistics in Medicine 17, 1998, 857), table I: 81 of 263, and 0 of 20."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_nothing_wrong_still_leaves_room_below() -> None:
    found = interval([(200, 200)] * 200)
    assert found is not None
    assert found.share == found.high == 1.0
    assert 0.9999 < found.low < 1.0


def test_faults_in_one_document_tell_less_than_faults_spread_over_all() -> None:
    together = interval([(180, 200)] + [(200, 200)] * 19)
    spread = interval([(199, 200)] * 20)
    assert together is not None
    assert spread is not None
    assert together.share == spread.share
    assert together.low < spread.low < spread.high < together.high


def test_documents_one_by_one_are_no_clusters() -> None:
    assert design_effect([(1, 1)] * 190 + [(0, 1)] * 10) == pytest.approx(1.0, abs=0.01)


def test_nothing_to_share_has_no_interval() -> None:
    assert interval([(0, 0)]) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1))
def test_an_interval_holds_its_share(pairs: list[tuple[int, int]]) -> None:
    clusters = [(min(pair), max(pair)) for pair in pairs]
    found = interval(clusters)
    if found is None:
        assert not any(size for _, size in clusters)
    else:
        assert 0 <= found.low <= found.share <= found.high <= 1
