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
from typing import Any, Literal
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from workshop.errors import Problem

DEFAULT_URL = "http://127.0.0.1:4566"
REGION = "us-east-1"
ADMINISTRATOR = "test"
"""Access key id of the administrator of the sandbox's account."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEALTH_SECONDS = 5.0
DO_START = "type `make start` or `sandbox serve` in a terminal, then try again"


AMBIENT = ("profile", "use_fips_endpoint", "use_dualstack_endpoint", "ignore_configured_endpoint_urls")
"""Settings of botocore that an environment variable could turn against a fixed endpoint."""
NOWHERE = (None, None, None, None)
"""Where botocore looks such a setting up: in no file, in no variable; without a default."""


class BoundSession(boto3.Session):  # type: ignore[misc]
    """boto3's Session, every client and resource of which talks to one endpoint and to nothing else.

    Profiles, configuration files, endpoints and proxies of the environment are not looked at.
    """

    def __init__(self, url: str, access_key: str, region: str) -> None:
        core = botocore.session.Session(session_vars=dict.fromkeys(AMBIENT, NOWHERE))
        for variable in ("config_file", "credentials_file"):
            core.set_config_variable(variable, os.devnull)
        super().__init__(access_key, ADMINISTRATOR, region_name=region, botocore_session=core)
        self._url = url

    def client(self, *args: Any, **options: Any) -> Any:
        """A client of the endpoint; see boto3.Session.client."""
        # resource() names the endpoint and the config too, as None.
        options["endpoint_url"] = options.get("endpoint_url") or self._url
        direct = Config(proxies={"http": "", "https": ""})
        given = options.get("config")
        options["config"] = direct.merge(given) if given else direct
        return super().client(*args, **options)


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
        return BoundSession(self.url, self.access_key, self.region)


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
    session = BoundSession(url, key, REGION)
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
