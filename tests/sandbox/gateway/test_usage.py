"""What a request to an API adds to the bill, all along its way."""

import time

import pytest


def usage(work):
    return work.raw.request("GET", "/_sandbox/usage").json()["accounts"].get(work.account, {})


def of(work, kind, name, value):
    return next((found for found in usage(work).get(kind, []) if found[name] == value), None)


def test_a_request_counts_at_its_api_its_function_and_its_log_group(work):
    name = "billed"
    arn = work.make_function(name, permitted=True, MemorySize=256)
    api = work.http_api(function=arn)
    sizes = [len(api.call("/x").body) for _ in range(3)]
    found = of(work, "apis", "api", api.id)
    assert (found["kind"], found["requests"], found["metered_requests"]) == ("HTTP", 3, 3)
    assert found["bytes_out"] == sum(sizes)
    deadline = time.monotonic() + 10
    while (counts := of(work, "functions", "function", name)) is None or counts["requests"] < 3:
        assert time.monotonic() < deadline, counts
    assert counts["requests"] == 3
    assert counts["gb_seconds"] == pytest.approx(counts["billed_ms"] / 1000 * 0.25)
    assert counts["billed_ms"] >= 3
    assert of(work, "log_groups", "log_group", f"/aws/lambda/{name}")["bytes_ingested"] > 3 * 100


def test_what_is_put_to_a_log_group_counts(work):
    logs = work.client("logs")
    logs.create_log_group(logGroupName="/put")
    logs.create_log_stream(logGroupName="/put", logStreamName="s")
    now = int(time.time() * 1000)
    for _ in range(2):
        logs.put_log_events(
            logGroupName="/put", logStreamName="s", logEvents=[{"timestamp": now, "message": "x" * 74}]
        )
    assert of(work, "log_groups", "log_group", "/put")["bytes_ingested"] == 200
