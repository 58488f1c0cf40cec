"""DynamoDB, as far as the sandbox knows more of it than moto: what it refuses, and in which words."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.dynamodb.requests import check
from sandbox.dynamodb.wording import reworded
from sandbox.errors import AwsError
from sandbox.messages import Reply

__all__ = ["answer"]


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Answer a call to DynamoDB. Raises AwsError where DynamoDB refuses it."""
    check(call.operation, call.parameters)
    try:
        return await backend.call(call, account)
    except AwsError as error:
        raise reworded(call.operation, call.parameters, error) from error
