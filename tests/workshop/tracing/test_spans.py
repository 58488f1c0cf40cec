"""Hops become steps, each under the one that caused it; one request is chosen of many."""

import pytest

from workshop.errors import Problem
from workshop.tracing.choose import choose, ids
from workshop.tracing.spans import way
from workshop.tracing.tree import text

ACCOUNT = "111122223333"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/users-role/users"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/users"


def hop(name, offset, took, error=None, **facts):
    return {"name": name, "offset_ms": offset, "took_ms": took, "error": error, "facts": facts}


def trace(*hops, kind="execute-api", trace_id="1-6b03691a-56d314626e143ff0f8f1aabc", dropped=0):
    head = {"trace_id": trace_id, "kind": kind, "title": "POST /users", "started": 1795385626.5}
    return {**head, "hops": list(hops), "hops_dropped": dropped}


GATEWAY = hop(
    "gateway", 0.1, 0.1, api="a1", kind="HTTP API", request_id="gw=", stage="$default", route="POST /users"
)
ALLOWED = {
    "action": "dynamodb:PutItem",
    "resource": TABLE,
    "decision": "allowed",
    "policy": "p",
    "statement": "s",
}


def put_item(offset, took, error=None, **facts):
    given = {"service": "dynamodb", "operation": "PutItem", "caller": CALLER, "request_id": f"R{offset:g}"}
    return hop("aws-api", offset, took, error, **given, **facts)


WHOLE = trace(
    GATEWAY,
    hop("permission", 0.3, 0.2, function="arn:…:function:users", source_arn="arn:a1", allowed=True),
    hop("lambda", 1, 20, function="users", request_id="L1", environment="cold", init_ms=9.04, handler_ms=8.0,
        event_bytes=900, result_bytes=40),
    put_item(12, 6, iam=[ALLOWED], status=200),
    put_item(13, 6, iam=[ALLOWED], status=200),
    hop("dynamodb", 14, 0.1, table="users", replica=0, write_units=1.0, condition=True),
    hop("mapping", 22, 0.1, payload_format="2.0", because="it has a statusCode", status=201),
    hop("answered", 22.5, 0.0, status=201, bytes=17, account=ACCOUNT),
    dropped=3,
)  # fmt: skip


def titles(steps):
    return [(step.title, titles(step.children)) for step in steps]


def test_each_step_is_under_the_one_that_caused_it():
    """Two calls of a function at the same time are both the function's: neither caused the other."""
    found = way(WHOLE)
    call = "dynamodb PutItem → 200"
    assert titles(found.steps) == [
        ("HTTP API a1 · stage $default · route POST /users", []),
        ("may invoke users", []),
        ("Lambda users, cold environment", [(call, []), (call, [("table users", [])])]),
        ("the result becomes the answer (payload 2.0) → 201", []),
        ("answered 201, 17 bytes", []),
    ]
    assert (found.status, found.took, found.first_trouble) == (201, 22.5, None)


def test_facts_are_said_in_words():
    said = text(way(WHOLE), width=160)
    for words in (
        "POST /users  →  201",
        "init 9.0 ms, handler 8.0 ms",
        "event 900 bytes, result 40 bytes",
        f"allowed by statement s of p: dynamodb:PutItem on {TABLE}",
        "replica 0, 1 write unit",
        "the condition held",
        "… and 3 more steps, which were counted and not kept",
    ):
        assert words in said
    assert "First trouble" not in said


def test_an_http_integration():
    changed = hop("parameters", 1, 0.1, parameters=["append:header.a", "overwrite:path"])
    called = hop("endpoint", 2, 1, uri="http://localhost:80/", method="GET", target="/a?b=1", status=200)
    said = text(way(trace(GATEWAY, changed, called)), width=160)
    for words in (
        "the request is changed for its integration",
        "append:header.a, overwrite:path",
        "HTTP endpoint http://localhost:80/ → 200",
        "GET /a?b=1",
    ):
        assert words in said


