"""The function behind the APIs: what its log says of a request, and which events it understands."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.gateway.messages import DEPLOY
from workshop.checking.message import Message

FUNCTION_FAILS = Message(
    saw="invoked by hand with the event of GET /users, the function {function} gave: {answer}",
    expected="a proxy response with the statusCode 200",
    why="The APIs of this lab only hand requests to the function of lab 3. It has to answer first.",
    next_step=f"Mend the function; `workshop check 3` says more. Then: {DEPLOY}",
)

ON_SANDBOX, ELSEWHERE = 0.3, 8.0
"""Seconds after which a line that should be in a log is there."""

PAUSE = 0.05
FRAME = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START", "INIT_REPORT", "[sandbox]")
_EVENT = re.compile(r'^\{.*"type": ?"(platform|sandbox)\.')
_FAILED = re.compile(r'"status": ?"(timeout|error)"')
LONGEST_LINE, LONGEST_TEXT = 380, 220
LESS = ("level", "requestId", "timestamp", "stack", "stackTrace")
"""What of a line in JSON is left out, so that the rest has room."""

_COMMON = {"headers": {"accept": "*/*", "host": "check.example"}, "isBase64Encoded": False}
_AT = {"accountId": "123456789012", "apiId": "check", "domainName": "check.example", "requestId": "check"}
_HTTP = {
    "method": "GET",
    "path": "/users",
    "protocol": "HTTP/1.1",
    "sourceIp": "127.0.0.1",
    "userAgent": "check",
}
_NOTHING = (
    *("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"),
)
EVENTS: dict[str, dict[str, Any]] = {
    "2.0": {
        **_COMMON,
        "version": "2.0",
        "routeKey": "GET /users",
        "rawPath": "/users",
        "rawQueryString": "",
        "requestContext": {**_AT, "http": _HTTP, "routeKey": "GET /users", "stage": "$default"},
    },
    "1.0": {
        **_COMMON,
        **dict.fromkeys(_NOTHING),
        "resource": "/users",
        "path": "/users",
        "httpMethod": "GET",
        "multiValueHeaders": {"accept": ["*/*"], "host": ["check.example"]},
        "requestContext": {
            **_AT,
            "httpMethod": "GET",
            "path": "/prod/users",
            "resourcePath": "/users",
            "stage": "prod",
        },
    },
}
"""GET /users, as an HTTP API and as a REST API send it, by the payload format; the first is asked first."""

FORMATS = tuple(EVENTS)


@dataclass(frozen=True)
class Log:
    """What a function wrote since a request. group: of its log. lines: None where they cannot be read.

    quiet: whether Lambda logs neither START nor REPORT (the log format JSON with the SystemLogLevel WARN).
    """

    group: str
    lines: tuple[str, ...] | None
    quiet: bool = False

    @property
    def started(self) -> bool:
        """Whether the function ran: it has a START line, or any where Lambda logs none."""
        if self.quiet:
            return bool(self.lines)
        return any("START RequestId" in line or '"platform.start"' in line for line in self.lines or ())

    @property
    def ended(self) -> bool:
        return any("REPORT RequestId" in line or '"platform.report"' in line for line in self.lines or ())

    @property
    def own(self) -> tuple[str, ...]:
        """The lines of the function itself."""
        lines = [line.strip() for line in self.lines or ()]
        return tuple(one for one in lines if one and not one.startswith(FRAME) and not _EVENT.search(one))

    @property
    def failed(self) -> bool:
        """Whether the invocation failed: the runtime says so, in JSON by its last line, or Lambda does."""
        signs = ("[ERROR]", "Invoke Error", "Uncaught Exception", "Task timed out", "Runtime.")
        if any(sign in line for line in self.own for sign in signs):
            return True
        lambdas = [line for line in self.lines or () if _EVENT.search(line)]
        if any(map(_FAILED.search, lambdas)):
            return True
        if not lambdas or not self.own:
            return False
        last = self.own[-1].replace('": "', '":"')
        return '"level":"ERROR"' in last and '"errorType":"' in last and '"logger":"' not in last

    @property
    def last(self) -> str:
        """The line that says most: of an error, else the last one; cut where it is long."""
        signs = ("[ERROR]", "Invoke Error", "ERROR", "Task timed out")
        errors = [line for line in self.own if any(sign in line for sign in signs)]
        line = (errors or self.own or ("it wrote no line of its own",))[-1]
        return shown(line)

    @property
    def who(self) -> str:
        """Whose answer it was, in words."""
        if self.started:
            return f"Your function {'failed' if self.failed else 'answered'}; its log says: {self.last}"
        if self.quiet:
            level = "logs no START: its SystemLogLevel is WARN"
            return f"Whether your function ran cannot be seen: it wrote no line, and Lambda {level}"
        if self.lines is None:
            return f"Whether your function ran cannot be seen: there is no log {self.group}"
        return f"API Gateway answered by itself: the log {self.group} has no START line of it"


def shown(line: str) -> str:
    """A line of a log, cut where it is long; of JSON what says most, without traces.

    >>> shown('{"level": "INFO", "status": 500, "error": "Traceback (most recent …)\\\\nKeyError: 1"}')
    '{"status": 500, "error": "KeyError: 1"}'
    """
    try:
        said = _flat(json.loads("".join(line.partition("{")[1:])))
        kept = {name: _in_short(value) for name, value in said.items() if name not in LESS}
        line = json.dumps(kept, ensure_ascii=False)
    except ValueError:
        return cut(" ".join(line.split()), LONGEST_TEXT)
    return cut(line, LONGEST_LINE)


def cut(text: str, longest: int) -> str:
    """The text, of at most so many characters."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def _flat(said: dict[str, Any]) -> dict[str, Any]:
    """A record with what its message holds, where that is an object or the text of one."""
    inner = said.get("message")
    if isinstance(inner, str) and inner.startswith("{"):
        inner = json.loads(inner)
    if not isinstance(inner, dict):
        return said
    return {**{name: value for name, value in said.items() if name != "message"}, **inner}


