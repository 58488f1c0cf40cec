"""Functions, their code and their logs after a restart."""

import asyncio
import io
import json
import threading
import time
import zipfile
from pathlib import Path

import pytest

from sandbox.backend import log_streams
from sandbox.backend.log_streams import MOST_EVENTS
from sandbox.backend.moto_backend import MotoBackend
from sandbox.log_history import AT_ONCE, LogHistory
from sandbox.store import LogRow, NoStore
from tests.sandbox.roles import make_role
from tests.sandbox.store.durable import Durable
from tests.workshop.waiting import wait_until

HANDLER = """
def handler(event, context):
    print("seen", event["n"])
    return {"n": event["n"], "version": context.function_version}
"""


@pytest.fixture
def durable(tmp_path):
    started = Durable(tmp_path / "state")
    yield started
    started.sandbox.stop()


def package(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", text)
    return file.getvalue()


def make_function(durable):
    role = make_role(durable.client("iam"), "runs")
    given = {"Runtime": "python3.13", "Role": role, "Handler": "app.handler"}
    code = {"ZipFile": package(HANDLER)}
    api = durable.client("lambda")
    api.create_function(FunctionName="echo", Code=code, Environment={"Variables": {"MODE": "1"}}, **given)
    return api


def invoke(durable, n, qualifier="$LATEST"):
    api = durable.client("lambda")
    answer = api.invoke(FunctionName="echo", Qualifier=qualifier, Payload=json.dumps({"n": n}))
    return json.load(answer["Payload"])


def messages(durable, group="/aws/lambda/echo"):
    pages = durable.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"]]


def reports(durable):
    return sum(message.startswith("REPORT ") for message in messages(durable))


def test_versions_aliases_policies_settings_and_code_are_as_they_were(durable):
    api = make_function(durable)
    api.publish_version(FunctionName="echo", Description="first")
    api.create_alias(FunctionName="echo", Name="live", FunctionVersion="1")
    api.update_function_code(FunctionName="echo", ZipFile=package(HANDLER.replace("seen", "now")))
    api.put_function_concurrency(FunctionName="echo", ReservedConcurrentExecutions=7)
    api.tag_resource(Resource="arn:aws:lambda:us-east-1:123456789012:function:echo", Tags={"a": "b"})
    api.put_function_event_invoke_config(FunctionName="echo", Qualifier="live", MaximumRetryAttempts=1)
    granted = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    api.add_permission(FunctionName="echo", StatementId="s", Qualifier="live", **granted)
    in_json = {"LogFormat": "JSON", "SystemLogLevel": "DEBUG"}
    api.update_function_configuration(FunctionName="echo", LoggingConfig=in_json)

    def told():
        api = durable.client("lambda")
        found = api.get_function(FunctionName="echo")
        return (
            {key: found[key] for key in ("Configuration", "Tags", "Concurrency")},
            api.list_versions_by_function(FunctionName="echo")["Versions"],
            api.list_aliases(FunctionName="echo")["Aliases"],
            api.get_policy(FunctionName="echo", Qualifier="live")["Policy"],
            api.list_function_event_invoke_configs(FunctionName="echo")["FunctionEventInvokeConfigs"],
        )

    before = told()
    durable.again()
    assert told() == before
    assert before[0]["Configuration"]["LoggingConfig"].items() >= in_json.items()
    as_text = {"LogFormat": "Text"}
    durable.client("lambda").update_function_configuration(FunctionName="echo", LoggingConfig=as_text)
    assert invoke(durable, 1, "live") == {"n": 1, "version": "1"}
    assert invoke(durable, 2) == {"n": 2, "version": "$LATEST"}
    wait_until(lambda: reports(durable) == 2, "the lines of two invocations")
    assert {"seen 1\n", "now 2\n"} <= set(messages(durable))
    assert durable.client("lambda").publish_version(FunctionName="echo")["Version"] == "2"


def test_environments_start_cold_and_leave_nothing_behind(durable, tmp_path):
    make_function(durable)
    invoke(durable, 1)
    wait_until(lambda: reports(durable) == 1, "the lines of an invocation")
    time.sleep(1.0)  # within which they are on disk
    assert len(list((tmp_path / "state" / "tmp").iterdir())) == 1
    durable.again()
    wait_until(lambda: not list((tmp_path / "state").glob("tmp/*")), "no folder of a dead environment")
    invoke(durable, 2)
    wait_until(lambda: reports(durable) == 2, "the lines of another invocation")
    assert sum(message.startswith("INIT_START") for message in messages(durable)) == 2


def test_the_log_history_is_there_and_goes_on(durable):
    make_function(durable)
    for n in range(3):
        invoke(durable, n)
    wait_until(lambda: reports(durable) == 3, "the lines of three invocations")
    time.sleep(1.0)  # within which they are on disk
    before = messages(durable)
    streams = durable.client("logs").describe_log_streams(logGroupName="/aws/lambda/echo")["logStreams"]
    durable.again()
    assert messages(durable) == before
    again = durable.client("logs").describe_log_streams(logGroupName="/aws/lambda/echo")["logStreams"]
    for name in ("logStreamName", "firstEventTimestamp", "lastEventTimestamp", "creationTime", "storedBytes"):
        assert again[0][name] == streams[0][name]
    invoke(durable, 9)
    wait_until(lambda: reports(durable) == 4, "the lines of another invocation")
    assert messages(durable)[: len(before)] == before
    assert "seen 9\n" in messages(durable)


def test_what_was_deleted_or_rejected_does_not_come_back(durable):
    logs, now = durable.client("logs"), int(time.time() * 1000)
    for group in ("gone", "stays"):
        logs.create_log_group(logGroupName=group)
        for stream in ("gone", "stays"):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
            events = [{"timestamp": now - 15 * 86_400_000, "message": "too old"}]
            events += [{"timestamp": now, "message": f"{group} {stream}"}]
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    logs.delete_log_group(logGroupName="gone")
    logs.delete_log_stream(logGroupName="stays", logStreamName="gone")
    durable.again(kill=False)
    logs = durable.client("logs")
    assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["stays"]
    (stream,) = logs.describe_log_streams(logGroupName="stays")["logStreams"]
    assert stream["logStreamName"] == "stays"
    assert messages(durable, "stays") == ["stays stays"]


def test_a_long_history_is_read_to_its_end(durable):
    logs, now = durable.client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName="long")
    for number in range(4):
        name = f"s{number}"
        logs.create_log_stream(logGroupName="long", logStreamName=name)
        events = [{"timestamp": now, "message": "x" * 50} for _ in range(MOST_EVENTS // 2)]
        for _ in range(2):
            logs.put_log_events(logGroupName="long", logStreamName=name, logEvents=events)
    durable.again(kill=False)
    assert len(messages(durable, "long")) == 4 * MOST_EVENTS


def test_first_requests_are_answered_while_the_history_is_read(monkeypatch):
    row = LogRow("1", "us-east-1", "group", "stream", 1, 1, "text")
    goes_on, seen = threading.Event(), []

    def rows():
        yield from [row] * AT_ONCE
        assert goes_on.wait(20)
        yield row

    class Kept(NoStore):
        def logs(self):
            return rows()

    monkeypatch.setattr(log_streams, "restore_events", lambda batch: seen.append(len(list(batch))))

    async def main():
        history = LogHistory(MotoBackend(), Kept())
        history.restore()
        await asyncio.sleep(0.05)  # another request is answered
        assert (history.loaded.is_set(), seen) == (False, [AT_ONCE])
        goes_on.set()
        await asyncio.wait_for(history.loaded.wait(), 20)
        assert seen == [AT_ONCE, 1]

    asyncio.run(main())


def test_a_reset_empties_it_on_disk_too(durable, tmp_path):
    make_function(durable)
    invoke(durable, 1)
    durable.sandbox.reset()
    durable.again()
    assert durable.client("lambda").list_functions()["Functions"] == []
    assert durable.client("logs").describe_log_groups()["logGroups"] == []
    assert durable.client("iam").list_roles()["Roles"] == []
    wait_until(lambda: not list((tmp_path / "state").glob("code/*")), "no code")


def test_functions_run_where_the_state_is_a_relative_folder(tmp_path, monkeypatch):
    """As `sandbox serve` keeps it, in .sandbox/state: the working directory of a function is another one."""
    monkeypatch.chdir(tmp_path)
    started = Durable(Path(".sandbox") / "state")
    try:
        make_function(started)
        assert invoke(started, 1) == {"n": 1, "version": "$LATEST"}
    finally:
        started.sandbox.stop()
