"""What crosses between a worker and the process that reads for it, and what is refused."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.peaks import Peaks, peaks_of, scan_of
from pipeline.read.wire import (
    COUNT,
    HEADER,
    MARK,
    MOST,
    Kind,
    WireError,
    pack_peaks,
    pack_pictures,
    pack_quads,
    receive,
    send,
    unpack_peaks,
    unpack_pictures,
    unpack_quads,
)

CLASSES = 7
shapes = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([0, 3]))
bodies = st.binary(max_size=80)


def joined(parts: list[bytes]) -> memoryview:
    return memoryview(b"".join(parts))


@given(st.lists(shapes, max_size=5), st.integers(0, 99))
def test_pictures_arrive_as_they_were(wanted: list[tuple[int, int, int]], seed: int) -> None:
    chance = np.random.default_rng(seed)
    pictures = [chance.integers(0, 256, shape if shape[2] else shape[:2], np.uint8) for shape in wanted]
    found = unpack_pictures(joined(pack_pictures(pictures)))
    assert [p.shape for p in found] == [p.shape for p in pictures]
    assert all(np.array_equal(a, b) for a, b in zip(found, pictures, strict=True))


@given(st.integers(0, 4), st.integers(1, 5), st.integers(0, 99))
def test_likely_classes_arrive_as_they_were(lines: int, steps: int, seed: int) -> None:
    chances = np.random.default_rng(seed).random((lines, steps, CLASSES), np.float32)
    there = peaks_of(chances, 0.7)
    found = unpack_peaks(joined(pack_peaks(there)), CLASSES)
    alphabet = "_abcdef"
    assert [scan_of(p, alphabet) for p in found] == [scan_of(p, alphabet) for p in there]
    for line, peaks in zip(chances.tolist(), found, strict=True):
        for likely, told in zip(line, scan_of(peaks, alphabet).steps, strict=True):
            assert dict(told) == {c: p for c, p in zip(alphabet, likely, strict=True) if p >= np.float32(0.7)}
            assert [p for _, p in told] == sorted((p for _, p in told), reverse=True)


@given(st.lists(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)), min_size=4, max_size=4)))
def test_quads_arrive_as_they_were(quads: list[list[tuple[float, float]]]) -> None:
    there = tuple((a, b, c, d) for a, b, c, d in quads)
    assert unpack_quads(joined(pack_quads(there))) == there


@given(bodies)
def test_garbage_is_refused_or_harmless(body: bytes) -> None:
    """Whatever comes, it is a value of the right kind or a WireError, never anything else."""
    unpackers: list[Callable[[memoryview], object]] = [
        unpack_pictures,
        unpack_quads,
        lambda given: unpack_peaks(given, CLASSES),
    ]
    for unpack in unpackers:
        try:
            unpack(memoryview(body))
        except WireError:
            continue


def test_counts_that_promise_more_than_there_is_are_refused() -> None:
    huge = COUNT.pack(2**32 - 1)
    for body in (huge, huge + bytes(24)):
        with pytest.raises(WireError):
            unpack_pictures(memoryview(body))
        with pytest.raises(WireError):
            unpack_peaks(memoryview(body), CLASSES)


def test_a_class_that_there_is_not_is_refused() -> None:
    outside = Peaks(2, np.array([2 * CLASSES], np.int32), np.array([1.0], np.float32))
    with pytest.raises(WireError, match="outside its line"):
        unpack_peaks(joined(pack_peaks([outside])), CLASSES)


def heard(data: bytes) -> tuple[Kind, bytes] | None:
    """Return what `receive` makes of these few bytes and no more."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        message = receive(ours)
    return message and (message[0], bytes(message[1]))


def test_messages_have_an_end() -> None:
    assert heard(b"") is None
    assert heard(HEADER.pack(MARK, Kind.PAGE, 2) + b"ab") == (Kind.PAGE, b"ab")
    for cut in (HEADER.pack(MARK, Kind.PAGE, 2) + b"a", MARK):
        with pytest.raises(EOFError):
            heard(cut)
    bad = (b"http", Kind.PAGE, 2), (MARK, 9, 2), (MARK, Kind.PAGE, MOST + 1)
    for header in bad:
        with pytest.raises(WireError):
            heard(HEADER.pack(*header))


def test_a_large_message_arrives_whole() -> None:
    ours, theirs = socket.socketpair()
    parts = [bytes([n]) * 300_000 for n in range(5)]
    with ours, theirs:
        sender = threading.Thread(target=send, args=(theirs, Kind.LINES, parts))
        sender.start()
        message = receive(ours)
        assert message
        assert bytes(message[1]) == b"".join(parts)
        sender.join()
