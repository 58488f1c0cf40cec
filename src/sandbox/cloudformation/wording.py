"""CloudFormation's refusals."""

from __future__ import annotations

from sandbox.errors import AwsError


def invalid(message: str) -> AwsError:
    """A ValidationError, which is how CloudFormation refuses nearly everything."""
    return AwsError("ValidationError", message, 400)


def malformed(message: str) -> AwsError:
    """A template that does not have the form of one."""
    return invalid(f"Template format error: {message}")


def wrong(message: str) -> AwsError:
    """A template whose functions are used wrongly."""
    return invalid(f"Template error: {message}")


def constraint(value: str, where: str, rule: str) -> AwsError:
    """A parameter that does not fit the service model."""
    return invalid(
        f"1 validation error detected: Value '{value}' at '{where}' failed to satisfy constraint: {rule}"
    )
