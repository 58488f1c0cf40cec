"""Functions whose LoggingConfig asks for JSON: what they log, and at which levels."""

from __future__ import annotations

import json
import re

import pytest

from tests.sandbox.cases import case

NODE = "nodejs24.x"
ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def function(deploy):
    """`function(source, runtime, level, **config)`: one that logs in JSON, at this level of the system's."""

    def make(source, runtime=None, level="DEBUG", *, options=None, **config):
        logging = {"LogFormat": "JSON", "SystemLogLevel": level, **config}
        chosen = {"runtime": runtime} if runtime else {}
        return deploy(source, **chosen, LoggingConfig=logging, **(options or {}))

    return make


def types(log):
    return [json.loads(line)["type"].partition(".")[2] for line in log if '"type":"platform.' in line]


def of_type(log, name):
    return [json.loads(line) for line in log if f'"type":"platform.{name}"' in line]


@case("log-json-platform")
def test_the_systems_events(function, expected):
    made = function("def handler(event, context): return 'four'")
    cold, warm = made.invoke(), made.invoke()
    log = made.log()
    assert types(log) == [
        *("initStart", "initRuntimeDone", "initReport", "start", "runtimeDone", "report"),
        *("start", "runtimeDone", "report"),
    ]
    assert not any(line.endswith("\n") for line in log)
    first, second = of_type(log, "report")
    meanings = {
        "time": lambda time: re.fullmatch(ISO, time) is not None,
        "record": lambda record: set(record) == {"requestId", "metrics", "status"},
    }
    expected.check_fields("json_keys", first, meanings=meanings)
    wanted = expected.then["json_keys"]["record"]
    assert re.fullmatch(UUID, first["record"]["requestId"])
    assert list(first["record"]["metrics"]) == list(wanted["metrics"])
    assert set(first["record"]["metrics"]) - set(second["record"]["metrics"]) == {"initDurationMs"}
    assert {type(value) for name, value in first["record"]["metrics"].items() if "MB" in name} == {int}
    assert first["record"]["status"] in wanted["status"].split("|")
    assert [one["record"]["requestId"] for one in (first, second)] == [cold.request_id, warm.request_id]


def test_the_fields_of_the_systems_events(function):
    made = function("def handler(event, context): return 'four'")
    tail = made.invoke().log
    log = made.log()
    begun, done, report = (of_type(log, name)[0]["record"] for name in ("initStart", "runtimeDone", "report"))
    assert begun.items() >= {"initializationType": "on-demand", "phase": "init"}.items()
    assert begun["functionName"] == made.name
    assert begun["functionVersion"] == "$LATEST"
    assert begun["instanceMaxMemory"] == 128 * 1024 * 1024
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", begun["instanceId"])
    assert begun["runtimeVersion"].startswith("python:3.")
    assert ":runtime:" in begun["runtimeVersionArn"]
    (start,) = of_type(log, "start")
    assert (start["record"]["functionArn"], start["record"]["version"]) == (made.arn, "$LATEST")
    assert done["metrics"] == {"durationMs": report["metrics"]["durationMs"], "producedBytes": 6}
    init = of_type(log, "initReport")[0]["record"]
    assert init["metrics"]["durationMs"] == report["metrics"]["initDurationMs"]
    times = report["metrics"]["durationMs"] + init["metrics"]["durationMs"]
    assert 0 <= report["metrics"]["billedDurationMs"] - times < 1
    assert [json.loads(line)["type"] for line in tail.split("\n")] == [
        json.loads(one)["type"] for one in log[1:]
    ]


@pytest.mark.parametrize(
    ("level", "good", "bad"),
    [
        ("INFO", ["initStart", "start", "report"], ["start", "runtimeDone", "report"]),
        ("WARN", [], ["runtimeDone", "report"]),
    ],
)
def test_levels_of_the_systems_events(function, level, good, bad):
    source = "import os\ndef handler(event, context): return os._exit(3) if event else None"
    made = function(source, level=level)
    made.invoke()
    made.invoke({"a": 1})
    log = made.log()
    assert types(log) == good + bad
    for one in of_type(log, "runtimeDone") + of_type(log, "report")[-1:]:
        assert one["record"]["status"] == "error"
        assert one["record"]["errorType"] == "Runtime.ExitError"


def test_a_time_out(function):
    made = function(
        "import time\ndef handler(event, context): time.sleep(9)", level="INFO", options={"Timeout": 1}
    )
    made.invoke()
    log = made.log()
    (done,), (report,) = of_type(log, "runtimeDone"), of_type(log, "report")
    assert done["record"].items() >= {"status": "timeout"}.items()
    assert done["record"]["metrics"]["producedBytes"] == 0
    assert report["record"]["metrics"]["durationMs"] == 1000.0
    assert report["record"]["status"] == "timeout"
    assert "errorType" not in report["record"]
    assert "Task timed out" not in "".join(log)
    pattern = '{ $.record.status = "timeout" && $.type = "platform.report" }'
    where = {"logGroupName": f"/aws/lambda/{made.name}", "filterPattern": pattern}
    assert len(made.client("logs").filter_log_events(**where)["events"]) == 1


