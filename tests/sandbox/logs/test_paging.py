"""Pages of events, groups and streams.

Sources: API Reference of GetLogEvents, FilterLogEvents, DescribeLogGroups, ListLogGroups and
DescribeLogStreams; localstack/localstack, tests/aws/services/logs (recorded on AWS in February 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.logs.conftest import GROUP, STREAM, now
from tests.sandbox.refusals import refusal, told

BAD_TOKEN = (400, "InvalidParameterException", "The specified nextToken is invalid.")


def messages(answer: dict[str, Any]) -> list[str]:
    return [event["message"] for event in answer["events"]]


def test_a_stream_is_read_from_either_end(logs, put):
    put("a", "b", "c", "d")
    assert messages(logs.get_log_events(**STREAM, limit=2)) == ["c", "d"]
    page = logs.get_log_events(**STREAM, limit=3, startFromHead=True)
    assert messages(page) == ["a", "b", "c"]

    on = logs.get_log_events(**STREAM, limit=3, startFromHead=True, nextToken=page["nextForwardToken"])
    assert messages(on) == ["d"]
    end = logs.get_log_events(**STREAM, startFromHead=True, nextToken=on["nextForwardToken"])
    assert (messages(end), end["nextForwardToken"]) == ([], on["nextForwardToken"])
    back = logs.get_log_events(**STREAM, limit=2, nextToken=on["nextBackwardToken"])
    assert messages(back) == ["b", "c"]
    first = logs.get_log_events(**STREAM, nextToken=back["nextBackwardToken"])
    assert messages(first) == ["a"]
    begin = logs.get_log_events(**STREAM, nextToken=first["nextBackwardToken"])
    assert (messages(begin), begin["nextBackwardToken"]) == ([], first["nextBackwardToken"])

    put("e")
    assert messages(logs.get_log_events(**STREAM, nextToken=end["nextForwardToken"])) == ["e"]


def test_an_empty_stream_has_tokens_that_lead_on(logs, put):
    page = logs.get_log_events(**STREAM, startFromHead=True)
    assert page["events"] == []
    put("a")
    assert messages(logs.get_log_events(**STREAM, nextToken=page["nextForwardToken"])) == ["a"]


def test_times_bound_what_is_read(logs, put):
    began = now() - 5000
    put("a", "b", "c", at=began)
    # The end is not included by the one, and included by the other.
    assert messages(logs.get_log_events(**STREAM, startTime=began + 1, endTime=began + 2)) == ["b"]
    found = logs.filter_log_events(logGroupName=GROUP, startTime=began + 1, endTime=began + 2)
    assert messages(found) == ["b", "c"]


def test_a_page_has_at_most_a_megabyte(logs, put):
    for letter in "abcd":
        put(letter * 400_000)
    assert [text[0] for text in messages(logs.get_log_events(**STREAM, startFromHead=True))] == [
        "a",
        "b",
        "c",
    ]
    assert [text[0] for text in messages(logs.get_log_events(**STREAM))] == ["b", "c", "d"]
    page = logs.filter_log_events(logGroupName=GROUP)
    assert len(page["events"]) == 3
    rest = logs.filter_log_events(logGroupName=GROUP, nextToken=page["nextToken"])
    assert [text[0] for text in messages(rest)] == ["d"]
    assert "nextToken" not in rest


def test_streams_are_read_together_in_the_order_of_time(logs, put):
    began = now() - 5000
    put("1", "3", "5", at=began)
    put("0", "2", "4", at=began, stream="other")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, PaginationConfig={"PageSize": 2}
    )
    answers = list(pages)
    found = [event for page in answers for event in page["events"]]
    assert [event["timestamp"] for event in found] == sorted(event["timestamp"] for event in found)
    assert len(answers) == 3
    assert sorted(event["message"] for event in found) == list("012345")
    assert len({event["eventId"] for event in found}) == 6
    assert all(len(event["eventId"]) == 56 for event in found)
    assert [page["searchedLogStreams"] for page in answers] == [[], [], []]

    newest = logs.filter_log_events(logGroupName=GROUP, startFromHead=False, startTime=began, limit=2)
    assert {event["timestamp"] for event in newest["events"]} == {began + 2}
    following = logs.filter_log_events(logGroupName=GROUP, startTime=began, nextToken=newest["nextToken"])
    assert [event["timestamp"] - began for event in following["events"]] == [1, 1, 0, 0]


def test_streams_are_chosen_by_name_or_prefix(logs, put):
    put("mine")
    put("theirs", stream="2026/11/23/x")
    assert messages(logs.filter_log_events(logGroupName=GROUP, logStreamNames=["2026/11/23/x"])) == ["theirs"]
    assert messages(logs.filter_log_events(logGroupName=GROUP, logStreamNamePrefix="2026/11/22")) == ["mine"]
    error = refusal(logs.filter_log_events, logGroupName=GROUP, logStreamNames=["none"])
    assert told(error)[1:] == ("ResourceNotFoundException", "The specified log stream does not exist.")


@pytest.mark.parametrize("token", ["invalid", "f/1", "x/" + "0" * 56 + "/s", "WzEsMl0="])
def test_a_token_of_another_making(logs, token):
    calls: tuple[tuple[Any, dict[str, str]], ...] = (
        (logs.get_log_events, STREAM),
        (logs.filter_log_events, {"logGroupName": GROUP}),
        (logs.describe_log_streams, {"logGroupName": GROUP}),
        (logs.describe_log_groups, {}),
        (logs.list_log_groups, {}),
    )
    for call, place in calls:
        assert told(refusal(call, **place, nextToken=token)) == BAD_TOKEN


def test_a_token_of_another_group(logs, put):
    put("a", "b")
    token = logs.filter_log_events(logGroupName=GROUP, limit=1)["nextToken"]
    logs.create_log_group(logGroupName="other")
    assert told(refusal(logs.filter_log_events, logGroupName="other", nextToken=token)) == BAD_TOKEN


def test_groups_are_listed_by_name(logs):
    for name in ("zoo", "app/b", "app/a"):
        logs.create_log_group(logGroupName=name)
    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 3})
    names = [[group["logGroupName"] for group in page["logGroups"]] for page in pages]
    assert names == [[GROUP, "app/a", "app/b"], ["zoo"]]

    (group,) = logs.describe_log_groups(logGroupNamePrefix="zo")["logGroups"]
    arn = group["logGroupArn"]
    assert group.pop("creationTime") > 0
    assert group == {
        "arn": f"{arn}:*",
        "deletionProtectionEnabled": False,
        "logGroupArn": arn,
        "logGroupClass": "STANDARD",
        "logGroupName": "zoo",
        "metricFilterCount": 0,
        "storedBytes": 0,
    }
    found = logs.describe_log_groups(logGroupNamePattern="pp/")["logGroups"]
    assert [one["logGroupName"] for one in found] == ["app/a", "app/b"]
    assert "storedBytes" not in found[0]
    error = refusal(logs.describe_log_groups, logGroupNamePrefix="a", logGroupNamePattern="a")
    text = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
    assert told(error) == (400, "InvalidParameterException", text)
    listed = logs.list_log_groups(logGroupNamePattern="^app|zoo", limit=2)
    assert [one["logGroupName"] for one in listed["logGroups"]] == ["app/a", "app/b"]
    assert logs.list_log_groups(logGroupNamePattern="^pp/")["logGroups"] == []


def test_streams_are_listed_by_name_or_by_their_last_events(logs, put):
    began = now() - 5000
    put("old", at=began, stream="a")
    put("new", at=began + 9, stream="b")
    mine = STREAM["logStreamName"]

    def names(**options: Any) -> list[list[str]]:
        pages: Iterator[Any] = logs.get_paginator("describe_log_streams").paginate(
            logGroupName=GROUP, PaginationConfig={"PageSize": 2}, **options
        )
        return [[stream["logStreamName"] for stream in page["logStreams"]] for page in pages]

    assert names() == [[mine, "a"], ["b"]]
    assert names(descending=True) == [["b", "a"], [mine]]
    assert names(orderBy="LastEventTime", descending=True) == [["b", "a"], [mine]]
    assert names(orderBy="LastEventTime") == [[mine, "a"], ["b"]]
    error = refusal(
        logs.describe_log_streams, logGroupName=GROUP, orderBy="LastEventTime", logStreamNamePrefix="a"
    )
    text = "Cannot order by LastEventTime with a logStreamNamePrefix."
    assert told(error) == (400, "InvalidParameterException", text)

    (empty,) = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=mine)["logStreams"]
    assert set(empty) == {"arn", "creationTime", "logStreamName", "storedBytes"}
    (stream,) = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix="b")["logStreams"]
    assert stream["firstEventTimestamp"] == stream["lastEventTimestamp"] == began + 9
    assert stream["storedBytes"] == 0
    assert stream["lastIngestionTime"] >= began


def test_a_group_is_named_by_its_arn(logs, put, account):
    put("a")
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    stream = STREAM["logStreamName"]
    for identifier in (GROUP, arn):
        assert messages(logs.filter_log_events(logGroupIdentifier=identifier)) == ["a"]
        assert messages(logs.get_log_events(logGroupIdentifier=identifier, logStreamName=stream)) == ["a"]
        assert len(logs.describe_log_streams(logGroupIdentifier=identifier)["logStreams"]) == 1
    elsewhere = arn.replace(account, "111122223333")
    error = refusal(logs.filter_log_events, logGroupIdentifier=elsewhere)
    assert told(error)[1:] == ("ResourceNotFoundException", "The specified log group does not exist.")
