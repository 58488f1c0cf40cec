"""What runs on this machine: the sandbox, and other endpoints that speak AWS's language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from sandbox.bound_session import BoundSession
from workshop import keys, sandbox_record
from workshop.errors import NotRunning, Problem
from workshop.keys import ADMINISTRATOR, SECRET, UserKeys
from workshop.target.health import is_sandbox, on_this_machine
from workshop.target.model import Target

DEFAULT_URL = "http://127.0.0.1:4566"
REGION = "us-east-1"
ANSWER_SECONDS = 5
"""How long an endpoint may take to say which account it is."""


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
    candidates = [stated] if stated else places(environ, default_url, clone)
    return next((url for url in candidates if is_sandbox(url)), None)


def places(environ: Mapping[str, str], default_url: str, clone: Path | None) -> list[str]:
    """Where a sandbox may answer, in the order in which they are looked at."""
    record = sandbox_record.read(clone) if clone else None
    urls = (environ.get("AWS_ENDPOINT_URL", "").rstrip("/"), record.url if record else "", default_url)
    return list(dict.fromkeys(url for url in urls if on_this_machine(url)))


def at(url: str, environ: Mapping[str, str] = os.environ) -> Target:
    """The sandbox or other emulator at `url`. Raises NotRunning, or Problem for another machine."""
    return _sandbox_as(url, environ) if is_sandbox(url) else _endpoint_at(url)


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
    if not on_this_machine(url):
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


def access_key(environ: Mapping[str, str]) -> str:
    """Access key id of an administrator: twelve digits (an account of one's own) if set, else `test`.

    >>> access_key({"AWS_ACCESS_KEY_ID": "111122223333"}), access_key({"AWS_ACCESS_KEY_ID": "AKIA0"})
    ('111122223333', 'test')
    """
    key = environ.get("AWS_ACCESS_KEY_ID", "")
    return key if len(key) == 12 and key.isdecimal() and key.isascii() else ADMINISTRATOR
