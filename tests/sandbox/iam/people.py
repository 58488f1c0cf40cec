"""A user whose policies a test sets, a table, and sessions of roles: through boto3, as anyone would."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.bound_session import BoundSession


def statement(*actions: str, on: str | list[str] = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """One statement of an identity policy."""
    return {"Effect": effect, "Action": list(actions), "Resource": on, **more}


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


class Somebody:
    """An IAM user, or whoever holds the keys given. `may(...)` sets the user's only inline policy."""

    def __init__(self, url: str, keys: dict[str, Any], iam: Any = None, name: str = "") -> None:
        self._session = BoundSession(
            url, keys["AccessKeyId"], keys["SecretAccessKey"], "us-east-1", keys.get("SessionToken")
        )
        self._iam = iam
        self.name = name

    def may(self, *statements: dict[str, Any], **options: Any) -> None:
        text = document(*statements, **options)
        self._iam.put_user_policy(UserName=self.name, PolicyName="own", PolicyDocument=text)

    def client(self, service: str) -> Any:
        return self._session.client(service, config=Config(retries={"max_attempts": 0}))

    def can(self, call: Callable[[Any], Any], service: str = "dynamodb") -> bool:
        """Whether IAM lets the call pass; any other refusal is raised."""
        try:
            call(self.client(service))
        except ClientError as error:
            if error.response["Error"]["Code"].startswith("AccessDenied"):
                return False
            raise
        return True
