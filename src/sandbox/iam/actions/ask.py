"""What a call asks of IAM, and what has to be known of the account to say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Keys = Mapping[str, tuple[str, ...]]
"""Condition keys, their names in lower case → their values. A key without values is left out."""


class Lookup(Protocol):
    """What an API call does not say, but its permissions depend on. Nothing known is "" or None."""

    def key_name(self, arn: str) -> str | None:
        """The partition key's name, of a table or of an index."""

    def path(self, kind: str, account: str, name: str) -> str:
        """The path of an IAM `user`, `role`, `group`, `instance-profile` …: `/` or `/a/b/`."""

    def tags(self, arn: str) -> Mapping[str, str]:
        """The tags of a resource."""

    def boundary(self, arn: str) -> str:
        """The ARN of the permissions boundary that a user or role has."""

    def stack_arn(self, name: str, region: str, account: str) -> str:
        """The ARN, with its id, of the stack of that name, or of a change set's ARN."""

    def function_of(self, mapping_arn: str) -> str:
        """The ARN of the function that an event source mapping invokes."""

    def user_name(self) -> str:
        """The name of the user who calls, for operations that then mean the caller."""


class NothingKnown:
    """A Lookup that knows nothing."""

    def key_name(self, arn: str) -> str | None:
        return None

    def path(self, kind: str, account: str, name: str) -> str:
        return "/"

    def tags(self, arn: str) -> Mapping[str, str]:
        return {}

    def boundary(self, arn: str) -> str:
        return ""

    def stack_arn(self, name: str, region: str, account: str) -> str:
        return ""

    def function_of(self, mapping_arn: str) -> str:
        return ""

    def user_name(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One permission that a call needs.

    action: `dynamodb:PutItem`. resource: an ARN, or `*` where the action knows no resource.
    context: the service's own condition keys, with the tags of the request and of the resource.

    """

    action: str
    resource: str
    context: Keys = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """An API call, as the rules of a service see it. raw_path: as sent, of a REST request."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    region: str
    account: str
    lookup: Lookup
    raw_path: str = ""

    def text(self, name: str) -> str:
        """A parameter as text; "" where it is absent."""
        value = self.parameters.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the caller's region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


_OF_REQUEST_TAGS = ("aws:requesttag/", "aws:tagkeys")


class Lazy(Mapping[str, tuple[str, ...]]):
    """Condition keys that are worked out once a policy asks for one: most policies never do.

    The tags of the resource are looked up when a key that names one is asked for.
    """

    __slots__ = ("_known", "_lookup", "_resource", "_tags", "_work_out")

    def __init__(self, work_out: Callable[[], Keys], lookup: Lookup, resource: str) -> None:
        self._work_out = work_out
        self._lookup = lookup
        self._resource = resource
        self._known: Keys | None = None
        self._tags: Keys | None = None

    def __getitem__(self, key: str) -> tuple[str, ...]:
        if ":resourcetag/" in key:
            return self._resource_tags()[key]
        if key.startswith("aws:") and not key.startswith(_OF_REQUEST_TAGS):
            raise KeyError(key)  # a global key, such as aws:username: nothing has to be worked out for it
        return self._keys()[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._keys()
        yield from self._resource_tags()

    def __len__(self) -> int:
        return len(self._keys()) + len(self._resource_tags())

    def __repr__(self) -> str:
        return repr(dict(self))

    def _keys(self) -> Keys:
        if self._known is None:
            self._known = {key: values for key, values in self._work_out().items() if values}
        return self._known

    def _resource_tags(self) -> Keys:
        if self._tags is None:
            found = self._lookup.tags(self._resource).items() if self._resource != "*" else ()
            own = _own_prefix(self._resource)
            self._tags = {
                f"{prefix}:resourcetag/{key}".lower(): (value,) for key, value in found for prefix in own
            }
        return self._tags


def _own_prefix(resource: str) -> tuple[str, ...]:
    """IAM and Systems Manager have a key of their own beside `aws:ResourceTag/…`."""
    service = resource.split(":", 3)[2] if resource.startswith("arn:") else ""
    return ("aws", service) if service in ("iam", "ssm") else ("aws",)
