"""Leads a stack from what it is to what a target says, and back where that fails.

The order and the words of the events are AWS's (LocalStack's snapshots of AWS; CloudFormation User Guide,
*Understand stack creation events*).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.cloudformation import outputs
from sandbox.cloudformation.graph import check_circles
from sandbox.cloudformation.hands import Failed, Hands
from sandbox.cloudformation.intrinsics import Scope
from sandbox.cloudformation.removal import remove_these
from sandbox.cloudformation.scope import check_attributes, graph_of, scope_of, try_out
from sandbox.cloudformation.stack import Stack, StackResource, Target
from sandbox.cloudformation.template import Definition
from sandbox.cloudformation.undertaking import Undertaking
from sandbox.cloudformation.walk import walk
from sandbox.errors import AwsError

Imports = Callable[[str], Any]

REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


class Deployment:
    """One creation or update of a stack. Afterwards `failed` says whether, and `reason` why.

    so_far: what has been done of it, which grows. exports: gives an export's value to Fn::ImportValue, or
    raises AwsError.
    """

    def __init__(self, stack: Stack, so_far: Undertaking, hands: Hands, exports: outputs.Exports) -> None:
        assert so_far.target is not None  # only deletions have none, and they are no deployments
        self._stack = stack
        self._target: Target = so_far.target
        self._so_far = so_far
        self._hands = hands
        self._exports = exports
        self._imports: set[str] = set()
        self._not_created: list[str] = []
        self._not_updated: list[str] = []
        self.error: str | None = None

    @property
    def failed(self) -> bool:
        return bool(self._not_created or self._not_updated or self.error)

    @property
    def reason(self) -> str:
        """Why it failed, as the stack's status reason begins."""
        if self.error:
            return self.error
        parts = []
        if self._not_created:
            parts.append(f"The following resource(s) failed to create: [{', '.join(self._not_created)}]. ")
        if self._not_updated:
            parts.append(f"The following resource(s) failed to update: [{', '.join(self._not_updated)}]. ")
        return "".join(parts)

    async def run(self) -> None:
        """Make and change resources; stop at the first failure."""
        self._so_far.begin(self._stack.resources)
        scope = scope_of(self._stack, self._target, self._imported, final=True)
        try:
            definitions = try_out(self._target, self._stack, self._imported)
            check_attributes(self._target, definitions)
            graph = graph_of(definitions, scope)
            check_circles(graph)
        except AwsError as error:
            self.error = f"{error.message}. "
            return

        async def work(name: str) -> bool:
            return await self._apply(definitions[name], scope, graph[name])

        await walk(graph, work, stop=True)
        if not self.failed:
            self._finish(definitions, scope)

    def _finish(self, definitions: dict[str, Definition], scope: Scope) -> None:
        """Take on outputs and target, and lay aside what the template does not have any more."""
        stack = self._stack
        try:
            stack.outputs = outputs.computed(stack, self._target, scope, self._exports)
        except AwsError as error:
            self.error = f"{error.message}. "
            return
        for name in [name for name in stack.resources if name not in definitions]:
            self._so_far.dropped.append(stack.resources.pop(name))
        stack.current = self._target
        stack.imports = frozenset(self._imports)

    def _imported(self, name: str) -> Any:
        value = self._exports.value(name)
        self._imports.add(name)
        return value

    async def _apply(self, definition: Definition, scope: Scope, needs: frozenset[str]) -> bool:
        """Make or change one resource; whether that went well."""
        name = definition.logical_id
        old = self._stack.resources.get(name)
        if old is None or not old.physical_id:
            return await self._create(definition, scope, needs)
        try:
            draft = self._hands.draft(self._stack, self._target, definition, scope, needs)
        except Failed as error:
            self._so_far.touched.append(name)
            self._stack.tell(old, "UPDATE_IN_PROGRESS")
            return self._update_failed(old, str(error))
        if draft.same_as(old) and old.status != "UPDATE_FAILED":
            _take_on(old, draft, definition)
            return True
        return await self._change(old, draft, definition)

    async def _create(self, definition: Definition, scope: Scope, needs: frozenset[str]) -> bool:
        name = definition.logical_id
        resource = StackResource(name, definition.type, "CREATE_IN_PROGRESS", needs=needs)
        _policies(resource, definition)
        self._stack.resources[name] = resource
        self._so_far.made.append(resource)
        self._stack.tell(resource, "CREATE_IN_PROGRESS")
        await asyncio.sleep(0)  # lets all that can begin do so before the first ends
        try:
            draft = self._hands.draft(self._stack, self._target, definition, scope, needs)
            resource.properties, resource.tags = draft.properties, draft.tags
            await self._hands.create(self._stack, resource)
            if self.failed:
                raise Failed("Resource creation cancelled")
        except Failed as error:
            self._not_created.append(name)
            self._stack.tell(resource, "CREATE_FAILED", str(error))
            return False
        self._stack.tell(resource, "CREATE_COMPLETE")
        return True

    async def _change(self, old: StackResource, draft: Any, definition: Definition) -> bool:
        name = definition.logical_id
        self._so_far.touched.append(name)
        stack = self._stack
        recreated = self._hands.replaced_by(old, draft)
        new = replace(old, properties=draft.properties, tags=draft.tags, needs=draft.needs)
        _policies(new, definition)
        try:
            if recreated:
                return await self._replace(old, new)
            stack.tell(old, "UPDATE_IN_PROGRESS")
            new.status, new.reason, new.timestamp = old.status, old.reason, old.timestamp
            self._hands.check_update(old, new)
            stack.resources[name] = new
            await asyncio.sleep(0)
            await self._hands.update(stack, old, new)
            if self.failed:
                raise Failed("Resource update cancelled")
        except Failed as error:
            return self._update_failed(stack.resources[name], str(error))
        stack.tell(new, "UPDATE_COMPLETE")
        return True

    async def _replace(self, old: StackResource, new: StackResource) -> bool:
        """Make the new physical resource; the old one goes in the clean-up. Raises Failed."""
        stack = self._stack
        stack.tell(old, "UPDATE_IN_PROGRESS", REPLACING)
        self._hands.refuse_same_name(old, new)
        await asyncio.sleep(0)
        new.physical_id, new.attributes, new.ref = "", {}, ""
        self._so_far.made.append(new)
        try:
            await self._hands.create(stack, new, "UPDATE_IN_PROGRESS")
        finally:
            if new.physical_id:
                stack.resources[new.logical_id] = new
                self._so_far.replaced.append(old)
            else:
                self._so_far.made.remove(new)
        if self.failed:
            raise Failed("Resource update cancelled")
        stack.tell(new, "UPDATE_COMPLETE")
        return True

    def _update_failed(self, resource: StackResource, reason: str) -> bool:
        self._not_updated.append(resource.logical_id)
        self._stack.tell(resource, "UPDATE_FAILED", reason)
        return False

    # ---- and back ----------------------------------------------------------------------------------------

    async def clean_up(self) -> None:
        """Remove what the new target does not use any more; what cannot be removed is left, and told."""
        stack, hands = self._stack, self._hands
        await remove_these(stack, hands, self._so_far.replaced, lambda one: one.update_replace_policy)
        await remove_these(stack, hands, self._so_far.dropped, lambda one: one.deletion_policy)

    async def clean_up_undone(self) -> None:
        """Remove what was made for the target that failed."""
        for resource in self._so_far.made:
            if self._stack.resources.get(resource.logical_id) is resource:
                del self._stack.resources[resource.logical_id]
        await remove_these(self._stack, self._hands, self._so_far.made, lambda one: "Delete")

    async def undo_update(self) -> list[str]:
        """Put changed resources back as they were; the names of what could not be."""
        stuck: list[str] = []
        graph = {
            name: self._so_far.saved[name].needs & set(self._so_far.touched) for name in self._so_far.touched
        }

        async def back(name: str) -> bool:
            done = await self._restore(name)
            if not done:
                stuck.append(name)
            return done

        await walk(graph, back, stop=False)
        return stuck

    async def _restore(self, name: str) -> bool:
        stack, saved = self._stack, self._so_far.saved[name]
        there = stack.resources[name]
        if there.physical_id != saved.physical_id:  # replaced: the old one is still there
            stack.resources[name] = saved
            stack.tell(saved, "UPDATE_COMPLETE")
            return True
        stack.resources[name] = saved
        if (there.properties, there.tags) == (saved.properties, saved.tags):  # refused before it began
            stack.tell(saved, "UPDATE_COMPLETE")
            return True
        stack.tell(saved, "UPDATE_IN_PROGRESS")
        try:
            await self._hands.update(stack, there, saved)
        except Failed as error:
            stack.tell(saved, "UPDATE_FAILED", str(error))
            return False
        stack.tell(saved, "UPDATE_COMPLETE")
        return True


def _policies(resource: StackResource, definition: Definition) -> None:
    resource.deletion_policy = definition.deletion_policy
    resource.update_replace_policy = definition.update_replace_policy
    resource.metadata = definition.metadata


def _take_on(old: StackResource, draft: Any, definition: Definition) -> None:
    """What may change without anything being done to the resource."""
    old.needs = draft.needs
    _policies(old, definition)