TROUBLES = {
    "no route": (hop("gateway", 0.1, 0.1, "no route fits", api="a1"), "API a1: no route fits"),
    "no permission": (
        hop(
            "permission",
            0.1,
            0.1,
            function="a:users",
            source_arn="arn:a1",
            allowed=False,
            because="nothing lets it",
        ),
        "may not invoke users: nothing lets it",
    ),
    "throttled": (
        hop("dynamodb", 0.1, 0.1, table="users", throttled="ThrottlingException"),
        "table users: ThrottlingException",
    ),
    "an endpoint that does not answer": (
        hop("endpoint", 0.1, 0.1, "nobody listens", uri="http://localhost/", status=503),
        "HTTP endpoint http://localhost/ → 503: nobody listens",
    ),
    "the gateway by itself": (
        hop("answer", 0.1, 0.1, because="the function failed", status=502),
        "the gateway answers by itself → 502: the function failed",
    ),
    "refused without a word": (put_item(0.1, 0.1, status=400), "dynamodb PutItem → 400: answered 400"),
}


@pytest.mark.parametrize(("bad", "said"), TROUBLES.values(), ids=TROUBLES)
def test_the_first_trouble_is_named(bad, said):
    lines = text(way(trace(GATEWAY, bad))).splitlines()
    assert lines[-1] == f"First trouble: {said}"
    assert sum("✗" in line for line in lines) == 1


def test_the_innermost_trouble_is_the_cause():
    failed = hop("lambda", 1, 20, "it raised", function="users")
    refused = put_item(2, 1, "AccessDeniedException: no", status=400)
    assert way(trace(failed, refused)).first_trouble.trouble == "AccessDeniedException: no"


def test_nothing_is_broken_that_has_to_be_copied():
    long = "arn:aws:iam::111122223333:role/" + "x-" * 60
    lines = text(way(trace(hop("gateway", 0, 1, f"see {long} there", api="a1"))), width=60).splitlines()
    assert sum(long in line for line in lines) == 2


def test_an_unknown_step_is_shown_as_it_is():
    assert "something\n      depth: 3" in text(way(trace(hop("something", 0, None, depth=3))))


OTHER = trace(hop("answered", 1, 0, status=200, bytes=0, account="999999999999"), trace_id="1-0-other")
CALL = trace(put_item(0, 1), hop("lambda", 0.1, 0.5, function="users"), kind="aws-api", trace_id="1-0-call")
PLAIN = trace(put_item(0, 1), kind="aws-api", trace_id="1-0-plain")


@pytest.mark.parametrize(
    ("traces", "wanted", "account", "found"),
    [
        ([WHOLE, OTHER, CALL, PLAIN], "last", ACCOUNT, WHOLE),
        ([WHOLE, OTHER, CALL, PLAIN], "last", "", OTHER),
        ([CALL, PLAIN], "last", ACCOUNT, CALL),
        ([WHOLE, CALL, PLAIN], "l1", ACCOUNT, WHOLE),
        ([WHOLE, CALL, PLAIN], "GW=", ACCOUNT, WHOLE),
        ([WHOLE, CALL, PLAIN], "1-0-plain", ACCOUNT, PLAIN),
    ],
)
def test_one_is_chosen(traces, wanted, account, found):
    assert choose(traces, wanted, "http://here", account) is found


@pytest.mark.parametrize(("wanted", "do_next"), [("last", "call your API"), ("nobody", "copy it whole")])
def test_none_is_a_problem(wanted, do_next):
    with pytest.raises(Problem) as problem:
        choose([PLAIN, OTHER], wanted, "http://here", ACCOUNT)
    assert "the last 2 requests at http://here" in problem.value.looked_at
    assert do_next in problem.value.do_next


def test_every_id_on_the_way_names_it():
    assert ids(WHOLE) == {WHOLE["trace_id"], "gw=", "l1", "r12", "r13"}
