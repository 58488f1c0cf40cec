"""The statement that came closest to allowing an action, and where its ARN differs from the one asked."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.iam.letters import PARTS, alike, carets, compare_arns
from tests.labs.iam.policies import Held, Statement, speaks_of
from tests.labs.iam.role import listed

Near = tuple[Held, Statement]


def with_action(held: Sequence[Held], action: str) -> list[Near]:
    """The Allow statements that name the action, whatever their resources are."""
    return [
        (policy, one)
        for policy in held
        for one in policy.statements
        if one["Effect"] == "Allow" and speaks_of(one, "Action", action)
    ]


def closest(near: Sequence[Near], resource: str) -> tuple[Held, str]:
    """Of these statements, the Resource that is most like this one, and the policy it stands in."""
    written = [(policy, str(text)) for policy, one in near for text in listed(one.get("Resource"))]
    written += [(policy, f"all but {one['NotResource']}") for policy, one in near if "NotResource" in one]
    return max(written, key=lambda each: alike(each[1], resource))


def marked(written: str, asked: str) -> str:
    """Both ARNs, one below the other, each with its differing letters marked from below."""
    compared = compare_arns(written, asked)
    lines = [written, carets(written, compared.wanted_marks), asked, carets(asked, compared.given_marks)]
    return "\n".join(f"  {line}" for line in lines if line)


def differing(written: str, asked: str) -> str:
    """In words, which parts of the two ARNs differ."""
    if written.count(":") < len(PARTS) - 1:
        return "it is no whole ARN"
    parts = compare_arns(written, asked).parts
    return f"they differ in: {', '.join(parts)}"
