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
