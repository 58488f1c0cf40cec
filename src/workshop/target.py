"""Where the workshop runs: which AWS it talks to, as whom, and how that is found out.

One kind of target exists so far, the sandbox. An AWS account is a target of its own, with guard rails
of its own (`Target.kind == "aws"`); it is not built yet, so nothing in here ever leads to AWS.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.bound_session import BoundSession
from workshop.errors import Problem

DEFAULT_URL = "http://127.0.0.1:4566"
REGION = "us-east-1"
ADMINISTRATOR = "test"
"""Access key id of the administrator of the sandbox's account."""

SECRET = "test"

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEALTH_SECONDS = 5.0
DO_START = "type `make start` or `sandbox serve` in a terminal, then try again"


@dataclass(frozen=True)
class Target:
    """One AWS to talk to.

    kind: "sandbox"; "aws" comes with its guard rails. account: twelve digits.
    access_key: the key id that is used; in the sandbox `test`, or an account's twelve digits.
    """

    kind: Literal["sandbox"]
    url: str
    account: str
    region: str
    access_key: str

    def session(self) -> BoundSession:
        """A boto3 session of this target, whatever the environment says.

        >>> discover().session().client("dynamodb").list_tables()  # doctest: +SKIP
        """
        return BoundSession(self.url, self.access_key, SECRET, self.region)


def discover(environ: Mapping[str, str] = os.environ, default_url: str = DEFAULT_URL) -> Target | None:
    """The target that runs on this machine; None if no sandbox runs. This is a read-only operation.

    Looked at, in this order: SANDBOX_URL (which must answer, else Problem), AWS_ENDPOINT_URL if it is a
    sandbox of this machine, the port sandboxes use.
    """
    key = access_key(environ)
    stated = environ.get("SANDBOX_URL", "").rstrip("/")
    if stated:
        return sandbox_at(stated, key)
    for url in (environ.get("AWS_ENDPOINT_URL", "").rstrip("/"), default_url):
        if is_sandbox(url):
            return sandbox_at(url, key)
    return None


def sandbox_at(url: str, key: str = ADMINISTRATOR) -> Target:
    """The sandbox at `url`, asked for its account. Raises Problem if there is none."""
    if not _on_this_machine(url):
        raise Problem(
            f"the address of the sandbox, {url}",
            "an address of another machine, or no address",
            f"one of this machine, such as {DEFAULT_URL}",
            "unset SANDBOX_URL, or set it to the address `sandbox serve` prints",
        )
    if not is_sandbox(url):
        raise Problem(f"{url}/_sandbox/health", "no answer of a sandbox", "a running sandbox", DO_START)
    session = BoundSession(url, key, SECRET, REGION)
    try:
        account = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise Problem(f"GetCallerIdentity at {url}", str(error), "an account", DO_START) from error
    return Target("sandbox", url, account, REGION, key)


def is_sandbox(url: str, timeout: float = HEALTH_SECONDS) -> bool:
    """Whether a sandbox of this machine answers at `url`; nothing else is asked.

    No proxy is used and no credential is sent. This is a read-only operation.
    """
    if not _on_this_machine(url):
        return False
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/_sandbox/health", timeout=timeout) as answer:
            health = json.load(answer)
    except (OSError, ValueError):
        return False
    return isinstance(health, dict) and health.get("status") == "running" and "services" in health


def access_key(environ: Mapping[str, str]) -> str:
    """The sandbox's access key id: twelve digits (an account of one's own) if they are set, else `test`.

    >>> access_key({"AWS_ACCESS_KEY_ID": "111122223333"}), access_key({"AWS_ACCESS_KEY_ID": "AKIA0"})
    ('111122223333', 'test')
    """
    key = environ.get("AWS_ACCESS_KEY_ID", "")
    return key if len(key) == 12 and key.isdecimal() and key.isascii() else ADMINISTRATOR


def _on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port != 0
    except ValueError:  # a port that is none
        return False
