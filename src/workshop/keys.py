"""Access keys of IAM users and role sessions, as a terminal says them.

Only the sandbox that has made a key is ever asked with it, and a signature holds no secret: keys of an AWS
account that lie about in the environment are unknown there, and are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from botocore.exceptions import ClientError

from workshop.errors import Problem

ADMINISTRATOR = "test"
"""Access key id of the administrator of the sandbox's account."""

SECRET = "test"

PREFIXES = ("AKIA", "ASIA")
"""Long-term and temporary access key ids (IAM User Guide, *Unique identifiers*)."""


class UserKeys(NamedTuple):
    """An access key id, its secret, and the session token of temporary ones, else ""."""

    access_key: str
    secret: str
    token: str


def of_user(environ: Mapping[str, str]) -> UserKeys | None:
    """The keys of a user or session that the environment says; None where it says none, or no secret.

    >>> of_user({"AWS_ACCESS_KEY_ID": "AKIA0", "AWS_SECRET_ACCESS_KEY": "s"})
    UserKeys(access_key='AKIA0', secret='s', token='')
    >>> of_user({"AWS_ACCESS_KEY_ID": "111122223333", "AWS_SECRET_ACCESS_KEY": "test"}) is None
    True
    """
    key, secret = environ.get("AWS_ACCESS_KEY_ID", ""), environ.get("AWS_SECRET_ACCESS_KEY", "")
    if not key.startswith(PREFIXES) or not secret:
        return None
    token = environ.get("AWS_SESSION_TOKEN", "")
    return UserKeys(key, secret, token if key.startswith("ASIA") else "")


def refused(stated: UserKeys, error: ClientError) -> Problem:
    """What a person is told whose key the sandbox knows and does not take: a wrong secret, an old token."""
    said = error.response["Error"]
    return Problem(
        f"the access key {stated.access_key} of this terminal",
        f"{said['Code']}: {said.get('Message', '').splitlines()[0]}",
        "a key of this sandbox with its secret, or none",
        "export AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN as they were given, or unset all three",
    )
