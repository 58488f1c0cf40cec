"""What happens to a whole stack: created, updated, rolled back, deleted, each as a task of its own.

The order and the words of the statuses: CloudFormation User Guide, *Stack status codes*.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

from sandbox.cloudformation.deployment import Deployment
from sandbox.cloudformation.hands import Hands
from sandbox.cloudformation.outputs import Exports
from sandbox.cloudformation.removal import remove_all
from sandbox.cloudformation.stack import USER_INITIATED, Stack, Target, now
from sandbox.cloudformation.undertaking import DELETE, DO_NOTHING, Undertaking

log = logging.getLogger(__name__)

DIED = "The sandbox ended in the middle of it."
"""The reason of what is rolled back because the sandbox was killed; AWS's CloudFormation never is."""


class Lifecycle:
    """Runs what is done to stacks in the background."""

    def __init__(self, hands: Hands, exports_of: Callable[[Stack], Exports]) -> None:
        self._hands = hands
        self._exports_of = exports_of
        self._tasks: set[asyncio.Task[None]] = set()

    def create(self, stack: Stack, target: Target, on_failure: str) -> None:
        """Begin to make a stack. on_failure: ROLLBACK, DELETE or DO_NOTHING."""
        stack.current = target
        stack.undertaking = Undertaking(target, on_failure)
        stack.become("CREATE_IN_PROGRESS", USER_INITIATED)
        self._begin(stack, self._create(stack, stack.undertaking))

    def refuse_creation(self, stack: Stack, reason: str) -> None:
        """End the creation of a stack whose transform refuses its template."""
        stack.become("CREATE_IN_PROGRESS", USER_INITIATED)
        stack.become("ROLLBACK_IN_PROGRESS", f"{reason}. Rollback requested by user.")
        stack.become("ROLLBACK_COMPLETE")

    def refuse_update(self, stack: Stack, reason: str) -> None:
        """End the update of a stack whose transform refuses its template."""
        stack.updated = now()
        stack.become("UPDATE_IN_PROGRESS", USER_INITIATED)
        stack.become("UPDATE_ROLLBACK_IN_PROGRESS", f"{reason}. ")
        stack.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        stack.become("UPDATE_ROLLBACK_COMPLETE")

    def update(self, stack: Stack, target: Target, *, roll_back: bool) -> None:
        """Begin to change a stack into what `target` says."""
        stack.updated = now()
        stack.undertaking = Undertaking(target, roll_back=roll_back)
        stack.become("UPDATE_IN_PROGRESS", USER_INITIATED)
        self._begin(stack, self._update(stack, stack.undertaking))

    def delete(self, stack: Stack, retain: frozenset[str]) -> None:
        """Begin to remove a stack, after whatever is being done to it."""
        under_way = stack.task
        stack.undertaking = Undertaking(retain=retain)
        stack.become("DELETE_IN_PROGRESS", USER_INITIATED)
        self._begin(stack, self._delete(stack, stack.undertaking, under_way))

    def resume(self, stack: Stack) -> None:
        """Go on with, or roll back, what was being done to a stack when the sandbox died; at its start.

        What was being made or changed is rolled back, as after a failure; a rollback, a clean-up or a
        deletion goes on where it was.
        """
        so_far = stack.undertaking or Undertaking(stack.current)
        _stop_resources(stack, so_far)
        deployment = self._deployment(stack, so_far) if so_far.target is not None else None
        match stack.status, deployment:
            case "CREATE_IN_PROGRESS", _:
                work = self._creation_failed(stack, so_far, DIED)
            case "ROLLBACK_IN_PROGRESS", _:
                work = self._roll_creation_back(stack)
            case "UPDATE_IN_PROGRESS", Deployment():
                work = self._update_failed(stack, so_far, deployment, DIED)
            case "UPDATE_ROLLBACK_IN_PROGRESS", Deployment():
                work = self._roll_update_back(stack, deployment)
            case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", Deployment():
                work = self._clean_up_undone(stack, deployment)
            case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Deployment():
                work = self._clean_up(stack, deployment)
            case _:
                work = self._take_down(stack, so_far)
        self._begin(stack, work)

    async def reset(self) -> None:
        """End everything that is being done."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, stack: Stack, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._guarded(stack, work))
        stack.task = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, stack: Stack, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:
            log.exception("stack %s failed inside the sandbox", stack.name)
            failed = stack.status.replace("_CLEANUP", "").replace("_COMPLETE", "")
            text = f"The sandbox failed: {type(error).__name__}: {error}"
            stack.become(failed.replace("_IN_PROGRESS", "_FAILED"), text)

    def _deployment(self, stack: Stack, so_far: Undertaking) -> Deployment:
        return Deployment(stack, so_far, self._hands, self._exports_of(stack))

    async def _create(self, stack: Stack, so_far: Undertaking) -> None:
        deployment = self._deployment(stack, so_far)
        await deployment.run()
        if stack.status != "CREATE_IN_PROGRESS":
            return  # it is to be deleted meanwhile
        if deployment.failed:
            await self._creation_failed(stack, so_far, deployment.reason)
        else:
            stack.become("CREATE_COMPLETE")

    async def _creation_failed(self, stack: Stack, so_far: Undertaking, reason: str) -> None:
        if so_far.on_failure == DO_NOTHING:
            stack.become("CREATE_FAILED", reason)
        elif so_far.on_failure == DELETE:
            stack.undertaking = Undertaking(undoing=True)
            stack.become("DELETE_IN_PROGRESS", _asked(reason, "Delete"))
            await self._take_down(stack, stack.undertaking)
        else:
            stack.become("ROLLBACK_IN_PROGRESS", _asked(reason, "Rollback"))
            await self._roll_creation_back(stack)

    async def _roll_creation_back(self, stack: Stack) -> None:
        stuck = await remove_all(stack, self._hands, retain=frozenset(), undoing=True)
        stack.outputs = []
        if stuck:
            stack.become("ROLLBACK_FAILED", _not_deleted(stuck))
        else:
            stack.become("ROLLBACK_COMPLETE")

    async def _update(self, stack: Stack, so_far: Undertaking) -> None:
        deployment = self._deployment(stack, so_far)
        await deployment.run()
        if deployment.failed:
            await self._update_failed(stack, so_far, deployment, deployment.reason)
        else:
            stack.become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            await self._clean_up(stack, deployment)

    async def _clean_up(self, stack: Stack, deployment: Deployment) -> None:
        await deployment.clean_up()
        stack.become("UPDATE_COMPLETE")

    async def _update_failed(
        self, stack: Stack, so_far: Undertaking, deployment: Deployment, reason: str
    ) -> None:
        if not so_far.roll_back:
            stack.become("UPDATE_FAILED", reason)
            return
        stack.become("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        await self._roll_update_back(stack, deployment)

    async def _roll_update_back(self, stack: Stack, deployment: Deployment) -> None:
        stuck = await deployment.undo_update()
        if stuck:
            text = f"The following resource(s) failed to update: [{', '.join(stuck)}]. "
            stack.become("UPDATE_ROLLBACK_FAILED", text)
            return
        stack.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        await self._clean_up_undone(stack, deployment)

    async def _clean_up_undone(self, stack: Stack, deployment: Deployment) -> None:
        await deployment.clean_up_undone()
        stack.become("UPDATE_ROLLBACK_COMPLETE")

    async def _delete(self, stack: Stack, so_far: Undertaking, under_way: asyncio.Task[None] | None) -> None:
        if under_way is not None:
            await asyncio.wait([under_way])
        await self._take_down(stack, so_far)

    async def _take_down(self, stack: Stack, so_far: Undertaking) -> None:
        stuck = await remove_all(stack, self._hands, retain=so_far.retain, undoing=so_far.undoing)
        if stuck:
            stack.become("DELETE_FAILED", _not_deleted(stuck))
            return
        stack.deleted = now()
        stack.outputs = []
        stack.become("DELETE_COMPLETE")


def _stop_resources(stack: Stack, so_far: Undertaking) -> None:
    """Say of each resource that was being made or changed that this has come to no end."""
    for resource in stack.resources.values():
        if resource.status == "CREATE_IN_PROGRESS":
            stack.tell(resource, "CREATE_FAILED", "Resource creation cancelled")
        elif resource.status == "UPDATE_IN_PROGRESS":
            stack.tell(resource, "UPDATE_FAILED", "Resource update cancelled")
    there = {id(resource) for resource in stack.resources.values()}
    # What was to replace a resource, and was not made yet, leaves nothing to clean up.
    so_far.made = [one for one in so_far.made if one.physical_id or id(one) in there]


def _asked(reason: str, what: str) -> str:
    return reason if reason == DIED else f"{reason}{what} requested by user."


def _not_deleted(names: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(names)}]. "
