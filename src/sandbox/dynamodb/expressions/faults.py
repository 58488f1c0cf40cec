"""How this package refuses: a Fault within it, AWS's ValidationException without."""

from __future__ import annotations

from sandbox.errors import AwsError


class Fault(Exception):
    """What is wrong with an expression, as DynamoDB says it after `Invalid …Expression: `."""


class SyntaxFault(Fault):
    """A text that the grammar does not have."""

    def __init__(self, token: str, near: str) -> None:
        super().__init__(f'Syntax error; token: "{token}", near: "{near}"')


def invalid(message: str) -> AwsError:
    """DynamoDB's refusal of a request."""
    return AwsError("ValidationException", message, 400)


def refusal(kind: str, fault: Fault) -> AwsError:
    """`fault` as the refusal of a parameter such as `FilterExpression`."""
    return invalid(f"Invalid {kind}: {fault}")
