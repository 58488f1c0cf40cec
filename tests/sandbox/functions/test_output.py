"""How output is split into log events."""

from __future__ import annotations

import pytest

from sandbox.functions.output import FRAME, MOST_EVENT, MOST_FRAME, Splitter


def frame(text: str, micros: int = 5_000_000) -> bytes:
    data = text.encode()
    return FRAME + b"\x03" + len(data).to_bytes(4, "big") + micros.to_bytes(8, "big") + data


MIXED = b"one\ntwo\n" + frame("three\nlines\nhere") + b"begun" + frame("four") + b"five\n\nsix"
EVENTS = [
    (7, "one\n"),
    (7, "two\n"),
    (5000, "three\nlines\nhere"),
    (7, "begun"),
    (5000, "four"),
    (7, "five\n"),
    (7, "\n"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 17, 1000])
def test_lines_and_frames_in_pieces_of_any_size(size):
    splitter = Splitter()
    events = []
    for start in range(0, len(MIXED), size):
        events += splitter.feed(MIXED[start : start + size], 7)
    assert events == EVENTS
    assert splitter.finish(8) == [(8, "six")]
    assert splitter.finish(9) == []


def test_what_was_written_before_a_frame_is_not_later():
    events = Splitter().feed(b"before\nand" + frame("framed") + b"after\n", 6000)
    assert events == [(5000, "before\n"), (5000, "and"), (5000, "framed"), (6000, "after\n")]


def test_a_long_line_goes_on_in_the_next_event():
    splitter = Splitter()
    events = splitter.feed(b"x" * (2 * MOST_EVENT + 5) + b"\n", 1)
    assert [len(message) for _, message in events] == [MOST_EVENT, MOST_EVENT, 6]


def test_a_line_that_never_ends_is_not_kept():
    splitter = Splitter()
    written = sum(len(m) for _ in range(100) for _, m in splitter.feed(b"x" * 65536, 1))
    assert 100 * 65536 - written <= MOST_EVENT


def test_bytes_that_are_no_text():
    assert Splitter().feed(b"\xff\xfe\n", 1) == [(1, "\ufffd\ufffd\n")]


def test_a_frame_that_cannot_be_one():
    data = FRAME + b"\x03" + (MOST_FRAME + 1).to_bytes(4, "big") + (3_000_000).to_bytes(8, "big") + b"rest\n"
    events = Splitter().feed(data, 1)
    assert events[-1][1].endswith("rest\n")


def test_a_frame_of_no_known_kind_is_text():
    events = Splitter().feed(FRAME + b"x and what follows it\n", 1)
    assert "".join(message for _, message in events).endswith("x and what follows it\n")


def test_a_frame_that_is_cut_short():
    splitter = Splitter()
    assert splitter.feed(frame("abcdef")[:-3], 1) == []
    assert splitter.finish(2) == [(2, "abc")]
