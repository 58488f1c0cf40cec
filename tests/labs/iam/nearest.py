"""The statement that came closest to allowing an action, and where its ARN differs from the one asked."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.iam.letters import PARTS, Span, alike, compare_arns
from tests.labs.iam.policies import Held, Statement, speaks_of
from tests.labs.iam.role import listed

JOINED = 2
"""So few letters between two marks are there by chance."""

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


def marked(written: str, asked: str) -> tuple[str, str]:
    """Both ARNs, the letters that differ between » and «, which any font and any report shows.

    >>> marked("arn:aws:s3:::tabel", "arn:aws:s3:::table")
    ('arn:aws:s3:::tab»el«', 'arn:aws:s3:::tab»le«')
    """
    compared = compare_arns(written, asked)
    return _between(written, compared.wanted_marks), _between(asked, compared.given_marks)


def differing(written: str, asked: str) -> str:
    """In words, which parts of the two ARNs differ."""
    if "${AWS::" in written:
        return "a `${…}` is filled in by !Sub only"
    if written.count(":") < len(PARTS) - 1:
        return "the first is no whole ARN"
    return f"in {', '.join(compare_arns(written, asked).parts)}"


def _between(text: str, marks: Sequence[Span]) -> str:
    """The text with its marks; those that a letter or two lie between become one."""
    joined: list[Span] = []
    for start, end in marks:
        near = joined and ":" not in text[joined[-1][1] : start] and start - joined[-1][1] <= JOINED
        first = joined.pop()[0] if near else start
        joined.append((first, end))
    for start, end in reversed(joined):
        text = f"{text[:start]}»{text[start:end]}«{text[end:]}"
    return text
