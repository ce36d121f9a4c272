"""Crops in batches of equal width."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.batches import make_batches
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
sizes = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 4000)), max_size=30)


@given(sizes)
def test_every_crop_is_in_one_batch_of_its_width(shapes: list[tuple[int, int]]) -> None:
    batches = make_batches([np.full(shape, 200, np.uint8) for shape in shapes], SETTINGS)
    assert sorted(i for batch in batches for i in batch.indexes) == list(range(len(shapes)))
    for batch in batches:
        assert {crop.shape for crop in batch.crops} == {(48, batch.crops[0].shape[1], 3)}
        assert batch.crops[0].shape[1] in SETTINGS.widths


def test_a_lone_digit_is_not_padded_to_a_word() -> None:
    (batch,) = make_batches([np.full((40, 28), 0, np.uint8)] * 3, SETTINGS)
    assert batch.crops[0].shape == (48, 48, 3)
