"""CloudFormation: templates in, stacks of resources out, made by calls to the sandbox's own services.

The engine is imported with the first call, so that a sandbox without stacks starts no later for it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import NotModelled
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.store import StateStore

if TYPE_CHECKING:
    from sandbox.cloudformation.providers.base import Invoke
    from sandbox.cloudformation.service import Service

__all__ = ["OPERATIONS", "CloudFormation", "answer"]

OPERATIONS = (
    *("CreateStack", "UpdateStack", "DeleteStack", "UpdateTerminationProtection"),
    *("DescribeStacks", "ListStacks", "DescribeStackEvents", "DescribeStackResource"),
    *("DescribeStackResources", "ListStackResources", "GetTemplate", "GetTemplateSummary"),
    *("ValidateTemplate", "ListExports", "ListImports"),
    *("CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DeleteChangeSet", "ListChangeSets"),
)
"""What is modelled; any other operation is refused by `answer`."""


ROOM = "cloudformation"
"""Under which the stacks are kept."""


class CloudFormation:
    """CloudFormation of the sandbox. invoke: an AWS call in process, as `AwsApi.call`."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._service: Service | None = None
        self._restoring: asyncio.Task[None] | None = None
        self.operations = {("cloudformation", name): self._operate for name in OPERATIONS}

    async def reset(self) -> None:
        """End whatever is being done to stacks, and forget them all."""
        if self._restoring is not None:
            await self._restoring
        if self._service is not None:
            await self._service.reset()

    def keep(self, store: StateStore) -> None:
        """Keep what has changed since the last time."""
        if self._service is not None:
            self._service.keep(store)

    def restore(self, store: StateStore) -> None:
        """Begin to read the stacks that were kept; calls wait for it, and nothing else does.

        What was being done to them when the sandbox ended is gone on with, or rolled back.
        """
        if next(store.documents(ROOM), None) is not None:
            self._restoring = asyncio.create_task(self._restore(store))

    async def _restore(self, store: StateStore) -> None:
        service = await asyncio.to_thread(_imported)
        self._service = service(self._invoke)
        self._service.restore(await asyncio.to_thread(lambda: [stack for _, stack in store.kept(ROOM)]))

    async def _operate(self, call: ApiCall, caller: Caller) -> Reply:
        if self._restoring is not None:
            await asyncio.shield(self._restoring)
        if self._service is None:
            made = await asyncio.to_thread(_imported)
            self._service = self._service or made(self._invoke)  # another call may have been first
        return await self._service.operations[call.service, call.operation](call, caller)


def _imported() -> type[Service]:
    from sandbox.cloudformation.service import Service

    return Service


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Refuse an operation that is not modelled; moto's CloudFormation is never asked."""
    if call.operation not in protocols.service_model(call.service).operation_names:
        raise protocols.unknown_operation(call.service, call.operation)
    raise NotModelled(f"cloudformation {call.operation}")
