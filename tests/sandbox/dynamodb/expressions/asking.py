"""Short ways to make expressions in tests, and to have what AWS says of wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.dynamodb import expressions
from sandbox.dynamodb.expressions import Placeholders
from sandbox.errors import AwsError


def refused(make: Callable[[], Any]) -> str:
    """The message with which `make` is refused."""
    with pytest.raises(AwsError) as caught:
        make()
    assert caught.value.code == "ValidationException"
    assert caught.value.status == 400
    return caught.value.message


def placeholders(names: dict[str, str] | None = None, values: dict[str, Any] | None = None) -> Placeholders:
    """Names by `#name`, values by `:name`; none at all where there are none."""
    return Placeholders(names or None, values or None)


def condition(text: str, values: dict[str, Any] | None = None, names: dict[str, str] | None = None) -> Any:
    return expressions.condition("FilterExpression", text, placeholders(names, values))


def wrong_condition(
    text: str, values: dict[str, Any] | None = None, names: dict[str, str] | None = None
) -> str:
    """What is said of it behind `Invalid FilterExpression: `."""
    message = refused(lambda: condition(text, values, names))
    assert message.startswith("Invalid FilterExpression: ")
    return message.removeprefix("Invalid FilterExpression: ")


def update(text: str, values: dict[str, Any] | None = None, names: dict[str, str] | None = None) -> Any:
    return expressions.update(text, placeholders(names, values))


def wrong_update(text: str, values: dict[str, Any] | None = None, names: dict[str, str] | None = None) -> str:
    """What is said of it behind `Invalid UpdateExpression: `."""
    message = refused(lambda: update(text, values, names))
    assert message.startswith("Invalid UpdateExpression: ")
    return message.removeprefix("Invalid UpdateExpression: ")


def projection(text: str, names: dict[str, str] | None = None) -> Any:
    return expressions.projection(text, placeholders(names))
