"""The learner's function, invoked as an HTTP API would invoke it."""

from __future__ import annotations

import base64
import json
import re
import shlex
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.labs import standing
from tests.labs.dynamodb.table import UsersTable
from tests.labs.function import events, messages
from tests.labs.function.events import Request
from workshop.checking import Evidence
from workshop.checking.find import Found, stack_of
from workshop.checking.finding import CheckFailed

SECONDS = 15
"""Longest wait for an invocation, whatever its time-out."""
LONGEST_SHOWN = 400
LOG_BEGIN = 190
LONGEST_PAYLOAD = 1200

_PREFIX = re.compile(r"^\S+Z\t\S+\t(?=[A-Z]+\t)")
"""Time and request id, with which Lambda begins each line of a Node.js console."""

ONCE = Config(read_timeout=SECONDS, retries={"mode": "standard", "total_max_attempts": 1})
"""An invocation is sent once: a second one would create the user twice."""


@dataclass(frozen=True)
class InvokeCall(Evidence):
    """One Invoke, with its whole payload, so that a learner can send it again."""

    def __post_init__(self) -> None:
        """Keeps the parameters as they are: `invoked` has cut what is too long."""

    def as_boto3(self) -> str:
        function, payload = self.parameters.values()
        return (
            f"boto3.client('lambda').invoke(FunctionName={function!r}, Payload={payload!r})['Payload'].read()"
        )

    def as_aws(self) -> str:
        function, payload = self.parameters.values()
        words = ["aws", "lambda", "invoke", "--function-name", function]
        words += ["--cli-binary-format", "raw-in-base64-out", "--payload", payload, "/dev/stdout"]
        return shlex.join(words)


@dataclass(frozen=True)
class Invocation:
    """One invocation and what came of it.

    payload: the result as it came. error: `Unhandled` where the handler failed, else empty. tail: the end of
    what the function wrote to its log.
    """

    request: Request
    function: str
    region: str
    payload: str
    error: str
    request_id: str
    tail: str = field(repr=False)

    @cached_property
    def result(self) -> Any:
        """The handler's result; where it failed, the error as Lambda tells it."""
        return json.loads(self.payload or "null")

    @property
    def evidence(self) -> tuple[InvokeCall, ...]:
        """The call, for a finding."""
        sent = _cut(json.dumps(self.request.event(), ensure_ascii=False), LONGEST_PAYLOAD)
        call = {"FunctionName": self.function, "Payload": sent}
        return (InvokeCall("lambda", "Invoke", call, answer=_cut(self.payload)),)

    @property
    def own_log(self) -> str:
        """The handler's own lines, as far as the tail holds them."""
        return " ⏎ ".join(_PREFIX.sub("", line).replace("\t", " ") for line in own_lines(self.tail))

    @property
    def shown_log(self) -> str:
        """The same for a message; where it is long, without its middle: Python tells the cause at the end."""
        log = self.own_log
        return log if len(log) <= LONGEST_SHOWN else f"{log[:LOG_BEGIN]} … {log[LOG_BEGIN - LONGEST_SHOWN :]}"


_EVENT = re.compile(r'^\{.*"type": ?"(platform|sandbox)\.')
"""In the log format JSON, Lambda's own lines are objects of such a type (Developer Guide, *Log formats*)."""


def own_lines(log: str) -> list[str]:
    """The lines of a log that Lambda itself has not written, in either log format."""
    platform = ("START ", "END ", "REPORT ", "INIT_START ", "INIT_REPORT ", "[sandbox] ")
    lines = [line.strip() for line in log.splitlines()]
    return [line for line in lines if line and not line.startswith(platform) and not _EVENT.search(line)]


def found_function(lab: Any) -> Found:
    """The learner's function; the check ends where there is none, with the likeliest reason."""
    try:
        return standing.find_resource(lab, "UsersFunctionName")
    except CheckFailed:
        stack = stack_of(lab.client, lab.prefix)
        types = {kind for kind, _ in lab.stack_resources().values()}
        if stack is not None and "AWS::Lambda::Function" not in types:
            messages.NO_FUNCTION.fail(prefix=lab.prefix, status=stack.status)
        raise


class Api:
    """The function of a lab, asked as an API would ask it; what several checks look at is asked once."""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self._client = lab.session.client("lambda", config=ONCE)
        self._table = UsersTable(lab)

    @cached_property
    def name(self) -> str:
        return str(self._lab.find("UsersFunctionName").name)

    @cached_property
    def table(self) -> str:
        """The name of the learner's table."""
        return self._table.name

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """The configuration that runs."""
        answer: dict[str, Any] = self._lab.client("lambda").get_function_configuration(FunctionName=self.name)
        return answer

    def invoke(self, request: Request) -> Invocation:
        """Send a request's event. Ends the check where Lambda does not run it, or waits too long."""
        payload = json.dumps(request.event()).encode()
        try:
            answer = self._client.invoke(FunctionName=self.name, Payload=payload, LogType="Tail")
            text = answer["Payload"].read().decode()
        except ReadTimeoutError:
            messages.TIMED_OUT.fail(request=request, after=f"after {SECONDS} s there was no answer", log="")
        except ClientError as error:
            said = f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
            messages.NOT_RUN.fail(function=self.name, error=said, role=self.configuration["Role"])
        return Invocation(
            request,
            self.name,
            self._lab.target.region,
            text,
            answer.get("FunctionError", ""),
            answer["ResponseMetadata"]["RequestId"],
            base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace"),
        )

    @cached_property
    def created(self) -> Created:
        """A user that was created by POST /users; it is removed again."""
        user = {"userId": self._table.new_id(), "town": "London", "age": 36, "tags": ["first", 1.5]}
        try:
            invocation = self.invoke(events.create(user))
            return Created(user, invocation, self._table.stored(user["userId"]))
        finally:
            self._table.clean()

    @cached_property
    def found(self) -> Created:
        """A user that is there, read by GET /users/{userId}; it is removed again."""
        user = self._table.put(town="London", visits=7)
        try:
            return Created(user, self.invoke(events.get(user["userId"])), user)
        finally:
            self._table.clean()

    @cached_property
    def nobody(self) -> Invocation:
        """GET /users/{userId} of an id that no user has."""
        return self.invoke(events.get(self._table.new_id()))


@dataclass(frozen=True)
class Created:
    """A user, an invocation about it, and what was stored then; None for nothing."""

    user: dict[str, Any]
    invocation: Invocation
    stored: dict[str, Any] | None


def _cut(text: str, longest: int = LONGEST_SHOWN) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