def _in_short(value: Any) -> Any:
    """A traceback's own words: Python has them last, Node.js first."""
    if not isinstance(value, str) or "\n" not in value:
        return value
    lines = value.strip().splitlines()
    return lines[-1] if lines[0].startswith("Traceback") else lines[0]


def log_since(lab: Any, function: str, began: int) -> Log:
    """What the function wrote since `began` (milliseconds). Waits a little for lines on their way."""
    group, quiet = _log_group(lab, function)
    patience = ON_SANDBOX if lab.target.kind == "sandbox" else ELSEWHERE
    end = time.monotonic() + patience
    while True:
        log = Log(group, _lines(lab, group, began), quiet)
        if log.ended or log.lines is None or time.monotonic() > end:
            return log
        time.sleep(PAUSE)  # CloudWatch Logs has no waiter


def check_answers(lab: Any, function: str) -> None:
    """End the check unless the function answers an event that asks for all users."""
    if not any(understands(lab, function, version) for version in FORMATS):
        answer = _invoke(lab, function, FORMATS[0])
        FUNCTION_FAILS.fail(function=function, answer=cut(answer, LONGEST_LINE))


@cache
def understands(lab: Any, function: str, version: str) -> bool:
    """Whether the function answers with 200 where it is asked for all users in this payload format."""
    try:
        answer = json.loads(_invoke(lab, function, version))
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("statusCode") in (200, "200")


def exists(lab: Any, function: str) -> bool:
    """Whether there is a function of this name."""
    try:
        lab.client("lambda").get_function_configuration(FunctionName=function)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


def _invoke(lab: Any, function: str, version: str) -> str:
    event = EVENTS[version]
    answer = lab.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return answer["Payload"].read().decode()


def _log_group(lab: Any, function: str) -> tuple[str, bool]:
    """The log group of a function, and whether Lambda logs no START there."""
    settings = lab.client("lambda").get_function_configuration(FunctionName=function)
    given = settings.get("LoggingConfig", {})
    return given.get("LogGroup", f"/aws/lambda/{function}"), given.get("SystemLogLevel") == "WARN"


def _lines(lab: Any, group: str, began: int) -> tuple[str, ...] | None:
    try:
        answer = lab.client("logs").filter_log_events(logGroupName=group, startTime=began)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    return tuple(one["message"] for one in answer["events"])
