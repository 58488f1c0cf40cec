"""CloudWatch Logs: what it refuses, and that what was put can be read."""

from __future__ import annotations

import time

import pytest
from botocore.config import Config

from tests.sandbox.cases import case
from tests.sandbox.refusals import refusal

STREAM = {"logGroupName": "/aws/lambda/users", "logStreamName": "2026/11/22/[$LATEST]a"}


@pytest.fixture
def logs(client):
    made = client("logs", config=Config(parameter_validation=False))
    made.create_log_group(logGroupName=STREAM["logGroupName"])
    made.create_log_stream(**STREAM)
    return made


def now() -> int:
    return int(time.time() * 1000)


@case("log-group-exists")
def test_a_group_is_made_once(expected, logs):
    expected.check_error(refusal(logs.create_log_group, logGroupName=STREAM["logGroupName"]))


@case("log-stream-exists")
def test_a_stream_is_made_once(expected, logs):
    expected.check_error(refusal(logs.create_log_stream, **STREAM))


@case("log-bad-token")
def test_a_token_of_ones_own_making(expected, logs):
    expected.check_error(refusal(logs.get_log_events, **STREAM, nextToken="invalid"))


@case("log-bad-token")
def test_a_token_of_ones_own_making_for_a_filter(expected, logs):
    group = {"logGroupName": STREAM["logGroupName"]}
    expected.check_error(refusal(logs.filter_log_events, **group, nextToken="invalid"))


@case("log-limit")
def test_a_page_has_at_most_10000_events(expected, logs):
    expected.check_error(refusal(logs.get_log_events, **STREAM, limit=10001))


@case("log-order")
def test_events_come_in_order(expected, logs):
    events = [{"timestamp": now(), "message": "later"}, {"timestamp": now() - 1000, "message": "sooner"}]
    expected.check_error(refusal(logs.put_log_events, **STREAM, logEvents=events))


def test_what_was_put_is_read_page_by_page(logs):
    began = now()
    events = [{"timestamp": began + number, "message": f"line {number}"} for number in range(25)]
    logs.put_log_events(**STREAM, logEvents=events)
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=STREAM["logGroupName"], PaginationConfig={"PageSize": 10}
    )
    assert [event["message"] for page in pages for event in page["events"]] == [e["message"] for e in events]


def test_a_group_that_is_not_there(logs):
    error = refusal(logs.filter_log_events, logGroupName="/aws/lambda/none")
    assert error.response["Error"]["Code"] == "ResourceNotFoundException"
