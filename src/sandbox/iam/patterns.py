"""The wildcards of IAM: `*` any run of characters, `?` exactly one.

Sources: IAM User Guide, *IAM JSON policy elements: Resource* (an ARN is matched part by part, but a `*`
that ends a part can run on past the colon), *Identify AWS resources with Amazon Resource Names* (an
incomplete ARN is completed with wildcards) and *IAM JSON policy elements: Action* (no letter case).
"""

from __future__ import annotations

from functools import lru_cache

LITERAL_STAR, LITERAL_MARK = "\ue000", "\ue001"
"""What stands for a `*` and a `?` that mean themselves: `${*}`, and values put in for variables."""

_ARN_PARTS = 6
_REMEMBERED = 16_384
"""Answers kept: the same few callers ask the same few questions all day."""


def literal(text: str) -> str:
    """`text` as a pattern that matches it alone."""
    return text.replace("*", LITERAL_STAR).replace("?", LITERAL_MARK)


def wildcard_match(pattern: str, value: str) -> bool:
    """Whether `pattern` matches all of `value`; letter case counts.

    >>> wildcard_match("table/Users*", "table/Users/index/byEmail"), wildcard_match("user?", "user")
    (True, False)
    """
    if "*" in value or "?" in value:
        value = literal(value)
    if "?" in pattern:
        return _match_by_letters(pattern, value)
    first, *others = pattern.split("*")
    if not others:
        return first == value
    last = others.pop()
    if len(value) < len(first) + len(last) or not (value.startswith(first) and value.endswith(last)):
        return False
    at, end = len(first), len(value) - len(last)
    for part in others:
        found = value.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _match_by_letters(pattern: str, value: str) -> bool:
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


def action_match(pattern: str, action: str) -> bool:
    """Whether an Action names `action`: letter case does not count.

    >>> action_match("DynamoDB:put*", "dynamodb:PutItem")
    True
    """
    return pattern == "*" or wildcard_match(pattern.lower(), action.lower())


def resource_match(pattern: str, resource: str) -> bool:
    """Whether a Resource names `resource`, an ARN or `*` (what actions without a resource ask for).

    >>> resource_match("arn:aws:dynamodb:*:1:table/*", "arn:aws:dynamodb:eu-west-1:1:table/users")
    True
    >>> resource_match("arn:aws:sqs", "arn:aws:sqs:eu-west-1:1:queue")
    True
    >>> resource_match("arn:aws:sqs:*:queue", "arn:aws:sqs:eu-west-1:1:queue")
    True
    """
    if pattern == "*":
        return True
    if _is_whole_arn(pattern):
        return pattern == literal(resource)
    wanted = pattern.split(":", _ARN_PARTS - 1)
    if _by_parts([*wanted, *["*"] * (_ARN_PARTS - len(wanted))], resource):
        return True
    return "*:" in pattern and _runs_on(wanted, resource.split(":"))


def _is_whole_arn(pattern: str) -> bool:
    """Whether it is an ARN without wildcards, which names itself alone: most policies hold nothing else."""
    return "*" not in pattern and "?" not in pattern and pattern.count(":") >= _ARN_PARTS - 1


def arn_match(pattern: str, arn: str) -> bool:
    """Whether the value of an Arn condition names `arn`; both need all six parts.

    Source: IAM User Guide, *Amazon Resource Name (ARN) condition operators*.
    """
    wanted = pattern.split(":", _ARN_PARTS - 1)
    return len(wanted) == _ARN_PARTS and _by_parts(wanted, arn)


def _runs_on(wanted: list[str], given: list[str]) -> bool:
    """Whether the parts agree if a `*` that ends one may run on past the colon.

    given: what stands between all the colons, of which an ARN has at least five.
    """
    if len(given) < _ARN_PARTS:
        return False
    *parts, last = wanted
    used = {0}  # how many of `given` may be used up
    for part in parts:
        met = [n + 1 for n in used if n < len(given) and wildcard_match(part, given[n])]
        used = set(range(min(met), len(given))) if met and part.endswith("*") else set(met)
    return any(wildcard_match(last, ":".join(given[n:])) for n in used if n < len(given))


def _by_parts(wanted: list[str], arn: str) -> bool:
    given = arn.split(":", _ARN_PARTS - 1)
    if len(given) != _ARN_PARTS:
        return False
    return all(p in (v, "*") or wildcard_match(p, v) for p, v in zip(wanted, given, strict=True))


@lru_cache(maxsize=_REMEMBERED)
def any_action(patterns: tuple[str, ...], action: str) -> bool:
    """Whether one of `patterns` names `action`."""
    return any(action_match(pattern, action) for pattern in patterns)


@lru_cache(maxsize=_REMEMBERED)
def any_resource(patterns: tuple[str, ...], resource: str) -> bool:
    """Whether one of `patterns` names `resource`."""
    return any(resource_match(pattern, resource) for pattern in patterns)
