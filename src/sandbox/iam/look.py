"""The command that shows the policy an explanation speaks of."""

from __future__ import annotations

from shlex import quote

from sandbox.iam.policy import Kind
from sandbox.iam.principal import Principal


def command(kind: Kind, who: Principal, resource: str, policy: str) -> str:
    """What to type to see it; "" where nothing shows it, as with a session policy.

    policy: its ARN, the name of an inline one, or "" where none was near.

    >>> command("trust", Principal("service", "x"), "arn:aws:iam::1:role/users-role", "")
    'aws iam get-role --role-name users-role'
    """
    if kind == "trust":
        return f"aws iam get-role --role-name {_name(resource)}"
    if kind == "resource":
        return _of_resource(resource)
    if kind == "session" or who.kind not in ("session", "user"):
        return ""
    sort = "role" if who.kind == "session" else "user"
    name = _name(who.role_arn or who.arn)
    if kind == "boundary":
        return f"aws iam get-{sort} --{sort}-name {name}"
    if policy.startswith("arn:"):
        return f"aws iam get-policy --policy-arn {quote(policy)}"
    if policy:
        return f"aws iam get-{sort}-policy --{sort}-name {name} --policy-name {quote(policy)}"
    return f"aws iam list-{sort}-policies --{sort}-name {name}"


def _of_resource(resource: str) -> str:
    if resource.startswith("arn:aws:s3:::"):
        return f"aws s3api get-bucket-policy --bucket {quote(resource.split(':')[5].partition('/')[0])}"
    if resource.startswith("arn:aws:execute-api:"):
        api = quote(resource.split(":")[5].partition("/")[0])
        return f"aws apigateway get-rest-api --rest-api-id {api} --query policy"
    if ":function:" in resource:
        return f"aws lambda get-policy --function-name {quote(resource)}"
    return ""


def _name(arn: str) -> str:
    return quote(arn.rpartition("/")[2])
