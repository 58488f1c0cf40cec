"""Takes down what a stack has: what nothing needs any more first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.cloudformation.graph import needing
from sandbox.cloudformation.hands import Failed, Hands
from sandbox.cloudformation.stack import Stack, StackResource
from sandbox.cloudformation.walk import walk

_GONE = frozenset(("DELETE_COMPLETE", "DELETE_SKIPPED"))


async def remove_all(stack: Stack, hands: Hands, *, retain: frozenset[str], undoing: bool) -> list[str]:
    """Remove a stack's resources; the names of those that could not be removed.

    retain: left as they are. undoing: a creation that failed is undone, not a stack deleted.
    """
    left = {name: one for name, one in stack.resources.items() if one.status not in _GONE}
    stuck: list[str] = []

    async def work(name: str) -> bool:
        policy = "Retain" if name in retain else left[name].deletion_policy
        done = await _remove(stack, hands, left[name], policy, undoing=undoing, own=True)
        if not done:
            stuck.append(name)
        return done

    graph = {name: one.needs & left.keys() for name, one in left.items()}
    await walk(needing(graph), work, stop=False)
    return stuck


async def remove_these(
    stack: Stack, hands: Hands, resources: Sequence[StackResource], policy_of: Callable[[StackResource], str]
) -> None:
    """Remove resources that are not the stack's any more."""
    by_name = {one.logical_id: one for one in resources}
    graph = {name: one.needs & by_name.keys() for name, one in by_name.items()}

    async def work(name: str) -> bool:
        one = by_name[name]
        return await _remove(stack, hands, one, policy_of(one), undoing=False, own=False)

    await walk(needing(graph), work, stop=False)


async def _remove(
    stack: Stack, hands: Hands, resource: StackResource, policy: str, *, undoing: bool, own: bool
) -> bool:
    tell = stack.tell if own else stack.note
    if policy == "Retain" or (policy == "RetainExceptOnCreate" and not undoing):
        tell(resource, "DELETE_SKIPPED")
        return True
    if not resource.physical_id:
        tell(resource, "DELETE_COMPLETE")
        return True
    tell(resource, "DELETE_IN_PROGRESS")
    try:
        await hands.delete(stack, resource)
    except Failed as error:
        tell(resource, "DELETE_FAILED", str(error))
        return False
    tell(resource, "DELETE_COMPLETE")
    return True
