"""Where the workshop runs: which AWS it talks to, as whom, and how that is found out.

Two kinds exist so far: the sandbox, and another endpoint of this machine that speaks AWS's language. An
AWS account is a target of its own, with guard rails of its own (`Target.kind == "aws"`); it is not built
yet, so nothing in here ever leads to AWS.
"""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from sandbox.bound_session import BoundSession
from workshop import keys, sandbox_record
from workshop.errors import NotRunning, Problem
from workshop.keys import ADMINISTRATOR, SECRET, UserKeys

DEFAULT_URL = "http://127.0.0.1:4566"
REGION = "us-east-1"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEALTH_SECONDS = 5.0
ANSWER_SECONDS = 5
"""How long an endpoint may take to say which account it is."""

DEFAULT_PREFIX = "workshop"
_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class Target:
    """One AWS to talk to.

    kind: "sandbox", or "endpoint" for another AWS emulator; "aws" comes with its guard rails.
    account: twelve digits.
    access_key: the key id that is used; in the sandbox `test`, an account's twelve digits, or that of an IAM
    user or role session, with its secret and token. arn: whose key that is; "" for the administrator.
    """

    kind: Literal["sandbox", "endpoint"]
    url: str
    account: str
    region: str
    access_key: str
    secret: str = field(default=SECRET, repr=False)
    token: str = field(default="", repr=False)
    arn: str = ""

    def session(self) -> BoundSession:
        """A boto3 session of this target, whatever the environment says.

        >>> discover().session().client("dynamodb").list_tables()  # doctest: +SKIP
        """
        return BoundSession(self.url, self.access_key, self.secret, self.region, self.token or None)

    def answers(self) -> bool:
        """Whether it can still be talked to. This is a read-only operation."""
        return is_sandbox(self.url) if self.kind == "sandbox" else _is_answered(self.url)

    def rest_api_url(self, api_id: str, stage: str) -> str:
        """Where a stage of a REST API answers: no API of AWS says it."""
        return f"{self.url}/_aws/execute-api/{api_id}/{stage}"


def choose(
    text: str | None,
    environ: Mapping[str, str] = os.environ,
    clone: Path | None = None,
    default_url: str = DEFAULT_URL,
) -> Target:
    """The target that `--target` names: `sandbox`, `aws` or a URL; None means what runs on this machine.

    Raises NotRunning if nothing is there to talk to, Problem for what is no target, or not yet one.
    """
    if text is None or text == "sandbox":
        target = discover(environ, default_url, clone)
        if target is None:
            raise NotRunning(
                ", ".join(f"{url}/_sandbox/health" for url in _places(environ, default_url, clone))
            )
        return target
    if text == "aws":
        raise Problem(
            "--target aws",
            "an AWS account",
            "`sandbox`, or a URL of this machine: AWS accounts come later",
            "leave --target out",
        )
    url = text.rstrip("/")
    if "://" not in url:
        raise Problem(
            f"--target {text}", "neither a name nor a URL", "`sandbox`, `aws` or a URL", "leave --target out"
        )
    return _sandbox_as(url, environ) if is_sandbox(url) else _endpoint_at(url)


def prefix(environ: Mapping[str, str] = os.environ) -> str:
    """What the stack is called, and what names begin with that the workshop gives: WORKSHOP_PREFIX.

    >>> prefix({}), prefix({"WORKSHOP_PREFIX": "ada"})
    ('workshop', 'ada')

    Raises Problem for one that cannot stand in the names of all resources.
    """
    stated = environ.get("WORKSHOP_PREFIX") or DEFAULT_PREFIX
    if not _PREFIX.fullmatch(stated):
        raise Problem(
            f"WORKSHOP_PREFIX, which is '{stated}'",
            "a prefix that AWS would refuse in a name",
            "1 to 31 small letters, digits and hyphens, a letter first",
            "export WORKSHOP_PREFIX=workshop",
        )
    return stated


def discover(
    environ: Mapping[str, str] = os.environ, default_url: str = DEFAULT_URL, clone: Path | None = None
) -> Target | None:
    """The target that runs on this machine; None if no sandbox runs. This is a read-only operation.

    Looked at, in this order: SANDBOX_URL (which must answer, else NotRunning), AWS_ENDPOINT_URL if it is
    a sandbox of this machine, the sandbox that `clone` has started, the port sandboxes use.
    """
    stated = environ.get("SANDBOX_URL", "").rstrip("/")
    url = stated or find_sandbox(environ, clone, default_url)
    return _sandbox_as(url, environ) if url else None


