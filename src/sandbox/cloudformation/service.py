"""CloudFormation: the operations that make, change and remove stacks."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.cloudformation import ROOM, requests
from sandbox.cloudformation.change_set_operations import ChangeSetOperations
from sandbox.cloudformation.hands import Hands
from sandbox.cloudformation.lifecycle import Lifecycle
from sandbox.cloudformation.plan import Plan
from sandbox.cloudformation.preparing import Preparing
from sandbox.cloudformation.providers.base import Invoke
from sandbox.cloudformation.queries import Queries
from sandbox.cloudformation.stack import Stack, Target
from sandbox.cloudformation.stacks import Stacks, no_name
from sandbox.cloudformation.transform import TransformFailed
from sandbox.cloudformation.updating import check_updatable
from sandbox.cloudformation.wording import constraint, invalid
from sandbox.errors import AwsError, NotModelled
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.store import StateStore

Json = dict[str, Any]
Handler = Callable[[ApiCall, Caller, Stacks], Awaitable[Json]]

ON_FAILURE = ("DO_NOTHING", "ROLLBACK", "DELETE")


class Service:
    """All operations that are modelled. invoke: an AWS call in process, as `AwsApi.call`."""

    def __init__(self, invoke: Invoke) -> None:
        self._stacks: defaultdict[tuple[str, str], Stacks] = defaultdict(Stacks)
        self._preparing = Preparing(invoke)
        self._lifecycle = Lifecycle(Hands(invoke), self._exports_of)
        handlers: dict[str, Handler] = {
            "CreateStack": self.create,
            "UpdateStack": self.update,
            "DeleteStack": self.delete,
            "UpdateTerminationProtection": self.protect,
            **Queries(invoke).handlers,
            **ChangeSetOperations(self._preparing, self._lifecycle).handlers,
        }
        self.operations = {
            ("cloudformation", name): self._operation(handler) for name, handler in handlers.items()
        }

    async def reset(self) -> None:
        """End whatever is being done to stacks, and forget them all."""
        await self._lifecycle.reset()
        self._stacks.clear()

    # ---- what survives a restart -----------------------------------------------------------------------

    def keep(self, store: StateStore) -> None:
        """Keep the stacks that have changed since the last time."""
        for stacks in self._stacks.values():
            for stack_id, stack in stacks.changed.items():
                store.keep(ROOM, stack_id, stack)
            for stack_id in stacks.forgotten:
                store.forget(ROOM, stack_id)
            stacks.changed.clear()
            stacks.forgotten.clear()

    def restore(self, kept: Iterable[Stack]) -> None:
        """Take stacks in that were kept, and go on with what was being done to them."""
        for stack in sorted(kept, key=lambda one: one.created):
            self._stacks[stack.account, stack.region].put(stack)
            if stack.in_progress:
                self._lifecycle.resume(stack)

    def _exports_of(self, stack: Stack) -> Any:
        return self._stacks[stack.account, stack.region].exports

    def _operation(self, handler: Handler) -> Callable[[ApiCall, Caller], Awaitable[Reply]]:
        async def operation(call: ApiCall, caller: Caller) -> Reply:
            result = await handler(call, caller, self._stacks[caller.account, call.region])
            return protocols.serialise(call.service, call.operation, result, str(uuid.uuid4()))

        return operation

    async def create(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        name = requests.check_stack_name(given.get("StackName"))
        requests.refuse_not_modelled(given)
        tags = requests.tags_of(given)
        if stacks.find(name) is not None:
            raise _exists(name)
        on_failure = _on_failure(given)
        stack = Stack(caller.account, call.region, name, caller)
        stack.disable_rollback = on_failure == "DO_NOTHING"
        stack.protected = bool(given.get("EnableTerminationProtection"))
        stack.token = given.get("ClientRequestToken")
        target: Target | TransformFailed
        try:
            target = await self._preparing.target(given, stack, tags, expand=False)
        except TransformFailed as error:
            target = error
        if stacks.find(name) is not None:  # made by another call meanwhile
            raise _exists(name)
        stacks.add(stack)
        if isinstance(target, Target):
            self._lifecycle.create(stack, target, on_failure)
        else:
            self._lifecycle.refuse_creation(stack, target.message)
        return {"StackId": stack.id}

    async def update(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        name = requests.check_stack_name(given.get("StackName"))
        requests.refuse_not_modelled(given)
        stack = stacks.get(name, no_name)
        check_updatable(stack)
        assert stack.current is not None  # all that can be updated have been created
        stack.caller = caller
        tags = requests.tags_of(given) if "Tags" in given else stack.current.tags
        roll_back = not given.get("DisableRollback", stack.disable_rollback)
        try:
            target = await self._preparing.target(given, stack, tags, expand=False)
        except TransformFailed as error:
            self._lifecycle.refuse_update(stack, error.message)
            return {"StackId": stack.id}
        check_updatable(stack)  # once more: it may have begun to change meanwhile
        plan = Plan(stack, target, stacks.exports.value)
        if plan.empty and stack.status.endswith("COMPLETE"):
            raise invalid("No updates are to be performed.")
        stack.token = given.get("ClientRequestToken")
        self._lifecycle.update(stack, target, roll_back=roll_back)
        return {"StackId": stack.id}

    async def delete(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        name = requests.check_stack_name(given.get("StackName"))
        stack = stacks.find(name)
        if stack is None or not stack.exists or stack.status == "DELETE_IN_PROGRESS":
            return {}
        if given.get("RoleARN"):
            raise NotModelled(f"{requests.NOT_MODELLED['RoleARN']} (RoleARN)")
        if stack.protected:
            raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        if stack.in_progress and stack.status.startswith("UPDATE"):
            raise invalid(f"Stack [{stack.id}] cannot be deleted while in status {stack.status}")
        retain = frozenset(given.get("RetainResources") or ())
        if retain and stack.status != "DELETE_FAILED":
            raise invalid(
                f"Invalid operation on stack [{stack.id}]. When you delete a stack, specify which resources "
                "to retain only when the stack is in the DELETE_FAILED state."
            )
        stacks.exports.check_unused(stack)
        stack.caller = caller
        stack.token = given.get("ClientRequestToken")
        stack.change_sets.clear()
        self._lifecycle.delete(stack, retain)
        return {}

    async def protect(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        stack = stacks.get(str(call.parameters.get("StackName", "")), no_name)
        stack.protected = bool(call.parameters.get("EnableTerminationProtection"))
        stack.changed()
        return {"StackId": stack.id}


def _exists(name: str) -> AwsError:
    return AwsError("AlreadyExistsException", f"Stack [{name}] already exists", 400)


def _on_failure(given: Json) -> str:
    on_failure, disable = given.get("OnFailure"), given.get("DisableRollback")
    if on_failure and disable is not None:
        raise invalid("You can specify either DisableRollback or OnFailure, but not both.")
    if on_failure and on_failure not in ON_FAILURE:
        rule = f"Member must satisfy enum value set: [{', '.join(ON_FAILURE)}]"
        raise constraint(str(on_failure), "onFailure", rule)
    return str(on_failure or ("DO_NOTHING" if disable else "ROLLBACK"))
