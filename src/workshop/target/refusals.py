"""Why an account cannot be talked to: botocore's errors as what was found and what to type. Pure."""

from __future__ import annotations

from collections.abc import Callable

import botocore.session
from botocore import exceptions as botocore_errors
from botocore.exceptions import ClientError

from workshop.errors import Problem

EXPIRED = ("ExpiredToken", "ExpiredTokenException")
ENDED = (botocore_errors.SSOError, botocore_errors.TokenRetrievalError, botocore_errors.LoginError)
"""A sign-in that is over, or never was."""

CLOCK = ("Signature expired", "Signature not yet current", "RequestTimeTooSkewed", "RequestExpired")
_KEYS = "keys that AWS takes, for as long as the work lasts"


def worded(profile: str, error: Exception) -> Problem:
    """What a person is told of it."""
    if isinstance(error, ClientError):
        return _refused(profile, error)
    for kinds, say in _BY_KIND:
        if isinstance(error, kinds):
            return say(profile, error)
    return Problem(
        f"the profile {profile}",
        f"{type(error).__name__}: {error}",
        "a profile that AWS takes",
        f"see what is configured: aws configure list --profile {profile}",
    )


def no_credentials(profile: str) -> Problem:
    """A profile without keys; those of the environment are not used."""
    return Problem(
        f"the profile {profile} in ~/.aws",
        "no credentials in it; keys in variables, of a container or of an instance are not used here",
        "keys, SSO, a login or a role to assume, in the profile itself",
        f"aws configure sso --profile {profile}",
    )


def root_user(profile: str, account: str) -> Problem:
    """Nobody works as the root user."""
    return Problem(
        f"the profile {profile}",
        f"the keys of the root user of account {account}: no policy limits them",
        "a user or role with what the workshop needs, and no more",
        "delete these keys (IAM User Guide, Root user best practices), and make a user from the template in "
        "docs/snippets/aws/learners.yaml",
    )


def _refused(profile: str, error: ClientError) -> Problem:
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", "")).split("\n")[0]
    looked, found = f"the profile {profile}, by {error.operation_name}", f"{code}: {message}"
    if code in CLOCK or any(words in message for words in CLOCK):
        return Problem(
            looked,
            f"{found}. The clock of this machine is wrong",
            "a clock within 5 minutes",
            "let the machine set its clock: sudo timedatectl set-ntp true",
        )
    if code in EXPIRED:
        return Problem(looked, f"{found}. The session has ended", _KEYS, _login(profile))
    if code in ("InvalidClientTokenId", "UnrecognizedClientException"):
        return Problem(
            looked,
            f"{found}. The key was deleted or switched off, or the region is not enabled in the account",
            _KEYS,
            f"aws configure --profile {profile}, or a region that is enabled",
        )
    return Problem(
        looked, found, "an answer that says who you are", f"aws configure list --profile {profile}"
    )


def _login(profile: str) -> str:
    return f"aws sso login --profile {profile}, or how you got the keys; then the same command again"


def _missing(profile: str, error: Exception) -> Problem:
    known = ", ".join(botocore.session.Session().available_profiles) or "none at all"
    return Problem(
        "the profiles in ~/.aws/config and ~/.aws/credentials",
        f"no profile {profile}; there is {known}",
        "a profile for the account of the workshop",
        f"aws configure sso --profile {profile}",
    )


def _sign_in(profile: str, error: Exception) -> Problem:
    return Problem(
        f"the sign-in of the profile {profile}",
        f"none that is valid: {error}",
        "one that is valid",
        _login(profile),
    )


def _unusable(profile: str, error: Exception) -> Problem:
    return Problem(
        f"the profile {profile} in ~/.aws",
        f"it gives no credentials: {error}",
        "a whole profile",
        f"aws configure --profile {profile}",
    )


def _no_prompt(profile: str, error: Exception) -> Problem:
    return Problem(
        f"the profile {profile}",
        "it asks for an MFA code, and nobody is there to type it",
        "a terminal, or a profile that needs no code",
        "the same command in a terminal",
    )


def _proxy(profile: str, error: Exception) -> Problem:
    return Problem(
        "the proxy that HTTPS_PROXY names",
        str(error),
        "a proxy that leads to amazonaws.com",
        "export HTTPS_PROXY=http://HOST:PORT as your network wants it, or unset it",
    )


def _certificate(profile: str, error: Exception) -> Problem:
    return Problem(
        "the certificate that answered for AWS",
        str(error),
        "one of AWS; a proxy that looks into connections shows its own",
        "export AWS_CA_BUNDLE=FILE, with the certificate of your network's proxy",
    )


def _network(profile: str, error: Exception) -> Problem:
    return Problem(
        "the way to AWS",
        str(error),
        "an answer from amazonaws.com",
        "look at the network; to work on the local AWS instead: workshop target sandbox",
    )


_BY_KIND: tuple[tuple[tuple[type[Exception], ...], Callable[[str, Exception], Problem]], ...] = (
    ((botocore_errors.ProfileNotFound,), _missing),
    (ENDED, _sign_in),
    ((EOFError,), _no_prompt),
    ((botocore_errors.ProxyConnectionError, botocore_errors.InvalidProxiesConfigError), _proxy),
    ((botocore_errors.SSLError,), _certificate),
    (
        (botocore_errors.ConnectionError, botocore_errors.HTTPClientError),
        _network,
    ),
    (
        (
            botocore_errors.PartialCredentialsError,
            botocore_errors.CredentialRetrievalError,
            botocore_errors.ConfigParseError,
            botocore_errors.UnknownCredentialError,
            botocore_errors.InvalidConfigError,
        ),
        _unusable,
    ),
)
