"""Pages of lists; a token is the position the next page begins at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sandbox.cloudformation.wording import invalid

Item = TypeVar("Item")


def paged(items: Sequence[Item], given: Mapping[str, Any], most: int = 100) -> tuple[list[Item], str | None]:
    """One page of at most `most` items, and the token of the next, or None."""
    token = str(given.get("NextToken") or "0")
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    begin = int(token)
    end = begin + most
    return list(items[begin:end]), str(end) if end < len(items) else None
