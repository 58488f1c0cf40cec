"""The engine's hands: one resource made, changed or removed by its provider.

Whatever goes wrong comes out as `Failed`, whose text is the resource's status reason.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.cloudformation import schemas
from sandbox.cloudformation.intrinsics import Scope, resolve
from sandbox.cloudformation.providers import PROVIDERS
from sandbox.cloudformation.providers.base import Context, Invoke, Provider, Refused
from sandbox.cloudformation.stack import Stack, StackResource, Tags, Target
from sandbox.cloudformation.template import Definition
from sandbox.errors import AwsError, NotModelled

log = logging.getLogger(__name__)


class Failed(Exception):
    """A resource failed; the text is its status reason."""


@dataclass(frozen=True)
class Draft:
    """What a resource should be: its properties computed, its tags gathered."""

    type: str
    properties: dict[str, Any]
    tags: Tags
    needs: frozenset[str]
    metadata: Any

    def same_as(self, old: StackResource) -> bool:
        """Whether nothing has to be done to `old`."""
        there = (old.type, old.properties, old.tags, old.metadata)
        return (self.type, self.properties, self.tags, self.metadata) == there


class Hands:
    """invoke: an AWS call in process, as `AwsApi.call`."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke

    def draft(
        self, stack: Stack, target: Target, definition: Definition, scope: Scope, needs: frozenset[str]
    ) -> Draft:
        """Compute a resource's properties. Raises Failed where its type does not take them."""
        provider = provider_of(definition.type)
        try:
            given = resolve(definition.properties, scope)
            properties = schemas.fitted(definition.type, given)
            provider.check(definition.logical_id, properties)
        except AwsError as error:
            raise Failed(error.message) from error
        except Refused as error:
            raise Failed(str(error)) from error
        tags = tags_of(stack, target, definition, properties)
        return Draft(definition.type, properties, tags, needs, definition.metadata)

    def replaced_by(self, old: StackResource, draft: Draft) -> set[str]:
        """The changed properties that make a new resource of it."""
        return provider_of(old.type).replaced_by(old.properties, draft.properties)

    def check_update(self, old: StackResource, new: StackResource) -> None:
        """Raise Failed for a change in place that the type does not take."""
        try:
            provider_of(old.type).check_update(old.properties, new.properties)
        except Refused as error:
            raise Failed(str(error)) from error
        except NotModelled as error:
            raise Failed(error.message) from error

    def refuse_same_name(self, old: StackResource, new: StackResource) -> None:
        """Raise Failed where old and new resource would have one name, and so cannot both be there."""
        name = provider_of(old.type).name_property
        if name is not None and name in new.properties and old.properties.get(name) == new.properties[name]:
            raise Failed(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {new.properties[name]} and update the stack again."
            )

    async def create(self, stack: Stack, resource: StackResource, status: str = "CREATE_IN_PROGRESS") -> None:
        """Make a resource; it takes on its physical id as soon as there is one. Raises Failed."""
        provider = provider_of(resource.type)

        def made(physical_id: str) -> None:
            resource.physical_id = physical_id
            stack.tell(resource, status, "Resource creation Initiated")

        context = self._context(stack, resource, provider)
        context.on_made = made
        async with _failing(provider, resource):
            await provider.create(context, resource.properties)
            await self._read(provider, context, resource)

    async def update(self, stack: Stack, old: StackResource, new: StackResource) -> None:
        """Change a resource in place. Raises Failed."""
        provider = provider_of(new.type)
        context = self._context(stack, new, provider)
        context.known = old.attributes
        async with _failing(provider, new):
            await provider.update(context, old.properties, new.properties)
            await self._read(provider, context, new)

    async def delete(self, stack: Stack, resource: StackResource) -> None:
        """Remove a resource. Raises Failed."""
        provider = provider_of(resource.type)
        async with _failing(provider, resource):
            await provider.delete(self._context(stack, resource, provider), resource.properties)

    async def _read(self, provider: Provider, context: Context, resource: StackResource) -> None:
        resource.attributes = await provider.attributes(context, resource.properties)
        resource.ref = provider.ref(resource.physical_id, resource.attributes)

    def _context(self, stack: Stack, resource: StackResource, provider: Provider) -> Context:
        return Context(
            stack, provider.service, resource.logical_id, self._invoke, resource.tags, resource.physical_id
        )


def provider_of(resource_type: str) -> Provider:
    """The provider of a resource type. Raises Failed where the sandbox has none."""
    provider = PROVIDERS.get(resource_type)
    if provider is None:
        raise Failed(f"Resource type {resource_type} is not modelled by the sandbox.")
    return provider


def tags_of(stack: Stack, target: Target, definition: Definition, properties: dict[str, Any]) -> Tags:
    """The tags of a resource: CloudFormation's, the stack's, its own; what is nearer wins."""
    kind = definition.type
    if not schemas.takes_tags(kind):
        return {}
    system = {
        "aws:cloudformation:stack-name": stack.name,
        "aws:cloudformation:stack-id": stack.id,
        "aws:cloudformation:logical-id": definition.logical_id,
    }
    own = properties.get("Tags") or {}
    if isinstance(own, list):
        own = {one["Key"]: one["Value"] for one in own}
    return {**(system if schemas.takes_system_tags(kind) else {}), **target.tags, **own}


@asynccontextmanager
async def _failing(provider: Provider, resource: StackResource) -> AsyncIterator[None]:
    """Turn whatever a provider raises into Failed."""
    try:
        yield
    except Refused as error:
        raise Failed(str(error)) from error
    except NotModelled as error:
        raise Failed(error.message) from error
    except AwsError as error:
        name = str(resource.properties.get(provider.name_property or "") or resource.physical_id)
        raise Failed(provider.failure(error, name)) from error
    except Exception as error:
        log.exception("%s %s failed inside the sandbox", resource.type, resource.logical_id)
        raise Failed(f"The sandbox failed: {type(error).__name__}: {error}") from error
