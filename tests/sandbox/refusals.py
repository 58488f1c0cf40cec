"""Calls that AWS refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refusal(call: Callable[..., Any], **parameters: Any) -> ClientError:
    """The ClientError of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value


def told(error: ClientError) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    response = error.response
    said = response["Error"]
    return response["ResponseMetadata"]["HTTPStatusCode"], said["Code"], said["Message"]
