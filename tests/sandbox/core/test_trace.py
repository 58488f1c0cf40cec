"""What happened to a request, hop by hop, within bounds."""

from __future__ import annotations

import re

import pytest

from sandbox.trace import MOST_HOPS, Tracer, new_trace_id, root_of

ROOT = "1-5759e988-bd862e3fe1be46a994272793"


def test_a_new_root_is_well_formed_and_new():
    roots = {new_trace_id() for _ in range(100)}
    assert len(roots) == 100
    assert all(re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", root) for root in roots)


@pytest.mark.parametrize(
    "header", [f"Root={ROOT}", f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1", f"Sampled=1; Root={ROOT}"]
)
def test_the_root_of_a_header(header):
    assert root_of(header) == ROOT


@pytest.mark.parametrize(
    "header", ["", "Parent=1", "Root=", "Root=mine", f"Root={ROOT}<script>", f"root={ROOT}", ROOT]
)
def test_a_header_without_a_well_formed_root(header):
    assert root_of(header) == ""


def test_hops_have_times_facts_and_errors():
    trace = Tracer().open("aws-api", "dynamodb GetItem", ROOT)
    with trace.hop("outer", service="dynamodb") as outer:
        with pytest.raises(ValueError, match="no"), trace.hop("inner"):
            raise ValueError("no")
        outer.note(status=200)
    told = trace.as_dict()
    first, second = told["hops"]
    assert told["trace_id"] == ROOT
    assert first["facts"] == {"service": "dynamodb", "status": 200}
    assert first["error"] is None
    assert second["error"] == "no"
    assert 0 <= first["offset_ms"] <= second["offset_ms"]
    assert first["took_ms"] >= second["took_ms"] >= 0


def test_a_hop_ends_once():
    hop = Tracer().open("k", "t").hop("one")
    hop.done()
    took = hop.took
    hop.done()
    assert hop.took == took


def test_a_hop_under_way_has_no_duration():
    trace = Tracer().open("k", "t")
    trace.hop("one")
    assert trace.as_dict()["hops"][0]["took_ms"] is None


def test_one_root_is_one_trace():
    tracer = Tracer()
    assert tracer.open("execute-api", "GET /", ROOT) is tracer.open("aws-api", "dynamodb Scan", ROOT)
    assert tracer.open("a", "b") is not tracer.open("a", "b")
    assert len(tracer.recent()) == 3


def test_the_oldest_traces_go():
    tracer = Tracer(limit=3)
    for number in range(5):
        tracer.open("k", str(number))
    assert [trace["title"] for trace in tracer.recent()] == ["2", "3", "4"]
    tracer.clear()
    assert tracer.recent() == []


def test_hops_are_bounded_and_the_rest_counted():
    trace = Tracer().open("k", "t")
    for _ in range(MOST_HOPS + 7):
        trace.hop("x")
    assert len(trace.as_dict()["hops"]) == MOST_HOPS
    assert trace.as_dict()["hops_dropped"] == 7
