"""A notebook that talks to an AWS account: asked first, and what its cells make bears the workshop's tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from workshop.errors import Problem
from workshop.target import DEFAULT_PREFIX, TAG, AwsAccount, prefix

YES = "WORKSHOP_YES"
"""The variable by which CI says yes; its value is the number of the account."""

MADE = "nb-… tables, roles, functions, log groups and APIs, which its last cells delete"

LISTS = (("dynamodb", "CreateTable"), ("iam", "CreateRole"))
MAPS = {
    ("lambda", "CreateFunction"): "Tags",
    ("logs", "CreateLogGroup"): "tags",
    ("apigatewayv2", "CreateApi"): "Tags",
    ("apigatewayv2", "CreateStage"): "Tags",
    ("apigateway", "CreateRestApi"): "tags",
    ("apigateway", "CreateStage"): "tags",
}
"""What notebooks make, and how each takes tags: as a list of Key and Value, or as a mapping."""


def confirm(
    account: AwsAccount,
    environ: Mapping[str, str],
    say: Callable[[str], object],
    ask: Callable[[str], str] = input,
) -> None:
    """Says what cells will make, and asks for the account's number. Raises Problem without it.

    In an account that is shared, two learners' notebooks would meet: their names have no prefix.
    """
    if prefix(environ) != DEFAULT_PREFIX:
        raise Problem(
            f"the notebook, with the prefix {prefix(environ)} in {account.where}",
            "a prefix, as in an account that is shared, and notebooks name what they make nb-… only",
            "the sandbox, or an account of your own with the prefix workshop",
            "workshop target sandbox, then %reload_ext workshop; labs and checks go on in the account",
        )
    say(f"This notebook makes in the account, tagged {TAG}={DEFAULT_PREFIX}: {MADE}.")
    if environ.get(YES) == account.account:
        return
    try:
        typed = ask(f"Type the account's number to go on ({account.account}): ")
    except (EOFError, RuntimeError):  # nobody is there; IPython's StdinNotImplementedError is a RuntimeError
        typed = ""
    if typed.strip() != account.account:
        raise Problem(
            f"the question whether cells may make something in {account.where}",
            "no yes",
            "the account's number",
            f"%reload_ext workshop to be asked again; without a person: export {YES}={account.account}",
        )


def use(account: AwsAccount, environ: MutableMapping[str, str]) -> None:
    """Makes the account's session boto3's default, one that tags what it makes and minds the boundary."""
    import boto3

    session = account.session()
    mark(session, prefix(environ), account.boundary)
    boto3.DEFAULT_SESSION = session


def mark(session: Any, name: str, boundary: str = "") -> None:
    """From now on, what clients of the session make bears the tag, and roles the boundary."""

    def listed(params: dict[str, Any], **_: Any) -> None:
        params["Tags"] = [*params.get("Tags", ()), {"Key": TAG, "Value": name}]

    for service, operation in LISTS:
        session.events.register(f"provide-client-params.{service}.{operation}", listed)
    for (service, operation), key in MAPS.items():
        session.events.register(f"provide-client-params.{service}.{operation}", _mapped(key, name))
    if boundary:
        session.events.register("provide-client-params.iam.CreateRole", _bounded(boundary))


def _mapped(key: str, name: str) -> Callable[..., None]:
    def tag(params: dict[str, Any], **_: Any) -> None:
        params[key] = {**params.get(key, {}), TAG: name}

    return tag


def _bounded(boundary: str) -> Callable[..., None]:
    def bound(params: dict[str, Any], **_: Any) -> None:
        params.setdefault("PermissionsBoundary", boundary)

    return bound
