"""One AWS to talk to: an emulator of this machine here, an account in `workshop.target.account`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.bound_session import BoundSession
from workshop.keys import SECRET, UserKeys
from workshop.target.health import is_answered, is_sandbox


@dataclass(frozen=True)
class Target:
    """One AWS to talk to.

    kind: "sandbox"; "endpoint" for another AWS emulator of this machine; "aws" for an account, which is
    always an `AwsAccount`. url: where the emulator answers; "" on AWS. account: twelve digits.
    access_key: the key id that is used; in the sandbox `test`, an account's twelve digits, or that of an IAM
    user or role session, with its secret and token. arn: whose key that is; "" for the administrator.
    """

    kind: Literal["sandbox", "endpoint", "aws"]
    url: str
    account: str
    region: str
    access_key: str
    secret: str = field(default=SECRET, repr=False)
    token: str = field(default="", repr=False)
    arn: str = ""

    @property
    def where(self) -> str:
        """What it is, in words, for messages."""
        return self.url

    def session(self) -> Any:
        """A boto3 session of this target, whatever the environment says.

        >>> discover().session().client("dynamodb").list_tables()  # doctest: +SKIP
        """
        return BoundSession(self.url, self.access_key, self.secret, self.region, self.token or None)

    def keys(self) -> UserKeys:
        """The keys of now, for a process of its own."""
        return UserKeys(self.access_key, self.secret, self.token)

    def answers(self) -> bool:
        """Whether it can still be talked to. This is a read-only operation."""
        return is_sandbox(self.url) if self.kind == "sandbox" else is_answered(self.url)

    def rest_api_url(self, api_id: str, stage: str) -> str:
        """Where a stage of a REST API answers: no API of AWS says it."""
        return f"{self.url}/_aws/execute-api/{api_id}/{stage}"

    def object_url(self, bucket: str, key: str) -> str:
        """Where an object of S3 is, for CloudFormation."""
        return f"{self.url}/{bucket}/{key}"
