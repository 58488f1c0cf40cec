"""The role that runs, and whom it trusts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.iam import messages
from tests.labs.standing import TEMPLATE, TEMPLATE_BROKEN, describe_role, find_resource
from workshop.checking.find import stack_of
from workshop.checking.finding import CheckFailed

OUTPUT = "UsersRoleArn"
LAMBDA = "lambda.amazonaws.com"
REFUSED = ("AccessDenied", "AccessDeniedException")


@dataclass(frozen=True)
class Role:
    """The learner's role, as IAM gives it.

    region: where the checks look. boundary: the ARN of its permissions boundary, or "". keys: the condition
    keys that its policies ask for.
    """

    name: str
    arn: str
    account: str
    region: str
    trust: dict[str, Any]
    boundary: str
    keys: tuple[str, ...]


def find_role(lab: Any) -> Role:
    """The learner's role; the check ends where there is none."""
    try:
        found = find_resource(lab, OUTPUT)
    except CheckFailed as failed:
        if not TEMPLATE_BROKEN.made(failed.finding):
            _fail_if_not_deployed(lab)
        raise
    if ":role/" not in found.name:
        kind = "the ARN of something else" if found.name.startswith("arn:") else "a name, and no ARN"
        messages.NOT_A_ROLES_ARN.fail(value=found.name, kind=kind, account=lab.target.account)
    role = describe_role(lab, found)
    asked_for = lab.client("iam").get_context_keys_for_principal_policy(PolicySourceArn=role["Arn"])
    return Role(
        name=role["RoleName"],
        arn=role["Arn"],
        account=role["Arn"].split(":")[4],
        region=lab.target.region,
        trust=role["AssumeRolePolicyDocument"],
        boundary=role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        keys=tuple(asked_for["ContextKeyNames"]),
    )


def principals(trust: dict[str, Any]) -> list[str]:
    """Whom a trust policy names in its Allow statements: services, accounts, ARNs, or `*`."""
    statements = listed(trust.get("Statement"))
    named = (name for one in statements if one.get("Effect") == "Allow" for name in _named(one))
    return list(dict.fromkeys(named))


def assumed_by_you(lab: Any, role: Role) -> str:
    """The session that the learner's own credentials may become under the role; "" where that is refused."""
    try:
        answer = lab.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="check-trust")
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSED:
            raise
        return ""
    return str(answer["AssumedRoleUser"]["Arn"])


def listed(value: Any) -> list[Any]:
    """A member of a policy, which may be a list or one by itself, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _named(statement: dict[str, Any]) -> Iterator[str]:
    principal = statement.get("Principal", {})
    if isinstance(principal, str):
        yield principal
        return
    for names in principal.values():
        yield from listed(names)


def _fail_if_not_deployed(lab: Any) -> None:
    """End the check where template.yaml has the output already, and the stack has not."""
    stack, file = stack_of(lab.client, lab.prefix), lab.folder / TEMPLATE
    if stack is None or not file.is_file():
        return
    if f"{OUTPUT}:" in file.read_text(encoding="utf-8"):
        messages.NOT_DEPLOYED.fail(prefix=lab.prefix, status=stack.status)
