"""The resource types that the sandbox models."""

from __future__ import annotations

from sandbox.cloudformation.providers.base import Provider
from sandbox.cloudformation.providers.cloudformation import WaitConditionHandle
from sandbox.cloudformation.providers.dynamodb import Table
from sandbox.cloudformation.providers.ssm import Parameter

PROVIDERS: dict[str, Provider] = {one.type: one for one in (Table(), Parameter(), WaitConditionHandle())}
"""Resource type → its provider."""