def find_sandbox(
    environ: Mapping[str, str] = os.environ, clone: Path | None = None, default_url: str = DEFAULT_URL
) -> str | None:
    """The URL of the sandbox that `discover` would find, or None. This is a read-only operation."""
    stated = environ.get("SANDBOX_URL", "").rstrip("/")
    places = [stated] if stated else _places(environ, default_url, clone)
    return next((url for url in places if is_sandbox(url)), None)


def _places(environ: Mapping[str, str], default_url: str, clone: Path | None) -> list[str]:
    record = sandbox_record.read(clone) if clone else None
    urls = (environ.get("AWS_ENDPOINT_URL", "").rstrip("/"), record.url if record else "", default_url)
    return list(dict.fromkeys(url for url in urls if _on_this_machine(url)))


def sandbox_at(url: str, key: str = ADMINISTRATOR) -> Target:
    """The sandbox at `url`, asked for its account. Raises NotRunning, or Problem for another machine."""
    _refuse_other_machines(url, "unset SANDBOX_URL, or set it to the address `sandbox serve` prints")
    if not is_sandbox(url):
        raise NotRunning(f"{url}/_sandbox/health")
    return Target("sandbox", url, _account(url, key), REGION, key)


def _sandbox_as(url: str, environ: Mapping[str, str]) -> Target:
    """The sandbox at `url` with the keys of the environment: those of an IAM user or role session of this
    sandbox, else those of an account's administrator. Raises NotRunning; Problem for keys that do not fit.
    """
    stated = keys.of_user(environ)
    if stated is not None and is_sandbox(url):
        found = _identity(url, stated)
        if found is not None:
            account, arn = found
            return Target("sandbox", url, account, REGION, *stated, arn)
    return sandbox_at(url, access_key(environ))


def _endpoint_at(url: str) -> Target:
    _refuse_other_machines(url, "leave --target out, or name an address of this machine")
    return Target("endpoint", url, _account(url, ADMINISTRATOR), REGION, ADMINISTRATOR)


def _refuse_other_machines(url: str, do_next: str) -> None:
    if not _on_this_machine(url):
        raise Problem(
            f"the address {url}",
            "an address of another machine, or no address",
            f"one of this machine, such as {DEFAULT_URL}",
            do_next,
        )


def _account(url: str, key: str) -> str:
    try:
        return str(_caller(url, UserKeys(key, SECRET, ""))["Account"])
    except (BotoCoreError, ClientError, ResponseParserError, KeyError) as error:
        raise NotRunning(f"GetCallerIdentity at {url}", str(error), "the number of an account") from error


def _identity(url: str, stated: UserKeys) -> tuple[str, str] | None:
    """Account and ARN of a user or session; None where the sandbox knows no such key: it is another AWS's."""
    try:
        found = _caller(url, stated)
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidClientTokenId":
            return None
        raise keys.refused(stated, error) from error
    except BotoCoreError as error:
        raise NotRunning(f"GetCallerIdentity at {url}", str(error), "who has this access key") from error
    return str(found["Account"]), str(found["Arn"])


def _caller(url: str, stated: UserKeys) -> Mapping[str, str]:
    """What GetCallerIdentity says; nobody needs a permission for it."""
    session = BoundSession(url, stated.access_key, stated.secret, REGION, stated.token or None)
    patience = Config(
        connect_timeout=ANSWER_SECONDS, read_timeout=ANSWER_SECONDS, retries={"total_max_attempts": 1}
    )
    answer: Mapping[str, str] = session.client("sts", config=patience).get_caller_identity()
    return answer


def is_sandbox(url: str, timeout: float = HEALTH_SECONDS) -> bool:
    """Whether a sandbox of this machine answers at `url`. This is a read-only operation."""
    return health(url, timeout) is not None


def health(url: str, timeout: float = HEALTH_SECONDS) -> dict[str, Any] | None:
    """What the sandbox of this machine at `url` says of itself; None if there is none. Nothing else is asked.

    No proxy is used and no credential is sent. This is a read-only operation.
    """
    if not _on_this_machine(url):
        return None
    try:
        with _opener().open(f"{url}/_sandbox/health", timeout=timeout) as answer:
            said = json.load(answer)
    except (OSError, ValueError, HTTPException):
        return None
    ours = isinstance(said, dict) and said.get("status") == "running" and "services" in said
    return said if ours else None


def _is_answered(url: str) -> bool:
    """Whether whoever listens there speaks HTTP, whatever it says."""
    try:
        with _opener().open(url, timeout=HEALTH_SECONDS):
            return True
    except urllib.error.HTTPError as refused:
        refused.close()
        return True
    except (OSError, HTTPException):
        return False


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def access_key(environ: Mapping[str, str]) -> str:
    """Access key id of an administrator: twelve digits (an account of one's own) if set, else `test`.

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
