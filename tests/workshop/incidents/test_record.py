"""incidents.json: whole or not at all, one writer at a time, and what cannot be understood is said."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from workshop.errors import Problem
from workshop.incidents import pick, record
from workshop.incidents.pick import kind_of
from workshop.incidents.record import Part, Ticket


def ticket(seed=7, opened_at="2026-11-23T01:00:00.000+00:00", **others):
    chosen = pick(seed)
    request = {"method": "POST", "path": "/users", "api": kind_of(seed, chosen), "url": "u", "load": False}
    target = {"kind": "sandbox", "account": "123456789012", "region": "us-east-1"}
    parts = tuple(Part(one) for one in chosen)
    given = {"answer": {"status": 500, "body": "", "counts": {}}} | others
    return Ticket(seed, 1, opened_at, target, "workshop", request, {"stack": {}}, parts, **given)


def test_what_was_written_is_read(tmp_path):
    sealed = Part(pick(7)[0], {"layer": "table"}, {"form": "call"}, {"shows": True}, "2026-11-23T01:05:00Z")
    one = ticket().with_part(sealed)
    record.add(tmp_path, one)
    assert record.read(tmp_path) == (one,)
    assert record.open_ticket(tmp_path) == one
    assert record.latest(tmp_path) == one


def test_without_a_record_there_is_no_ticket(tmp_path):
    assert record.read(tmp_path) == ()
    assert record.read(tmp_path / "none") == ()
    assert record.open_ticket(tmp_path) is None
    assert record.latest(tmp_path) is None
    assert record.close(tmp_path, "mend", "2026-11-23T02:00:00Z") is None


def test_one_ticket_is_open_at_a_time(tmp_path):
    record.add(tmp_path, ticket())
    with pytest.raises(Problem, match="a ticket that is open, of seed 7"):
        record.add(tmp_path, ticket(8, "2026-11-23T01:01:00.000+00:00"))
    closed = record.close(tmp_path, "check", "2026-11-23T02:00:00Z")
    assert (closed.closed_by, closed.is_open) == ("check", False)
    record.add(tmp_path, ticket(8, "2026-11-23T02:01:00.000+00:00"))
    assert [one.seed for one in record.read(tmp_path)] == [7, 8]
    assert record.open_ticket(tmp_path).seed == 8


def test_a_ticket_that_was_never_told_asks_for_mend(tmp_path):
    record.add(tmp_path, ticket(answer=None))
    with pytest.raises(Problem, match="never told") as refused:
        record.refuse_open(record.read(tmp_path), tmp_path)
    assert "workshop mend" in refused.value.do_next


def test_a_ticket_is_replaced_or_dropped_by_when_it_was_opened(tmp_path):
    one = ticket()
    record.add(tmp_path, one)
    record.put(tmp_path, replace(one, answer={"status": 404}))
    assert record.open_ticket(tmp_path).answer == {"status": 404}
    record.drop(tmp_path, one)
    assert record.read(tmp_path) == ()


def test_of_many_at_once_one_opens_a_ticket(tmp_path):
    def add(number):
        try:
            record.add(tmp_path, ticket(number, f"2026-11-23T01:00:{number:02}.000+00:00"))
        except Problem:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(1, 17))) == 1
    assert len(record.read(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [record.FILE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"tickets": [{"seed": 7',
        "[]",
        '{"tickets": [{"seed": 7, "together": 1, "parts": []}]}',
        '{"tickets": [{"seed": 7, "together": 3, "parts": [{}]}]}',
        '{"tickets": [{"seed": 7, "together": 1, "parts": [{"name": 1}]}]}',
        '{"tickets": [{"seed": 7, "together": 1, "parts": [{}], "request": {"api": "other"}}]}',
        "\udcff",
    ],
)
def test_a_record_that_cannot_be_understood(tmp_path, text):
    (tmp_path / record.FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Problem) as refused:
        record.read(tmp_path)
    assert record.FILE in refused.value.looked_at + refused.value.do_next
    assert (tmp_path / record.FILE).exists()


def test_the_first_part_that_is_not_sealed_is_next():
    chosen = pick(19, 2)
    parts = tuple(Part(one) for one in chosen)
    one = replace(ticket(), seed=19, together=2, parts=parts)
    assert one.unsealed is parts[0]
    half = one.with_part(replace(parts[0], sealed_at="2026-11-23T01:05:00Z"))
    assert half.unsealed is parts[1]
    assert half.with_part(replace(parts[1], sealed_at="2026-11-23T01:06:00Z")).unsealed is None


def test_the_file_holds_plain_data(tmp_path):
    record.add(tmp_path, ticket())
    (told,) = json.loads((tmp_path / record.FILE).read_text())["tickets"]
    assert told["parts"] == [dict.fromkeys(("diagnosis", "evidence", "symptom_at_seal", "sealed_at"))]
