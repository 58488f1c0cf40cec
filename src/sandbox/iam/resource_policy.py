"""Policies attached to a resource: a role's trust policy, a function's permissions.

    allows(policy, service="apigateway.amazonaws.com", action="lambda:InvokeFunction",
           resource=function_arn, keys={"AWS:SourceArn": arn})

Source: IAM User Guide, *Grammar of the IAM JSON policy language* and *Condition operators*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def allows(
    policy: Mapping[str, Any],
    *,
    service: str,
    action: str,
    resource: str,
    keys: Mapping[str, str] | None = None,
) -> bool:
    """Whether `policy` lets the AWS service `service` do `action` on `resource`.

    keys: the request's condition keys (names in any letter case). An explicit deny wins.
    """
    allowed = False
    for statement in _listed(policy.get("Statement")):
        if not _applies(statement, service, action, resource, keys or {}):
            continue
        if statement.get("Effect") == "Deny":
            return False
        allowed = allowed or statement.get("Effect") == "Allow"
    return allowed


def _applies(
    statement: Mapping[str, Any],
    service: str,
    action: str,
    resource: str,
    keys: Mapping[str, str],
) -> bool:
    if not _names_principal(statement.get("Principal"), service):
        return False
    # Action names know no letter case, resources do (IAM User Guide, Action and Resource).
    if not _any_match(statement.get("Action"), action, ignore_case=True):
        return False
    if "Resource" in statement and not _any_match(statement["Resource"], resource):
        return False
    unknown = statement.get("Effect") == "Deny"
    return _conditions_hold(statement.get("Condition") or {}, keys, unknown)


def _names_principal(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    return service in _listed(principal.get("Service")) or "*" in _listed(principal.get("AWS"))


def _conditions_hold(conditions: Mapping[str, Any], keys: Mapping[str, str], unknown: bool) -> bool:
    """Whether all conditions hold. unknown: what one with an operator that is not known counts for.

    That is: it fails an Allow and fulfils a Deny, so that nothing is allowed by what is not understood.
    """
    values = {name.lower(): value for name, value in keys.items()}
    return all(
        _holds(operator, values.get(key.lower()), [str(p) for p in _listed(patterns)], unknown)
        for operator, wanted in conditions.items()
        for key, patterns in wanted.items()
    )


def _holds(operator: str, value: str | None, patterns: list[str], unknown: bool) -> bool:
    test = _OPERATORS.get(operator.removesuffix("IfExists"))
    if test is None:
        return unknown
    if value is None:
        # A key that the request lacks matches nothing, which is what a negated operator asks for.
        return operator.endswith("IfExists") or "Not" in operator
    return test(value, patterns)


def _any_match(patterns: Any, value: str, ignore_case: bool = False) -> bool:
    return any(wildcard_match(str(p), value, ignore_case) for p in _listed(patterns))


def wildcard_match(pattern: str, value: str, ignore_case: bool = False) -> bool:
    """Match with IAM's wildcards: `*` any run of characters, `?` exactly one.

    >>> wildcard_match("arn:aws:execute-api:*:1:a1/*", "arn:aws:execute-api:eu-west-1:1:a1/prod/GET/users")
    True
    """
    if ignore_case:
        pattern, value = pattern.lower(), value.lower()
    at = seen = 0  # how much of the pattern and of the value has been matched
    star, resume = -1, 0  # the last `*`, and where its run of characters ends so far
    while seen < len(value):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, seen
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", value[seen]):
            at, seen = at + 1, seen + 1
        elif star >= 0:
            at, resume = star + 1, resume + 1
            seen = resume
        else:
            return False
    return all(char == "*" for char in pattern[at:])


def arn_match(pattern: str, arn: str) -> bool:
    """Match ARNs part by part: a wildcard does not cross one of the first five colons.

    >>> arn_match("arn:aws:execute-api:us-east-1:1:a1/*", "arn:aws:execute-api:us-east-1:1:a1/prod/GET/x")
    True
    """
    wanted, given = pattern.split(":", 5), arn.split(":", 5)
    if len(wanted) != 6 or len(given) != 6:
        return False
    return all(wildcard_match(p, v) for p, v in zip(wanted, given, strict=True))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _matches_any(match: Callable[[str, str], bool]) -> Callable[[str, Iterable[str]], bool]:
    return lambda value, patterns: any(match(pattern, value) for pattern in patterns)


def _equal(pattern: str, value: str) -> bool:
    return pattern == value


_OPERATORS: dict[str, Callable[[str, Iterable[str]], bool]] = {
    "StringEquals": _matches_any(_equal),
    "StringLike": _matches_any(wildcard_match),
    "ArnEquals": _matches_any(arn_match),
    "ArnLike": _matches_any(arn_match),
    "StringNotEquals": lambda value, patterns: value not in list(patterns),
    "StringNotLike": lambda value, patterns: not any(wildcard_match(p, value) for p in patterns),
    "ArnNotLike": lambda value, patterns: not any(arn_match(p, value) for p in patterns),
}
