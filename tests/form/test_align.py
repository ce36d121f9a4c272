"""Order-preserving alignment against exhaustive search."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.form.align import Claim, align, certain, has_double, unambiguous

CLAIMS = st.lists(
    st.builds(
        lambda start, size, item, score: Claim(start, start + size, item, score / 10),
        st.integers(0, 4),
        st.integers(1, 2),
        st.integers(0, 4),
        st.integers(1, 10),
    ),
    max_size=9,
    unique_by=lambda claim: (claim.start, claim.stop, claim.item),
)


def _best(claims: list[Claim]) -> float:
    """Return the best total by trying every subset in order."""

    def after(last: Claim | None) -> float:
        free = [c for c in claims if last is None or (c.start >= last.stop and c.item > last.item)]
        return max((c.score + after(c) for c in free), default=0.0)

    return after(None)


@given(CLAIMS)
def test_alignment_is_the_best_one(claims: list[Claim]) -> None:
    chosen = align(claims, 6, 5)
    assert all(a.stop <= b.start and a.item < b.item for a, b in pairwise(chosen))
    assert abs(sum(c.score for c in chosen) - _best(claims)) < 1e-9


def test_a_line_that_could_be_another_free_item_is_left_out() -> None:
    claim, rival = Claim(0, 1, 0, 0.9), Claim(0, 1, 1, 0.88)
    assert unambiguous([claim], [claim, rival], 0.05) == ()
    assert unambiguous([claim], [claim, rival], 0.01) == (claim,)


def test_a_second_line_for_the_same_item_is_seen() -> None:
    claim, double = Claim(0, 1, 0, 0.9), Claim(2, 3, 0, 0.88)
    assert has_double(claim, [claim], [claim, double], 0.05)
    assert not has_double(claim, [claim], [claim, double], 0.01)


def test_a_claim_between_sure_neighbours_is_certain_only_where_nothing_else_fits() -> None:
    first, middle, last = Claim(0, 1, 0, 1.0), Claim(1, 2, 1, 0.6), Claim(2, 3, 2, 1.0)
    sure = {first, last}
    assert middle in certain([first, middle, last], sure, 3, 3)
    moved = Claim(3, 4, 2, 1.0)
    assert middle not in certain([first, middle, moved], {first, moved}, 4, 3)
    assert middle in certain([first, middle, moved], {first, moved}, 4, 3, lambda line: line == 2)
