"""What a process must find in its environment, so that plain boto3 talks to the target and nowhere else.

Deciding (`redirect`) and doing (`apply`, `restore`) are apart: the first is a pure function.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from workshop import keys
from workshop.target import LOOPBACK, AwsAccount, Target

HARMLESS = frozenset({"AWS_CA_BUNDLE", "AWS_PAGER", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"})
"""AWS variables that neither choose an endpoint nor an identity; they stay."""


OF_PROFILES = frozenset({"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_LOGIN_CACHE_DIRECTORY"})
"""Where a person's profiles are: a target that is an account needs them."""


@dataclass(frozen=True)
class Redirection:
    """A change of an environment.

    values: what is set. unset: what is removed. set_aside: the names, never the values, of what was
    there and is not used; they hold what would have led elsewhere. real_key: an access key id of AWS
    was among it.
    """

    values: Mapping[str, str]
    unset: tuple[str, ...]
    set_aside: tuple[str, ...]
    real_key: bool


def redirect(target: Target, environ: Mapping[str, str], home: Path | None = None) -> Redirection:
    """How `environ` must change for plain boto3 and the AWS CLI to talk to `target` only.

    home: the folder in which `.aws` may lie, the user's own by default. This is a read-only operation.
    """
    values = _values(target, environ)
    needed = HARMLESS | OF_PROFILES if target.kind == "aws" else HARMLESS
    strangers = [name for name in sorted(environ) if name.startswith("AWS_") and name not in needed]
    set_aside = [name for name in strangers if environ[name] not in ("", values.get(name))]
    files = (home or Path.home()) / ".aws"
    if target.kind != "aws" and any((files / name).exists() for name in ("credentials", "config")):
        set_aside.append("~/.aws")
    return Redirection(
        values,
        tuple(name for name in strangers if name not in values),
        tuple(set_aside),
        environ.get("AWS_ACCESS_KEY_ID", "").startswith(keys.PREFIXES)
        and environ["AWS_ACCESS_KEY_ID"] != target.access_key,
    )


def nowhere(environ: Mapping[str, str]) -> Redirection:
    """How `environ` must change for plain boto3 and the AWS CLI to find no keys, and so to reach nobody."""
    values = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    strangers = tuple(sorted(name for name in environ if _leads_astray(name) and name not in values))
    return Redirection(values, strangers, strangers, real_key=False)


def of_account(account: AwsAccount, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which plain boto3 and other programs talk to an account, by its profile only."""
    kept = {name: value for name, value in environ.items() if not _leads_astray(name)}
    return kept | _account_values(account)


def _account_values(account: AwsAccount) -> dict[str, str]:
    return {
        "AWS_PROFILE": account.profile,
        "AWS_REGION": account.region,
        "AWS_DEFAULT_REGION": account.region,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    }


def _leads_astray(name: str) -> bool:
    return name.startswith("AWS_") and name not in HARMLESS | OF_PROFILES


def _values(target: Target, environ: Mapping[str, str]) -> dict[str, str]:
    if isinstance(target, AwsAccount):
        return _account_values(target)
    named = ",".join(environ.get(name, "") for name in ("NO_PROXY", "no_proxy"))
    hosts = ",".join(dict.fromkeys([*filter(None, named.split(",")), *LOOPBACK]))
    return {
        "AWS_ENDPOINT_URL": target.url,
        "AWS_ACCESS_KEY_ID": target.access_key,
        "AWS_SECRET_ACCESS_KEY": target.secret,
        **({"AWS_SESSION_TOKEN": target.token} if target.token else {}),
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": hosts,
        "no_proxy": hosts,
    }


def apply(change: Redirection, environ: MutableMapping[str, str] = os.environ) -> dict[str, str | None]:
    """Makes the change; returns what `restore` needs to undo it."""
    before = {name: environ.get(name) for name in (*change.values, *change.unset)}
    for name in change.unset:
        environ.pop(name, None)
    environ.update(change.values)
    return before


def restore(before: Mapping[str, str | None], environ: MutableMapping[str, str] = os.environ) -> None:
    """Undoes `apply`."""
    for name, value in before.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
