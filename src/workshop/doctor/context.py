"""What is known of the request and of what it meets on its way; each thing is asked for when it is needed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workshop.checking.http_call import HttpClient
from workshop.doctor import loglines, package
from workshop.doctor.address import Address
from workshop.doctor.apis import Api, find_api
from workshop.doctor.aws import Aws, Plain, Unread
from workshop.doctor.loglines import Invocation
from workshop.doctor.package import Package
from workshop.doctor.reply import Reply
from workshop.doctor.role import Role, find_role
from workshop.doctor.routes import Function, Integration, Route

PATIENCE = {"sandbox": 0.3, "aws": 10.0}
"""Seconds until a line is in its log: at once here; on AWS it takes some seconds."""
PATIENCE_ELSEWHERE = 1.5
PAUSE = 0.05
PAUSES = {"aws": 1.0}
"""An account has a few FilterLogEvents a second (CloudWatch Logs quotas), for all who share it."""
RECENTLY = 15 * 60 * 1000
"""Milliseconds before the request that its function's log is searched for what one request does not show."""


@dataclass
class Context:
    """One request, its answer, and AWS. kind: of the target. invoke: whether the function may be invoked."""

    address: Address
    method: str
    data: str | None
    reply: Reply
    aws: Aws
    account: str
    region: str
    kind: str = "sandbox"
    invoke: bool = False

    @cached_property
    def api(self) -> Api:
        """The API. Raises Unread where there is none."""
        found = find_api(self.aws, self.address.api_id)
        if found is None:
            raise Unread("apigateway:GetRestApi", f"there is no API {self.address.api_id}")
        return found

    @cached_property
    def stage(self) -> str:
        """The stage that answers, or ""."""
        return self.api.split(self.address.path)[0]

    @cached_property
    def path(self) -> str:
        """The path behind the stage, as routes see it."""
        return self.api.split(self.address.path)[1]

    @property
    def asked(self) -> str:
        """The request in words."""
        return f"{self.method} {self.path}"

    @cached_property
    def route(self) -> Route | None:
        """The route that is configured for the request."""
        return self.api.route_of(self.stage, self.method, self.path)

    @property
    def integration(self) -> Integration | None:
        return self.route.integration if self.route else None

    @property
    def function(self) -> Function:
        """The function that the route invokes. Raises Unread where it invokes none."""
        found = self.integration.function if self.integration else None
        if found is None:
            raise Unread("lambda:GetFunctionConfiguration", "the route invokes no function")
        return found

    @property
    def source_arn(self) -> str:
        """AWS:SourceArn of the request: what a permission has to name."""
        path = self.route.path if self.route else self.path
        place = path if path == "$default" else f"{self.method}{path}"
        return f"arn:aws:execute-api:{self.region}:{self.account}:{self.api.id}/{self.stage}/{place}"

    @cached_property
    def configuration(self) -> Plain | None:
        """The function's configuration; None if there is no such function, version or alias."""
        return self.aws.ask("lambda", "GetFunctionConfiguration", FunctionName=self.function.arn)

    @property
    def settings(self) -> Plain:
        """The function's configuration; empty where it cannot be read."""
        try:
            return self.configuration or {}
        except Unread:
            return {}

    @cached_property
    def package(self) -> Package:
        """The function's package. Raises Unread where it cannot be had."""
        answer = self.aws.ask("lambda", "GetFunction", FunctionName=self.function.arn)
        if answer is None:
            raise Unread("lambda:GetFunction", f"there is no function {self.function.name}")
        # The link is signed: it is a secret for ten minutes, and no evidence.
        return package.download(HttpClient(lambda call: None), answer)

    @property
    def log_group(self) -> str:
        """The function's log group: what LoggingConfig says, else the one named after it."""
        given = self.settings.get("LoggingConfig", {}).get("LogGroup")
        return str(given or f"/aws/lambda/{self.function.name}")

    @property
    def log_command(self) -> str:
        """The command that prints what the function has logged since the request."""
        return (
            f"aws logs filter-log-events --log-group-name '{self.log_group}' "
            f"--start-time {self.reply.began} --query 'events[].message' --output text"
        )

    @cached_property
    def events(self) -> list[Plain] | None:
        """What the function has logged since the request; None if there is no log group. Raises Unread."""
        end = time.monotonic() + PATIENCE.get(self.kind, PATIENCE_ELSEWHERE)
        while True:
            answer = self.aws.ask(
                "logs", "FilterLogEvents", logGroupName=self.log_group, startTime=self.reply.began - 5
            )
            events = None if answer is None else list(answer["events"])
            found = loglines.invocations(events or ())
            if events is None or any(one.ended for one in found) or time.monotonic() > end:
                return events
            time.sleep(PAUSES.get(self.kind, PAUSE))  # CloudWatch Logs has no waiter
            self.aws.forget_one("logs", "FilterLogEvents")

    @cached_property
    def invocation(self) -> Invocation | None:
        """The invocation of the function for this request, by its log; None where none shows."""
        return loglines.of_request(loglines.invocations(self.events or ()), self.reply.request_id)

    @property
    def seen_invocation(self) -> Invocation | None:
        """The same; None also where the log may not be read."""
        try:
            return self.invocation
        except Unread:
            return None

    @property
    def logs_json(self) -> bool:
        """Whether Lambda's own lines in the function's log are JSON."""
        return bool(self.settings.get("LoggingConfig", {}).get("LogFormat") == "JSON")

    @property
    def logs_no_frame(self) -> bool:
        """Whether the log has no START and no REPORT of an invocation that went well."""
        return self.logs_json and self.settings["LoggingConfig"].get("SystemLogLevel") == "WARN"

    def recent(self, phrase: str, in_json: str = "") -> list[Plain]:
        """The function's log lines with this phrase, of the last quarter of an hour. Raises Unread.

        in_json: the pattern of what Lambda writes instead where the log's format is JSON.
        """
        answer = self.aws.ask(
            "logs",
            "FilterLogEvents",
            logGroupName=self.log_group,
            startTime=self.reply.began - RECENTLY,
            filterPattern=in_json if in_json and self.logs_json else f'"{phrase}"',
        )
        return list(answer["events"]) if answer else []

    @cached_property
    def role(self) -> Role | None:
        """The function's execution role; None if there is none. Raises Unread."""
        return find_role(self.aws, str((self.configuration or {}).get("Role", "")))

    def table(self, name: str, region: str = "") -> Plain | None:
        """A table as DescribeTable tells it; None if there is none. Raises Unread."""
        answer: Any = self.aws.ask("dynamodb", "DescribeTable", region, TableName=name)
        return answer["Table"] if answer else None
