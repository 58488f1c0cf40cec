"""What a resource type is to the engine: how it is made, changed, removed, and what it tells.

A provider is a subclass of `Provider` in the file of its service, registered in `providers/__init__.py`:

    class LogGroup(Provider):
        type = "AWS::Logs::LogGroup"
        name_property = "LogGroupName"
        modelled = frozenset(("LogGroupName", "RetentionInDays"))

        async def create(self, to: Context, properties: Json) -> None:
            to.made(properties.get("LogGroupName") or to.name())
            await to.call("CreateLogGroup", logGroupName=to.physical_id)

It calls services as the stack's caller would, so what the caller may not do fails the resource.
"""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sandbox.cloudformation import schemas
from sandbox.cloudformation.stack import Stack, Tags
from sandbox.errors import AwsError, NotModelled

Json = dict[str, Any]
Invoke = Callable[..., Awaitable[Json]]
"""`await invoke(service, operation, parameters, caller, region)`: an AWS call in process."""

_LETTERS = string.ascii_letters + string.digits


class Refused(Exception):
    """A resource fails in CloudFormation's own words, before any service is asked."""


@dataclass
class Context:
    """What a provider works with: calls in the stack's name, names, tags.

    physical_id: of the resource, "" until `made`. known: its attributes before an update; what can be read
    only once is put there by `create`. on_made: told the physical id as soon as there is one.
    """

    stack: Stack
    service: str
    logical_id: str
    invoke: Invoke = field(repr=False)
    tags: Tags = field(default_factory=dict)
    physical_id: str = ""
    known: Json = field(default_factory=dict, repr=False)
    on_made: Callable[[str], None] = field(default=lambda _: None, repr=False)

    async def call(self, operation: str, *, service: str | None = None, **parameters: Any) -> Json:
        """Call the provider's service. Raises AwsError where it refuses."""
        stack = self.stack
        wanted = {name: value for name, value in parameters.items() if value is not None}
        return await self.invoke(service or self.service, operation, wanted, stack.caller, stack.region)

    def made(self, physical_id: str) -> None:
        """Say what the new resource is called, right after the call that made it."""
        self.physical_id = physical_id
        self.on_made(physical_id)

    def name(self, most: int = 255, *, small: bool = False) -> str:
        """A fresh physical name `stack-LogicalId-RANDOM12`, cut to `most` characters.

        The stack's name and the logical id are shortened alike where there is no room for both.
        """
        end = _random()
        room = most - len(end) - 2
        stack, own = self.stack.name, self.logical_id
        if len(stack) + len(own) > room:
            own = own[: max(room - len(stack), room // 2)]
            stack = stack[: room - len(own)]
        found = f"{stack}-{own}-{end}"
        return found.lower() if small else found

    def own_name(self) -> str:
        """A fresh name without the stack's: `LogicalId-RANDOM12`."""
        return f"{self.logical_id}-{_random()}"


class Provider:
    """One resource type.

    name_property: the property that names the resource, if there is one. modelled: the properties that
    have their effect; any other of AWS's fails the resource, by name. replaces: properties whose change
    makes a new resource, besides those that AWS's schema says. getatt: attributes besides AWS's schema's.
    service_title: what CloudFormation calls the service in failures. exists_codes: the errors by which
    the service says that there is one of that name already.
    """

    type: ClassVar[str]
    service: ClassVar[str]
    service_title: ClassVar[str] = ""
    name_property: ClassVar[str | None] = None
    modelled: ClassVar[frozenset[str]]
    replaces: ClassVar[frozenset[str]] = frozenset()
    getatt: ClassVar[frozenset[str]] = frozenset()
    exists_codes: ClassVar[frozenset[str]] = frozenset()

    async def create(self, to: Context, properties: Json) -> None:
        """Make the resource; call `to.made(physical id)` as soon as it is there."""
        raise NotImplementedError

    async def update(self, to: Context, old: Json, new: Json) -> None:
        """Change the resource `to.physical_id` in place."""
        raise NotImplementedError

    async def delete(self, to: Context, properties: Json) -> None:
        """Remove the resource `to.physical_id`; one that is gone already is no error."""
        raise NotImplementedError

    async def attributes(self, to: Context, properties: Json) -> Json:
        """What Fn::GetAtt gives."""
        return {}

    def ref(self, physical_id: str, attributes: Json) -> str:
        """What Ref gives."""
        return physical_id

    def replaced_by(self, old: Json, new: Json) -> set[str]:
        """The changed properties that make a new resource of it."""
        fixed = schemas.create_only(self.type) | self.replaces
        return {name for name in changed(old, new) if name in fixed}

    def check(self, logical_id: str, properties: Json) -> None:
        """Raise Refused or NotModelled for properties that this type does not take."""
        found = schemas.violations(self.type, properties)
        if found:
            text = (
                found[0]
                if len(found) == 1
                else f"#: {len(found)} schema violations found\n" + "\n".join(found)
            )
            raise Refused(f"Properties validation failed for resource {logical_id} with message:\n{text}")
        for name in properties:
            if name not in self.modelled:
                raise NotModelled(f"the property {name} of {self.type}")

    def check_update(self, old: Json, new: Json) -> None:
        """Raise Refused or NotModelled for a change in place that this type does not take.

        Asked before anything is done, so that there is nothing to take back.
        """

    def failure(self, error: AwsError, physical_id: str) -> str:
        """The status reason of a resource whose service refused a call.

        Form of AWS's resource handlers: text, service, request id, and the code of their own.
        """
        if error.code in self.exists_codes:
            text = f"Resource of type '{self.type}' with identifier '{physical_id}' already exists."
            return handler_message(text, "AlreadyExists")
        title = self.service_title or self.service.capitalize()
        told = f"(Service: {title}, Status Code: {error.status}, Request ID: {uuid.uuid4()})"
        return handler_message(f"{error.message} {told}", handler_code(error))


def _random() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def handler_message(text: str, code: str) -> str:
    """A status reason as AWS's resource handlers give it."""
    ids = f"(RequestToken: {uuid.uuid4()}, HandlerErrorCode: {code})"
    return f'Resource handler returned message: "{text}" {ids}'


def tag_list(tags: Tags) -> list[Json]:
    """Tags as most APIs take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def changed(old: Json, new: Json) -> set[str]:
    """The names whose values differ."""
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def handler_code(error: AwsError) -> str:
    """The HandlerErrorCode of a service's error (CloudFormation CLI User Guide, *handler error codes*)."""
    code = error.code
    if code.startswith("AccessDenied") or error.status == 403:
        return "AccessDenied"
    if "NotFound" in code or code == "NoSuchEntity":
        return "NotFound"
    if "Limit" in code:
        return "ServiceLimitExceeded"
    if "Throttl" in code:
        return "Throttling"
    if "AlreadyExists" in code or code == "ResourceInUseException":
        return "AlreadyExists"
    if "Conflict" in code:
        return "ResourceConflict"
    if error.status >= 500:
        return "ServiceInternalError"
    return "InvalidRequest"
