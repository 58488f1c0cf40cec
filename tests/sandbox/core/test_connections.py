"""Connections: how long clients may take, how many there are, and what follows the end of a request."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

import pytest

from sandbox.connections import BODY_SECONDS, HEAD_SECONDS, SEND_SECONDS, Patience, make_room, most, sweep
from sandbox.serving import SHUTDOWN_SECONDS
from tests.sandbox.raw_http import RawClient
from tests.sandbox.warm import Warm

NOTHING = b"GET /_sandbox/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPGRADE = NOTHING.replace(b"\r\n\r\n", b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\n\r\n")


def everything(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def statuses(data: bytes) -> list[bytes]:
    return [part[:3] for part in data.split(b"HTTP/1.1 ")[1:]]


# ---- time ------------------------------------------------------------------------------------------------


def test_a_head_has_its_time_from_its_first_byte_however_often_more_comes():
    patience = Patience(0)
    for second in range(10, 61, 10):
        patience.came(second)
    assert not patience.over(10 + HEAD_SECONDS, 0, False)
    assert patience.over(10 + HEAD_SECONDS + 1, 0, False)


def test_a_connection_that_never_asks_for_anything_has_a_head_s_time():
    assert not Patience(0).over(HEAD_SECONDS, 0, False)
    assert Patience(0).over(HEAD_SECONDS + 1, 0, False)


def test_a_body_has_its_time_anew_with_each_piece_and_none_while_nothing_is_read():
    patience = Patience(0)
    patience.came(1)
    patience.in_body()
    patience.came(50)
    assert not patience.over(50 + BODY_SECONDS, 0, False)
    assert patience.over(51 + BODY_SECONDS, 0, False)
    assert not patience.over(51 + BODY_SECONDS, 0, True)


def test_between_requests_and_while_one_is_answered_no_time_runs():
    patience = Patience(0)
    patience.came(1)
    patience.in_body()
    patience.whole()
    assert not patience.over(10_000, 0, False)


def test_who_takes_nothing_of_an_answer_is_left_who_takes_little_is_not():
    patience = Patience(0)
    patience.whole()
    assert not patience.over(0, 100, False)
    assert not patience.over(SEND_SECONDS, 99, False)
    assert not patience.over(SEND_SECONDS * 2, 99, False)
    assert patience.over(SEND_SECONDS * 2 + 1, 99, False)


# ---- number ----------------------------------------------------------------------------------------------


@dataclass
class Fake:
    """A connection that has waited since some second."""

    since: int
    idle: bool = True
    waits: bool = True
    late: bool = False
    ended: bool = False
    patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(self.since)
        if not self.idle:
            self.patience.came(self.since)

    def overdue(self, now: float) -> bool:
        return self.late

    def end(self) -> None:
        self.ended = True


def test_room_is_made_by_whoever_has_been_idle_longest_then_by_the_slowest_request():
    old, young, slow, served = Fake(1), Fake(2), Fake(0, idle=False), Fake(0, waits=False)
    assert make_room([served, slow, young, old])
    assert [each.ended for each in (old, young, slow, served)] == [True, False, False, False]
    assert make_room([served, slow])
    assert slow.ended
    assert not make_room([served])
    assert not served.ended


def test_a_sweep_ends_those_whose_time_is_over():
    late, other = Fake(0, late=True), Fake(0)
    sweep({id(each): each for each in (late, other)}.values(), 0)
    assert (late.ended, other.ended) == (True, False)


@pytest.fixture
def small():
    """A sandbox that may have few descriptors, in a process of its own: 40 connections."""
    code = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80)); "
        "sys.argv = ['sandbox', 'serve', '--port', '0', '--ephemeral']; runpy.run_module('sandbox')"
    )
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    line = process.stdout.readline()
    yield RawClient(next(word for word in line.split() if word.startswith("http://")))
    process.terminate()
    process.communicate(timeout=10)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of descriptors")
def test_many_slow_clients_keep_nobody_from_being_served(small):
    slow = [small.connect() for _ in range(120)]
    try:
        for connection in slow:
            connection.sendall(b"GET /_sandbox/health HTTP/1.1\r\nHost: loc")
        assert [small.request("GET", "/_sandbox/health").status for _ in range(20)] == [200] * 20
        first = slow[0].recv(100)
        assert first == b"" or first.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    finally:
        for connection in slow:
            connection.close()


def test_at_its_end_idle_connections_are_closed_and_a_request_that_never_comes_whole_holds_nothing_up():
    with (
        Warm(port=0) as ending,
        RawClient(ending.url).connect() as idle,
        RawClient(ending.url).connect() as half,
    ):
        idle.sendall(NOTHING)
        assert idle.recv(4096).startswith(b"HTTP/1.1 404")
        half.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
        began = time.monotonic()
        os.kill(ending.pid, signal.SIGTERM)
        assert idle.recv(100) == b""
        assert everything(half).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert time.monotonic() - began < SHUTDOWN_SECONDS


def test_half_of_the_descriptors_are_for_clients():
    resource = pytest.importorskip("resource")
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert 16 <= most() <= max(10_000, soft)


# ---- what follows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
def test_an_offer_of_another_protocol_is_not_taken_and_what_follows_is_answered(raw, protocol):
    offer = UPGRADE % protocol
    last = NOTHING.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert statuses(raw.send_bytes(offer + NOTHING + offer + last)) == [b"404"] * 4


def test_very_many_offers_in_one_packet_are_answered(raw):
    with raw.connect() as connection:
        connection.sendall(UPGRADE % b"h2c" * 1500)
        connection.shutdown(socket.SHUT_WR)
        assert len(statuses(everything(connection))) == 1500


def test_a_client_that_says_it_has_sent_all_has_its_answer(raw):
    for request in (NOTHING, NOTHING * 3):
        with raw.connect() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            assert statuses(everything(connection)) == [b"404"] * request.count(b"GET")


def test_what_is_no_http_does_not_answer_for_the_request_before_it(raw):
    assert statuses(raw.send_bytes(NOTHING + b"NO HTTP\r\n\r\n"))[0] == b"404"
