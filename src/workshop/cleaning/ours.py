"""Whether a resource is the workshop's. Pure.

A tag says it for certain, and another prefix in the tag says for certain that it is somebody else's. Without
a tag the name has to be one that the workshop gives, whole: `ada-users` is Ada's, `ada-2-users` is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from workshop.target import DEFAULT_PREFIX, TAG

_AGREED = r"users|users-role|users-rest|check-[0-9a-f]{10}"
_BY_CLOUDFORMATION = r"[A-Z][A-Za-z0-9]*-[A-Za-z0-9]{6,13}"
"""Logical id, and what CloudFormation makes up (CloudFormation User Guide, *Name type*)."""

_OF_NOTEBOOKS = re.compile(r"nb-(tour|dynamodb|iam|lambda|api|trouble)-[a-z0-9-]+")
_OF_LAMBDA = "/aws/lambda/"


def reason(prefix: str, name: str, tags: Mapping[str, str]) -> str:
    """Why it is the workshop's under this prefix; "" where it is not.

    >>> reason("ada", "anything", {"workshop": "ada"}), reason("ada", "ada-users", {})
    ('by its tag', 'by its name')
    >>> reason("ada", "ada-users", {"workshop": "bob"}), reason("ada", "ada-2-users", {})
    ('', '')
    """
    if TAG in tags:
        return "by its tag" if tags[TAG] == prefix else ""
    return "by its name" if by_name(prefix, name) else ""


def by_name(prefix: str, name: str) -> bool:
    """Whether the workshop gives this name under this prefix; notebooks' names belong to the usual prefix.

    >>> by_name("ada", "/aws/lambda/ada-UsersFunction-1AbC2dEf3GhI"), by_name("ada", "nb-tour-users")
    (True, False)
    """
    bare = name.removeprefix(_OF_LAMBDA)
    if re.fullmatch(rf"{re.escape(prefix)}-({_AGREED}|{_BY_CLOUDFORMATION})", bare):
        return True
    return prefix == DEFAULT_PREFIX and _OF_NOTEBOOKS.fullmatch(bare) is not None


def is_bucket(prefix: str, account: str, name: str) -> bool:
    """Whether it is the bucket for code of this prefix and account, in whatever region.

    >>> is_bucket("ada", "123456789012", "ada-artifacts-123456789012-eu-west-1")
    True
    """
    return re.fullmatch(rf"{re.escape(prefix)}-artifacts-{account}-[a-z0-9-]+", name) is not None