@pytest.mark.parametrize("runtime", [None, NODE])
def test_an_init_that_fails(function, runtime):
    made = function("import nothing_of_this_name" if runtime is None else "import 'nothing'", runtime, "WARN")
    made.invoke()
    log = made.log()
    wanted = {"phase": "init", "status": "error", "errorType": "Runtime.ImportModuleError"}
    assert types(log) == [*["initRuntimeDone", "initReport"] * 2, "runtimeDone", "report"]
    first, again = of_type(log, "initReport")
    assert first["record"].items() >= wanted.items()
    assert again["record"].items() >= {**wanted, "phase": "invoke"}.items()
    assert of_type(log, "report")[0]["record"]["errorType"] == "Runtime.ImportModuleError"
    told = [json.loads(line) for line in log if '"platform.' not in line][-1]
    assert told["level"] == "ERROR"
    assert ("errorType" in told) if runtime is None else told["message"]["errorType"] == "ImportModuleError"


@case("log-json-python")
def test_logging_in_python(function, expected):
    source = (
        "import logging, os\nlog = logging.getLogger('mine')\n"
        "def handler(event, context):\n    log.info('x')\n    log.debug('no')\n    print('as it is')\n"
        "    return [os.environ['AWS_LAMBDA_LOG_FORMAT'], os.environ['AWS_LAMBDA_LOG_LEVEL']]"
    )
    made = function(source, level="WARN")
    answer = made.invoke()
    assert answer.json == ["JSON", "INFO"]
    record, printed = made.log()
    said = json.loads(record)
    assert list(said) == expected.take("json_keys")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said.pop("timestamp"))
    assert said == {"level": "INFO", "message": "x", "logger": "mine", "requestId": answer.request_id}
    assert (record[-1], printed) == ("\n", "as it is\n")


def test_what_the_level_of_a_function_holds_back(function):
    source = (
        "import logging, json\nlog = logging.getLogger()\nlog.setLevel('DEBUG')\n"
        "def said(**fields): print(json.dumps(fields))\n"
        "def handler(event, context):\n"
        "    log.info('no')\n    log.warning('yes')\n    print('no')\n"
        "    said(level='error', timestamp='2026-01-02T03:04:05.678Z', n='yes')\n"
        "    said(level='info', timestamp='2026-01-02T03:04:05Z', n='no')\n"
        "    said(level='error', n='no: without a time it is INFO')\n"
    )
    made = function(source, level="WARN", ApplicationLogLevel="WARN")
    made.invoke()
    page = made.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{made.name}")["events"]
    assert [('"yes"' in event["message"], '"no' in event["message"]) for event in page] == [(True, False)] * 2
    assert page[0]["timestamp"] == 1767323045678


@case("log-json-node")
def test_the_console_in_node(function, expected):
    made = function("export const handler = async () => console.log('x')", NODE, "WARN")
    answer = made.invoke()
    (line,) = made.log()
    said = json.loads(line)
    assert list(said) == expected.take("json_keys")
    assert re.fullmatch(ISO, said.pop("timestamp"))
    assert said == {"level": "INFO", "requestId": answer.request_id, "message": "x"}
    assert not line.endswith("\n")


CONSOLE = """
export const handler = async () => {
  console.debug("no"); console.info("no"); console.log("no"); console.trace("no");
  console.warn({ a: [1, null], at: new Error("inside") }); console.error("b %d", 1, { c: 2 });
  const own = Object.assign(new TypeError("bad"), { code: 7 });
  console.error(own); console.error("more", own); console.fatal(undefined); console.warn(1n);
  const circle = {}; circle.self = circle; console.warn(circle); console.warn("two\\nlines");
  throw own;
}"""


def test_levels_and_errors_in_node(function):
    made = function(CONSOLE, NODE, "WARN", ApplicationLogLevel="WARN")
    made.invoke()
    said = [json.loads(line) for line in made.log()]
    assert [one["level"] for one in said] == [
        *("WARN", "ERROR", "ERROR", "ERROR", "FATAL"),
        *["WARN"] * 3,
        "ERROR",
    ]
    messages = [one.get("message") for one in said]
    assert messages[0]["a"] == [1, None]
    assert messages[0]["at"]["errorMessage"] == "inside"
    assert messages[1] == "b 1 { c: 2 }"
    fields = {"errorType": "TypeError", "errorMessage": "bad", "code": 7}
    assert messages[2].items() >= fields.items()
    assert messages[2]["stackTrace"][0] == "TypeError: bad"
    assert "file:///var/task/index.mjs:5" in messages[2]["stackTrace"][1]
    assert messages[3].startswith("more TypeError: bad")
    assert (said[3]["errorType"], said[3]["errorMessage"]) == ("TypeError", "bad")
    assert "message" not in said[4]
    assert (messages[5], messages[7]) == ("1n", "two\nlines")
    assert "Circular" in messages[6]
    assert messages[8] == messages[2]


def test_a_line_of_the_sandboxs_own_is_json_too(function):
    made = function("export const handler = async () => 1", "nodejs22.x", "WARN")
    made.invoke()
    (line,) = made.log()
    said = json.loads(line)
    assert said["type"] == "sandbox.note"
    assert said["record"]["message"].startswith("declared nodejs22.x, runs on ")
