"""Fixtures for functions: a role Lambda can assume, and functions deployed from source text."""

from __future__ import annotations

import base64
import io
import json
import sys
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sandbox.roles import make_role

OWN_PYTHON = f"python3.{sys.version_info.minor}"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Answer:
    """What Invoke answered. log: the tail that LogType gives."""

    status: int
    headers: dict[str, str]
    payload: bytes = field(repr=False)
    error: str
    log: str = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.payload)

    @property
    def request_id(self) -> str:
        return self.headers["x-amzn-requestid"]


@dataclass(frozen=True)
class Deployed:
    """A function that was created for a test."""

    name: str
    arn: str
    created: dict[str, Any] = field(repr=False)
    client: Callable[..., Any] = field(repr=False)

    def invoke(self, event: Any = None, **options: Any) -> Answer:
        """Invoke it with the tail of its log."""
        return invoke(self.client("lambda"), self.name, event, **options)

    def log(self) -> list[str]:
        """The messages of all its streams, oldest first."""
        pages = self.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{self.name}"
        return [event["message"] for page in pages.paginate(logGroupName=group) for event in page["events"]]


def invoke(api: Any, name: str, event: Any = None, **options: Any) -> Answer:
    """Invoke a function through boto3."""
    payload = event if isinstance(event, bytes) else json.dumps(event or {}).encode()
    answer = api.invoke(**{"FunctionName": name, "Payload": payload, "LogType": "Tail", **options})
    return Answer(
        answer["StatusCode"],
        answer["ResponseMetadata"]["HTTPHeaders"],
        answer["Payload"].read(),
        answer.get("FunctionError", ""),
        base64.b64decode(answer.get("LogResult", "")).decode(),
    )


@pytest.fixture
def role(client: Callable[..., Any]) -> str:
    """The ARN of a role that Lambda can assume, and that writes logs."""
    return make_role(client("iam"), "functions")


@pytest.fixture
def deploy(client: Callable[..., Any], role: str) -> Callable[..., Deployed]:
    """`deploy("def handler(event, context): …")`: a function, by default of the sandbox's own Python."""

    def make(source: str | Mapping[str, str | bytes], runtime: str = OWN_PYTHON, **options: Any) -> Deployed:
        if isinstance(source, str):
            source = {"index.mjs" if runtime.startswith("nodejs") else "index.py": source}
        settings = {
            "FunctionName": f"f-{uuid.uuid4().hex[:8]}",
            "Runtime": runtime,
            "Role": role,
            "Handler": "index.handler",
            "Code": {"ZipFile": zipped(source)},
            **options,
        }
        created = client("lambda").create_function(**settings)
        return Deployed(created["FunctionName"], created["FunctionArn"], created, client)

    return make
