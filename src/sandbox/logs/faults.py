"""The refusals of CloudWatch Logs."""

from __future__ import annotations

from sandbox.errors import AwsError


def invalid(text: str) -> AwsError:
    """A parameter is not what it must be."""
    return AwsError("InvalidParameterException", text, 400)


def no_group() -> AwsError:
    """Source: localstack/localstack, test_logs_events.snapshot.json (recorded on AWS 2026-02-03)."""
    return AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400)


def no_stream() -> AwsError:
    """Source: as for groups."""
    return AwsError("ResourceNotFoundException", "The specified log stream does not exist.", 400)
