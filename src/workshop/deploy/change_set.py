"""What a deployment would change: a CloudFormation change set, made, read, and put away again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from workshop.deploy.stack import FIRST_PAUSE, GROWTH, LONGEST_PAUSE

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
INLINE_BYTES = 51_200
"""A longer template must lie in S3 (CloudFormation API Reference, CreateChangeSet, TemplateBody)."""

_NOTHING_NEW = ("didn't contain changes", "No updates are to be performed")
_NOT_READY = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
_DETAILS_ELSEWHERE = ("DescribeEvents API", "EarlyValidation")


@dataclass(frozen=True)
class Cause:
    """A property that changes. recreates: Never, Conditionally or Always."""

    name: str
    recreates: str


@dataclass(frozen=True)
class Change:
    """What would happen to one resource, in CloudFormation's words.

    action: Add, Modify, Remove … replacement: True, False, Conditional, or empty. policy: what becomes of
    the old one (Delete, Retain, ReplaceAndRetain …), empty where it is not said.
    """

    action: str
    logical_id: str
    kind: str
    physical_id: str = ""
    replacement: str = ""
    policy: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def replaces(self) -> bool:
        """Whether a new resource takes the place of the old, for certain or perhaps."""
        return self.action == "Modify" and self.replacement in ("True", "Conditional")

    @property
    def keeps_the_old(self) -> bool:
        return "Retain" in self.policy

    def recreating(self) -> tuple[str, ...]:
        """The names of the properties that make a new resource necessary."""
        return tuple(dict.fromkeys(cause.name for cause in self.causes if cause.recreates != "Never"))


@dataclass(frozen=True)
class ChangeSet:
    """A change set that is ready, or has failed (`reason` says why)."""

    id: str
    stack_id: str
    failed: bool
    reason: str
    changes: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return self.failed and any(words in self.reason for words in _NOTHING_NEW)


def create(
    client: Any,
    stack: str,
    is_new: bool,
    stack_was_there: bool,
    template: Mapping[str, str],
    tags: Mapping[str, str],
    sleep: Callable[[float], object] = time.sleep,
) -> ChangeSet:
    """Makes the change set and waits until it is ready or has failed.

    template: {"TemplateBody": …} or {"TemplateURL": …}. Raises ClientError where CloudFormation refuses
    the template at once. Nothing is left behind by Ctrl-C.
    """
    made = client.create_change_set(
        StackName=stack,
        ChangeSetName=f"workshop-deploy-{time.time_ns() // 1_000_000}",
        ChangeSetType="CREATE" if is_new else "UPDATE",
        Capabilities=CAPABILITIES,
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        **template,
    )
    try:
        return _when_ready(client, made, sleep)
    except BaseException:
        put_away(client, ChangeSet(made["Id"], made["StackId"], True, "", ()), stack_was_there)
        raise


def _when_ready(client: Any, made: Mapping[str, str], sleep: Callable[[float], object]) -> ChangeSet:
    pause = FIRST_PAUSE
    while True:
        said = client.describe_change_set(ChangeSetName=made["Id"], StackName=made["StackId"])
        if said["Status"] not in _NOT_READY:
            return _read(client, made, said)
        sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def _read(client: Any, made: Mapping[str, str], said: dict[str, Any]) -> ChangeSet:
    changes = list(said.get("Changes", []))
    token = said.get("NextToken")
    while token:
        more = client.describe_change_set(
            ChangeSetName=made["Id"], StackName=made["StackId"], NextToken=token
        )
        changes += more.get("Changes", [])
        token = more.get("NextToken")
    reason = said.get("StatusReason", "")
    failed = said["Status"] == "FAILED"
    if failed and any(words in reason for words in _DETAILS_ELSEWHERE):
        reason = "\n".join([*_validation_errors(client, made["Id"]), reason])
    parsed = tuple(parse(change["ResourceChange"]) for change in changes if "ResourceChange" in change)
    return ChangeSet(made["Id"], made["StackId"], failed, reason, parsed)


def _validation_errors(client: Any, change_set: str) -> list[str]:
    """What early validation found: DescribeChangeSet only says that it found something.

    CloudFormation User Guide, *Validate stack deployments*. Empty where the answer is refused: the reason
    that sent us here is shown then, and names the call.
    """
    try:
        said = client.describe_events(ChangeSetName=change_set, Filters={"FailedEvents": True})
    except ClientError as error:
        return [f"(DescribeEvents: {error.response['Error'].get('Message', error)})"]
    return [
        f"{event['ValidationStatusReason']} (at {event.get('ValidationPath', 'an unknown place')})"
        for event in said.get("OperationEvents", [])
        if event.get("ValidationStatusReason")
    ]


def parse(said: Mapping[str, Any]) -> Change:
    """A `ResourceChange` of DescribeChangeSet's answer."""
    targets = [detail.get("Target", {}) for detail in said.get("Details", [])]
    return Change(
        action=said.get("Action", ""),
        logical_id=said.get("LogicalResourceId", ""),
        kind=said.get("ResourceType", ""),
        physical_id=said.get("PhysicalResourceId", ""),
        replacement=said.get("Replacement", ""),
        policy=said.get("PolicyAction", ""),
        causes=tuple(
            Cause(target.get("Name") or target["Attribute"], target.get("RequiresRecreation", "Never"))
            for target in targets
            if target.get("Attribute")
        ),
    )


def put_away(client: Any, change_set: ChangeSet, stack_was_there: bool) -> None:
    """Deletes the change set, and the empty stack in REVIEW_IN_PROGRESS that a first one makes."""
    client.delete_change_set(ChangeSetName=change_set.id, StackName=change_set.stack_id)
    if not stack_was_there:
        client.delete_stack(StackName=change_set.stack_id)
