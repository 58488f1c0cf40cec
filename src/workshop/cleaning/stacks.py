"""Stacks: which are the workshop's, and their deletion, which CloudFormation does and which is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from workshop.cleaning.kinds import Account, Candidate, Kind
from workshop.deploy import stack
from workshop.deploy.events import first_failure
from workshop.errors import Problem
from workshop.target import TAG

TOO_MANY = ("Too Many Requests", "TooManyRequests", "Rate exceeded", "Throttling")
PAUSE, TRIES = 30.0, 40
"""CloudFormation gives up where AWS takes no more DeleteRestApi: one every 30 s, for a whole account."""


def listed(account: Account) -> Iterator[Candidate]:
    """All stacks that are there; nested ones go with their parents."""
    for one in account.pages("cloudformation", "describe_stacks", "Stacks"):
        if "ParentId" not in one and one["StackStatus"] != "DELETE_COMPLETE":
            tags = {tag["Key"]: tag["Value"] for tag in one.get("Tags", ())}
            yield Candidate(one["StackName"], one["StackId"], partial(dict, tags))


def its(account: Account, one: Candidate) -> str:
    """By its tag; on an emulator by its name, too: nobody shares it, and other tools give no tag."""
    tags = one.tags()
    if tags.get(TAG) == account.prefix:
        return "by its tag"
    named = one.name == account.prefix and TAG not in tags and account.target.kind != "aws"
    return "by its name" if named else ""


def delete(account: Account, stack_id: str) -> None:
    """Deletes a stack and waits. Raises Problem where CloudFormation cannot."""
    client = account.client("cloudformation")
    for _ in range(TRIES):
        known = frozenset(event.id for event in stack.events_after(client, stack_id, frozenset()))
        client.delete_stack(StackName=stack_id)
        events = stack.follow(client, stack_id, known, lambda new: None, account.sleep)
        if events[-1].status == "DELETE_COMPLETE":
            return
        failure = first_failure(events)
        why = failure.reason if failure else events[-1].reason
        if not any(words in why for words in TOO_MANY):
            break
        account.say(
            f"  {why}\n  AWS takes one DeleteRestApi every {PAUSE:.0f} s from an account; waiting for it …"
        )
        account.sleep(PAUSE)
    raise Problem(
        f"the stack {stack_id.split('/')[1] if '/' in stack_id else stack_id}",
        f"it is {events[-1].status}: {why}",
        "DELETE_COMPLETE",
        "mend what it names, then: workshop clean",
    )


STACKS = Kind("CloudFormation stacks", listed, delete, its)
