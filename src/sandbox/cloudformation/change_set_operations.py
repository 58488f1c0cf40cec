"""The operations on change sets."""

from __future__ import annotations

from typing import Any

from sandbox.api_call import ApiCall
from sandbox.cloudformation import describing, requests
from sandbox.cloudformation.change_set import NO_CHANGES, ChangeSet
from sandbox.cloudformation.lifecycle import Lifecycle
from sandbox.cloudformation.paging import paged
from sandbox.cloudformation.plan import Plan
from sandbox.cloudformation.preparing import Preparing
from sandbox.cloudformation.stack import USER_INITIATED, Stack
from sandbox.cloudformation.stacks import Stacks, no_name
from sandbox.cloudformation.transform import TransformFailed
from sandbox.cloudformation.updating import check_updatable
from sandbox.cloudformation.wording import constraint, invalid
from sandbox.errors import AwsError, NotModelled
from sandbox.iam import Caller

Json = dict[str, Any]


class ChangeSetOperations:
    """handlers: operation → coroutine of call, caller and the stacks of its account and region."""

    def __init__(self, preparing: Preparing, lifecycle: Lifecycle) -> None:
        self._preparing = preparing
        self._lifecycle = lifecycle
        self.handlers = {
            "CreateChangeSet": self.create,
            "DescribeChangeSet": self.describe,
            "ExecuteChangeSet": self.execute,
            "DeleteChangeSet": self.delete,
            "ListChangeSets": self.list_all,
        }

    async def create(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        requests.refuse_not_modelled(given)
        stack_name = requests.check_stack_name(given.get("StackName"))
        name = requests.check_change_set_name(given.get("ChangeSetName"))
        kind = str(given.get("ChangeSetType") or "UPDATE")
        stack = self._stack_for(kind, stack_name, name, call, caller, stacks)
        if name in stack.change_sets:
            text = f"ChangeSet {name} cannot be created due to a mismatch with existing attribute Name"
            raise AwsError("AlreadyExistsException", text, 400)
        tags = requests.tags_of(given)
        if "Tags" not in given and stack.current is not None:
            tags = stack.current.tags
        made = ChangeSet(
            stack,
            name,
            kind,
            tags,
            requests.capabilities_of(given),
            given.get("Description"),
            given.get("OnStackFailure"),
        )
        try:
            target = await self._preparing.target(given, stack, tags, expand=True)
        except TransformFailed as error:
            made.fail(error.message)
        else:
            plan = Plan(stack, target, stacks.exports.value)
            if kind == "UPDATE" and plan.empty:
                made.fail(NO_CHANGES)
            else:
                made.complete(target, plan.changes)
        self._keep(made, stacks)
        return {"Id": made.id, "StackId": stack.id}

    def _stack_for(
        self, kind: str, stack_name: str, name: str, call: ApiCall, caller: Caller, stacks: Stacks
    ) -> Stack:
        """The stack that a change set is for; a new one if it is to create one."""
        found = stacks.find(stack_name)
        if kind == "CREATE":
            if found is None:
                return Stack(caller.account, call.region, stack_name, caller)
            if found.status != "REVIEW_IN_PROGRESS":
                again = f"cannot be created again with the changeSet [{name}]."
                raise invalid(f"Stack [{stack_name}] already exists and {again}")
            return found
        if kind == "IMPORT":
            raise NotModelled("importing resources (ChangeSetType)")
        if kind != "UPDATE":
            rule = "Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]"
            raise constraint(kind, "changeSetType", rule)
        if found is None:
            raise no_name(stack_name)
        check_updatable(found)
        return found

    def _keep(self, made: ChangeSet, stacks: Stacks) -> None:
        stack = made.stack
        if stacks.find(stack.id) is None:
            stacks.add(stack)
            stack.become("REVIEW_IN_PROGRESS", USER_INITIATED)
        stack.change_sets[made.name] = made
        stack.changed()

    async def describe(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        found = self._find(call.parameters, stacks)
        page, token = paged(found.changes, call.parameters)
        answer = describing.change_set(found) | {"Changes": [describing.change(one) for one in page]}
        return answer | ({"NextToken": token} if token else {})

    async def execute(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        found = self._find(call.parameters, stacks)
        if found.execution_status != "AVAILABLE" or found.target is None:
            status = found.status if found.status == "FAILED" else found.execution_status
            text = f"ChangeSet [{found.id}] cannot be executed in its current status of [{status}]"
            raise AwsError("InvalidChangeSetStatus", text, 400)
        stack = found.stack
        if found.kind == "UPDATE":
            check_updatable(stack)
        found.execution_status = "EXECUTE_COMPLETE"
        stack.caller = caller
        stack.token = call.parameters.get("ClientRequestToken")
        stack.change_set_id = found.id
        stack.change_sets = {found.name: found}  # the others would not fit any more
        disable = bool(call.parameters.get("DisableRollback"))
        if found.kind == "CREATE":
            stack.disable_rollback = disable
            on_failure = found.on_failure or ("DO_NOTHING" if disable else "ROLLBACK")
            self._lifecycle.create(stack, found.target, on_failure)
        else:
            self._lifecycle.update(stack, found.target, roll_back=not disable)
        return {}

    async def delete(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        name = str(given.get("ChangeSetName", ""))
        if name.startswith("arn:"):
            found = _by_id(name, stacks)
            if found is not None:
                found.stack.change_sets.pop(found.name, None)
                found.stack.changed()
            return {}
        stack = stacks.get(self._stack_name(given), no_name)
        stack.change_sets.pop(name, None)
        stack.changed()
        return {}

    async def list_all(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        stack = stacks.get(str(call.parameters.get("StackName", "")), no_name)
        page, token = paged(list(stack.change_sets.values()), call.parameters)
        answer = {"Summaries": [describing.change_set_summary(one) for one in page]}
        return answer | ({"NextToken": token} if token else {})

    def _find(self, given: Json, stacks: Stacks) -> ChangeSet:
        name = str(given.get("ChangeSetName", ""))
        if name.startswith("arn:"):
            found = _by_id(name, stacks)
        else:
            stack = stacks.get(self._stack_name(given), no_name)
            found = stack.change_sets.get(name)
        if found is None:
            raise AwsError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)
        return found

    def _stack_name(self, given: Json) -> str:
        name = str(given.get("StackName") or "")
        if not name:
            raise invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
        return name


def _by_id(change_set_id: str, stacks: Stacks) -> ChangeSet | None:
    every = (one for stack in stacks.all() for one in stack.change_sets.values())
    return next((one for one in every if one.id == change_set_id), None)
