"""What CloudWatch Logs refuses, in AWS's words.

Sources: localstack/localstack, tests/aws/services/logs/*.snapshot.json (recorded on AWS in February 2026);
botocore's service model; API Reference, *PutLogEvents*, for its limits.
"""

from __future__ import annotations

import pytest

from tests.sandbox.logs.conftest import GROUP, STREAM, now
from tests.sandbox.refusals import refusal, told

DAY = 24 * 3600 * 1000
NAME = r"[\.\-_/#A-Za-z0-9]+"
LONG = "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
NO_GROUP = (400, "ResourceNotFoundException", "The specified log group does not exist.")
NO_STREAM = (400, "ResourceNotFoundException", "The specified log stream does not exist.")


def failed(value: str, place: str, must: str) -> str:
    text = (
        f"Value{f' {value}' if value else ''} at '{place}' failed to satisfy constraint: Member must {must}"
    )
    return f"1 validation error detected: {text}"


@pytest.mark.parametrize(
    ("operation", "parameters", "text"),
    [
        ("create_log_group", {"logGroupName": "a" * 513}, LONG),
        ("create_log_stream", {"logGroupName": GROUP, "logStreamName": "a" * 513}, LONG),
        (
            "create_log_group",
            {"logGroupName": "aws/lambda/users"},
            "Log groups starting with AWS/ are reserved for AWS.",
        ),
        (
            "create_log_group",
            {"logGroupName": "a b"},
            failed("'a b'", "logGroupName", f"satisfy regular expression pattern: {NAME}"),
        ),
        (
            "create_log_stream",
            {"logGroupName": GROUP, "logStreamName": "a:b"},
            failed("'a:b'", "logStreamName", "satisfy regular expression pattern: [^:*]*"),
        ),
        ("create_log_group", {}, failed("null", "logGroupName", "not be null")),
        (
            "filter_log_events",
            {"logGroupIdentifier": "arn:aws:logs:us-east-1:111122223333:log-group:a:*"},
            failed("", "logGroupIdentifier", r"satisfy regular expression pattern: [\w#+=/:,.@-]*"),
        ),
        (
            "describe_log_groups",
            {"limit": 51},
            failed("'51'", "limit", "have value less than or equal to 50"),
        ),
        (
            "filter_log_events",
            {"logGroupName": GROUP, "startTime": -1},
            failed("'-1'", "startTime", "have value greater than or equal to 0"),
        ),
        (
            "filter_log_events",
            {"logGroupName": GROUP, "filterPattern": "X" * 1025},
            failed(f"'{'X' * 1025}'", "filterPattern", "have length less than or equal to 1024"),
        ),
        (
            "describe_log_streams",
            {"logGroupName": GROUP, "orderBy": "Size"},
            failed("'Size'", "orderBy", "satisfy enum value set: [LogStreamName, LastEventTime]"),
        ),
        (
            "put_log_events",
            {**STREAM, "logEvents": [{"timestamp": 1, "message": ""}]},
            failed("''", "logEvents.1.member.message", "have length greater than or equal to 1"),
        ),
        (
            "put_log_events",
            {**STREAM, "logEvents": []},
            failed("'[]'", "logEvents", "have length greater than or equal to 1"),
        ),
        (
            "put_retention_policy",
            {"logGroupName": GROUP, "retentionInDays": 2},
            failed(
                "'2'",
                "retentionInDays",
                "satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,"
                " 1096, 1827, 2192, 2557, 2922, 3288, 3653]",
            ),
        ),
        (
            "filter_log_events",
            {"logGroupName": GROUP, "filterPattern": "a@b"},
            "Invalid character(s) in term '@'",
        ),
        ("test_metric_filter", {"filterPattern": "{ }", "logEventMessages": ["a"]}, "Invalid filter pattern"),
        (
            "filter_log_events",
            {"logGroupName": GROUP, "logStreamNames": ["a"], "logStreamNamePrefix": "a"},
            "logStreamNamePrefix and logStreamNames are mutually exclusive parameters.",
        ),
        (
            "get_log_events",
            {**STREAM, "startTime": 2, "endTime": 1},
            "startTime must be less than or equal to endTime.",
        ),
    ],
)
def test_a_parameter_that_may_not_be(logs, operation, parameters, text):
    assert told(refusal(getattr(logs, operation), **parameters)) == (400, "InvalidParameterException", text)


