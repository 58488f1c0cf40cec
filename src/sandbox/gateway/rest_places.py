"""Where in a REST API a resource may be. Pure: works on path parts.

Messages: localstack/localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json (recorded
on AWS).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PATH_PART = re.compile(r"[\w.:$-]+|\{[\w.:$-]+\+?\}")
_BAD_PATH_PART = (
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable "
    "and curly braces at the beginning and the end."
)


def place_problem(part: str, parent: str, siblings: Iterable[str]) -> str:
    """What is wrong with a resource `part` below `parent`, beside `siblings`, or ""."""
    if not _PATH_PART.fullmatch(part):
        return _BAD_PATH_PART
    if parent.endswith("+}"):
        return f"Cannot create a child of a resource with a greedy path variable: {parent}"
    if part.startswith("{"):
        for sibling in siblings:
            if sibling.startswith("{"):
                return (
                    f"A sibling ({sibling}) of this resource already has a variable path part"
                    " -- only one is allowed"
                )
    return ""
