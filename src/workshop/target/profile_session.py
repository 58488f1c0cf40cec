"""A boto3 session of one named profile, which talks to AWS itself and to nothing else.

Credentials come from the profile (keys, SSO, `aws login`, a role to assume, a process), as botocore reads it.
What lies about in the environment is not used: neither keys in variables, nor those of a container or an
instance, nor endpoints in variables or in ~/.aws/config. A proxy and a bundle of CAs in the environment are.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
import botocore.loaders
import botocore.session

AMBIENT = ("env", "ec2-credentials-file", "boto-config", "container-role", "iam-role")
"""botocore's names of the providers that need no profile (botocore.credentials, METHOD)."""

ATTEMPTS = 10
"""Adaptive retry mode slows a client down when AWS throttles it (AWS SDKs, *Retry behavior*); thirty people
share the rates of an account."""

PROPAGATION_SECONDS = 3.0
PROPAGATION_TRIES = 10
"""A role that was just made cannot be assumed for some seconds: IAM is eventually consistent (IAM User Guide,
*Changes that I make are not always immediately visible*)."""

CANNOT_ASSUME = "The role defined for the function cannot be assumed by Lambda"


@cache
def _loader() -> Any:
    """One loader for all sessions: it keeps what it reads, and a service model takes 100 ms to read."""
    return botocore.loaders.create_loader()


def core_of(profile: str, region: str | None) -> botocore.session.Session:
    """botocore's session of a profile, without what the environment could lead astray.

    Raises botocore's ProfileNotFound when it is used.
    """
    core = botocore.session.Session(profile=profile)
    core.register_component("data_loader", _loader())
    core.set_config_variable("ignore_configured_endpoint_urls", True)
    core.set_config_variable("retry_mode", "adaptive")
    core.set_config_variable("max_attempts", ATTEMPTS)
    if region:
        core.set_config_variable("region", region)
    return core


def credentials_of(core: botocore.session.Session) -> Any:
    """The profile's credentials, which renew themselves; None where it has none. Raises botocore's errors."""
    resolver = core.get_component("credential_provider")
    known = {provider.METHOD for provider in resolver.providers}
    for name in known.intersection(AMBIENT):
        resolver.remove(name)
    return core.get_credentials()


def session_of(profile: str, region: str, credentials: Any) -> boto3.Session:
    """A boto3 session with credentials that were already found."""
    core = core_of(profile, region)
    core._credentials = credentials  # botocore has no public way to share those that renew themselves
    core.register("needs-retry.lambda.CreateFunction", wait_for_role)
    core.register("needs-retry.lambda.UpdateFunctionConfiguration", wait_for_role)
    session = boto3.Session(botocore_session=core, region_name=region)
    paths = _loader().search_paths  # boto3 adds its own with every session
    paths[:] = dict.fromkeys(paths)
    return session


def wait_for_role(response: Any, attempts: int, **_: Any) -> float | None:
    """How long to wait until a role may have reached Lambda; None where that is not what was answered."""
    if response is None or attempts > PROPAGATION_TRIES:
        return None
    error = response[1].get("Error", {})
    if CANNOT_ASSUME not in error.get("Message", ""):
        return None
    return PROPAGATION_SECONDS
