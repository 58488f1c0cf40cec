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

log = logging.getLogger(__name__)


class Lifecycle:
    """Runs what is done to stacks in the background."""

    def __init__(self, hands: Hands, exports_of: Callable[[Stack], Exports]) -> None:
        self._hands = hands
        self._exports_of = exports_of
        self._tasks: set[asyncio.Task[None]] = set()

    def create(self, stack: Stack, target: Target, on_failure: str) -> None:
        """Begin to make a stack. on_failure: ROLLBACK, DELETE or DO_NOTHING."""
        stack.current = target
        stack.become("CREATE_IN_PROGRESS", USER_INITIATED)
        self._begin(stack, self._create(stack, target, on_failure))

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
        stack.become("UPDATE_IN_PROGRESS", USER_INITIATED)
        self._begin(stack, self._update(stack, target, roll_back))

    def delete(self, stack: Stack, retain: frozenset[str]) -> None:
        """Begin to remove a stack, after whatever is being done to it."""
        under_way = stack.task
        stack.become("DELETE_IN_PROGRESS", USER_INITIATED)
        self._begin(stack, self._delete(stack, retain, under_way))

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

    async def _create(self, stack: Stack, target: Target, on_failure: str) -> None:
        deployment = Deployment(stack, target, self._hands, self._exports_of(stack))
        await deployment.run()
        if stack.status != "CREATE_IN_PROGRESS":
            return  # it is to be deleted meanwhile
        if not deployment.failed:
            stack.become("CREATE_COMPLETE")
        elif on_failure == "DO_NOTHING":
            stack.become("CREATE_FAILED", deployment.reason)
        elif on_failure == "DELETE":
            stack.become("DELETE_IN_PROGRESS", f"{deployment.reason}Delete requested by user.")
            await self._take_down(stack, frozenset(), undoing=True)
        else:
            stack.become("ROLLBACK_IN_PROGRESS", f"{deployment.reason}Rollback requested by user.")
            stuck = await remove_all(stack, self._hands, retain=frozenset(), undoing=True)
            stack.outputs = []
            if stuck:
                stack.become("ROLLBACK_FAILED", _not_deleted(stuck))
            else:
                stack.become("ROLLBACK_COMPLETE")

    async def _update(self, stack: Stack, target: Target, roll_back: bool) -> None:
        deployment = Deployment(stack, target, self._hands, self._exports_of(stack))
        await deployment.run()
        if not deployment.failed:
            stack.become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            await deployment.clean_up()
            stack.become("UPDATE_COMPLETE")
            return
        if not roll_back:
            stack.become("UPDATE_FAILED", deployment.reason)
            return
        stack.become("UPDATE_ROLLBACK_IN_PROGRESS", deployment.reason)
        stuck = await deployment.undo_update()
        if stuck:
            text = f"The following resource(s) failed to update: [{', '.join(stuck)}]. "
            stack.become("UPDATE_ROLLBACK_FAILED", text)
            return
        stack.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        await deployment.clean_up_undone()
        stack.become("UPDATE_ROLLBACK_COMPLETE")

    async def _delete(
        self, stack: Stack, retain: frozenset[str], under_way: asyncio.Task[None] | None
    ) -> None:
        if under_way is not None:
            await asyncio.wait([under_way])
        await self._take_down(stack, retain, undoing=False)

    async def _take_down(self, stack: Stack, retain: frozenset[str], *, undoing: bool) -> None:
        stuck = await remove_all(stack, self._hands, retain=retain, undoing=undoing)
        if stuck:
            stack.become("DELETE_FAILED", _not_deleted(stuck))
            return
        stack.deleted = now()
        stack.outputs = []
        stack.become("DELETE_COMPLETE")


def _not_deleted(names: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(names)}]. "