def test_several_are_told_together(logs):
    error = told(refusal(logs.filter_log_events, logGroupName="a b", limit=0))[2]
    assert error.startswith("2 validation errors detected: Value 'a b' at 'logGroupName'")
    one = failed("'0'", "limit", "have value greater than or equal to 1")
    assert error.endswith("; " + one.removeprefix("1 validation error detected: "))


def test_a_parameter_of_another_type(logs):
    assert told(refusal(logs.filter_log_events, logGroupName=7))[:2] == (400, "SerializationException")


@pytest.mark.parametrize("operation", ["get_log_events", "filter_log_events", "describe_log_streams"])
def test_a_group_has_one_name(logs, operation):
    stream = {"logStreamName": "a"} if operation == "get_log_events" else {}
    call = getattr(logs, operation)
    error = refusal(call, logGroupName=GROUP, logGroupIdentifier=GROUP, **stream)
    text = "LogGroup name and LogGroup ARN are mutually exclusive parameters."
    assert told(error) == (400, "ValidationException", text)
    assert told(refusal(call, **stream))[1] == "InvalidParameterException"


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("get_log_events", {"logStreamName": "a"}),
        ("put_log_events", {"logStreamName": "a", "logEvents": [{"timestamp": 1, "message": "a"}]}),
        ("create_log_stream", {"logStreamName": "a"}),
        ("delete_log_stream", {"logStreamName": "a"}),
        ("delete_log_group", {}),
        ("put_retention_policy", {"retentionInDays": 7}),
        ("delete_retention_policy", {}),
        ("list_tags_log_group", {}),
    ],
)
def test_a_group_or_stream_that_is_not_there(logs, operation, more):
    call = getattr(logs, operation)
    assert told(refusal(call, logGroupName="none", **more)) == NO_GROUP
    if operation in ("get_log_events", "put_log_events", "delete_log_stream"):
        assert told(refusal(call, logGroupName=GROUP, **more)) == NO_STREAM


def test_tags_of_what_is_not_there(logs):
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"a": "b"})
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}
    assert told(refusal(logs.tag_resource, resourceArn=f"{arn}x", tags={"a": "b"})) == NO_GROUP


def test_events_that_are_too_old_too_new_or_expired(logs, put):
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=3)
    times = [now() - 20 * DAY, now() - 15 * DAY, now() - 5 * DAY, now(), now() + DAY // 2, now() + DAY]
    events = [{"timestamp": time, "message": str(place)} for place, time in enumerate(times)]
    rejected = logs.put_log_events(**STREAM, logEvents=events)["rejectedLogEventsInfo"]
    assert rejected == {
        "tooOldLogEventEndIndex": 2,
        "expiredLogEventEndIndex": 3,
        "tooNewLogEventStartIndex": 4,
    }
    found = logs.filter_log_events(logGroupName=GROUP)["events"]
    assert [event["message"] for event in found] == ["3"]
    assert "rejectedLogEventsInfo" not in put("fine")


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        ((1_048_551,), "Log event too large: 1048577 bytes exceeds limit of 1048576"),
        ((600_000, 600_000), "Upload too large: 1200052 bytes exceeds limit of 1048576"),
    ],
)
def test_a_batch_that_is_too_large(put, sizes, text):
    assert told(refusal(lambda: put(*("a" * size for size in sizes)))) == (
        400,
        "InvalidParameterException",
        text,
    )


def test_a_batch_of_more_than_a_day(logs):
    events = [{"timestamp": now() - 2 * DAY, "message": "a"}, {"timestamp": now(), "message": "b"}]
    error = told(refusal(logs.put_log_events, **STREAM, logEvents=events))
    assert (
        error[2] == "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    )


def test_a_sequence_token_counts_for_nothing(logs):
    for token in ("1", "1"):
        events = [{"timestamp": now(), "message": "a"}]
        assert logs.put_log_events(**STREAM, logEvents=events, sequenceToken=token)["nextSequenceToken"]
