"""DescribeLogGroups, ListLogGroups and DescribeLogStreams.

Sources: API Reference of the three; localstack/localstack, test_logs_groups.snapshot.json and
test_logs_streams.snapshot.json (recorded on AWS 2026-02-03).
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.log_groups import LogGroup, LogStream, log_groups, milliseconds
from sandbox.logs.faults import invalid
from sandbox.logs.places import group_of, read_token, token

Json = dict[str, Any]

_BY_TIME = "LastEventTime"


def describe_groups(call: ApiCall, account: str) -> Json:
    """The groups of the account by name, 50 a page at most."""
    given = call.parameters
    prefix, part = given.get("logGroupNamePrefix"), given.get("logGroupNamePattern")
    if prefix and part:
        text = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        raise invalid(text)
    wanted = [
        name.split(":log-group:")[-1].removesuffix(":*") for name in given.get("logGroupIdentifiers", ())
    ]
    found = [
        group
        for name, group in sorted(log_groups(account, call.region).items())
        if name.startswith(prefix or "") and (part or "") in name and (not wanted or name in wanted)
    ]
    if given.get("logGroupClass", "STANDARD") != "STANDARD":
        found = []
    page, following = _page(found, [group.name for group in found], given, 50)
    return {"logGroups": [_group(one, short=bool(part)) for one in page], **following}


def list_groups(call: ApiCall, account: str) -> Json:
    """Names, ARNs and classes of the groups whose names fit the pattern, 50 a page if nothing is said."""
    given = call.parameters
    pattern = re.compile(given.get("logGroupNamePattern", ""))
    groups = log_groups(account, call.region)
    standard = given.get("logGroupClass", "STANDARD") == "STANDARD"
    names = [name for name in sorted(groups) if standard and pattern.search(name)]
    page, following = _page([groups[name] for name in names], names, given, 50)
    told = [{"logGroupName": one.name, "logGroupArn": one.arn, "logGroupClass": "STANDARD"} for one in page]
    return {"logGroups": told, **following}


def describe_streams(call: ApiCall, account: str) -> Json:
    """The streams of a group by name or by their last events, 50 a page at most."""
    given = call.parameters
    prefix = given.get("logStreamNamePrefix", "")
    by_time = given.get("orderBy") == _BY_TIME
    if by_time and prefix:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = group_of(call, account)
    found = [stream for name, stream in group.streams.items() if name.startswith(prefix)]
    found.sort(key=_last if by_time else _name, reverse=bool(given.get("descending")))
    page, following = _page(found, [stream.log_stream_name for stream in found], given, 50)
    return {"logStreams": [_stream(one) for one in page], **following}


def _page(found: list[Any], names: list[str], given: Json, most: int) -> tuple[list[Any], Json]:
    """A page of what was found, and the token of the next. A page begins after the name in the token."""
    begins = 0
    if given.get("nextToken"):
        (last,) = read_token(given["nextToken"], (str,))
        begins = names.index(last) + 1 if last in names else len(names)
    ends = begins + int(given.get("limit") or most)
    more = {"nextToken": token(names[ends - 1])} if ends < len(names) else {}
    return found[begins:ends], more


def _group(group: LogGroup, *, short: bool) -> Json:
    """short: as it is told where a pattern was asked for."""
    told: Json = {
        "logGroupName": group.name,
        "creationTime": milliseconds(group.creation_time),
        "metricFilterCount": 0,
        "arn": f"{group.arn}:*",
        "logGroupClass": "STANDARD",
        "logGroupArn": group.arn,
    }
    if short:
        return told
    if group.retention_in_days:
        told["retentionInDays"] = int(group.retention_in_days)
    stored = sum(stream.stored_bytes for stream in group.streams.values())
    return {**told, "storedBytes": stored, "deletionProtectionEnabled": False}


def _stream(stream: LogStream) -> Json:
    """storedBytes has been 0 for all streams since June 2019."""
    told: Json = {
        "logStreamName": stream.log_stream_name,
        "creationTime": milliseconds(stream.creation_time),
        "arn": stream.arn,
        "storedBytes": 0,
    }
    if not stream.events:
        return told
    times = [event.timestamp for event in stream.events]
    told |= {"firstEventTimestamp": min(times), "lastEventTimestamp": max(times)}
    if stream.last_ingestion_time is not None:
        told["lastIngestionTime"] = milliseconds(stream.last_ingestion_time)
    return {**told, "uploadSequenceToken": f"{stream.upload_sequence_token:056d}"}


def _name(stream: LogStream) -> str:
    return stream.log_stream_name


def _last(stream: LogStream) -> tuple[int, str]:
    """Streams without events come first; those of one time by name."""
    return max((event.timestamp for event in stream.events), default=0), stream.log_stream_name
