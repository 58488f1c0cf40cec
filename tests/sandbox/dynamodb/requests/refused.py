"""How the tests of this folder ask what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.requests import check
from sandbox.errors import AwsError, NotModelled

ONE = "1 validation error detected: "
FAILED = "failed to satisfy constraint: Member must"
BAD = "One or more parameter values were invalid: "
PK = {"pk": {"S": "ada"}}


def message(what: Callable[..., Any], *arguments: Any, code: str = "ValidationException", **more: Any) -> str:
    """The words in which `what` refuses the arguments, `""` where it takes them; the code is checked."""
    error = _raised(what, *arguments, **more)
    if error is None:
        return ""
    assert (error.code, error.status) == (code, 400)
    return error.message


def _raised(what: Callable[..., Any], *arguments: Any, **more: Any) -> AwsError | None:
    try:
        what(*arguments, **more)
    except NotModelled:
        raise
    except AwsError as error:
        return error
    return None


def refused(operation: str, code: str = "ValidationException", **parameters: Any) -> str:
    """The words in which DynamoDB refuses an operation's parameters, `""` where it takes them."""
    return message(check, operation, parameters, code=code)
